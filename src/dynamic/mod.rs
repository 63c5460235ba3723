//! Einsums whose subscripts are read while the program runs: from a file, or as a user types them.
//!
//! The subscripts mean what they mean in [`einsum!`](macro@crate::einsum), and are read, put in order and computed by the same code; what
//! is wrong with them is an [`Error`] that marks the character. Ranks are dynamic: operands are arrays of any rank, and results
//! are [`ArrayD`]. Where the subscripts are known when the program is compiled, the macro is faster on small tensors, and refuses mistakes
//! before the program runs.
//!
//! ```
//! use einsum::dynamic;
//! use ndarray::{Array2, arr1, arr2};
//!
//! # fn main() -> Result<(), dynamic::Error> {
//! let (x, w) = (Array2::<f64>::ones((2, 3)), Array2::<f64>::ones((3, 4)));
//! let y = dynamic::einsum("ij,jk->ik", &[&x, &w])?;
//! assert_eq!(y.shape(), [2, 4]);
//! assert_eq!(y[[0, 0]], 3.0);
//!
//! // What is run often is read once; its order is kept for as long as extents do not change.
//! let layer = dynamic::Einsum::new("bi,ij,j->b")?;
//! for step in 1..4 {
//!     let scale = arr1(&[f64::from(step); 4]);
//!     assert_eq!(layer.run(&[&x, &w, &scale])?[0], 12.0 * f64::from(step));
//! }
//!
//! let (y, pullback) = dynamic::einsum_vjp("ij,jk->ik", &[&x, &w])?;
//! let gradients = pullback.gradients(&y.mapv(|_| 1.0))?;
//! assert_eq!(gradients[0], arr2(&[[4.0; 3]; 2]).into_dyn());
//!
//! let error = dynamic::Einsum::new("ij,jk-ik").unwrap_err();
//! assert_eq!(
//!     error.to_string().lines().collect::<Vec<_>>(),
//!     [
//!         "`-` is not an arrow",
//!         "    ij,jk-ik",
//!         "         ^",
//!         "help: write `->` between the operands and the output",
//!     ],
//! );
//! # Ok(())
//! # }
//! ```
//!
//! # Cost
//!
//! To read subscripts and to find an order takes some microseconds for a few operands (an optimised build finds the best order of ten in
//! milliseconds); with an [`Einsum`] that is kept, a call takes half a microsecond more than the macro does: views of dynamic rank, and a
//! list of axes for each step. (`f32`, Zen 4: 4 x 4 0.46 us, 29 ns by the macro, 6.8 us with subscripts that are read anew; 64 x 64 5.1
//! and 4.6 us; with gradients 15.7 and 14.4 us.)
//!
//! # What macros have alone
//!
//! Index notation and formulas, `alpha` and `beta`, limits on intermediates, tangents, elements that are read as others, arrays
//! of fixed size, and double backward.
#![doc = include_str!("../../docs/print.html")]

mod bound;
mod einsum;
mod error;
#[cfg(any(feature = "faer", feature = "nalgebra"))]
mod foreign;
mod hints;
mod plan;
mod pullback;
mod tensor;
mod words;

use einsum_runtime::{Differentiable, Element};
use ndarray::ArrayD;

pub use self::{einsum::Einsum, error::Error, pullback::Pullback, tensor::Tensor};

/// The einsum of these operands: [`Einsum::new`], and [`Einsum::run`] once.
///
/// # Errors
/// If the subscripts are wrong, or if operands do not fit them.
///
/// ```
/// let x = ndarray::arr2(&[[1, 2], [3, 4]]);
/// assert_eq!(einsum::dynamic::einsum("ii", &[&x])?[[]], 5);
/// # Ok::<(), einsum::dynamic::Error>(())
/// ```
pub fn einsum<T: Element>(subscripts: &str, operands: &[&dyn Tensor<T>]) -> Result<ArrayD<T>, Error> {
    Einsum::new(subscripts)?.run(operands)
}

/// The einsum of these operands, and what gives the cotangents of all of them: [`Einsum::new`], and [`Einsum::vjp`] once.
///
/// # Errors
/// If the subscripts are wrong, or if operands do not fit them.
///
/// ```
/// let (x, w) = (ndarray::arr1(&[1.0, 2.0]), ndarray::arr1(&[3.0, 4.0]));
/// let (y, pullback) = einsum::dynamic::einsum_vjp("i,i->", &[&x, &w])?;
/// let gradients = pullback.gradients(&1.0)?;
/// assert_eq!((y[[]], &gradients[0]), (11.0, &w.into_dyn()));
/// # Ok::<(), einsum::dynamic::Error>(())
/// ```
pub fn einsum_vjp<'a, T: Element + Differentiable>(
    subscripts: &str,
    operands: &[&'a dyn Tensor<T>],
) -> Result<(ArrayD<T>, Pullback<'a, T>), Error> {
    Einsum::new(subscripts)?.vjp(operands)
}
