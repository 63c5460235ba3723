use einsum::einsum;
use ndarray::{Array1, Array2};

fn main() {
    let v = Array1::<f64>::zeros(2);
    let x = Array2::<f64>::zeros((2, 2));
    let _ = einsum!([i] = v[i].sqrt());
    let _ = einsum!([i] = exp(x[i, j]));
    let _ = einsum!([i] = exq(v[i]));
    let _ = einsum!([i] = max(v[i], 0.0, 1.0));
}
