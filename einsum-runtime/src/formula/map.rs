//! Maps: a value for each index of the target, reduced along the other labels.

use core::{array, marker::PhantomData};

use einsum_engine::{
    extents,
    machine::{caches, streaming},
};

use super::{
    body::Body,
    compiled,
    drive::{Scratch, Source},
    form::Form,
    job::{Job, merge},
    kernel::{Kernel, Of, Stream},
    reach::{Reach, ReachMut, Reached},
    reduction::{Reduction, ReductionKind},
};
use crate::{
    checked::Checked,
    element::Element,
    site::Site,
    storage::Storage,
    tensor::{
        memory::{Heap, Memory},
        owned::Tensor,
        room::zeros,
        view::row_major_strides,
    },
    tuning::{MAP_STREAMED_LEAST_BYTES, map_streamed_min_bytes},
};

/// The effect of [`map`] on the old content of the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onto {
    /// Values take its place. Where several indices lead to one element, their values are added up.
    Replace,
    /// Values are added to it.
    Add,
}

/// Computes a map into a tensor that is there. Elements that no index leads to are left as they are.
///
/// # Panics
/// If a read or the target was looked at for other extents, if the target moves along a label that it has not, or if its own element
/// is read where several indices lead to it.
#[allow(clippy::needless_pass_by_value, reason = "two maps cannot write one tensor at a time")]
pub fn map<T: Element, B: Body<T, L, R>, const L: usize, const R: usize>(
    extents: [usize; L],
    body: B,
    reads: [Reach<'_, T, L>; R],
    target: ReachMut<'_, T, L>,
    onto: Onto,
) {
    map_by(extents, &Erased::new(&Of::<B, L, R>(body)), reads, target, onto);
}

/// A body of `L` labels and `R` reads, of which nothing else is known.
pub(super) struct Erased<'k, T, const L: usize, const R: usize> {
    kernel: &'k dyn Kernel<T>,
    /// How many labels the target has.
    pub(super) free: usize,
    /// Whether values along labels that the target has not are added up.
    is_sum: bool,
}

impl<'k, T: Element, const L: usize, const R: usize> Erased<'k, T, L, R> {
    pub(super) fn new<B: Body<T, L, R>>(kernel: &'k Of<B, L, R>) -> Self {
        Self { kernel, free: B::FREE, is_sum: <B::Reduction as Reduction<T>>::KIND == ReductionKind::Sum }
    }
}

/// Computes a map: compiled once for all bodies of so many labels and reads.
#[inline(never)]
#[allow(clippy::needless_pass_by_value, reason = "two maps cannot write one tensor at a time")]
pub(super) fn map_by<T: Element, const L: usize, const R: usize>(
    extents: [usize; L],
    body: &Erased<'_, T, L, R>,
    reads: [Reach<'_, T, L>; R],
    target: ReachMut<'_, T, L>,
    onto: Onto,
) {
    let Erased { kernel, free, is_sum } = *body;
    check::<T, T, L, R>(extents, free, &reads, &target);
    let own = reads.map(|read| read.pointer.is_none());
    let map = Map {
        extents,
        out: target.pointer,
        place: target.place,
        pointers: reads.map(|read| read.pointer.unwrap_or(target.pointer)),
        strides: reads.map(|read| if read.pointer.is_none() { target.place.strides } else { read.place.strides }),
        own,
        free,
        is_sum,
        is_far: is_far::<T>(extents::count(extents[..free].iter().copied())),
    };
    // SAFETY: `check` says that all were looked at for these extents, below which by `Reach` and `ReachMut` there are elements, that of
    // the target borrowed mutably. An own element is the target's, at the same index.
    unsafe { map.compute(kernel, onto) }
}

/// A map: where it reads and writes.
struct Map<T, const L: usize, const R: usize> {
    extents: [usize; L],
    out: *mut T,
    place: Reached<L>,
    pointers: [*const T; R],
    strides: [[isize; L]; R],
    /// Which reads are of the element that is written.
    own: [bool; R],
    free: usize,
    /// Whether values along labels that the target has not are added up.
    is_sum: bool,
    /// Whether the target is not expected to be found in a cache by who reads it next.
    is_far: bool,
}

/// Whether a tensor of so many numbers is not expected to be found in a cache by who reads it next.
fn is_far<T: Element>(elements: usize) -> bool {
    let bytes = extents::bytes::<T>(elements);
    let is_possible = const { streaming::IS_PAST_CACHES && T::FAMILY.is_real() };
    is_possible && bytes >= MAP_STREAMED_LEAST_BYTES && bytes >= map_streamed_min_bytes(caches::current())
}

impl<T: Element, const L: usize, const R: usize> Map<T, L, R> {
    /// # Safety
    /// - For all indices below the extents, the pointers moved by the sum of `index * stride` are valid for reads of initialised
    ///   elements, and that of the target for writes; nothing else reaches the elements of the target, no read either but those that
    ///   are of the element that is written. The target does not move along labels that are not free.
    /// - The kernel is of a body of `L` labels and `R` reads.
    unsafe fn compute(mut self, kernel: &dyn Kernel<T>, onto: Onto) {
        let Reached { strides, clashing, .. } = self.place;
        if self.extents[..self.free].contains(&0) {
            return;
        }
        let has_own = self.own.contains(&true);
        // Where the target does not move along a label of its own, values along that are added up.
        let is_still = |label: usize| label < self.free && self.extents[label] > 1 && strides[label] == 0;
        let looped: [bool; L] = array::from_fn(|label| clashing[label] || (is_still(label) && !self.is_sum));
        let reduced: [bool; L] = array::from_fn(|label| label >= self.free || (is_still(label) && self.is_sum));
        let is_reduced = (0..L).any(|label| reduced[label] && self.extents[label] != 1);
        let is_looped = looped.contains(&true);
        // SAFETY: by the contract. Labels that are not reduced and not looped over lead to elements of their own.
        unsafe {
            if has_own && (is_looped || is_reduced) {
                return self.aside(kernel, onto);
            }
            if !is_looped {
                return self.run(kernel, (&reduced, &[0; L]), onto == Onto::Add);
            }
            if onto == Onto::Replace {
                self.clear();
            }
            let whole = self.extents;
            let loops = array::from_fn(|label| if looped[label] { whole[label] } else { 1 });
            let (out, pointers) = (self.out, self.pointers);
            self.extents = array::from_fn(|label| if looped[label] { 1 } else { whole[label] });
            walk(loops, 0..L, &mut |at| {
                self.out = out.wrapping_offset(offset(&strides, &at));
                self.pointers = array::from_fn(|read| pointers[read].wrapping_offset(offset(&self.strides[read], &at)));
                self.run(kernel, (&reduced, &at), true);
            });
        }
    }

    /// Writes zeros to all elements that an index leads to, along the longest label in a loop of its own.
    ///
    /// # Safety
    /// - For all indices below the extents, the pointer of the target moved by the sum of `index * stride` is valid for writes, and nothing
    ///   else reaches the elements of the target.
    unsafe fn clear(&self) {
        let Some(longest) = (0..self.free).max_by_key(|&label| self.extents[label]) else { return };
        let (mut extents, len, stride) = (self.extents, self.extents[longest], self.place.strides[longest]);
        extents[longest] = 1;
        walk(extents, 0..self.free, &mut |at| {
            let first = self.out.wrapping_offset(self.place.offset(&at));
            for index in 0..len {
                // SAFETY: by the contract there is an element of the target.
                unsafe { first.offset(extents::offset(index, stride)).write(T::ZERO) };
            }
        });
    }

    /// Computes a map that reads its own target other than once, and then writes it.
    ///
    /// # Safety
    /// - For all indices below the extents, the pointers moved by the sum of `index * stride` are valid for reads of initialised
    ///   elements, and that of the target for writes; nothing else reaches the elements of the target, no read either but those that
    ///   are of the element that is written. The target does not move along labels that are not free.
    /// - The kernel is of a body of `L` labels and `R` reads.
    #[cold]
    unsafe fn aside(mut self, kernel: &dyn Kernel<T>, onto: Onto) {
        assert!(!self.place.clashing.contains(&true), "an element that is read is written once");
        let (out, free) = (self.out, self.free);
        let shape: [usize; L] = array::from_fn(|label| if label < free { self.extents[label] } else { 1 });
        let mut values = zeros::<T>(extents::exact(shape).expect("there are no more indices than elements"));
        let place = self.place;
        let mut strides = row_major_strides(shape);
        strides[free..].fill(0);
        self.place = Reached { strides, ..place };
        (self.out, self.own) = (values.as_mut_ptr(), [false; R]);
        assert!(
            (0..free).all(|label| shape[label] == 1 || place.strides[label] != 0),
            "an element that is read is written once"
        );
        // SAFETY: there is a new element for each index of the target, which nothing else reaches.
        unsafe { self.compute(kernel, Onto::Replace) };
        let mut values = values.into_iter();
        walk(shape, 0..free, &mut |at| {
            let own = out.wrapping_offset(place.offset(&at));
            // SAFETY: by the contract there is an element of the target.
            unsafe {
                let value = values.next().unwrap_or(T::ZERO);
                own.write(if onto == Onto::Add { own.read().plus(value) } else { value });
            }
        });
    }

    /// # Safety
    /// - For all indices below the extents, the pointers moved by the sum of `index * stride` are valid for reads of initialised
    ///   elements, and that of the target for writes; nothing else reaches the elements of the target, no read either but those that
    ///   are of the element that is written.
    /// - The target has an element of its own for each index of labels that are not reduced, and does not move along the others. If
    ///   there are any, no read is of the target.
    /// - The kernel is of a body of `L` labels and `R` reads.
    #[inline]
    unsafe fn run(&self, kernel: &dyn Kernel<T>, (reduced, origin): (&[bool; L], &[isize; L]), adds: bool) {
        let mut lengths = self.extents;
        if !kernel.is_indexed() {
            merge(&mut lengths, reduced, &self.place.strides, &self.strides);
        }
        let job = Job {
            extents: &lengths,
            reduced,
            out: self.out,
            out_strides: &self.place.strides,
            pointers: &self.pointers,
            strides: self.strides.as_flattened(),
            own: &self.own,
            adds,
            is_far: self.is_far && !adds && !self.own.contains(&true),
            origin,
        };
        let scratch = Scratch {
            index: &mut [0; L],
            extents: &mut [0; L],
            first: &mut [0; L],
            reads: &mut [const { Source::NOWHERE }; R],
            streams: &mut [Stream::NOWHERE; R],
        };
        // SAFETY: by the contract. Labels that were merged are walked through by one stride in all tensors: to the same elements.
        unsafe { compiled::run(&job, kernel, scratch) }
    }
}

/// # Panics
/// If a tensor was looked at for other extents, or if the target moves along a label that it has not.
pub(super) fn check<T, I, const L: usize, const R: usize>(
    extents: [usize; L],
    free: usize,
    reads: &[Reach<'_, T, L>; R],
    target: &ReachMut<'_, I, L>,
) {
    let is_seen = reads.iter().all(|read| read.place.extents == extents) && target.place.extents == extents;
    assert!(is_seen, "tensors are looked at for the extents of the map");
    // (A label that is reduced may have no index: then each element of the target is still written.)
    let is_written = !extents[..free].contains(&0);
    assert!(!is_written || target.place.is_within, "a form leads out of the target");
    assert!((free..L).all(|n| extents[n] <= 1 || target.place.strides[n] == 0), "a target has its own labels");
}

/// Calls back for each index of some labels, in their order.
pub(super) fn walk<const L: usize>(
    extents: [usize; L],
    labels: core::ops::Range<usize>,
    call: &mut dyn FnMut([isize; L]),
) {
    walk_from(extents, labels, [0; L], call);
}

fn walk_from<const L: usize>(
    extents: [usize; L],
    labels: core::ops::Range<usize>,
    mut at: [isize; L],
    call: &mut dyn FnMut([isize; L]),
) {
    if labels.is_empty() {
        return call(at);
    }
    for index in 0..extents[labels.start] {
        at[labels.start] = index.cast_signed();
        walk_from(extents, labels.start + 1..labels.end, at, call);
    }
}

/// How far the element at an index is from the first.
pub(super) fn offset<const L: usize>(strides: &[isize; L], at: &[isize; L]) -> isize {
    let products = strides.iter().zip(at).map(|(stride, index)| stride.wrapping_mul(*index));
    products.fold(0, isize::wrapping_add)
}

impl<const L: usize> Reached<L> {
    pub(super) fn offset(&self, at: &[isize; L]) -> isize {
        offset(&self.strides, at)
    }
}

impl Site {
    /// Computes a map into a new tensor of extents `shape`, at these forms; what no index leads to is 0. A read of the target is of
    /// zeros.
    ///
    /// # Errors
    /// If it has more bytes than can be addressed or allocated.
    ///
    /// # Panics
    /// If a read was looked at for other extents, or if a form leads out of the tensor.
    pub fn map<S: Storage, M: Memory, B: Body<S::Compute, L, R>, const L: usize, const R: usize, const N: usize>(
        self,
        element: PhantomData<S>,
        memory: M,
        extents: [usize; L],
        body: B,
        reads: [Reach<'_, S::Compute, L>; R],
        (shape, forms): ([usize; N], [Form<L>; N]),
    ) -> Checked<Tensor<S::Compute, N, M>> {
        let body = Of::<B, L, R>(body);
        let body = Erased::new(&body);
        if const { M::IS_FIXED } {
            let mut tensor = self.zeros(element, memory, shape)?;
            map_onto_zeros(extents, &body, reads, ReachMut::new(extents, tensor.view_mut(), forms));
            return Ok(tensor);
        }
        Ok(map_into(self, element, extents, &body, reads, (shape, forms))?.lying())
    }
}

/// Computes a map into a new tensor: compiled once for all bodies of so many labels and reads.
#[inline(never)]
fn map_into<S: Storage, const L: usize, const R: usize, const N: usize>(
    site: Site,
    element: PhantomData<S>,
    extents: [usize; L],
    body: &Erased<'_, S::Compute, L, R>,
    reads: [Reach<'_, S::Compute, L>; R],
    (shape, forms): ([usize; N], [Form<L>; N]),
) -> Checked<Tensor<S::Compute, N>> {
    let has_own = reads.iter().any(Reach::is_own);
    if !has_own && is_filled(extents, body.free, shape, &forms) {
        // SAFETY: by `is_filled` each index of the target leads to another element, and to all of them. What replaces them is written
        // without a look at what is there: no read is of the target.
        let tensor = unsafe {
            Tensor::written(shape, |pointer| {
                map_by(extents, body, reads, ReachMut::filled(extents, (pointer, shape), forms), Onto::Replace);
            })
        };
        return tensor.ok_or_else(|| site.too_large(&shape));
    }
    let mut tensor = site.zeros(element, Heap, shape)?;
    map_onto_zeros(extents, body, reads, ReachMut::new(extents, tensor.view_mut(), forms));
    Ok(tensor)
}

/// Computes a map into a tensor of zeros.
fn map_onto_zeros<T: Element, const L: usize, const R: usize>(
    extents: [usize; L],
    body: &Erased<'_, T, L, R>,
    reads: [Reach<'_, T, L>; R],
    target: ReachMut<'_, T, L>,
) {
    // (Where several indices lead to one element, zeros would be written once more.)
    let onto = if target.place.clashing.contains(&true) { Onto::Add } else { Onto::Replace };
    map_by(extents, body, reads, target, onto);
}

/// Whether indices of the labels of a target lead to all elements of a tensor of this shape, each to another: every axis is one of them, as
/// long as it is.
pub(super) fn is_filled<const L: usize, const N: usize>(
    extents: [usize; L],
    free: usize,
    shape: [usize; N],
    forms: &[Form<L>; N],
) -> bool {
    let mut is_on = [false; L];
    let is_axis = |(form, extent): (&Form<L>, usize)| match form.label() {
        Some(label) if label < free && extents[label] == extent => !core::mem::replace(&mut is_on[label], true),
        _ => false,
    };
    free == N && forms.iter().zip(shape).all(is_axis)
}
