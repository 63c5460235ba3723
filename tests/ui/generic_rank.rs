use einsum::einsum;
use ndarray::{ArrayRef, Dimension};

fn total<D: Dimension>(x: &ArrayRef<f64, D>) -> f64 {
    einsum!("ij->", x)
}

fn main() {
    let _ = total::<ndarray::Ix2>;
}
