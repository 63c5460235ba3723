use einsum::einsum_vjp;
use ndarray::Array2;

fn main() {
    let x = Array2::<f64>::zeros((2, 2));
    let w = Array2::<f32>::zeros((2, 2));
    let (_, pullback) = einsum_vjp!("ij,jk->ik", x, w);
    let (_, _) = pullback(&x);
}
