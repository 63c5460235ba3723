//! Maxima that are subtracted for the sake of the numbers alone, as in `exp(s - max(s)) / sum(exp(s - max(s)))`: whatever they are, the
//! results are the same. So they have no derivative, which saves most of the work of one.
//!
//! If `m` were larger by `d`, `exp(s - m)` would be multiplied by `exp(-d)`: its degree is -1. Degrees add up in products; addends must have
//! the same; where the degree is 0, `m` does not matter. Each `m[i]` is followed for itself: along its labels nothing is added up
//! whose degree is not 0.

use super::{rewriting::is_value_of, terms::is_zero};
use crate::ir::formula::{Access, Condition, Expression, Formula, Function, Reduction, Statement, TensorId};

/// Whether the results of a formula do not depend on what this statement, a maximum or minimum, computes.
pub(super) fn is_shift(formula: &Formula, of: &Statement) -> bool {
    let is_extremum = matches!(of.reduction, Reduction::Max | Reduction::Min);
    if !is_extremum || !is_value_of(formula, of) || formula.results.contains(&of.target.tensor) {
        return false;
    }
    let mut degrees = Degrees { formula, of, known: vec![Some(0); formula.tensors.len()] };
    degrees.known[of.target.tensor.0] = None;
    let mut written: Vec<TensorId> = Vec::new();
    for statement in formula.statements.iter().filter(|statement| statement.target != of.target) {
        let target = statement.target.tensor;
        let degree = degrees.statement(statement);
        let agrees = !written.contains(&target) || degrees.known[target.0] == degree;
        degrees.known[target.0] = degree.filter(|_| agrees);
        written.push(target);
    }
    formula.results.iter().all(|result| degrees.known[result.0] == Some(0))
}

struct Degrees<'a> {
    formula: &'a Formula,
    of: &'a Statement,
    /// By which power each tensor is multiplied; none, if it changes otherwise.
    known: Vec<Option<i64>>,
}

impl Degrees<'_> {
    fn statement(&self, statement: &Statement) -> Option<i64> {
        let degree = self.degree(&statement.value)?;
        let keeps_labels = self.of.free.iter().all(|label| statement.free.contains(label));
        let is_kept = statement.reduction == Reduction::Sum && keeps_labels && statement.writes_plainly();
        (degree == 0 || is_kept).then_some(degree)
    }

    /// The degree of an expression, if it has one.
    fn degree(&self, expression: &Expression) -> Option<i64> {
        match expression {
            Expression::Read(access) => self.of_read(access),
            Expression::Literal(_) | Expression::Index(_) | Expression::Extent(_) => Some(0),
            Expression::Call(function, arguments) => match (function, arguments.as_slice()) {
                (Function::Exp, [argument]) => self.shift(argument),
                (Function::Multiply, [left, right]) => self.degree(left)?.checked_add(self.degree(right)?),
                (Function::Divide, [left, right]) => self.degree(left)?.checked_sub(self.degree(right)?),
                (Function::Negate | Function::Conj, [argument]) => self.degree(argument),
                (Function::Recip, [argument]) => self.degree(argument)?.checked_neg(),
                (Function::Powi(power), [argument]) => self.degree(argument)?.checked_mul((*power).into()),
                (Function::Add | Function::Subtract, [left, right]) => {
                    let same = self.same(left, right);
                    same.or_else(|| self.shift(expression).filter(|shift| *shift == 0))
                }
                _ => self.nothing(arguments),
            },
            Expression::Select(condition, cases) => {
                self.decides(condition).then(|| self.same(&cases[0], &cases[1])).flatten()
            }
            Expression::User(_, _, arguments) => self.nothing(arguments),
        }
    }

    /// The degree of an element: where it has one, each of its labels is where it was.
    fn of_read(&self, access: &Access) -> Option<i64> {
        let degree = self.known[access.tensor.0]?;
        let mut writers = self.formula.statements.iter().filter(|other| other.target.tensor == access.tensor);
        (degree == 0 || writers.all(|writer| self.is_in_place(access, &writer.target))).then_some(degree)
    }

    /// Whether the labels of the maximum are read along the axes along which they were written.
    fn is_in_place(&self, read: &Access, written: &Access) -> bool {
        let pairs = || read.axes.iter().zip(&written.axes).map(|(read, written)| (read.bare(), written.bare()));
        self.of.free.iter().all(|label| pairs().any(|pair| pair == (Some(label), Some(label))))
    }

    /// The degree that both have; 0 has any.
    fn same(&self, left: &Expression, right: &Expression) -> Option<i64> {
        if is_zero(left) {
            return self.degree(right);
        }
        let degree = self.degree(left)?;
        (is_zero(right) || self.degree(right)? == degree).then_some(degree)
    }

    /// How often the maximum is added to an expression: that of which the exponential has this degree.
    fn shift(&self, expression: &Expression) -> Option<i64> {
        match expression {
            Expression::Read(access) if access.tensor == self.of.target.tensor => {
                self.is_in_place(access, &self.of.target).then_some(1)
            }
            Expression::Call(function, arguments) => match (function, arguments.as_slice()) {
                (Function::Add, [left, right]) => self.shift(left)?.checked_add(self.shift(right)?),
                (Function::Subtract, [left, right]) => self.shift(left)?.checked_sub(self.shift(right)?),
                (Function::Negate, [argument]) => self.shift(argument)?.checked_neg(),
                (Function::Ln, [argument]) => self.degree(argument),
                _ => self.degree(expression).filter(|degree| *degree == 0),
            },
            _ => self.degree(expression).filter(|degree| *degree == 0),
        }
    }

    /// 0, if the maximum is in none of them.
    fn nothing(&self, arguments: &[Expression]) -> Option<i64> {
        arguments.iter().all(|argument| self.degree(argument) == Some(0)).then_some(0)
    }

    /// Whether a condition does not depend on the maximum.
    fn decides(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Numbers(_, sides) => self.nothing(&**sides).is_some(),
            Condition::Indices(..) => true,
            Condition::And(parts) | Condition::Or(parts) => parts.iter().all(|part| self.decides(part)),
            Condition::Not(part) => self.decides(part),
        }
    }
}
