//! The two-layer perceptron that follows attention, the same for every row.
//!
//! Labels: `b` image of the batch, `r` row of the image, `i` input, `o` output.

use einsum::einsum_fn;
use ndarray::{Array2, Array3};
use rand::Rng;

use crate::{
    network::Extents,
    nonlinear::{swish, swish_backward},
    real::{Real, random_weights},
};

einsum_fn! {
    /// The same weights for every row of every image.
    fn linear(inputs, weights) = "bri,io->bro";
}

/// The layer's weights, or their gradients.
#[derive(Clone)]
pub(crate) struct FeedForward<T> {
    expand: Array2<T>,
    contract: Array2<T>,
}

/// What the backward pass needs of the forward pass.
pub(crate) struct Cache<T> {
    features: Array3<T>,
    expanded: Array3<T>,
    active: Array3<T>,
}

impl<T: Real> FeedForward<T> {
    /// The features, and added to them what the layer makes of them.
    pub(crate) fn forward(&self, features: Array3<T>) -> (Array3<T>, Cache<T>) {
        let expanded = linear(&features, &self.expand);
        let active = swish(&expanded);
        let output = linear(&active, &self.contract) + &features;
        let cache = Cache { features, expanded, active };
        (output, cache)
    }

    /// The gradients of the features and of the weights.
    pub(crate) fn backward(&self, cache: &Cache<T>, doutput: &Array3<T>) -> (Array3<T>, Self) {
        let (dactive, dcontract) = linear::backward(&cache.active, &self.contract, doutput);
        let dexpanded = swish_backward(&cache.expanded, dactive);
        let (dfeatures, dexpand) = linear::backward(&cache.features, &self.expand, &dexpanded);
        let gradients = Self { expand: dexpand, contract: dcontract };
        (dfeatures + doutput, gradients)
    }
}

impl<T: Real> FeedForward<T> {
    pub(crate) fn random(extents: &Extents, rng: &mut impl Rng) -> Self {
        let &Extents { features, hidden, .. } = extents;
        Self {
            expand: random_weights((features, hidden), features, rng),
            contract: random_weights((hidden, features), hidden, rng),
        }
    }

    pub(crate) fn weights(&self) -> impl Iterator<Item = &T> {
        [&self.expand, &self.contract].into_iter().flatten()
    }

    pub(crate) fn weights_mut(&mut self) -> impl Iterator<Item = &mut T> {
        [&mut self.expand, &mut self.contract].into_iter().flatten()
    }
}
