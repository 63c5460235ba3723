//! In which order the labels of intermediates are. (That values do not depend on it, the tests of the
//! facade show.)

use einsum_codegen::{
    ast::Form,
    check,
    ir::Kind,
    parse,
    plan::{cost::Objective, plan},
};

/// The subscripts of the intermediates of an einsum in an order that is given.
fn intermediates(subscripts: &str, extents: &str) -> Vec<String> {
    let count = subscripts.split("->").next().map_or(0, |inputs| inputs.split(',').count());
    let operands: Vec<String> = (0..count).map(|number| format!("x{number}")).collect();
    let text = format!("krate; {subscripts:?}, {}; {extents}", operands.join(", "));
    let invocation = parse::invocation(text.parse().expect("tokens")).expect("an invocation");
    let einsum = check::invocation(&invocation, Form::Value).expect("an einsum");
    let tree = plan(&einsum, Objective::Forward).expect("within any limit");
    assert_eq!(tree.verify(), Ok(()));
    let values = tree.values.iter().filter(|value| value.kind == Kind::Intermediate);
    values.map(|value| value.subscript.to_string()).collect()
}

#[test]
fn one_product_of_matrices_after_the_other_stays_as_it_is() {
    assert_eq!(intermediates("((abc,ai),bj),ck->ijk", ""), ["bci", "cij"]);
    assert_eq!(intermediates("(ij,jk),kl->il", ""), ["ik"]);
}

#[test]
fn labels_that_are_contracted_together_are_side_by_side() {
    let peps = "(((ab,bcdk),aefl),pdfgh),pklij->cgiehj";
    assert_eq!(intermediates(peps, ""), ["acdk", "cdkefl", "cgehpkl"]);
    let transposed = "((ba,cb),dc),ed->ae";
    assert_eq!(intermediates(transposed, ""), ["ca", "da"]);
}

#[test]
fn batch_labels_are_last_where_vectors_hold_them() {
    assert_eq!(intermediates("(ijb,jkb),klb->ilb", ""), ["ikb"]);
}

#[test]
fn sums_are_not_turned_around() {
    assert_eq!(intermediates("bik,jkl->bij", ""), ["jk"]);
}
