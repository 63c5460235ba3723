//! Trains a convolutional network to read handwritten digits: every layer is one formula, every gradient is derived from it.
//!
//! ```sh
//! cargo run --release --example cnn    # trains for a quarter of a minute, and prints the accuracy on images that were held out
//! cargo test --example cnn             # checks the gradient of the loss by finite differences
//! ```

#![allow(clippy::cast_precision_loss, reason = "extents are small")]

#[path = "digits/adam.rs"]
mod adam;
#[path = "digits/curves.rs"]
mod curves;
#[path = "digits/data.rs"]
mod data;

use std::{error::Error, path::Path, time::Instant};

use einsum::{Float, einsum, einsum_fn};
use ndarray::{Array1, Array2, Array3, Array4, Axis};
use rand::{Rng, RngExt, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

use adam::Adam;
use curves::Chart;
use data::{CLASSES, Digits, HEIGHT, WIDTH};

einsum_fn! {
    /// A convolution of 3 x 3 with a bias, which keeps the size of the image.
    fn convolution(x, w, b; i, j) -> [n, f, i, j] {
        relu(sum[c, p, q](zero(x)[n, c, i + p - 1, j + q - 1] * w[f, c, p, q]) + b[f])
    }

    /// The largest of every 2 x 2 pixels.
    fn pool(x; p = 2, q = 2) -> [n, f, i, j] { max[p, q](x[n, f, 2*i + p, 2*j + q]) }

    /// Scores of the digits.
    fn scores(x, w, b) -> [n, k] { x[n, f, i, j] * w[k, f, i, j] + b[k] }

    /// The mean surprise at the right digit.
    fn surprise(z, digit) -> [] { mean[n](logsumexp[k](z[n, k]) - z[n, digit[n]]), wrt = [z] }
}

const SEED: u64 = 0;
const EPOCHS: usize = 60;
const BATCH: usize = 32;
const RATE: f32 = 2e-3;
/// How much a pixel is changed at most, anew at each sight of it.
const NOISE: f32 = 0.3;

fn main() -> Result<(), Box<dyn Error>> {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let digits = Digits::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/digits.csv"))?;
    let (train, test) = digits.split(&mut rng);
    let mut network = Network::<f32>::random([1, 24, 48, 96], &mut rng);
    let mut adam = Adam::new(network.weights_mut().count());
    let mut order: Vec<usize> = (0..train.len()).collect();
    let start = Instant::now();
    let (mut losses, mut read) = (Vec::new(), Vec::new());
    for epoch in 0..EPOCHS {
        order.shuffle(&mut rng);
        let mut loss = 0.0;
        for batch in order.chunks(BATCH) {
            let batch = train.select(batch).with_noise(NOISE, &mut rng);
            let (of_batch, mut gradients) = network.gradients(&batch.images, &batch.labels);
            let rate = RATE * share(EPOCHS - epoch, EPOCHS);
            adam.step(network.weights_mut(), gradients.weights_mut().map(|gradient| &*gradient), rate);
            loss += of_batch * share(batch.len(), train.len());
        }
        let accuracy = 100.0 * network.accuracy(&test.images, &test.labels);
        println!("epoch {:2}: loss {loss:.4}, {accuracy:.1} % of the held-out images are read", epoch + 1);
        losses.push((epoch as f64 + 1.0, f64::from(loss)));
        read.push((epoch as f64 + 1.0, f64::from(accuracy)));
    }
    println!("{:.1} s", start.elapsed().as_secs_f64());
    let training = curves::file("cnn-training.svg")?;
    let loss = Chart { axes: ["loss", "epoch"], is_logarithmic: true, curves: vec![("train", losses)] };
    let accuracy = Chart { axes: ["accuracy in %", "epoch"], is_logarithmic: false, curves: vec![("held out", read)] };
    curves::draw(&training, &[loss, accuracy])?;
    println!("training curves: {}", training.display());
    Ok(())
}

/// Three convolutions, the first two of which are pooled, and scores.
struct Network<T> {
    filters: [Array4<T>; 3],
    biases: [Array1<T>; 3],
    readout: (Array4<T>, Array1<T>),
}

impl<T: Float> Network<T> {
    fn random(channels: [usize; 4], rng: &mut impl Rng) -> Self {
        let mut weights = |shape: [usize; 4]| {
            let deviation = (6.0 / (shape[1] * shape[2] * shape[3]) as f64).sqrt();
            Array4::from_shape_simple_fn(shape, || T::from_f64(rng.random_range(-deviation..deviation)))
        };
        let filters = [0, 1, 2].map(|n| weights([channels[n + 1], channels[n], 3, 3]));
        let readout = weights([CLASSES, channels[3], HEIGHT / 4, WIDTH / 4]);
        let biases = [1, 2, 3].map(|n| Array1::default(channels[n]));
        Self { filters, biases, readout: (readout, Array1::default(CLASSES)) }
    }

    /// What each layer is given, and the scores.
    fn forward(&self, images: &Array3<T>) -> (Vec<Array4<T>>, Array2<T>) {
        let mut layers = vec![images.clone().insert_axis(Axis(1))];
        for (n, (filter, bias)) in self.filters.iter().zip(&self.biases).enumerate() {
            let (height, width) = (HEIGHT >> n, WIDTH >> n);
            layers.push(convolution(&layers[layers.len() - 1], filter, bias, height, width));
            if n < 2 {
                layers.push(pool(&layers[layers.len() - 1]));
            }
        }
        let scores = scores(&layers[layers.len() - 1], &self.readout.0, &self.readout.1);
        (layers, scores)
    }

    /// The loss on some images, and its gradients: the layers once more, from the last to the first.
    fn gradients(&self, images: &Array3<T>, digits: &[usize]) -> (T, Self) {
        let (mut layers, z) = self.forward(images);
        let digits = Array1::from(digits.to_vec());
        let (dz,) = surprise::backward(&z, &digits, T::from_f64(1.0));
        let mut next = || layers.pop().expect("a layer was given something");
        let (mut dx, dw, db) = scores::backward(&next(), &self.readout.0, &self.readout.1, &dz);
        let mut gradients = [2, 1, 0].map(|n| {
            if n < 2 {
                (dx,) = pool::backward(&next(), &dx);
            }
            let (filter, bias) = (&self.filters[n], &self.biases[n]);
            let (dinput, dfilter, dbias) = convolution::backward(&next(), filter, bias, HEIGHT >> n, WIDTH >> n, &dx);
            dx = dinput;
            (dfilter, dbias)
        });
        gradients.reverse();
        let [(f0, b0), (f1, b1), (f2, b2)] = gradients;
        (surprise(&z, &digits), Self { filters: [f0, f1, f2], biases: [b0, b1, b2], readout: (dw, db) })
    }

    /// The share of images of which the right digit has the highest score.
    fn accuracy(&self, images: &Array3<T>, digits: &[usize]) -> f32 {
        let (_, scores) = self.forward(images);
        let read: Array1<usize> = einsum!([n] = argmax[k](scores[n, k]));
        share(read.iter().zip(digits).filter(|(read, digit)| read == digit).count(), digits.len())
    }

    fn weights_mut(&mut self) -> impl Iterator<Item = &mut T> {
        let Self { filters, biases, readout: (readout, scores) } = self;
        filters.iter_mut().chain([readout]).flatten().chain(biases.iter_mut().chain([scores]).flatten())
    }
}

fn share(part: usize, whole: usize) -> f32 {
    part as f32 / whole as f32
}

#[cfg(test)]
const STEP: f64 = 1e-6;

#[test]
fn gradients_agree_with_differences() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut network = Network::<f64>::random([1, 2, 3, 2], &mut rng);
    let images = Array3::from_shape_simple_fn((3, HEIGHT, WIDTH), || rng.random_range(0.0..1.0));
    let digits = [3, 0, 9];
    let (_, mut gradients) = network.gradients(&images, &digits);
    let gradients: Vec<f64> = gradients.weights_mut().map(|gradient| *gradient).collect();
    for (number, gradient) in gradients.into_iter().enumerate() {
        let mut loss = |step: f64| {
            let weight =
                |network: &mut Network<f64>, by: f64| *network.weights_mut().nth(number).expect("a weight") += by;
            weight(&mut network, step);
            let (loss, _) = network.gradients(&images, &digits);
            weight(&mut network, -step);
            loss
        };
        let difference = (loss(STEP) - loss(-STEP)) / (2.0 * STEP);
        assert!((difference - gradient).abs() < 1e-7, "weight {number}: {gradient}, not {difference}");
    }
}
