use einsum::{einsum, try_einsum};
use ndarray::Array2;

fn main() {
    let x = Array2::<f64>::zeros((2, 2));
    let w = Array2::<f32>::zeros((2, 2));
    let _ = einsum!("ij,jk->ik", x, w);
    let _ = try_einsum!(",ij->ij", 2, x);
}
