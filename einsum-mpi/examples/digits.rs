//! Trains a network of two layers to read handwritten digits, with the batch and the weights sharded.
//!
//! ```sh
//! cargo build --release -p einsum-compiler-mpi --example digits
//! mpirun -n 4 target/release/examples/digits    # a mesh of 2 x 2; -n 1 and 2 give the same curve, to rounding
//! cargo test -p einsum-compiler-mpi --no-default-features --example digits    # the curves of 1, 2 and 4 ranks are equal
//! ```
//!
//! Images are on the axis `dp` of the mesh, hidden features on `tp`: the columns of the first weights, and the rows of the second. What is sent follows:
//! the sum over hidden features of the scores, forward; and the sum over images of the gradients of the weights. All of it
//! is derived from the subscripts below.

#[path = "../../examples/digits/data.rs"]
mod data;
mod ranks;

use std::{path::Path, time::Instant};

use data::Digits;
use einsum_mpi::{Collective, Counting, Error, Mesh, Sharded, einsum_mpi, einsum_mpi_vjp};
use ndarray::{Array0, Array1, Array2, Axis};
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

const HIDDEN: usize = 96;
const BATCH: usize = 64;
const EPOCHS: usize = 12;
const RATE: f32 = 0.5;

fn main() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/digits.csv");
    let digits = Digits::read(&path).expect("the images are in the repository");
    ranks::run(|communicator| {
        let history = train(communicator, &digits, EPOCHS).expect("all ranks have the same images");
        let [first, .., last] = history.losses.as_slice() else { unreachable!("there are epochs") };
        assert!(last < &(0.3 * first), "the loss fell from {first} to {last}");
        assert!(history.accuracy > 0.95, "{:.1} % of images that were not trained on", 100.0 * history.accuracy);
    });
}

/// What a training has come to.
struct History {
    /// The mean loss of each epoch.
    losses: Vec<f32>,
    /// Of the images that were not trained on.
    accuracy: f32,
}

struct Network {
    hidden: Sharded<Array2<f32>>,
    scores: Sharded<Array2<f32>>,
}

fn train(communicator: &dyn Collective, digits: &Digits, epochs: usize) -> Result<History, Error> {
    let counting = Counting::new(communicator);
    let (dp, tp) = ranks::sizes(communicator.size(), 2);
    let mesh = Mesh::new(&counting, [("dp", dp), ("tp", tp)])?;
    // Every rank has the same images, weights and order of training, and takes its part.
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let (train, test) = digits.split(&mut rng);
    let mut network = Network::random(&mesh, &mut rng)?;
    let mut losses = Vec::new();
    let start = Instant::now();
    for epoch in 0..epochs {
        let mut order: Vec<usize> = (0..train.len()).collect();
        order.shuffle(&mut rng);
        let mut loss = 0.0;
        for batch in order.chunks(BATCH) {
            loss += network.step(&mesh, &train.select(batch).with_noise(0.1, &mut rng))?;
        }
        #[expect(clippy::cast_precision_loss, reason = "there are few images")]
        losses.push(loss / train.len() as f32);
        if communicator.rank() == 0 {
            println!("epoch {epoch:2}: loss {:.5}", losses[epoch]);
        }
    }
    let accuracy = network.accuracy(&mesh, &test)?;
    if communicator.rank() == 0 {
        let words = counting.sent().total();
        println!("mesh dp={dp}, tp={tp}: {:.1} % of {} images are read right", 100.0 * accuracy, test.len());
        println!("{words} words sent by each rank, {:.2} s", start.elapsed().as_secs_f64());
    }
    Ok(History { losses, accuracy })
}

impl Network {
    fn random(mesh: &Mesh, rng: &mut ChaCha8Rng) -> Result<Self, Error> {
        let mut weights = |inputs: usize, outputs: usize| {
            #[expect(clippy::cast_precision_loss, reason = "there are few features")]
            let scale = (6.0 / inputs as f32).sqrt();
            Array2::from_shape_simple_fn((inputs, outputs), || rng.random_range(-scale..scale))
        };
        let hidden = weights(data::HEIGHT * data::WIDTH + 1, HIDDEN);
        let scores = weights(HIDDEN, data::CLASSES);
        let hidden = Sharded::from_whole(mesh, &hidden, "_ tp")?;
        Ok(Self { hidden, scores: Sharded::from_whole(mesh, &scores, "tp _")? })
    }

    /// Descends along the gradient of one batch; its loss.
    fn step(&mut self, mesh: &Mesh, batch: &Digits) -> Result<f32, Error> {
        let x = Sharded::from_whole(mesh, &pixels(batch), "dp _")?;
        let targets = Sharded::from_whole(mesh, &targets(batch), "dp _")?;
        let (features, pull_hidden) =
            einsum_mpi_vjp!("b/dp i, i h/tp -> b/dp h/tp", x, self.hidden, wrt = [self.hidden]);
        let active = features.map(|feature| feature.max(0.0))?;
        let (scores, pull_scores) = einsum_mpi_vjp!("b/dp h/tp, h/tp c -> b/dp c", active, self.scores);

        let (losses, dscores) = cross_entropy(&scores, &targets)?;
        let (dactive, mut dw_scores) = pull_scores(&dscores);
        let dfeatures = dactive.zip(&features, |gradient, feature| if *feature > 0.0 { *gradient } else { 0.0 })?;
        let (mut dw_hidden,) = pull_hidden(&dfeatures);
        // They borrow the weights.
        drop((pull_hidden, pull_scores));
        #[expect(clippy::cast_precision_loss, reason = "a batch is small")]
        let rate = RATE / batch.len() as f32;
        for (weights, gradient) in [(&mut self.hidden, &mut dw_hidden), (&mut self.scores, &mut dw_scores)] {
            weights.local_mut().scaled_add(-rate, &gradient.local_mut());
        }
        Ok(number(&einsum_mpi!("b/dp -> ", losses)))
    }

    fn accuracy(&self, mesh: &Mesh, test: &Digits) -> Result<f32, Error> {
        let x = Sharded::from_whole(mesh, &pixels(test), "dp _")?;
        let targets = Sharded::from_whole(mesh, &targets(test), "dp _")?;
        let active = einsum_mpi!("b/dp i, i h/tp -> b/dp h/tp", x, self.hidden).map(|feature| feature.max(0.0))?;
        let scores = einsum_mpi!("b/dp h/tp, h/tp c -> b/dp c", active, self.scores);
        let hits = |(scores, targets): (ndarray::ArrayView1<'_, f32>, ndarray::ArrayView1<'_, f32>)| {
            let best = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let is_right = scores.iter().zip(targets).any(|(score, target)| *target > 0.0 && *score >= best);
            if is_right { 1.0 } else { 0.0 }
        };
        let rows = scores.local().rows().into_iter().zip(targets.local().rows());
        let hits = Sharded::from_local(mesh, rows.map(hits).collect::<Array1<f32>>(), "dp")?;
        #[expect(clippy::cast_precision_loss, reason = "there are few images")]
        let count = test.len() as f32;
        Ok(number(&einsum_mpi!("b/dp -> ", hits)) / count)
    }
}

/// The cross-entropy of each image, and the gradient of their sum by the scores. Every image is whole on its rank.
#[expect(clippy::type_complexity, reason = "two tensors")]
fn cross_entropy(
    scores: &Sharded<Array2<f32>>,
    targets: &Sharded<Array2<f32>>,
) -> Result<(Sharded<Array1<f32>>, Sharded<Array2<f32>>), Error> {
    let mut probabilities = scores.local().clone();
    for mut row in probabilities.rows_mut() {
        let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        row.mapv_inplace(|score| (score - largest).exp());
        let sum = row.sum();
        row.mapv_inplace(|power| power / sum);
    }
    let losses = (&probabilities * targets.local()).sum_axis(Axis(1)).mapv(|probability| -probability.ln());
    let gradient = probabilities - targets.local();
    let mesh = scores.mesh();
    Ok((Sharded::from_local(mesh, losses, "dp")?, Sharded::from_local(mesh, gradient, "dp _")?))
}

/// Pixels, and a one for the bias.
fn pixels(digits: &Digits) -> Array2<f32> {
    let size = data::HEIGHT * data::WIDTH;
    Array2::from_shape_fn((digits.len(), size + 1), |(image, pixel)| {
        if pixel == size { 1.0 } else { digits.images[[image, pixel / data::WIDTH, pixel % data::WIDTH]] }
    })
}

fn targets(digits: &Digits) -> Array2<f32> {
    Array2::from_shape_fn(
        (digits.len(), data::CLASSES),
        |(image, class)| {
            if digits.labels[image] == class { 1.0 } else { 0.0 }
        },
    )
}

fn number(sum: &Sharded<Array0<f32>>) -> f32 {
    *sum.local().first().expect("a number has one element")
}

#[cfg(test)]
mod tests {
    use super::{Digits, Path, train};
    use einsum_mpi::threads;

    #[test]
    fn any_number_of_ranks_has_the_same_curve() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/digits.csv");
        let digits = Digits::read(&path).unwrap();
        let curve = |ranks| {
            let mut all = threads(ranks, |communicator| train(&communicator, &digits, 2).unwrap().losses);
            let first = all.swap_remove(0);
            assert!(all.iter().all(|other| *other == first), "ranks disagree");
            first
        };
        let one = curve(1);
        for ranks in [2, 4] {
            for (loss, other) in one.iter().zip(curve(ranks)) {
                assert!((loss - other).abs() < 1e-4 * loss, "{loss} on one rank, {other} on {ranks}");
            }
        }
    }
}
