//! What the processor has, and what a thread keeps: the ground floor.

pub mod isa;
pub(crate) mod lanes;
pub(crate) mod threads;
pub(crate) mod workspace;
