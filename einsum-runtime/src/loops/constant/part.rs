//! Parts of a box of indices: functions for some vectors and some rows of it.

use super::{blocks::strides_of_box, labels::extents_of_box};
use crate::{
    element::Element,
    loops::{index::Lane, nest::Nest, run::NestStep, tensors::Alpha, vectors::Vectors},
};

/// Where the tensors of a step are, or of a part of it: its result and its factors. (Nothing else of it is handed on: what is a constant where
/// it is used stays one, while of a struct that a loop copies the compiler forgets what is in it.)
pub(super) type Pointers<T> = (*mut T, [*const T; 2]);

/// A function for a step, or its part: of a box of indices of which all loops are unrolled.
///
/// # Safety
/// - As of `constant`, but that factors may be transposed copies of those that `blocks::copy` tells of, whose strides `blocks::strides_of_box`
///   has, and that of the first label there are `labels::rows_of_loop` indices where it is looped over.
/// - Where the function is `FUSED`, the processor has AVX and FMA; where it is `WIDE`, AVX-512 F and DQ.
pub(super) type OfBox<T> = unsafe fn(Pointers<T>);

/// A function for some of the indices of two labels of a box, along which vectors and rows of them lie.
///
/// # Safety
/// - As of [`OfBox`]; the ranges are multiples of what the function's vectors have, and along the label of the first vectors lie in every
///   tensor that has it. The extents of the labels are at least a vector and its rows, if a range is not empty.
pub(super) type ByLanes<T> = unsafe fn(Pointers<T>, [Lane; 2]);

/// Nothing.
#[inline(always)]
pub(super) unsafe fn nothing<T: Element>(_pointers: Pointers<T>, _lanes: [Lane; 2]) {}

/// Computes some of the indices of a box by vectors `V`.
///
/// # Safety
/// - As of [`ByLanes`]; `V` has as many elements and rows as the lanes step by.
#[inline(always)]
pub(super) unsafe fn by_lanes<T: Element, N: Nest<L>, V: Vectors<T>, const L: usize>(
    pointers: Pointers<T>,
    lanes: [Lane; 2],
) {
    let (extents, strides) = const { (extents_of_box::<N, L>(), strides_of_box::<T, N, L>()) };
    let step = NestStep { extents, strides, pointers, scale: (Alpha::of(None), None) };
    // SAFETY: by the contract.
    unsafe { step.by_lanes::<N, V>(lanes) };
}

/// Rows that are computed at a time, along a label: so many, then those that are left.
pub(super) const fn part_of_rows(label: usize, rows: usize, at_a_time: usize, part: usize) -> Lane {
    let whole = rows / at_a_time * at_a_time;
    if part == 0 {
        Lane { label, start: 0, end: whole, step: at_a_time }
    } else {
        Lane { label, start: whole, end: rows, step: rows - whole }
    }
}
