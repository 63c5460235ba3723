//! A contraction as dots of rows.

use crate::problem::Axis;

/// A contraction along one axis that lies side by side in both factors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inner<'a, T> {
    /// The axes of the rows of `a`, and of those of `b`.
    pub(crate) m: &'a [Axis],
    pub(crate) n: &'a [Axis],
    /// How long rows are, and the contracted axes around that.
    pub(crate) len: usize,
    pub(crate) outer: &'a [Axis],
    pub(crate) a: *const T,
    pub(crate) b: *const T,
    pub(crate) out: *mut T,
    pub(crate) alpha: T,
    pub(crate) beta: Option<T>,
}
