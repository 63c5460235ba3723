//! Square roots where there is no `std`, whose function is an instruction of the processor: of `core` there is none.

/// The square root, rounded once: NaN of what is negative, -0 of -0.
///
/// # Method
/// 1. `x = m 2^e`, with an even `e` and an integer `m` of so many digits that its root has one more than an `f64`.
/// 2. The root of the integer, whose last digit rounds. It is never half way: `m` would be odd, and it ends with 54 zeros.
pub(super) fn sqrt(x: f64) -> f64 {
    if x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    if x < f64::MIN_POSITIVE {
        return sqrt(x * TWO_TO_54) / TWO_TO_27;
    }
    let (fraction, exponent) = (x.to_bits() & ((1 << 52) - 1), x.to_bits() >> 52);
    // `exponent` is `e + 1075`, which is odd if `e` is even.
    let is_odd = exponent & 1 == 0;
    let root = (u128::from(fraction | (1 << 52)) << if is_odd { 55 } else { 54 }).isqrt();
    let rounded = (root >> 1) + (root & 1);
    // With the places that were added, and one that rounding took: 2^((e - 54) / 2 + 1), whose exponent is kept with 1023 added to it.
    let power = f64::from_bits(((exponent + 919 - u64::from(is_odd)) / 2) << 52);
    #[allow(clippy::cast_precision_loss, reason = "53 digits, or 2^53")]
    let root = rounded as f64;
    root * power
}

const TWO_TO_27: f64 = 134_217_728.0;
const TWO_TO_54: f64 = TWO_TO_27 * TWO_TO_27;

#[cfg(test)]
mod tests {
    use super::sqrt;

    #[test]
    fn every_root_is_the_one_of_the_processor() {
        let mut bits = 0_u64;
        for _ in 0..200_000 {
            // (Steps that are odd and have no pattern: all exponents, and fractions of all digits.)
            bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let x = f64::from_bits(bits);
            let [found, expected] = [sqrt(x), x.sqrt()];
            assert!(
                found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan(),
                "{x:e}: {found:e}, not {expected:e}"
            );
            let x = f32::from_bits((bits >> 32) as u32);
            #[allow(clippy::cast_possible_truncation, reason = "it rounds to the nearest")]
            let [found, expected] = [sqrt(f64::from(x)) as f32, x.sqrt()];
            assert!(
                found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan(),
                "{x:e}: {found:e}, not {expected:e}"
            );
        }
        for x in
            [0.0, -0.0, 1.0, 2.0, 4.0, f64::MAX, f64::MIN_POSITIVE, 5e-324, f64::INFINITY, 1.0 - f64::EPSILON / 2.0]
        {
            assert_eq!(sqrt(x).to_bits(), x.sqrt().to_bits(), "{x:e}");
        }
        assert!(sqrt(-1.0).is_nan() && sqrt(f64::NAN).is_nan());
    }
}
