use einsum::{Element, einsum_fn};
use ndarray::Array2;

einsum_fn! {
    fn matmul(x, w) = "ij,jk->ik";
}

fn product<T: Copy>(x: &Array2<T>, w: &Array2<T>) -> Array2<T> {
    matmul(x, w)
}

fn gradient<T: Element>(x: &Array2<T>, w: &Array2<T>) -> Array2<T> {
    matmul::backward_x(x, w, x)
}

fn main() {}
