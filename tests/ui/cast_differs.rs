use einsum::einsum;
use ndarray::Array1;

fn main() {
    let (x, w) = (Array1::<f32>::zeros(3), Array1::<f32>::zeros(3));
    let _ = einsum!("i,i->", x as f64, w);
    let _ = einsum!("i,i->", w, x as f64);
}
