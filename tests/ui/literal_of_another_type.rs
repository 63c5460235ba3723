use einsum::einsum;
use ndarray::Array1;

fn main() {
    let x = Array1::<f64>::zeros(3);
    let _ = einsum!(",i->i", 2, x);
}
