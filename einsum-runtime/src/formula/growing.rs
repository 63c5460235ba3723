//! Tensors that the steps of a formula write block by block: where the blocks are parts side by side, one after the other, nothing is
//! written before.

use alloc::vec::Vec;
use core::{marker::PhantomData, ops::Range};

use einsum_engine::{extents, machine::pages};

use super::{
    body::Body,
    form::Form,
    kernel::Of,
    map::{Erased, Onto, is_filled, map_by},
    reach::{Reach, ReachMut},
};
use crate::{
    blocks::Block,
    checked::Checked,
    element::Element,
    site::Site,
    storage::Storage,
    tensor::{
        memory::{Heap, Memory},
        owned::Tensor,
        room::len,
        view::{View, ViewMut, row_major_strides},
    },
};

/// A tensor of which the first elements, row-major, are there: those of the blocks before, and of this one once it is written. An array of
/// fixed size is there as a whole, zeros at first.
#[derive(Debug)]
pub struct Growing<T, const N: usize, M: Memory = Heap> {
    extents: [usize; N],
    elements: Vec<T>,
    fixed: Option<Tensor<T, N, M>>,
}

/// The part of a tensor that is in a block: for each axis where it begins, and how long it is.
struct Part<const N: usize> {
    starts: [usize; N],
    lengths: [usize; N],
}

impl Site {
    /// A tensor of which nothing is there yet.
    ///
    /// # Errors
    /// If it has more bytes than can be addressed or allocated.
    pub fn growing<S: Storage, const N: usize, M: Memory>(
        &self,
        _element: PhantomData<S>,
        _memory: M,
        extents: [usize; N],
    ) -> Checked<Growing<S::Compute, N, M>> {
        let growing = || {
            if const { M::IS_FIXED } {
                return Some(Growing { extents, elements: Vec::new(), fixed: Some(Tensor::zeros(extents)?) });
            }
            Some(Growing { extents, elements: pages::room(len::<S::Compute>(&extents)?), fixed: None })
        };
        growing().ok_or_else(|| self.too_large(&extents))
    }
}

impl<T: Element, const N: usize, M: Memory> Growing<T, N, M> {
    /// Computes a map into the part that is in a block, with the number of a label for each axis.
    ///
    /// # Panics
    /// If a read was looked at for other extents, if a form leads out of the part, or if its own element is read where several indices lead
    /// to it.
    pub fn map<B: Body<T, L, R>, const L: usize, const R: usize, const K: usize>(
        &mut self,
        (block, labels): (&Block<K>, &[usize; N]),
        extents: [usize; L],
        body: B,
        reads: [Reach<'_, T, L>; R],
        forms: [Form<L>; N],
    ) {
        let body = Of::<B, L, R>(body);
        let body = Erased::new(&body);
        if const { M::IS_FIXED } {
            return map_by(
                extents,
                &body,
                reads,
                ReachMut::new(extents, self.write(block, labels), forms),
                Onto::Replace,
            );
        }
        self.map_by((block, labels), extents, &body, reads, forms);
    }

    #[inline(never)]
    fn map_by<const L: usize, const R: usize, const K: usize>(
        &mut self,
        (block, labels): (&Block<K>, &[usize; N]),
        extents: [usize; L],
        body: &Erased<'_, T, L, R>,
        reads: [Reach<'_, T, L>; R],
        forms: [Form<L>; N],
    ) {
        let part = self.part(block, labels);
        let has_own = reads.iter().any(Reach::is_own);
        let is_next = |range: &Range<usize>| range.start == self.elements.len();
        if let Some(range) = self.range(&part).filter(is_next)
            && !has_own
            && is_filled(extents, body.free, part.lengths, &forms)
        {
            // SAFETY: by `is_filled` each index of the target leads to another element, and to all of the part. What replaces them is
            // written without a look at what is there: no read is of the target.
            unsafe {
                self.append(range.len(), |pointer| {
                    let target = ReachMut::filled(extents, (pointer, part.lengths), forms);
                    map_by(extents, body, reads, target, Onto::Replace);
                });
            }
            return;
        }
        map_by(extents, body, reads, ReachMut::new(extents, self.write(block, labels), forms), Onto::Replace);
    }

    /// Appends elements that are written by `write`, which is given the first.
    ///
    /// # Safety
    /// - `write` writes so many elements, side by side, and reads none before.
    unsafe fn append(&mut self, count: usize, write: impl FnOnce(*mut T)) {
        self.elements.reserve(count);
        let len = self.elements.len();
        write(self.elements.spare_capacity_mut().as_mut_ptr().cast());
        // SAFETY: there is room for so many elements more, which are written by the contract.
        unsafe { self.elements.set_len(len + count) };
    }

    /// The part that is in a block, to be written: zeros where nothing is there yet.
    ///
    /// # Panics
    /// If it is an array of fixed size that is not there: every new one is.
    #[inline(always)]
    pub fn write<const K: usize>(&mut self, block: &Block<K>, labels: &[usize; N]) -> ViewMut<'_, T, N> {
        if const { M::IS_FIXED } {
            let tensor = self.fixed.as_mut().expect("an array of fixed size is there");
            return block.write(tensor.view_mut(), labels);
        }
        self.write_part(block, labels)
    }

    #[inline(never)]
    fn write_part<const K: usize>(&mut self, block: &Block<K>, labels: &[usize; N]) -> ViewMut<'_, T, N> {
        let part = self.part(block, labels);
        let range = self.range(&part);
        self.fill(range.as_ref().map_or_else(|| self.count(), |range| range.end));
        match range {
            Some(range) => ViewMut::row_major(&mut self.elements[range], part.lengths),
            None => block.write(ViewMut::row_major(&mut self.elements, self.extents), labels),
        }
    }

    /// The part that is in a block, which has been written.
    ///
    /// # Panics
    /// If it has not.
    #[inline(always)]
    pub fn read<const K: usize>(&self, block: &Block<K>, labels: &[usize; N]) -> View<'_, T, N> {
        if const { M::IS_FIXED }
            && let Some(tensor) = &self.fixed
        {
            return block.read(&tensor.view(), labels);
        }
        self.read_part(block, labels)
    }

    #[inline(never)]
    fn read_part<const K: usize>(&self, block: &Block<K>, labels: &[usize; N]) -> View<'_, T, N> {
        let part = self.part(block, labels);
        match self.range(&part) {
            Some(range) => View::row_major(&self.elements[range], part.lengths),
            None => block.read(&View::row_major(&self.elements, self.extents), labels),
        }
    }

    /// All of the tensor: zeros where nothing was written.
    #[inline(always)]
    #[must_use]
    pub fn finish(mut self) -> Tensor<T, N, M> {
        if const { M::IS_FIXED }
            && let Some(tensor) = self.fixed.take()
        {
            return tensor;
        }
        self.finish_elements()
    }

    #[inline(never)]
    fn finish_elements(mut self) -> Tensor<T, N, M> {
        self.fill(self.count());
        Tensor::of_elements(self.extents, self.elements).lying()
    }

    fn part<const K: usize>(&self, block: &Block<K>, labels: &[usize; N]) -> Part<N> {
        let (mut starts, mut lengths) = ([0; N], self.extents);
        for axis in 0..N {
            if let Some(range) = block.along(labels[axis], self.extents[axis]) {
                (starts[axis], lengths[axis]) = (range.start, range.len());
            }
        }
        Part { starts, lengths }
    }

    /// Where the elements of a part are, if they are side by side: all of the axes behind the first that has several are whole.
    fn range(&self, Part { starts, lengths }: &Part<N>) -> Option<Range<usize>> {
        let first = (0..N).find(|&axis| lengths[axis] != 1).unwrap_or(N);
        let are_whole = (first + 1..N).all(|axis| lengths[axis] == self.extents[axis]);
        let strides = row_major_strides(self.extents);
        // (Of a tensor without elements strides may be any.)
        let count = extents::exact(*lengths).expect("a part has no more elements");
        let offset = |axis: usize| extents::offset(starts[axis], strides[axis]).unsigned_abs();
        let start = if count == 0 { 0 } else { (0..N).map(offset).sum() };
        are_whole.then_some(start..start + count)
    }

    /// How many elements the whole tensor has.
    fn count(&self) -> usize {
        extents::exact(self.extents).expect("there is room for all elements")
    }

    /// Writes zeros from what is there to a number of elements.
    fn fill(&mut self, count: usize) {
        if self.elements.len() < count {
            self.elements.resize(count, T::ZERO);
        }
    }
}
