use einsum::{einsum, einsum_fn, try_einsum};
use ndarray::Array2;

einsum_fn! {
    fn rows(x) = "i#j->i";
}

fn main() {
    let x = Array2::<f64>::zeros((2, 3));
    let _ = einsum!("ij;jk->ik", x, x.t());
    let _ = try_einsum!("i1->i", x);
}
