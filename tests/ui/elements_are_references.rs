use einsum::einsum;
use ndarray::Array1;

fn main() {
    let x = Array1::<f64>::zeros(2);
    let references: Array1<&f64> = x.iter().collect();
    let _ = einsum!("i,i->", references, x);
}
