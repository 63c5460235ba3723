use einsum::einsum;
use ndarray::Array1;

fn main() {
    let x = Array1::<f64>::zeros(3);
    let mut y = Array1::<f64>::zeros(3);
    let _ = einsum!("i->i", x, alpha = 2);
    einsum!("i->i", x, out = &mut y, beta = 1_f32 + 1.0);
}
