//! Functions of floating-point numbers.

use num_complex::{Complex32, Complex64};

use super::{
    complex, erf, exp, gelu, ln,
    ordered::{Ordered, Ring},
    powf, powi, quotient, sigmoid, sin, tanh,
};

/// Functions of arrays, of each number by itself. There is no closure and no function of the standard library around a call, which
/// could be compiled on its own, for other instructions than those of the caller. And no array that is given is written to:
/// rustc 1.95 takes the array of the caller for it, if this is called by a closure.
macro_rules! lanes {
    ($($function:ident $lanes:ident: $does:literal;)*) => { $(
        #[doc = $does]
        #[must_use]
        #[inline(always)]
        fn $lanes<const FUSED: bool, const N: usize>(numbers: [Self; N]) -> [Self; N] {
            let mut results = [Self::ZERO; N];
            for n in 0..N {
                results[n] = numbers[n].$function::<FUSED>();
            }
            results
        }
    )* };
}

/// Functions of arrays whose numbers are looked at together, and of one number at a time.
macro_rules! together {
    ($($function:ident $lanes:ident: $does:literal, $of_one:literal;)*) => { $(
        #[doc = $does]
        #[must_use]
        fn $lanes<const FUSED: bool, const N: usize>(numbers: [Self; N]) -> [Self; N];
        #[doc = $of_one]
        #[must_use]
        #[inline(always)]
        fn $function<const FUSED: bool>(self) -> Self {
            Self::$lanes::<FUSED, 1>([self])[0]
        }
    )* };
}

/// Such functions of arrays, by those of a module.
macro_rules! by_vectors {
    ($($lanes:ident $module:ident::$function:ident;)*) => { $(
        #[inline(always)]
        fn $lanes<const FUSED: bool, const N: usize>(numbers: [Self; N]) -> [Self; N] {
            $module::$function::<_, FUSED, N>(numbers)
        }
    )* };
}

/// Real and complex numbers.
#[diagnostic::on_unimplemented(
    message = "this formula divides, or has a function or a fraction, of elements of type `{Self}`",
    label = "`{Self}` has none of these: they are of `f32`, `f64` and complex numbers",
    note = "`(x as f64)[i]` reads the elements of `x` as `f64`"
)]
pub trait Field: Ring {
    /// The least number that is rounded to infinity.
    const TOO_LARGE: f64;

    /// A literal, rounded.
    #[must_use]
    fn from_f64(number: f64) -> Self;
    /// The quotient.
    #[must_use]
    fn divided(self, other: Self) -> Self;
    /// One over the number.
    #[must_use]
    fn recip<const FUSED: bool>(self) -> Self;
    /// One over the number, if quotients by the number are to be had by it.
    #[must_use]
    #[inline(always)]
    fn inverse(self) -> Option<Self> {
        None
    }
    /// The quotient, by one over the divisor.
    #[must_use]
    #[inline(always)]
    fn divided_by<const FUSED: bool>(self, divisor: Self, _inverse: Self) -> Self {
        self.divided(divisor)
    }
    /// e to the power of the number.
    #[must_use]
    fn exp<const FUSED: bool>(self) -> Self;

    lanes! {
        recip recip_lanes: "One over each number.";
        exp exp_lanes: "e to the power of each number.";
    }
}

/// Real numbers.
#[diagnostic::on_unimplemented(
    message = "this formula has a function of real numbers, of elements of type `{Self}`",
    label = "`{Self}` has none: they are of `f32` and `f64`",
    note = "`(x as f64)[i]` reads the elements of `x` as `f64`"
)]
pub trait Real: Ordered + Field {
    /// e to the power of the number, less 1.
    #[must_use]
    fn exp_m1<const FUSED: bool>(self) -> Self;
    /// The natural logarithm.
    #[must_use]
    fn ln<const FUSED: bool>(self) -> Self;
    /// The natural logarithm of the sum of 1 and the number.
    #[must_use]
    fn ln_1p<const FUSED: bool>(self) -> Self;
    /// The square root.
    #[must_use]
    fn sqrt<const FUSED: bool>(self) -> Self;
    /// The hyperbolic tangent.
    #[must_use]
    fn tanh<const FUSED: bool>(self) -> Self;
    /// `ln(1 + exp(x))`.
    #[must_use]
    fn softplus<const FUSED: bool>(self) -> Self;
    /// The error function.
    #[must_use]
    fn erf<const FUSED: bool>(self) -> Self;
    /// `max(x, 0)`; NaN of NaN.
    #[must_use]
    fn relu<const FUSED: bool>(self) -> Self;

    lanes! {
        exp_m1 exp_m1_lanes: "e to the power of each number, less 1.";
        ln ln_lanes: "The natural logarithm of each number.";
        ln_1p ln_1p_lanes: "The natural logarithm of the sum of 1 and each number.";
        sqrt sqrt_lanes: "The square root of each number.";
        tanh tanh_lanes: "The hyperbolic tangent of each number.";
        softplus softplus_lanes: "`ln(1 + exp(x))` of each number.";
        erf erf_lanes: "The error function of each number.";
        relu relu_lanes: "`max(x, 0)` of each number.";
    }

    together! {
        sigmoid sigmoid_lanes: "`1 / (1 + exp(-x))` of each number.", "`1 / (1 + exp(-x))`, of one number at a time.";
        silu silu_lanes: "`x / (1 + exp(-x))` of each number.", "`x / (1 + exp(-x))`, of one number at a time.";
        gelu gelu_lanes: "`x (1 + erf(x / sqrt(2))) / 2` of each number.", "`x (1 + erf(x / sqrt(2))) / 2`, of one number at a time.";
        gelu_derivative gelu_derivative_lanes: "The derivative of `gelu` at each number.", "The derivative of `gelu`, at one number at a time.";
        sin sin_lanes: "The sine of each number.", "The sine, of one number at a time.";
        cos cos_lanes: "The cosine of each number.", "The cosine, of one number at a time.";
    }

    /// The number to the power of another.
    #[must_use]
    fn powf<const FUSED: bool>(self, exponent: Self) -> Self;
    /// Each number to the power of another.
    #[must_use]
    #[inline(always)]
    fn powf_lanes<const FUSED: bool, const N: usize>(numbers: [Self; N], exponents: [Self; N]) -> [Self; N] {
        let mut results = [Self::ZERO; N];
        for n in 0..N {
            results[n] = numbers[n].powf::<FUSED>(exponents[n]);
        }
        results
    }
    /// Each number to the power of one integer.
    #[must_use]
    fn powi_lanes<const FUSED: bool, const N: usize>(numbers: [Self; N], exponent: i32) -> [Self; N];
    /// The number to the power of an integer, of one number at a time.
    #[must_use]
    #[inline(always)]
    fn powi<const FUSED: bool>(self, exponent: i32) -> Self {
        Self::powi_lanes::<FUSED, 1>([self], exponent)[0]
    }
}

macro_rules! reals {
    ($($T:ident $too_large:expr;)*) => { $(
        impl Field for $T {
            const TOO_LARGE: f64 = $too_large;
            #[inline(always)]
            #[allow(clippy::cast_possible_truncation, reason = "it rounds to the nearest")]
            fn from_f64(number: f64) -> Self { number as $T }
            #[inline(always)]
            fn divided(self, other: Self) -> Self { self / other }
            #[inline(always)]
            fn recip<const FUSED: bool>(self) -> Self { 1.0 / self }
            #[inline(always)]
            fn inverse(self) -> Option<Self> { quotient::inverse(self) }
            #[inline(always)]
            fn divided_by<const FUSED: bool>(self, divisor: Self, inverse: Self) -> Self {
                quotient::quotient::<_, FUSED>(self, divisor, inverse)
            }
            #[inline(always)]
            fn exp<const FUSED: bool>(self) -> Self { exp::exp::<_, FUSED>(self) }
        }

        impl Real for $T {
            #[inline(always)]
            fn exp_m1<const FUSED: bool>(self) -> Self { exp::exp_m1::<_, FUSED>(self) }
            #[inline(always)]
            fn ln<const FUSED: bool>(self) -> Self { ln::ln::<_, FUSED>(self) }
            #[inline(always)]
            fn ln_1p<const FUSED: bool>(self) -> Self { ln::ln_1p::<_, FUSED>(self) }
            #[inline(always)]
            fn tanh<const FUSED: bool>(self) -> Self { tanh::tanh::<_, FUSED>(self) }
            #[inline(always)]
            fn softplus<const FUSED: bool>(self) -> Self { sigmoid::softplus::<_, FUSED>(self) }
            by_vectors! {
                sigmoid_lanes sigmoid::sigmoid;
                silu_lanes sigmoid::silu;
                gelu_lanes gelu::gelu;
                gelu_derivative_lanes gelu::gelu_derivative;
                sin_lanes sin::sin;
                cos_lanes sin::cos;
            }
            #[inline(always)]
            fn erf<const FUSED: bool>(self) -> Self { erf::erf::<_, FUSED>(self) }
            #[inline(always)]
            #[cfg(feature = "std")]
            fn sqrt<const FUSED: bool>(self) -> Self { $T::sqrt(self) }
            #[inline(always)]
            #[cfg(not(feature = "std"))]
            #[allow(clippy::cast_possible_truncation, reason = "a root of `f32` that is rounded twice is the one that is rounded once")]
            fn sqrt<const FUSED: bool>(self) -> Self { super::sqrt::sqrt(f64::from(self)) as $T }
            #[inline(always)]
            fn relu<const FUSED: bool>(self) -> Self { if self <= 0.0 { 0.0 } else { self } }
            #[inline(always)]
            fn powf<const FUSED: bool>(self, exponent: Self) -> Self { powf::powf::<_, FUSED>(self, exponent) }
            #[inline(always)]
            fn powi_lanes<const FUSED: bool, const N: usize>(numbers: [Self; N], exponent: i32) -> [Self; N] {
                powi::powi::<_, FUSED, N>(numbers, exponent)
            }
        }
    )* };
}

// (2^128 - 2^103 is between the largest `f32` and 2^128.)
reals! {
    f32 340_282_356_779_733_661_637_539_395_458_142_568_448.0;
    f64 f64::INFINITY;
}

macro_rules! complex {
    ($($T:ident $Real:ident;)*) => { $(
        impl Field for $T {
            const TOO_LARGE: f64 = <$Real as Field>::TOO_LARGE;
            #[inline(always)]
            fn from_f64(number: f64) -> Self { Self::new(Field::from_f64(number), 0.0) }
            #[inline(always)]
            fn divided(self, other: Self) -> Self { self / other }
            #[inline(always)]
            fn recip<const FUSED: bool>(self) -> Self { $T::new(1.0, 0.0) / self }
            #[inline(always)]
            fn exp<const FUSED: bool>(self) -> Self { complex::exp::<_, FUSED, 1>([self])[0] }
            #[inline(always)]
            fn exp_lanes<const FUSED: bool, const N: usize>(numbers: [Self; N]) -> [Self; N] {
                complex::exp::<_, FUSED, N>(numbers)
            }
        }
    )* };
}

complex! {
    Complex32 f32;
    Complex64 f64;
}
