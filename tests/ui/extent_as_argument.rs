use einsum::einsum;
use ndarray::Array1;

fn main() {
    let v = Array1::<f64>::zeros(3);
    let _ = einsum!("i->ij", v, j = 4);
}
