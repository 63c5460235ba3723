use einsum::einsum;
use ndarray::Array2;

fn main() {
    let x = Array2::<f64>::zeros((2, 2));
    let mut y = Array2::<f64>::zeros((2, 2));
    einsum!("ij->i", x, out = &mut y);
}
