//! Copies whose operand and result lie side by side along different axes.

use crate::{
    extents,
    machine::prefetch,
    number::Number,
    problem::Axis,
    streams::{
        blocks,
        buffer::Buffer,
        step::{Cursor, StreamStep},
        vectors::{Instructions, Vectorized},
    },
};

/// A tile at every index of two more axes: the last one is nearest to `q` in the result.
#[derive(Clone, Copy)]
pub(super) struct Tile<'a, T> {
    pub(super) step: &'a StreamStep<T>,
    pub(super) cursor: Cursor<T>,
    pub(super) outer: [&'a Axis; 2],
    pub(super) p: &'a Axis,
    pub(super) q: &'a Axis,
    /// How far the tile after these is in the operand, if tiles are to be fetched ahead; 0 if nobody knows.
    pub(super) next: Option<isize>,
}

/// Copies tiles, if there is nothing to finish.
///
/// # Safety
/// - The tensors of the step are valid at every index of the axes from the cursor of the tile on: the factors for reads,
///   `out` for writes, and for reads if the old content is not dropped. Indices of the result have different elements, none
///   of them one of a factor.
/// - The first factor has stride 1 along `p`, `out` along `q`.
/// - There is nothing to finish.
pub(super) struct TransposedTile<'a, T>(pub(super) Tile<'a, T>);

/// Copies tiles through a buffer.
///
/// # Safety
/// - The tensors of the step are valid at every index of the axes from the cursor of the tile on: the factors for reads,
///   `out` for writes, and for reads if the old content is not dropped. Indices of the result have different elements, none
///   of them one of a factor.
/// - The first factor has stride 1 along `p`, `out` along `q`.
/// - If the result is streamed past the caches, elements have no padding.
///
/// # Panics
/// If `p` and `q` and the last outer axis together have more indices than a [`Buffer`] has room for.
pub(super) struct BufferedTile<'a, T>(pub(super) Tile<'a, T>);

impl<T: Number> Vectorized for TransposedTile<'_, T> {
    #[inline(always)]
    unsafe fn run<V: Instructions>(self) {
        let tile = &self.0;
        // SAFETY: by the contract of the type. (What is known of 4 x 4 is not asked again for each: `ijkl->lkji` of 4 each,
        // f32, in 60 ns, 85.)
        unsafe {
            match [tile.p.extent, tile.q.extent] {
                [4, 4] => tile.each::<V>([4, 4]),
                extents => tile.each::<V>(extents),
            }
        }
    }
}

impl<T: Number> Vectorized for BufferedTile<'_, T> {
    #[inline(always)]
    unsafe fn run<V: Instructions>(self) {
        let Tile { outer: [slow, _], cursor, .. } = &self.0;
        for index in 0..slow.extent {
            // SAFETY: by the contract of the type, and that of the kernel, which have the clauses of `buffered`, at an
            // index of the first outer axis.
            unsafe { self.0.buffered::<V>(cursor.at(slow, index)) }
        }
    }
}

impl<T: Number> Tile<'_, T> {
    fn target(&self, cursor: Cursor<T>) -> blocks::To<T> {
        blocks::To { pointer: cursor.out, stride: self.p.out }
    }

    /// Copies all tiles, of these extents.
    ///
    /// # Safety
    /// - The tensors of the step are valid at every index of the axes from the cursor of the tile on: the factors for
    ///   reads, `out` for writes, and for reads if the old content is not dropped. Indices of the result have different
    ///   elements, none of them one of a factor.
    /// - The first factor has stride 1 along `p`, `out` along `q`; there is nothing to finish.
    /// - `extents` are those of `p` and `q`, and the processor has the instructions of `V`.
    #[inline(always)]
    unsafe fn each<V: Instructions>(&self, extents: [usize; 2]) {
        let [slow, near] = self.outer;
        for index in 0..slow.extent {
            let mut cursor = self.cursor.at(slow, index);
            for _ in 0..near.extent {
                // SAFETY: by this function's contract, which has the clauses of `transpose`, at indices of the outer axes;
                // nothing is to be finished.
                unsafe { self.transpose::<V>(cursor, self.target(cursor), extents) }
                cursor = cursor.at(near, 1);
            }
        }
    }

    /// Transposes the tile of the first factor at `cursor` into `target`.
    ///
    /// # Safety
    /// - The first factor is valid for reads at every index of `p` and `q` from `cursor` on, and has stride 1 along `p`.
    /// - `target` is valid for writes at every index of `p` and `q`, and none of its elements is one of the factor.
    /// - `extents` are those of `p` and `q`, and the processor has the instructions of `V`.
    #[inline(always)]
    unsafe fn transpose<V: Instructions>(&self, cursor: Cursor<T>, target: blocks::To<T>, extents: [usize; 2]) {
        let source = blocks::From { pointer: cursor.lhs, stride: self.q.lhs };
        // SAFETY: by this function's contract: both sides are valid at every index, with stride 1 along `p` and `q`.
        unsafe { transpose::<T, V>(source, target, extents) }
    }

    /// Copies the tiles at every index of the last outer axis from `cursor` on, through a buffer.
    ///
    /// # Safety
    /// - The tensors of the step are valid at every index of the last outer axis, `p` and `q` from `cursor` on: the factors
    ///   for reads, `out` for writes, and for reads if the old content is not dropped. Indices of the result have different
    ///   elements, none of them one of a factor.
    /// - The first factor has stride 1 along `p`, `out` along `q`.
    /// - The processor has the instructions of `V`; if these stream past the caches, elements have no padding.
    #[inline(always)]
    unsafe fn buffered<V: Instructions>(&self, cursor: Cursor<T>) {
        let (near, height, width) = (self.outer[1], self.p.extent, self.q.extent);
        let mut buffer = Buffer::new();
        let room = buffer.elements::<T>(extents::count([near.extent, width, height]));
        let run = extents::count([near.extent, width]);
        let buffer = blocks::To { pointer: room, stride: run.cast_signed() };
        let target = self.target(cursor);
        // SAFETY: by the contract; the buffer has room for `height` runs, each of `near` pieces of `width` elements.
        unsafe {
            for index in 0..near.extent {
                let cursor = cursor.at(near, index);
                self.prefetch_next(cursor, index);
                let column = blocks::To { pointer: buffer.at(0, index * width), ..buffer };
                self.transpose::<V>(cursor, column, [height, width]);
            }
            let finish = &self.step.finish;
            let side_by_side = near.extent == 1 || near.out == width.cast_signed();
            if side_by_side && self.p.out == run.cast_signed() {
                finish.buffered::<V>(buffer.at(0, 0), height * run, target.at(0, 0), 1);
                return;
            }
            for p in 0..height {
                if side_by_side {
                    finish.buffered::<V>(buffer.at(p, 0), run, target.at(p, 0), 1);
                } else {
                    for index in 0..near.extent {
                        let out = self.target(cursor.at(near, index)).at(p, 0);
                        finish.buffered::<V>(buffer.at(p, index * width), width, out, 1);
                    }
                }
            }
        }
    }

    /// Fetches the tile after this one, while this one is worked on.
    #[inline(always)]
    fn prefetch_next(&self, cursor: Cursor<T>, index: usize) {
        let (near, Some(next)) = (self.outer[1], self.next) else { return };
        let next = if index + 1 < near.extent { near.lhs } else { next.wrapping_sub(extents::offset(index, near.lhs)) };
        // What lies side by side the processor fetches itself.
        let is_side_by_side = self.q.lhs == self.p.extent.cast_signed();
        if next == 0 || is_side_by_side {
            return;
        }
        prefetch::rows(cursor.lhs.wrapping_offset(next), self.q.lhs, [self.q.extent, self.p.extent]);
    }
}

/// Transposes: the element at `[q, p]` goes to `[p, q]`.
///
/// # Safety
/// - The processor has the instructions of `V`.
/// - For `p` and `q` below `extents`, `source.pointer + q * source.stride + p` is valid for reads.
/// - For these, `target.pointer + p * target.stride + q` is valid for writes, and is none of the elements that are read.
#[inline(always)]
pub(super) unsafe fn transpose<T: Number, V: Instructions>(
    source: blocks::From<T>,
    target: blocks::To<T>,
    extents: [usize; 2],
) {
    // SAFETY: by the contract: all indices are below the extents.
    unsafe {
        let [done_p, done_q] = blocks::squares::<T, V>(source, target, extents);
        if [done_p, done_q] == extents {
            return;
        }
        // Pairs and triples, as of colours: the compiler makes shuffles of them.
        match (extents, source.stride, target.stride) {
            ([2, len], 2, _) => return blocks::part::<T, 2>(source, target, len),
            ([3, len], 3, _) => return blocks::part::<T, 3>(source, target, len),
            ([len, 2], _, 2) => return blocks::interleave::<T, 2>(source, target, len),
            ([len, 3], _, 3) => return blocks::interleave::<T, 3>(source, target, len),
            _ => {}
        }
        for p in 0..extents[0] {
            for q in if p < done_p { done_q } else { 0 }..extents[1] {
                target.at(p, q).write(*source.at(q, p));
            }
        }
    }
}
