use einsum::einsum;
use ndarray::Array2;

fn main() {
    let (x, w) = (Array2::<f64>::zeros((2, 2)), Array2::<f64>::zeros((2, 2)));
    let _ = einsum!([i, k] = x * w);
}
