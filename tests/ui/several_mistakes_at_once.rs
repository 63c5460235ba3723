use einsum::{einsum, einsum_fn};
use ndarray::Array2;

einsum_fn! {
    fn first(x, x) = "ij,jk->il";
    fn second(x) = "i?->i";
}

fn main() {
    let x = Array2::<f64>::zeros((2, 2));
    let _ = einsum!("ij,jk->xx", x, x, x);
    let _ = einsum!("i1,j2->i->j", x, x);
}
