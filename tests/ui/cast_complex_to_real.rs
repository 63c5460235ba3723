use einsum::einsum;
use ndarray::Array1;
use num_complex::Complex64;

fn main() {
    let z = Array1::<Complex64>::zeros(3);
    let _ = einsum!("i->", z as f64);
}
