//! The ranks that an example runs on: those of `mpirun`, or without the feature `mpi` this process alone.

use einsum_mpi::Collective;

/// Runs a program on all ranks. A rank that panics ends the job.
#[cfg(feature = "mpi")]
pub(crate) fn run(program: impl FnOnce(&dyn Collective)) {
    use einsum_mpi::{Mpi, abort_on_panic};
    use mpi::Threading;

    let (universe, _) = mpi::initialize_with_threading(Threading::Funneled).expect("MPI is initialised once");
    let communicator = Mpi::new(&universe.world());
    let _ends_the_job = abort_on_panic(&communicator);
    program(&communicator);
}

/// Runs a program on this process.
#[cfg(not(feature = "mpi"))]
pub(crate) fn run(program: impl FnOnce(&dyn Collective)) {
    program(&einsum_mpi::Single);
}

/// Two axes of a mesh of all ranks: as many as can be for the first, and the others.
pub(crate) fn sizes(ranks: usize, first: usize) -> (usize, usize) {
    let first = (1..=first).rev().find(|size| ranks.is_multiple_of(*size)).unwrap_or(1);
    (first, ranks / first)
}
