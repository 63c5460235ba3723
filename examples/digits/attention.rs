//! Multi-head self-attention over the rows of an image.
//!
//! Labels: `b` image of the batch, `r` row that asks, `s` row that answers, `d` feature, `h` head,
//! `k` feature of a head.

use einsum::einsum_fn;
use ndarray::{Array3, Array4};
use rand::Rng;

use crate::{
    network::Extents,
    nonlinear::{softmax, softmax_backward},
    real::{Real, random_weights, to_f32},
};

einsum_fn! {
    /// What every head makes of the features: its queries, keys or values.
    fn project(features, weights) = "brd,dhk->brhk";

    /// How well the query of one row matches the key of another.
    fn compare(queries, keys) = "brhk,bshk->bhrs";

    /// The values of all rows, averaged with the weights of attention.
    fn mix(attention, values) = "bhrs,bshk->brhk";

    /// The heads' results, made into features again.
    fn join(heads, weights) = "brhk,hkd->brd";
}

/// The layer's weights, or their gradients.
#[derive(Clone)]
pub(crate) struct Attention<T> {
    query: Array3<T>,
    key: Array3<T>,
    value: Array3<T>,
    join: Array3<T>,
}

/// What the backward pass needs of the forward pass.
pub(crate) struct Cache<T> {
    features: Array3<T>,
    queries: Array4<T>,
    keys: Array4<T>,
    values: Array4<T>,
    attention: Array4<T>,
    mixed: Array4<T>,
}

impl<T: Real> Attention<T> {
    /// The features, and added to them what each row learns from the others.
    pub(crate) fn forward(&self, features: Array3<T>) -> (Array3<T>, Cache<T>) {
        let queries = project(&features, &self.query);
        let keys = project(&features, &self.key);
        let values = project(&features, &self.value);
        let attention = softmax(compare(&queries, &keys) * self.scale());
        let mixed = mix(&attention, &values);
        let output = join(&mixed, &self.join) + &features;
        let cache = Cache { features, queries, keys, values, attention, mixed };
        (output, cache)
    }

    /// The gradients of the features and of the weights.
    pub(crate) fn backward(&self, cache: &Cache<T>, doutput: &Array3<T>) -> (Array3<T>, Self) {
        let (dmixed, djoin) = join::backward(&cache.mixed, &self.join, doutput);
        let (dattention, dvalues) = mix::backward(&cache.attention, &cache.values, &dmixed);
        let dscores = softmax_backward(&cache.attention, dattention) * self.scale();
        let (dqueries, dkeys) = compare::backward(&cache.queries, &cache.keys, &dscores);

        let features = &cache.features;
        let (by_query, dquery) = project::backward(features, &self.query, &dqueries);
        let (by_key, dkey) = project::backward(features, &self.key, &dkeys);
        let (by_value, dvalue) = project::backward(features, &self.value, &dvalues);
        let dfeatures = by_query + by_key + by_value + doutput;
        let gradients = Self { query: dquery, key: dkey, value: dvalue, join: djoin };
        (dfeatures, gradients)
    }

    /// Keeps the variance of the scores from growing with the number of products in each.
    fn scale(&self) -> T {
        let (_, _, head_features) = self.query.dim();
        to_f32(head_features).sqrt().recip().into()
    }
}

impl<T: Real> Attention<T> {
    pub(crate) fn random(extents: &Extents, rng: &mut impl Rng) -> Self {
        let &Extents { features, heads, head_features, .. } = extents;
        let mut projection = || random_weights((features, heads, head_features), features, rng);
        Self {
            query: projection(),
            key: projection(),
            value: projection(),
            join: random_weights((heads, head_features, features), heads * head_features, rng),
        }
    }

    pub(crate) fn weights(&self) -> impl Iterator<Item = &T> {
        [&self.query, &self.key, &self.value, &self.join].into_iter().flatten()
    }

    pub(crate) fn weights_mut(&mut self) -> impl Iterator<Item = &mut T> {
        [&mut self.query, &mut self.key, &mut self.value, &mut self.join].into_iter().flatten()
    }
}
