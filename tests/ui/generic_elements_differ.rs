use einsum::{Float, einsum};
use ndarray::Array2;

fn with_floats<T: Float>(x: &Array2<T>, w: &Array2<f64>) -> Array2<T> {
    einsum!("ij,jk->ik", x, w)
}

fn with_others<T: Float, U: Float>(x: &Array2<T>, w: &Array2<U>) -> Array2<T> {
    einsum!("ij,jk->ik", x, w)
}

fn main() {}
