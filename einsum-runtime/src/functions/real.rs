//! Functions of floating-point numbers.

use std::array;

use num_complex::{Complex32, Complex64};

use crate::functions::ordered::{Ordered, Ring};

/// Real and complex numbers.
pub trait Field: Ring {
    /// A literal, rounded.
    #[must_use]
    fn from_f64(number: f64) -> Self;
    /// The quotient.
    #[must_use]
    fn divided(self, other: Self) -> Self;
    /// One over the number.
    #[must_use]
    fn recip<const FUSED: bool>(self) -> Self;
    /// e to the power of the number.
    #[must_use]
    fn exp<const FUSED: bool>(self) -> Self;
    /// e to the power of each number.
    #[must_use]
    #[inline(always)]
    fn exp_lanes<const FUSED: bool, const N: usize>(numbers: [Self; N]) -> [Self; N] {
        array::from_fn(|n| numbers[n].exp::<FUSED>())
    }
}

/// Real numbers.
pub trait Real: Ordered + Field {
    /// e to the power of the number, less 1.
    #[must_use]
    fn exp_m1<const FUSED: bool>(self) -> Self;
    /// The natural logarithm.
    #[must_use]
    fn ln<const FUSED: bool>(self) -> Self;
    /// The natural logarithm of 1 and the number.
    #[must_use]
    fn ln_1p<const FUSED: bool>(self) -> Self;
    /// The square root.
    #[must_use]
    fn sqrt<const FUSED: bool>(self) -> Self;
    /// The hyperbolic tangent.
    #[must_use]
    fn tanh<const FUSED: bool>(self) -> Self;
    /// `1 / (1 + exp(-x))`.
    #[must_use]
    fn sigmoid<const FUSED: bool>(self) -> Self;
    /// `x / (1 + exp(-x))`.
    #[must_use]
    fn silu<const FUSED: bool>(self) -> Self;
    /// `ln(1 + exp(x))`.
    #[must_use]
    fn softplus<const FUSED: bool>(self) -> Self;
    /// The sine. Not computed by vectors, as `sin_lanes` is.
    #[must_use]
    #[inline(always)]
    fn sin<const FUSED: bool>(self) -> Self {
        Self::sin_lanes::<FUSED, 1>([self])[0]
    }
    /// The cosine. Not computed by vectors, as `cos_lanes` is.
    #[must_use]
    #[inline(always)]
    fn cos<const FUSED: bool>(self) -> Self {
        Self::cos_lanes::<FUSED, 1>([self])[0]
    }
    /// The sine of each number.
    #[must_use]
    fn sin_lanes<const FUSED: bool, const N: usize>(numbers: [Self; N]) -> [Self; N];
    /// The cosine of each number.
    #[must_use]
    fn cos_lanes<const FUSED: bool, const N: usize>(numbers: [Self; N]) -> [Self; N];
    /// The error function.
    #[must_use]
    fn erf<const FUSED: bool>(self) -> Self;
    /// `x (1 + erf(x / sqrt(2))) / 2`.
    #[must_use]
    fn gelu<const FUSED: bool>(self) -> Self;
    /// The derivative of `gelu`.
    #[must_use]
    fn gelu_derivative<const FUSED: bool>(self) -> Self;
    /// `max(x, 0)`; NaN of NaN.
    #[must_use]
    fn relu<const FUSED: bool>(self) -> Self;
    /// The number to the power of another.
    #[must_use]
    fn powf<const FUSED: bool>(self, exponent: Self) -> Self;
    /// The number to the power of an integer. Not computed by vectors, as `powi_lanes` is.
    #[must_use]
    #[inline(always)]
    fn powi<const FUSED: bool>(self, exponent: i32) -> Self {
        Self::powi_lanes::<FUSED, 1>([self], exponent)[0]
    }
    /// Each number to the power of one integer.
    #[must_use]
    fn powi_lanes<const FUSED: bool, const N: usize>(numbers: [Self; N], exponent: i32) -> [Self; N];
}

/// The error function, by its series and its continued fraction.
fn erf(x: f64) -> f64 {
    let z = x * x;
    if z < 9.0 {
        let (mut term, mut sum) = (x, x);
        for n in 0..100 {
            let n = f64::from(n);
            term *= z * 2.0 / (2.0 * n + 3.0);
            sum += term;
        }
        return sum * (-z).exp() * std::f64::consts::FRAC_2_SQRT_PI;
    }
    x.signum() * (1.0 - erfc(x.abs()))
}

/// The complement of the error function of what is above 3.
fn erfc(x: f64) -> f64 {
    let mut fraction = x;
    for n in (1..100).rev() {
        fraction = x + f64::from(n) / 2.0 / fraction;
    }
    (-x * x).exp() / fraction / std::f64::consts::PI.sqrt()
}

/// The normal distribution.
fn normal(x: f64) -> f64 {
    let z = x * std::f64::consts::FRAC_1_SQRT_2;
    if z < -3.0 { erfc(-z) / 2.0 } else { f64::midpoint(1.0, erf(z)) }
}

macro_rules! reals {
    ($($T:ident)*) => { $(
        impl Field for $T {
            #[inline(always)]
            #[allow(clippy::cast_possible_truncation, reason = "it rounds to the nearest")]
            fn from_f64(number: f64) -> Self { number as $T }
            #[inline(always)]
            fn divided(self, other: Self) -> Self { self / other }
            #[inline(always)]
            fn recip<const FUSED: bool>(self) -> Self { 1.0 / self }
            #[inline(always)]
            fn exp<const FUSED: bool>(self) -> Self { $T::exp(self) }
        }

        impl Real for $T {
            #[inline(always)]
            fn exp_m1<const FUSED: bool>(self) -> Self { $T::exp_m1(self) }
            #[inline(always)]
            fn ln<const FUSED: bool>(self) -> Self { $T::ln(self) }
            #[inline(always)]
            fn ln_1p<const FUSED: bool>(self) -> Self { $T::ln_1p(self) }
            #[inline(always)]
            fn sqrt<const FUSED: bool>(self) -> Self { $T::sqrt(self) }
            #[inline(always)]
            fn tanh<const FUSED: bool>(self) -> Self { $T::tanh(self) }
            #[inline(always)]
            fn sigmoid<const FUSED: bool>(self) -> Self {
                let e = $T::exp(-$T::abs(self));
                (if self < 0.0 { e } else { 1.0 }) / (1.0 + e)
            }
            #[inline(always)]
            fn silu<const FUSED: bool>(self) -> Self {
                let e = $T::exp(-$T::abs(self));
                let half = (if self < 0.0 { e } else { 1.0 }) / (1.0 + e);
                if half == 0.0 { -0.0 } else { self * half }
            }
            #[inline(always)]
            fn softplus<const FUSED: bool>(self) -> Self { Ordered::max(self, 0.0) + $T::exp(-$T::abs(self)).ln_1p() }
            #[inline(always)]
            fn sin_lanes<const FUSED: bool, const N: usize>(numbers: [Self; N]) -> [Self; N] { numbers.map($T::sin) }
            #[inline(always)]
            fn cos_lanes<const FUSED: bool, const N: usize>(numbers: [Self; N]) -> [Self; N] { numbers.map($T::cos) }
            #[inline(always)]
            fn erf<const FUSED: bool>(self) -> Self { Self::from_f64(erf(f64::from(self))) }
            #[inline(always)]
            fn gelu<const FUSED: bool>(self) -> Self {
                let half = Self::from_f64(normal(f64::from(self)));
                if half == 0.0 { -0.0 } else { self * half }
            }
            #[inline(always)]
            fn gelu_derivative<const FUSED: bool>(self) -> Self {
                let x = f64::from(self);
                let density = (-x * x / 2.0).exp() / std::f64::consts::TAU.sqrt();
                Self::from_f64(normal(x) + if density == 0.0 { 0.0 } else { x * density })
            }
            #[inline(always)]
            fn relu<const FUSED: bool>(self) -> Self { if self < 0.0 { 0.0 } else { self } }
            #[inline(always)]
            fn powf<const FUSED: bool>(self, exponent: Self) -> Self { $T::powf(self, exponent) }
            #[inline(always)]
            fn powi_lanes<const FUSED: bool, const N: usize>(numbers: [Self; N], exponent: i32) -> [Self; N] {
                numbers.map(|number| $T::powi(number, exponent))
            }
        }
    )* };
}

reals!(f32 f64);

macro_rules! complex {
    ($($T:ident)*) => { $(
        impl Field for $T {
            #[inline(always)]
            fn from_f64(number: f64) -> Self { Self::new(Field::from_f64(number), 0.0) }
            #[inline(always)]
            fn divided(self, other: Self) -> Self { self / other }
            #[inline(always)]
            fn recip<const FUSED: bool>(self) -> Self { $T::new(1.0, 0.0) / self }
            #[inline(always)]
            fn exp<const FUSED: bool>(self) -> Self { $T::exp(self) }
        }
    )* };
}

complex!(Complex32 Complex64);
