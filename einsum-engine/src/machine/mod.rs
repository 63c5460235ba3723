//! The machine: instruction sets, vectors, threads, and the workspaces that each thread keeps.

pub mod isa;
pub(crate) mod lanes;
pub(crate) mod threads;
pub(crate) mod workspace;
