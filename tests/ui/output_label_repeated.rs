use einsum::einsum;
use ndarray::Array1;

fn main() {
    let x = Array1::<f64>::zeros(2);
    let _ = einsum!("i->ii", x);
}
