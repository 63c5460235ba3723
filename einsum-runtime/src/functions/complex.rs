//! `exp` of complex numbers.
//!
//! `exp(x + i y) = exp(x) cos y + i exp(x) sin y`. The power of two of `exp(x)` is multiplied with last: a result that is
//! finite is computed even where `exp(x)` is not. Of a real number the result is real, as C's `cexp` has it: its imaginary part
//! is 0, even of infinity.

use num_complex::Complex;

use super::{
    exp::{Exponential, Power},
    sin::{Circular, cos, sin},
};

/// A part of the result: e to the power of `re` times the sine or the cosine.
#[inline(always)]
fn part<T: Exponential, const FUSED: bool>(re: T, factor: T) -> T {
    let power = Power::new::<FUSED>(re, T::of(-0.0));
    let part = power.scaled(power.fraction() * factor);
    // Nothing, whatever the angle; and infinity times something finite.
    let part = if re == -T::INFINITY { T::of(0.0) } else { part };
    if (re == T::INFINITY) & (factor.magnitude() > T::of(0.0)) { re.with_sign(factor) } else { part }
}

/// Largest error of each part: about the sum of those of `exp`, and of sine or cosine.
#[inline(always)]
pub(super) fn exp<T: Exponential + Circular, const FUSED: bool, const N: usize>(
    numbers: [Complex<T>; N],
) -> [Complex<T>; N] {
    let mut angles = [T::of(0.0); N];
    for n in 0..N {
        angles[n] = numbers[n].im;
    }
    let (sines, cosines) = (sin::<T, FUSED, N>(angles), cos::<T, FUSED, N>(angles));
    let mut results = [Complex { re: T::of(0.0), im: T::of(0.0) }; N];
    for n in 0..N {
        let Complex { re, im } = numbers[n];
        let imaginary = part::<T, FUSED>(re, sines[n]);
        let imaginary = if im == T::of(0.0) { im } else { imaginary };
        results[n] = Complex { re: part::<T, FUSED>(re, cosines[n]), im: imaginary };
    }
    results
}
