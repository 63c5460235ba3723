use einsum::{einsum, einsum_fn};
use ndarray::Array2;

einsum_fn! {
    fn batched(x) = "...ij -> ...ji";
}

fn main() {
    let x = Array2::<f64>::zeros((2, 2));
    let _ = einsum!("...j->j", x);
}
