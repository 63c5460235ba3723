//! One sum of numbers that do not lie side by side, such as a trace: two sums, number by number, which are added up in the end.

use super::{
    blocks::Blocks,
    labels::constant_extents,
    part::{ByLanes, Pointers, by_lanes, nothing},
};
use crate::{
    element::Element,
    loops::{index::Lane, nest::Nest, sums::TwoSums},
    tuning::KNOWN_EXTENTS_TWO_SUMS_TERMS,
};

/// Computes a box that is one such sum.
///
/// # Safety
/// - As of [`OfBox`](super::part::OfBox).
#[inline(always)]
pub(super) unsafe fn strides<T: Element, N: Nest<L>, const L: usize, const FUSED: bool>(pointers: Pointers<T>) {
    // SAFETY: by the contract; the range is a multiple of what vectors have.
    unsafe { (const { vectors::<T, N, L, FUSED>() })(pointers, [const { terms::<T, N, L>() }, Lane::NONE]) };
}

/// Whether a step is such a sum, of so many terms that one addition would wait for the other, and few enough.
pub(super) const fn is_of_strides<T: Element, N: Nest<L>, const L: usize>() -> bool {
    terms::<T, N, L>().step > 1
}

/// The function for two sums at a time.
const fn vectors<T: Element, N: Nest<L>, const L: usize, const FUSED: bool>() -> ByLanes<T> {
    if is_of_strides::<T, N, L>() { by_lanes::<T, N, TwoSums<FUSED>, L> } else { nothing }
}

/// The terms, two at a time. (Of another step, a range that means nothing.)
const fn terms<T: Element, N: Nest<L>, const L: usize>() -> Lane {
    let (extents, mut label, mut found) = (constant_extents::<N, L>(), 0, None);
    while label < L {
        if extents[label] != 1 {
            if found.is_some() {
                return Lane::NONE;
            }
            found = Some(label);
        }
        label += 1;
    }
    let is_of_one = T::FAMILY.is_real() && N::KEPT == 0 && matches!(Blocks::of::<T, N, L>(), Blocks::Apart);
    let [least, most] = KNOWN_EXTENTS_TWO_SUMS_TERMS;
    match found {
        Some(label)
            if is_of_one && extents[label] >= least && extents[label] <= most && extents[label].is_multiple_of(2) =>
        {
            Lane { label, start: 0, end: extents[label], step: 2 }
        }
        _ => Lane::NONE,
    }
}
