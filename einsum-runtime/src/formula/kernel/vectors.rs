//! Values in whole vectors, written where they belong.

use core::{array, marker::PhantomData};

use einsum_engine::machine::{prefetch, streaming};

use crate::{
    element::Element,
    formula::{at::At, body::Body},
    loops::{Lanes, level::Work},
    tuning::{MAP_STREAMED_AHEAD, MAP_WRITTEN_AHEAD_BYTES},
};

/// Whole vectors of a block of indices: along a label where elements lie side by side, the lane, and for each index of another, the row.
pub(in crate::formula) struct VectorBlock<'b, T> {
    /// The reads.
    pub(in crate::formula) streams: &'b [Stream<T>],
    /// The first value that is written; those of a row are side by side along the lane.
    pub(in crate::formula) out: *mut T,
    /// How far apart rows are there.
    pub(in crate::formula) out_row: isize,
    pub(in crate::formula) rows: usize,
    /// How many vectors a row has, each of [`width`] elements.
    pub(in crate::formula) count: usize,
    /// The index of every label at the first row of the block that these are of, and at its first element.
    pub(in crate::formula) first: &'b [isize],
    /// The labels of row and lane; beyond all if there is none.
    pub(in crate::formula) labels: (usize, usize),
    /// How far these are from there, along row and lane.
    pub(in crate::formula) moved: (isize, isize),
    /// How far the last index along the lane that the block has is from the first of these. Elements beyond are not used.
    pub(in crate::formula) last: isize,
    /// Whether rows of the map are so long that one over what they are divided by is worth a division.
    pub(in crate::formula) is_long: bool,
    /// Whether values are added to what is there.
    pub(in crate::formula) adds: bool,
    /// Whether they are written past the caches, to whole lines of these: then they are not added, and are numbers.
    pub(in crate::formula) is_streamed: bool,
}

/// Where a row of vectors begins.
pub(super) struct RowStart<T, const L: usize, const R: usize> {
    /// The first elements of the reads, how far apart rows of these are, and vectors of a row.
    pub(super) pointers: [*const T; R],
    to_next: [isize; R],
    pub(super) steps: [usize; R],
    /// The index of every label, if the body asks for it.
    pub(super) first: [isize; L],
}

impl<T: Element> VectorBlock<'_, T> {
    /// The start of the first row, of vectors of `N`.
    #[inline(always)]
    pub(super) fn row_start<B: Body<T, L, R>, const L: usize, const R: usize, const N: usize>(
        &self,
    ) -> RowStart<T, L, R> {
        let mut start =
            RowStart { pointers: [core::ptr::null::<T>(); R], to_next: [0; R], steps: [0; R], first: [0; L] };
        for read in 0..R {
            let stream = self.streams[read];
            (start.pointers[read], start.to_next[read]) = (stream.pointer, stream.row);
            start.steps[read] = if stream.is_one { 0 } else { N };
        }
        if B::IS_INDEXED {
            start.first = array::from_fn(|label| self.first[label]);
            for label in 0..L {
                for (moving, moved) in [(self.labels.0, self.moved.0), (self.labels.1, self.moved.1)] {
                    start.first[label] += if label == moving { moved } else { 0 };
                }
            }
        }
        start
    }
}

impl<T: Element, const L: usize, const R: usize> RowStart<T, L, R> {
    /// One over the divisors of a row, if that is long, and each is one for all of it.
    ///
    /// # Safety
    /// - An element at each pointer is valid for reads, if the row is long.
    #[inline(always)]
    unsafe fn inverses<B: Body<T, L, R>, const N: usize, const FUSED: bool>(
        &self,
        is_long: bool,
    ) -> Option<[[T; N]; R]> {
        if const { !FUSED || !has_divisors::<T, B, L, R>() } || !is_long {
            return None;
        }
        let mut inverses = [[T::ZERO; N]; R];
        for read in 0..R {
            if !B::DIVISORS[read] {
                continue;
            }
            if self.steps[read] != 0 {
                return None;
            }
            // SAFETY: by the contract, as the row is long.
            inverses[read] = [B::inverse(unsafe { self.pointers[read].read() })?; N];
        }
        Some(inverses)
    }

    /// Moves to the next row, along a label.
    #[inline(always)]
    pub(super) fn next<B: Body<T, L, R>>(&mut self, label: usize) {
        for read in 0..R {
            self.pointers[read] = self.pointers[read].wrapping_offset(self.to_next[read]);
        }
        if B::IS_INDEXED {
            for other in 0..L {
                self.first[other] += isize::from(other == label);
            }
        }
    }
}

/// Whether others are divided by a read.
const fn has_divisors<T: Element, B: Body<T, L, R>, const L: usize, const R: usize>() -> bool {
    let (mut read, mut found) = (0, false);
    while read < R {
        found |= B::DIVISORS[read];
        read += 1;
    }
    found
}

/// A tensor in a block: vectors one after the other, or one for all of a row.
pub(in crate::formula) struct Stream<T> {
    pub(in crate::formula) pointer: *const T,
    /// How far apart rows are.
    pub(in crate::formula) row: isize,
    /// Whether there is one vector for all of a row.
    pub(in crate::formula) is_one: bool,
}

/// How many elements are computed at a time: the vectors of all levels of the processor divide it. Where one computation may not be
/// seen twice it is one.
pub(in crate::formula) const fn width<T: Element>() -> usize {
    match size_of::<T>() {
        _ if !T::IS_PURE => 1,
        9.. => 4,
        _ if cfg!(debug_assertions) => 4,
        0..=2 => 32,
        // Of 8, LLVM 21 makes no vectors for AVX-512.
        _ => 16,
    }
}

impl<T> Clone for Stream<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Stream<T> {}

/// A block of vectors, for which the contract of `Kernel::values` holds.
pub(super) struct Values<'b, T, B, const L: usize, const R: usize> {
    pub(super) body: B,
    pub(super) vectors: &'b VectorBlock<'b, T>,
    pub(super) contract: PhantomData<[(); R]>,
}

impl<T: Element, B: Body<T, L, R>, const L: usize, const R: usize> Work for Values<'_, T, B, L, R> {
    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        // (In a branch that is not taken nothing is compiled.) Without AVX a vector is 4 numbers of `f32`: more are more to compile.
        if const { width::<T>() == 1 } {
            self.by::<1, FUSED>();
        } else if const { width::<T>() == 4 || (width::<T>() == 16 && !FUSED) } {
            self.by::<4, FUSED>();
        } else if const { width::<T>() == 32 } {
            self.by::<32, FUSED>();
        } else {
            self.by::<16, FUSED>();
        }
    }
}

impl<T: Element, B: Body<T, L, R>, const L: usize, const R: usize> Values<'_, T, B, L, R> {
    /// Computes by vectors of `N`, which divides the width. (This is compiled for each body and each level: what is not done for each
    /// vector is done elsewhere. Of each further condition LLVM would make another two loops.)
    #[inline(always)]
    fn by<const N: usize, const FUSED: bool>(&self) {
        let VectorBlock { rows, out_row, labels, adds, is_streamed, .. } = *self.vectors;
        let count = self.vectors.count * (width::<T>() / N);
        let mut row_start = self.vectors.row_start::<B, L, R, N>();
        let mut out = self.vectors.out;
        for _ in 0..rows {
            let (mut pointers, mut into, mut moved) = (row_start.pointers, out, 0);
            // SAFETY: by the contract there is an element at each pointer, if there is a vector.
            let inverses = unsafe { row_start.inverses::<B, N, FUSED>(count > 0 && self.vectors.is_long) };
            for _ in 0..count {
                let mut values = [[T::ZERO; N]; R];
                for read in 0..R {
                    // SAFETY: by the contract there are so many elements.
                    values[read] = unsafe { pointers[read].cast::<[T; N]>().read_unaligned() };
                    pointers[read] = pointers[read].wrapping_add(row_start.steps[read]);
                }
                let at = At::new(row_start.first, labels.1, moved, self.vectors.last);
                let mut value = match inverses {
                    Some(inverses) if const { has_divisors::<T, B, L, R>() } => {
                        self.body.by_inverses::<Lanes<N, true, FUSED>>(values, inverses, at)
                    }
                    _ => self.body.value::<Lanes<N, true, FUSED>>(values, at),
                };
                // SAFETY: by the contract there is a place for the values; if they are streamed it begins with a line, and vectors are 16 bytes and
                // more of numbers.
                unsafe {
                    let into = into.cast::<[T; N]>();
                    if adds {
                        let before = into.read_unaligned();
                        for n in 0..N {
                            value[n] = before[n].plus(value[n]);
                        }
                    }
                    if const { T::FAMILY.is_real() } && is_streamed {
                        for pointer in pointers {
                            let ahead = pointer.wrapping_add(MAP_STREAMED_AHEAD);
                            for byte in (0..size_of::<[T; N]>()).step_by(streaming::LINE) {
                                prefetch::line(ahead.wrapping_byte_add(byte));
                            }
                        }
                        streaming::put(into, value);
                    } else {
                        // (Vectors of less than a line would fetch each several times.)
                        if const { size_of::<[T; N]>() >= streaming::LINE } {
                            let ahead = into.wrapping_byte_add(MAP_WRITTEN_AHEAD_BYTES);
                            for byte in (0..size_of::<[T; N]>()).step_by(streaming::LINE) {
                                prefetch::line(ahead.wrapping_byte_add(byte));
                            }
                        }
                        into.write_unaligned(value);
                    }
                }
                into = into.wrapping_add(N);
                moved += N.cast_signed();
            }
            out = out.wrapping_offset(out_row);
            row_start.next::<B>(labels.0);
        }
    }
}
