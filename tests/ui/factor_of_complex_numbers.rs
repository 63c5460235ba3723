use einsum::einsum;
use ndarray::Array1;
use num_complex::Complex64;

fn main() {
    let x = Array1::<Complex64>::zeros(3);
    let _ = einsum!("i->i", x, alpha = 0.5);
}
