use einsum::{einsum, try_einsum};
use ndarray::Array2;

fn main() {
    let x = Array2::<f64>::zeros((2, 2));
    let _ = einsum!("ij,jk", x,, x);
    let _ = try_einsum!("ij", x.);
}
