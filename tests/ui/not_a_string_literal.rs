use einsum::{einsum, einsum_fn, einsum_vjp, try_einsum};
use ndarray::Array2;

const SUBSCRIPTS: &str = "ij->i";

einsum_fn! {
    fn rows(x) = SUBSCRIPTS;
}

fn main() {
    let x = Array2::<f64>::zeros((2, 3));
    let _ = einsum!(SUBSCRIPTS, x);
    let _ = try_einsum!(concat!("ij", "->i"), x);
    let _ = einsum_vjp!(b"ij->i", x);
    let _ = einsum!(x, "ij->i");
}
