//! Quotients by the sum of their numerators, as a softmax is: `y = p / l` where `l` is the sum of `p`.
//!
//! The cotangent of `p` is `f + d` with `f = dy / l` and `d = -sum(f * y)`, and where it is only multiplied by `p`, that is
//! `(dy - sum(dy * y)) * y`: neither `p` nor `l` is kept for the backward, and nothing is divided.

use super::rewriting::is_value_of;
use crate::ir::formula::{Access, Expression, Formula, Function, Reduction, Statement, TensorId, TensorKind};

/// Simplifies the backward of such quotients of a forward.
pub(super) fn simplify(backward: &mut Formula, forward: &Formula) {
    for statement in &forward.statements {
        if let Some(quotient) = Quotient::of(forward, statement) {
            quotient.simplify(backward);
        }
    }
}

/// `y = p / l`
struct Quotient {
    value: Access,
    numerator: Access,
    sum: Access,
}

impl Quotient {
    fn of(forward: &Formula, statement: &Statement) -> Option<Self> {
        let [Expression::Read(numerator), Expression::Read(sum)] = arguments(&statement.value, Function::Divide)?
        else {
            return None;
        };
        let value = &statement.target;
        let is_own = statement.reduced.is_empty() && is_value_of(forward, statement) && numerator.axes == value.axes;
        let is_sum = |other: &&Statement| {
            let is_of_numerator = matches!(&other.value, Expression::Read(read) if read.tensor == numerator.tensor);
            let is_sum = other.reduction == Reduction::Sum && other.target.tensor == sum.tensor;
            is_of_numerator && is_sum && is_value_of(forward, other)
        };
        let is_plain = is_own && !numerator.conj && !sum.conj && forward.statements.iter().any(|other| is_sum(&other));
        is_plain.then(|| Self { value: value.clone(), numerator: numerator.clone(), sum: sum.clone() })
    }

    fn simplify(&self, backward: &mut Formula) {
        let Some((share, by)) = self.share(backward) else { return };
        let read = |tensor: TensorId, like: &Access| Expression::Read(Access { tensor, ..like.clone() });
        let (of_share, value) = (read(share, &self.value), Expression::Read(self.value.clone()));
        let Some(rest) = self.rest(backward, &of_share, &value) else { return };
        let of_rest = read(rest, &self.sum);
        let (cotangent, numerator) =
            (binary(Function::Add, &of_share, &of_rest), Expression::Read(self.numerator.clone()));
        let product = binary(Function::Multiply, &binary(Function::Add, &by, &of_rest), &value);
        let mut found = 0;
        let mut statements = backward.statements.clone();
        for statement in &mut statements {
            statement.value = statement.value.replaced(&mut |part| {
                let [left, right] = arguments(part, Function::Multiply)? else { return None };
                let is_it = (*left == cotangent && *right == numerator) || (*left == numerator && *right == cotangent);
                found += usize::from(is_it);
                is_it.then(|| product.clone())
            });
            if statement.target.tensor == rest {
                statement.value = Expression::Call(Function::Negate, vec![binary(Function::Multiply, &by, &value)]);
            }
        }
        let reads = |formula: &[Statement], tensor: TensorId| {
            formula.iter().flat_map(Statement::reads).filter(|read| read.tensor == tensor).count()
        };
        statements.retain(|statement| statement.target.tensor != share);
        if found > 0 && reads(&statements, share) == 0 && reads(&backward.statements, rest) == found {
            backward.statements = statements;
        }
    }

    /// The local that is a cotangent of the value, divided by the sum; and that cotangent.
    fn share(&self, backward: &Formula) -> Option<(TensorId, Expression)> {
        let mut shares = backward.statements.iter().filter_map(|statement| {
            let [by @ Expression::Read(_), Expression::Read(sum)] = arguments(&statement.value, Function::Divide)?
            else {
                return None;
            };
            let is_it = *sum == self.sum && statement.target.axes == self.value.axes && statement.reduced.is_empty();
            (is_it && is_local(backward, statement)).then(|| (statement.target.tensor, by.clone()))
        });
        shares.next()
    }

    /// The local that is the sum of the share times the value, less than 0.
    fn rest(&self, backward: &Formula, share: &Expression, value: &Expression) -> Option<TensorId> {
        let is_it = |statement: &&Statement| {
            let Some([product]) = arguments(&statement.value, Function::Negate) else { return false };
            let is_sum = statement.reduction == Reduction::Sum && !statement.reduced.is_empty();
            let is_product = *product == binary(Function::Multiply, share, value)
                || *product == binary(Function::Multiply, value, share);
            is_sum && is_product && statement.target.axes == self.sum.axes && is_local(backward, statement)
        };
        Some(backward.statements.iter().find(is_it)?.target.tensor)
    }
}

fn is_local(backward: &Formula, statement: &Statement) -> bool {
    let tensor = statement.target.tensor;
    let is_local = backward.tensor(tensor).kind == TensorKind::Local && !backward.results.contains(&tensor);
    is_local && is_value_of(backward, statement)
}

/// The arguments of a function, if it is this one.
fn arguments(expression: &Expression, function: Function) -> Option<&[Expression]> {
    match expression {
        Expression::Call(other, arguments) if *other == function => Some(arguments),
        _ => None,
    }
}

fn binary(function: Function, left: &Expression, right: &Expression) -> Expression {
    Expression::Call(function, vec![left.clone(), right.clone()])
}
