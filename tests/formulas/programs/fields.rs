//! Stencils and sequences: what is computed from neighbours.

use einsum::{einsum, einsum_fn, einsum_vjp};
use ndarray::Array1;

use crate::programs::reference::{Numbers as _, compare, indices, operand};

einsum_fn! {
    fn total_variation(x) -> [] {
        sum[i, j](abs(x[i + 1, j] - x[i, j])) + sum[k, l](abs(x[k, l + 1] - x[k, l]))
    }

    /// A step of the heat equation; at the border the field goes on.
    fn heat(x; i = 5, j = 7) -> [i, j] {
        x[i, j] + 0.1 * (clamp(x)[i + 1, j] + clamp(x)[i - 1, j] + clamp(x)[i, j + 1] + clamp(x)[i, j - 1] - 4.0 * x[i, j])
    }

    fn moving_average(x; p = 3) -> [i] { mean[p](x[i + p]) }

    fn autocorrelation(x; i = 11, lag = 4) -> [lag] { x[i] * zero(x)[i + lag] }

    fn toeplitz(c, x; i = 5, j = 5) -> [i] { c[i - j + 4] * x[j] }

    fn product(x) -> [i] { prod[j](x[i, j]) }
}

#[test]
fn total_variation_of_an_image() {
    let x = &operand(0, (5, 7));
    check!("total_variation", total_variation(x) -> [dx: "0"]);
}

#[test]
fn a_step_of_the_heat_equation() {
    let x = &operand(0, (5, 7));
    check!("heat", heat(x) -> [dx: "0"]);
}

#[test]
fn sequences() {
    let x = &operand(0, 11);
    check!("moving_average", moving_average(x) -> [dx: "0"]);
    check!("autocorrelation", autocorrelation(x) -> [dx: "0"]);
    let (c, x) = (&operand(0, 9), &operand(1, 5));
    check!("toeplitz", toeplitz(c, x) -> [dc: "0", dx: "1"]);
}

#[test]
fn products_of_rows() {
    let x = &operand(0, (3, 5));
    check!("product", product(x) -> [dx: "0"]);
}

#[test]
fn a_histogram_with_weights() {
    let (w, t) = (&operand(0, 11), &indices(11, 5));
    let mut y = Array1::<f64>::zeros(5);
    einsum!(y[t[i]] += w[i]);
    compare("histogram", "y", &y);
    let (_, pullback) = einsum_vjp!([i] = y[t[i]] * 1.0, wrt = [y]);
    let (scattered,) = pullback(w);
    compare("histogram", "y", &scattered);
    let dw = einsum!([i] = { y.like(100) }[t[i]]);
    compare("histogram", "0", &dw);
}
