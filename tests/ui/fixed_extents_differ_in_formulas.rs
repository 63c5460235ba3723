//! Arrays of fixed size whose extents differ along a label of a formula: of two operands, of one, of a word, of labels that go along the
//! same axis, of one that is given, and of a generic.
use einsum::{einsum, einsum_vjp};

fn shifted<const N: usize, const M: usize>(x: &[f64; N], y: &[f64; M]) -> [f64; N] {
    einsum!([i] = relu(x[i] - y[i]))
}

fn main() {
    let (x, bias) = ([[1.0; 3]; 2], [1.0; 4]);
    let _ = einsum!([i, j] = relu(x[i, j] + bias[j]));
    let _ = einsum_vjp!([i, j] = relu(x[i, j] + [[1.0]; 2][i, j]));
    let _ = einsum!([i] = exp(x[i, i]));
    let _ = einsum!([i] = max[column](x[i, column] + bias[column]));
    let _ = einsum!([i, j] = abs(x[i, (0)] - x[j, (1)]) * bias[j]);
    let _ = einsum!({
        let s[i] = sum[j](exp(x[i, j]));
        [k] = s[k] + bias[k]
    });
    let _ = shifted(&x[0], &bias);
}
