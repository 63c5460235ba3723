//! The extents and strides of a step, as constants, and which of its labels are computed together.
//!
//! Labels that follow each other in every tensor are fused: of `ijkl,kl->ij` the loops are those of a matrix and a vector. Beyond so many
//! terms there is a loop over the first label of the result, around a nest all of whose loops are unrolled.

use einsum_engine::extents;

use crate::{
    loops::{nest::Nest, run::lists},
    tuning::{KNOWN_EXTENTS_MAX_BOX, KNOWN_EXTENTS_ROWS},
};

/// Whether a step of these extents, of which so many labels are kept, is small enough.
pub(crate) const fn is_small<const L: usize>(extents: [usize; L], kept: usize, most: usize) -> bool {
    let terms = terms(extents);
    terms >= 1
        && (terms <= KNOWN_EXTENTS_MAX_BOX || kept > 1 && terms <= most && terms / extents[0] <= KNOWN_EXTENTS_MAX_BOX)
}

/// The extents of the loops of a nest that has constant ones: of labels that are fused the last one has all indices, the others have one.
pub(super) const fn constant_extents<N: Nest<L>, const L: usize>() -> [usize; L] {
    let (mut extents, mut label) = (extents_of_labels::<N, L>(), 0);
    while label < L {
        if is_fused::<N, L>(label) {
            extents[label + 1] = extents[label + 1].saturating_mul(extents[label]);
            extents[label] = 1;
        }
        label += 1;
    }
    extents
}

/// The extents of the loops of a box: of the first label, where it is looped over, as many as are computed at a time.
pub(super) const fn extents_of_box<N: Nest<L>, const L: usize>() -> [usize; L] {
    let mut extents = constant_extents::<N, L>();
    if is_looped::<N, L>() {
        extents[0] = rows_of_loop::<N, L>();
    }
    extents
}

/// Whether a label is fused with the next one: if they follow each other in every tensor, both are kept or both summed over, and there is no
/// loop over the label around the others. Row-major as tensors are, an index of the next label beyond its extent leads to where the next
/// index of this one does.
pub(super) const fn is_fused<N: Nest<L>, const L: usize>(label: usize) -> bool {
    let is_apart = label + 1 >= L || label + 1 == N::KEPT || label == 0 && is_looped::<N, L>();
    let (mut tensor, mut is_fused) = (0, !is_apart);
    while tensor < 3 {
        is_fused = is_fused && is_followed(N::TENSORS[tensor], label);
        tensor += 1;
    }
    is_fused
}

/// Whether the axis after every axis of a label is one of the next label, and no other axis is.
const fn is_followed(labels: &[usize], label: usize) -> bool {
    let mut axis = 0;
    while axis < labels.len() {
        let is_before = axis + 1 < labels.len() && labels[axis + 1] == label + 1;
        let is_after = axis > 0 && labels[axis - 1] == label;
        if labels[axis] == label && !is_before || labels[axis] == label + 1 && !is_after {
            return false;
        }
        axis += 1;
    }
    true
}

/// The labels of the first three axes of a tensor that are not fused with the next one, and how many such axes there are.
pub(super) const fn unfused<N: Nest<L>, const L: usize>(tensor: usize) -> ([usize; 3], usize) {
    let (labels, mut axis) = (N::TENSORS[tensor], 0);
    let (mut found, mut count) = ([0; 3], 0);
    while axis < labels.len() {
        if !is_fused::<N, L>(labels[axis]) {
            if count < found.len() {
                found[count] = labels[axis];
            }
            count += 1;
        }
        axis += 1;
    }
    (found, count)
}

/// The extents of the labels of a nest that has constant ones.
const fn extents_of_labels<N: Nest<L>, const L: usize>() -> [usize; L] {
    match N::EXTENTS {
        Some(extents) => extents,
        None => [0; L],
    }
}

/// The strides along every label, of row-major tensors of constant extents.
pub(super) const fn row_major<N: Nest<L>, const L: usize>() -> [[isize; L]; 3] {
    let extents = extents_of_labels::<N, L>();
    let mut strides = [[0isize; L]; 3];
    let mut tensor = 0;
    while tensor < 3 {
        let labels = N::TENSORS[tensor];
        let (mut axis, mut stride) = (labels.len(), 1isize);
        while axis > 0 {
            axis -= 1;
            let label = labels[axis];
            strides[tensor][label] = strides[tensor][label].wrapping_add(stride);
            stride = extents::offset(extents[label], stride);
        }
        tensor += 1;
    }
    strides
}

/// Whether there is a loop over the first label of the result, around a nest for some indices: that has all loops unrolled.
pub(super) const fn is_looped<N: Nest<L>, const L: usize>() -> bool {
    N::KEPT > 1 && terms(extents_of_labels::<N, L>()) > KNOWN_EXTENTS_MAX_BOX
}

/// Whether a tensor is another one for each index of the label that is looped over.
pub(super) const fn is_moved<N: Nest<L>, const L: usize>(tensor: usize) -> bool {
    is_looped::<N, L>() && N::KEPT > 2 && lists::<N, L>(tensor, 0)
}

/// The extent of the first label; 1 if there is none.
pub(super) const fn first_extent<N: Nest<L>, const L: usize>() -> usize {
    if L == 0 { 1 } else { constant_extents::<N, L>()[0] }
}

/// How many indices of the first label a box has, where the step [`is_looped`] over it: of two labels a part of all that is computed at a
/// time.
pub(super) const fn rows_of_loop<N: Nest<L>, const L: usize>() -> usize {
    let (first, mut rows) = (first_extent::<N, L>(), KNOWN_EXTENTS_ROWS);
    let of_one = match terms(constant_extents::<N, L>()).checked_div(first) {
        Some(terms) => terms,
        None => 0,
    };
    while rows > 1 && (N::KEPT != 2 || !first.is_multiple_of(rows) || of_one * rows > 2 * KNOWN_EXTENTS_MAX_BOX) {
        rows -= 1;
    }
    rows
}

/// How many indices the label has that vectors lie along; 1 if there is none.
pub(super) const fn lane_len<N: Nest<L>, const L: usize>() -> usize {
    if N::KEPT == 0 { 1 } else { constant_extents::<N, L>()[N::KEPT - 1] }
}

/// How many terms there are.
pub(super) const fn terms<const L: usize>(extents: [usize; L]) -> usize {
    let (mut terms, mut label) = (1usize, 0);
    while label < L {
        terms = terms.saturating_mul(extents[label]);
        label += 1;
    }
    terms
}
