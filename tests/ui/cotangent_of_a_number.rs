use einsum::einsum_fn;
use ndarray::Array2;

einsum_fn! {
    fn total(x) = "ij->";
}

fn main() {
    let x = Array2::<f64>::zeros((2, 3));
    let _ = total::backward(&x, &x);
}
