use einsum::einsum_fn;
use ndarray::Array1;

einsum_fn! {
    fn scale(a, x) = ",i->i";
}

fn main() {
    let x = Array1::<f64>::zeros(3);
    let _ = scale(&x, &x);
}
