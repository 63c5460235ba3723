use einsum::{einsum, try_einsum};
use ndarray::Array2;

fn main() {
    let x = Array2::<f64>::zeros((2, 2));
    let _ = einsum!("ij->ji", x, x.t());
    let _ = try_einsum!("ij,jk->ik", x, x, &x + &x, 2.0);
}
