//! Operands that the caller's mistakes are marked in: a method that is not there, an operand too many.
use einsum_mpi::{Sharded, einsum_mpi};
use ndarray::Array2;

fn layer(x: &Sharded<Array2<f64>>, w: &Sharded<Array2<f64>>) {
    let _ = einsum_mpi!("b/dp i, i j -> b/dp j", x.missing(), w);
    let _ = einsum_mpi!("b/dp i, i j -> b/dp j", x, w, w);
    let _ = einsum_mpi!("b/dp i, i j -> b/dp j", x, &unknown);
}

fn main() {}
