//! Meshes, shards and moves on threads, against whole arrays.
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss
)]

mod collectives;
mod errors;
mod moves;
mod sharded;

use einsum_mpi::{Error, Mesh, Threads, threads};
use ndarray::{Array, Dimension, IntoDimension};

/// Meshes of one to five ranks, with one axis and with two.
const MESHES: [[(&str, usize); 2]; 7] = [
    [("dp", 1), ("tp", 1)],
    [("dp", 2), ("tp", 1)],
    [("dp", 1), ("tp", 3)],
    [("dp", 2), ("tp", 2)],
    [("dp", 4), ("tp", 1)],
    [("dp", 1), ("tp", 5)],
    [("dp", 3), ("tp", 2)],
];

/// Distinct primes, nothing, one, and fewer than an axis has ranks.
const EXTENTS: [[usize; 3]; 6] = [[7, 5, 11], [3, 2, 13], [1, 7, 2], [0, 3, 5], [2, 0, 1], [13, 1, 0]];

/// Runs a program on each mesh.
fn on_meshes<R: Send>(program: impl Fn(&Mesh) -> R + Sync) {
    for axes in MESHES {
        let ranks = axes.iter().map(|(_, size)| size).product();
        threads(ranks, |communicator| program(&Mesh::new(&communicator, axes).unwrap()));
    }
}

/// Runs a program on `dp=2, tp=2`, and gives the results of all ranks.
fn on_square<R: Send>(program: impl Fn(&Mesh) -> Result<R, Error> + Sync) -> Vec<Result<R, Error>> {
    threads(4, |communicator: Threads| program(&Mesh::new(&communicator, [("dp", 2), ("tp", 2)]).unwrap()))
}

/// A tensor in which each element tells its indices.
fn numbered<D: Dimension>(extents: impl IntoDimension<Dim = D>) -> Array<i64, D> {
    let mut next = 0;
    Array::from_shape_simple_fn(extents, || {
        next += 1;
        next * next
    })
}
