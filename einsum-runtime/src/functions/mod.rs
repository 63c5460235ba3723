//! The elementwise functions of formulas, for `f32` and `f64`.
//!
//! | trait | elements | holds |
//! | --- | --- | --- |
//! | [`Ring`] | integers, `f32`, `f64`, complex | `minus negated from_usize` |
//! | [`Ordered`] | integers, `f32`, `f64` | `max min abs`, comparisons |
//! | [`Field`] | `f32`, `f64`, complex | `divided recip exp from_f64` |
//! | [`Real`] | `f32`, `f64` | all other functions |
//!
//! Functions are generic over `FUSED`, as the nests of an expansion are: whether the processor multiplies and adds in one
//! instruction. They are inlined and free of branches, so that a loop over an array is computed by vectors in whatever
//! instruction set it is compiled for. Where one number needs another way than most (`sin` of 10^30), or all numbers of a vector share
//! an exponent, a function of the name `.._lanes` computes `N` at a time.

mod ordered;
mod real;

pub use self::{
    ordered::{Ordered, Ring},
    real::{Field, Real},
};
