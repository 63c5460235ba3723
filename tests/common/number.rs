//! The numbers that the oracle can add and multiply.

use std::fmt::Debug;
use std::ops::{Add, Mul, Sub};

use num_complex::{Complex64, c64};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

/// Random values are small integers, so that every sum and product in a test is exact.
pub(crate) trait Number:
    Copy + Debug + PartialEq + Add<Output = Self> + Mul<Output = Self> + Sub<Output = Self> + 'static
{
    const ZERO: Self;
    const ONE: Self;
    /// A real basis of the number's plane: the directions in which to differentiate.
    const DIRECTIONS: &'static [Self];

    fn conj(self) -> Self;
    fn real_part(self) -> f64;
    fn random(rng: &mut ChaCha8Rng) -> Self;
}

impl Number for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    const DIRECTIONS: &'static [Self] = &[1.0];

    fn conj(self) -> Self {
        self
    }

    fn real_part(self) -> f64 {
        self
    }

    fn random(rng: &mut ChaCha8Rng) -> Self {
        f64::from(rng.random_range(-3_i8..=3))
    }
}

impl Number for Complex64 {
    const ZERO: Self = c64_const(0.0, 0.0);
    const ONE: Self = c64_const(1.0, 0.0);
    const DIRECTIONS: &'static [Self] = &[c64_const(1.0, 0.0), c64_const(0.0, 1.0)];

    fn conj(self) -> Self {
        Complex64::conj(&self)
    }

    fn real_part(self) -> f64 {
        self.re
    }

    fn random(rng: &mut ChaCha8Rng) -> Self {
        c64(f64::random(rng), f64::random(rng))
    }
}

const fn c64_const(re: f64, im: f64) -> Complex64 {
    Complex64 { re, im }
}

impl Number for i64 {
    const ZERO: Self = 0;
    const ONE: Self = 1;
    const DIRECTIONS: &'static [Self] = &[];

    fn conj(self) -> Self {
        self
    }

    fn real_part(self) -> f64 {
        unreachable!("integers are not differentiated")
    }

    fn random(rng: &mut ChaCha8Rng) -> Self {
        rng.random_range(-3..=3)
    }
}
