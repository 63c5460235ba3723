use einsum::{einsum, einsum_vjp, try_einsum};
use ndarray::{Array2, array};

fn main() {
    let text = String::new();
    let _ = einsum!("i->i", text);
    let _ = try_einsum!("ijk->i", [array![[1.0, 2.0]], array![[3.0, 4.0]]]);
    let _ = einsum_vjp!("i->i", vec![1.0, 2.0]);
    let letters = Array2::from_elem((1, 1), 'a');
    let _ = einsum!("ij->i", letters);
}
