//! `exp` and `exp_m1`.
//!
//! # Method
//! 1. `x = n ln 2 + r` with an integer `n` and `|r| <= ln 2 / 2`. `ln 2` is in two parts: a product of `n` and the first is exact.
//! 2. `e^r = 1 + r + r^2 P(r)`, with a polynomial `P` by Remez's algorithm (`coefficients.py`).
//! 3. `2^n` is made of bits, as two factors: one of them alone could overflow, and the last product rounds to a subnormal
//!    number once.

use super::base::{Base, exact_sum, polynomial};

/// The constants and steps of the exponential function for a type.
pub(super) trait Exponential: Base {
    /// Beyond these bounds the two factors of `2^n` could be subnormal, and the results are 0 and infinity anyway, even times
    /// whatever a function multiplies them with.
    const BOUNDS: (Self, Self);
    /// Beyond these bounds, `exp_m1` is -1 and infinity.
    const BOUNDS_LESS_1: (Self, Self);
    /// `ln 2` in two parts.
    const LN_2: (Self, Self);

    /// `(e^r - 1 - r) / r^2`.
    fn rest<const FUSED: bool>(r: Self) -> Self;
}

impl Exponential for f32 {
    const BOUNDS: (f32, f32) = (-150.0, 176.0);
    const BOUNDS_LESS_1: (f32, f32) = (-20.0, 89.0);
    const LN_2: (f32, f32) = (0.693_145_751_953_125, 1.428_606_77e-6);

    #[inline(always)]
    fn rest<const FUSED: bool>(r: f32) -> f32 {
        polynomial::<_, FUSED, 6>(
            r,
            [0.500_000_000, 0.166_666_359, 0.041_666_511_4, 0.008_341_606_71, 0.001_393_052_28, 0.000_149_328_378],
        )
    }
}

impl Exponential for f64 {
    const BOUNDS: (f64, f64) = (-800.0, 1400.0);
    const BOUNDS_LESS_1: (f64, f64) = (-40.0, 710.0);
    const LN_2: (f64, f64) = (0.693_147_180_559_663, 2.823_529_056_303_157_7e-13);

    #[inline(always)]
    fn rest<const FUSED: bool>(r: f64) -> f64 {
        polynomial::<_, FUSED, 11>(
            r,
            [
                0.5,
                0.166_666_666_666_666_77,
                0.041_666_666_666_666_685,
                0.008_333_333_333_321_789,
                0.001_388_888_888_889_362_3,
                0.000_198_412_698_853_787_7,
                2.480_158_727_927_951_3e-05,
                2.755_724_509_796_929e-06,
                2.755_732_911_394_056e-07,
                2.510_871_156_519_704_8e-08,
                2.089_409_794_437_077e-09,
            ],
        )
    }
}

/// e to some power, as `(1 + fraction) 2^n`.
#[derive(Clone, Copy)]
pub(super) struct Power<T> {
    /// Between -0.3 and 0.42.
    fraction: T,
    /// The exponent of two, as `n + SHIFT`.
    shifted: T,
}

impl<T: Exponential> Power<T> {
    /// e to the power of `x + low`, where `low` is small. A `low` of -0 costs nothing, other than 0, which a sum of -0 depends on.
    #[inline(always)]
    pub(super) fn new<const FUSED: bool>(x: T, low: T) -> Self {
        Self::within::<FUSED>(within(x, T::BOUNDS), low)
    }

    /// e to the power of `x + low`, of an `x` within the bounds.
    #[inline(always)]
    pub(super) fn within<const FUSED: bool>(x: T, low: T) -> Self {
        let shifted = x.times_plus::<FUSED>(T::of(core::f64::consts::LOG2_E), T::SHIFT);
        let n = T::SHIFT - shifted;
        let r = n.times_plus::<FUSED>(T::LN_2.0, x);
        let r = n.times_plus::<FUSED>(T::LN_2.1, r) + low;
        Power { fraction: (r * r).times_plus::<FUSED>(T::rest::<FUSED>(r), r), shifted }
    }

    /// e to the power of `x + low`, where `low` is small, and what the fraction lacks.
    #[inline(always)]
    pub(super) fn exact<const FUSED: bool>(x: T, low: T) -> (Self, T) {
        let x = within(x, T::BOUNDS);
        let shifted = x.times_plus::<FUSED>(T::of(core::f64::consts::LOG2_E), T::SHIFT);
        let n = T::SHIFT - shifted;
        let (r, r_low) = exact_sum(n.times_plus::<FUSED>(T::LN_2.0, x), n.times_plus::<FUSED>(T::LN_2.1, low));
        let (fraction, lost) = exact_sum(r, r * r * T::rest::<FUSED>(r));
        (Power { fraction, shifted }, r.times_plus::<FUSED>(r_low, r_low) + lost)
    }

    /// The power of two, if that is neither subnormal nor infinite.
    #[inline(always)]
    pub(super) fn scale(self) -> T {
        T::two_to(self.shifted)
    }

    /// Between -0.3 and 0.42: the value but for a power of two, less 1.
    #[inline(always)]
    pub(super) fn rest(self) -> T {
        self.fraction
    }

    /// `factor` times the power of two.
    #[inline(always)]
    pub(super) fn scaled(self, factor: T) -> T {
        let (large, small) = T::powers_of_two(self.shifted);
        factor * large * small
    }

    /// Between 0.7 and 1.42: the value but for a power of two.
    #[inline(always)]
    pub(super) fn fraction(self) -> T {
        T::of(1.0) + self.fraction
    }

    /// The fraction, and what it lacks.
    #[inline(always)]
    pub(super) fn exact_fraction(self) -> (T, T) {
        exact_sum(T::of(1.0), self.fraction)
    }

    #[inline(always)]
    pub(super) fn value(self) -> T {
        self.scaled(self.fraction())
    }
}

/// The number, or the bound that it is beyond. Of NaN it is NaN.
#[inline(always)]
fn within<T: Base>(x: T, (least, largest): (T, T)) -> T {
    let x = if x < least { least } else { x };
    if x > largest { largest } else { x }
}

/// Largest error: 0.99 units in the last place of `f32`, 0.91 of `f64`.
#[inline(always)]
pub(super) fn exp<T: Exponential, const FUSED: bool>(x: T) -> T {
    Power::new::<FUSED>(x, T::of(-0.0)).value()
}

/// Largest error: 1.47 units in the last place of `f32`, 1.93 of `f64`.
///
/// `2^n (1 + f) - 1 = 2 (f 2^(n-1) + (2^(n-1) - 1/2))`, where the difference in parentheses is exact or `f` does not matter. Of
/// `n = 0` it is `f`.
#[inline(always)]
pub(super) fn exp_m1<T: Exponential, const FUSED: bool>(x: T) -> T {
    let power = Power::new::<FUSED>(within(x, T::BOUNDS_LESS_1), T::of(-0.0));
    let half = T::two_to(power.shifted - T::of(1.0));
    let far = power.fraction.times_plus::<FUSED>(half, half - T::of(0.5));
    let result = if power.shifted == T::SHIFT { power.fraction } else { far + far };
    result.with_sign(x)
}
