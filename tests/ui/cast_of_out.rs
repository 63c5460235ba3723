use einsum::einsum;
use ndarray::Array1;

fn main() {
    let x = Array1::<f32>::zeros(3);
    let mut y = Array1::<f64>::zeros(3);
    einsum!("i->i", x, out = &mut y);
    einsum!("i->i", x, out = &mut y as f32);
}
