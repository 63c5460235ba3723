use einsum::einsum_vjp;
use ndarray::Array2;

fn main() {
    let x = Array2::<f64>::zeros((2, 3));
    let _ = einsum_vjp!("ij->i->", x);
}
