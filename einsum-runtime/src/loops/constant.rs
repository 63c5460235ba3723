//! Steps whose extents are constants, of row-major tensors: their nests are compiled at the call site.

use core::{marker::PhantomData, mem::MaybeUninit};

use einsum_engine::extents;

use super::{
    level::{self, BASELINE_IS_FUSED, Work},
    nest::Nest,
    run::{NestStep, is_dense, lists},
    vectors::Lanes,
};
use crate::{
    element::Element,
    tuning::{KNOWN_EXTENTS_GATHERED_MAX_ELEMENTS, KNOWN_EXTENTS_MAX_BOX},
};

/// Computes a step whose extents are literals, of row-major tensors, at the call site.
///
/// A sum begins with its first term: of terms that are all -0.0 it is -0.0, and not 0.0 as elsewhere.
///
/// # Safety
/// - The pointers are those of row-major tensors of the extents that [`Nest::EXTENTS`] has for their labels, which are as
///   [`Nest::TENSORS`] says, and none of which is 0; elements of factors are valid for reads, those of the result for writes, and
///   nothing else reaches these, no factor either.
#[inline(always)]
pub(crate) unsafe fn constant<T: Element, N: Nest<L>, const L: usize>(out: *mut T, factors: [*const T; 2]) {
    let work = Constant::<T, N, L> { pointers: (out, factors), nest: PhantomData };
    if const { is_looped::<N, L>() } {
        level::run(work);
    } else {
        work.run::<BASELINE_IS_FUSED>();
    }
}

/// The tensors of a step of constant extents, for which the contract of [`constant`] holds. (Nothing else: what is a constant in the
/// function that enables instructions must not be handed to it.)
struct Constant<T, N, const L: usize> {
    pointers: (*mut T, [*const T; 2]),
    nest: PhantomData<fn(N)>,
}

impl<T: Element, N: Nest<L>, const L: usize> Work for Constant<T, N, L> {
    // Rows are short: what there are registers of 64 bytes for is not worth code of its own.
    const IS_WIDE: bool = false;

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let (out, factors) = self.pointers;
        // SAFETY: by the contract of `constant`, which has the same clauses.
        unsafe {
            if const { has_copies::<T, N, L>() } {
                of_copies::<T, N, L, FUSED>(out, factors);
            } else {
                of_boxes::<T, N, L, FUSED>(out, factors);
            }
        }
    }
}

/// Computes the step of transposed copies of the factors that [`transposed`] tells of.
///
/// # Safety
/// - As of [`constant`].
/// - With `FUSED`, the processor has AVX and FMA.
#[inline(always)]
unsafe fn of_copies<T: Element, N: Nest<L>, const L: usize, const FUSED: bool>(
    out: *mut T,
    [mut lhs, mut rhs]: [*const T; 2],
) {
    let mut rooms = [[MaybeUninit::<T>::uninit(); KNOWN_EXTENTS_MAX_BOX]; 2];
    // SAFETY: by the contract these are the elements of the factors; copies are read as what they are.
    unsafe {
        if const { transposed::<T, N, L>(1).is_some() } {
            lhs = transpose::<T, N, L, 1>(lhs, &mut rooms[0]);
        }
        if const { transposed::<T, N, L>(2).is_some() } {
            rhs = transpose::<T, N, L, 2>(rhs, &mut rooms[1]);
        }
        of_boxes::<T, N, L, FUSED>(out, [lhs, rhs]);
    }
}

/// Computes the step: all of it, or for each index of the first label.
///
/// # Safety
/// - As of [`constant`], but that factors are the transposed copies of those that [`transposed`] tells of.
/// - With `FUSED`, the processor has AVX and FMA.
#[inline(always)]
unsafe fn of_boxes<T: Element, N: Nest<L>, const L: usize, const FUSED: bool>(out: *mut T, factors: [*const T; 2]) {
    let extents = const { constant_extents::<N, L>() };
    let strides = const { strides::<T, N, L>() };
    let step = NestStep::<T, L> { extents, strides, pointers: (out, factors), scale: (None, None) };
    if const { !is_looped::<N, L>() } {
        // SAFETY: by the contract.
        return unsafe { of_box::<T, N, L, FUSED>(step) };
    }
    for index in 0..const { first_extent::<N, L>() } {
        let moved = step.strides.map(|strides| extents::offset(index, strides.first().copied().unwrap_or(0)));
        let mut part = step.moved(moved);
        part.extents.iter_mut().take(1).for_each(|extent| *extent = 1);
        // SAFETY: indices of the part are some of the step's.
        unsafe { of_box::<T, N, L, FUSED>(part) };
    }
}

/// Computes the step, or its part for one index of the first label.
///
/// # Safety
/// - As of [`constant`], but that factors are the transposed copies of those that [`transposed`] tells of, and for the extent of the first
///   label, which may be 1 where [`is_looped`].
/// - With `FUSED`, the processor has AVX and FMA.
#[inline(always)]
unsafe fn of_box<T: Element, N: Nest<L>, const L: usize, const FUSED: bool>(step: NestStep<T, L>) {
    let len = const { lane_len::<N, L>() };
    let of_8 = if const { has_rows_of_8::<T, N, L>(FUSED) } { len - len % 8 } else { 0 };
    let of_4 = len - len % 4;
    // (Not by `vectors`, which does this for any extents: 4 x 4 takes 5 ns more. No element is computed twice: what is written in
    // overlapping vectors stays in memory, where an array of fixed size would be in registers.)
    // SAFETY: by the contract and as the strides are those of the tensors, or of their transposed copies, indices below the extents, of
    // which none is 0, lead to elements. Vectors of elements side by side are used where they lie so, and as many elements are left as
    // they have.
    unsafe {
        if const { has_rows_of_8::<T, N, L>(FUSED) } {
            step.some::<N, Lanes<8, true, FUSED, true>>((0, of_8), 8);
        }
        if of_8 < of_4 {
            if const { is_dense::<N, L>(&strides::<T, N, L>()) } {
                step.some::<N, Lanes<4, true, FUSED, true>>((of_8, of_4), 4);
            } else if const { is_read_again::<N, L>(1) || is_read_again::<N, L>(2) } {
                step.some::<N, Lanes<4, false, FUSED, true, true>>((of_8, of_4), 4);
            } else {
                // (What is read but once the compiler transposes better than it puts numbers together.)
                step.some::<N, Lanes<4, false, FUSED, true>>((of_8, of_4), 4);
            }
        }
        if const { lane_len::<N, L>() % 4 == 3 } {
            step.some::<N, Lanes<3, false, FUSED, true>>((of_4, len), 3);
        }
        if const { lane_len::<N, L>() % 4 == 2 } {
            // (Of rows of 2 the compiler makes one vector.)
            if const { lane_len::<N, L>() > 4 && is_dense::<N, L>(&strides::<T, N, L>()) } {
                step.some::<N, Lanes<2, true, FUSED, true>>((of_4, len), 2);
            } else {
                step.some::<N, Lanes<2, false, FUSED, true>>((of_4, len), 2);
            }
        }
        if const { lane_len::<N, L>() % 4 == 1 } {
            step.some::<N, Lanes<1, false, FUSED, true>>((of_4, len), 1);
        }
    }
}

/// Copies a factor that [`transposed`] tells of, so that elements along the lane lie side by side.
///
/// # Safety
/// - The elements of the factor are valid for reads.
#[inline(always)]
unsafe fn transpose<T: Element, N: Nest<L>, const L: usize, const TENSOR: usize>(
    from: *const T,
    room: &mut [MaybeUninit<T>; KNOWN_EXTENTS_MAX_BOX],
) -> *const T {
    let [rows, columns] = const {
        match transposed::<T, N, L>(TENSOR) {
            Some([_, columns]) => [lane_len::<N, L>(), constant_extents::<N, L>()[columns]],
            None => [0; 2],
        }
    };
    let to = room.as_mut_ptr().cast::<T>();
    let (whole_rows, whole_columns) = (rows - rows % 4, columns - columns % 4);
    // SAFETY: the factor is row-major, of so many rows and columns; the room has as many elements at least.
    unsafe {
        for row in (0..whole_rows).step_by(4) {
            for column in (0..whole_columns).step_by(4) {
                let of_row = |n: usize| from.add((row + n) * columns + column).cast::<[T; 4]>().read();
                let [x, y, z, w] = [of_row(0), of_row(1), of_row(2), of_row(3)];
                for n in 0..4 {
                    to.add((column + n) * rows + row).cast::<[T; 4]>().write([x[n], y[n], z[n], w[n]]);
                }
            }
        }
        for row in 0..rows {
            let first = if row < whole_rows { whole_columns } else { 0 };
            for column in first..columns {
                to.add(column * rows + row).write(from.add(row * columns + column).read());
            }
        }
    }
    to
}

/// The extents of a nest that has constant ones.
const fn constant_extents<N: Nest<L>, const L: usize>() -> [usize; L] {
    match N::EXTENTS {
        Some(extents) => extents,
        None => [0; L],
    }
}

/// The extent of the first label; 1 if there is none.
const fn first_extent<N: Nest<L>, const L: usize>() -> usize {
    if L == 0 { 1 } else { constant_extents::<N, L>()[0] }
}

/// How many terms there are.
const fn terms<const L: usize>(extents: [usize; L]) -> usize {
    let (mut terms, mut label) = (1usize, 0);
    while label < L {
        terms = terms.saturating_mul(extents[label]);
        label += 1;
    }
    terms
}

/// Whether there is a loop over the first label of the result, around a nest for each index: that has all loops unrolled.
const fn is_looped<N: Nest<L>, const L: usize>() -> bool {
    N::KEPT > 1 && terms(constant_extents::<N, L>()) > KNOWN_EXTENTS_MAX_BOX
}

/// Whether a step of these extents, of which so many labels are kept, is small enough.
pub(crate) const fn is_small<const L: usize>(extents: [usize; L], kept: usize, most: usize) -> bool {
    let terms = terms(extents);
    terms >= 1
        && (terms <= KNOWN_EXTENTS_MAX_BOX || kept > 1 && terms <= most && terms / extents[0] <= KNOWN_EXTENTS_MAX_BOX)
}

/// How many indices the label has that vectors lie along; 1 if there is none.
const fn lane_len<N: Nest<L>, const L: usize>() -> usize {
    if N::KEPT == 0 { 1 } else { constant_extents::<N, L>()[N::KEPT - 1] }
}

/// Whether there are vectors of 8 elements, which a register of AVX2 has of 4 bytes.
const fn has_rows_of_8<T: Element, N: Nest<L>, const L: usize>(fused: bool) -> bool {
    fused && size_of::<T>() == 4 && lane_len::<N, L>() >= 8 && is_dense::<N, L>(&strides::<T, N, L>())
}

/// The strides along every label, of row-major tensors of constant extents.
const fn row_major<N: Nest<L>, const L: usize>() -> [[isize; L]; 3] {
    let extents = constant_extents::<N, L>();
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

/// Whether a factor is transposed before the step.
const fn has_copies<T: Element, N: Nest<L>, const L: usize>() -> bool {
    transposed::<T, N, L>(1).is_some() || transposed::<T, N, L>(2).is_some()
}

/// The strides along every label: of row-major tensors, and of factors that are transposed before.
const fn strides<T: Element, N: Nest<L>, const L: usize>() -> [[isize; L]; 3] {
    let mut strides = row_major::<N, L>();
    let mut tensor = 1;
    while tensor < 3 {
        if let Some([lane, column]) = transposed::<T, N, L>(tensor) {
            strides[tensor][lane] = 1;
            strides[tensor][column] = constant_extents::<N, L>()[lane].cast_signed();
        }
        tensor += 1;
    }
    strides
}

/// The labels of rows and columns of a factor that is copied with these exchanged before the step: of a matrix whose rows are along the
/// lane, that is read again for each index of another label, and that registers have no room for. (There is no room on the stack for copies of large elements.)
const fn transposed<T: Element, N: Nest<L>, const L: usize>(tensor: usize) -> Option<[usize; 2]> {
    let (labels, extents) = (N::TENSORS[tensor], constant_extents::<N, L>());
    if labels.len() != 2 || labels[0] == labels[1] || !is_read_again::<N, L>(tensor) {
        return None;
    }
    let (lane, column) = (labels[0], labels[1]);
    let elements = extents[lane].saturating_mul(extents[column]);
    let is_large = elements > KNOWN_EXTENTS_GATHERED_MAX_ELEMENTS && elements <= KNOWN_EXTENTS_MAX_BOX;
    if is_large && size_of::<T>() <= 16 && extents[lane] >= 4 && lane + 1 == N::KEPT {
        Some([lane, column])
    } else {
        None
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
