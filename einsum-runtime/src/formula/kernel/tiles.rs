//! Values in tiles: of some indices of two labels of the target, put together along a third.

use core::{array, ops::Range};

use crate::{
    element::Element,
    formula::{at::At, body::Body},
    loops::{Lanes, level::Work},
};

/// How many rows of a tile are computed at a time where registers are wide, half of them elsewhere, and how many columns it has. (Xeon,
/// distances of 2000 times 2000 points in 64 dimensions: 12.0 ms by 4 rows, whose sums wait for each other, 10.6 by 8.)
pub(in crate::formula) const ROWS: usize = 8;
const HALF: usize = ROWS / 2;
pub(in crate::formula) const COLUMNS: usize = 16;

/// A tile of a map: some indices of a label of the target, [`COLUMNS`] of another, and `count` of one that it has not.
pub(in crate::formula) struct Tile<'t, T> {
    pub(in crate::formula) panels: &'t [Panel<T>],
    pub(in crate::formula) count: usize,
    /// How many rows and columns there are, at least one. Values of further ones are not used.
    pub(in crate::formula) len: (usize, usize),
    /// The first index of every label.
    pub(in crate::formula) first: &'t [isize],
    /// The label that the target has not.
    pub(in crate::formula) label: usize,
}

/// A read in a tile: where it is, and how far apart rows and steps are.
pub(in crate::formula) struct Panel<T> {
    pub(in crate::formula) pointer: *const T,
    pub(in crate::formula) row: isize,
    pub(in crate::formula) step: isize,
}

impl<T> Clone for Panel<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Panel<T> {}

/// The labels of tiles: the last one of the target, and the last one before it without which there is a read that has that, and which
/// a read has that has not.
pub(super) const fn tiled<T: Element, B: Body<T, L, R>, const L: usize, const R: usize>() -> Option<(usize, usize)> {
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

/// Some rows of a tile, for which the contract of `Kernel::tile` holds.
pub(super) struct Tiles<'t, T, B, const L: usize, const R: usize> {
    pub(super) body: B,
    pub(super) tile: &'t Tile<'t, T>,
    /// The first of the rows, with which there are [`ROWS`], or all that there are.
    pub(super) first: usize,
    /// Which of so many rows are used.
    pub(super) used: Range<usize>,
    pub(super) sums: &'t mut [[T; COLUMNS]; ROWS],
}

impl<T: Element, B: Body<T, L, R>, const L: usize, const R: usize> Work for Tiles<'_, T, B, L, R> {
    #[inline(always)]
    fn run<const FUSED: bool>(mut self) {
        if self.used.start < HALF {
            self.rows::<HALF, FUSED>(0);
        }
        if self.used.end > HALF {
            self.rows::<HALF, FUSED>(HALF);
        }
    }

    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    #[inline(always)]
    fn run_wide(mut self) {
        if self.used.len() > HALF {
            self.rows::<ROWS, true>(0);
        } else {
            self.run::<true>();
        }
    }
}

impl<T: Element, B: Body<T, L, R>, const L: usize, const R: usize> Tiles<'_, T, B, L, R> {
    /// Computes `N` rows, from one of these on.
    #[inline(always)]
    fn rows<const N: usize, const FUSED: bool>(&mut self, from: usize) {
        let Some((row, column)) = (const { tiled::<T, B, L, R>() }) else { return };
        let (rows, columns) = const { dependences::<T, B, L, R>() };
        let panels: [Panel<T>; R] = array::from_fn(|read| self.tile.panels[read]);
        let mut at: [isize; L] = array::from_fn(|label| self.tile.first[label]);
        let first = self.first + from;
        let (last_row, last_column) = (self.tile.len.0 - 1 - first, self.tile.len.1.cast_signed() - 1);
        let first = first.cast_signed();
        let mut sums = [[T::ZERO; COLUMNS]; N];
        sums.copy_from_slice(&self.sums[from..from + N]);
        // (Loops, not closures, which would not be inlined.)
        for step in 0..self.tile.count.cast_signed() {
            let mut values = [[T::ZERO; COLUMNS]; R];
            for read in 0..R {
                if !rows[read] {
                    // SAFETY: by the contract there are elements.
                    values[read] = unsafe { panels[read].load(0, step, columns[read]) };
                }
            }
            for n in 0..N {
                for read in 0..R {
                    if rows[read] {
                        // SAFETY: by the contract there are elements in this row, or there is one.
                        values[read] = unsafe { panels[read].load(first + n.cast_signed(), step, columns[read]) };
                    }
                }
                let mut at = at;
                if B::IS_INDEXED {
                    at[row] += first + n.min(last_row).cast_signed();
                }
                let at = At::new(at, column, 0, last_column);
                sums[n] = self.body.onto::<Lanes<COLUMNS, true, FUSED>>(sums[n], values, at);
            }
            if B::IS_INDEXED
                && let Some(index) = at.get_mut(self.tile.label)
            {
                *index += 1;
            }
        }
        self.sums[from..from + N].copy_from_slice(&sums);
    }
}
