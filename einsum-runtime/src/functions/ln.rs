//! `ln` and `ln_1p`.
//!
//! # Method
//! 1. `x = 2^e (1 + f)` with `1 + f` between the roots of 1/2 and of 2, by the bits. Subnormal numbers are scaled before.
//! 2. `ln(1 + f) = f + g`, where for `f32` `g = -f^2 / 2 + f^3 P(f)`. For `f64`, with `s = f / (2 + f)` and `z = s^2`,
//!    `ln(1 + f) = 2 s + s z P(z)`, of which `2 s = f - f^2 / 2 + s f^2 / 2`. The polynomials are by Remez's algorithm
//!    (`coefficients.py`).
//! 3. `ln x = e ln 2 + f + g`: `ln 2` is in two parts, of which the first times `e` is exact, and what is lost of its sum with
//!    `f` is added to `g`.
//! 4. `ln_1p(x)` is the logarithm of the rounded `u = 1 + x`, and what `u` lacks over `u`. Where `e` is 0, `f` is `x` itself.

use super::{
    base::{Base, exact_sum, polynomial},
    exp::Exponential,
};

/// The polynomial of the logarithm for a type.
pub(super) trait Logarithm: Exponential {
    /// `ln(1 + f) - f`.
    fn bend<const FUSED: bool>(f: Self) -> Self;
}

impl Logarithm for f32 {
    #[inline(always)]
    fn bend<const FUSED: bool>(f: f32) -> f32 {
        let square = f * f;
        let rest = polynomial::<_, FUSED, 9>(
            f,
            [
                0.333_333_135,
                -0.250_001_669,
                0.200_022_236,
                -0.166_593_701,
                0.142_097_503,
                -0.125_495_955,
                0.121_054_687,
                -0.109_183_289,
                0.053_568_191_8,
            ],
        );
        f.times_plus::<FUSED>(rest, -0.5) * square
    }
}

impl Logarithm for f64 {
    #[inline(always)]
    fn bend<const FUSED: bool>(f: f64) -> f64 {
        let s = f / (2.0 + f);
        let (z, half) = (s * s, 0.5 * f * f);
        let rest = polynomial::<_, FUSED, 7>(
            z,
            [
                0.666_666_666_666_673_4,
                0.399_999_999_994_164_6,
                0.285_714_287_420_949_9,
                0.222_221_985_961_899_3,
                0.181_835_633_986_844_6,
                0.153_140_688_760_351_08,
                0.147_958_111_073_038_25,
            ],
        );
        s.times_plus::<FUSED>(z.times_plus::<FUSED>(rest, half), -half)
    }
}

/// `e ln 2 + ln(1 + f)`, and a little more.
#[inline(always)]
fn assembled<T: Logarithm, const FUSED: bool>(e: T, f: T, more: T) -> T {
    let (high, lost) = exact_sum(e * T::LN_2.0, f);
    let low = e.times_plus::<FUSED>(T::LN_2.1, lost + more);
    high + (low + T::bend::<FUSED>(f))
}

/// Puts in what is not a number or not finite: `x` is what the logarithm is of.
#[inline(always)]
fn with_limits<T: Base>(x: T, logarithm: T) -> T {
    let other = if x == T::of(0.0) { -T::INFINITY } else { T::NAN };
    let logarithm = if x > T::of(0.0) { logarithm } else { other };
    if x == T::INFINITY { x } else { logarithm }
}

/// Largest error: 0.87 units in the last place of `f32`, 0.64 of `f64`.
#[inline(always)]
pub(super) fn ln<T: Logarithm, const FUSED: bool>(x: T) -> T {
    let is_subnormal = x < T::LEAST_NORMAL;
    let (scale, moved) = T::FROM_SUBNORMAL;
    let (m, e, _) = (if is_subnormal { x * scale } else { x }).split();
    let e = if is_subnormal { e - moved } else { e };
    with_limits(x, assembled::<T, FUSED>(e, m - T::of(1.0), T::of(0.0)))
}

/// Largest error: 0.94 units in the last place of `f32`, 0.75 of `f64`.
#[inline(always)]
pub(super) fn ln_1p<T: Logarithm, const FUSED: bool>(x: T) -> T {
    let one = T::of(1.0);
    let u = one + x;
    let lacks = if x > one { one - (u - x) } else { x - (u - one) };
    let (m, e, inverse) = u.split();
    let is_near = e == T::of(0.0);
    let f = if is_near { x } else { m - one };
    // Over `u`, to a few digits: it is the last one of the result that it changes. Of large numbers it changes nothing.
    let more = lacks * inverse * (one - f + f * f);
    let more = if is_near | (x > T::SHIFT) { T::of(0.0) } else { more };
    let logarithm = assembled::<T, FUSED>(e, f, more);
    with_limits(u, logarithm).with_sign(x)
}
