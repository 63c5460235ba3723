//! Steps that are GEMMs, or batched GEMMs, of any number of axes.
//!
//! | module | holds |
//! | --- | --- |
//! | `contraction` | a problem as a batched GEMM: batch, lhs_free, rhs_free and contracted axes |
//! | `small`, `product` | small GEMMs: tiles straight on the operands |
//! | `lanewise` | batched GEMMs whose innermost label is a batch label |
//! | `inner` | dots: GEMMs of few rows, along an axis that lies side by side in both factors |
//! | `blocked`, `layout`, `sizes` | all others: the five loops of BLIS, the order of the axes in them, and the blocking |
//! | `halves` | products of `bf16` by tile registers |
//! | `windows` | products that are added to windows which overlap |
//! | `parts` | split-K: long sums for few elements of the result |

pub(crate) mod blocked;
pub(crate) mod contraction;
#[cfg(target_arch = "x86_64")]
pub(crate) mod halves;
pub(crate) mod inner;
pub(crate) mod lanewise;
mod layout;
pub(crate) mod parts;
mod product;
mod sizes;
pub(crate) mod small;
pub(crate) mod windows;
