//! Searches: the index at which the largest or the smallest value is.

use core::marker::PhantomData;

use einsum_engine::{
    extents,
    machine::threads::{for_each_chunk, shared::Shared},
};

use super::{
    block::LaneBlock,
    body::Body,
    form::Form,
    integer::Integer,
    kernel::{Kernel, Of, Stream},
    map::{check, offset, walk},
    pack::{Shape, pack},
    reach::{Reach, ReachMut},
    reduction::Extremum,
    room::with_filled,
};
use crate::{
    checked::Checked,
    element::Element,
    site::Site,
    tensor::{memory::Memory, owned::Tensor},
    tuning::{MAP_STACK_ELEMENTS, SEARCH_BLOCK_VALUES, SEARCH_CHUNK_VALUES},
};

/// Finds, for each index of the target, the index along the only other label at which the largest or the smallest value is.
///
/// # Panics
/// If there is not one other label, or if it has no index; if a read or the target was looked at for other extents, if a read is of the
/// target, or if an index does not fit into the numbers of the target.
#[allow(clippy::needless_pass_by_value, reason = "two maps cannot write one tensor at a time")]
pub fn search<T: Element, I: Integer, B: Body<T, L, R, Reduction: Extremum<T>>, const L: usize, const R: usize>(
    extents: [usize; L],
    body: B,
    reads: [Reach<'_, T, L>; R],
    target: ReachMut<'_, I, L>,
) {
    check::<T, I, L, R>(extents, B::FREE, &reads, &target);
    assert!(B::FREE + 1 == L, "one label is searched");
    let pointers = reads.map(|read| read.pointer.expect("indices are no values"));
    if extents[..B::FREE].contains(&0) {
        return;
    }
    let len = extents[B::FREE];
    assert!(len > 0, "of no values none is the largest");
    assert!(I::of_index(len - 1).is_some(), "an index fits into the numbers");
    let strides = reads.map(|read| read.place.strides);
    let place = target.place;
    let is_once =
        (0..B::FREE).all(|label| extents[label] == 1 || (!place.clashing[label] && place.strides[label] != 0));
    let shared = (0..B::FREE).max_by_key(|&label| extents[label]).filter(|_| is_once);
    let nanoseconds = if shared.is_some() { extents::count(extents) } else { 0 };
    // SAFETY: if there are several threads, each has indices of its own of a label of the target, in which they lead to elements of
    // their own; what is read nobody writes. Elements may be used from any thread.
    let all = unsafe { Shared::new((pointers, target.pointer)) };
    let kernel = Of::<B, L, R>(body);
    for_each_chunk(shared.map_or(1, |label| extents[label]), nanoseconds, |range| {
        let (pointers, out) = all.get();
        let mut part = extents;
        let mut start = [0; L];
        if let Some(label) = shared {
            (part[label], start[label]) = (range.len(), range.start.cast_signed());
        }
        let block = len.min(SEARCH_BLOCK_VALUES);
        with_filled::<T, _, MAP_STACK_ELEMENTS>(T::ZERO, block * (1 + R), |room| {
            let (values, packed) = room.split_at_mut(block);
            let mut lane = ValuesAlong { kernel: &kernel, len, label: B::FREE, packed, values };
            walk(part, 0..B::FREE, &mut |mut at| {
                at.iter_mut().zip(start).for_each(|(index, start)| *index += start);
                let (mut sources, mut streams) = ([Stream::NOWHERE; R], [Stream::NOWHERE; R]);
                for read in 0..R {
                    let pointer = pointers[read].wrapping_offset(offset(&strides[read], &at));
                    sources[read] = Stream { pointer, row: strides[read][B::FREE], is_one: false };
                }
                // SAFETY: `check` says that all were looked at for these extents, below which the indices are: there are `len`
                // elements of each read along the label, and one of the target.
                unsafe {
                    let index = lane.first::<B::Reduction>(&sources, &mut streams, &mut at);
                    let index = I::of_index(index).expect("an index fits into the numbers");
                    out.offset(place.offset(&at)).write(index);
                }
            });
        });
    });
}

/// Values along a label.
struct ValuesAlong<'k, T> {
    kernel: &'k dyn Kernel<T>,
    len: usize,
    label: usize,
    /// For each read as many elements as there are values.
    packed: &'k mut [T],
    values: &'k mut [T],
}

impl<T: Element> ValuesAlong<'_, T> {
    /// The first index at which no later value replaces the one that is there.
    ///
    /// # Safety
    /// - The kernel has as many reads as there are sources and streams, and as many labels as there are indices.
    /// - Each source moved by its `row` for each index of the label is valid for reads.
    unsafe fn first<E: Extremum<T>>(
        &mut self,
        sources: &[Stream<T>],
        streams: &mut [Stream<T>],
        at: &mut [isize],
    ) -> usize {
        let (mut best, mut found) = (None, 0);
        for start in (0..self.len).step_by(SEARCH_BLOCK_VALUES) {
            let len = (self.len - start).min(SEARCH_BLOCK_VALUES);
            let buffers = self.packed.chunks_exact_mut(self.values.len());
            for ((stream, source), buffer) in streams.iter_mut().zip(sources).zip(buffers) {
                let (pointer, step) = (source.pointer, source.row);
                let from = pointer.wrapping_offset(extents::offset(start, step));
                *stream = Stream { pointer: from, row: 0, is_one: step == 0 };
                if !matches!(step, 0 | 1) {
                    // SAFETY: by the contract; the buffer has room for all values of a block.
                    unsafe { pack(from, Shape { rows: 1, len, row: 0, lane: step }, buffer.as_mut_ptr()) };
                    stream.pointer = buffer.as_ptr();
                }
            }
            at[self.label] = start.cast_signed();
            let block = LaneBlock {
                streams,
                out: self.values.as_mut_ptr(),
                out_row: 0,
                rows: 1,
                len,
                first: at,
                labels: (usize::MAX, self.label),
                whole_len: 0,
                adds: false,
                is_streamed: false,
                has_own: false,
            };
            // SAFETY: by the contract; streams are side by side, or one element; there is room for the values.
            unsafe { block.compute(self.kernel) };
            for (number, chunk) in self.values[..len].chunks(SEARCH_CHUNK_VALUES).enumerate() {
                let before = best.unwrap_or(chunk[0]);
                let is_here = chunk.iter().fold(best.is_none(), |any, &value| any | E::replaces(value, before));
                if is_here {
                    for (n, &value) in chunk.iter().enumerate() {
                        if best.is_none_or(|best| E::replaces(value, best)) {
                            (best, found) = (Some(value), start + number * SEARCH_CHUNK_VALUES + n);
                        }
                    }
                }
            }
        }
        at[self.label] = 0;
        found
    }
}

impl Site {
    /// Searches into a new tensor of extents `shape`, at these forms; what no index leads to is 0.
    ///
    /// # Errors
    /// If it has more bytes than can be addressed or allocated.
    ///
    /// # Panics
    /// If there is not one label that the target has not, or if it has no index; if a read was looked at for other extents, or is of
    /// the target, or if a form leads out of the tensor.
    pub fn search<
        I: Integer,
        M: Memory,
        T: Element,
        B: Body<T, L, R, Reduction: Extremum<T>>,
        const L: usize,
        const R: usize,
        const N: usize,
    >(
        self,
        indices: PhantomData<I>,
        memory: M,
        extents: [usize; L],
        body: B,
        reads: [Reach<'_, T, L>; R],
        (shape, forms): ([usize; N], [Form<L>; N]),
    ) -> Checked<Tensor<I, N, M>> {
        let mut tensor = self.zeros(indices, memory, shape)?;
        search(extents, body, reads, ReachMut::new(extents, tensor.view_mut(), forms));
        Ok(tensor)
    }
}
