//! Parts of a box of indices: functions for some vectors and some rows of it.

use crate::{
    element::Element,
    loops::{index::Lane, run::NestStep},
    tuning::KNOWN_EXTENTS_ROWS,
};

/// A function for a step, or its part: of a box of indices of which all loops are unrolled.
///
/// # Safety
/// - As of `constant`, but that factors may be transposed copies of those that `blocks::copy` tells of, with strides of their own, and that of
///   the first label there are `labels::rows_of_loop` indices where it is looped over.
/// - Where the function is `FUSED`, the processor has AVX and FMA.
pub(super) type OfBox<T, const L: usize> = unsafe fn(NestStep<T, L>);

/// A function for some of the indices of two labels of a box, along which vectors and rows of them lie.
///
/// # Safety
/// - As of [`OfBox`]; the ranges are multiples of what the function's vectors have, and along the label of the first vectors lie in every
///   tensor that has it. The extents of the labels are at least a vector and its rows, if a range is not empty.
pub(super) type ByLanes<T, const L: usize> = unsafe fn(NestStep<T, L>, [Lane; 2]);

/// Nothing.
#[inline(always)]
pub(super) unsafe fn nothing<T: Element, const L: usize>(_step: NestStep<T, L>, _lanes: [Lane; 2]) {}

/// Rows that are computed at a time, along a label: as many as registers have room for, then those that are left; or one by one.
pub(super) const fn part_of_rows(label: usize, rows: usize, one_by_one: bool, part: usize) -> Lane {
    let at_a_time = if one_by_one { 1 } else { KNOWN_EXTENTS_ROWS };
    let whole = rows / at_a_time * at_a_time;
    if part == 0 {
        Lane { label, start: 0, end: whole, step: at_a_time }
    } else {
        Lane { label, start: whole, end: rows, step: rows - whole }
    }
}
