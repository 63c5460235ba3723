//! The machine: instruction sets, caches, vectors, threads, and the workspaces that each thread keeps.

pub mod caches;
pub mod isa;
#[cfg(feature = "kernels")]
pub(crate) mod lanes;
#[cfg(feature = "kernels")]
pub(crate) mod prefetch;
pub mod threads;
pub(crate) mod workspace;
