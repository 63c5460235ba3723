use einsum::einsum;
use ndarray::Array2;

fn main() {
    let a = Array2::<f64>::zeros((2, 2));
    let _ = einsum!([i, j] = a[i, l] * a[l, j] + a[i, j]);
}
