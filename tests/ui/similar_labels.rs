#![deny(deprecated)]

use einsum::{einsum, einsum_fn};
use ndarray::Array2;

einsum_fn! {
    fn project(x, w) -> [row, column] { x[row, inner] * w[innner, column] }
}

fn main() {
    let x = Array2::<f64>::zeros((2, 2));
    let _ = einsum!([row, column] = x[row, inner] * x[inenr, column]);
    let _ = project(&x, &x);
}
