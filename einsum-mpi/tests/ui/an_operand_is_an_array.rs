//! An operand of a sharded einsum is an array, which does not know how it lies on a mesh.
use einsum_mpi::{Mesh, Sharded, einsum_mpi, einsum_mpi_vjp};
use ndarray::Array2;

fn layer(mesh: &Mesh, x: &Array2<f64>) {
    let w = Sharded::replicate(mesh, Array2::<f64>::zeros((3, 5))).unwrap();
    let _ = einsum_mpi!("b/dp i, i j -> b/dp j", x, w);
    let _ = einsum_mpi!("b/dp i, i j -> b/dp j", &w, (x, 2).0);
    let _ = einsum_mpi_vjp!("b/dp i, i j -> b/dp j", x.clone(), w);
    let _ = einsum_mpi!([b/dp, j] = x[b/dp, i] * w[i, j]);
}

fn main() {}
