//! The numbers of the cases.

use crate::{eigen, foreign, glam_types::Glam};

/// A number that the oracle can compute with.
pub trait Value: Copy + 'static {
    const NAME: &'static str;
    const ZERO: Self;
    const ONE: Self;
    /// How far a result may be from the oracle's.
    const TOLERANCE: f64;
    fn of(x: f64) -> Self;
    fn plus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
    /// The distance of two numbers; infinite if one is NaN.
    fn far(self, other: Self) -> f64;
}

/// A number that all peers can compute with.
pub trait Real:
    Value + einsum::Differentiable + nalgebra::RealField + Glam + OfAll + foreign::Functions + eigen::Functions
{
}

/// A number that the peers of the feature `all` can compute with.
#[cfg(feature = "dynamic")]
pub trait OfAll: ndarray::LinalgScalar + faer::traits::ComplexField + crate::kernels::Functions {}
#[cfg(not(feature = "dynamic"))]
pub trait OfAll {}

macro_rules! real {
    ($T:ident, $tolerance:literal) => {
        impl Value for $T {
            const NAME: &'static str = stringify!($T);
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const TOLERANCE: f64 = $tolerance;
            fn of(x: f64) -> Self {
                x as $T
            }
            fn plus(self, other: Self) -> Self {
                self + other
            }
            fn times(self, other: Self) -> Self {
                self * other
            }
            fn far(self, other: Self) -> f64 {
                distance(self as f64, other as f64)
            }
        }
        impl Real for $T {}
        impl OfAll for $T {}
    };
}

real!(f32, 3e-5);
real!(f64, 1e-12);

pub fn distance(x: f64, y: f64) -> f64 {
    let far = (x - y).abs();
    if far.is_nan() { f64::INFINITY } else { far }
}
