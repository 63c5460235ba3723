use einsum::einsum_fn;
use nalgebra::DMatrix;

einsum_fn!(fn linear(w, x) = "ij,jk->ik";);

fn main() {
    let w = DMatrix::from_element(2, 3, 1.0);
    linear(&w, &ndarray::Array2::<f64>::zeros((3, 4)));
}
