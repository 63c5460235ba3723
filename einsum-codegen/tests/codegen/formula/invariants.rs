//! Formulas are shown as they are written, and their invariants are checked.

use super::text::formula;
use einsum_codegen::ir::formula::{
    Access, Affine, Amount, Elements, Expression, ExtentFrom, Formula, Function, Index, Literal, Reduction, Shape,
    Statement, TensorId, TensorKind,
};

/// A layer: a product with a sum, and what is done with it.
const LAYER: &str = "
    x: 2, w: 2, b: 1
    z[i, j] = sum[k](x[i, k] * w[k, j])
    y[i, j] = relu(z[i, j] + b[j])";

#[test]
fn a_formula_is_shown_as_it_is_written() {
    let shown = "operand x: 2 axes\noperand w: 2 axes\noperand b: 1 axes\nlocal z[i, j]\nresult y[i, j]\n\
                 i = x[0]\nk = x[1] = w[0]\nj = w[1] = b[0]\n\
                 z[i, j] = sum[k](x[i, k] * w[k, j])\ny[i, j] = relu(z[i, j] + b[j])\n-> y";
    assert_eq!(formula(LAYER).to_string(), shown);
}

#[test]
fn every_construct_is_shown_as_it_is_written() {
    let statements = [
        "y[i] = x[i, i] - (b[i] - x[i, 0])",
        "y[i] = x[i, i] / (b[i] * x[i, 0])",
        "y[i] = (-b[i]) * -2.5",
        "y[i] = -b[i] + 2 * b[i]",
        "y[i + 2*j + 1] = sum[p](zero(x)[i + p - 1, -i + 3])",
        "y[i] = sum[p](conj(wrap(b))[2*i - p + 7])",
        "y[i] = clamp(b)[t[i]]",
        "y[i] = select(b[i] < 0, exp(b[i]), powi(b[i], -3))",
        "y[i] = max[j](select((i <= 2*j && !(b[i] == b[j])), index(2*i - 1), max(b[i], 0.5)))",
        "y[] = prod[i, j](powf(b[i], b[j]))",
        "y[] = argmax[i](stop(b[i]))",
        "y[i] = user0(b[i], 1)",
    ];
    for statement in statements {
        let formula =
            formula(&format!("x: 2, b: 1, t: 1 indices\ni: i in b[0]\nj: j in b[0]\np: p in b[0]\n{statement}"));
        assert_eq!(formula.show(&formula.statements[0]).to_string(), statement);
    }
}

/// What is wrong with the layer, changed.
fn problem(change: impl FnOnce(&mut Formula)) -> String {
    let mut formula = formula(LAYER);
    change(&mut formula);
    formula.verify().expect_err("a problem")
}

fn access(formula: &Formula, name: &str, labels: &[&str]) -> Access {
    let mut all = formula.labels.clone();
    let labels: Vec<_> = labels.iter().map(|label| all.intern(label)).collect();
    Access::plain(formula.tensors.iter().position(|tensor| tensor.name == name).map(TensorId).expect("it"), &labels)
}

#[test]
fn tensors_are_written_before_they_are_read_and_never_afterwards() {
    assert!(problem(|formula| formula.statements.swap(0, 1)).starts_with("`z` is read before it is written"));
    let twice = problem(|formula| formula.statements.insert(1, formula.statements[0].clone()));
    assert!(twice.starts_with("`z` is begun twice"), "{twice}");
    let late = problem(|formula| {
        let again = Statement { adds: true, ..formula.statements[0].clone() };
        formula.statements.push(again);
    });
    assert!(late.starts_with("`z` is written after it was read"), "{late}");
    let given = problem(|formula| formula.tensors[4].kind = TensorKind::Cotangent);
    assert!(given.starts_with("`y` is given, and written"), "{given}");
    let added = problem(|formula| formula.statements[0].adds = true);
    assert!(added.starts_with("`z` is added to before it is written"), "{added}");
    assert_eq!(problem(|formula| drop(formula.statements.pop())), "result `y` is never computed");
}

#[test]
fn what_is_added_to_a_result_may_be_the_users() {
    let mut formula = formula(LAYER);
    formula.statements[1].adds = true;
    assert_eq!(formula.verify(), Ok(()));
}

#[test]
fn labels_are_free_or_reduced_each_once() {
    let free = problem(|formula| drop(formula.statements[0].free.pop()));
    assert!(free.starts_with("the free labels are not those of the target"), "{free}");
    let missing = problem(|formula| formula.statements[0].reduced.clear());
    assert!(missing.starts_with("`k` is neither free nor reduced"), "{missing}");
    let twice = problem(|formula| {
        let label = formula.statements[0].free[0].clone();
        formula.statements[0].reduced.push(label);
    });
    assert!(twice.starts_with("`i` is twice among the labels"), "{twice}");
}

#[test]
fn a_label_that_is_not_read_may_be_reduced() {
    let mut formula = formula(LAYER);
    formula.statements[0].value = Expression::Literal(Literal::Integer(1));
    assert_eq!(formula.verify(), Ok(()));
}

#[test]
fn accesses_have_an_index_for_every_axis() {
    let short = problem(|formula| formula.statements[0].value = Expression::Read(access(formula, "x", &["i"])));
    assert!(short.starts_with("`x` has 2 axes and is accessed by 1"), "{short}");
}

#[test]
fn gathers_read_indices_and_values_read_numbers() {
    let gather = |formula: &Formula| {
        let mut gathered = access(formula, "x", &["i", "i"]);
        gathered.axes[0].index = Index::Gather(Box::new(access(formula, "b", &["j"])));
        Expression::Read(gathered)
    };
    let numbers = problem(|formula| formula.statements[1].value = gather(formula));
    assert!(numbers.starts_with("`b` is used as indices"), "{numbers}");
    let indices = problem(|formula| formula.tensors[2].elements = Elements::Indices);
    assert!(indices.starts_with("`b` is used as numbers"), "{indices}");
}

#[test]
fn reductions_have_labels_and_targets_that_fit() {
    let nothing = problem(|formula| formula.statements[1].reduction = Reduction::Max);
    assert!(nothing.starts_with("`max` of nothing"), "{nothing}");
    let numbers = problem(|formula| formula.statements[0].reduction = Reduction::ArgMax);
    assert!(numbers.starts_with("the target holds other elements"), "{numbers}");
}

#[test]
fn functions_have_their_arguments() {
    let problem = problem(|formula| formula.statements[1].value = Expression::Call(Function::Exp, Vec::new()));
    assert!(problem.starts_with("`exp` of 0 numbers"), "{problem}");
}

#[test]
fn extents_follow_from_those_before() {
    let gone = problem(|formula| drop(formula.extents.remove(0)));
    assert!(gone.starts_with("`i` has no extent"), "{gone}");
    let twice = problem(|formula| formula.extents.push(formula.extents[0].clone()));
    assert!(twice.starts_with("two extents"), "{twice}");
    let circle = problem(|formula| {
        let (i, k) = (formula.statements[0].free[0].clone(), formula.statements[0].reduced[0].clone());
        let form = Affine { terms: vec![(Amount::known(1), i), (Amount::known(1), k)], constant: Amount::default() };
        formula.extents[0].from = ExtentFrom::Largest(vec![(access(formula, "x", &[]).tensor, 0, form)]);
    });
    assert!(circle.starts_with("an extent that does not follow from those before: i: i + k in x[0]"), "{circle}");
    let local = problem(|formula| {
        formula.extents[0].from = ExtentFrom::Axes(vec![(access(formula, "z", &[]).tensor, 0)]);
    });
    assert!(local.starts_with("an extent that does not follow from those before: i = z[0]"), "{local}");
}

#[test]
fn shapes_are_like_those_of_tensors_that_have_one() {
    let like = problem(|formula| {
        let (z, y) = (access(formula, "z", &[]).tensor, access(formula, "y", &[]).tensor);
        formula.tensors[z.0].shape = Shape::Like(y);
        formula.tensors[y.0].shape = Shape::Like(z);
    });
    assert!(like.starts_with("`z` is like what has no shape of its own"), "{like}");
}
