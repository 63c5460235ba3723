//! Tensors as loops see them, and steps of them.
//!
//! | module | holds |
//! | --- | --- |
//! | `access` | what a step reads and writes: pointers, extents, strides, and the numbers of labels |
//! | `literal` | steps whose extents are literals and terms few: their nests are compiled at the call site |
//! | `matrices` | steps that are one product of matrices by their labels |
//! | [`step`] | tensors and the numbers of their labels, for the engine |
//! | [`counted`] | steps of tensors whose axes are counted at run time |
//! | [`view`] | strided read and write access |
//! | [`memory`] | where a computed tensor lies: on the heap, or in an array of fixed size |
//! | `room` | whether there is room for a tensor |
//! | [`owned`] | a freshly computed tensor, and its way into an `ndarray` array |
//! | [`rank`] | ranks as types |
//! | [`ellipsis`] | axes without labels |
//! | [`straight`] | axes without labels, as one axis with a stride |

pub mod access;
pub mod counted;
pub mod ellipsis;
mod literal;
mod matrices;
pub mod memory;
pub mod owned;
pub mod rank;
pub(crate) mod room;
pub mod step;
pub mod straight;
pub mod view;
