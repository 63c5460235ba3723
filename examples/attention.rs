//! Trains a transformer to write sequences backwards: every layer is one formula, every gradient is derived from it.
//!
//! ```text
//! cargo run --release --example attention    # trains for some seconds, and writes sequences that it has not seen backwards
//! cargo test --example attention             # checks the gradient of the loss by finite differences
//! ```
//!
//! A sequence is digits, and a separator; after that the network says one digit after the other, each from all before it.

#![allow(clippy::cast_precision_loss, reason = "extents are small")]

#[path = "digits/adam.rs"]
mod adam;
#[path = "digits/curves.rs"]
mod curves;

use std::{error::Error, time::Instant};

use einsum::{Float, einsum, einsum_fn};
use ndarray::{Array, Array1, Array2, Array3, Array4, Dimension, s};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use adam::Adam;
use curves::Chart;

// n: sequence, t: place in it, u: a place that is looked at, e and m: embedding, h: head, d: feature of a head, f: hidden feature,
// k: digit.
einsum_fn! {
    /// What a token is, and where.
    fn embed(tokens, places, token) -> [n, t, m] { tokens[token[n, t], m] + places[t, m] }

    /// Layer norm.
    fn norm(x, gain, bias) -> [n, t, m] {
        let c[n, t, m] = x[n, t, m] - mean[e](x[n, t, e]);
        let v[n, t] = mean[m](powi(c[n, t, m], 2));
        c[n, t, m] / sqrt(v[n, t] + 1e-5) * gain[m] + bias[m]
    }

    /// Attention of all heads to places that are not later; queries, keys and values are projected by one tensor.
    fn attend(x, project, output, scale) -> [n, t, m] {
        let q[n, h, t, d] = x[n, t, e] * project[0, h, e, d];
        let k[n, h, u, d] = x[n, u, e] * project[1, h, e, d];
        let v[n, h, u, d] = x[n, u, e] * project[2, h, e, d];
        let s[n, h, t, u] = select(u <= t, scale * sum[d](q[n, h, t, d] * k[n, h, u, d]), -1e30);
        let p[n, h, t, u] = exp(s[n, h, t, u] - logsumexp[u](s[n, h, t, u]));
        let z[n, h, t, d] = p[n, h, t, u] * v[n, h, u, d];
        z[n, h, t, d] * output[h, d, m], wrt = [x, project, output]
    }

    /// A layer with hidden features.
    fn think(x, widen, hidden, narrow, bias) -> [n, t, m] {
        let a[n, t, f] = gelu(sum[e](x[n, t, e] * widen[e, f]) + hidden[f]);
        a[n, t, f] * narrow[f, m] + bias[m]
    }

    /// Scores of the digits.
    fn score(x, readout, bias) -> [n, t, k] { x[n, t, m] * readout[m, k] + bias[k] }

    /// The mean surprise at what comes next, after the separator.
    fn surprise(z, next) -> [] {
        mean[n, t](logsumexp[k](z[n, t + (crate::LENGTH), k]) - z[n, t + (crate::LENGTH), next[n, t]]), wrt = [z]
    }
}

/// How many digits are to be written backwards.
const LENGTH: usize = 6;
const DIGITS: usize = 8;
const SEPARATOR: usize = DIGITS;
const SHAPE: Shape = Shape { blocks: 2, embedding: 32, heads: 4, features: 8, hidden: 64 };
const SEED: u64 = 0;
const STEPS: usize = 300;
const BATCH: usize = 32;
const RATE: f32 = 5e-3;
/// What the mean surprise is below in the end; that of who guesses is the logarithm of 8, 2.08.
const LEARNT: f32 = 0.01;

#[derive(Clone, Copy)]
struct Shape {
    blocks: usize,
    embedding: usize,
    heads: usize,
    features: usize,
    hidden: usize,
}

/// The weights, or their gradients.
struct Network<T> {
    tokens: Array2<T>,
    places: Array2<T>,
    blocks: Vec<Block<T>>,
    norm: Norm<T>,
    readout: (Array2<T>, Array1<T>),
}

struct Norm<T> {
    gain: Array1<T>,
    bias: Array1<T>,
}

struct Block<T> {
    norms: [Norm<T>; 2],
    project: Array4<T>,
    output: Array3<T>,
    widen: (Array2<T>, Array1<T>),
    narrow: (Array2<T>, Array1<T>),
}

/// What the layers of a block are given: itself, its first norm, the sum with what attention says of that, and its second norm.
struct Seen<T>([Array3<T>; 4]);

/// What all layers are given.
struct Layers<T> {
    blocks: Vec<Seen<T>>,
    last: Array3<T>,
    normal: Array3<T>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut network = Network::<f32>::random(SHAPE, &mut rng);
    let mut adam = Adam::new(network.weights_mut().len());
    let start = Instant::now();
    let mut recent = 0.0;
    let mut losses = Vec::new();
    for step in 1..=STEPS {
        let (tokens, next) = sequences(BATCH, &mut rng);
        let (loss, mut gradients) = network.gradients(&tokens, &next);
        let rate = RATE * (STEPS + 1 - step) as f32 / STEPS as f32;
        let gradients = gradients.weights_mut();
        adam.step(network.weights_mut().into_iter(), gradients.into_iter().map(|gradient| &*gradient), rate);
        losses.push((step as f64, f64::from(loss)));
        recent = if step == 1 { loss } else { 0.9 * recent + 0.1 * loss };
        if step % 50 == 0 {
            println!("step {step:3}: surprise {recent:.4}");
        }
    }
    println!("{:.1} s", start.elapsed().as_secs_f64());
    let (tokens, next) = sequences(4, &mut rng);
    let read: Array2<usize> = {
        let scores = network.forward(&tokens).1;
        einsum!([n, t] = argmax[k](scores[n, t + (LENGTH), k]); t = LENGTH)
    };
    for (n, said) in read.rows().into_iter().enumerate() {
        println!("{} backwards is {said}", tokens.slice(s![n, ..LENGTH]));
    }
    assert!(recent < LEARNT, "the network has not learnt to write backwards: {recent}");
    assert_eq!(read, next, "new sequences");

    let training = curves::file("attention-training.svg")?;
    let batches = vec![("a step's batch", losses)];
    curves::draw(&training, &[Chart { axes: ["surprise", "step"], is_logarithmic: true, curves: batches }])?;
    println!("training curve: {}", training.display());
    Ok(())
}

/// Random digits, a separator, and these backwards without the last; and what comes next at each place from the separator on.
fn sequences(count: usize, rng: &mut impl Rng) -> (Array2<usize>, Array2<usize>) {
    let digits = Array2::from_shape_simple_fn((count, LENGTH), || rng.random_range(0..DIGITS));
    let next: Array2<usize> = einsum!([n, t] = digits[n, (LENGTH - 1) - t] + 0; t = LENGTH);
    let mut tokens = Array2::from_elem((count, 2 * LENGTH), SEPARATOR);
    tokens.slice_mut(s![.., ..LENGTH]).assign(&digits);
    tokens.slice_mut(s![.., LENGTH + 1..]).assign(&next.slice(s![.., ..LENGTH - 1]));
    (tokens, next)
}

impl<T: Float> Network<T> {
    fn random(shape: Shape, rng: &mut impl Rng) -> Self {
        let Shape { blocks, embedding, .. } = shape;
        Self {
            tokens: random([DIGITS + 1, embedding], embedding, rng),
            places: random([2 * LENGTH, embedding], embedding, rng),
            blocks: (0..blocks).map(|_| Block::random(shape, rng)).collect(),
            norm: Norm::new(embedding),
            readout: (random([embedding, DIGITS], embedding, rng), Array1::default(DIGITS)),
        }
    }

    /// What the layers are given, and the scores.
    fn forward(&self, tokens: &Array2<usize>) -> (Layers<T>, Array3<T>) {
        let mut last = embed(&self.tokens, &self.places, tokens);
        let mut blocks = Vec::new();
        for block in &self.blocks {
            let (seen, y) = block.forward(last);
            blocks.push(seen);
            last = y;
        }
        let normal = self.norm.of(&last);
        let scores = score(&normal, &self.readout.0, &self.readout.1);
        (Layers { blocks, last, normal }, scores)
    }

    /// The surprise at what comes next, and its gradients: the layers once more, from the last to the first.
    fn gradients(&self, tokens: &Array2<usize>, next: &Array2<usize>) -> (T, Self) {
        let (Layers { blocks: seen, last, normal }, z) = self.forward(tokens);
        let (dz,) = surprise::backward(&z, next, T::from_f64(1.0));
        let (dnormal, dreadout, dbias) = score::backward(&normal, &self.readout.0, &self.readout.1, &dz);
        let (mut dx, norm) = self.norm.backward(&last, &dnormal);
        let mut blocks = Vec::new();
        for (block, seen) in self.blocks.iter().zip(&seen).rev() {
            let (dinput, gradients) = block.backward(seen, &dx);
            dx = dinput;
            blocks.insert(0, gradients);
        }
        let (tokens, places) = embed::backward(&self.tokens, &self.places, tokens, &dx);
        (surprise(&z, next), Self { tokens, places, blocks, norm, readout: (dreadout, dbias) })
    }

    fn weights_mut(&mut self) -> Vec<&mut T> {
        let Self { tokens, places, blocks, norm, readout } = self;
        let blocks = blocks.iter_mut().flat_map(Block::weights_mut);
        let around = tokens.iter_mut().chain(places).chain(norm.weights_mut()).chain(&mut readout.0);
        around.chain(&mut readout.1).chain(blocks).collect()
    }
}

impl<T: Float> Block<T> {
    fn random(Shape { embedding, heads, features, hidden, .. }: Shape, rng: &mut impl Rng) -> Self {
        Self {
            norms: [Norm::new(embedding), Norm::new(embedding)],
            project: random([3, heads, embedding, features], embedding, rng),
            output: random([heads, features, embedding], heads * features, rng),
            widen: (random([embedding, hidden], embedding, rng), Array1::default(hidden)),
            narrow: (random([hidden, embedding], hidden, rng), Array1::default(embedding)),
        }
    }

    /// One by the root of the features of a head.
    fn scale(&self) -> T {
        T::from_f64((self.project.dim().3 as f64).sqrt().recip())
    }

    fn forward(&self, x: Array3<T>) -> (Seen<T>, Array3<T>) {
        let Self { norms, project, output, widen, narrow } = self;
        let normal = norms[0].of(&x);
        let attended = &x + &attend(&normal, project, output, self.scale());
        let second = norms[1].of(&attended);
        let y = &attended + &think(&second, &widen.0, &widen.1, &narrow.0, &narrow.1);
        (Seen([x, normal, attended, second]), y)
    }

    fn backward(&self, Seen([x, normal, attended, second]): &Seen<T>, dy: &Array3<T>) -> (Array3<T>, Self) {
        let Self { norms, project, output, widen, narrow } = self;
        let (dsecond, dwiden, dhidden, dnarrow, dbias) =
            think::backward(second, &widen.0, &widen.1, &narrow.0, &narrow.1, dy);
        let (through_norm, second) = norms[1].backward(attended, &dsecond);
        let dattended = dy + &through_norm;
        let (dnormal, project, output) = attend::backward(normal, project, output, self.scale(), &dattended);
        let (through_norm, first) = norms[0].backward(x, &dnormal);
        let (widen, narrow) = ((dwiden, dhidden), (dnarrow, dbias));
        (dattended + &through_norm, Self { norms: [first, second], project, output, widen, narrow })
    }

    fn weights_mut(&mut self) -> Vec<&mut T> {
        let Self { norms, project, output, widen, narrow } = self;
        let tensors = project.iter_mut().chain(output);
        let layers = [widen, narrow].into_iter().flat_map(|(weights, bias)| weights.iter_mut().chain(bias));
        norms.iter_mut().flat_map(Norm::weights_mut).chain(tensors).chain(layers).collect()
    }
}

impl<T: Float> Norm<T> {
    fn new(embedding: usize) -> Self {
        Self { gain: Array1::from_elem(embedding, T::from_f64(1.0)), bias: Array1::default(embedding) }
    }

    fn of(&self, x: &Array3<T>) -> Array3<T> {
        norm(x, &self.gain, &self.bias)
    }

    fn backward(&self, x: &Array3<T>, dy: &Array3<T>) -> (Array3<T>, Self) {
        let (dx, gain, bias) = norm::backward(x, &self.gain, &self.bias, dy);
        (dx, Self { gain, bias })
    }

    fn weights_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.gain.iter_mut().chain(&mut self.bias)
    }
}

/// Weights of what has so many inputs.
fn random<T: Float, const N: usize, D: Dimension>(shape: [usize; N], inputs: usize, rng: &mut impl Rng) -> Array<T, D>
where
    [usize; N]: ndarray::IntoDimension<Dim = D>,
{
    let most = (3.0 / inputs as f64).sqrt();
    Array::from_shape_simple_fn(shape, || T::from_f64(rng.random_range(-most..most)))
}

#[cfg(test)]
const STEP: f64 = 1e-5;

#[test]
fn gradients_agree_with_differences() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let shape = Shape { blocks: 2, embedding: 4, heads: 2, features: 3, hidden: 5 };
    let mut network = Network::<f64>::random(shape, &mut rng);
    let (tokens, next) = sequences(3, &mut rng);
    let (_, mut gradients) = network.gradients(&tokens, &next);
    let gradients: Vec<f64> = gradients.weights_mut().iter().map(|gradient| **gradient).collect();
    for (number, gradient) in gradients.into_iter().enumerate() {
        let mut loss = |step: f64| {
            *network.weights_mut()[number] += step;
            let loss = surprise(&network.forward(&tokens).1, &next);
            *network.weights_mut()[number] -= step;
            loss
        };
        let difference = (loss(STEP) - loss(-STEP)) / (2.0 * STEP);
        assert!((difference - gradient).abs() < 1e-7, "weight {number}: {gradient}, not {difference}");
    }
}
