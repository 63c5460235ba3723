//! What is compiled for each body: its values in a block.

use std::{array, marker::PhantomData};

use super::{
    at::At,
    body::Body,
    join::{self, Join},
    reduction::Reduction,
};
use crate::{
    element::Element,
    loops::{
        Lanes,
        level::{self, Work},
    },
};

/// A block of indices: along a label where elements lie side by side, the lane, and for each index of another, the row.
pub(super) struct Block<'b, T> {
    /// Where the reads are.
    pub(super) streams: &'b [Stream<T>],
    /// Where the values are written, side by side along the lane.
    pub(super) out: *mut T,
    /// How far apart rows are there.
    pub(super) out_row: isize,
    pub(super) rows: usize,
    pub(super) len: usize,
    /// The first index of every label.
    pub(super) first: &'b [isize],
    /// The labels of row and lane; beyond all if there is none.
    pub(super) labels: (usize, usize),
    /// Whether values are added to what is there.
    pub(super) adds: bool,
    /// Whether a read is of what is written.
    pub(super) has_own: bool,
}

/// A tensor in a block: elements side by side along the lane, or one for all of it.
pub(super) struct Stream<T> {
    pub(super) pointer: *const T,
    /// How far apart rows are.
    pub(super) row: isize,
    /// Whether there is one element along the lane.
    pub(super) is_one: bool,
}

impl<T> Clone for Stream<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Stream<T> {}

/// How many rows and columns a tile has.
pub(super) const ROWS: usize = 4;
pub(super) const COLUMNS: usize = 16;

/// A tile of a map: [`ROWS`] indices of a label of the target, [`COLUMNS`] of another, and `count` of one that it has not.
pub(super) struct Tile<'t, T> {
    pub(super) panels: &'t [Panel<T>],
    pub(super) count: usize,
    /// The first index of every label.
    pub(super) first: &'t [isize],
    /// The label that the target has not.
    pub(super) label: usize,
}

/// A read in a tile: where it is, and how far apart rows and steps are.
pub(super) struct Panel<T> {
    pub(super) pointer: *const T,
    pub(super) row: isize,
    pub(super) step: isize,
}

impl<T> Clone for Panel<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Panel<T> {}

/// A body with its reduction.
pub(super) trait Kernel<T>: Send + Sync {
    /// Whether values depend on the indices other than by what is read there.
    fn is_indexed(&self) -> bool;

    /// Computes the values in a block.
    ///
    /// # Safety
    /// - There are as many streams as the body has reads, and as many first indices as it has labels.
    /// - For each row and each index along the lane, or one where a stream is one, elements are valid for reads, as far apart as the
    ///   streams say.
    /// - `out` is valid for writes of `len` elements for each row, for reads of initialised ones if it adds, and none of them is one
    ///   of a stream, unless the block has its own, where each is the one that is written.
    unsafe fn values(&self, block: &Block<'_, T>);

    /// The two labels of the target, the second the last one, of which some reads have the one and some the other, if values along
    /// further labels are put together: then tiles of both are computed at a time.
    fn tiled(&self) -> Option<(usize, usize)>;

    /// Whether a read depends on a label, as the body says.
    fn depends(&self, read: usize, label: usize) -> bool;

    /// Puts the values of a tile together with its sums.
    ///
    /// # Safety
    /// - The kernel is tiled; there are as many panels as the body has reads, and as many first indices as it has labels.
    /// - For each of `count` steps, and each of [`ROWS`] rows if the read depends on the label of rows, an element is valid for reads,
    ///   as far apart as the panels say, or [`COLUMNS`] side by side if it depends on the label of columns.
    unsafe fn tile(&self, tile: &Tile<'_, T>, sums: &mut [[T; COLUMNS]; ROWS]);

    /// How values are put together.
    fn joins(&self) -> &'static dyn Join<T>;
}

/// A body of `L` labels and `R` reads.
pub(super) struct Of<B, const L: usize, const R: usize>(pub(super) B);

impl<T: Element, B: Body<T, L, R>, const L: usize, const R: usize> Kernel<T> for Of<B, L, R> {
    fn is_indexed(&self) -> bool {
        B::IS_INDEXED
    }

    unsafe fn values(&self, block: &Block<'_, T>) {
        // SAFETY: by the contract, which is that of `Values`.
        level::run(Values::<T, B, L, R> { body: self.0, block, contract: PhantomData });
    }

    fn tiled(&self) -> Option<(usize, usize)> {
        const { tiled::<T, B, L, R>() }
    }

    fn depends(&self, read: usize, label: usize) -> bool {
        B::READS[read].contains(&label)
    }

    unsafe fn tile(&self, tile: &Tile<'_, T>, sums: &mut [[T; COLUMNS]; ROWS]) {
        if const { tiled::<T, B, L, R>().is_some() } {
            // SAFETY: by the contract, which is that of `Tiles`.
            level::run(Tiles::<T, B, L, R> { body: self.0, tile, sums });
        }
    }

    fn joins(&self) -> &'static dyn Join<T> {
        const { &join::By::<B::Reduction>::NEW }
    }
}

/// The values of a block, for which the contract of [`Kernel::values`] holds.
struct Values<'b, T, B, const L: usize, const R: usize> {
    body: B,
    block: &'b Block<'b, T>,
    contract: PhantomData<[(); R]>,
}

impl<T: Element, B: Body<T, L, R>, const L: usize, const R: usize> Work for Values<'_, T, B, L, R> {
    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        // (In a branch that is not taken nothing is compiled.)
        if const { !T::IS_PURE } {
            self.by::<1, FUSED>();
        } else if const { cfg!(debug_assertions) || size_of::<T>() > 8 } {
            self.by::<4, FUSED>();
        } else if const { size_of::<T>() <= 2 } {
            self.by::<32, FUSED>();
        } else {
            // Of 8, LLVM 21 makes no vectors for AVX-512.
            self.by::<16, FUSED>();
        }
    }
}

impl<T: Element, B: Body<T, L, R>, const L: usize, const R: usize> Values<'_, T, B, L, R> {
    /// Computes vectors of `N`. What is left of a row is less: another vector ends where the row does, some elements once more; or
    /// where that is not to be, they are computed in a buffer.
    #[inline(always)]
    fn by<const N: usize, const FUSED: bool>(&self) {
        let block = self.block;
        let first: [isize; L] = array::from_fn(|label| block.first[label]);
        let streams: [Stream<T>; R] = array::from_fn(|read| block.streams[read]);
        let (whole, rest) = (block.len / N, block.len % N);
        let is_once_more = rest > 0 && whole > 0 && !block.adds && !block.has_own;
        for row in 0..block.rows.cast_signed() {
            let mut buffers = [[T::ZERO; N]; R];
            let mut sum = [T::ZERO; N];
            let out = block.out.wrapping_offset(row.wrapping_mul(block.out_row));
            let mut at = first;
            if B::IS_INDEXED
                && let Some(index) = at.get_mut(block.labels.0)
            {
                *index += row;
            }
            let of_row: [*const T; R] =
                array::from_fn(|read| streams[read].pointer.wrapping_offset(row.wrapping_mul(streams[read].row)));
            // Whole vectors, then the last one. (A loop, so that the body is compiled once.)
            for is_last in [false, true] {
                let (count, start) = match is_last {
                    false => (whole, 0),
                    true if is_once_more => (1, block.len - N),
                    true => (usize::from(rest > 0), whole * N),
                };
                if count == 0 {
                    continue;
                }
                let is_buffered = is_last && !is_once_more;
                let mut pointers = [std::ptr::null::<T>(); R];
                for read in 0..R {
                    let from = of_row[read].wrapping_add(if streams[read].is_one { 0 } else { start });
                    // SAFETY: by the contract there are elements: one, or as many as the row has from `start` on.
                    unsafe {
                        if streams[read].is_one || is_buffered {
                            buffers[read] = [from.read(); N];
                        }
                        if !streams[read].is_one && is_buffered {
                            std::ptr::copy_nonoverlapping(from, buffers[read].as_mut_ptr(), rest);
                        }
                    }
                    pointers[read] = if streams[read].is_one || is_buffered { buffers[read].as_ptr() } else { from };
                }
                let to = out.wrapping_add(start);
                if is_buffered && block.adds {
                    // SAFETY: by the contract there are initialised elements.
                    unsafe { std::ptr::copy_nonoverlapping(to, sum.as_mut_ptr(), rest) };
                }
                let into = if is_buffered { sum.as_mut_ptr() } else { to };
                let mut at = at;
                if B::IS_INDEXED
                    && let Some(index) = at.get_mut(block.labels.1)
                {
                    *index += start.cast_signed();
                }
                for vector in 0..count {
                    // SAFETY: pointers lead to `N` elements for each vector: of the row, or of a buffer, which is one vector, and along
                    // which a stream of one element does not move.
                    unsafe {
                        let values: [[T; N]; R] = array::from_fn(|read| {
                            let moved = if streams[read].is_one { 0 } else { vector * N };
                            pointers[read].add(moved).cast::<[T; N]>().read_unaligned()
                        });
                        let mut value = self.body.value::<Lanes<N, true, FUSED>>(values, At::new(at, block.labels.1));
                        let into = into.add(vector * N).cast::<[T; N]>();
                        if block.adds {
                            let before = into.read_unaligned();
                            value = array::from_fn(|n| before[n].plus(value[n]));
                        }
                        into.write_unaligned(value);
                    }
                    if B::IS_INDEXED
                        && let Some(index) = at.get_mut(block.labels.1)
                    {
                        *index += N.cast_signed();
                    }
                }
                if is_buffered {
                    // SAFETY: by the contract there are so many elements left of the row.
                    unsafe { std::ptr::copy_nonoverlapping(sum.as_ptr(), to, rest) };
                }
            }
        }
    }
}

/// The labels of tiles: the last one of the target, and the last one before it without which there is a read that has that, and which
/// a read has that has not.
const fn tiled<T: Element, B: Body<T, L, R>, const L: usize, const R: usize>() -> Option<(usize, usize)> {
    if B::FREE < 2 || B::FREE == L || !T::IS_PURE || size_of::<T>() > 8 {
        return None;
    }
    let column = B::FREE - 1;
    let mut row = column;
    while row > 0 {
        row -= 1;
        let (mut of_rows, mut of_columns, mut read) = (false, false, 0);
        while read < R {
            let (has_row, has_column) = (lists(B::READS[read], row), lists(B::READS[read], column));
            of_rows |= has_row && !has_column;
            of_columns |= has_column && !has_row;
            read += 1;
        }
        if of_rows && of_columns {
            return Some((row, column));
        }
    }
    None
}

const fn lists(labels: &[usize], label: usize) -> bool {
    let mut n = 0;
    while n < labels.len() {
        if labels[n] == label {
            return true;
        }
        n += 1;
    }
    false
}

/// Which reads depend on the label of rows, and on that of columns.
const fn dependences<T: Element, B: Body<T, L, R>, const L: usize, const R: usize>() -> ([bool; R], [bool; R]) {
    let (mut rows, mut columns, mut read) = ([false; R], [false; R], 0);
    if let Some((row, column)) = tiled::<T, B, L, R>() {
        while read < R {
            rows[read] = lists(B::READS[read], row);
            columns[read] = lists(B::READS[read], column);
            read += 1;
        }
    }
    (rows, columns)
}

impl<T: Copy> Panel<T> {
    /// The elements of a row at a step: side by side, or one.
    ///
    /// # Safety
    /// - There are as many, valid for reads.
    #[inline(always)]
    unsafe fn load(self, row: isize, step: isize, has_columns: bool) -> [T; COLUMNS] {
        let moved = row.wrapping_mul(self.row).wrapping_add(step.wrapping_mul(self.step));
        // SAFETY: by the contract.
        unsafe {
            let pointer = self.pointer.offset(moved);
            if has_columns { pointer.cast::<[T; COLUMNS]>().read_unaligned() } else { [pointer.read(); COLUMNS] }
        }
    }
}

/// A tile, for which the contract of [`Kernel::tile`] holds.
struct Tiles<'t, T, B, const L: usize, const R: usize> {
    body: B,
    tile: &'t Tile<'t, T>,
    sums: &'t mut [[T; COLUMNS]; ROWS],
}

impl<T: Element, B: Body<T, L, R>, const L: usize, const R: usize> Work for Tiles<'_, T, B, L, R> {
    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let Some((row, column)) = (const { tiled::<T, B, L, R>() }) else { return };
        let (rows, columns) = const { dependences::<T, B, L, R>() };
        let panels: [Panel<T>; R] = array::from_fn(|read| self.tile.panels[read]);
        let mut at: [isize; L] = array::from_fn(|label| self.tile.first[label]);
        let mut sums = *self.sums;
        // (Loops, not closures, which would not be inlined.)
        for step in 0..self.tile.count.cast_signed() {
            let mut values = [[T::ZERO; COLUMNS]; R];
            for read in 0..R {
                if !rows[read] {
                    // SAFETY: by the contract there are elements.
                    values[read] = unsafe { panels[read].load(0, step, columns[read]) };
                }
            }
            for n in 0..ROWS {
                for read in 0..R {
                    if rows[read] {
                        // SAFETY: by the contract there are elements, or there is one.
                        values[read] = unsafe { panels[read].load(n.cast_signed(), step, columns[read]) };
                    }
                }
                let mut at = at;
                if B::IS_INDEXED {
                    at[row] += n.cast_signed();
                }
                let value = self.body.value::<Lanes<COLUMNS, true, FUSED>>(values, At::new(at, column));
                sums[n] = B::Reduction::join::<Lanes<COLUMNS, true, FUSED>>(sums[n], value);
            }
            if B::IS_INDEXED
                && let Some(index) = at.get_mut(self.tile.label)
            {
                *index += 1;
            }
        }
        *self.sums = sums;
    }
}
