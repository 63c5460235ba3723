use einsum::{einsum, try_einsum};
use ndarray::Array2;

fn main() {
    let x: Array2<f64> = Array2::zeros((2, 2));
    let _ = einsum!("ij->ijk", x; l = 7);
    let _ = einsum!("ij->ijk", x; k = 7, k = 8);
    let _ = try_einsum!("ij->ijk", x; k = 7.0);
    let _ = try_einsum!("ij->ijk", x; k);
}
