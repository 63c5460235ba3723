//! Elements of half precision are not sent: sums of them would be rounded on each rank.
use einsum_mpi::{Mesh, Sharded, moves};
use half::{bf16, f16};
use ndarray::{Array1, Array2};

fn sums(mesh: &Mesh, x: Array2<bf16>, terms: Array1<f16>) {
    let _ = Sharded::from_local(mesh, x, "dp _");
    let _ = moves::all_reduce(terms, mesh, "dp");
}

fn main() {}
