use einsum::{einsum, einsum_fn, einsum_vjp, try_einsum};
use ndarray::{Array1, Array2};

einsum_fn! {
    fn matmul(x, w) -> [i, k] { x[i, j] * v[j, k] }
}

fn main() {
    let x: Array2<f64> = Array2::zeros((2, 2));
    let v: Array1<f64> = Array1::zeros(2);
    let _ = einsum!([row, depth] = x[row, column]);
    let _ = try_einsum!([i] = v[_] * v[i]);
    let _ = einsum_vjp!([i] = &x[i, j]);
    let _ = einsum!([i, j] = x[.., i] * v[i]);
    let _ = einsum!([i] = v[i], v);
}
