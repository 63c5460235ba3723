use einsum::einsum;
use ndarray::Array2;

fn main() {
    let x = Array2::<f64>::zeros((2, 2));
    let _ = einsum!(x[i, j] * x[j, k] -> [i, k]);
}
