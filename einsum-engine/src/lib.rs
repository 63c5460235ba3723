//! The engine: computes one step of a contraction tree, whatever its labels.
//!
//! A step is data: a [`Problem`] has one [`Axis`] for every label, with its extent and how far an
//! index along it moves in each tensor. Nothing is known of the einsum that it comes from, so that
//! the loops are compiled once, here, for the common elements and for every instruction set, and a
//! call site pays for none of them.
//!
//! Without the feature `kernels` there is the ground of it alone: what a step is, how factors are converted, what the machine is.
//! Then loops that the macros emit compute every step. Without the feature `std`, either, it is built of `core` and `alloc` alone, and
//! knows of the machine what the target says: the baseline of its instructions, caches of a usual size, one thread.
//!
//! No import runs back up. From the ground:
//!
//! | module | holds |
//! | --- | --- |
//! | [`machine`] | what instructions and caches the processor has, vectors, threads, buffers |
//! | `number`, [`extents`] | what the loops ask of numbers, and products of extents, none of which is unchecked |
//! | [`mod@problem`], [`axes`] | a step as data, and in its simplest form: axes dropped, fused, sorted |
//! | `product` | a GEMM as data |
//! | `conversion` | how elements are read that are kept as another type |
//! | `kernel` | what loops ask of an element and an instruction set: packing, micro- and macro-kernels |
//! | `repeated`, `lone` | contracted labels that no factor has, or one alone: counted or summed first |
//! | `streams` | steps that are no generalised product of matrices |
//! | `gemm` | those that are |
//! | `instances` | the kernels of each element and instruction set |
//! | `run` | which of all that a step is computed by |
//! | `integers` | products of integers, the steps of these that there are kernels for |
//! | `rounding` | results rounded to `bf16` |
//! | [`converted`] | factors that are kept as another type, a block at a time |

#![cfg_attr(not(any(test, feature = "std")), no_std)]

extern crate alloc;

#[cfg(feature = "kernels")]
pub mod axes;
mod conversion;
pub mod converted;
pub mod extents;
#[cfg(feature = "kernels")]
mod gemm;
#[cfg(feature = "kernels")]
mod instances;
#[cfg(feature = "kernels")]
mod integers;
#[cfg(feature = "kernels")]
mod kernel;
#[cfg(feature = "kernels")]
mod lone;
pub mod machine;
mod number;
pub mod plan;
pub mod problem;
mod product;
#[cfg(feature = "kernels")]
mod repeated;
mod rounding;
#[cfg(feature = "kernels")]
mod run;
#[cfg(feature = "kernels")]
mod streams;
#[cfg(feature = "kernels")]
#[doc(hidden)]
pub mod testing;

pub use conversion::{Conversion, ConversionOf, Reading};
pub use number::{Family, Number};
pub use problem::{AddWindows, Axis, Fields, Problem, Products, Source};
pub use product::{ComputeProduct, Conj, Product};
pub use rounding::round_to_upper_halves;
#[cfg(feature = "kernels")]
pub use run::run;
