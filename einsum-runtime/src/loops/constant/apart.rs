//! Boxes number by number.

use super::{
    labels::{lane_len, row_major},
    part::{ByLanes, Pointers, by_lanes, nothing},
};
use crate::{
    element::Element,
    loops::{index::Lane, nest::Nest, run::is_dense, sums::OneByOne, vectors::Lanes},
};

/// Computes a box number by number: a few along the last label of the result at a time.
///
/// # Safety
/// - As of [`OfBox`](super::part::OfBox).
#[inline(always)]
pub(super) unsafe fn apart<T: Element, N: Nest<L>, const L: usize, const FUSED: bool>(pointers: Pointers<T>) {
    let of_4 = const { lane_len::<N, L>() / 4 * 4 };
    let label = const { if N::KEPT == 0 { L } else { N::KEPT - 1 } };
    let lane = |start, end| Lane { label, start, end, step: if start == 0 && end >= 4 { 4 } else { end - start } };
    // SAFETY: by the contract; ranges are as many vectors as there are.
    unsafe {
        (const { vectors_apart::<T, N, L, FUSED>(0) })(pointers, [lane(0, of_4), Lane::NONE]);
        (const { vectors_apart::<T, N, L, FUSED>(1) })(
            pointers,
            [lane(of_4, const { lane_len::<N, L>() }), Lane::NONE],
        );
    }
}

/// The function for a part of a box that is computed number by number: vectors of 4, then what is left.
const fn vectors_apart<T: Element, N: Nest<L>, const L: usize, const FUSED: bool>(part: usize) -> ByLanes<T> {
    let len = lane_len::<N, L>();
    match (part, len % 4) {
        (1, 3) if len == 3 && T::FAMILY.is_real() && size_of::<T>() == 8 => by_lanes::<T, N, OneByOne<3, FUSED>, L>,
        (0, _) if len >= 4 && is_dense::<N, L>(&row_major::<N, L>()) => {
            by_lanes::<T, N, Lanes<4, true, FUSED, true>, L>
        }
        (0, _) if len >= 4 => by_lanes::<T, N, Lanes<4, false, FUSED, true>, L>,
        (1, 3) => by_lanes::<T, N, Lanes<3, false, FUSED, true>, L>,
        (1, 2) => by_lanes::<T, N, Lanes<2, false, FUSED, true>, L>,
        (1, 1) => by_lanes::<T, N, Lanes<1, false, FUSED, true>, L>,
        _ => nothing,
    }
}
