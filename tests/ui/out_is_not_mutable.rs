use einsum::einsum;
use ndarray::Array1;

fn main() {
    let x = Array1::<f64>::zeros(3);
    let y = Array1::<f64>::zeros(3);
    einsum!("i->i", x, out = &y);
}
