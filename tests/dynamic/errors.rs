//! What is wrong with subscripts and with operands.

use einsum::dynamic::{self, Einsum, Error};
use ndarray::{Array1, Array2, ArrayD, ArrayViewD};

use crate::{
    case::{self, Failure, Fate},
    check::operand,
    values::{einsum_of, tensors},
};

#[test]
fn invalid_cases_are_refused_with_the_messages_of_the_macros() {
    let messages = std::fs::read_to_string(case::path("messages.txt")).unwrap();
    let mut compared = 0;
    for case in case::all().iter().filter(|case| case.fate == Fate::Refused && !case.is_in_words()) {
        let operands: Vec<ArrayD<f64>> = case.shapes.iter().map(|shape| ArrayD::zeros(shape.as_slice())).collect();
        let views: Vec<ArrayViewD<'_, f64>> = operands.iter().map(|x| x.view()).collect();
        let error = dynamic::einsum(&case.spec, &tensors(&views)).expect_err(&case.spec);
        // (What is said of the count of operands, and of extents that are not given, depends on where operands are written.)
        if let Error::Subscripts { message } = &error
            && !message.contains("with_extents")
        {
            let line = message.lines().next().unwrap();
            assert!(messages.contains(line), "{:?}: {message}", case.spec);
            compared += 1;
        }
    }
    assert!(compared > 5, "{compared} messages were compared");
}

#[test]
fn wrong_ranks_and_extents_are_errors() {
    for case in case::all() {
        let Fate::Fails(failure) = case.fate else { continue };
        let operands: Vec<ArrayD<f64>> = case.shapes.iter().enumerate().map(|(n, shape)| operand(n, shape)).collect();
        let views: Vec<ArrayViewD<'_, f64>> = operands.iter().map(|x| x.view()).collect();
        let found = match einsum_of(&case).run(&tensors(&views)).expect_err(&case.spec) {
            Error::Rank { .. } => Failure::Rank,
            Error::Extents { .. } => Failure::Extents,
            Error::Diagonal { .. } => Failure::Diagonal,
            error => panic!("{case:?}: {error}"),
        };
        assert_eq!(found, failure, "{case:?}");
    }
}

#[test]
fn errors_name_operands_labels_and_extents() {
    let (x, w, v) = (Array2::<f32>::zeros((2, 3)), Array2::<f32>::zeros((5, 7)), Array1::<f32>::zeros(3));
    let text = |subscripts, operands: &[&dyn dynamic::Tensor<f32>]| {
        dynamic::einsum(subscripts, operands).unwrap_err().to_string()
    };
    assert_eq!(
        text("ij,jk->ik", &[&x, &w]),
        "einsum `ij,jk->ik`: label `j` has extent 3 in operand 0 but 5 in operand 1"
    );
    assert_eq!(
        text("ii->i", &[&x]),
        "einsum `ii->i`: repeated label `i` needs axes of equal extents, but in operand 0 they are 2 and 3"
    );
    assert_eq!(text("ij,j->i", &[&x]), "einsum `ij,j->i`: the subscripts are for 2 operands, but there are 1");
    assert_eq!(
        text("ij,jk->ik", &[&x, &v]),
        "einsum `ij,jk->ik`: operand 1 has 1 axis, but its subscript `jk` needs 2"
    );
    assert_eq!(
        text("...ij->", &[&v]),
        "einsum `...ij->`: operand 0 has 1 axis, but its subscript `...ij` needs at least 2"
    );
    let einsum = Einsum::with_extents("i->ij", &[("j", 4), ("i", 2)]).unwrap();
    assert_eq!(
        einsum.run(&[&v]).unwrap_err().to_string(),
        "einsum `i->ij`: label `i` is given the extent 2 but has 3 in operand 0"
    );
    let einsum = Einsum::new("i,j->ij").unwrap();
    let mut out = ArrayD::from_elem(vec![3, 2], 1.0_f32);
    assert_eq!(
        einsum.run_into(out.view_mut(), &[&v, &v]).unwrap_err().to_string(),
        "einsum `i,j->ij`: the array to write to has extents [3, 2], but the result has [3, 3]"
    );
    assert!(out.iter().all(|element| *element == 1.0), "nothing is written");
    let (_, pullback) = einsum.vjp(&[&v, &v]).unwrap();
    assert_eq!(
        pullback.gradients(&v).unwrap_err().to_string(),
        "einsum `i,j->ij`: the cotangent has extents [3], but the result has [3, 3]"
    );
}

#[test]
fn mistakes_in_subscripts_are_marked() {
    let text = |subscripts: &str| Einsum::new(subscripts).unwrap_err().to_string();
    assert_eq!(
        text("ij->ik"),
        "output label `k` is on no operand, so that its extent is unknown\n    ij->ik\n         ^\n\
         help: drop `k` from the output, or give its extent: `with_extents(.., &[(\"k\", 7)])`"
    );
    assert_eq!(text("i->ikk").matches("output label `k`").count(), 1, "a label that is repeated is said once");
    assert_eq!(
        text("i+j;->"),
        "unexpected character `+`\n    i+j;->\n     ^\nhelp: an einsum is one product: add another to it with `out = &mut y, beta = 1.0`\n\
         unexpected character `;`\n    i+j;->\n       ^\n\
         help: write `,` between operands; extents of labels come after the operands, outside of the quotes"
    );
    let given = |extents: &[(&str, usize)]| Einsum::with_extents("ij->ik", extents).unwrap_err().to_string();
    assert_eq!(given(&[("k", 2), ("k", 2)]), "the extent of `k` is given twice");
    assert_eq!(given(&[("k", 2), ("z", 2)]), "`z` is no label of `ij->ik`");
}
