//! Blocks of a map as whole vectors: what is left of a row, values that are added, and reads of one element for a row.

use einsum_engine::{extents, machine::streaming::LINE};

use super::{
    kernel::{Kernel, Stream, VectorBlock, width},
    room::with_room,
};
use crate::{
    element::Element,
    tuning::{
        INVERSE_MIN_ELEMENTS, JOIN_LANES, SMALL_MAP_BLOCK_ELEMENTS, SMALL_MAP_BLOCK_MAX_ROWS, SMALL_MAP_STACK_ELEMENTS,
        SMALL_MAP_STACK_STREAMS,
    },
};

/// A block of indices: along a label where elements lie side by side, the lane, and for each index of another, the row.
pub(super) struct LaneBlock<'b, T> {
    /// The reads: elements side by side along the lane, or one for all of it.
    pub(super) streams: &'b [Stream<T>],
    /// The first value that is written; those of a row are side by side along the lane.
    pub(super) out: *mut T,
    /// How far apart rows are there.
    pub(super) out_row: isize,
    pub(super) rows: usize,
    pub(super) len: usize,
    /// The first index of every label.
    pub(super) first: &'b [isize],
    /// The labels of row and lane; beyond all if there is none.
    pub(super) labels: (usize, usize),
    /// How many elements rows of the map have, of which these may be a part.
    pub(super) whole_len: usize,
    /// Whether values are added to what is there.
    pub(super) adds: bool,
    /// Whether values, which are numbers and replace what is there, are written past the caches.
    pub(super) is_streamed: bool,
    /// Whether a read is of what is written.
    pub(super) has_own: bool,
}

impl<T: Element> LaneBlock<'_, T> {
    /// Computes the values in a block.
    ///
    /// # Safety
    /// - There are as many streams as the body has reads, and as many first indices as it has labels.
    /// - For each row and each index along the lane, or one where a stream is one, elements are valid for reads, as far apart as the
    ///   streams say.
    /// - `out` is valid for writes of `len` elements for each row, for reads of initialised ones if it adds, and none of them is one
    ///   of a stream, unless the block has its own, where each is the one that is written.
    /// - If it is streamed, elements are `f32` or `f64`, it does not add and has no own, and nothing reaches what is written before
    ///   [`streaming::settle`](einsum_engine::machine::streaming::settle), this thread neither.
    pub(super) unsafe fn compute(&self, kernel: &dyn Kernel<T>) {
        // SAFETY: by the contract; rows are some of those of the block, for which there is room.
        self.by_few(kernel, &mut |few| unsafe { few.compute() });
    }

    /// Puts the values in a block together with sums along the lane: those of each row with its own, or of all with the only ones.
    ///
    /// # Safety
    /// - The kernel joins along. There are as many streams as the body has reads, as many first indices as it has labels, and as many sums as
    ///   rows, or one.
    /// - For each row and each index along the lane, or one where a stream is one, elements are valid for reads, as far apart as the
    ///   streams say.
    pub(super) unsafe fn join(&self, kernel: &dyn Kernel<T>, sums: &mut [[T; JOIN_LANES]]) {
        self.by_few(kernel, &mut |few| {
            let rows = if sums.len() == 1 { 0..1 } else { few.row..few.row + few.rows };
            // SAFETY: by the contract; rows are some of those of the block, for which there is room.
            unsafe { few.join(&mut sums[rows]) };
        });
    }

    /// Calls back for some rows after the other, with room for them.
    fn by_few(&self, kernel: &dyn Kernel<T>, work: &mut dyn FnMut(&mut Few<'_, T>)) {
        if self.rows == 0 || self.len == 0 {
            return;
        }
        let reads = self.streams.len();
        let width = const { width::<T>() };
        let room = (SMALL_MAP_STACK_ELEMENTS / (width * (reads + 1))).max(1);
        let most = if self.is_streamed { 1 } else { SMALL_MAP_BLOCK_MAX_ROWS };
        let rows = self.rows.min(most).min(room).min((SMALL_MAP_BLOCK_ELEMENTS / self.len).max(1));
        with_room::<T, _, SMALL_MAP_STACK_ELEMENTS>(
            if width == 1 { 0 } else { rows * width * (reads + 1) },
            |buffers| {
                with_room::<Stream<T>, _, SMALL_MAP_STACK_STREAMS>(reads, |streams| {
                    // SAFETY: there is room for so many streams.
                    let streams = unsafe {
                        streams.copy_from_nonoverlapping(self.streams.as_ptr(), reads);
                        core::slice::from_raw_parts_mut(streams, reads)
                    };
                    let mut few = Few { block: self, kernel, streams, buffers, row: 0, rows };
                    while few.row < self.rows {
                        few.rows = rows.min(self.rows - few.row);
                        work(&mut few);
                        few.row += few.rows;
                    }
                });
            },
        );
    }
}

/// Some rows of a block.
struct Few<'f, T> {
    block: &'f LaneBlock<'f, T>,
    kernel: &'f dyn Kernel<T>,
    /// The reads of these rows, from a place along the lane on.
    streams: &'f mut [Stream<T>],
    /// Room for a vector of each read in each row, and for one of values, if a vector has several elements.
    buffers: *mut T,
    /// The first row, and how many there are.
    row: usize,
    rows: usize,
}

impl<T: Element> Few<'_, T> {
    /// # Safety
    /// - There are as many streams as the body has reads, and as many first indices as it has labels. The rows are some of the block's.
    /// - For each of the rows and each index along the lane, or one where a stream is one, elements are valid for reads, as far apart as the
    ///   streams of the block say.
    /// - `out` of the block is valid for writes of `len` elements for each of the rows, for reads of initialised ones if it adds, and none of
    ///   them is one of a stream, unless the block has its own, where each is the one that is written.
    /// - Unless a vector has one element, there is room in the buffers for a vector of each read and for one of values, in each of the rows.
    unsafe fn compute(&mut self) {
        let width = const { width::<T>() };
        let (whole, rest) = (self.block.len / width, self.block.len % width);
        // SAFETY: by the contract; there are as many whole vectors. What is left is less than one: another ends where the row does, some
        // elements once more, or where that is not to be, it is computed in the buffers.
        unsafe {
            self.splat();
            if whole > 0 && self.block.is_streamed {
                return self.stream(whole);
            }
            if whole > 0 {
                self.vectors((self.out(0), self.block.out_row, self.block.adds), whole, 0);
            }
            match rest {
                0 => {}
                _ if whole > 0 && !self.block.has_own && !self.block.adds => {
                    let start = self.block.len - width;
                    self.start_at(start);
                    self.vectors((self.out(start), self.block.out_row, false), 1, start);
                }
                _ => self.rest(whole * width, rest),
            }
        }
    }

    /// Computes a row, past the caches as far as whole lines of these go; at both ends some elements come twice. (The ends first: nothing reaches
    /// what is written past the caches before [`streaming::settle`](einsum_engine::machine::streaming::settle).)
    ///
    /// # Safety
    /// - There are as many streams as the body has reads, and as many first indices as it has labels. There is one row, and it is the block's.
    /// - For each index along the lane, or one where a stream is one, elements are valid for reads, as far apart as the streams of the block say.
    /// - `out` of the block is valid for writes of `len` elements, of which none is one of a stream; the block is streamed.
    /// - There are so many whole vectors, at least one, and `splat` has been called for the row.
    unsafe fn stream(&mut self, whole: usize) {
        let width = const { width::<T>() };
        let (head, len) = (self.out(0).align_offset(LINE), self.block.len);
        let before = whole.min(head.div_ceil(width));
        let count = if before * width >= head { (len - head) / width } else { 0 };
        let end = if count > 0 { head + count * width } else { before * width };
        debug_assert!(!self.block.adds && !self.block.has_own, "elements come twice");
        // SAFETY: by the contract; no vector ends after the row, and those past the caches begin with a line.
        unsafe {
            if before > 0 {
                self.vectors((self.out(0), self.block.out_row, false), before, 0);
            }
            if end < len {
                self.start_at(len - width);
                self.vectors((self.out(len - width), self.block.out_row, false), 1, len - width);
            }
            if count > 0 {
                self.start_at(head);
                let vectors = self.whole_vectors((self.out(head), self.block.out_row, false), count, head);
                self.kernel.values(&VectorBlock { is_streamed: true, ..vectors });
            }
        }
    }

    /// Puts values together with sums along the lane.
    ///
    /// # Safety
    /// - The kernel joins along. There are as many streams as the body has reads, as many first indices as it has labels, and as many sums as
    ///   rows, or one. The rows are some of the block's.
    /// - For each of the rows and each index along the lane, or one where a stream is one, elements are valid for reads, as far apart as the
    ///   streams of the block say.
    /// - There is room in the buffers for a vector of each read and for one of values, in each of the rows.
    unsafe fn join(&mut self, sums: &mut [[T; JOIN_LANES]]) {
        let width = const { width::<T>() };
        let (whole, rest) = (self.block.len / width, self.block.len % width);
        // SAFETY: by the contract; there are as many whole vectors, and of what is left, less than one, a vector in the buffers.
        unsafe {
            self.splat();
            if whole > 0 {
                self.kernel.along(&self.whole_vectors((core::ptr::null_mut(), 0, false), whole, 0), sums);
            }
            if rest > 0 {
                let (values, first) = self.rest_of_row(whole * width, rest);
                let values = core::slice::from_raw_parts(values, self.rows * width);
                self.kernel.joins().rows_onto(sums, values, (width, first, rest));
            }
        }
    }

    /// Writes one element for all of a row as a vector, and finds the rows of the others.
    ///
    /// # Safety
    /// - There are as many streams as the body has reads. For each of the rows, which are some of the block's, a stream that is one for all
    ///   of a row has an element that is valid for reads, as far apart as it says.
    /// - Unless a vector has one element, there is room in the buffers for a vector of each read in each of the rows.
    unsafe fn splat(&mut self) {
        let width = const { width::<T>() };
        for (read, stream) in self.block.streams.iter().enumerate() {
            let from = stream.pointer.wrapping_offset(extents::offset(self.row, stream.row));
            self.streams[read] = Stream { pointer: from, ..*stream };
            if !stream.is_one || width == 1 {
                continue;
            }
            let (buffer, is_same) = (self.buffer(read), stream.row == 0);
            let rows = if is_same { 1 } else { self.rows };
            for row in 0..rows {
                // SAFETY: by the contract there is an element, and there is room for a vector for each row.
                unsafe {
                    let value = from.offset(extents::offset(row, stream.row)).read();
                    let to = buffer.add(row * width);
                    (0..width).for_each(|n| to.add(n).write(value));
                }
            }
            self.streams[read] =
                Stream { pointer: buffer, row: if is_same { 0 } else { width.cast_signed() }, is_one: true };
        }
    }

    /// Moves what is read side by side to a place along the lane.
    fn start_at(&mut self, start: usize) {
        for (stream, whole) in self.streams.iter_mut().zip(self.block.streams).filter(|(_, whole)| !whole.is_one) {
            let from = whole.pointer.wrapping_offset(extents::offset(self.row, whole.row));
            stream.pointer = from.wrapping_add(start);
        }
    }

    /// Computes less than a vector of each row, in the buffers.
    ///
    /// # Safety
    /// - There are as many streams as the body has reads, and as many first indices as it has labels. The rows are some of the block's.
    /// - For each of the rows and each index along the lane, or one where a stream is one, elements are valid for reads, as far apart as the
    ///   streams of the block say.
    /// - `out` of the block is valid for writes of `len` elements for each of the rows, for reads of initialised ones if it adds, and none of
    ///   them is one of a stream, unless the block has its own, where each is the one that is written.
    /// - Unless a vector has one element, there is room in the buffers for a vector of each read and for one of values, in each of the rows.
    /// - There are `rest` elements from `start` on in each row, at least one and fewer than a vector has, and `splat` has been called for these rows.
    unsafe fn rest(&mut self, start: usize, rest: usize) {
        let width = const { width::<T>() };
        let out = self.out(start);
        // SAFETY: by the contract; there is a vector of values for each row.
        unsafe {
            let (values, first) = self.rest_of_row(start, rest);
            for row in 0..self.rows {
                let to = out.wrapping_offset(extents::offset(row, self.block.out_row));
                let from = values.add(row * width + first);
                if !self.block.adds {
                    core::ptr::copy_nonoverlapping(from, to, rest);
                    continue;
                }
                for n in 0..rest {
                    to.add(n).write(to.add(n).read().plus(from.add(n).read()));
                }
            }
        }
    }

    /// The values of less than a vector of each row, as a vector each, and which of it is the first: after a whole vector it is one that ends
    /// where the row does, of which the first values are those of elements before, unless
    /// the body reads what it writes.
    ///
    /// # Safety
    /// - There are as many streams as the body has reads, and as many first indices as it has labels. The rows are some of the block's.
    /// - For each of the rows and each index along the lane, or one where a stream is one, elements are valid for reads, as far apart as the
    ///   streams of the block say.
    /// - Unless a vector has one element, there is room in the buffers for a vector of each read and for one of values, in each of the rows.
    /// - There are `rest` elements from `start` on in each row, at least one and fewer than a vector has, and `splat` has been called for these rows.
    unsafe fn rest_of_row(&mut self, start: usize, rest: usize) -> (*const T, usize) {
        let width = const { width::<T>() };
        let values = self.buffer(self.streams.len());
        // (Elements of its own before these have been written already, and are none that the body is of.)
        if let Some(before) = (start + rest).checked_sub(width).filter(|_| !self.block.has_own) {
            self.start_at(before);
            // SAFETY: by the contract; a vector from there on ends where the row does, and there is one of values for each row.
            unsafe { self.vectors((values, width.cast_signed(), false), 1, before) };
            return (values, width - rest);
        }
        self.start_at(start);
        for read in 0..self.streams.len() {
            if self.streams[read].is_one {
                continue;
            }
            let (Stream { pointer: from, row: of_row, .. }, buffer) = (self.streams[read], self.buffer(read));
            let rows = if of_row == 0 { 1 } else { self.rows };
            for row in 0..rows {
                // SAFETY: by the contract there are so many elements, and there is room for a vector for each row. (Beyond
                // the rest it has the last element, whose index is that of these lanes.)
                unsafe {
                    let (from, to) = (from.offset(extents::offset(row, of_row)), buffer.add(row * width));
                    let last = from.add(rest - 1).read();
                    (0..width).for_each(|n| to.add(n).write(last));
                    core::ptr::copy_nonoverlapping(from, to, rest);
                }
            }
            self.streams[read] =
                Stream { pointer: buffer, row: if of_row == 0 { 0 } else { width.cast_signed() }, is_one: false };
        }
        // SAFETY: by the contract; there is a vector of each read, and of values, for each row.
        unsafe { self.vectors((values, width.cast_signed(), false), 1, start) };
        (values, 0)
    }

    /// Room for a vector of a read for each row, or after all reads, of values.
    fn buffer(&self, read: usize) -> *mut T {
        self.buffers.wrapping_add(read * self.rows * const { width::<T>() })
    }

    /// A pointer to the value of the first of the rows at a place along the lane.
    fn out(&self, start: usize) -> *mut T {
        self.block.out.wrapping_offset(extents::offset(self.row, self.block.out_row)).wrapping_add(start)
    }

    /// Computes vectors, from a place along the lane on.
    ///
    /// # Safety
    /// - The streams and `out` fit so many rows of `count` vectors, as [`Kernel::values`] says.
    unsafe fn vectors(&self, out: (*mut T, isize, bool), count: usize, start: usize) {
        // SAFETY: by the contract.
        unsafe { self.kernel.values(&self.whole_vectors(out, count, start)) };
    }

    fn whole_vectors(
        &self,
        (out, out_row, adds): (*mut T, isize, bool),
        count: usize,
        start: usize,
    ) -> VectorBlock<'_, T> {
        let LaneBlock { first, labels, whole_len, .. } = *self.block;
        let moved = (self.row.cast_signed(), start.cast_signed());
        VectorBlock {
            streams: self.streams,
            out,
            out_row,
            rows: self.rows,
            count,
            first,
            labels,
            moved,
            last: self.block.len.cast_signed() - 1 - moved.1,
            is_long: whole_len >= INVERSE_MIN_ELEMENTS,
            adds,
            is_streamed: false,
        }
    }
}

#[cfg(test)]
mod tests;
