//! Stencils and sequences: what is computed from neighbours.

use einsum::einsum_fn;

use super::{A1, A2};

pub(super) const ALL: &[fn()] =
    &[total_variation_of_an_image, a_step_of_the_heat_equation, around_a_circle, sequences, products_of_rows];

einsum_fn! {
    fn total_variation(x) -> [] {
        sum[i, j](abs(x[i + 1, j] - x[i, j])) + sum[k, l](abs(x[k, l + 1] - x[k, l]))
    }

    /// A step of the heat equation; at the border the field goes on.
    fn heat(x; i, j) -> [i, j] {
        x[i, j] + 0.1 * (clamp(x)[i + 1, j] + clamp(x)[i - 1, j] + clamp(x)[i, j + 1] + clamp(x)[i, j - 1] - 4.0 * x[i, j])
    }

    /// Around the circle in both directions, and more than once.
    fn wave(x; i) -> [i] { (wrap(x)[i - 9] + wrap(x)[i + 1] + wrap(x)[i + 4]) * x[i] }

    fn moving_average(x; p) -> [i] { mean[p](x[i + p]) }

    fn autocorrelation(x; i, lag) -> [lag] { x[i] * zero(x)[i + lag] }

    fn toeplitz(c, x; i = 5, j = 5) -> [i] { c[i - j + 4] * x[j] }

    fn product(x) -> [i] { prod[j](x[i, j]) }
}

#[test]
fn total_variation_of_an_image() {
    check!("6 fields", "total_variation", total_variation(x: A2) -> [x: dx]);
}

#[test]
fn a_step_of_the_heat_equation() {
    check!("6 fields", "heat", heat(x: A2; i, j) -> [x: dx]);
}

#[test]
fn around_a_circle() {
    check!("6 fields", "wave", wave(x: A1; i) -> [x: dx]);
}

#[test]
fn sequences() {
    check!("12 sequences", "moving_average", moving_average(x: A1; p) -> [x: dx]);
    check!("12 sequences", "autocorrelation", autocorrelation(x: A1; i, lag) -> [x: dx]);
    check!("12 sequences", "toeplitz", toeplitz(c: A1, x: A1) -> [c: dc, x: dx]);
}

#[test]
fn products_of_rows() {
    check!("12 sequences", "product", product(x: A2) -> [x: dx]);
}
