use einsum::einsum_fn;
use ndarray::{Array1, Array2};

einsum_fn! {
    fn matmul(x, w) = "ij,jk->ik";
}

fn main() {
    let x = Array1::<f64>::zeros(2);
    let w = Array2::<f64>::zeros((2, 3));
    let _ = matmul(&x, &w);
    let _ = matmul::backward(&w.t(), &w, &x);
}
