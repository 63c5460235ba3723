//! Each mistake is marked at the very token.

use einsum::{einsum, einsum_vjp};
use ndarray::{Array1, Array2};

fn main() {
    let (x, w) = (Array2::<f64>::zeros((2, 2)), Array2::<f64>::zeros((2, 2)));
    let (v, t) = (Array1::<f64>::zeros(2), Array1::<usize>::zeros(2));
    let _ = einsum!([i, j] = relu(x[i, k] * w[k, j]));
    let _ = einsum!([i] = exq(v[i]) + 1);
    let _ = einsum!([i] = select(v[i] > 0, v[i]) + exp(v[i], 2));
    let _ = einsum!({ let s[i] = p[i] + 1; let p[i] = exp(v[i]); [i] = s[i] + p[i] });
    let _ = einsum!([i] = powi(v[i], n) + 1);
    let _ = einsum!([.., j] = x[.., j] * relu(x[j, ..]));
    let _ = einsum!([.., j] = relu(v[j]));
    let _ = einsum!([j] = exp(x[.., j]));
    let _ = einsum!([.., j, ..] = exp(x[.., j]));
    let _ = einsum!([j] = argmax[..](x[.., j]));
    let _ = einsum!([t[i]] = exp(v[i]));
    let _ = einsum_vjp!([l] = exp(v[t[l]]), wrt = [t]);
    let _ = einsum!([i] = sign(v[i]) + log2(v[i]));
    let _ = einsum!([i] = std[j](x[i, j]));
    let _ = einsum!([i] -> exp(v[i]));
    let _ = einsum!(x[i] -> [i]);
    let _ = einsum!([i] == exp(v[i]));
}
