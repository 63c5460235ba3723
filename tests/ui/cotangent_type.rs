use einsum::einsum_vjp;
use ndarray::{Array1, Array2};

fn main() {
    let x = Array2::<f64>::zeros((2, 3));
    let (_, transpose) = einsum_vjp!("ij->ji", x);
    let _ = transpose(&Array2::<f32>::zeros((3, 2)));
    let _ = transpose(&Array1::<f64>::zeros(3));
    let (_, total) = einsum_vjp!("ij->", x);
    let _ = total(1.0);
}
