//! The derivatives of all functions: one table, for gradients and tangents.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

use super::terms::{add, call, compared, conj, divide, float, integer, negate, of, select, subtract, times};
use crate::{
    few::sort,
    ir::formula::{Comparison, Condition, Expression, Function},
};

/// A number `by`, multiplied by the derivative of a function by its argument of this position. `value` is the function's,
/// which may be an element that is at hand. `None` is 0.
///
/// | function | at its edges, as torch has it |
/// | --- | --- |
/// | `relu`, `abs` | 0 at 0 |
/// | `max`, `min` of two | half for each where both are equal |
/// | `powf` by its base | 0 where the exponent is 0 |
/// | `powf` by its exponent | 0 where the base is 0 and the exponent not negative |
/// | `sqrt` | infinite at 0 |
pub(super) fn derivative(
    function: Function,
    position: usize,
    arguments: &[Expression],
    value: &Expression,
    by: Expression,
) -> Option<Expression> {
    let a = || arguments[0].clone();
    let b = || arguments[1].clone();
    let value = || value.clone();
    Some(match (function, position) {
        (Function::Stop | Function::Powi(0), _) => return None,
        (Function::Add | Function::Powi(1), _) | (Function::Subtract, 0) => by,
        (Function::Subtract | Function::Negate, _) => negate(by),
        (Function::Conj, _) => conj(by),
        (Function::Multiply, 0) => times(by, b()),
        (Function::Multiply, _) => times(a(), by),
        (Function::Divide, 0) => divide(by, b()),
        (Function::Divide, _) => negate(times(divide(by, b()), value())),
        (Function::Max, position) => larger(Comparison::Less, position, arguments, by),
        (Function::Min, position) => larger(Comparison::Greater, position, arguments, by),
        (Function::Exp, _) => times(by, value()),
        (Function::ExpM1, _) => times(by, of(Function::Exp, a())),
        (Function::Ln, _) => divide(by, a()),
        (Function::Ln1p, _) => divide(by, add(integer(1), a())),
        (Function::Sqrt, _) => divide(by, times(integer(2), value())),
        (Function::Recip, _) => negate(times(by, times(value(), value()))),
        (Function::Tanh, _) => times(by, subtract(integer(1), times(value(), value()))),
        (Function::Sigmoid, _) => times(by, times(value(), subtract(integer(1), value()))),
        (Function::Sin, _) => times(by, of(Function::Cos, a())),
        (Function::Cos, _) => negate(times(by, of(Function::Sin, a()))),
        (Function::Erf, _) => times(by, times(float(FRAC_2_SQRT_PI), bell(times(a(), a())))),
        (Function::Abs, _) => {
            let is_negative = compared(Comparison::Less, a(), integer(0));
            let has_sign = Condition::Or(Box::new([is_positive(a()), is_negative]));
            select(has_sign, times(by, select(is_positive(a()), integer(1), integer(-1))), integer(0))
        }
        (Function::Powi(2), _) => times(integer(2), times(by, a())),
        (Function::Powi(exponent), _) => {
            let lower = match exponent.checked_sub(1) {
                Some(lower) => of(Function::Powi(lower), a()),
                None => divide(of(Function::Powi(exponent), a()), a()),
            };
            times(integer(exponent.into()), times(by, lower))
        }
        (Function::Powf, 0) => {
            let lower = call(Function::Powf, vec![a(), subtract(b(), integer(1))]);
            let is_constant = compared(Comparison::Equal, b(), integer(0));
            select(is_constant, integer(0), times(by, times(b(), lower)))
        }
        (Function::Powf, _) => {
            let is_zero = compared(Comparison::Equal, a(), integer(0));
            let is_root = compared(Comparison::GreaterOrEqual, b(), integer(0));
            let flat = Condition::And(Box::new([is_zero, is_root]));
            select(flat, integer(0), times(by, times(value(), of(Function::Ln, a()))))
        }
        (Function::Relu, _) => select(is_positive(value()), by, integer(0)),
        (Function::Gelu, _) => times(by, of(Function::GeluDerivative, a())),
        (Function::GeluDerivative, _) => {
            let square = || times(a(), a());
            let density = times(float(FRAC_2_SQRT_PI * FRAC_1_SQRT_2 / 2.0), bell(times(float(0.5), square())));
            // (The square alone may be infinite where the density is 0.)
            times(by, subtract(times(integer(2), density.clone()), times(a(), times(a(), density))))
        }
        (Function::Silu, _) => {
            let sigmoid = of(Function::Sigmoid, a());
            let slope = add(integer(1), times(a(), subtract(integer(1), sigmoid.clone())));
            times(by, times(sigmoid, slope))
        }
        (Function::Softplus, _) => times(by, of(Function::Sigmoid, a())),
    })
}

/// The derivative of a function of the user's, or of a derivative of it by the arguments that are known, by one more argument.
pub(super) fn user_derivative(number: usize, known: &[usize], position: usize, arguments: &[Expression]) -> Expression {
    let mut by = [known, &[position]].concat();
    sort(&mut by);
    Expression::User(number, by, arguments.to_vec())
}

/// `exp(-exponent)`
fn bell(exponent: Expression) -> Expression {
    of(Function::Exp, negate(exponent))
}

fn is_positive(number: Expression) -> Condition {
    compared(Comparison::Greater, number, integer(0))
}

/// The share of a cotangent that `max` (or `min`, with the other comparison) passes on to one argument: all of it to the larger, half to
/// each if both are equal. NaN passes it on.
fn larger(loses: Comparison, position: usize, arguments: &[Expression], by: Expression) -> Expression {
    let (this, other) = (arguments[position].clone(), arguments[1 - position].clone());
    let share = select(compared(Comparison::Equal, this.clone(), other.clone()), float(0.5), integer(1));
    select(compared(loses, this, other), integer(0), times(by, share))
}
