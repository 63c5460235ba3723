//! Arrays of fixed size, `[[T; N]; M]`, as operands and results: their extents are in their types.
//!
//! | module | holds |
//! | --- | --- |
//! | [`extent`] | extents as types, and what makes one of a label of several operands |
//! | [`nested`] | the elements of nested arrays as a slice |
//! | [`kind`] | whether an einsum is one of arrays of fixed size alone, and what that decides |
//! | [`sized`] | nests whose extents are in types |

pub mod extent;
pub mod kind;
pub mod nested;
pub mod sized;
