//! `powf`.
//!
//! # Method
//! `|x|^y = exp(y ln |x|)`, with more digits than the type has.
//! 1. `|x| = 2^e m` with `m` between the roots of 1/2 and of 2; with `s = (m - 1) / (m + 1)` and `z = s^2`,
//!    `ln m = 2 s (1 + z / 3 + z^2 / 5 + ..)`.
//! 2. `f32` is computed as `f64`, with logarithms to the base 2: the sum is `1 + z P(z)`, and `2^r = 1 + r P(r)`.
//! 3. `f64` is computed with pairs of numbers, the second of which is what the first lacks: `s`, `z`, `z / 3`, the sums and the
//!    products with `e` and `y`. What follows after `z / 3` is `z^2 P(z)`, small enough for one number. The logarithm has about
//!    65 digits, as many as a power of 1000 takes of them.
//! 4. Signs and limits are those of C's `pow`: `x^0` and `1^y` are 1, even of NaN; of a negative `x` and an odd `y` the result
//!    is negative; of a negative `x` and a `y` that is no integer it is NaN.
//!
//! The polynomials are by Remez's algorithm (`coefficients.py`).

use super::{
    base::{Base, exact_product, exact_sum, polynomial},
    exp::{Exponential, Power},
};

/// The constants and steps of powers for a type.
pub(super) trait Powers: Base {
    /// The number that separates those with digits after the point from those without.
    const WHOLE: Self;

    /// A number that is not negative to the power of `y`.
    fn power<const FUSED: bool>(self, y: Self) -> Self;
}

/// Puts the logarithms of 0, infinity and NaN in.
#[inline(always)]
fn with_limits<T: Base>(x: T, logarithm: T) -> T {
    let logarithm = if x < T::INFINITY { logarithm } else { x };
    if x == T::of(0.0) { -T::INFINITY } else { logarithm }
}

impl Powers for f32 {
    const WHOLE: f32 = 1.0 / f32::EPSILON;

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "it rounds to the nearest")]
    fn power<const FUSED: bool>(self, y: f32) -> f32 {
        let (x, y) = (f64::from(self), f64::from(y));
        let (m, e, _) = x.split();
        let s = (m - 1.0) / (m + 1.0);
        let z = s * s;
        let rest = polynomial::<_, FUSED, 6>(
            z,
            [
                0.333_333_333_332_935_6,
                0.200_000_000_261_665_8,
                0.142_857_085_594_185_4,
                0.111_116_862_630_102_51,
                0.090_618_069_147_627_13,
                0.084_100_905_358_339_45,
            ],
        );
        let double = s * (2.0 * core::f64::consts::LOG2_E);
        let logarithm = double.times_plus::<FUSED>(z * rest, double) + e;

        let product = y * with_limits(x, logarithm);
        let product = if product < -300.0 { -300.0 } else { product };
        let product = if product > 300.0 { 300.0 } else { product };
        let shifted = product + f64::SHIFT;
        let r = product - (shifted - f64::SHIFT);
        let rest = polynomial::<_, FUSED, 7>(
            r,
            [
                0.693_147_180_541_345_7,
                0.240_226_510_762_640_7,
                0.055_504_109_629_161_344,
                0.009_618_036_842_985_87,
                0.001_333_343_066_692_457_6,
                0.000_154_671_336_233_181_32,
                1.531_496_012_696_797_4e-05,
            ],
        );
        (r.times_plus::<FUSED>(rest, 1.0) * f64::two_to(shifted)) as f32
    }
}

/// A third, and what it lacks.
const THIRD: (f64, f64) = (0.333_333_333_333_333_3, 1.850_371_707_708_594e-17);

impl Powers for f64 {
    const WHOLE: f64 = 1.0 / f64::EPSILON;

    #[inline(always)]
    fn power<const FUSED: bool>(self, y: f64) -> f64 {
        let (high, low) = logarithm::<FUSED>(self);
        let high = with_limits(self, high);
        let (product, lost) = exact_product::<f64, FUSED>(y, high);
        let lost = y.times_plus::<FUSED>(low, lost);
        // Beyond this the result is 0 or infinity, and what is lost may not be a number.
        let lost = if product.abs() < 800.0 { lost } else { 0.0 };
        Power::new::<FUSED>(product, lost).value()
    }
}

/// The logarithm of a positive number, and what it lacks.
#[inline(always)]
fn logarithm<const FUSED: bool>(x: f64) -> (f64, f64) {
    let is_subnormal = x < f64::LEAST_NORMAL;
    let (scale, moved) = f64::FROM_SUBNORMAL;
    let (m, e, _) = (if is_subnormal { x * scale } else { x }).split();
    let e = if is_subnormal { e - moved } else { e };

    // s = f / g.
    let f = m - 1.0;
    let (g, g_low) = exact_sum(1.0, m);
    let inverse = 1.0 / g;
    let s = f * inverse;
    let (product, lost) = exact_product::<f64, FUSED>(s, g);
    let s_low = (((f - product) - lost) - s * g_low) * inverse;

    // 1 + z / 3 + z^2 P(z).
    let (z, lost) = exact_product::<f64, FUSED>(s, s);
    let z_low = (s + s).times_plus::<FUSED>(s_low, lost);
    let rest = polynomial::<_, FUSED, 9>(
        z,
        [
            0.2,
            0.142_857_142_857_134_44,
            0.111_111_111_113_582_13,
            0.090_909_090_530_201_33,
            0.076_923_110_918_611_47,
            0.066_664_799_905_154_42,
            0.058_886_333_806_678_01,
            0.051_394_718_071_851_51,
            0.060_146_607_983_332_77,
        ],
    );
    let (third, lost) = exact_product::<f64, FUSED>(z, THIRD.0);
    let third_low = z.times_plus::<FUSED>(THIRD.1, z_low.times_plus::<FUSED>(THIRD.0, lost));
    let (sum, lost) = exact_sum(third, z * z * rest);
    let sum_low = third_low + lost;
    let (sum, lost) = exact_sum(1.0, sum);
    let sum_low = sum_low + lost;

    // e ln 2 + 2 s (..).
    let (product, lost) = exact_product::<f64, FUSED>(s, sum);
    let product_low = s.times_plus::<FUSED>(sum_low, s_low.times_plus::<FUSED>(sum, lost));
    let (high, lost) = exact_sum(e * f64::LN_2.0, product + product);
    let low = e.times_plus::<FUSED>(f64::LN_2.1, product_low + product_low) + lost;
    exact_sum(high, low)
}

/// Largest error: 0.51 units in the last place of `f32`, 1.06 of `f64`.
#[inline(always)]
pub(super) fn powf<T: Powers, const FUSED: bool>(x: T, y: T) -> T {
    let (zero, one) = (T::of(0.0), T::of(1.0));
    let magnitude = x.magnitude();
    let power = magnitude.power::<FUSED>(y);
    let power = if magnitude == one { one } else { power };

    // The last digit of an integer below `2 WHOLE` is the last bit of its sum with `WHOLE`, or its own.
    let exponent = y.magnitude();
    let is_whole = exponent >= T::WHOLE;
    let shifted = if is_whole { exponent } else { exponent + T::WHOLE };
    let is_integer = is_whole | (shifted - T::WHOLE == exponent);
    let is_odd = is_integer & (exponent < T::WHOLE + T::WHOLE) & T::is_odd(shifted);
    let power = if is_odd { power.with_sign(x) } else { power };

    let has_none = (x < zero) & (magnitude < T::INFINITY) & !is_integer;
    let power = if has_none { T::NAN } else { power };
    // NaN is neither: all else of it is NaN by the arithmetic.
    if (y == zero) | (x == one) { one } else { power }
}
