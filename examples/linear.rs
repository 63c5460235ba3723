//! The README's first example: a value, its gradients, and the finite differences that they are.
//!
//! `cargo run --release --example linear`

use einsum::{einsum, einsum_fn};
use ndarray::{Array, Array3, ArrayRef, Dimension};

einsum_fn! {
    /// A layer that takes `k` features to `j`, with the weights of `l` experts added up.
    pub fn linear(x, w) = "bik,jkl->bij";
}

fn main() {
    let x = Array3::from_shape_fn((2, 3, 4), |(b, i, k)| wave(b + 2 * i + 5 * k));
    let w = Array3::from_shape_fn((5, 4, 6), |(j, k, l)| wave(7 * j + 3 * k + l));
    let y = linear(&x, &w);

    // The loss is half the sum of squares, so that its derivative by `y` is `y`.
    let loss = |x: &Array3<f64>, w: &Array3<f64>| {
        let y = linear(x, w);
        einsum!("bij,bij,->", y, y, 0.5)
    };
    let (dx, dw) = linear::backward(&x, &w, &y);

    println!("y  = einsum(\"bik,jkl->bij\", x, w) has the extents {:?}", y.dim());
    println!("dx = einsum(\"bij,jkl->bik\", dy, w)");
    report(&dx, &differences(&x, |x| loss(x, &w)));
    println!("dw = einsum(\"bij,bik->jkl\", dy, x): `l` is in no operand, dw repeats along it");
    report(&dw, &differences(&w, |w| loss(&x, w)));
    println!("dw[0,0,l] = {:.6}, for l = 0 to 5", dw.slice(ndarray::s![0, 0, ..]));
}

/// A number between -1 and 1.
fn wave(n: usize) -> f64 {
    let phase = u32::try_from(n % 1000).map_or(0.0, f64::from);
    (phase * 1.7 + 0.3).sin()
}

/// The derivative of `loss` by every element of `x`, from a step to both sides.
fn differences<D: Dimension>(x: &Array<f64, D>, loss: impl Fn(&Array<f64, D>) -> f64) -> Array<f64, D> {
    const STEP: f64 = 1e-4;
    let loss_at = |number: usize, step: f64| {
        let mut moved = x.clone();
        moved.iter_mut().skip(number).take(1).for_each(|element| *element += step);
        loss(&moved)
    };
    let mut number = 0..;
    Array::from_shape_simple_fn(x.raw_dim(), || {
        let number = number.next().unwrap_or_default();
        (loss_at(number, STEP) - loss_at(number, -STEP)) / (2.0 * STEP)
    })
}

fn report<D: Dimension>(gradient: &ArrayRef<f64, D>, differences: &ArrayRef<f64, D>) {
    println!("       gradient    finite difference");
    let pairs: Vec<(&f64, &f64)> = gradient.iter().zip(differences).collect();
    for (gradient, difference) in pairs.iter().take(5) {
        println!("   {gradient:12.8}    {difference:12.8}");
    }
    let largest = pairs.iter().map(|(gradient, difference)| (*gradient - *difference).abs()).fold(0.0, f64::max);
    println!("   largest of {} deviations: {largest:.1e}\n", pairs.len());
}
