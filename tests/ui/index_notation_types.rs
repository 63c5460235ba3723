use einsum::einsum;
use ndarray::{Array1, Array2};

fn main() {
    let x: Array2<f64> = Array2::zeros((2, 2));
    let v: Array1<f32> = Array1::zeros(2);
    let _ = einsum!([row] = x[row]);
    let _ = einsum!([row] = x[row, column] * v[column]);
}
