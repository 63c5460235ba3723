//! Ranks of MPI: this program starts itself under `mpirun`, on one to four ranks, and looks at what the job prints and how it ends.
#![allow(clippy::unwrap_used, reason = "a rank that panics ends its test")]
#![allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "ranks are few")]
#![allow(clippy::cast_precision_loss, reason = "numbers are small")]
#![allow(clippy::float_cmp, reason = "ends of a type are exact")]

#[path = "../cases/mod.rs"]
mod cases;
mod jobs;
mod ranks;
// (As a module, so that it is built with this program, and run as it is now.)
#[path = "../../examples/resume.rs"]
mod resume;

use std::env;

use einsum_mpi::Mesh;

/// Runs a case on each mesh that has as many ranks as this job.
fn on_meshes<R>(program: impl Fn(&Mesh) -> R + Sync) {
    ranks::on_meshes(program);
}

/// (Run by `cargo test`, it is given flags of its test harness, or none; run by itself, the name of a program.)
fn main() {
    match env::var("EINSUM_MPI_TEST") {
        Ok(program) => ranks::run(&program),
        Err(_) => jobs::run(),
    }
}
