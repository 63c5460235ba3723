//! The training loop, and the scores that it reports.

use std::error::Error;

use indicatif::{ProgressBar, ProgressStyle};
use ndarray::ArrayRef1;
use rand::{Rng, seq::SliceRandom};

use crate::{adam::Adam, data::Digits, network::Network, nonlinear::cross_entropy, real::to_f32};

const EPOCHS: usize = 20;
const BATCH: usize = 32;

/// Adam's first step; the last is near 0.
const RATE: f32 = 8e-3;

/// Most that a pixel is changed by, anew at each sight of it: there are too few images for the
/// network not to learn them by heart.
const NOISE: f32 = 0.3;

/// How well the network reads a set of images.
pub(crate) struct Score {
    pub(crate) loss: f32,
    pub(crate) accuracy: f32,
}

/// The scores after one pass over the training images.
pub(crate) struct Epoch {
    pub(crate) train: Score,
    pub(crate) test: Score,
}

/// Trains the network and prints a line for each epoch. The test images are only looked at.
pub(crate) fn train(
    network: &mut Network<f32>,
    train: &Digits,
    test: &Digits,
    rng: &mut impl Rng,
) -> Result<Vec<Epoch>, Box<dyn Error>> {
    let mut adam = Adam::new(network.weights().count());
    let mut order: Vec<usize> = (0..train.len()).collect();
    let steps = EPOCHS * order.len().div_ceil(BATCH);
    let bar = progress_bar(steps)?;
    let mut step = 0;

    bar.suspend(print_header);
    let mut history = Vec::with_capacity(EPOCHS);
    for number in 1..=EPOCHS {
        order.shuffle(rng);
        for batch in order.chunks(BATCH) {
            let batch = train.select(batch).with_noise(NOISE, rng);
            let gradients = gradients(network, &batch);
            let rate = RATE * (1.0 - to_f32(step) / to_f32(steps));
            adam.step(network.weights_mut(), gradients.weights(), rate);
            step += 1;
            bar.inc(1);
        }
        let epoch = Epoch { train: evaluate(network, train), test: evaluate(network, test) };
        bar.suspend(|| print_row(number, &epoch));
        history.push(epoch);
    }
    bar.finish_and_clear();
    Ok(history)
}

/// The gradients of the mean loss on a batch.
fn gradients(network: &Network<f32>, batch: &Digits) -> Network<f32> {
    let (logits, cache) = network.forward(&batch.images);
    let (_, dlogits) = cross_entropy(logits, &batch.labels);
    network.backward(&cache, &dlogits)
}

/// The network's score on these images.
pub(crate) fn evaluate(network: &Network<f32>, digits: &Digits) -> Score {
    let (logits, _) = network.forward(&digits.images);
    let right = logits.rows().into_iter().zip(&digits.labels).filter(|&(row, &label)| likeliest(&row) == label).count();
    let (loss, _) = cross_entropy(logits, &digits.labels);
    Score { loss, accuracy: to_f32(right) / to_f32(digits.len()) }
}

/// The class of the highest score.
pub(crate) fn likeliest(scores: &ArrayRef1<f32>) -> usize {
    (1..scores.len()).fold(0, |best, class| if scores[class] > scores[best] { class } else { best })
}

fn progress_bar(steps: usize) -> Result<ProgressBar, Box<dyn Error>> {
    let style = ProgressStyle::with_template("{bar:40} {percent} %, {eta} left")?;
    Ok(ProgressBar::new(u64::try_from(steps)?).with_style(style))
}

fn print_header() {
    println!("            train              test");
    println!("epoch    loss  accuracy    loss  accuracy");
}

fn print_row(number: usize, Epoch { train, test }: &Epoch) {
    println!(
        "{number:5}  {:6.4}  {:6.1} %  {:6.4}  {:6.1} %",
        train.loss,
        100.0 * train.accuracy,
        test.loss,
        100.0 * test.accuracy,
    );
}
