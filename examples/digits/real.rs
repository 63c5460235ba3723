//! The numbers that the network is made of.

use ndarray::{Array, Dimension, NdFloat, ShapeBuilder};
use rand::{Rng, RngExt};

/// `f32` for training, `f64` for checking gradients.
pub(crate) trait Real: einsum::Differentiable + NdFloat + From<f32> {}

impl<T: einsum::Differentiable + NdFloat + From<f32>> Real for T {}

/// First weights of a linear map that sums over `fan_in` inputs: of variance `1 / fan_in`, so that
/// its results vary as much as its inputs.
pub(crate) fn random_weights<T, S>(shape: S, fan_in: usize, rng: &mut impl Rng) -> Array<T, S::Dim>
where
    T: Real,
    S: ShapeBuilder<Dim: Dimension>,
{
    let bound = (3.0 / to_f32(fan_in)).sqrt();
    Array::from_shape_simple_fn(shape, || rng.random_range(-bound..bound).into())
}

/// A count as a number.
#[expect(clippy::cast_precision_loss, reason = "the counts here are far below 2^24, up to which f32 is exact")]
pub(crate) fn to_f32(count: usize) -> f32 {
    count as f32
}
