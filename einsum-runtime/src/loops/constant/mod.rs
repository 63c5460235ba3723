//! Steps whose extents are constants, of row-major tensors: their nests are compiled at the call site.
//!
//! Such a step is computed a block of rows of vectors at a time, along the labels whose elements lie side by side (`Blocks`):
//!
//! | blocks | where | vectors |
//! | --- | --- | --- |
//! | `dense` | the last label of the result lies side by side in all that have it, or does in a `transposed` copy of a matrix | along that label |
//! | `sums` | a contracted label does, in all factors | along that label, added up in the end: one number of the result for each row |
//! | `apart` | elsewhere, and of elements that are no floats | along the last label of the result, number by number; of `strides`, which are one sum, two terms at a time |
//!
//! `labels` has what is constant of a step, and which of its labels are one; `blocks` decides; `part` is what blocks of all kinds share; `columns`
//! is what `transposed` does by registers of 32 bytes, or of 64; `place` is where the result lies.
//!
//! What is chosen is a function, by functions of constants: of one that is not called in `if const { .. }` the compiler looks at all that it
//! would call, which would be hundreds for each step.

mod apart;
mod beside;
mod blocks;
mod columns;
mod dense;
mod labels;
mod part;
mod place;
mod strides;
mod sums;
mod transposed;

use core::{marker::PhantomData, mem::MaybeUninit};

use einsum_engine::extents;

use self::{
    apart::apart,
    blocks::{Blocks, strides_of_loop},
    dense::dense,
    labels::{constant_extents, first_extent, is_looped, rows_of_loop, terms},
    part::OfBox,
    strides::{is_of_strides, strides},
    sums::sums,
    transposed::{Room, copied},
};
pub(crate) use self::{
    beside::{is_scaled_here, scaling},
    labels::is_small,
    place::{InPlace, InRoom, Local, Place},
};
use super::{
    level::{self, AtPointers, BASELINE_IS_FUSED},
    nest::Nest,
};
use crate::{element::Element, tuning::KNOWN_EXTENTS_RETURNED_MAX_BYTES};

/// Computes a step whose extents are literals, of row-major tensors, at the call site, into a result that lies in the place `P`.
///
/// A sum begins with its first term, and not with 0.0 as elsewhere: of terms that are all -0.0 it is -0.0. (Of 5 to 7 or 9 to 11 that lie side
/// by side it may be 0.0: beside them are zeros.)
///
/// # Safety
/// - The pointers are those of row-major tensors of the extents that [`Nest::EXTENTS`] has for their labels, which are as
///   [`Nest::TENSORS`] says, and none of which is 0; elements of factors are valid for reads, those of the result for writes, and
///   nothing else reaches these, no factor either.
#[inline(always)]
pub(crate) unsafe fn constant<T: Element, N: Nest<L>, P: Place, const L: usize>(
    out: *mut T,
    [lhs, rhs]: [*const T; 2],
) {
    // SAFETY: by the contract, which has the same clauses; the build has the instructions that it is compiled for.
    unsafe { (const { run::<T, N, P, L>() })(out, lhs, rhs) }
}

/// Computes a step as [`constant`] does, and returns the result, of type `B`: nested arrays of its elements.
///
/// # Safety
/// - The factors are those of [`constant`]; `B` are the elements of the result, which lies in no place before.
#[inline(always)]
pub(crate) unsafe fn returned<T: Element, N: Nest<L>, B, const L: usize>([lhs, rhs]: [*const T; 2]) -> B {
    // SAFETY: by the contract, which has the same clauses; all elements of a result in no place are written.
    unsafe { (const { returning::<T, N, B, L>() })(lhs, rhs) }
}

/// A function that returns the result of a step.
///
/// # Safety
/// - As of [`returned`].
type Returning<T, B> = unsafe fn(*const T, *const T) -> B;

/// Where the step is computed: by the function that has the best instructions, which returns the result if that is small, and else writes it.
const fn returning<T: Element, N: Nest<L>, B, const L: usize>() -> Returning<T, B> {
    let is_small = size_of::<B>() <= KNOWN_EXTENTS_RETURNED_MAX_BYTES;
    if is_here::<T, N, L>() && is_small && size_of::<B>() == extents::bytes::<T>(len::<N, L>()) {
        level::returned::<Constant<N, InRoom, L>, T, B>
    } else {
        written::<T, N, B, L>
    }
}

/// The result, which [`constant`] writes.
///
/// # Safety
/// - As of [`returned`].
#[inline(always)]
unsafe fn written<T: Element, N: Nest<L>, B, const L: usize>(lhs: *const T, rhs: *const T) -> B {
    // (No constant: this is compiled, and not called, for results on the heap as well.)
    assert!(size_of::<B>() == extents::bytes::<T>(len::<N, L>()), "there is room for the result");
    let mut room = MaybeUninit::<B>::uninit();
    // SAFETY: by the contract, of a result in the room, all of whose elements are written.
    unsafe {
        constant::<T, N, InRoom, L>(room.as_mut_ptr().cast(), [lhs, rhs]);
        room.assume_init()
    }
}

/// A function for a step.
///
/// # Safety
/// - As of [`constant`].
type OfStep<T> = unsafe fn(*mut T, *const T, *const T);

/// Where the step is computed: at the call site, or by the function that has the best instructions.
///
/// A nest that [is not computed here](is_here) has none. The compiler looks at what it would call all the same, and evaluates its constants,
/// which took half of the time of a call site: so it is given a function that has none.
const fn run<T: Element, N: Nest<L>, P: Place, const L: usize>() -> OfStep<T> {
    if !is_here::<T, N, L>() {
        never::<T>
    } else if is_out_of_line::<T, N, P, L>() {
        level::run_at::<Constant<N, P, L>, T>
    } else {
        <Constant<N, P, L> as AtPointers<T>>::run::<BASELINE_IS_FUSED, false>
    }
}

/// Stands for the function of a nest that is not computed here.
///
/// # Safety
/// - None: it only has the type of those that have a contract.
unsafe fn never<T>(_out: *mut T, _lhs: *const T, _rhs: *const T) {
    unreachable!("a step that is computed at the call site has constant extents, and elements for it");
}

/// Whether steps of a nest are computed here: of constant extents. If these are literals, those of many terms that are no floats, which would be
/// computed number by number, go to the engine, or to their nest with vectors.
pub(crate) const fn is_here<T: Element, N: Nest<L>, const L: usize>() -> bool {
    N::EXTENTS.is_some() && (T::FAMILY.is_real() || N::IS_TYPED || !is_looped::<N, L>())
}

/// Whether the step is computed by a function that is called, and not in registers of the call site.
pub(crate) const fn is_out_of_line<T: Element, N: Nest<L>, P: Place, const L: usize>() -> bool {
    // (First what is cheap: the compiler evaluates this for every nest, also where `constant` is not called.)
    is_here::<T, N, L>() && (is_looped::<N, L>() || is_called::<T, N, P, L>())
}

/// Whether the step takes long enough for a call of the function that has the best instructions, and is computed by such.
const fn is_called<T: Element, N: Nest<L>, P: Place, const L: usize>() -> bool {
    let terms = terms(constant_extents::<N, L>());
    let most = if terms > len::<N, L>() { P::SUMS_INLINED_MAX_BYTES } else { P::INLINED_MAX_BYTES };
    terms.saturating_mul(size_of::<T>()) > most && !matches!(Blocks::of::<T, N, L>(), Blocks::Apart)
}

/// A step of constant extents: the pointers are those of its tensors, for which the contract of [`constant`] holds. (Nothing else is handed
/// to the function that enables instructions: what is a constant in it must not be.) Rows are short: registers of 64 bytes have code of their
/// own where rows fill them.
struct Constant<N, P, const L: usize>(PhantomData<fn(N, P)>);

impl<T: Element, N: Nest<L>, P: Place, const L: usize> AtPointers<T> for Constant<N, P, L> {
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    const IS_WIDE: bool = blocks::is_wide::<T, N, L>();
    const LEN: usize = len::<N, L>();

    #[inline(always)]
    unsafe fn run<const FUSED: bool, const WIDE: bool>(out: *mut T, lhs: *const T, rhs: *const T) {
        let mut rooms = [Room::new(), Room::new()];
        let [lhs_room, rhs_room] = &mut rooms;
        // SAFETY: by the contract of `constant`, which has the same clauses: the indices of labels that are fused, some of which are beyond the
        // extent, lead to the elements that the indices of both labels lead to (`labels::is_fused`). A copy is of all elements that there are
        // below the extents; with `FUSED` the processor has AVX, and with `WIDE` AVX-512 F and DQ, by the contract of `AtPointers`. Of a result that
        // has parts each is one after the other, of as many elements.
        unsafe {
            zeros(out, const { if !P::IS_NEW || has_parts::<N, L>() { 0 } else { len::<N, L>() } });
            let lhs = (const { copied::<T, N, L, 1, FUSED, WIDE>(false) })(lhs, lhs_room);
            let rhs = (const { copied::<T, N, L, 2, FUSED, WIDE>(false) })(rhs, rhs_room);
            if const { !is_looped::<N, L>() } {
                return of_part::<T, N, L, FUSED, WIDE>(out, [lhs, rhs]);
            }
            let (whole, rows) = const { (first_extent::<N, L>(), rows_of_loop::<N, L>()) };
            let [of_out, of_lhs, of_rhs] = const { strides_of_loop::<T, N, L>() };
            let mut index = 0;
            while index < whole {
                let out = out.wrapping_offset(extents::offset(index, of_out));
                let lhs = lhs.wrapping_offset(extents::offset(index, of_lhs));
                let rhs = rhs.wrapping_offset(extents::offset(index, of_rhs));
                zeros(out, const { if P::IS_NEW && has_parts::<N, L>() { len_of_part::<N, L>() } else { 0 } });
                of_part::<T, N, L, FUSED, WIDE>(out, [lhs, rhs]);
                index += rows;
            }
        }
    }
}

/// Computes a box, after copies of those factors that are others in each.
///
/// # Safety
/// - As of [`OfBox`], but that those factors are no copies yet.
#[inline(always)]
unsafe fn of_part<T: Element, N: Nest<L>, const L: usize, const FUSED: bool, const WIDE: bool>(
    out: *mut T,
    [lhs, rhs]: [*const T; 2],
) {
    let mut rooms = [Room::new(), Room::new()];
    let [lhs_room, rhs_room] = &mut rooms;
    // SAFETY: by the contract, with `FUSED` of a processor that has AVX, with `WIDE` of one that has AVX-512 F and DQ. A copy is of all elements that there are below the extents of the part.
    unsafe {
        let lhs = (const { copied::<T, N, L, 1, FUSED, WIDE>(true) })(lhs, lhs_room);
        let rhs = (const { copied::<T, N, L, 2, FUSED, WIDE>(true) })(rhs, rhs_room);
        (const { of_box::<T, N, L, FUSED, WIDE>() })((out, [lhs, rhs]));
    }
}

/// How a box is computed.
const fn of_box<T: Element, N: Nest<L>, const L: usize, const FUSED: bool, const WIDE: bool>() -> OfBox<T> {
    match Blocks::of::<T, N, L>() {
        Blocks::Dense => dense::<T, N, L, FUSED, WIDE>,
        Blocks::Sums(_) => sums::<T, N, L, FUSED>,
        Blocks::Apart if is_of_strides::<T, N, L>() => strides::<T, N, L, FUSED>,
        Blocks::Apart => apart::<T, N, L, FUSED>,
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
