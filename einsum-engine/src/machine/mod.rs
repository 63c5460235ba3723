//! The machine: instruction sets, tiles, caches, vectors, threads, huge pages, and the workspaces that each thread keeps.

pub mod caches;
#[cfg(all(target_arch = "x86_64", feature = "std", not(miri)))]
pub(crate) mod cpuid;
pub mod isa;
#[cfg(feature = "kernels")]
pub(crate) mod lanes;
pub mod pages;
pub mod prefetch;
pub mod streaming;
#[cfg(feature = "kernels")]
pub(crate) mod sums;
pub mod threads;
pub mod tiles;
pub(crate) mod workspace;
