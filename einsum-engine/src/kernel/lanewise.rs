//! A batched GEMM whose batch label is the vector axis: matrices side by side.

use crate::problem::Axis;

/// A batched GEMM whose batch label is the vector axis: every lane is a GEMM of its own. The batch label has stride 1 in all tensors, or
/// there is room to turn them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lanewise<'a, T> {
    /// How many products.
    pub(crate) lanes: usize,
    /// How far the next product is, in `a`, `b` and `out`.
    pub(crate) strides: [isize; 3],
    pub(crate) m: Axis,
    pub(crate) n: Axis,
    pub(crate) k: Axis,
    pub(crate) a: *const T,
    pub(crate) b: *const T,
    pub(crate) out: *mut T,
    pub(crate) alpha: T,
    pub(crate) beta: Option<T>,
    /// All other axes.
    pub(crate) outer: &'a [Axis],
    /// The steps to compute: counted through, pieces of the lanes fastest, then indices of the other axes.
    pub(crate) range: (usize, usize),
    /// Lanes of a step.
    pub(crate) step: usize,
    /// Room for the lanes of a step of both factors, if they are to be packed.
    pub(crate) room: Option<(*mut T, *mut T)>,
    /// Room for the lanes of a step of the result, if it is to be turned.
    pub(crate) room_of_out: Option<*mut T>,
}
