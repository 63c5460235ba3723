//! One sum of few numbers, such as a trace: two or four sums, number by number, which are added up in the end.

use super::{
    blocks::Blocks,
    labels::constant_extents,
    part::{ByLanes, Pointers, by_lanes, nothing},
};
use crate::{
    element::Element,
    loops::{index::Lane, nest::Nest, sums::FewSums},
    tuning::KNOWN_EXTENTS_FEW_SUMS,
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

/// The function for so many sums at a time.
const fn vectors<T: Element, N: Nest<L>, const L: usize, const FUSED: bool>() -> ByLanes<T> {
    let terms = terms::<T, N, L>();
    match (terms.end, terms.step) {
        (8, 4) => by_lanes::<T, N, FewSums<4, true, FUSED>, L>,
        (2, 2) => by_lanes::<T, N, FewSums<2, true, FUSED>, L>,
        (_, 2) => by_lanes::<T, N, FewSums<2, false, FUSED>, L>,
        _ => nothing,
    }
}

/// The terms, as many at a time as there are sums. (Of another step, a range that means nothing.)
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
    let is_product = !N::TENSORS[2].is_empty();
    let is_of_one = T::FAMILY.is_real() && N::KEPT == 0 && matches!(Blocks::of::<T, N, L>(), Blocks::Apart);
    let (Some(label), true) = (found, is_of_one) else { return Lane::NONE };
    let mut row = 0;
    while row < KNOWN_EXTENTS_FEW_SUMS.len() {
        let [end, step] = KNOWN_EXTENTS_FEW_SUMS[row];
        if extents[label] == end && (end > 2 || is_product) {
            return Lane { label, start: 0, end, step };
        }
        row += 1;
    }
    Lane::NONE
}
