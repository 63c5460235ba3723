//! Shardings that no tensor can have, and axes that are missing.
use einsum_mpi::{Sharded, einsum_mpi};
use ndarray::Array2;

fn layer(x: &Sharded<Array2<f64>>, w: &Sharded<Array2<f64>>) {
    let _ = einsum_mpi!("b/dp i/dp, i j -> b/dp j", x, w);
    let _ = einsum_mpi!("b/dp/tp i, i j -> b/dp j", x, w);
    let _ = einsum_mpi!("b i //tp, i j //tp -> b j", x, w);
    let _ = einsum_mpi!([b, j] = x[b/dp, i/dp] * w[i, j]);
}

fn main() {}
