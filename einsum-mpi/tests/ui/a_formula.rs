//! Formulas are computed of the parts.
use einsum_mpi::{Sharded, einsum_mpi};
use ndarray::Array2;

fn softmax(x: &Sharded<Array2<f64>>) {
    let _ = einsum_mpi!([i/dp, j] = exp(x[i/dp, j]));
    let _ = einsum_mpi!([i, j/tp] = x[i, j/tp] / sum[k](exp(x[i, k/tp])));
    let _ = einsum_mpi!([i] = max[j](x[i, j/tp]));
}

fn main() {}
