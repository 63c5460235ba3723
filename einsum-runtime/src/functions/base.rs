//! Building blocks of the functions: arithmetic that both types share, and their bits.

use core::ops::{Add, Div, Mul, Neg, Sub};

/// A type of numbers, and how its bits are laid out.
pub(super) trait Base:
    Copy
    + PartialOrd
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
{
    const INFINITY: Self;
    const NAN: Self;
    /// The least number that is not subnormal.
    const LEAST_NORMAL: Self;
    /// A number so large that a sum with it is an integer: the last bits of the sum are those of the integer.
    const SHIFT: Self;
    /// A power of two that leads from subnormal numbers to others, and its exponent.
    const FROM_SUBNORMAL: (Self, Self);

    /// A constant, rounded.
    fn of(number: f64) -> Self;
    /// `self * factor + sum`, rounded once if `FUSED` and there is `std`: `core` has no such function.
    fn times_plus<const FUSED: bool>(self, factor: Self, sum: Self) -> Self;
    /// The absolute value.
    fn magnitude(self) -> Self;
    /// The number with the sign of another.
    fn with_sign(self, sign: Self) -> Self;
    /// The number with the other sign if `n` is odd, which is given as `n + SHIFT`.
    fn negated_if_odd(self, shifted: Self) -> Self;
    /// Whether `n` is odd, which is given as `n + SHIFT`.
    fn is_odd(shifted: Self) -> bool;
    /// Two to the power of `n`, which is given as `n + SHIFT`, if that is not subnormal.
    fn two_to(shifted: Self) -> Self;
    /// Two powers of two whose product is two to the power of `n`, which is given as `n + SHIFT`: of the half of `n`, rounded down and up,
    /// if neither is subnormal.
    fn powers_of_two(shifted: Self) -> (Self, Self);
    /// `(m, e, 2^-e)` of a positive number that is not subnormal: it is `m 2^e`, with `m` between the roots of 1/2 and 2.
    fn split(self) -> (Self, Self, Self);
    /// The number without the lower half of its digits.
    fn upper_half(self) -> Self;
}

macro_rules! base {
    ($($T:ident: digits $digits:literal, bits $bits:literal, bias $bias:literal or $number:literal, lower half $half:literal, subnormals $moved:literal;)*) => { $(
        impl Base for $T {
            const INFINITY: Self = $T::INFINITY;
            const NAN: Self = $T::NAN;
            const LEAST_NORMAL: Self = $T::MIN_POSITIVE;
            const SHIFT: Self = 1.5 / $T::EPSILON;
            const FROM_SUBNORMAL: (Self, Self) = (2.0 / $T::EPSILON, $moved);

            #[inline(always)]
            #[allow(clippy::cast_possible_truncation, reason = "it rounds to the nearest")]
            fn of(number: f64) -> Self { number as $T }
            #[inline(always)]
            fn times_plus<const FUSED: bool>(self, factor: Self, sum: Self) -> Self {
                #[cfg(feature = "std")]
                if FUSED {
                    return self.mul_add(factor, sum);
                }
                self * factor + sum
            }
            #[inline(always)]
            fn magnitude(self) -> Self { self.abs() }
            #[inline(always)]
            fn with_sign(self, sign: Self) -> Self { self.copysign(sign) }
            #[inline(always)]
            fn negated_if_odd(self, shifted: Self) -> Self {
                $T::from_bits(self.to_bits() ^ (shifted.to_bits() << ($bits - 1)))
            }
            #[inline(always)]
            fn is_odd(shifted: Self) -> bool { shifted.to_bits() & 1 != 0 }
            #[inline(always)]
            fn two_to(shifted: Self) -> Self {
                $T::from_bits((shifted.to_bits() << $digits).wrapping_add($bias << $digits))
            }
            #[inline(always)]
            fn powers_of_two(shifted: Self) -> (Self, Self) {
                // (Of `SHIFT` no bit is left.)
                let bits = shifted.to_bits();
                let large = (bits >> 1 << $digits).wrapping_add($bias << $digits);
                let small = (bits << $digits).wrapping_add(2 * $bias << $digits).wrapping_sub(large);
                ($T::from_bits(large), $T::from_bits(small))
            }
            #[inline(always)]
            fn split(self) -> (Self, Self, Self) {
                // The exponent as it is kept moves up where the fraction passes the root of 2. It is made a number without an
                // instruction for that: as the last digits of a large one.
                let (root, large) = ((0.5 * core::$T::consts::SQRT_2).to_bits(), 1.0 / $T::EPSILON);
                let moved = self.to_bits().wrapping_sub(root).wrapping_add($bias << $digits);
                let exponent = moved >> $digits;
                (
                    $T::from_bits((moved & ((1 << $digits) - 1)).wrapping_add(root)),
                    $T::from_bits(exponent | large.to_bits()) - (large + $number),
                    $T::from_bits(exponent.wrapping_neg().wrapping_add(2 * $bias) << $digits),
                )
            }
            #[inline(always)]
            fn upper_half(self) -> Self { $T::from_bits(self.to_bits() >> $half << $half) }
        }
    )* };
}

base! {
    f32: digits 23, bits 32, bias 127 or 127.0, lower half 12, subnormals 24.0;
    f64: digits 52, bits 64, bias 1023 or 1023.0, lower half 27, subnormals 53.0;
}

/// The product, and what it lacks to the exact one.
#[inline(always)]
pub(super) fn exact_product<T: Base, const FUSED: bool>(lhs: T, rhs: T) -> (T, T) {
    let product = lhs * rhs;
    if FUSED && cfg!(feature = "std") {
        return (product, lhs.times_plus::<true>(rhs, -product));
    }
    let (a, b) = (lhs.upper_half(), rhs.upper_half());
    let (c, d) = (lhs - a, rhs - b);
    (product, (((a * b - product) + a * d) + c * b) + c * d)
}

/// The sum, and what it lacks to the exact one; `large` is 0 or the larger one by its magnitude.
#[inline(always)]
pub(super) fn exact_sum<T: Base>(large: T, small: T) -> (T, T) {
    let sum = large + small;
    (sum, small - (sum - large))
}

/// The polynomial of these coefficients, from that of `x^0` upwards.
#[inline(always)]
pub(super) fn polynomial<T: Base, const FUSED: bool, const N: usize>(x: T, coefficients: [T; N]) -> T {
    if N < 8 {
        return horner::<T, FUSED, N>(x, coefficients, N - 1, 1);
    }
    // Two chains of half the length: each step of one waits for the step before.
    let square = x * x;
    let even = horner::<T, FUSED, N>(square, coefficients, (N - 1) / 2 * 2, 2);
    let odd = horner::<T, FUSED, N>(square, coefficients, (N - 2) / 2 * 2 + 1, 2);
    odd.times_plus::<FUSED>(x, even)
}

/// The polynomial of every `step`th coefficient, by Horner's rule, from the one at `last` downwards.
#[inline(always)]
fn horner<T: Base, const FUSED: bool, const N: usize>(x: T, coefficients: [T; N], last: usize, step: usize) -> T {
    let (mut sum, mut n) = (coefficients[last], last);
    while n >= step {
        n -= step;
        sum = sum.times_plus::<FUSED>(x, coefficients[n]);
    }
    sum
}

/// Values of numbers up to some magnitude by a quick way, and if there are others among them, of those by another one, for which all are computed.
macro_rules! ways {
    ($numbers:ident up to $bound:expr; $near:ident $far:ident) => {{
        // (A loop, not a closure, which would not be inlined.)
        let (mut results, mut are_near) = ([T::of(0.0); N], true);
        for n in 0..N {
            are_near &= $numbers[n].magnitude() <= T::of($bound);
        }
        if are_near {
            for n in 0..N {
                results[n] = $near::<T, FUSED>($numbers[n]);
            }
        } else {
            for n in 0..N {
                let (x, near) = ($numbers[n], $near::<T, FUSED>($numbers[n]));
                let far = $far::<T, FUSED>(x);
                results[n] = if x.magnitude() <= T::of($bound) { near } else { far };
            }
        }
        results
    }};
}
pub(super) use ways;
