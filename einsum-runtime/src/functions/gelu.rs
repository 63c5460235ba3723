//! `gelu`, `x` times the normal distribution at `x`, and its derivative.
//!
//! # Method
//! With `a = |x|` and the normal distribution `N`:
//! 1. Up to 0.6, `N(x) = 1/2 + x P(x^2)`.
//! 2. Beyond, `N(-a) = exp(-a^2 / 2) P(t) / (a + k)` with `t = (a - k) / (a + k)`, and `N(a) = 1 - N(-a)`. This has all digits
//!    however small it is. What is lost of the square of `a` goes into the exponential function, and what that loses, and `t`, the last
//!    sum of `P`, the quotient and the products, is added at the end; the power of two is multiplied with last, so that `gelu` has its digits where `N` is
//!    subnormal.
//!
//! The polynomials are by Remez's algorithm (`coefficients.py`). The derivative is `N(x) + x exp(-x^2 / 2) / sqrt(2 pi)`, up to 0.6
//! `1/2 + x P(x^2)` by a polynomial of its own; in the tails both terms share the exponential function, so that it has all digits there
//! (and near its zero, at -0.75, those of the larger terms).
//!
//! The first way takes a tenth of the time of the second. Numbers of a vector that are all up to 0.6 are computed by it alone, others
//! both ways.

use super::{
    base::{exact_product, exact_sum, polynomial, ways},
    exp::{Exponential, Power},
};

/// The constants and polynomials of the normal distribution for a type.
pub(super) trait Normal: Exponential {
    /// The number `k`.
    const CENTRE: Self;
    /// From here on `a N(-a)` is 0.
    const IS_ZERO: Self;
    /// The derivative of `P`, relative to it, is about the first and `t` times the second.
    const SLOPE: (Self, Self);
    /// One by the root of 2 pi, in two parts.
    const DENSITY: (Self, Self);

    /// `(N(x) - 1/2) / x`, of `x^2`.
    fn near<const FUSED: bool>(square: Self) -> Self;
    /// `(N(x) - 1/2) / x + exp(-x^2 / 2) / sqrt(2 pi)`, of `x^2`.
    fn near_slope<const FUSED: bool>(square: Self) -> Self;
    /// The constant of `P`, the polynomial `exp(a^2 / 2) (a + k) N(-a)` of `t`.
    const TAIL: Self;

    /// `P` without its constant, divided by `t`.
    fn tail<const FUSED: bool>(t: Self) -> Self;
}

impl Normal for f32 {
    const CENTRE: f32 = 5.0;
    const IS_ZERO: f32 = 15.0;
    const SLOPE: (f32, f32) = (-0.865, 0.6);
    const TAIL: f32 = 0.769_193_053;
    const DENSITY: (f32, f32) = (0.398_942_292, -1.133_517_01e-8);

    #[inline(always)]
    fn near<const FUSED: bool>(square: f32) -> f32 {
        polynomial::<_, FUSED, 5>(
            square,
            [0.398_942_292, -0.066_490_732_1, 0.009_976_424_28, -0.001_195_105_37, 0.000_118_389_937],
        )
    }

    #[inline(always)]
    fn near_slope<const FUSED: bool>(square: f32) -> f32 {
        polynomial::<_, FUSED, 6>(
            square,
            [0.797_884_583, -0.265_962_780, 0.059_860_900_0, -0.009_622_449_99, 0.001_496_357_96, -0.000_452_968_961],
        )
    }

    #[inline(always)]
    fn tail<const FUSED: bool>(t: f32) -> f32 {
        polynomial::<_, FUSED, 9>(
            t,
            [
                -0.665_382_504,
                0.495_305_300,
                -0.313_533_038,
                0.165_024_713,
                -0.069_118_961_7,
                0.020_777_413_6,
                -0.002_998_022_13,
                -0.000_790_446_647,
                0.000_548_778_684,
            ],
        )
    }
}

impl Normal for f64 {
    const CENTRE: f64 = 4.0;
    const IS_ZERO: f64 = 40.0;
    const SLOPE: (f64, f64) = (-0.805, 0.35);
    const TAIL: f64 = 0.755_285_130_415_751_5;
    const DENSITY: (f64, f64) = (0.398_942_280_401_432_7, -2.492_327_202_277_73e-17);

    #[inline(always)]
    fn near<const FUSED: bool>(square: f64) -> f64 {
        polynomial::<_, FUSED, 10>(
            square,
            [
                0.398_942_280_401_432_7,
                -0.066_490_380_066_909_19,
                0.009_973_557_010_200_498,
                -0.001_187_328_218_774_088_3,
                0.000_115_434_723_293_230_2,
                -9.444_883_245_642_633e-06,
                6.668_420_510_764_464e-07,
                -4.322_011_147_200_064e-08,
                4.761_964_234_390_773_5e-09,
                -1.417_268_724_745_964_6e-09,
            ],
        )
    }

    #[inline(always)]
    fn near_slope<const FUSED: bool>(square: f64) -> f64 {
        polynomial::<_, FUSED, 11>(
            square,
            [
                0.797_884_560_802_865_41,
                -0.265_961_520_267_632_12,
                0.059_841_342_060_822_179,
                -0.009_498_625_740_522_955_6,
                0.001_154_347_127_966_754_4,
                -0.000_113_338_160_187_632_56,
                9.336_568_053_572_996_3e-6,
                -7.063_052_444_324_628_2e-7,
                1.437_057_407_968_946_7e-7,
                -1.289_221_554_213_739_3e-7,
                6.700_445_890_392_895_0e-8,
            ],
        )
    }

    #[inline(always)]
    fn tail<const FUSED: bool>(t: f64) -> f64 {
        polynomial::<_, FUSED, 21>(
            t,
            [
                -0.607_896_641_971_892_3,
                0.387_137_400_742_206_43,
                -0.186_521_857_959_627_86,
                0.060_396_574_891_419_11,
                -0.007_540_188_968_000_973,
                -0.003_479_692_378_428_114_7,
                0.001_630_818_482_650_586_6,
                0.000_133_344_439_263_124_03,
                -0.000_231_095_203_912_819_23,
                -1.909_084_671_214_710_6e-06,
                3.514_640_792_409_364_5e-05,
                7.198_708_715_744_047e-07,
                -5.927_061_811_105_399e-06,
                -6.370_743_143_417_91e-07,
                1.038_939_332_554_346_3e-06,
                2.810_823_639_805_652e-07,
                -1.819_833_766_822_785e-07,
                -8.969_416_079_655_352e-08,
                3.720_321_519_241_089e-08,
                1.718_052_367_658_616_2e-08,
                -7.879_305_722_462_932e-09,
            ],
        )
    }
}

/// Up to here the first way is taken.
const IS_NEAR: f64 = 0.6;

/// `exp(-a^2 / 2)`, and what its fraction lacks.
#[inline(always)]
fn bell<T: Normal, const FUSED: bool>(a: T) -> (Power<T>, T) {
    let (square, lost) = exact_product::<T, FUSED>(a, a);
    Power::exact::<FUSED>(square * T::of(-0.5), lost * T::of(-0.5))
}

/// The fraction of a power of e, with all that it lacks.
#[inline(always)]
fn fraction<T: Normal>((power, lacks): (Power<T>, T)) -> (T, T) {
    let (fraction, low) = power.exact_fraction();
    (fraction, low + lacks)
}

/// `P(t) / (a + k)` in two factors, and what the first lacks so that their product is exact.
struct Tail<T> {
    value: T,
    inverse: T,
    lacks: T,
}

impl<T: Normal> Tail<T> {
    #[inline(always)]
    fn new<const FUSED: bool>(a: T) -> Self {
        let (large, small) = if a > T::CENTRE { (a, T::CENTRE) } else { (T::CENTRE, a) };
        let (whole, whole_low) = exact_sum(large, small);
        let inverse = T::of(1.0) / whole;
        let (one, lost) = exact_product::<T, FUSED>(whole, inverse);
        let inverse_lacks = (-whole_low).times_plus::<FUSED>(inverse, (T::of(1.0) - one) - lost);
        let (difference, difference_low) = exact_sum(-T::CENTRE, a);
        let (t, lost) = exact_product::<T, FUSED>(difference, inverse);
        let t_low = t.times_plus::<FUSED>(inverse_lacks, difference_low.times_plus::<FUSED>(inverse, lost));
        let slope = t.times_plus::<FUSED>(T::SLOPE.1, T::SLOPE.0);
        let (rest, rest_low) = exact_product::<T, FUSED>(t, T::tail::<FUSED>(t));
        let (large, small) = if rest > T::TAIL { (rest, T::TAIL) } else { (T::TAIL, rest) };
        let (value, value_low) = exact_sum(large, small);
        let relative = slope.times_plus::<FUSED>(t_low, inverse_lacks);
        Self { value, inverse, lacks: value.times_plus::<FUSED>(relative, value_low + rest_low) }
    }
}

/// The product of two sums, each of a number and what it lacks.
#[inline(always)]
fn product<T: Normal, const FUSED: bool>((a, a_low): (T, T), (b, b_low): (T, T)) -> (T, T) {
    let (product, lost) = exact_product::<T, FUSED>(a, b);
    (product, a.times_plus::<FUSED>(b_low, a_low.times_plus::<FUSED>(b, lost)))
}

/// Largest error: 1.79 units in the last place of `f32`, of all numbers, 1.0 of `f64`; fused 1.51 of `f32`. Of -infinity it is -0, its
/// limit.
#[inline(always)]
pub(super) fn gelu<T: Normal, const FUSED: bool, const N: usize>(numbers: [T; N]) -> [T; N] {
    ways!(numbers up to IS_NEAR; near_gelu far_gelu)
}

/// Largest error: 1.84 units in the last place of `f32`, of the larger term, at every 11th and every 61st number, 1.0 of `f64`; fused 1.79 of
/// `f32`.
#[inline(always)]
pub(super) fn gelu_derivative<T: Normal, const FUSED: bool, const N: usize>(numbers: [T; N]) -> [T; N] {
    ways!(numbers up to IS_NEAR; near_derivative far_derivative)
}

#[inline(always)]
fn near_gelu<T: Normal, const FUSED: bool>(x: T) -> T {
    x * x.times_plus::<FUSED>(T::near::<FUSED>(x * x), T::of(0.5))
}

#[inline(always)]
fn far_gelu<T: Normal, const FUSED: bool>(x: T) -> T {
    let (a, zero) = (x.magnitude(), T::of(0.0));
    let least = if a > T::IS_ZERO { T::IS_ZERO } else { a };
    let bell = bell::<T, FUSED>(least);
    let Tail { value, inverse, lacks } = Tail::new::<FUSED>(least);
    let share = product::<T, FUSED>((least, zero), (inverse, zero));
    let (scaled, low) = product::<T, FUSED>(product::<T, FUSED>(fraction(bell), (value, lacks)), share);
    let tail = bell.0.scaled(scaled + low);
    if x > zero { x - tail } else { -tail }
}

#[inline(always)]
fn near_derivative<T: Normal, const FUSED: bool>(x: T) -> T {
    let slope = T::near_slope::<FUSED>(x * x);
    if FUSED {
        return x.times_plus::<true>(slope, T::of(0.5));
    }
    let (rest, rest_low) = exact_product::<T, false>(x, slope);
    let (near, near_low) = exact_sum(T::of(0.5), rest);
    near + (near_low + rest_low)
}

#[inline(always)]
fn far_derivative<T: Normal, const FUSED: bool>(x: T) -> T {
    let (a, zero) = (x.magnitude(), T::of(0.0));
    let density = T::DENSITY;
    let least = if a > T::IS_ZERO { T::IS_ZERO } else { a };
    let bell = bell::<T, FUSED>(least);
    let Tail { value, inverse, lacks } = Tail::new::<FUSED>(least);
    let normal = product::<T, FUSED>((value, lacks), (inverse, zero));
    let other = product::<T, FUSED>((least, zero), density);
    let difference = normal.0 - other.0;
    let (large, small) = if normal.0 > other.0 { (normal.0, -other.0) } else { (-other.0, normal.0) };
    let lost = small - (difference - large);
    let (scaled, low) = product::<T, FUSED>(fraction(bell), (difference, lost + (normal.1 - other.1)));
    let tail = bell.0.scaled(scaled + low);
    if x > zero { T::of(1.0) - tail } else { tail }
}
