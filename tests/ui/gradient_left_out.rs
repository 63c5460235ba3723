use einsum::einsum_fn;
use ndarray::Array2;

einsum_fn! {
    fn matmul(x, w) = "ij,jk->ik", wrt = [w];
}

fn main() {
    let x = Array2::<f64>::zeros((2, 2));
    let _ = matmul::backward_x(&x, &x, &x);
}
