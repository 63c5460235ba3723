//! Groups of ranks, meshes, shards and moves, on threads.
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss
)]

#[path = "../cases/mod.rs"]
mod cases;
mod collectives;
mod errors;

use einsum_mpi::{Error, Mesh, Threads, threads};

use self::cases::with_cases;

/// Runs a program on each mesh.
fn on_meshes<R: Send>(program: impl Fn(&Mesh) -> R + Sync) {
    for axes in cases::MESHES {
        let ranks = axes.iter().map(|(_, size)| size).product();
        threads(ranks, |communicator| program(&Mesh::new(&communicator, axes).unwrap()));
    }
}

/// Runs a program on `dp=2, tp=2`, and gives the results of all ranks.
fn on_square<R: Send>(program: impl Fn(&Mesh) -> Result<R, Error> + Sync) -> Vec<Result<R, Error>> {
    threads(4, |communicator: Threads| program(&Mesh::new(&communicator, [("dp", 2), ("tp", 2)]).unwrap()))
}

macro_rules! test {
    ($($module:ident::$case:ident)*) => { $(
        #[test]
        fn $case() {
            cases::$module::$case();
        }
    )* };
}

with_cases!(test);
