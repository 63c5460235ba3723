//! Arrays of fixed size in formulas that are not as deep as their indices say; what is written to that is not, and a cotangent and a type that are
//! not as the result.
use einsum::{einsum, einsum_vjp};

fn main() {
    let x = [[1.0; 3]; 2];
    let _ = einsum!([i] = relu(x[i]));
    let _ = einsum!([i, j] = max[k](x[i, j, k]));
    let mut y = [0.0; 2];
    einsum!(y[i, j] = relu(x[i, j]));
    let (_, pullback) = einsum_vjp!([i] = max[j](x[i, j]));
    let _ = pullback(&[1.0; 3]);
    let _: [f64; 3] = einsum!([i] = max[j](x[i, j]));
}
