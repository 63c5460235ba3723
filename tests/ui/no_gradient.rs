use einsum::{einsum_fn, einsum_vjp};
use ndarray::Array2;

einsum_fn! {
    fn transpose(x) = "ij->ji";
}

fn main() {
    let x = Array2::<i32>::zeros((2, 3));
    let (_, pullback) = einsum_vjp!("ij->ji", x);
    let (_,) = pullback(&x);
    let (_,) = transpose::backward(&x, &transpose(&x));
    let _ = transpose::backward_x(&x, &transpose(&x));
}
