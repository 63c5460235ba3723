use einsum::einsum_vjp;
use ndarray::Array1;

fn main() {
    let (n, w) = (Array1::<i8>::zeros(3), Array1::<f64>::zeros(3));
    let _ = einsum_vjp!("i,i->", n as f64, w);
}
