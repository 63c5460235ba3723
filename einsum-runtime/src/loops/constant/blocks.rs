//! How the blocks of a step are computed, and of which factors copies are read.

use super::labels::{constant_extents, is_looped, is_moved, lane_len, row_major, terms, unfused};
use crate::{
    element::Element,
    loops::{
        nest::Nest,
        run::{is_dense, lists},
    },
    tuning::KNOWN_EXTENTS_MAX_BOX,
};

/// How the blocks of a step are computed.
#[derive(Clone, Copy)]
pub(super) enum Blocks {
    /// By vectors along the last label of the result, which lies side by side in all tensors that have it, or in copies.
    Dense,
    /// By vectors along this contracted label, which lies side by side in all factors.
    Sums(usize),
    /// Number by number.
    Apart,
}

impl Blocks {
    /// How those of a nest are.
    pub(super) const fn of<T: Element, N: Nest<L>, const L: usize>() -> Self {
        if !T::FAMILY.is_real() {
            return Self::Apart;
        }
        let strides = row_major::<N, L>();
        if is_dense::<N, L>(&strides) {
            return Self::Dense;
        }
        let has_copies = copy::<T, N, L>(1).is_some() || copy::<T, N, L>(2).is_some();
        let (mut label, is_again) = (N::KEPT, is_read_again::<N, L>(1) || is_read_again::<N, L>(2));
        if !is_again && is_of_numbers::<T, N, L>() {
            return Self::Apart;
        }
        while label < L && !(has_copies && is_again) {
            if is_summed::<T, N, L>(label) {
                return Self::Sums(label);
            }
            label += 1;
        }
        if has_copies && is_dense_after_copies::<T, N, L>() { Self::Dense } else { Self::Apart }
    }
}

/// Whether there are so few terms that they are multiplied one by one: of three rows of three numbers of 8 bytes, or of a sum of two.
const fn is_of_numbers<T: Element, N: Nest<L>, const L: usize>() -> bool {
    let extents = constant_extents::<N, L>();
    let (mut label, mut summed) = (N::KEPT, 1usize);
    while label < L {
        summed = summed.saturating_mul(extents[label]);
        label += 1;
    }
    match N::KEPT {
        0 => summed == 2,
        _ => size_of::<T>() == 8 && summed == 3 && lane_len::<N, L>() == 3 && terms(extents) == 9,
    }
}

/// Whether there is other code for AVX-512: of dense blocks with rows that are registers of 64 bytes, or more than half of one.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(super) const fn is_wide<T: Element, N: Nest<L>, const L: usize>() -> bool {
    let is_long = N::EXTENTS.is_some() && N::KEPT > 0 && constant_extents::<N, L>()[N::KEPT - 1] > 4;
    is_long && size_of::<T>() == 8 && matches!(Blocks::of::<T, N, L>(), Blocks::Dense)
}

/// Whether vectors may lie along a contracted label: if elements do so side by side in all factors. (Zeros of registers are beside no
/// number that another factor repeats, which may be infinite.)
const fn is_summed<T: Element, N: Nest<L>, const L: usize>(label: usize) -> bool {
    let strides = row_major::<N, L>();
    let Some([terms, padded]) = terms_of_vector::<T>(constant_extents::<N, L>()[label]) else { return false };
    let of_lhs = strides[1][label] == 1;
    let of_rhs = strides[2][label] == 1 || !lists::<N, L>(2, label) && terms == padded;
    of_lhs && of_rhs
}

/// How many of so many terms a vector has, and the numbers of the registers that it is: of a multiple all, else some zeros.
pub(super) const fn terms_of_vector<T>(terms: usize) -> Option<[usize; 2]> {
    match (size_of::<T>(), terms) {
        (4, terms) if terms.is_multiple_of(8) => Some([8, 8]),
        (4 | 8, terms) if terms.is_multiple_of(4) => Some([4, 4]),
        (4, 5..=7) => Some([terms, 8]),
        (4, 9..=11) | (8, 9 | 11) => Some([terms, 12]),
        (8, terms) if terms.is_multiple_of(2) => Some([2, 2]),
        _ => None,
    }
}

/// Whether a factor whose elements do not lie side by side along the lane is read again for each index of another label.
const fn is_read_again<N: Nest<L>, const L: usize>(tensor: usize) -> bool {
    if N::KEPT == 0 || !lists::<N, L>(tensor, N::KEPT - 1) || row_major::<N, L>()[tensor][N::KEPT - 1] == 1 {
        return false;
    }
    let mut label = 0;
    while label + 1 < N::KEPT {
        if !lists::<N, L>(tensor, label) && constant_extents::<N, L>()[label] > 1 {
            return true;
        }
        label += 1;
    }
    false
}

/// Whether elements lie side by side along the last label of the result in all tensors that have it, once factors are copied.
const fn is_dense_after_copies<T: Element, N: Nest<L>, const L: usize>() -> bool {
    let (mut strides, mut tensor) = (row_major::<N, L>(), 1);
    while tensor < 3 {
        if copy::<T, N, L>(tensor).is_some() {
            strides[tensor][N::KEPT - 1] = 1;
        }
        tensor += 1;
    }
    is_dense::<N, L>(&strides)
}

/// Whether a factor is copied with rows and columns exchanged: for each index of the label that is looped over, or before.
pub(super) const fn is_copied<T: Element, N: Nest<L>, const L: usize>(tensor: usize, in_each: bool) -> bool {
    let is_matrix = copy::<T, N, L>(tensor).is_some() && is_moved::<N, L>(tensor) == in_each;
    is_matrix && matches!(Blocks::of::<T, N, L>(), Blocks::Dense)
}

/// The labels of rows and columns of a factor that is copied with these exchanged, if its step is computed by dense blocks: of a matrix of
/// numbers whose rows are along the last label of the result, beside the label that is looped over.
const fn copy<T: Element, N: Nest<L>, const L: usize>(tensor: usize) -> Option<[usize; 2]> {
    let ((labels, count), extents) = (unfused::<N, L>(tensor), constant_extents::<N, L>());
    let first = if is_moved::<N, L>(tensor) { 1 } else { 0 };
    if !T::FAMILY.is_real() || N::KEPT == 0 || count != 2 + first || first == 1 && labels[0] != 0 {
        return None;
    }
    let [lane, column] = [labels[first], labels[first + 1]];
    let is_small = extents[lane].saturating_mul(extents[column]) <= KNOWN_EXTENTS_MAX_BOX;
    let is_matrix = lane + 1 == N::KEPT && lane != column && (first == 0 || column != 0);
    if is_matrix && is_small && extents[column] > 1 { Some([lane, column]) } else { None }
}

/// The labels of rows and columns of a factor that is copied, how many there are, and how far rows are apart. (Of another factor numbers
/// that mean nothing: constants of functions that are not called are evaluated as well.)
pub(super) const fn matrix<T: Element, N: Nest<L>, const L: usize>(tensor: usize) -> ([usize; 2], [usize; 3]) {
    let Some([lane, column]) = copy::<T, N, L>(tensor) else { return ([0; 2], [0; 3]) };
    let extents = constant_extents::<N, L>();
    let stride = row_major::<N, L>()[tensor][lane].cast_unsigned();
    ([lane, column], [extents[lane], extents[column], stride])
}

/// The strides of the tensors of a box: of row-major ones, but for copies.
pub(super) const fn strides_of_box<T: Element, N: Nest<L>, const L: usize>() -> [[isize; L]; 3] {
    let (mut strides, mut tensor) = (row_major::<N, L>(), 1);
    while tensor < 3 {
        if is_copied::<T, N, L>(tensor, false) || is_copied::<T, N, L>(tensor, true) {
            let ([lane, column], [rows, ..]) = matrix::<T, N, L>(tensor);
            strides[tensor] = [0; L];
            strides[tensor][lane] = 1;
            strides[tensor][column] = rows.cast_signed();
        }
        tensor += 1;
    }
    strides
}

/// How far one index of the label that is looped over is in each tensor, before what is copied in each box is.
pub(super) const fn strides_of_loop<T: Element, N: Nest<L>, const L: usize>() -> [isize; 3] {
    let (mut moved, mut tensor) = ([0; 3], 0);
    while tensor < 3 {
        if is_looped::<N, L>() {
            let is_whole_copy = tensor > 0 && is_copied::<T, N, L>(tensor, false);
            let strides = if is_whole_copy { strides_of_box::<T, N, L>() } else { row_major::<N, L>() };
            moved[tensor] = strides[tensor][0];
        }
        tensor += 1;
    }
    moved
}
