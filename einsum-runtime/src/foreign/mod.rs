//! Matrices of other libraries as operands and as `out`, each behind a feature.
//!
//! | module | holds |
//! | --- | --- |
//! | `nalgebra` | matrices and vectors of nalgebra, of any storage, of fixed and of other extents |
//! | `faer` | matrices, columns and rows of faer |
//! | `strided` | views of their memory |

#[cfg(feature = "faer")]
mod faer;
#[cfg(feature = "nalgebra")]
mod nalgebra;
mod strided;
