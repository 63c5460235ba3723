//! Operands have elements of two types.
use einsum_mpi::{Sharded, einsum_mpi};
use ndarray::Array2;

fn layer(x: &Sharded<Array2<f64>>, w: &Sharded<Array2<f32>>) {
    let _ = einsum_mpi!("b/dp i, i j -> b/dp j", x, w);
}

fn main() {}
