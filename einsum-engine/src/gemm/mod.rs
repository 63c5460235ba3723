//! Steps that are generalised products of matrices.
//!
//! | module | holds |
//! | --- | --- |
//! | `contraction` | a problem as a product of matrices: what its axes are to it |
//! | `small`, `product` | small products: tiles straight on the operands |
//! | `lanewise` | products whose innermost label is a batch label |
//! | `inner` | products of few rows, along an axis that lies side by side in both factors |
//! | `blocked`, `layout` | all others: the five loops of BLIS, and the order of the axes in them |
//! | `parts` | long sums for few elements of the result |

pub(crate) mod blocked;
pub(crate) mod contraction;
pub(crate) mod inner;
pub(crate) mod lanewise;
mod layout;
pub(crate) mod parts;
mod product;
pub(crate) mod small;
