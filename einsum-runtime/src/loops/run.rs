//! A step by the loops of its expansion.

use alloc::{vec, vec::Vec};
use core::marker::PhantomData;

use einsum_engine::{
    Axis, Fields, Problem, extents,
    machine::threads::{for_each_chunk, shared::Shared},
    plan::tuning::NEST_PANEL_MIN_BYTES,
};

use super::{
    index::{Lane, Loops},
    level::{self, Work},
    nest::Nest,
    tensors::{Alpha, Factor, Layout, Out},
    vectors::{Lanes, Vectors},
};
use crate::{
    element::Element,
    tuning::{
        NEST_LANES_APART, NEST_LANES_NOT_OPTIMISED, NEST_LANES_OF_2_BYTES, NEST_LANES_OF_4_BYTES,
        NEST_LANES_OF_8_BYTES, NEST_LANES_OF_16_BYTES, NEST_WIDE_MAX_BYTES,
    },
};

/// Computes a step by its nest. Elements of the result are initialised: nests are not relied upon to write them before they are added to.
///
/// A nest has one loop for a label. Where a label stands for several axes, or is summed over because the result has extent 1
/// along it, the loops over these axes are here, around the nest.
pub(crate) fn run<T: Element, N: Nest<L>, const L: usize>(problem: Problem<'_, T>) {
    // SAFETY: `nested` is for nests of `N::KEPT`, and its contract that of a `NestOfStep`.
    unsafe { whole(problem, N::KEPT, nested::<T, N, L>) }
}

/// Computes a step by one of its nest. This and all that it calls but the nest is compiled once for all nests.
///
/// # Safety
/// - The nest is one of so many labels that are kept.
unsafe fn whole<T: Element, const L: usize>(problem: Problem<'_, T>, kept: usize, nest: NestOfStep<T, L>) {
    let Fields { axes, out, lhs, rhs, scale: (alpha, beta) } = problem.into_fields();
    // (A nest knows which factors are conjugated.)
    let pointers = (out, [lhs.pointer, rhs.unwrap_or(lhs).pointer]);
    let scale = (Alpha::of(alpha), beta);
    let mut step = NestStep::<T, L> { extents: [1; L], strides: [[0; L]; 3], pointers, scale };
    let mut around = Vec::new();
    let parts = axes.len() / L.max(1);
    for (label, axes) in axes.chunks(parts.max(1)).enumerate() {
        let is_own = |axis: &Axis| axis.extent != 1 && axis.contracted == (label >= kept);
        let own = axes.iter().rposition(is_own);
        for (part, axis) in axes.iter().enumerate().filter(|(_, axis)| axis.extent != 1) {
            if Some(part) == own { step.take(label, axis) } else { around.push(*axis) }
        }
    }
    if axes.iter().any(|axis| axis.extent == 0 && !axis.contracted) {
        return;
    }
    let zero = T::ZERO;
    if axes.iter().any(|axis| axis.extent == 0) {
        // The sum of nothing, for every index of the result.
        around.retain(|axis| !axis.contracted);
        step.read_only(&zero, &mut around);
    }
    // SAFETY: by the contract of `Problem::new` all indices below the extents of the axes lead to elements, which are distinct
    // ones of the result. Every axis of another extent than 1 is one of the step or one around it, but for those that are
    // contracted where the factors are but a zero. No extent is 0 of an axis of the result, or of one that a factor walks along.
    unsafe { step.around(around, kept, nest) }
}

/// Whether elements lie side by side along the last label of the result, in the result and every factor that has it.
pub(super) const fn is_dense<N: Nest<L>, const L: usize>(strides: &[[isize; L]; 3]) -> bool {
    if N::KEPT == 0 {
        return false;
    }
    let lane = N::KEPT - 1;
    are_dense(N::TENSORS, lane, [strides[0][lane], strides[1][lane], strides[2][lane]])
}

/// Whether elements of tensors of these labels and these strides along the label `lane` lie side by side along it, in the result and every
/// factor that has it. (Like what is below, compiled once for all nests, or it would be a good part of the code that is not optimised.)
#[cfg_attr(not(debug_assertions), inline(always))]
const fn are_dense(tensors: [&[usize]; 3], lane: usize, [out, lhs, rhs]: [isize; 3]) -> bool {
    out == 1 && (lhs == 1 || !has(tensors[1], lane)) && (rhs == 1 || !has(tensors[2], lane))
}

/// Whether a tensor has a label.
pub(super) const fn lists<N: Nest<L>, const L: usize>(tensor: usize, label: usize) -> bool {
    has(N::TENSORS[tensor], label)
}

/// Whether a label is among these.
#[cfg_attr(not(debug_assertions), inline(always))]
const fn has(labels: &[usize], label: usize) -> bool {
    let mut axis = 0;
    while axis < labels.len() {
        if labels[axis] == label {
            return true;
        }
        axis += 1;
    }
    false
}

/// The labels of these two lanes as a tensor of these labels has them: one beyond all for a label that it has not, along which it is one
/// number, whatever index it is given.
#[cfg_attr(not(debug_assertions), inline(always))]
const fn lanes_of(labels: &[usize], [lane, row]: [usize; 2]) -> [usize; 2] {
    [if has(labels, lane) { lane } else { usize::MAX }, if has(labels, row) { row } else { usize::MAX }]
}

/// A step as its nest sees it: an extent for each label, and how far one index along it moves in the result and two factors.
#[derive(Clone, Copy)]
pub(super) struct NestStep<T, const L: usize> {
    pub(super) extents: [usize; L],
    pub(super) strides: [[isize; L]; 3],
    pub(super) pointers: (*mut T, [*const T; 2]),
    pub(super) scale: (Alpha<T>, Option<T>),
}

impl<T: Element, const L: usize> NestStep<T, L> {
    /// Takes an axis as that of a label.
    fn take(&mut self, label: usize, axis: &Axis) {
        self.extents[label] = axis.extent;
        for (strides, stride) in self.strides.iter_mut().zip([axis.out, axis.lhs, axis.rhs]) {
            strides[label] = stride;
        }
    }

    /// The step of tensors that begin so many elements further on.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn moved(self, [of_out, of_lhs, of_rhs]: [isize; 3]) -> Self {
        let (out, [lhs, rhs]) = self.pointers;
        let factors = [lhs.wrapping_offset(of_lhs), rhs.wrapping_offset(of_rhs)];
        Self { pointers: (out.wrapping_offset(of_out), factors), ..self }
    }

    /// Lets both factors be one number, whatever the index.
    fn read_only(&mut self, number: &T, around: &mut [Axis]) {
        self.pointers.1 = [number; 2];
        (self.strides[1], self.strides[2]) = ([0; L], [0; L]);
        for axis in around {
            (axis.lhs, axis.rhs) = (0, 0);
        }
    }

    /// Whether a factor is a matrix that is read again for each index of another label of the result, and too large for a cache that
    /// is near: then as much of it as one vector needs is read for all of these before the next.
    fn has_panels(&self, kept: usize) -> bool {
        let lane = kept - 1;
        let is_panel = |strides: &[isize; L]| {
            let is_read_again = (0..lane).any(|label| strides[label] == 0 && self.extents[label] > 1);
            let walked = (0..L).filter(|&label| strides[label] != 0).map(|label| self.extents[label]);
            strides[lane] != 0 && is_read_again && extents::bytes::<T>(extents::count(walked)) > NEST_PANEL_MIN_BYTES
        };
        self.strides[1..].iter().any(is_panel)
    }

    /// Computes the step for each index of the axes around it: those of the result, and within them those that are summed over.
    ///
    /// # Safety
    /// - For all indices below the extents of the labels and of the axes around, the pointers moved by the sum of `index *
    ///   stride` are valid: for reads, and that of the result for writes, too, to an element of its own for each index of the
    ///   result, that nothing else reaches, no factor either. It is initialised if there is a `beta`, or an axis around that is
    ///   summed over.
    /// - No extent is 0 but of a label that is summed over, along which no factor moves.
    /// - The nest is one of so many labels that are kept.
    unsafe fn around(self, mut around: Vec<Axis>, kept: usize, nest: NestOfStep<T, L>) {
        around.sort_by_key(|axis| axis.contracted);
        let mut start = vec![0; around.len()];
        loop {
            let moved = |stride: fn(&Axis) -> isize| {
                let offsets = around.iter().zip(&start).map(|(axis, &index)| extents::offset(index, stride(axis)));
                offsets.fold(0, isize::wrapping_add)
            };
            let is_added = around.iter().zip(&start).any(|(axis, &index)| axis.contracted && index > 0);
            let mut step = self.moved([moved(|axis| axis.out), moved(|axis| axis.lhs), moved(|axis| axis.rhs)]);
            if is_added {
                step.scale.1 = Some(T::ONE);
            }
            // SAFETY: of the step moved to an index of the axes around the contract holds for all indices of its labels.
            unsafe { step.by_threads(kept, nest) };
            let advanced = start.iter_mut().zip(&around).rev().any(|(index, axis)| {
                *index += 1;
                let is_within = *index < axis.extent;
                *index = if is_within { *index } else { 0 };
                is_within
            });
            if !advanced {
                return;
            }
        }
    }

    /// Computes the step, if it takes long enough by several threads, each for some indices of a label of the result: of the
    /// longest that vectors do not lie along.
    ///
    /// # Safety
    /// - For all indices below the extents, the pointers moved by the sum of `index * stride` are valid: for reads, and that of
    ///   the result for writes, too, to an element of its own for each index of the result, that nothing else reaches, and that
    ///   is initialised if there is a `beta`.
    /// - No extent is 0 but of a label that is summed over, along which no factor moves.
    /// - The nest is one of so many labels that are kept.
    unsafe fn by_threads(self, kept: usize, nest: NestOfStep<T, L>) {
        let has_panels = kept > 0 && self.has_panels(kept);
        let shared = (0..kept.saturating_sub(1)).max_by_key(|&label| self.extents[label]);
        let Some(label) = shared else {
            // SAFETY: by the contract, which has the same clauses.
            return unsafe { nest(self, has_panels) };
        };
        // SAFETY: a label that is kept has one index, or an axis that is not contracted, along which indices are those of different
        // elements of the result: no two threads write one, and none is one of a factor, which threads read. Elements may be used
        // from any thread.
        let step = unsafe { Shared::new(self) };
        let nanoseconds = extents::count(self.extents);
        for_each_chunk(self.extents[label], nanoseconds, |range| {
            let step = step.get();
            let mut part = step.moved(step.strides.map(|strides| extents::offset(range.start, strides[label])));
            part.extents[label] = range.len();
            // SAFETY: indices of the part are some of the step's.
            unsafe { nest(part, has_panels) };
        });
    }

    /// Computes the step for some of the indices of the labels that vectors, and rows of them, lie along.
    ///
    /// # Safety
    /// - For all indices below the extents, the pointers moved by the sum of `index * stride` are valid: for reads, and that of
    ///   the result for writes, too, to an element that nothing else reaches, and that is initialised if there is a `beta`.
    /// - No extent is 0 but of a label that is summed over, along which no factor moves.
    /// - `V` has so many elements and rows as the steps of the lanes, of which the ranges are multiples, that are not beyond the extents
    ///   of their labels; one, where there is no such label.
    /// - If `V` are elements side by side, so they are along the label of the first lane, in every tensor that has it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) unsafe fn by_lanes<N: Nest<L>, V: Vectors<T>>(self, lanes: [Lane; 2]) {
        let ((out, [lhs, rhs]), [of_out, of_lhs, of_rhs]) = (self.pointers, self.strides);
        let ([in_out, in_lhs, in_rhs], labels) = (N::TENSORS, [lanes[0].label, lanes[1].label]);
        // SAFETY: by this function's contract; vectors of elements side by side lie in no factor but those that have the label.
        unsafe {
            N::run(
                Loops::<V, L>::new(self.extents, lanes),
                Out::new(Layout::new(out, of_out, lanes_of(in_out, labels)), self.scale),
                [
                    Factor::new(Layout::new(lhs, of_lhs, lanes_of(in_lhs, labels))),
                    Factor::new(Layout::new(rhs, of_rhs, lanes_of(in_rhs, labels))),
                ],
            );
        }
    }
}

/// Computes a step by a nest, with the best instructions that the processor has; `true` if as much of a factor as one vector needs is to
/// be read for all indices of other labels before the next.
///
/// # Safety
/// - For all indices below the extents, the pointers moved by the sum of `index * stride` are valid: for reads, and that of
///   the result for writes, too, to an element that nothing else reaches, and that is initialised if there is a `beta`.
/// - No extent is 0 but of a label that is summed over, along which no factor moves.
type NestOfStep<T, const L: usize> = unsafe fn(NestStep<T, L>, bool);

/// A [`NestOfStep`].
///
/// # Safety
/// - For all indices below the extents, the pointers moved by the sum of `index * stride` are valid: for reads, and that of
///   the result for writes, too, to an element that nothing else reaches, and that is initialised if there is a `beta`.
/// - No extent is 0 but of a label that is summed over, along which no factor moves.
unsafe fn nested<T: Element, N: Nest<L>, const L: usize>(step: NestStep<T, L>, has_panels: bool) {
    // SAFETY: by the contract, which has the same clauses.
    level::run(unsafe { StepAndNest::<T, N, L>::new(step, has_panels) });
}

/// A step and its nest.
struct StepAndNest<T, N, const L: usize> {
    step: NestStep<T, L>,
    has_panels: bool,
    nest: PhantomData<fn(N)>,
}

impl<T: Element, N: Nest<L>, const L: usize> StepAndNest<T, N, L> {
    /// # Safety
    /// - For all indices below the extents, the pointers moved by the sum of `index * stride` are valid: for reads, and that of
    ///   the result for writes, too, to an element that nothing else reaches, and that is initialised if there is a `beta`.
    /// - No extent is 0 but of a label that is summed over, along which no factor moves.
    unsafe fn new(step: NestStep<T, L>, has_panels: bool) -> Self {
        Self { step, has_panels, nest: PhantomData }
    }

    /// Computes what there are vectors `V` of `step` elements of, from `start` on, and says where they end. What is left is less
    /// than a vector: if nothing is added to, another vector is computed that ends there, some elements of it once more.
    ///
    /// # Safety
    /// - `V` have `step` elements. If they are elements side by side, so they are along the last label of the result, in every
    ///   tensor that has it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn vectors<V: Vectors<T>>(&self, start: usize, step: usize) -> usize {
        let label = N::KEPT - 1;
        let extent = self.step.extents[label];
        let whole = extent - (extent - start) % step;
        let is_once_more = T::IS_PURE && whole < extent && extent >= step && self.step.scale.1.is_none();
        let end = if is_once_more { extent } else { whole };
        let length = if self.has_panels { step } else { whole - start };
        // (One call, so that the nest is compiled once.)
        let mut from = start;
        while from < end {
            let to = if from < whole { from + length } else { end };
            let start = if from < whole { from } else { end - step };
            let lane = Lane { label, start, end: to, step };
            // SAFETY: by the contracts of `new` and of this function, of vectors that are one row; ranges are a multiple of a vector,
            // below the extent. Where elements are computed once more, the result has none that is read.
            unsafe { self.step.by_lanes::<N, V>([lane, Lane::NONE]) };
            from = to;
        }
        end
    }
}

impl<T: Element, N: Nest<L>, const L: usize> Work for StepAndNest<T, N, L> {
    const IS_WIDE: bool = size_of::<T>() <= NEST_WIDE_MAX_BYTES;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn run<const FUSED: bool>(self) {
        if const { N::KEPT == 0 } {
            let lane = Lane { label: L, start: 0, end: 1, step: 1 };
            // SAFETY: by the contract of `new`; there is no label for vectors to lie along.
            return unsafe { self.step.by_lanes::<N, Lanes<1, false, FUSED>>([lane, Lane::NONE]) };
        }
        let ([out, lhs, rhs], lane) = (&self.step.strides, N::KEPT - 1);
        let mut start = 0;
        if const { size_of::<T>() <= 16 } && are_dense(N::TENSORS, lane, [out[lane], lhs[lane], rhs[lane]]) {
            // SAFETY: elements lie side by side.
            unsafe {
                if cfg!(debug_assertions) {
                    start =
                        self.vectors::<Lanes<NEST_LANES_NOT_OPTIMISED, true, FUSED>>(start, NEST_LANES_NOT_OPTIMISED);
                } else if const { size_of::<T>() <= 2 } {
                    start = self
                        .vectors::<Lanes<{ NEST_LANES_OF_2_BYTES[0] }, true, FUSED>>(start, NEST_LANES_OF_2_BYTES[0]);
                    start = self
                        .vectors::<Lanes<{ NEST_LANES_OF_2_BYTES[1] }, true, FUSED>>(start, NEST_LANES_OF_2_BYTES[1]);
                } else if const { size_of::<T>() <= 4 } {
                    start = self
                        .vectors::<Lanes<{ NEST_LANES_OF_4_BYTES[0] }, true, FUSED>>(start, NEST_LANES_OF_4_BYTES[0]);
                    start = self
                        .vectors::<Lanes<{ NEST_LANES_OF_4_BYTES[1] }, true, FUSED>>(start, NEST_LANES_OF_4_BYTES[1]);
                } else if const { size_of::<T>() <= 8 } {
                    start = self
                        .vectors::<Lanes<{ NEST_LANES_OF_8_BYTES[0] }, true, FUSED>>(start, NEST_LANES_OF_8_BYTES[0]);
                    start = self
                        .vectors::<Lanes<{ NEST_LANES_OF_8_BYTES[1] }, true, FUSED>>(start, NEST_LANES_OF_8_BYTES[1]);
                } else if const { size_of::<T>() <= 16 } {
                    start = self
                        .vectors::<Lanes<{ NEST_LANES_OF_16_BYTES[0] }, true, FUSED>>(start, NEST_LANES_OF_16_BYTES[0]);
                    start = self
                        .vectors::<Lanes<{ NEST_LANES_OF_16_BYTES[1] }, true, FUSED>>(start, NEST_LANES_OF_16_BYTES[1]);
                }
            }
        } else if const { size_of::<T>() >= 4 && !cfg!(debug_assertions) } {
            // SAFETY: elements need not lie side by side.
            start = unsafe { self.vectors::<Lanes<NEST_LANES_APART, false, FUSED>>(start, NEST_LANES_APART) };
        }
        let end = self.step.extents[lane];
        if start < end {
            let lane = Lane { label: lane, start, end, step: 1 };
            // SAFETY: by the contract of `new`; vectors have one element.
            unsafe { self.step.by_lanes::<N, Lanes<1, false, FUSED>>([lane, Lane::NONE]) };
        }
    }
}
