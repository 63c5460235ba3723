//! Trains a small attention network to read handwritten digits.
//!
//! ```sh
//! cargo run --release --example digits    # trains, draws, prints the test accuracy
//! cargo test --example digits             # checks the whole gradient by finite differences
//! ```
//!
//! The eight rows of an image are the network's sequence: they are embedded, attend to one another,
//! pass through a feed-forward layer, and are pooled into the scores of the ten classes. Everything
//! linear or bilinear in it is an `einsum_fn!`, in the file of its layer, and every gradient through
//! those is the `backward` that came with them. What einsum does not say is written by hand in
//! `nonlinear` and `adam`.

mod adam;
mod attention;
mod curves;
mod data;
mod feed_forward;
mod network;
mod nonlinear;
mod plot;
mod real;
mod training;

use std::{error::Error, path::Path};

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use data::Digits;
use network::{Extents, Network};
use nonlinear::softmax;

/// Fixes the split, the first weights and the order of training: two runs agree exactly.
const SEED: u64 = 0;

const EXTENTS: Extents = Extents { features: 32, heads: 4, head_features: 8, hidden: 64 };

fn main() -> Result<(), Box<dyn Error>> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let digits = Digits::read(&manifest.join("examples/data/digits.csv"))?;

    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let (train, test) = digits.split(&mut rng);
    let mut network = Network::random(&EXTENTS, &mut rng);
    let history = training::train(&mut network, &train, &test, &mut rng)?;

    let training = curves::file("digits-training.svg")?;
    plot::curves(&training, &history)?;
    let predictions = curves::file("digits-predictions.svg")?;
    let (logits, _) = network.forward(&test.images);
    plot::predictions(&predictions, &test, &softmax(logits))?;

    println!();
    println!("training curves: {}", training.display());
    println!("predictions: {}", predictions.display());
    let score = training::evaluate(&network, &test);
    println!("test accuracy: {:.1} %", 100.0 * score.accuracy);
    Ok(())
}
