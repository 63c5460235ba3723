use einsum::{Element, einsum_vjp};
use ndarray::{Array2, NdFloat};

fn gradient<T: NdFloat + Element>(x: &Array2<T>) -> Array2<T> {
    let (y, pullback) = einsum_vjp!("ij->ji", *x);
    pullback(&y).0
}

fn main() {
    let _ = gradient::<f64>;
}
