//! A CP decomposition of a 3-way tensor, `t[i,j,k] = Σ_r a[i,r] b[j,r] c[k,r]`, twice: by alternating
//! least squares, and by gradient descent.
//!
//! ```text
//! cargo run --release --example als
//! ```
//!
//! prints the relative error after every sweep, and draws it. The product that each least-squares problem is made
//! of, MTTKRP (Kolda and Bader, Tensor Decompositions and Applications, SIAM Review 2009), is an
//! einsum, and so are all gradients.

#[path = "digits/curves.rs"]
mod curves;
mod solve;

use std::error::Error;

use einsum::{einsum, einsum_fn};
use ndarray::{Array2, Array3};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use curves::Chart;
use solve::least_squares;

einsum_fn! {
    /// The tensor that factors stand for.
    fn compose(a, b, c) = "ir,jr,kr->ijk";

    /// What is left of the tensor along one axis.
    fn mttkrp(t, b, c) = "ijk,jr,kr->ir";
}

struct Factors {
    a: Array2<f64>,
    b: Array2<f64>,
    c: Array2<f64>,
}

impl Factors {
    fn random((i, j, k): (usize, usize, usize), rank: usize, rng: &mut ChaCha8Rng) -> Self {
        let mut factor = |n| Array2::from_shape_simple_fn((n, rank), || rng.random_range(0.1..1.0));
        Self { a: factor(i), b: factor(j), c: factor(k) }
    }

    fn tensor(&self) -> Array3<f64> {
        compose(&self.a, &self.b, &self.c)
    }

    fn relative_error(&self, t: &Array3<f64>) -> f64 {
        norm(&(self.tensor() - t)) / norm(t)
    }

    /// One factor after the other is the best for the two others.
    fn sweep(&mut self, t: &Array3<f64>) {
        let Self { a, b, c } = self;
        *a = least_squares(&mttkrp(t, b, c), &columns(b, c));
        *b = least_squares(&einsum!("ijk,ir,kr->jr", t, a, c), &columns(a, c));
        *c = least_squares(&einsum!("ijk,ir,jr->kr", t, a, b), &columns(a, b));
    }

    /// The gradients of half the squared error.
    fn gradients(&self, t: &Array3<f64>) -> [Array2<f64>; 3] {
        let (da, db, dc) = compose::backward(&self.a, &self.b, &self.c, &(self.tensor() - t));
        [da, db, dc]
    }
}

/// The inner products of the columns of the Khatri-Rao product, without forming it.
fn columns(b: &Array2<f64>, c: &Array2<f64>) -> Array2<f64> {
    einsum!("(jr,js),(kr,ks)->rs", b, b, c, c)
}

/// Adam (Kingma and Ba, 2015), with the rate falling to nothing.
fn descend(mut factors: Factors, t: &Array3<f64>, steps: u32) -> (Factors, Vec<(f64, f64)>) {
    const RATE: f64 = 0.05;
    const DECAY: f64 = 0.9;
    const SQUARE_DECAY: f64 = 0.999;
    let mut means: [Array2<f64>; 3] = factors.gradients(t).map(|gradient| gradient * 0.0);
    let (mut squares, mut errors) = (means.clone(), Vec::new());
    for step in 1..=steps {
        let gradients = factors.gradients(t);
        let time = f64::from(step);
        let rate = RATE * (1.0 - time / f64::from(steps)) / (1.0 - DECAY.powf(time));
        let parameters = [&mut factors.a, &mut factors.b, &mut factors.c];
        for (((x, dx), mean), square) in parameters.into_iter().zip(gradients).zip(&mut means).zip(&mut squares) {
            *mean = &*mean * DECAY + &dx * (1.0 - DECAY);
            *square = &*square * SQUARE_DECAY + &dx * &dx * (1.0 - SQUARE_DECAY);
            let spread = square.mapv(|square| (square / (1.0 - SQUARE_DECAY.powf(time))).sqrt() + 1e-12);
            *x -= &(&*mean / &spread * rate);
        }
        let error = factors.relative_error(t);
        errors.push((time, error));
        if step % (steps / 10) == 0 {
            println!("  step {step:4}: relative error {error:.3e}");
        }
    }
    (factors, errors)
}

fn norm(t: &Array3<f64>) -> f64 {
    einsum!("ijk,ijk->", t, t).sqrt()
}

fn main() -> Result<(), Box<dyn Error>> {
    let rng = &mut ChaCha8Rng::seed_from_u64(3);
    let (extents, rank) = ((40, 30, 20), 5);
    let t = Factors::random(extents, rank, rng).tensor();
    println!("alternating least squares, {extents:?}, rank {rank}");
    let mut factors = Factors::random(extents, rank, rng);
    let mut of_sweeps = Vec::new();
    for sweep in 1..=30 {
        factors.sweep(&t);
        let error = factors.relative_error(&t);
        println!("  sweep {sweep:2}: relative error {error:.3e}");
        of_sweeps.push((f64::from(sweep), error));
    }
    println!("gradient descent");
    let (_, of_steps) = descend(Factors::random(extents, rank, rng), &t, 2000);

    let file = curves::file("als-errors.svg")?;
    let chart = |name, along, errors| Chart {
        axes: [name, along],
        is_logarithmic: true,
        curves: vec![("relative error", errors)],
    };
    let charts = [chart("alternating least squares", "sweep", of_sweeps), chart("gradient descent", "step", of_steps)];
    curves::draw(&file, &charts)?;
    println!("errors: {}", file.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_find_the_factors_of_a_tensor_of_low_rank() {
        let rng = &mut ChaCha8Rng::seed_from_u64(5);
        let t = Factors::random((7, 5, 6), 2, rng).tensor();
        let mut factors = Factors::random((7, 5, 6), 2, rng);
        let mut last = factors.relative_error(&t);
        for _ in 0..400 {
            factors.sweep(&t);
            let error = factors.relative_error(&t);
            assert!(error <= last + 1e-9, "a sweep made it worse: {last} to {error}");
            last = error;
        }
        assert!(last < 1e-3, "{last}");
        let descended = descend(Factors::random((7, 5, 6), 2, rng), &t, 1000).0.relative_error(&t);
        assert!(descended < 1e-2, "{descended}");
    }
}
