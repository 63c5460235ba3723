//! Tensors that the derivatives of reductions need beside the elements: the result, and how many elements have it.

use super::{
    rewriting::{Rewriting, is_value_of},
    terms::{compared, divide, integer, select, subtract, times},
};
use crate::ir::formula::{Comparison, Condition, Expression, Formula, Reduction, Statement};

/// The value of a statement at the index of its target, where it is at hand; otherwise it is computed once more.
pub(super) fn result(rewriting: &mut Rewriting, formula: &Formula, statement: &Statement) -> Expression {
    if is_value_of(formula, statement) {
        return Expression::Read(statement.target.clone());
    }
    local(rewriting, "result", statement, statement.reduction, statement.value.clone())
}

/// An intermediate over the free labels of a statement, reduced as it does.
fn local(
    rewriting: &mut Rewriting,
    suffix: &str,
    statement: &Statement,
    reduction: Reduction,
    value: Expression,
) -> Expression {
    let name = format!("{}_{suffix}", rewriting.formula.tensor(statement.target.tensor).name);
    rewriting.local(&name, &statement.free, &statement.reduced, reduction, value)
}

/// The share of one element in the derivative of a maximum or minimum by `by`, which is that of its result: elements that are equal
/// share it. Elements are computed to the same bits as before, since they are compared with the result.
///
/// NaN is equal to nothing: a result that is NaN passes nothing on.
pub(super) fn extremum(
    rewriting: &mut Rewriting,
    formula: &Formula,
    statement: &Statement,
    by: impl FnOnce(&mut Rewriting, Expression) -> Expression,
) -> Expression {
    let result = result(rewriting, formula, statement);
    let is_it = compared(Comparison::Equal, statement.value.clone(), result);
    let one = select(is_it.clone(), integer(1), integer(0));
    let count = local(rewriting, "ties", statement, Reduction::Sum, one);
    select(is_it, by(rewriting, count), integer(0))
}

/// The product of all other elements than this one.
///
/// Without zeros it is the result divided by the element. With one, it is not 0 for that one alone. With two, it is 0, and not
/// constant: the other zero is a factor, which is the sum of all zeros less this one, so that derivatives of derivatives are right.
pub(super) fn others(rewriting: &mut Rewriting, formula: &Formula, statement: &Statement) -> Expression {
    let element = || statement.value.clone();
    let result = result(rewriting, formula, statement);
    let is_zero = || compared(Comparison::Equal, element(), integer(0));
    let or = |zero: Expression, other: Expression| select(is_zero(), zero, other);
    let zeros = local(rewriting, "zeros", statement, Reduction::Sum, or(integer(1), integer(0)));
    let rest = local(rewriting, "rest", statement, Reduction::Product, or(integer(1), element()));
    let sum = local(rewriting, "zero", statement, Reduction::Sum, or(element(), integer(0)));
    let are = |count: i64| -> Condition { compared(Comparison::Equal, zeros.clone(), integer(count)) };
    let other_zero = select(are(2), subtract(sum, element()), integer(0));
    let of_zero = times(rest, select(are(1), integer(1), other_zero));
    or(of_zero, divide(result, element()))
}
