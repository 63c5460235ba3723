//! The network: embedding, attention, feed-forward layer, pooling, classification.
//!
//! No layer has a bias. Instead every row of an image ends in a constant 1, whose embedding is the
//! row's position: from there on all features carry a constant part.
//!
//! Labels: `b` image of the batch, `r` row of the image, `p` pixel of the row, `d` feature, `c` class.

use einsum::einsum_fn;
use ndarray::{Array2, Array3, s};
use rand::Rng;

use crate::{
    attention::{self, Attention},
    data::{CLASSES, HEIGHT, WIDTH},
    feed_forward::{self, FeedForward},
    real::{Real, random_weights},
};

einsum_fn! {
    /// Pixels to features: each row has weights of its own.
    fn embed(pixels, weights) = "brp,rpd->brd";

    /// The features of an image, summed over its rows. Its gradient is a broadcast: every row gets
    /// that of the sum.
    fn pool(features) = "brd->bd";

    /// The logit of each class.
    fn classify(pooled, weights) = "bd,dc->bc";
}

/// The network's weights, or their gradients.
#[derive(Clone)]
pub(crate) struct Network<T> {
    embed: Array3<T>,
    attention: Attention<T>,
    feed_forward: FeedForward<T>,
    classify: Array2<T>,
}

/// What the backward pass needs of the forward pass.
pub(crate) struct Cache<T> {
    pixels: Array3<T>,
    attention: attention::Cache<T>,
    feed_forward: feed_forward::Cache<T>,
    features: Array3<T>,
    pooled: Array2<T>,
}

/// The sizes that are free to choose.
pub(crate) struct Extents {
    pub(crate) features: usize,
    pub(crate) heads: usize,
    pub(crate) head_features: usize,
    pub(crate) hidden: usize,
}

impl<T: Real> Network<T> {
    /// One logit per image and class.
    pub(crate) fn forward(&self, images: &Array3<T>) -> (Array2<T>, Cache<T>) {
        let pixels = with_constant(images);
        let embedded = embed(&pixels, &self.embed);
        let (attended, attention) = self.attention.forward(embedded);
        let (features, feed_forward) = self.feed_forward.forward(attended);
        let pooled = pool(&features);
        let logits = classify(&pooled, &self.classify);
        let cache = Cache { pixels, attention, feed_forward, features, pooled };
        (logits, cache)
    }

    /// The gradients of the weights.
    pub(crate) fn backward(&self, cache: &Cache<T>, dlogits: &Array2<T>) -> Self {
        let (dpooled, dclassify) = classify::backward(&cache.pooled, &self.classify, dlogits);
        let (dfeatures,) = pool::backward(&cache.features, &dpooled);
        let (dattended, dfeed_forward) = self.feed_forward.backward(&cache.feed_forward, &dfeatures);
        let (dembedded, dattention) = self.attention.backward(&cache.attention, &dattended);
        Self {
            embed: embed::backward_weights(&cache.pixels, &self.embed, &dembedded),
            attention: dattention,
            feed_forward: dfeed_forward,
            classify: dclassify,
        }
    }
}

impl<T: Real> Network<T> {
    pub(crate) fn random(extents: &Extents, rng: &mut impl Rng) -> Self {
        let inputs = WIDTH + 1;
        Self {
            embed: random_weights((HEIGHT, inputs, extents.features), inputs, rng),
            attention: Attention::random(extents, rng),
            feed_forward: FeedForward::random(extents, rng),
            classify: random_weights((extents.features, CLASSES), extents.features, rng),
        }
    }

    /// All weights, in the order of [`Self::weights_mut`].
    pub(crate) fn weights(&self) -> impl Iterator<Item = &T> {
        self.embed.iter().chain(self.attention.weights()).chain(self.feed_forward.weights()).chain(&self.classify)
    }

    pub(crate) fn weights_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.embed
            .iter_mut()
            .chain(self.attention.weights_mut())
            .chain(self.feed_forward.weights_mut())
            .chain(&mut self.classify)
    }
}

/// The images with a ninth pixel in each row, which is always 1.
fn with_constant<T: Real>(images: &Array3<T>) -> Array3<T> {
    let (count, height, width) = images.dim();
    let mut pixels = Array3::ones((count, height, width + 1));
    pixels.slice_mut(s![.., .., ..width]).assign(images);
    pixels
}

#[cfg(test)]
mod tests {
    use ndarray::Array3;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::{Extents, Network};
    use crate::{
        data::{HEIGHT, WIDTH},
        nonlinear::cross_entropy,
    };

    /// Distinct, so that no two axes can be mistaken for each other.
    const EXTENTS: Extents = Extents { features: 5, heads: 2, head_features: 3, hidden: 7 };

    #[test]
    fn backward_agrees_with_finite_differences() {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let network = Network::<f64>::random(&EXTENTS, &mut rng);
        let images = Array3::from_shape_simple_fn((3, HEIGHT, WIDTH), || rng.random());
        let labels = [3, 0, 8];

        let (logits, cache) = network.forward(&images);
        let (_, dlogits) = cross_entropy(logits, &labels);
        let gradients = network.backward(&cache, &dlogits);

        let step = 1e-5;
        let loss_beside = |index: usize, step: f64| {
            let mut network = network.clone();
            if let Some(weight) = network.weights_mut().nth(index) {
                *weight += step;
            }
            let (logits, _) = network.forward(&images);
            cross_entropy(logits, &labels).0
        };
        for (index, gradient) in gradients.weights().enumerate() {
            let difference = (loss_beside(index, step) - loss_beside(index, -step)) / (2.0 * step);
            assert!(
                (gradient - difference).abs() < 1e-8,
                "weight {index}: gradient {gradient}, finite difference {difference}"
            );
        }
        assert_eq!(gradients.weights().count(), network.weights().count());
    }
}
