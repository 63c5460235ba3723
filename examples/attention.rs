//! Multi-head self-attention, forward and backward, every linear map by `einsum_fn!`; the softmax
//! between them, which is no einsum, by hand.
//!
//! ```text
//! cargo run --release --example attention
//! ```
//!
//! prints the time of the forward and of forward and backward together. The test of this example
//! compares the gradients with finite differences.

use std::{hint::black_box, time::Instant};

use einsum::{einsum, einsum_fn};
use ndarray::{Array, Array3, Array4, Axis, Dimension, ShapeBuilder, Zip};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

// b: batch, t: token, q and k: tokens as queries and as keys, e: embedding, h: head, d: feature of a head.
einsum_fn! {
    /// Queries, keys or values: the embedding of every token, seen by every head.
    fn project(x, w) = "bte,hed->bhtd";

    /// How much each query asks for each key.
    fn score(q, k) = "bhqd,bhkd->bhqk";

    /// What each query gets of the values.
    fn mix(p, v) = "bhqk,bhkd->bhqd";

    /// Back to an embedding, the heads added up.
    fn merge(z, w) = "bhtd,hde->bte";
}

/// The weights, or their gradients.
struct Weights {
    query: Array3<f64>,
    key: Array3<f64>,
    value: Array3<f64>,
    output: Array3<f64>,
}

/// What the backward needs of the forward.
struct Saved {
    q: Array4<f64>,
    k: Array4<f64>,
    v: Array4<f64>,
    p: Array4<f64>,
    z: Array4<f64>,
}

fn forward(x: &Array3<f64>, w: &Weights) -> (Array3<f64>, Saved) {
    let (q, k, v) = (project(x, &w.query), project(x, &w.key), project(x, &w.value));
    let p = softmax(score(&q, &k) * scale(w));
    let z = mix(&p, &v);
    let y = merge(&z, &w.output);
    (y, Saved { q, k, v, p, z })
}

/// From the cotangent of the result those of the input and of the weights.
fn backward(x: &Array3<f64>, w: &Weights, saved: &Saved, dy: &Array3<f64>) -> (Array3<f64>, Weights) {
    let Saved { q, k, v, p, z } = saved;
    let (dz, output) = merge::backward(z, &w.output, dy);
    let (dp, dv) = mix::backward(p, v, &dz);
    let ds = softmax_backward(p, &dp) * scale(w);
    let (dq, dk) = score::backward(q, k, &ds);
    let (mut dx, query) = project::backward(x, &w.query, &dq);
    let (mut key, mut value) = (Array3::zeros(w.key.dim()), Array3::zeros(w.value.dim()));
    project::backward_add(x, &w.key, &dk, (&mut dx, &mut key));
    project::backward_add(x, &w.value, &dv, (&mut dx, &mut value));
    (dx, Weights { query, key, value, output })
}

fn scale(w: &Weights) -> f64 {
    let features = u32::try_from(w.query.len_of(Axis(2))).expect("few features");
    1.0 / f64::from(features).sqrt()
}

fn softmax(mut scores: Array4<f64>) -> Array4<f64> {
    for mut row in scores.lanes_mut(Axis(3)) {
        let largest = row.fold(f64::NEG_INFINITY, |a, &b| a.max(b));
        row.mapv_inplace(|score| (score - largest).exp());
        let sum = row.sum();
        row /= sum;
    }
    scores
}

fn softmax_backward(p: &Array4<f64>, dp: &Array4<f64>) -> Array4<f64> {
    let inner = einsum!("bhqk,bhqk->bhq", p, dp).insert_axis(Axis(3));
    Zip::from(p).and(dp).and_broadcast(&inner).map_collect(|p, dp, inner| p * (dp - inner))
}

fn random<Sh: ShapeBuilder>(shape: Sh, rng: &mut ChaCha8Rng) -> Array<f64, Sh::Dim> {
    Array::from_shape_simple_fn(shape, || rng.random_range(-1.0..1.0))
}

fn random_weights(heads: usize, embedding: usize, features: usize, rng: &mut ChaCha8Rng) -> Weights {
    let mut weights = |shape| random(shape, rng);
    let [query, key, value] = [(); 3].map(|()| weights((heads, embedding, features)));
    Weights { query, key, value, output: weights((heads, features, embedding)) }
}

/// The median time of a few runs, in milliseconds.
fn milliseconds<R>(mut run: impl FnMut() -> R) -> f64 {
    let mut times: Vec<f64> = (0..9)
        .map(|_| {
            let start = Instant::now();
            black_box(run());
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn norm<D: Dimension>(x: &Array<f64, D>) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}

fn main() {
    let rng = &mut ChaCha8Rng::seed_from_u64(7);
    let (batch, tokens, embedding, heads, features) = (4, 128, 256, 8, 32);
    let x = random((batch, tokens, embedding), rng);
    let w = random_weights(heads, embedding, features, rng);
    let (y, saved) = forward(&x, &w);
    let (dx, dw) = backward(&x, &w, &saved, &y);
    println!("self-attention of {batch} x {tokens} tokens of {embedding} features, {heads} heads of {features}");
    println!("|y| = {:.6e}, |dx| = {:.6e}, |dw| = {:.6e}", norm(&y), norm(&dx), norm(&dw.query));
    let forwards = milliseconds(|| forward(&x, &w));
    let both = milliseconds(|| {
        let (y, saved) = forward(&x, &w);
        backward(&x, &w, &saved, &y)
    });
    println!("forward {forwards:.2} ms, forward and backward {both:.2} ms, ratio {:.2}", both / forwards);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half the sum of squares, whose cotangent is the result itself.
    fn loss(x: &Array3<f64>, w: &Weights) -> f64 {
        forward(x, w).0.iter().map(|y| y * y).sum::<f64>() / 2.0
    }

    type Choice = fn(&mut Weights) -> &mut Array3<f64>;

    fn check(name: &str, gradient: &Array3<f64>, mut nudged: impl FnMut([usize; 3], f64) -> f64) {
        const STEP: f64 = 1e-5;
        for (index, expected) in gradient.indexed_iter() {
            let index = index.into();
            let difference = (nudged(index, STEP) - nudged(index, -STEP)) / (2.0 * STEP);
            let error = (difference - expected).abs() / (1.0 + expected.abs());
            assert!(error < 1e-7, "{name} at {index:?}: {expected} and not {difference}");
        }
    }

    #[test]
    fn gradients_are_those_of_finite_differences() {
        let rng = &mut ChaCha8Rng::seed_from_u64(1);
        let x = random((2, 3, 5), rng);
        let w = random_weights(2, 5, 3, rng);
        let (y, saved) = forward(&x, &w);
        let (dx, dw) = backward(&x, &w, &saved, &y);
        check("x", &dx, |index, step| {
            let mut x = x.clone();
            x[index] += step;
            loss(&x, &w)
        });
        let choices: [(&str, &Array3<f64>, Choice); 4] = [
            ("query", &dw.query, |w| &mut w.query),
            ("key", &dw.key, |w| &mut w.key),
            ("value", &dw.value, |w| &mut w.value),
            ("output", &dw.output, |w| &mut w.output),
        ];
        for (name, gradient, choose) in choices {
            check(name, gradient, |index, step| {
                let Weights { query, key, value, output } = &w;
                let mut w =
                    Weights { query: query.clone(), key: key.clone(), value: value.clone(), output: output.clone() };
                choose(&mut w)[index] += step;
                loss(&x, &w)
            });
        }
    }
}
