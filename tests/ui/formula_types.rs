//! Formulas of what is no number of one type, or no index.

use einsum::einsum;
use ndarray::{Array1, Array2};

fn main() {
    let (x, y) = (Array2::<f64>::zeros((2, 2)), Array1::<f32>::zeros(2));
    let (t, z) = (Array1::<f64>::zeros(2), Array1::<usize>::zeros(2));
    let _ = einsum!([i, j] = x[i, j] + y[j]);
    let _ = einsum!([i, j] = exp(x[t[i], j]));
    let _ = einsum!([i, j] = x[i, j] + (j as f32));
    let _ = einsum!([i, j] = exp(x[i, j]) + 1.0_f32);
    let _ = einsum!([i] = exp(z[i]));
    let _ = einsum!([i] = max(z[i], 0.5));
    let c = Array1::<num_complex::Complex64>::zeros(2);
    let _ = einsum!([i] = relu(c[i]));
    let _ = einsum!([] = max[i](c[i]));
}
