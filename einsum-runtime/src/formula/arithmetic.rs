//! Arithmetic of vectors, as bodies of maps use it.

use core::array;

use super::{
    at::At,
    form::Form,
    user::{Function, SecondDerivative},
};
use crate::{
    functions::{Field, Ordered, Real, Ring},
    loops::{Lanes, Vectors},
};

/// How two things are compared. Of comparisons with NaN "not equal" alone holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `>=`
    GreaterOrEqual,
    /// `>`
    Greater,
}

impl Comparison {
    #[inline(always)]
    fn holds<T: PartialOrd>(self, lhs: &T, rhs: &T) -> bool {
        match self {
            Self::Less => lhs < rhs,
            Self::LessOrEqual => lhs <= rhs,
            Self::Equal => lhs == rhs,
            Self::NotEqual => lhs != rhs,
            Self::GreaterOrEqual => lhs >= rhs,
            Self::Greater => lhs > rhs,
        }
    }
}

/// All that formulas compute with vectors, beside sums, products and conjugates.
pub trait Arithmetic<T>: Vectors<T> {
    /// A truth value for each element.
    type Mask: Copy;

    /// An integer that is written.
    #[must_use]
    fn integer(number: i64) -> Self::Value
    where
        T: Ring;
    /// A number that is written.
    #[must_use]
    fn literal(number: f64) -> Self::Value
    where
        T: Field;
    /// A form of labels, as a number.
    #[must_use]
    fn index<const L: usize>(at: At<L>, form: Form<L>) -> Self::Value
    where
        T: Ring;

    /// Differences.
    #[must_use]
    fn minus(lhs: Self::Value, rhs: Self::Value) -> Self::Value
    where
        T: Ring;
    /// Numbers of the other sign.
    #[must_use]
    fn negated(value: Self::Value) -> Self::Value
    where
        T: Ring;
    /// Quotients.
    #[must_use]
    fn divided(lhs: Self::Value, rhs: Self::Value) -> Self::Value
    where
        T: Field;
    /// Quotients, by one over each divisor.
    #[must_use]
    fn divided_by(lhs: Self::Value, rhs: Self::Value, inverse: Self::Value) -> Self::Value
    where
        T: Field;
    /// One over each number.
    #[must_use]
    fn recip(value: Self::Value) -> Self::Value
    where
        T: Field;
    /// e to the power of each number.
    #[must_use]
    fn exp(value: Self::Value) -> Self::Value
    where
        T: Field;

    /// The larger of two; NaN if one is.
    #[must_use]
    fn max(lhs: Self::Value, rhs: Self::Value) -> Self::Value
    where
        T: Ordered;
    /// The smaller of two; NaN if one is.
    #[must_use]
    fn min(lhs: Self::Value, rhs: Self::Value) -> Self::Value
    where
        T: Ordered;
    /// The larger of two, as a reduction needs it: NaN if one is, and either zero of two.
    #[doc(hidden)]
    fn largest(lhs: Self::Value, rhs: Self::Value) -> Self::Value
    where
        T: Ordered;
    /// The smaller of two, as a reduction needs it: NaN if one is, and either zero of two.
    #[doc(hidden)]
    fn smallest(lhs: Self::Value, rhs: Self::Value) -> Self::Value
    where
        T: Ordered;
    /// Absolute values.
    #[must_use]
    fn abs(value: Self::Value) -> Self::Value
    where
        T: Ordered;
    /// `max(x, 0)`
    #[must_use]
    fn relu(value: Self::Value) -> Self::Value
    where
        T: Ordered;

    /// Numbers to the power of an integer.
    #[must_use]
    fn powi(value: Self::Value, exponent: i32) -> Self::Value
    where
        T: Real;
    /// Numbers to the power of others.
    #[must_use]
    fn powf(value: Self::Value, exponent: Self::Value) -> Self::Value
    where
        T: Real;
    /// e to the power of each number, less 1.
    #[must_use]
    fn exp_m1(value: Self::Value) -> Self::Value
    where
        T: Real;
    /// Natural logarithms.
    #[must_use]
    fn ln(value: Self::Value) -> Self::Value
    where
        T: Real;
    /// Natural logarithms of 1 and each number.
    #[must_use]
    fn ln_1p(value: Self::Value) -> Self::Value
    where
        T: Real;
    /// Square roots.
    #[must_use]
    fn sqrt(value: Self::Value) -> Self::Value
    where
        T: Real;
    /// Hyperbolic tangents.
    #[must_use]
    fn tanh(value: Self::Value) -> Self::Value
    where
        T: Real;
    /// `1 / (1 + exp(-x))`
    #[must_use]
    fn sigmoid(value: Self::Value) -> Self::Value
    where
        T: Real;
    /// `x sigmoid(x)`
    #[must_use]
    fn silu(value: Self::Value) -> Self::Value
    where
        T: Real;
    /// `ln(1 + exp(x))`
    #[must_use]
    fn softplus(value: Self::Value) -> Self::Value
    where
        T: Real;
    /// Sines.
    #[must_use]
    fn sin(value: Self::Value) -> Self::Value
    where
        T: Real;
    /// Cosines.
    #[must_use]
    fn cos(value: Self::Value) -> Self::Value
    where
        T: Real;
    /// The error function.
    #[must_use]
    fn erf(value: Self::Value) -> Self::Value
    where
        T: Real;
    /// `x (1 + erf(x / sqrt(2))) / 2`
    #[must_use]
    fn gelu(value: Self::Value) -> Self::Value
    where
        T: Real;
    /// The derivative of `gelu`.
    #[must_use]
    fn gelu_derivative(value: Self::Value) -> Self::Value
    where
        T: Real;
    /// A function of the user's.
    #[must_use]
    fn user<F: Function<T, N>, const N: usize>(arguments: [Self::Value; N]) -> Self::Value;
    /// The derivative of a function of the user's, by the argument of this number.
    #[must_use]
    fn user_derivative<F: Function<T, N>, const N: usize>(arguments: [Self::Value; N], argument: usize) -> Self::Value;
    /// The second derivative of a function of the user's, by the arguments of these numbers, least first.
    #[must_use]
    fn user_second_derivative<F: SecondDerivative<T, N>, const N: usize>(
        arguments: [Self::Value; N],
        by: [usize; 2],
    ) -> Self::Value;

    /// Whether numbers compare so.
    #[must_use]
    fn compare(comparison: Comparison, lhs: Self::Value, rhs: Self::Value) -> Self::Mask
    where
        T: Ordered;
    /// Whether forms of labels compare so.
    #[must_use]
    fn compare_indices<const L: usize>(comparison: Comparison, at: At<L>, lhs: Form<L>, rhs: Form<L>) -> Self::Mask;
    /// Whether both hold.
    #[must_use]
    fn and(lhs: Self::Mask, rhs: Self::Mask) -> Self::Mask;
    /// Whether one of both holds.
    #[must_use]
    fn or(lhs: Self::Mask, rhs: Self::Mask) -> Self::Mask;
    /// Whether it does not hold.
    #[must_use]
    fn not(mask: Self::Mask) -> Self::Mask;
    /// The first where the mask holds, the second elsewhere: the other is not looked at, be it NaN.
    #[must_use]
    fn select(mask: Self::Mask, lhs: Self::Value, rhs: Self::Value) -> Self::Value;
}

/// A function for each element of a vector, of the element alone. (Loops, not closures, which need not be inlined, and then would be
/// compiled for the baseline.)
macro_rules! each {
    ($($name:ident $lanes:ident: $Bound:ident),* $(,)?) => { $(
        #[inline(always)]
        fn $name(value: [T; N]) -> [T; N]
        where
            T: $Bound,
        {
            T::$lanes::<FUSED, N>(value)
        }
    )* };
}

impl<T: crate::Element, const N: usize, const DENSE: bool, const FUSED: bool> Arithmetic<T> for Lanes<N, DENSE, FUSED> {
    type Mask = [bool; N];

    #[inline(always)]
    fn integer(number: i64) -> [T; N]
    where
        T: Ring,
    {
        let magnitude = T::from_u64(number.unsigned_abs());
        [if number < 0 { magnitude.negated() } else { magnitude }; N]
    }

    #[inline(always)]
    fn literal(number: f64) -> [T; N]
    where
        T: Field,
    {
        [T::from_f64(number); N]
    }

    #[inline(always)]
    fn index<const L: usize>(at: At<L>, form: Form<L>) -> [T; N]
    where
        T: Ring,
    {
        let (first, step) = at.line(form);
        let mut results = [T::ZERO; N];
        for n in 0..N {
            let index = first.wrapping_add(step.wrapping_mul(at.along(n)));
            let magnitude = T::from_u64(index.unsigned_abs() as u64);
            results[n] = if index < 0 { magnitude.negated() } else { magnitude };
        }
        results
    }

    #[inline(always)]
    fn minus(lhs: [T; N], rhs: [T; N]) -> [T; N]
    where
        T: Ring,
    {
        let mut results = [T::ZERO; N];
        for n in 0..N {
            results[n] = lhs[n].minus(rhs[n]);
        }
        results
    }

    #[inline(always)]
    fn negated(value: [T; N]) -> [T; N]
    where
        T: Ring,
    {
        let mut results = [T::ZERO; N];
        for n in 0..N {
            results[n] = value[n].negated();
        }
        results
    }

    #[inline(always)]
    fn divided(lhs: [T; N], rhs: [T; N]) -> [T; N]
    where
        T: Field,
    {
        let mut results = [T::ZERO; N];
        for n in 0..N {
            results[n] = lhs[n].divided(rhs[n]);
        }
        results
    }

    #[inline(always)]
    fn divided_by(lhs: [T; N], rhs: [T; N], inverse: [T; N]) -> [T; N]
    where
        T: Field,
    {
        let mut results = [T::ZERO; N];
        for n in 0..N {
            results[n] = lhs[n].divided_by::<FUSED>(rhs[n], inverse[n]);
        }
        results
    }

    #[inline(always)]
    fn max(lhs: [T; N], rhs: [T; N]) -> [T; N]
    where
        T: Ordered,
    {
        let mut results = [T::ZERO; N];
        for n in 0..N {
            results[n] = Ordered::max(lhs[n], rhs[n]);
        }
        results
    }

    #[inline(always)]
    fn min(lhs: [T; N], rhs: [T; N]) -> [T; N]
    where
        T: Ordered,
    {
        let mut results = [T::ZERO; N];
        for n in 0..N {
            results[n] = Ordered::min(lhs[n], rhs[n]);
        }
        results
    }

    // (An instruction that gives its second operand where one is NaN, a comparison and a choice; `max` of two takes seven.)
    #[inline(always)]
    #[allow(clippy::eq_op, reason = "NaN alone is not equal to itself")]
    fn largest(lhs: [T; N], rhs: [T; N]) -> [T; N]
    where
        T: Ordered,
    {
        let mut results = [T::ZERO; N];
        for n in 0..N {
            let result = if lhs[n] > rhs[n] { lhs[n] } else { rhs[n] };
            results[n] = if lhs[n] == lhs[n] { result } else { lhs[n] };
        }
        results
    }

    // (An instruction that gives its second operand where one is NaN, a comparison and a choice; `max` of two takes seven.)
    #[inline(always)]
    #[allow(clippy::eq_op, reason = "NaN alone is not equal to itself")]
    fn smallest(lhs: [T; N], rhs: [T; N]) -> [T; N]
    where
        T: Ordered,
    {
        let mut results = [T::ZERO; N];
        for n in 0..N {
            let result = if lhs[n] < rhs[n] { lhs[n] } else { rhs[n] };
            results[n] = if lhs[n] == lhs[n] { result } else { lhs[n] };
        }
        results
    }

    #[inline(always)]
    fn abs(value: [T; N]) -> [T; N]
    where
        T: Ordered,
    {
        let mut results = [T::ZERO; N];
        for n in 0..N {
            results[n] = Ordered::abs(value[n]);
        }
        results
    }

    #[inline(always)]
    fn relu(value: [T; N]) -> [T; N]
    where
        T: Ordered,
    {
        let mut results = [T::ZERO; N];
        for n in 0..N {
            results[n] = if value[n] < T::ZERO { T::ZERO } else { value[n] };
        }
        results
    }

    #[inline(always)]
    fn powi(value: [T; N], exponent: i32) -> [T; N]
    where
        T: Real,
    {
        T::powi_lanes::<FUSED, N>(value, exponent)
    }

    #[inline(always)]
    fn powf(value: [T; N], exponent: [T; N]) -> [T; N]
    where
        T: Real,
    {
        T::powf_lanes::<FUSED, N>(value, exponent)
    }

    each! {
        recip recip_lanes: Field, exp exp_lanes: Field, exp_m1 exp_m1_lanes: Real, ln ln_lanes: Real, ln_1p ln_1p_lanes: Real,
        sqrt sqrt_lanes: Real, tanh tanh_lanes: Real, sigmoid sigmoid_lanes: Real, silu silu_lanes: Real,
        softplus softplus_lanes: Real, erf erf_lanes: Real, gelu gelu_lanes: Real, gelu_derivative gelu_derivative_lanes: Real,
        sin sin_lanes: Real, cos cos_lanes: Real,
    }

    #[inline(always)]
    fn user<F: Function<T, M>, const M: usize>(arguments: [[T; N]; M]) -> [T; N] {
        array::from_fn(|n| F::value(arguments.map(|argument| argument[n])))
    }

    #[inline(always)]
    fn user_derivative<F: Function<T, M>, const M: usize>(arguments: [[T; N]; M], argument: usize) -> [T; N] {
        array::from_fn(|n| F::derivative(arguments.map(|argument| argument[n]), argument))
    }

    #[inline(always)]
    fn user_second_derivative<F: SecondDerivative<T, M>, const M: usize>(
        arguments: [[T; N]; M],
        by: [usize; 2],
    ) -> [T; N] {
        array::from_fn(|n| F::second_derivative(arguments.map(|argument| argument[n]), by))
    }

    #[inline(always)]
    fn compare(comparison: Comparison, lhs: [T; N], rhs: [T; N]) -> [bool; N]
    where
        T: Ordered,
    {
        array::from_fn(|n| comparison.holds(&lhs[n], &rhs[n]))
    }

    #[inline(always)]
    fn compare_indices<const L: usize>(comparison: Comparison, at: At<L>, lhs: Form<L>, rhs: Form<L>) -> [bool; N] {
        let differences: [i32; N] = at.differences(lhs, rhs);
        let mut mask = [false; N];
        for n in 0..N {
            mask[n] = comparison.holds(&differences[n], &0);
        }
        mask
    }

    #[inline(always)]
    fn and(lhs: [bool; N], rhs: [bool; N]) -> [bool; N] {
        array::from_fn(|n| lhs[n] & rhs[n])
    }

    #[inline(always)]
    fn or(lhs: [bool; N], rhs: [bool; N]) -> [bool; N] {
        array::from_fn(|n| lhs[n] | rhs[n])
    }

    #[inline(always)]
    fn not(mask: [bool; N]) -> [bool; N] {
        array::from_fn(|n| !mask[n])
    }

    #[inline(always)]
    fn select(mask: [bool; N], lhs: [T; N], rhs: [T; N]) -> [T; N] {
        let mut results = [T::ZERO; N];
        for n in 0..N {
            results[n] = if mask[n] { lhs[n] } else { rhs[n] };
        }
        results
    }
}
