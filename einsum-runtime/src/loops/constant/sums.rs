//! Boxes by vectors of elements that lie side by side along a contracted label, which are added up in the end.

use super::{
    blocks::{Blocks, terms_of_vector},
    labels::{constant_extents, lane_len},
    part::{ByLanes, Pointers, by_lanes, nothing, part_of_rows},
};
use crate::{
    element::Element,
    loops::{index::Lane, nest::Nest, sums::Sums},
    tuning::KNOWN_EXTENTS_ROWS,
};

/// Computes a box by vectors of elements that lie side by side along a contracted label.
///
/// # Safety
/// - As of [`OfBox`](super::part::OfBox); elements lie side by side.
#[inline(always)]
pub(super) unsafe fn sums<T: Element, N: Nest<L>, const L: usize, const FUSED: bool>(pointers: Pointers<T>) {
    let lane = const { terms_of_box::<T, N, L>() };
    // SAFETY: by the contract, of vectors and rows that are as many as the ranges are multiples of.
    unsafe {
        (const { vectors_of_sums::<T, N, L, FUSED>(0) })(pointers, [lane, const { rows_of_sums::<T, N, L>(FUSED, 0) }]);
        (const { vectors_of_sums::<T, N, L, FUSED>(1) })(pointers, [lane, const { rows_of_sums::<T, N, L>(FUSED, 1) }]);
    }
}

/// The function for a part of a box of sums.
const fn vectors_of_sums<T: Element, N: Nest<L>, const L: usize, const FUSED: bool>(rows: usize) -> ByLanes<T> {
    let (terms, rows) = (terms_of_box::<T, N, L>(), rows_of_sums::<T, N, L>(FUSED, rows));
    if rows.start == rows.end {
        return nothing;
    }
    match terms.step {
        11 => sums_of_rows::<T, N, 11, 12, L, FUSED>(rows.step),
        10 => sums_of_rows::<T, N, 10, 12, L, FUSED>(rows.step),
        9 => sums_of_rows::<T, N, 9, 12, L, FUSED>(rows.step),
        8 => sums_of_rows::<T, N, 8, 8, L, FUSED>(rows.step),
        7 => sums_of_rows::<T, N, 7, 8, L, FUSED>(rows.step),
        6 => sums_of_rows::<T, N, 6, 8, L, FUSED>(rows.step),
        5 => sums_of_rows::<T, N, 5, 8, L, FUSED>(rows.step),
        4 => sums_of_rows::<T, N, 4, 4, L, FUSED>(rows.step),
        2 => sums_of_rows::<T, N, 2, 2, L, FUSED>(rows.step),
        _ => nothing,
    }
}

/// The function for so many rows of vectors of `W` terms at a time, in registers of `P`.
const fn sums_of_rows<T: Element, N: Nest<L>, const W: usize, const P: usize, const L: usize, const FUSED: bool>(
    rows: usize,
) -> ByLanes<T> {
    match rows {
        8 => by_lanes::<T, N, Sums<W, P, 8, FUSED>, L>,
        7 => by_lanes::<T, N, Sums<W, P, 7, FUSED>, L>,
        6 => by_lanes::<T, N, Sums<W, P, 6, FUSED>, L>,
        5 => by_lanes::<T, N, Sums<W, P, 5, FUSED>, L>,
        4 => by_lanes::<T, N, Sums<W, P, 4, FUSED>, L>,
        3 => by_lanes::<T, N, Sums<W, P, 3, FUSED>, L>,
        2 => by_lanes::<T, N, Sums<W, P, 2, FUSED>, L>,
        _ => by_lanes::<T, N, Sums<W, P, 1, FUSED>, L>,
    }
}

/// Vectors along the contracted label of sums. (Of a nest without, one that means nothing.)
const fn terms_of_box<T: Element, N: Nest<L>, const L: usize>() -> Lane {
    let Blocks::Sums(label) = Blocks::of::<T, N, L>() else { return Lane::NONE };
    let end = constant_extents::<N, L>()[label];
    let step = match terms_of_vector::<T>(end) {
        Some([terms, _]) => terms,
        None => 1,
    };
    Lane { label, start: 0, end, step }
}

/// Rows of sums, along the last label of the result: as many as have a register of sums, where vectors are one of 32 bytes.
const fn rows_of_sums<T: Element, N: Nest<L>, const L: usize>(fused: bool, part: usize) -> Lane {
    if N::KEPT == 0 {
        return if part == 0 { Lane::NONE } else { Lane { end: 0, ..Lane::NONE } };
    }
    let (rows, terms) = (lane_len::<N, L>(), terms_of_box::<T, N, L>().step);
    let is_of_8 = fused && size_of::<T>() == 4 && terms > 4 && terms <= 8;
    let at_a_time = match rows {
        5..8 if is_of_8 => rows,
        8.. if is_of_8 => 8,
        _ => KNOWN_EXTENTS_ROWS,
    };
    part_of_rows(N::KEPT - 1, rows, at_a_time, part)
}
