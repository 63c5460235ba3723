use einsum::einsum;
use ndarray::Array2;

fn main() {
    let x = Array2::<f64>::zeros((2, 2));
    let _ = einsum!("(ij,jk),kl->il", x, x, x);
}
