//! How much it costs to compute the value of a statement once more, at every index.

use super::{Expression, Function, FunctionCost, Literal, Statement};

impl Statement {
    /// How many instructions the value takes for an element; nothing if some function takes longer than a few. Costly parts that depend on
    /// fewer labels count as nothing: they are computed once for each index of these. So do quotients by their roots, as these are products.
    #[must_use]
    pub fn operations(&self) -> Option<usize> {
        self.operations_of(&self.value)
    }

    fn operations_of(&self, part: &Expression) -> Option<usize> {
        let all = |parts: &[Expression]| -> Option<usize> { parts.iter().map(|part| self.operations_of(part)).sum() };
        match part {
            Expression::Read(_) | Expression::Literal(_) => Some(0),
            Expression::Index(_) | Expression::Extent(_) => Some(1),
            Expression::Call(Function::Divide, sides) if self.divides_by_product(&sides[1]) => {
                Some(1 + self.operations_of(&sides[0])?)
            }
            Expression::Call(Function::Powi(exponent), _) if exponent.unsigned_abs() > 3 || *exponent < 0 => None,
            Expression::Call(function, _) if function.cost() > FunctionCost::Instruction => {
                self.is_shared(part).then_some(0)
            }
            Expression::Call(_, arguments) => Some(1 + all(arguments)?),
            Expression::Select(condition, cases) => (!condition.compares_numbers()).then_some(2 + all(&**cases)?),
            Expression::User(..) => None,
        }
    }

    /// Whether a quotient by it is a product: by a root that is computed once, or by a power of two.
    fn divides_by_product(&self, divisor: &Expression) -> bool {
        matches!(divisor, Expression::Call(Function::Sqrt, _)) && self.is_shared(divisor) || is_power_of_two(divisor)
    }

    /// Whether it is computed once for each index of fewer labels, if it is costly.
    fn is_shared(&self, part: &Expression) -> bool {
        let (mut reads, mut is_ours) = (false, true);
        part.visit(&mut |inner| match inner {
            Expression::Read(_) => reads = true,
            Expression::User(..) => is_ours = false,
            _ => {}
        });
        let labels = part.labels_among(self.labels());
        let is_partial = !labels.is_empty() && labels.len() < self.labels().count();
        reads && is_ours && is_partial && self.covers(&labels)
    }
}

/// Whether a quotient by it is a product with all digits.
#[expect(clippy::cast_precision_loss, reason = "a power of two has one digit")]
fn is_power_of_two(divisor: &Expression) -> bool {
    let number = match divisor {
        Expression::Literal(Literal::Integer(number)) => *number as f64,
        Expression::Literal(Literal::Float(number)) => *number,
        _ => return false,
    };
    // (Of `f32` the reciprocal must be normal, too.)
    let mantissa = number.to_bits() & ((1 << 52) - 1);
    mantissa == 0 && (1e-30..1e30).contains(&number.abs())
}
