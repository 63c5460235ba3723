//! Quotients of many numbers by one.
//!
//! # Method
//! 1. `r` is one over the divisor `d`, rounded: a division for all of them, which takes as long as sixteen products.
//! 2. `q = x r` is off by less than two units in the last place.
//! 3. What it is off by, `q d - x`, is computed by one instruction, of which nothing is lost unless it is subnormal.
//! 4. `q - (q d - x) r` is rounded once: it is the quotient that the processor would have found. (Peter Markstein, "Computation of elementary
//!    functions on the IBM RISC System/6000 processor", 1990. So it is of all pairs of numbers of 8 to 12 bits, and of a billion of `f32`.)
//!
//! Of numerators below 2^-103 (`f32`; `f64`: 2^-969), whose error in step 3 is subnormal, and of quotients that are, it may be another number, up to
//! 1.5 units in the last place away. The quotient of an infinity, and one that overflows, is `q`: step 4 makes NaN of it. One that rounds to the
//! largest number there is may overflow in step 2.

use super::base::Base;

/// Divisors whose reciprocals have all their digits, and of which errors are not subnormal: of others nothing is gained.
const DIVISORS: (f64, f64) = (1.0 / 1_152_921_504_606_846_976.0, 1_152_921_504_606_846_976.0);

/// One over a divisor, if it is positive, and neither very large nor very small. (Of a negative one zeros would lose their sign.)
#[inline(always)]
pub(super) fn inverse<T: Base>(divisor: T) -> Option<T> {
    (divisor >= T::of(DIVISORS.0) && divisor <= T::of(DIVISORS.1)).then(|| T::of(1.0) / divisor)
}

/// The quotient by a divisor that has an inverse.
#[inline(always)]
#[allow(clippy::eq_op, reason = "NaN alone is not equal to itself")]
pub(super) fn quotient<T: Base, const FUSED: bool>(number: T, divisor: T, inverse: T) -> T {
    if !FUSED {
        return number / divisor;
    }
    let quotient = number * inverse;
    let excess = quotient.times_plus::<FUSED>(divisor, -number);
    let better = (-excess).times_plus::<FUSED>(inverse, quotient);
    if better == better { better } else { quotient }
}

#[cfg(test)]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "bits of random numbers, and numbers that are compared to the bit"
)]
mod tests {
    use super::*;

    /// Random bits.
    fn random(count: usize) -> impl Iterator<Item = u64> {
        let mut state = 88_172_645_463_325_252_u64;
        (0..count).map(move |_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        })
    }

    /// How far the next number of larger magnitude is, or of the largest the next smaller one.
    fn ulp(number: f32) -> f32 {
        let (number, next) = (number.abs(), f32::from_bits(number.abs().to_bits() + 1));
        if next.is_finite() { next - number } else { number - f32::from_bits(number.to_bits() - 1) }
    }

    #[test]
    fn quotients_of_f32_are_those_of_the_processor() {
        let mut compared = 0;
        for bits in random(2_000_000) {
            let (number, exponent) = (f32::from_bits(bits as u32), (bits >> 55) as i32 % 60);
            let divisor = f32::from_bits(0x3f80_0000 | (bits >> 32) as u32 & 0x7f_ffff) * 2_f32.powi(exponent - 30);
            let inverse = inverse(divisor).expect("it is neither large nor small");
            let (found, exact) = (quotient::<_, true>(number, divisor, inverse), number / divisor);
            assert_eq!(found.is_nan(), exact.is_nan(), "{number} / {divisor}");
            if exact.is_nan() {
                continue;
            }
            assert_eq!(found.is_sign_negative(), exact.is_sign_negative(), "{number} / {divisor}");
            if exact.is_infinite() || exact == 0.0 {
                assert_eq!(found, exact, "{number} / {divisor}");
                continue;
            }
            let error = (f64::from(found) - f64::from(number) / f64::from(divisor)).abs();
            let is_small = number.abs() < 2_f32.powi(-103) || exact.abs() < f32::MIN_POSITIVE;
            assert!(found == exact || is_small, "{number} / {divisor}: {found}, not {exact}");
            assert!(error <= 1.5 * f64::from(ulp(exact)), "{number} / {divisor}: {found}, not {exact}");
            compared += 1;
        }
        assert!(compared > 1_900_000, "{compared}");
    }

    #[test]
    fn quotients_of_f64_are_those_of_the_processor() {
        let of_one = |bits: u64| f64::from_bits(0x3ff0_0000_0000_0000 | bits >> 12);
        for bits in random(1_000_000) {
            let number = of_one(bits) * 2_f64.powi((bits % 1921) as i32 - 960);
            let divisor = of_one(bits.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let inverse = inverse(divisor).expect("it is neither large nor small");
            let (found, exact) = (quotient::<_, true>(number, divisor, inverse), number / divisor);
            assert!(found.to_bits() == exact.to_bits(), "{number} / {divisor}");
        }
    }

    #[test]
    fn zeros_and_infinities_keep_their_signs() {
        for divisor in [1.0_f32, 3.0, 0.3, 1e9, 1e-9] {
            let by = |number| quotient::<_, true>(number, divisor, inverse(divisor).expect("it is in range"));
            for number in [0.0_f32, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN] {
                let exact = number / divisor;
                assert!(by(number).to_bits().abs_diff(exact.to_bits()) <= 1, "{number} / {divisor}");
            }
            assert!(by(f32::NAN).is_nan());
        }
    }

    #[test]
    fn what_has_no_inverse() {
        for divisor in [0.0_f32, -0.0, -1.0, f32::NAN, f32::INFINITY, 1e-40, 1e-30, 1e30, f32::MAX] {
            assert!(inverse(divisor).is_none(), "{divisor}");
        }
    }
}
