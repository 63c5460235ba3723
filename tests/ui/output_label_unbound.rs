use einsum::{einsum, einsum_fn};
use ndarray::Array2;

einsum_fn! {
    fn outer(x, y) = "i,j->ijk";
}

fn main() {
    let x = Array2::<f64>::zeros((2, 3));
    let _ = einsum!("ij,jk -> il", x, x.t());
}
