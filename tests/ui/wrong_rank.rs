use einsum::{einsum, einsum_vjp, try_einsum};
use ndarray::{Array1, Array2};

fn main() {
    let x = Array1::<f64>::zeros(2);
    let w = Array2::<f64>::zeros((2, 3));
    let _ = einsum!("ij,jk->ik", x, w);
    let _ = try_einsum!(",ij->ij", &x, &w);
    let _ = einsum_vjp!("i->", w);
}
