//! Einsums of [candle](candle_core)'s tensors: compiled, and differentiated through candle's autograd.
//!
//! | item | is |
//! | --- | --- |
//! | [`einsum!`] | an einsum or a formula of tensors, a `candle_core::Result<Tensor>` |
//! | [`einsum_fn!`] | functions of tensors |
//! | [`Operand`] | operands: tensors, variables, numbers |
//!
//! Subscripts, index notation and formulas are those of [`einsum::einsum!`](macro@einsum::einsum), read and planned while `rustc` runs; the
//! [syntax](einsum::syntax) and [formulas](einsum::formulas) are told there. Results are tensors on the CPU, and one operation to candle's
//! autograd, whose backward was derived while compiling.
//!
//! ```
//! use candle_core::{Device, Result, Tensor, Var};
//! use einsum_candle::{einsum, einsum_fn};
//!
//! einsum_fn! {
//!     /// Attention of one head.
//!     pub fn attention(q, k, v) -> [i, d] {
//!         let s[i, j] = q[i, e] * k[j, e];
//!         let p[i, j] = exp(s[i, j] - max[j](s[i, j]));
//!         p[i, j] * v[j, d] / sum[j](p[i, j])
//!     }
//! }
//!
//! # fn main() -> Result<()> {
//! let w = Var::randn(0.0, 1.0, (7, 5), &Device::Cpu)?;
//! let x = Tensor::randn(0.0, 1.0, (3, 7), &Device::Cpu)?;
//! let y = einsum!("bi,ij->bj", x, w)?;
//! let y = attention(&y, &y, &y)?;
//! let gradients = einsum!("bj,bj->", y, y)?.backward()?;
//! assert_eq!(gradients.get(&w).map(Tensor::dims), Some(&[7, 5][..]));
//! # Ok(())
//! # }
//! ```
//!
//! # Operands
//!
//! Tensors of `F32` and `F64` are read where they lie, at any strides: transposed, narrowed and broadcast ones are not copied. Those of `F16`
//! and `BF16` are converted to `F32` by candle, and the result back: intermediates are `F32`, and what is rounded is the result. All have
//! one type of elements; a number takes that of the tensors. Indices of a gather, `t[l]` in `x[t[l], d]`, are of any integer type.
//!
//! # Errors
//!
//! Mistakes in subscripts do not compile. What the run time finds, other devices, types, ranks and extents, is a
//! [`candle_core::Error`] whose message has the subscripts, the operand as it is written, and the numbers.
//!
//! A formula has no functions of yours: these are of one type of elements, and tensors of several.
//!
//! # Gradients
//!
//! An operation has gradients of those operands that are variables or depend on one; what others would need is not computed. It keeps its
//! operands, not its intermediates, as the functions of [`einsum::einsum_fn!`](macro@einsum::einsum_fn) do. Gradients are operations as well, with the derived double
//! backward: where candle keeps what gradients depend on, with `CANDLE_GRAD_DO_NOT_DETACH=1` in the environment, a second `backward` goes
//! through them. Of the third order there is an error. (Without it candle takes cotangents for constants, so that a second `backward` leaves out what
//! went through them, be operations candle's or these.)
//!
//! candle records operations of three operands at most. Where more have gradients, those after the second are operands of another operation,
//! a tensor of zeros that is never read and through which their gradients go, so that these are copied: once, of six operands and more some
//! of them twice or oftener.
#![forbid(unsafe_code)]

mod arrays;
mod check;
mod compute;
mod given;
mod gradient;
mod macros;
mod private;
mod program;
mod read;
mod record;

/// Functions and types that expansions call. Not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::private::*;
}

pub use self::given::Operand;

/// Examples of the README are run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
