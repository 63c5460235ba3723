use einsum::{einsum, einsum_vjp, try_einsum};
use ndarray::Array2;

fn main() {
    let x = Array2::<f64>::zeros((2, 3));
    let _ = einsum!("ij-i", x);
    let _ = einsum_vjp!("ij>i", x);
    let _ = try_einsum!("ij=>i", x);
}
