//! Steps whose extents are constants, of row-major tensors: their nests are compiled at the call site.
//!
//! Such a step is computed a block of rows of vectors at a time, along the labels whose elements lie side by side (`Blocks`):
//!
//! | blocks | where | vectors |
//! | --- | --- | --- |
//! | dense | the last label of the result lies side by side in all that have it, or does in a transposed copy of a matrix | along that label |
//! | sums | a contracted label does, in all factors | along that label, added up in the end: one number of the result for each row |
//! | apart | elsewhere, and of elements that are no floats | along the last label of the result, number by number |
//!
//! Labels that follow each other in every tensor are one: of `ijkl,kl->ij` the loops are those of a matrix and a vector.

use core::{marker::PhantomData, mem::MaybeUninit};

use einsum_engine::extents;

use super::{
    index::Lane,
    level::{self, AtPointers, BASELINE_IS_FUSED},
    nest::Nest,
    run::{NestStep, is_dense, lists},
    vectors::{Lanes, Padded, Rows, Sums, Vectors},
    wide,
};
use crate::{
    element::Element,
    tuning::{KNOWN_EXTENTS_INLINED_MAX_BYTES, KNOWN_EXTENTS_MAX_BOX, KNOWN_EXTENTS_ROWS},
};

/// Computes a step whose extents are literals, of row-major tensors, at the call site. If the result is `NEW`, all of its elements are written,
/// whatever the nest does.
///
/// A sum begins with its first term, and not with 0.0 as elsewhere: of terms that are all -0.0 it is -0.0. (Of 5 to 7 or 9 to 11 that lie side
/// by side it may be 0.0: beside them are zeros.)
///
/// # Safety
/// - The pointers are those of row-major tensors of the extents that [`Nest::EXTENTS`] has for their labels, which are as
///   [`Nest::TENSORS`] says, and none of which is 0; elements of factors are valid for reads, those of the result for writes, and
///   nothing else reaches these, no factor either.
#[inline(always)]
pub(crate) unsafe fn constant<T: Element, N: Nest<L>, const NEW: bool, const L: usize>(
    out: *mut T,
    [lhs, rhs]: [*const T; 2],
) {
    // SAFETY: by the contract, which has the same clauses; the build has the instructions that it is compiled for.
    unsafe { (const { run::<T, N, NEW, L>() })(out, lhs, rhs) }
}

// What is chosen is a function, by functions of constants: of one that is not called in `if const { .. }` the compiler looks at all that it
// would call, which would be hundreds for each step.

/// A function for a step.
///
/// # Safety
/// - As of [`constant`].
type OfStep<T> = unsafe fn(*mut T, *const T, *const T);

/// Where the step is computed: at the call site, or by the function that has the best instructions.
const fn run<T: Element, N: Nest<L>, const NEW: bool, const L: usize>() -> OfStep<T> {
    if is_out_of_line::<T, N, L>() {
        level::run_at::<Constant<N, NEW, L>, T>
    } else {
        <Constant<N, NEW, L> as AtPointers<T>>::run::<BASELINE_IS_FUSED>
    }
}

/// A step of constant extents: the pointers are those of its tensors, for which the contract of [`constant`] holds. (Nothing else is handed
/// to the function that enables instructions: what is a constant in it must not be.) Rows are short: what there are registers of 64 bytes
/// for is not worth code of its own.
struct Constant<N, const NEW: bool, const L: usize>(PhantomData<fn(N)>);

impl<T: Element, N: Nest<L>, const NEW: bool, const L: usize> AtPointers<T> for Constant<N, NEW, L> {
    #[inline(always)]
    unsafe fn run<const FUSED: bool>(out: *mut T, lhs: *const T, rhs: *const T) {
        let (extents, strides) = const { (constant_extents::<N, L>(), row_major::<N, L>()) };
        let mut step = NestStep::<T, L> { extents, strides, pointers: (out, [lhs, rhs]), scale: (None, None) };
        let mut rooms = [Room::new(), Room::new()];
        let [lhs, rhs] = &mut rooms;
        // SAFETY: by the contract of `constant`, which has the same clauses. A copy is of all elements that there are below the extents. Of
        // a result that has parts each is one after the other, of as many elements.
        unsafe {
            zeros(out, const { if !NEW || has_parts::<N, L>() { 0 } else { len::<N, L>() } });
            (const { copied::<T, N, L, 1>(false) })(&mut step, lhs);
            (const { copied::<T, N, L, 2>(false) })(&mut step, rhs);
            if const { !is_looped::<N, L>() } {
                return of_part::<T, N, L, FUSED>(step);
            }
            let (whole, rows) = const { (first_extent::<N, L>(), rows_of_loop::<N, L>()) };
            let mut index = 0;
            while index < whole {
                let moved = |tensor: usize| extents::offset(index, step.strides[tensor].first().copied().unwrap_or(0));
                let mut part = step.moved([moved(0), moved(1), moved(2)]);
                part.extents.iter_mut().take(1).for_each(|extent| *extent = rows);
                zeros(part.pointers.0, const { if NEW && has_parts::<N, L>() { len_of_part::<N, L>() } else { 0 } });
                of_part::<T, N, L, FUSED>(part);
                index += rows;
            }
        }
    }
}

/// Writes zeros: a nest is not relied upon to write every element. Beside what a nest writes, all of whose loops are unrolled, the compiler
/// sees that it does, and leaves the zeros out.
///
/// # Safety
/// - So many elements are valid for writes.
#[inline(always)]
unsafe fn zeros<T: Element>(out: *mut T, len: usize) {
    for n in 0..len {
        // SAFETY: by the contract.
        unsafe { out.add(n).write(T::ZERO) };
    }
}

/// Whether the elements of the result that are computed in one round of the loop over the first label lie side by side, and nowhere else.
const fn has_parts<N: Nest<L>, const L: usize>() -> bool {
    let labels = N::TENSORS[0];
    let (mut axis, mut is_in_order) = (0, labels.len() == N::KEPT);
    while axis < labels.len() {
        is_in_order = is_in_order && labels[axis] == axis;
        axis += 1;
    }
    is_looped::<N, L>() && is_in_order
}

/// How many elements the result has.
const fn len<N: Nest<L>, const L: usize>() -> usize {
    let (labels, extents) = (N::TENSORS[0], constant_extents::<N, L>());
    let (mut len, mut axis) = (1usize, 0);
    while axis < labels.len() {
        len = len.saturating_mul(extents[labels[axis]]);
        axis += 1;
    }
    len
}

/// How many elements of the result are computed in one round of the loop over the first label.
const fn len_of_part<N: Nest<L>, const L: usize>() -> usize {
    len::<N, L>() / first_extent::<N, L>() * rows_of_loop::<N, L>()
}

/// A function for a step, or its part: of a box of indices of which all loops are unrolled.
///
/// # Safety
/// - As of [`constant`], but that factors may be transposed copies of those that [`copy`] tells of, with strides of their own, and that of
///   the first label there are [`rows_of_loop`] indices where it is looped over.
/// - Where the function is `FUSED`, the processor has AVX and FMA.
type OfBox<T, const L: usize> = unsafe fn(NestStep<T, L>);

/// A function for some of the indices of two labels of a box, along which vectors and rows of them lie.
///
/// # Safety
/// - As of [`OfBox`]; the ranges are multiples of what the function's vectors have, and along the label of the first vectors lie in every
///   tensor that has it. The extents of the labels are at least a vector and its rows, if a range is not empty.
type ByLanes<T, const L: usize> = unsafe fn(NestStep<T, L>, [Lane; 2]);

/// Nothing.
#[inline(always)]
unsafe fn nothing<T: Element, const L: usize>(_step: NestStep<T, L>, _lanes: [Lane; 2]) {}

/// Computes a box, after copies of those factors that are others in each.
///
/// # Safety
/// - As of [`OfBox`].
#[inline(always)]
unsafe fn of_part<T: Element, N: Nest<L>, const L: usize, const FUSED: bool>(mut step: NestStep<T, L>) {
    let mut rooms = [Room::new(), Room::new()];
    let [lhs, rhs] = &mut rooms;
    // SAFETY: by the contract. A copy is of all elements that there are below the extents of the part.
    unsafe {
        (const { copied::<T, N, L, 1>(true) })(&mut step, lhs);
        (const { copied::<T, N, L, 2>(true) })(&mut step, rhs);
        (const { of_box::<T, N, L, FUSED>() })(step);
    }
}

/// How a box is computed.
const fn of_box<T: Element, N: Nest<L>, const L: usize, const FUSED: bool>() -> OfBox<T, L> {
    match Blocks::of::<T, N, L>() {
        Blocks::Dense => dense::<T, N, L, FUSED>,
        Blocks::Sums(_) => sums::<T, N, L, FUSED>,
        Blocks::Apart => apart::<T, N, L, FUSED>,
    }
}

/// Computes a box by vectors of elements that lie side by side along the last label of the result. (No element is computed twice: what is
/// written in overlapping vectors stays in memory, where an array of fixed size would be in registers.)
///
/// # Safety
/// - As of [`OfBox`]; elements lie side by side.
#[inline(always)]
unsafe fn dense<T: Element, N: Nest<L>, const L: usize, const FUSED: bool>(step: NestStep<T, L>) {
    // SAFETY: by the contract; parts are all elements together.
    unsafe {
        dense_part::<T, N, L, FUSED, 0, 0>(step);
        dense_part::<T, N, L, FUSED, 0, 1>(step);
        dense_part::<T, N, L, FUSED, 1, 0>(step);
        dense_part::<T, N, L, FUSED, 1, 1>(step);
        dense_part::<T, N, L, FUSED, 2, 0>(step);
        dense_part::<T, N, L, FUSED, 2, 1>(step);
    }
}

/// Computes a part of a box: the vectors that [`part_of_lane`] has of this number, the rows of [`part_of_rows`].
///
/// # Safety
/// - As of [`dense`].
#[inline(always)]
unsafe fn dense_part<
    T: Element,
    N: Nest<L>,
    const L: usize,
    const FUSED: bool,
    const LANE: usize,
    const ROWS: usize,
>(
    step: NestStep<T, L>,
) {
    let lane = const { part_of_lane::<T, N, L>(FUSED, LANE) };
    let rows = const { dense_rows::<T, N, L>(ROWS) };
    // SAFETY: by the contract, of vectors and rows that are as many as the ranges are multiples of.
    unsafe { (const { dense_vectors::<T, N, L, FUSED>(LANE, ROWS) })(step, [lane, rows]) };
}

/// The function for a part of a dense box.
const fn dense_vectors<T: Element, N: Nest<L>, const L: usize, const FUSED: bool>(
    lane: usize,
    rows: usize,
) -> ByLanes<T, L> {
    let (lane, rows) = (part_of_lane::<T, N, L>(FUSED, lane), dense_rows::<T, N, L>(rows));
    if lane.start == lane.end || rows.start == rows.end {
        return nothing;
    }
    match lane.step {
        8 => of_rows::<T, N, Lanes<8, true, FUSED, true>, L>(rows.step),
        7 => of_rows::<T, N, Padded<7, 8, FUSED>, L>(rows.step),
        6 => of_rows::<T, N, Padded<6, 8, FUSED>, L>(rows.step),
        5 => of_rows::<T, N, Padded<5, 8, FUSED>, L>(rows.step),
        4 => of_rows::<T, N, Lanes<4, true, FUSED, true>, L>(rows.step),
        3 => of_rows::<T, N, Padded<3, 4, FUSED>, L>(rows.step),
        2 if size_of::<T>() == 8 => of_rows::<T, N, Lanes<2, true, FUSED, true>, L>(rows.step),
        2 if is_of_pairs::<T, N, L>() => of_rows::<T, N, Lanes<2, false, FUSED, true>, L>(rows.step),
        2 => of_rows::<T, N, Padded<2, 4, FUSED>, L>(rows.step),
        _ => of_rows::<T, N, Lanes<1, false, FUSED, true>, L>(rows.step),
    }
}

/// The function for so many rows of vectors `V` at a time.
const fn of_rows<T: Element, N: Nest<L>, V: Vectors<T>, const L: usize>(rows: usize) -> ByLanes<T, L> {
    match rows {
        4 => NestStep::by_lanes::<N, Rows<V, 4>>,
        3 => NestStep::by_lanes::<N, Rows<V, 3>>,
        2 => NestStep::by_lanes::<N, Rows<V, 2>>,
        _ => NestStep::by_lanes::<N, V>,
    }
}

/// Vectors along the last label of the result: of 8, if that is two registers at most; then of 4, or of all that are left of more than a half
/// of a register; then of less than 4.
const fn part_of_lane<T: Element, N: Nest<L>, const L: usize>(fused: bool, part: usize) -> Lane {
    let len = lane_len::<N, L>();
    let of_8 = if size_of::<T>() == 4 || fused { len / 8 * 8 } else { 0 };
    let is_most = fused && size_of::<T>() == 4 && len - of_8 > 4;
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
    part_of_rows(label, rows, is_of_pairs::<T, N, L>(), part)
}

/// Whether rows are two numbers of 4 bytes: of two such rows the compiler makes a register.
const fn is_of_pairs<T: Element, N: Nest<L>, const L: usize>() -> bool {
    size_of::<T>() == 4 && lane_len::<N, L>() == 2
}

/// Rows that are computed at a time, along a label: as many as registers have room for, then those that are left; or one by one.
const fn part_of_rows(label: usize, rows: usize, one_by_one: bool, part: usize) -> Lane {
    let at_a_time = if one_by_one { 1 } else { KNOWN_EXTENTS_ROWS };
    let whole = rows / at_a_time * at_a_time;
    if part == 0 {
        Lane { label, start: 0, end: whole, step: at_a_time }
    } else {
        Lane { label, start: whole, end: rows, step: rows - whole }
    }
}

/// Computes a box by vectors of elements that lie side by side along a contracted label.
///
/// # Safety
/// - As of [`OfBox`]; elements lie side by side.
#[inline(always)]
unsafe fn sums<T: Element, N: Nest<L>, const L: usize, const FUSED: bool>(step: NestStep<T, L>) {
    let lane = const { terms_of_box::<T, N, L>() };
    // SAFETY: by the contract, of vectors and rows that are as many as the ranges are multiples of.
    unsafe {
        (const { vectors_of_sums::<T, N, L, FUSED>(0) })(step, [lane, const { rows_of_sums::<N, L>(0) }]);
        (const { vectors_of_sums::<T, N, L, FUSED>(1) })(step, [lane, const { rows_of_sums::<N, L>(1) }]);
    }
}

/// The function for a part of a box of sums.
const fn vectors_of_sums<T: Element, N: Nest<L>, const L: usize, const FUSED: bool>(rows: usize) -> ByLanes<T, L> {
    let (terms, rows) = (terms_of_box::<T, N, L>(), rows_of_sums::<N, L>(rows));
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
) -> ByLanes<T, L> {
    match rows {
        4 => NestStep::by_lanes::<N, Sums<W, P, 4, FUSED>>,
        3 => NestStep::by_lanes::<N, Sums<W, P, 3, FUSED>>,
        2 => NestStep::by_lanes::<N, Sums<W, P, 2, FUSED>>,
        _ => NestStep::by_lanes::<N, Sums<W, P, 1, FUSED>>,
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

/// Rows of sums, along the last label of the result.
const fn rows_of_sums<N: Nest<L>, const L: usize>(part: usize) -> Lane {
    if N::KEPT == 0 {
        return if part == 0 { Lane::NONE } else { Lane { end: 0, ..Lane::NONE } };
    }
    part_of_rows(N::KEPT - 1, lane_len::<N, L>(), false, part)
}

/// Computes a box number by number: a few along the last label of the result at a time.
///
/// # Safety
/// - As of [`OfBox`].
#[inline(always)]
unsafe fn apart<T: Element, N: Nest<L>, const L: usize, const FUSED: bool>(step: NestStep<T, L>) {
    let of_4 = const { lane_len::<N, L>() / 4 * 4 };
    let label = const { if N::KEPT == 0 { L } else { N::KEPT - 1 } };
    let lane = |start, end| Lane { label, start, end, step: if start == 0 && end >= 4 { 4 } else { end - start } };
    // SAFETY: by the contract; ranges are as many vectors as there are.
    unsafe {
        (const { vectors_apart::<T, N, L, FUSED>(0) })(step, [lane(0, of_4), Lane::NONE]);
        (const { vectors_apart::<T, N, L, FUSED>(1) })(step, [lane(of_4, const { lane_len::<N, L>() }), Lane::NONE]);
    }
}

/// The function for a part of a box that is computed number by number: vectors of 4, then what is left.
const fn vectors_apart<T: Element, N: Nest<L>, const L: usize, const FUSED: bool>(part: usize) -> ByLanes<T, L> {
    let len = lane_len::<N, L>();
    match (part, len % 4) {
        (0, _) if len >= 4 && is_dense::<N, L>(&row_major::<N, L>()) => {
            NestStep::by_lanes::<N, Lanes<4, true, FUSED, true>>
        }
        (0, _) if len >= 4 => NestStep::by_lanes::<N, Lanes<4, false, FUSED, true>>,
        (1, 3) => NestStep::by_lanes::<N, Lanes<3, false, FUSED, true>>,
        (1, 2) => NestStep::by_lanes::<N, Lanes<2, false, FUSED, true>>,
        (1, 1) => NestStep::by_lanes::<N, Lanes<1, false, FUSED, true>>,
        _ => nothing,
    }
}

/// Room for the transposed copy of a matrix of `f32` or `f64`.
struct Room([MaybeUninit<f64>; KNOWN_EXTENTS_MAX_BOX]);

impl Room {
    #[inline(always)]
    fn new() -> Self {
        Self([MaybeUninit::uninit(); KNOWN_EXTENTS_MAX_BOX])
    }
}

/// A function that copies a factor, and lets the step read the copy; or nothing.
type Copied<T, const L: usize> = unsafe fn(&mut NestStep<T, L>, &mut Room);

/// Copies a factor if [`is_copied`] tells of it: once, or in each box.
const fn copied<T: Element, N: Nest<L>, const L: usize, const TENSOR: usize>(in_each: bool) -> Copied<T, L> {
    if is_copied::<T, N, L>(TENSOR, in_each) { transpose::<T, N, L, TENSOR> } else { as_it_is }
}

/// Copies nothing.
#[inline(always)]
unsafe fn as_it_is<T, const L: usize>(_step: &mut NestStep<T, L>, _room: &mut Room) {}

/// Copies a factor that [`copy`] tells of, so that elements along the last label of the result lie side by side, and lets the step read the
/// copy.
///
/// # Safety
/// - The elements of the factor below the extents of the two labels are valid for reads.
/// - The room is there for as long as the step is.
#[inline(always)]
unsafe fn transpose<T: Element, N: Nest<L>, const L: usize, const TENSOR: usize>(
    step: &mut NestStep<T, L>,
    room: &mut Room,
) {
    // (Constants, one by one: of an array that is mapped the compiler does not always make some.)
    let [lane, column] = const { matrix::<T, N, L>(TENSOR).0 };
    let [rows, columns, stride] = const { matrix::<T, N, L>(TENSOR).1 };
    let (from, to) = (step.pointers.1[TENSOR - 1], room.0.as_mut_ptr().cast::<T>());
    let whole = rows - rows % 4;
    // SAFETY: by the contract, elements of a row lie side by side; numbers are 8 bytes at most, of which the room has as many as the matrix.
    unsafe {
        for row in (0..whole).step_by(4) {
            strip::<T, N, L, TENSOR, 4>(
                from.offset(extents::offset(row, stride.cast_signed())),
                to.add(row),
                [stride, rows, columns],
            );
        }
        let rest = const { rest_of_strips::<T, N, L, TENSOR>() };
        rest(from.offset(extents::offset(whole, stride.cast_signed())), to.add(whole), [stride, rows, columns]);
    }
    step.pointers.1[TENSOR - 1] = to;
    step.strides[TENSOR] = [0; L];
    (step.strides[TENSOR][lane], step.strides[TENSOR][column]) = (1, rows.cast_signed());
}

/// A function that copies some rows, so far apart, of so many columns to columns that are so far apart.
///
/// # Safety
/// - Elements of the rows are valid for reads, those of the columns for writes.
type CopiedRows<T> = unsafe fn(*const T, *mut T, [usize; 3]);

/// Copies the rows that are left of strips of 4.
const fn rest_of_strips<T: Element, N: Nest<L>, const L: usize, const TENSOR: usize>() -> CopiedRows<T> {
    match matrix::<T, N, L>(TENSOR).1[0] % 4 {
        3 => strip::<T, N, L, TENSOR, 3>,
        2 => strip::<T, N, L, TENSOR, 2>,
        1 => strip::<T, N, L, TENSOR, 1>,
        _ => no_rows,
    }
}

/// Copies nothing.
#[inline(always)]
unsafe fn no_rows<T>(_from: *const T, _to: *mut T, _strides: [usize; 3]) {}

/// Copies `H` rows.
///
/// # Safety
/// - As of [`CopiedRows`].
#[inline(always)]
unsafe fn strip<T: Element, N: Nest<L>, const L: usize, const TENSOR: usize, const H: usize>(
    from: *const T,
    to: *mut T,
    strides: [usize; 3],
) {
    let [_, apart, columns] = strides;
    let whole = columns - columns % 4;
    // SAFETY: by the contract, of some of the columns.
    unsafe {
        for column in (0..whole).step_by(4) {
            block::<T, H, 4>(from.add(column), to.offset(extents::offset(column, apart.cast_signed())), strides);
        }
        // (Where no columns are left, that is beyond the room, and nothing is written there.)
        (const { rest_of_blocks::<T, N, L, TENSOR, H>() })(
            from.wrapping_add(whole),
            to.wrapping_offset(extents::offset(whole, apart.cast_signed())),
            strides,
        );
    }
}

/// Copies the columns that are left of blocks of 4.
const fn rest_of_blocks<T: Element, N: Nest<L>, const L: usize, const TENSOR: usize, const H: usize>() -> CopiedRows<T>
{
    match matrix::<T, N, L>(TENSOR).1[1] % 4 {
        3 => block::<T, H, 3>,
        2 => block::<T, H, 2>,
        1 => block::<T, H, 1>,
        _ => no_rows,
    }
}

/// Copies `H` rows of `W` elements. (Constants, so that what is copied is in registers whatever the compiler unrolls.)
///
/// # Safety
/// - As of [`CopiedRows`].
#[inline(always)]
unsafe fn block<T: Element, const H: usize, const W: usize>(
    from: *const T,
    to: *mut T,
    [stride, apart, _]: [usize; 3],
) {
    let mut rows = [[T::ZERO; 4]; 4];
    for row in 0..H {
        // SAFETY: by the contract, of this row; there is room for 4.
        unsafe {
            let of_row = from.offset(extents::offset(row, stride.cast_signed()));
            rows[row].as_mut_ptr().copy_from_nonoverlapping(of_row, W);
        }
    }
    let columns = wide::transposed(rows);
    for column in 0..W {
        // SAFETY: by the contract, of this column; there are 4 elements.
        unsafe {
            let of_column = to.offset(extents::offset(column, apart.cast_signed()));
            of_column.copy_from_nonoverlapping(columns[column].as_ptr(), H);
        }
    }
}

/// How the blocks of a step are computed.
#[derive(Clone, Copy)]
enum Blocks {
    /// By vectors along the last label of the result, which lies side by side in all tensors that have it, or in copies.
    Dense,
    /// By vectors along this contracted label, which lies side by side in all factors.
    Sums(usize),
    /// Number by number.
    Apart,
}

impl Blocks {
    /// How those of a nest are.
    const fn of<T: Element, N: Nest<L>, const L: usize>() -> Self {
        if !T::FAMILY.is_real() {
            return Self::Apart;
        }
        let strides = row_major::<N, L>();
        if is_dense::<N, L>(&strides) {
            return Self::Dense;
        }
        let has_copies = copy::<T, N, L>(1).is_some() || copy::<T, N, L>(2).is_some();
        let (mut label, is_again) = (N::KEPT, is_read_again::<N, L>(1) || is_read_again::<N, L>(2));
        while label < L && !(has_copies && is_again) {
            if is_summed::<T, N, L>(label) {
                return Self::Sums(label);
            }
            label += 1;
        }
        if has_copies && is_dense_after_copies::<T, N, L>() { Self::Dense } else { Self::Apart }
    }
}

/// How many of so many terms a vector has, and the numbers of the registers that it is: of a multiple all, else some zeros.
const fn terms_of_vector<T>(terms: usize) -> Option<[usize; 2]> {
    match (size_of::<T>(), terms) {
        (4, terms) if terms.is_multiple_of(8) => Some([8, 8]),
        (4 | 8, terms) if terms.is_multiple_of(4) => Some([4, 4]),
        (4, 5..=7) => Some([terms, 8]),
        (4, 9..=11) | (8, 9 | 11) => Some([terms, 12]),
        (8, terms) if terms.is_multiple_of(2) => Some([2, 2]),
        _ => None,
    }
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

/// The labels of the first three axes of a tensor that are not fused with the next one, and how many such axes there are.
const fn unfused<N: Nest<L>, const L: usize>(tensor: usize) -> ([usize; 3], usize) {
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

/// The labels of rows and columns of a factor that is copied, how many there are, and how far rows are apart. (Of another factor numbers
/// that mean nothing: constants of functions that are not called are evaluated as well.)
const fn matrix<T: Element, N: Nest<L>, const L: usize>(tensor: usize) -> ([usize; 2], [usize; 3]) {
    let Some([lane, column]) = copy::<T, N, L>(tensor) else { return ([0; 2], [0; 3]) };
    let extents = constant_extents::<N, L>();
    let stride = row_major::<N, L>()[tensor][lane].cast_unsigned();
    ([lane, column], [extents[lane], extents[column], stride])
}

/// Whether a factor is copied with rows and columns exchanged: for each index of the label that is looped over, or before.
const fn is_copied<T: Element, N: Nest<L>, const L: usize>(tensor: usize, in_each: bool) -> bool {
    let is_matrix = copy::<T, N, L>(tensor).is_some() && is_moved::<N, L>(tensor) == in_each;
    is_matrix && matches!(Blocks::of::<T, N, L>(), Blocks::Dense)
}

/// Whether a tensor is another one for each index of the label that is looped over.
const fn is_moved<N: Nest<L>, const L: usize>(tensor: usize) -> bool {
    is_looped::<N, L>() && N::KEPT > 2 && lists::<N, L>(tensor, 0)
}

/// The extents of the loops of a nest that has constant ones: of labels that are fused the last one has all indices, the others have one.
const fn constant_extents<N: Nest<L>, const L: usize>() -> [usize; L] {
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

/// Whether a label is fused with the next one: if they follow each other in every tensor, both are kept or both summed over, and there is no
/// loop over the label around the others. Row-major as tensors are, an index of the next label beyond its extent leads to where the next
/// index of this one does.
const fn is_fused<N: Nest<L>, const L: usize>(label: usize) -> bool {
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

/// The extents of the labels of a nest that has constant ones.
const fn extents_of_labels<N: Nest<L>, const L: usize>() -> [usize; L] {
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

/// Whether there is a loop over the first label of the result, around a nest for some indices: that has all loops unrolled.
const fn is_looped<N: Nest<L>, const L: usize>() -> bool {
    N::KEPT > 1 && terms(extents_of_labels::<N, L>()) > KNOWN_EXTENTS_MAX_BOX
}

/// Whether the step is computed by a function that is called, and not in registers of the call site.
pub(crate) const fn is_out_of_line<T: Element, N: Nest<L>, const L: usize>() -> bool {
    is_looped::<N, L>() || is_called::<T, N, L>()
}

/// Whether the step takes long enough for a call of the function that has the best instructions, and is computed by such.
const fn is_called<T: Element, N: Nest<L>, const L: usize>() -> bool {
    let bytes = terms(constant_extents::<N, L>()).saturating_mul(size_of::<T>());
    bytes > KNOWN_EXTENTS_INLINED_MAX_BYTES && !matches!(Blocks::of::<T, N, L>(), Blocks::Apart)
}

/// How many indices of the first label a box has, where the step [`is_looped`] over it: of two labels a part of all that is computed at a
/// time.
const fn rows_of_loop<N: Nest<L>, const L: usize>() -> usize {
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

/// The strides along every label, of row-major tensors of constant extents.
const fn row_major<N: Nest<L>, const L: usize>() -> [[isize; L]; 3] {
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
