//! The elementwise functions of formulas, for `f32` and `f64`.
//!
//! | trait | elements | holds |
//! | --- | --- | --- |
//! | [`Ring`] | integers, `f32`, `f64`, complex | `minus negated from_u64` |
//! | [`Ordered`] | integers, `f32`, `f64` | `max min abs`, comparisons |
//! | [`Field`] | `f32`, `f64`, complex | `divided recip exp from_f64`, quotients by one over a divisor |
//! | [`Real`] | `f32`, `f64` | all other functions |
//!
//! Functions are generic over `FUSED`, as the nests of an expansion are: whether the processor multiplies and adds in one
//! instruction. They have no branches, no tables and no calls, so that a loop over an array is computed by vectors in whatever
//! instruction set it is compiled for. Each has a form of the name `.._lanes` for `N` numbers at a time, and that is the one to
//! call: a loop within a closure or within `array::from_fn` may be compiled as a function of its own, for the baseline, where
//! an addition that is fused is a call. In sine and cosine one number of a vector may need another way than the others, of `gelu` all may
//! need the shorter one, and in `powi` all share the exponent.
//!
//! Limits are those of C's functions: of NaN, infinities, zeros of both signs, results that overflow or are subnormal.
//! Each file says its method and its largest error. `coefficients.py` derives the coefficients; `tests/runtime/functions.rs` compares
//! `f64` with numbers of many digits, and `f32` with `f64`.
//!
//! # Time
//! Nanoseconds for an element, of 4096 in the first cache, on one core of an AMD EPYC with AVX-512; "std" is a loop over the
//! function of the standard library, or what is written with it.
//!
//! | | `f32` baseline | AVX2 | AVX-512 | std | `f64` baseline | AVX2 | AVX-512 | std |
//! | --- | --- | --- | --- | --- | --- | --- | --- | --- |
//! | `exp` | 1.2 | 0.43 | 0.28 | 3.0 | 3.6 | 1.3 | 0.72 | 4.9 |
//! | `exp_m1` | 1.4 | 0.48 | 0.26 | 8.6 | 4.3 | 1.3 | 0.69 | 6.7 |
//! | `ln` | 2.0 | 0.74 | 0.42 | 3.3 | 6.6 | 1.8 | 0.97 | 4.1 |
//! | `ln_1p` | 2.4 | 0.90 | 0.50 | 6.8 | 5.9 | 2.2 | 1.2 | 5.3 |
//! | `tanh` | 2.1 | 0.86 | 0.47 | 11 | 8.4 | 2.6 | 1.5 | 10 |
//! | `softplus` | 5.8 | 1.8 | 1.1 | 9.3 | 16 | 5.4 | 2.9 | 9.4 |
//! | `sin` | 2.6 | 1.1 | 0.96 | 3.0 | 6.4 | 2.2 | 1.5 | 8.7 |
//! | `cos` | 2.6 | 0.93 | 0.64 | 3.3 | 6.3 | 2.2 | 1.5 | 8.8 |
//! | `erf` | 3.4 | 1.3 | 0.67 | none | 14 | 4.5 | 2.4 | none |
//! | `gelu` | 3.6 | 1.4 | 0.80 | none | 12 | 4.4 | 2.9 | none |
//! | `powf` | 7.4 | 2.9 | 1.7 | 4.0 | 22 | 7.5 | 6.5 | 9.9 |
//! | `powi`, to the 7th | 3.7 | 1.0 | 0.78 | 1.6 | 14 | 2.0 | 1.5 | 1.6 |
//!
//! `sigmoid` and `silu` were measured on another machine, an AMD EPYC (Zen 3) without AVX-512, as `silu(x) * z` of 10^5 numbers: 0.93 ns with AVX2.
//!
//! # Why these are our own
//! Of the crates that have such functions, `rten-vecmath` has `f32` only, some with an error of 4 units in the last place or an
//! absolute one, and is called on slices, each time through its own choice of the instruction set: nothing of it can be a part
//! of a loop that does more than one function. On this machine it takes 0.3 to 0.6 ns with AVX-512. `sleef`, in Rust, needs a
//! compiler of unstable features. Bindings to libraries in C need that library, and calls.

#![allow(clippy::excessive_precision, reason = "coefficients are given with the digits that their script prints")]
#![allow(clippy::needless_bitwise_bool, reason = "there is no branch")]

mod base;
mod complex;
mod erf;
mod exp;
mod far;
mod gelu;
mod ln;
mod ordered;
mod powf;
mod powi;
mod quotient;
mod real;
mod sigmoid;
mod sin;
#[cfg(any(test, not(feature = "std")))]
mod sqrt;
mod tanh;

pub use self::{
    ordered::{Ordered, Ring},
    real::{Field, Real},
};
