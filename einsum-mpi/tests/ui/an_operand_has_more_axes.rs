//! An operand has another number of axes than its subscript has labels.
use einsum_mpi::{Sharded, einsum_mpi, einsum_mpi_vjp};
use ndarray::{Array2, Array3};

fn layer(x: &Sharded<Array3<f64>>, w: &Sharded<Array2<f64>>) {
    let _ = einsum_mpi!("b/dp i, i j -> b/dp j", x, w);
    let _ = einsum_mpi!([b/dp, j] = x[b/dp, i + p] * w[i, j]; p = 3);
    let _ = einsum_mpi_vjp!("b/dp k, k/dp j -> b/dp j", w, x);
}

fn main() {}
