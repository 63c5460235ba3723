//! `sin` and `cos`.
//!
//! # Method
//! 1. `x = n pi / 2 + r` with an integer `n` and `|r| <= pi / 4`. `pi / 2` is in parts, of which all but the last have so few
//!    digits that their products with `n` are exact. `f32` is computed as `f64`, with two parts. Of `f64` there are three, and
//!    what `r` lacks is kept.
//! 2. `sin r` and `cos r` by polynomials, by Remez's algorithm (`coefficients.py`); the last two bits of `n` choose one and its
//!    sign.
//! 3. A number of a vector that is beyond 2^20 (about 10^6) is reduced by as many digits of `pi` as it takes (`far`). The branch is one
//!    for the whole vector.

use super::{
    base::{Base, polynomial},
    far::reduced,
};

/// The steps of sine and cosine for a type.
pub(super) trait Circular: Base {
    /// The sine, or the cosine if `QUARTERS` is 1, of a number up to [`FAR`].
    fn near<const FUSED: bool, const QUARTERS: u8>(x: Self) -> Self;
    /// The sine, or the cosine if `QUARTERS` is 1, of any number.
    fn far<const QUARTERS: u8>(x: Self) -> Self;
}

/// Up to here the products with the parts of `pi / 2` are exact.
const FAR: f64 = 1_048_576.0;

/// 33 digits of `pi / 2` each, and the rest.
const HALF_PI: [f64; 3] = [1.570_796_326_734_125_6, 6.077_100_506_303_966e-11, 2.022_266_248_795_950_6e-21];

/// The integer that is nearest to `x` over `pi / 2`, as `n + SHIFT`.
#[inline(always)]
fn quarters<const FUSED: bool>(x: f64) -> f64 {
    x.times_plus::<FUSED>(core::f64::consts::FRAC_2_PI, f64::SHIFT)
}

/// The sine or the cosine of `n` quarter turns and an angle, whose sine and cosine are given.
#[inline(always)]
fn turned<const QUARTERS: u8>(shifted: f64, sine: f64, cosine: f64) -> f64 {
    let shifted = shifted + f64::from(QUARTERS);
    let value = if f64::is_odd(shifted) { cosine } else { sine };
    value.negated_if_odd(f64::from_bits(shifted.to_bits() >> 1))
}

impl Circular for f32 {
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "it rounds to the nearest")]
    fn near<const FUSED: bool, const QUARTERS: u8>(x: f32) -> f32 {
        let wide = f64::from(x);
        let shifted = quarters::<FUSED>(wide);
        let n = f64::SHIFT - shifted;
        let r = n.times_plus::<FUSED>(HALF_PI[0], wide);
        let r = n.times_plus::<FUSED>(HALF_PI[1] + HALF_PI[2], r);
        let z = r * r;
        let bend = polynomial::<_, FUSED, 4>(
            z,
            [
                -0.166_666_666_416_206_42,
                0.008_333_329_384_944_833,
                -0.000_198_393_344_390_280_34,
                2.718_307_073_336_91e-06,
            ],
        );
        let sine = (r * z).times_plus::<FUSED>(bend, r);
        let bend = polynomial::<_, FUSED, 3>(
            z,
            [0.041_666_646_847_262_526, -0.001_388_736_668_633_690_3, 2.443_836_480_377_835_7e-05],
        );
        let cosine = (z * z).times_plus::<FUSED>(bend, z.times_plus::<FUSED>(-0.5, 1.0));
        turned::<QUARTERS>(shifted, sine, cosine) as f32
    }

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "it rounds to the nearest")]
    fn far<const QUARTERS: u8>(x: f32) -> f32 {
        f64::far::<QUARTERS>(f64::from(x)) as f32
    }
}

impl Circular for f64 {
    #[inline(always)]
    fn near<const FUSED: bool, const QUARTERS: u8>(x: f64) -> f64 {
        let shifted = quarters::<FUSED>(x);
        let n = f64::SHIFT - shifted;
        // All of it is exact, up to the last product and sum.
        let first = x + n * HALF_PI[0];
        let second = n * HALF_PI[1];
        let sum = first + second;
        let part = sum - first;
        let lost = (first - (sum - part)) + (second - part);
        let low = n.times_plus::<FUSED>(HALF_PI[2], lost);
        let r = sum + low;
        around::<FUSED, QUARTERS>(shifted, r, (sum - r) + low)
    }

    fn far<const QUARTERS: u8>(x: f64) -> f64 {
        let (shifted, r, low) = reduced(x);
        around::<false, QUARTERS>(shifted, r, low)
    }
}

/// The sine, or the cosine if `QUARTERS` is 1, of so many quarter turns, as `n + SHIFT`, and an angle up to `pi / 4`, with what it lacks.
#[inline(always)]
fn around<const FUSED: bool, const QUARTERS: u8>(shifted: f64, r: f64, low: f64) -> f64 {
    let z = r * r;
    let half = 0.5 * z;
    let bend = polynomial::<_, FUSED, 7>(
        z,
        [
            -0.166_666_666_666_666_66,
            0.008_333_333_333_333_038,
            -0.000_198_412_698_409_558_78,
            2.755_731_906_961_078_4e-06,
            -2.505_206_960_667_298_6e-08,
            1.605_412_733_306_267_8e-10,
            -7.379_716_437_123_966e-13,
        ],
    );
    // sin(r + low) = sin r + low cos r.
    let sine = r + (r * z).times_plus::<FUSED>(bend, low - low * half);
    let bend = polynomial::<_, FUSED, 7>(
        z,
        [
            0.041_666_666_666_666_664,
            -0.001_388_888_888_888_837_6,
            2.480_158_730_116_163_4e-05,
            -2.755_731_905_014_449e-07,
            2.087_671_927_174_150_6e-09,
            -1.146_652_193_591_637_3e-11,
            4.576_417_557_498_161_5e-14,
        ],
    );
    // cos(r + low) = cos r - low sin r.
    let most = 1.0 - half;
    let cosine = most + (z * z).times_plus::<FUSED>(bend, ((1.0 - most) - half) - r * low);
    turned::<QUARTERS>(shifted, sine, cosine)
}

/// Computes those numbers anew that are beyond [`FAR`].
#[cold]
#[inline(never)]
fn mend<T: Circular, const QUARTERS: u8, const N: usize>(numbers: [T; N], results: &mut [T; N]) {
    for (number, result) in numbers.into_iter().zip(results) {
        if T::of(FAR) < number.magnitude() {
            *result = T::far::<QUARTERS>(number);
        }
    }
}

/// The sines, or the cosines if `QUARTERS` is 1.
#[inline(always)]
fn all<T: Circular, const FUSED: bool, const QUARTERS: u8, const N: usize>(numbers: [T; N]) -> [T; N] {
    let (mut results, mut is_far) = ([T::of(0.0); N], false);
    for n in 0..N {
        results[n] = T::near::<FUSED, QUARTERS>(numbers[n]);
    }
    for n in 0..N {
        is_far |= numbers[n].magnitude() > T::of(FAR);
    }
    if is_far {
        mend::<T, QUARTERS, N>(numbers, &mut results);
    }
    results
}

/// Largest error: 0.51 units in the last place of `f32`, 0.71 of `f64`.
#[inline(always)]
pub(super) fn sin<T: Circular, const FUSED: bool, const N: usize>(numbers: [T; N]) -> [T; N] {
    let (sines, mut results) = (all::<T, FUSED, 0, N>(numbers), [T::of(0.0); N]);
    for n in 0..N {
        // Of -0 it is -0.
        results[n] = if numbers[n] == T::of(0.0) { numbers[n] } else { sines[n] };
    }
    results
}

/// Largest error: 0.51 units in the last place of `f32`, 0.71 of `f64`.
#[inline(always)]
pub(super) fn cos<T: Circular, const FUSED: bool, const N: usize>(numbers: [T; N]) -> [T; N] {
    all::<T, FUSED, 1, N>(numbers)
}
