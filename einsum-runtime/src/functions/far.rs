//! Angles beyond those that a few digits of `pi` reduce, by Payne's and Hanek's method.
//!
//! # Method
//! 1. `x = m 2^e` with an integer `m` of 53 digits. Of `2 / pi` those digits are left out whose product with `x` is a multiple of 4, and
//!    those that no result shows: 192 are left, from 2^(1-e) downwards.
//! 2. Their product with `m`, modulo 4, is the number of quarter turns, `n + f` with `|f| <= 1 / 2`. It lacks less than 2^-137, and no `f` of
//!    an `f64` is less than about 2^-62.
//! 3. `r = f pi / 2`, with twice the digits of `f64`.

use super::base::{Base as _, exact_product, exact_sum};

/// The binary digits of `2 / pi`, after 64 zeros.
const TWO_OVER_PI: [u64; 20] = [
    0x0000_0000_0000_0000,
    0xa2f9_836e_4e44_1529,
    0xfc27_57d1_f534_ddc0,
    0xdb62_9599_3c43_9041,
    0xfe51_63ab_debb_c561,
    0xb724_6e3a_424d_d2e0,
    0x0649_2eea_09d1_921c,
    0xfe1d_eb1c_b129_a73e,
    0xe882_35f5_2ebb_4484,
    0xe99c_7026_b45f_7e41,
    0x3991_d639_8353_39f4,
    0x9c84_5f8b_bdf9_283b,
    0x1ff8_97ff_de05_980f,
    0xef2f_118b_5a0a_6d1f,
    0x6d36_7ecf_27cb_09b7,
    0x4f46_3f66_9e5f_ea2d,
    0x7527_bac7_ebe5_f17b,
    0x3d07_39f7_8a52_92ea,
    0x6bfb_5fb1_1f8d_5d08,
    0x5603_3046_fc7b_6bab,
];

/// `pi / 2`, and what it lacks.
const HALF_PI: [f64; 2] = [core::f64::consts::FRAC_PI_2, 6.123_233_995_736_766e-17];

/// Quarter turns as `n + SHIFT`, and the angle beside these, of at most `pi / 4`, and what it lacks. NaN of infinities and NaN.
///
/// # Panics
/// If the magnitude of `x` is less than 2^20, where `sin` and `cos` know better.
pub(super) fn reduced(x: f64) -> (f64, f64, f64) {
    if !x.is_finite() {
        return (f64::SHIFT, f64::NAN, f64::NAN);
    }
    let (digits, exponent) = ((x.to_bits() & ((1 << 52) - 1)) | (1 << 52), (x.to_bits() >> 52) & 0x7ff);
    // The first of the digits that matter; `exponent` is `e + 1075`, and the table has 64 digits in front of the first.
    let first = usize::try_from(exponent).expect("11 bits") + 62 - 1075;
    let [whole, rest, last] = product(digits, window(first));
    let mut fraction = [(whole << 2) | (rest >> 62), (rest << 2) | (last >> 62), last << 2];
    let is_beyond_half = fraction[0] >> 63 == 1;
    if is_beyond_half {
        fraction = negated(fraction);
    }
    let (high, low) = as_floats(fraction);
    let (angle, lost) = exact_product::<_, false>(high, HALF_PI[0]);
    let (angle, low) = exact_sum(angle, lost + (high * HALF_PI[1] + low * HALF_PI[0]));
    let quarters = [0.0, 1.0, 2.0, 3.0][usize::from(whole >> 63 == 1) * 2 + usize::from(whole >> 62 & 1 == 1)]
        + if is_beyond_half { 1.0 } else { 0.0 };
    let sign = |number: f64, is_negative: bool| if is_negative { -number } else { number };
    let is_negative = x < 0.0;
    let is_angle_negative = is_negative != is_beyond_half;
    (f64::SHIFT + sign(quarters, is_negative), sign(angle, is_angle_negative), sign(low, is_angle_negative))
}

/// 192 digits of `2 / pi`.
fn window(first: usize) -> [u64; 3] {
    let (word, bit) = (first / 64, first % 64);
    core::array::from_fn(|n| {
        let [high, low] = [TWO_OVER_PI[word + n], TWO_OVER_PI[word + n + 1]].map(u128::from);
        lower(((high << 64) | low) >> (64 - bit))
    })
}

/// The lowest 192 bits of the product.
fn product(factor: u64, [high, middle, low]: [u64; 3]) -> [u64; 3] {
    let times = |word: u64| u128::from(factor) * u128::from(word);
    let last = times(low);
    let rest = times(middle) + (last >> 64);
    let whole = times(high) + (rest >> 64);
    [lower(whole), lower(rest), lower(last)]
}

/// 2^192 less the number.
fn negated([high, middle, low]: [u64; 3]) -> [u64; 3] {
    let (low, carry) = (!low).overflowing_add(1);
    let (middle, carry) = (!middle).overflowing_add(u64::from(carry));
    [(!high).wrapping_add(u64::from(carry)), middle, low]
}

/// A number of 192 binary places as a sum of two, of about 117 digits.
#[allow(clippy::cast_precision_loss, reason = "the first has 53 digits, and the second is rounded")]
fn as_floats([high, middle, low]: [u64; 3]) -> (f64, f64) {
    let zeros = if high == 0 { 64 + middle.leading_zeros() } else { high.leading_zeros() };
    let upper = (u128::from(high) << 64) | u128::from(middle);
    let (first, second) = match zeros {
        0 => (high, middle),
        // (Less than 2^-128 is no fraction of an `f64`, and 0 is one of none.)
        128.. => return (0.0, 0.0),
        _ => {
            let below = if zeros > 64 { u128::from(low) << (zeros - 64) } else { u128::from(low) >> (64 - zeros) };
            let digits = (upper << zeros) | below;
            (lower(digits >> 64), lower(digits))
        }
    };
    let scale = |places: u32| f64::from_bits(u64::from(1023 - places) << 52);
    // The last digits of the first and the first of the second are one number.
    ((first >> 11) as f64 * scale(53 + zeros), ((first << 53) | (second >> 11)) as f64 * scale(117 + zeros))
}

#[allow(clippy::cast_possible_truncation, reason = "the lower half is asked for")]
fn lower(bits: u128) -> u64 {
    bits as u64
}
