//! Boxes by vectors of elements that lie side by side along the last label of the result.

use super::{
    labels::{constant_extents, is_fused, is_looped, lane_len, rows_of_loop},
    part::{ByLanes, Pointers, by_lanes, nothing, part_of_rows},
};
use crate::{
    element::Element,
    loops::{
        index::Lane,
        nest::Nest,
        rows::{Padded, Rows},
        vectors::{Lanes, Vectors},
    },
    tuning::KNOWN_EXTENTS_ROWS,
};

/// Computes a box by vectors of elements that lie side by side along the last label of the result. (No element is computed twice: what is
/// written in overlapping vectors stays in memory, where an array of fixed size would be in registers.)
///
/// # Safety
/// - As of [`OfBox`](super::part::OfBox); elements lie side by side.
#[inline(always)]
pub(super) unsafe fn dense<T: Element, N: Nest<L>, const L: usize, const FUSED: bool, const WIDE: bool>(
    pointers: Pointers<T>,
) {
    // SAFETY: by the contract; parts are all elements together.
    unsafe {
        dense_part::<T, N, L, FUSED, WIDE, 0, 0>(pointers);
        dense_part::<T, N, L, FUSED, WIDE, 0, 1>(pointers);
        dense_part::<T, N, L, FUSED, WIDE, 1, 0>(pointers);
        dense_part::<T, N, L, FUSED, WIDE, 1, 1>(pointers);
        dense_part::<T, N, L, FUSED, WIDE, 2, 0>(pointers);
        dense_part::<T, N, L, FUSED, WIDE, 2, 1>(pointers);
    }
}

/// Computes a part of a box: the vectors that [`part_of_lane`] has of this number, the rows of `part_of_rows`.
///
/// # Safety
/// - As of [`dense`].
#[inline(always)]
unsafe fn dense_part<
    T: Element,
    N: Nest<L>,
    const L: usize,
    const FUSED: bool,
    const WIDE: bool,
    const LANE: usize,
    const ROWS: usize,
>(
    pointers: Pointers<T>,
) {
    let lane = const { part_of_lane::<T, N, L>([FUSED, WIDE], LANE) };
    let rows = const { dense_rows::<T, N, L>(ROWS) };
    // SAFETY: by the contract, of vectors and rows that are as many as the ranges are multiples of.
    unsafe { (const { dense_vectors::<T, N, L, FUSED, WIDE>(LANE, ROWS) })(pointers, [lane, rows]) };
}

/// The function for a part of a dense box.
const fn dense_vectors<T: Element, N: Nest<L>, const L: usize, const FUSED: bool, const WIDE: bool>(
    lane: usize,
    rows: usize,
) -> ByLanes<T> {
    let (lane, rows) = (part_of_lane::<T, N, L>([FUSED, WIDE], lane), dense_rows::<T, N, L>(rows));
    if lane.start == lane.end || rows.start == rows.end {
        return nothing;
    }
    match lane.step {
        8 => of_rows::<T, N, Padded<8, 8, FUSED, WIDE>, L>(rows.step),
        7 => of_rows::<T, N, Padded<7, 8, FUSED, WIDE>, L>(rows.step),
        6 => of_rows::<T, N, Padded<6, 8, FUSED, WIDE>, L>(rows.step),
        5 => of_rows::<T, N, Padded<5, 8, FUSED, WIDE>, L>(rows.step),
        4 => of_rows::<T, N, Padded<4, 4, FUSED>, L>(rows.step),
        3 => of_rows::<T, N, Padded<3, 4, FUSED>, L>(rows.step),
        2 if size_of::<T>() == 8 => of_rows::<T, N, Padded<2, 2, FUSED>, L>(rows.step),
        2 if is_of_pairs::<T, N, L>() => of_rows::<T, N, Lanes<2, false, FUSED, true>, L>(rows.step),
        2 => of_rows::<T, N, Padded<2, 4, FUSED>, L>(rows.step),
        _ => of_rows::<T, N, Lanes<1, false, FUSED, true>, L>(rows.step),
    }
}

/// The function for so many rows of vectors `V` at a time.
const fn of_rows<T: Element, N: Nest<L>, V: Vectors<T>, const L: usize>(rows: usize) -> ByLanes<T> {
    match rows {
        4 => by_lanes::<T, N, Rows<V, 4>, L>,
        3 => by_lanes::<T, N, Rows<V, 3>, L>,
        2 => by_lanes::<T, N, Rows<V, 2>, L>,
        _ => by_lanes::<T, N, V, L>,
    }
}

/// Vectors along the last label of the result: of 8, if that is two registers at most; then of 4, or of all that are left of more than a half
/// of a register; then of less than 4.
const fn part_of_lane<T: Element, N: Nest<L>, const L: usize>([fused, wide]: [bool; 2], part: usize) -> Lane {
    let len = lane_len::<N, L>();
    let of_8 = if size_of::<T>() == 4 || fused { len / 8 * 8 } else { 0 };
    let is_most = (fused && size_of::<T>() == 4 || wide) && len - of_8 > 4;
    let of_4 = if is_most { len } else { len / 4 * 4 };
    let (start, end, step) = match part {
        0 => (0, of_8, 8),
        1 if is_most => (of_8, len, len - of_8),
        1 => (of_8, of_4, 4),
        _ => (of_4, len, len - of_4),
    };
    Lane { label: N::KEPT.wrapping_sub(1), start, end, step }
}

/// Rows of a dense box, along the label before those of the result that vectors lie along.
const fn dense_rows<T: Element, N: Nest<L>, const L: usize>(part: usize) -> Lane {
    let mut lane = N::KEPT.saturating_sub(1);
    while lane > 0 && is_fused::<N, L>(lane - 1) {
        lane -= 1;
    }
    if lane == 0 {
        return if part == 0 { Lane::NONE } else { Lane { end: 0, ..Lane::NONE } };
    }
    let label = lane - 1;
    let looped = is_looped::<N, L>() && label == 0;
    let rows = if looped { rows_of_loop::<N, L>() } else { constant_extents::<N, L>()[label] };
    part_of_rows(label, rows, if is_of_pairs::<T, N, L>() { 1 } else { KNOWN_EXTENTS_ROWS }, part)
}

/// Whether rows are two numbers of 4 bytes: of two such rows the compiler makes a register.
const fn is_of_pairs<T: Element, N: Nest<L>, const L: usize>() -> bool {
    size_of::<T>() == 4 && lane_len::<N, L>() == 2
}
