use einsum::{einsum, einsum_vjp};
use ndarray::Array2;

fn main() {
    let x = Array2::<f64>::zeros((2, 2));
    let _ = einsum!("ij->i" x);
    let _ = einsum_vjp!("ij,jk->ik", x x);
    let _ = einsum!("ij->i", x; x);
}
