//! Newton's method with Hessian-vector products: the factor `a` of a symmetric matrix `m = a aᵀ`.
//!
//! ```text
//! cargo run --release --example newton
//! ```
//!
//! The loss is a quarter of the squares of `r = a aᵀ - m`. Its Hessian is never formed: its product
//! with a direction `v` is composed of `jvp`, which says how `r` moves along `v`, and
//! `double_backward`, which says how the gradient does. Conjugate gradients solve for the step
//! (Nocedal and Wright, Numerical Optimization, chapter 7). The error falls quadratically in the end.

use einsum::{einsum, einsum_fn};
use ndarray::Array2;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

einsum_fn! {
    fn outer(a, b) = "ir,jr->ij";
}

/// A quarter of the squares of what is left of `m`.
fn loss(a: &Array2<f64>, m: &Array2<f64>) -> f64 {
    let r = outer(a, a) - m;
    einsum!("ij,ij->", r, r) / 4.0
}

fn gradient(a: &Array2<f64>, m: &Array2<f64>) -> Array2<f64> {
    let r = outer(a, a) - m;
    let (left, right) = outer::backward(a, a, &r);
    (left + right) / 2.0
}

/// The derivative of the gradient along `v`.
fn hessian_times(a: &Array2<f64>, m: &Array2<f64>, v: &Array2<f64>) -> Array2<f64> {
    let r = outer(a, a) - m;
    let (_, dr) = outer::jvp((a, v), (a, v));
    // The gradient moves with both factors at fixed r, and with r, which is symmetric.
    let (left, right, _) = outer::double_backward(a, a, &r, v, v);
    let (along_left, along_right) = outer::backward(a, a, &dr);
    (left + right + along_left + along_right) / 2.0
}

/// Solves `H p = -g` as far as the curvature is positive.
fn direction(a: &Array2<f64>, m: &Array2<f64>, g: &Array2<f64>) -> Array2<f64> {
    let inner = |x: &Array2<f64>, y: &Array2<f64>| einsum!("ir,ir->", x, y);
    let (mut p, mut residual) = (Array2::zeros(g.raw_dim()), -g);
    let mut search = residual.clone();
    let mut square = inner(&residual, &residual);
    let enough = square * 1e-3 * square.sqrt().min(1.0);
    for _ in 0..4 * g.len() {
        let product = hessian_times(a, m, &search);
        let curvature = inner(&search, &product);
        if curvature <= 1e-14 * inner(&search, &search) {
            return if p.iter().all(|p| *p == 0.0) { search } else { p };
        }
        let length = square / curvature;
        p.scaled_add(length, &search);
        residual.scaled_add(-length, &product);
        let next = inner(&residual, &residual);
        if next <= enough {
            break;
        }
        search = &residual + &(search * (next / square));
        square = next;
    }
    p
}

/// Steps as long as the loss falls, from a full step on.
fn minimise(mut a: Array2<f64>, m: &Array2<f64>) -> Array2<f64> {
    for iteration in 1..=40 {
        let g = gradient(&a, m);
        let p = direction(&a, m, &g);
        let slope = einsum!("ir,ir->", g, p);
        let mut length = 1.0;
        while length > 1e-8 && loss(&(&a + &(&p * length)), m) > loss(&a, m) + 1e-4 * length * slope {
            length /= 2.0;
        }
        a.scaled_add(length, &p);
        let size = einsum!("ir,ir->", g, g).sqrt();
        println!("iteration {iteration:2}: loss {:.3e}, gradient {size:.3e}", loss(&a, m));
        if size < 1e-9 {
            break;
        }
    }
    a
}

fn random(shape: (usize, usize), rng: &mut ChaCha8Rng) -> Array2<f64> {
    Array2::from_shape_simple_fn(shape, || rng.random_range(-1.0..1.0))
}

fn main() {
    let rng = &mut ChaCha8Rng::seed_from_u64(11);
    let factor = random((30, 4), rng);
    let m = outer(&factor, &factor);
    let a = minimise(random((30, 4), rng), &m);
    println!("largest error of a aᵀ: {:.1e}", (outer(&a, &a) - m).iter().fold(0.0, |max: f64, r| max.max(r.abs())));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_with_the_hessian_is_the_difference_of_gradients() {
        const STEP: f64 = 1e-5;
        let rng = &mut ChaCha8Rng::seed_from_u64(2);
        let (a, v, factor) = (random((5, 3), rng), random((5, 3), rng), random((5, 3), rng));
        let m = outer(&factor, &factor);
        let difference = (gradient(&(&a + &(&v * STEP)), &m) - gradient(&(&a - &(&v * STEP)), &m)) / (2.0 * STEP);
        let product = hessian_times(&a, &m, &v);
        assert!((&difference - &product).iter().all(|error| error.abs() < 1e-8), "{difference} and not {product}");
    }

    #[test]
    fn newton_finds_a_factor() {
        let rng = &mut ChaCha8Rng::seed_from_u64(4);
        let factor = random((6, 2), rng);
        let m = outer(&factor, &factor);
        assert!(loss(&minimise(random((6, 2), rng), &m), &m) < 1e-16);
    }
}
