//! Arithmetic and order, of integers too.

use num_complex::{Complex32, Complex64};

use crate::element::Element;

/// Elements with differences. Those of integers wrap, as their sums do.
#[diagnostic::on_unimplemented(
    message = "this formula subtracts, or has a number that is written or a label, of elements of type `{Self}`",
    label = "`{Self}` has none of these: they are of integers, `f32`, `f64` and complex numbers"
)]
pub trait Ring: Element {
    /// The largest integers that can be written as such elements, with a sign before them and without.
    const LITERALS: [u64; 2];

    /// The difference.
    #[must_use]
    fn minus(self, other: Self) -> Self;
    /// The number of the other sign.
    #[must_use]
    fn negated(self) -> Self;
    /// The value of a label as a number: rounded, or of an integer the lowest bits.
    #[must_use]
    fn from_u64(number: u64) -> Self;
}

/// Real numbers and integers.
#[diagnostic::on_unimplemented(
    message = "this formula compares elements of type `{Self}`",
    label = "`{Self}` has no order: integers, `f32` and `f64` have one"
)]
pub trait Ordered: Ring + PartialOrd {
    /// Minus infinity, or the least integer: the largest of no numbers.
    const LEAST: Self;
    /// Infinity, or the largest integer: the smallest of no numbers.
    const GREATEST: Self;

    /// The larger number; NaN if one of them is NaN, and 0 of 0 and -0.
    #[must_use]
    fn max(self, other: Self) -> Self;
    /// The smaller number; NaN if one of them is NaN, and -0 of 0 and -0.
    #[must_use]
    fn min(self, other: Self) -> Self;
    /// The absolute value. That of the least integer wraps to itself.
    #[must_use]
    fn abs(self) -> Self;
    /// Whether `self < other`.
    #[must_use]
    #[inline(always)]
    fn less(self, other: Self) -> bool {
        self < other
    }
    /// Whether `self <= other`.
    #[must_use]
    #[inline(always)]
    fn less_equal(self, other: Self) -> bool {
        self <= other
    }
    /// Whether `self == other`.
    #[must_use]
    #[inline(always)]
    fn equal(self, other: Self) -> bool {
        self == other
    }
}

macro_rules! integers {
    ($abs:expr; $($T:ty)*) => { $(
        impl Ring for $T {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_lossless, reason = "all bits of the largest of 128 bits are 1")]
            const LITERALS: [u64; 2] = {
                let largest = <$T>::MAX as u64;
                [if <$T>::MIN == 0 { largest } else { largest.saturating_add(1) }, largest]
            };
            #[inline(always)]
            fn minus(self, other: Self) -> Self { self.wrapping_sub(other) }
            #[inline(always)]
            fn negated(self) -> Self { self.wrapping_neg() }
            #[inline(always)]
            #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_lossless, reason = "it wraps")]
            fn from_u64(number: u64) -> Self { number as $T }
        }

        impl Ordered for $T {
            const LEAST: Self = <$T>::MIN;
            const GREATEST: Self = <$T>::MAX;
            #[inline(always)]
            fn max(self, other: Self) -> Self { Ord::max(self, other) }
            #[inline(always)]
            fn min(self, other: Self) -> Self { Ord::min(self, other) }
            #[inline(always)]
            fn abs(self) -> Self { let abs: fn($T) -> $T = $abs; abs(self) }
        }
    )* };
}

integers!(|number| number.wrapping_abs(); i8 i16 i32 i64 i128 isize);
integers!(|number| number; u8 u16 u32 u64 u128 usize);

macro_rules! floats {
    ($($T:ident, $Complex:ident;)*) => { $(
        impl Ring for $T {
            const LITERALS: [u64; 2] = [u64::MAX; 2];
            #[inline(always)]
            fn minus(self, other: Self) -> Self { self - other }
            #[inline(always)]
            fn negated(self) -> Self { -self }
            #[inline(always)]
            #[allow(clippy::cast_precision_loss, reason = "it rounds to the nearest")]
            fn from_u64(number: u64) -> Self { number as $T }
        }

        impl Ordered for $T {
            const LEAST: Self = $T::NEG_INFINITY;
            const GREATEST: Self = $T::INFINITY;
            #[inline(always)]
            #[allow(clippy::float_cmp, reason = "zeros are equal")]
            fn max(self, other: Self) -> Self {
                // Both zeros are equal; the sign bits of zeros are or-ed in `min`, and and-ed here.
                let equal = $T::from_bits(self.to_bits() & other.to_bits());
                let larger = if self > other { self } else { other };
                let larger = if self == other { equal } else { larger };
                if self.is_nan() { self } else { larger }
            }
            #[inline(always)]
            #[allow(clippy::float_cmp, reason = "zeros are equal")]
            fn min(self, other: Self) -> Self {
                let equal = $T::from_bits(self.to_bits() | other.to_bits());
                let smaller = if self < other { self } else { other };
                let smaller = if self == other { equal } else { smaller };
                if self.is_nan() { self } else { smaller }
            }
            #[inline(always)]
            fn abs(self) -> Self { $T::abs(self) }
        }

        impl Ring for $Complex {
            const LITERALS: [u64; 2] = [u64::MAX; 2];
            #[inline(always)]
            fn minus(self, other: Self) -> Self { self - other }
            #[inline(always)]
            fn negated(self) -> Self { -self }
            #[inline(always)]
            fn from_u64(number: u64) -> Self { $Complex::new($T::from_u64(number), 0.0) }
        }
    )* };
}

floats! {
    f32, Complex32;
    f64, Complex64;
}
