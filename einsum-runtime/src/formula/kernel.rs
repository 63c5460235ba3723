//! The code that is compiled for each body: its values in whole vectors, and in tiles.

use core::{array, marker::PhantomData, ops::Range};

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
    tuning::JOIN_LANES,
};

/// Whole vectors of a block of indices: along a label where elements lie side by side, the lane, and for each index of another, the row.
pub(super) struct VectorBlock<'b, T> {
    /// The reads.
    pub(super) streams: &'b [Stream<T>],
    /// The first value that is written; those of a row are side by side along the lane.
    pub(super) out: *mut T,
    /// How far apart rows are there.
    pub(super) out_row: isize,
    pub(super) rows: usize,
    /// How many vectors a row has, each of [`width`] elements.
    pub(super) count: usize,
    /// The index of every label at the first row of the block that these are of, and at its first element.
    pub(super) first: &'b [isize],
    /// The labels of row and lane; beyond all if there is none.
    pub(super) labels: (usize, usize),
    /// How far these are from there, along row and lane.
    pub(super) moved: (isize, isize),
    /// How far the last index along the lane that the block has is from the first of these. Elements beyond are not used.
    pub(super) last: isize,
    /// Whether values are added to what is there.
    pub(super) adds: bool,
}

/// Where a row of vectors begins.
struct RowStart<T, const L: usize, const R: usize> {
    /// The first elements of the reads, how far apart rows of these are, and vectors of a row.
    pointers: [*const T; R],
    to_next: [isize; R],
    steps: [usize; R],
    /// The index of every label, if the body asks for it.
    first: [isize; L],
}

impl<T: Element> VectorBlock<'_, T> {
    /// The start of the first row, of vectors of `N`.
    #[inline(always)]
    fn row_start<B: Body<T, L, R>, const L: usize, const R: usize, const N: usize>(&self) -> RowStart<T, L, R> {
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
    /// Moves to the next row, along a label.
    #[inline(always)]
    fn next<B: Body<T, L, R>>(&mut self, label: usize) {
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

/// A tensor in a block: vectors one after the other, or one for all of a row.
pub(super) struct Stream<T> {
    pub(super) pointer: *const T,
    /// How far apart rows are.
    pub(super) row: isize,
    /// Whether there is one vector for all of a row.
    pub(super) is_one: bool,
}

/// How many elements are computed at a time: the vectors of all levels of the processor divide it. Where one computation may not be
/// seen twice it is one.
pub(super) const fn width<T: Element>() -> usize {
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

/// How many rows of a tile are computed at a time where registers are wide, half of them elsewhere, and how many columns it has. (Xeon,
/// distances of 2000 times 2000 points in 64 dimensions: 12.0 ms by 4 rows, whose sums wait for each other, 10.6 by 8.)
pub(super) const ROWS: usize = 8;
const HALF: usize = ROWS / 2;
pub(super) const COLUMNS: usize = 16;

/// A tile of a map: some indices of a label of the target, [`COLUMNS`] of another, and `count` of one that it has not.
pub(super) struct Tile<'t, T> {
    pub(super) panels: &'t [Panel<T>],
    pub(super) count: usize,
    /// How many rows and columns there are, at least one. Values of further ones are not used.
    pub(super) len: (usize, usize),
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

    /// Computes whole vectors.
    ///
    /// # Safety
    /// - There are as many streams as the body has reads, and as many first indices as it has labels.
    /// - For each row and each vector, or one where a stream is one, [`width`] elements side by side are valid for reads: vectors one
    ///   after the other, rows as far apart as the streams say.
    /// - `out` is valid for writes of as many elements for each row, for reads of initialised ones if it adds. None of them is one of a
    ///   stream, unless it is that of the same index, and each index is computed once. (Where it adds, rows may be the same elements.)
    unsafe fn values(&self, vectors: &VectorBlock<'_, T>);

    /// Whether values along a lane are put together as they are computed, rather than written and read again.
    fn joins_along(&self) -> bool;

    /// Puts the values of whole vectors together with sums: those of each row with its own, or of all with the only ones.
    ///
    /// # Safety
    /// - The kernel joins along; there are as many streams as the body has reads, as many first indices as it has labels, and some sums.
    /// - For each row and each vector, or one where a stream is one, [`width`] elements side by side are valid for reads: vectors one
    ///   after the other, rows as far apart as the streams say.
    unsafe fn along(&self, vectors: &VectorBlock<'_, T>, sums: &mut [[T; JOIN_LANES]]);

    /// The two labels of the target, the second the last one, of which some reads have the one and some the other, if values along
    /// further labels are put together: then tiles of both are computed at a time.
    fn tiled(&self) -> Option<(usize, usize)>;

    /// Whether a read depends on a label, as the body says.
    fn depends(&self, read: usize, label: usize) -> bool;

    /// Puts the values of a tile together with its sums: those of [`ROWS`] rows after the other, and of what is left those of the last [`ROWS`].
    ///
    /// # Safety
    /// - The kernel is tiled; there are as many panels as the body has reads, and as many first indices as it has labels.
    /// - There is a row, and there are sums for each [`ROWS`] rows and for what is left, and no more.
    /// - For each of `count` steps an element is valid for reads, or [`COLUMNS`] side by side if the read depends on the label of columns, as
    ///   far apart as the panels say. If it depends on the label of rows, there are such for each row; and for [`ROWS`], if there are fewer.
    unsafe fn tile(&self, tile: &Tile<'_, T>, sums: &mut [[[T; COLUMNS]; ROWS]]);

    /// How values are put together.
    fn joins(&self) -> &'static dyn Join<T>;
}

/// A body of `L` labels and `R` reads.
pub(super) struct Of<B, const L: usize, const R: usize>(pub(super) B);

impl<T: Element, B: Body<T, L, R>, const L: usize, const R: usize> Kernel<T> for Of<B, L, R> {
    fn is_indexed(&self) -> bool {
        B::IS_INDEXED
    }

    unsafe fn values(&self, vectors: &VectorBlock<'_, T>) {
        // SAFETY: by the contract, which is that of `Values`.
        level::run(Values::<T, B, L, R> { body: self.0, vectors, contract: PhantomData });
    }

    fn joins_along(&self) -> bool {
        const { joins_along::<T, B, L, R>() }
    }

    unsafe fn along(&self, vectors: &VectorBlock<'_, T>, sums: &mut [[T; JOIN_LANES]]) {
        if const { joins_along::<T, B, L, R>() } {
            // SAFETY: by the contract, which is that of `Along`.
            level::run(AlongLane::<T, B, L, R> { body: self.0, vectors, sums, contract: PhantomData });
        }
    }

    fn tiled(&self) -> Option<(usize, usize)> {
        const { tiled::<T, B, L, R>() }
    }

    fn depends(&self, read: usize, label: usize) -> bool {
        B::READS[read].contains(&label)
    }

    unsafe fn tile(&self, tile: &Tile<'_, T>, sums: &mut [[[T; COLUMNS]; ROWS]]) {
        if const { tiled::<T, B, L, R>().is_some() } {
            // (A call for each: of a loop around all of them LLVM would make vectors of sums of different rows.)
            for (group, sums) in sums.iter_mut().enumerate() {
                let first = (group * ROWS).min(tile.len.0.saturating_sub(ROWS));
                let used = group * ROWS - first..ROWS.min(tile.len.0);
                // SAFETY: by the contract. So many rows from the first on are among those that there are, or that there are elements for.
                level::run(Tiles::<T, B, L, R> { body: self.0, tile, first, used, sums });
            }
        }
    }

    fn joins(&self) -> &'static dyn Join<T> {
        join::by::<T, B::Reduction>()
    }
}

/// A block of vectors, for which the contract of [`Kernel::values`] holds.
struct Values<'b, T, B, const L: usize, const R: usize> {
    body: B,
    vectors: &'b VectorBlock<'b, T>,
    contract: PhantomData<[(); R]>,
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
        let VectorBlock { rows, out_row, labels, adds, .. } = *self.vectors;
        let count = self.vectors.count * (width::<T>() / N);
        let mut row_start = self.vectors.row_start::<B, L, R, N>();
        let mut out = self.vectors.out;
        for _ in 0..rows {
            let (mut pointers, mut into, mut moved) = (row_start.pointers, out, 0);
            for _ in 0..count {
                let mut values = [[T::ZERO; N]; R];
                for read in 0..R {
                    // SAFETY: by the contract there are so many elements.
                    values[read] = unsafe { pointers[read].cast::<[T; N]>().read_unaligned() };
                    pointers[read] = pointers[read].wrapping_add(row_start.steps[read]);
                }
                let at = At::new(row_start.first, labels.1, moved, self.vectors.last);
                let mut value = self.body.value::<Lanes<N, true, FUSED>>(values, at);
                // SAFETY: by the contract there is a place for the values.
                unsafe {
                    let into = into.cast::<[T; N]>();
                    if adds {
                        let before = into.read_unaligned();
                        for n in 0..N {
                            value[n] = before[n].plus(value[n]);
                        }
                    }
                    into.write_unaligned(value);
                }
                into = into.wrapping_add(N);
                moved += N.cast_signed();
            }
            out = out.wrapping_offset(out_row);
            row_start.next::<B>(labels.0);
        }
    }
}

/// Whether values are put together as they are computed: numbers of vectors of 16 or of 4, along labels that the target has not.
const fn joins_along<T: Element, B: Body<T, L, R>, const L: usize, const R: usize>() -> bool {
    B::FREE < L && matches!(width::<T>(), 4 | 16) && size_of::<T>() <= 8
}

/// A block of vectors whose values are put together along the lane, for which the contract of [`Kernel::along`] holds.
struct AlongLane<'b, T, B, const L: usize, const R: usize> {
    body: B,
    vectors: &'b VectorBlock<'b, T>,
    sums: &'b mut [[T; JOIN_LANES]],
    contract: PhantomData<[(); R]>,
}

impl<T: Element, B: Body<T, L, R>, const L: usize, const R: usize> Work for AlongLane<'_, T, B, L, R> {
    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        if const { width::<T>() == 4 || !FUSED } {
            self.by::<4, FUSED>();
        } else {
            self.by::<16, FUSED>();
        }
    }
}

impl<T: Element, B: Body<T, L, R>, const L: usize, const R: usize> AlongLane<'_, T, B, L, R> {
    /// Computes by vectors of `N`, which divides the width: each of four with sums of its own, as an addition takes as long as four begin.
    #[inline(always)]
    fn by<const N: usize, const FUSED: bool>(self) {
        let VectorBlock { rows, labels, .. } = *self.vectors;
        let count = self.vectors.count * (width::<T>() / N);
        let mut row_start = self.vectors.row_start::<B, L, R, N>();
        let last = self.sums.len() - 1;
        for row in 0..rows {
            // (Of whole vectors no element is beyond the last.)
            let (mut pointers, mut at) = (row_start.pointers, At::new(row_start.first, labels.1, 0, isize::MAX));
            let (sums, _) = self.sums[row.min(last)].as_chunks_mut::<N>();
            let mut joined = [[B::Reduction::nothing(); N]; 4];
            for _ in 0..count / 4 {
                for n in 0..4 {
                    // SAFETY: by the contract there are so many elements.
                    joined[n] = unsafe {
                        next::<T, B, L, R, N, FUSED>(self.body, joined[n], &mut pointers, row_start.steps, &mut at)
                    };
                }
            }
            for _ in 0..count % 4 {
                // SAFETY: as above.
                joined[0] = unsafe {
                    next::<T, B, L, R, N, FUSED>(self.body, joined[0], &mut pointers, row_start.steps, &mut at)
                };
            }
            // (What is put together here goes to the others as a whole: so a long sum is one of sums. One by one: of a loop LLVM would make
            // vectors of elements of all four, which it gathers.)
            let [one, two, three, four, ..] = sums else { unreachable!("there are as many lanes") };
            *one = B::Reduction::join::<Lanes<N, true, FUSED>>(*one, joined[0]);
            *two = B::Reduction::join::<Lanes<N, true, FUSED>>(*two, joined[1]);
            *three = B::Reduction::join::<Lanes<N, true, FUSED>>(*three, joined[2]);
            *four = B::Reduction::join::<Lanes<N, true, FUSED>>(*four, joined[3]);
            row_start.next::<B>(labels.0);
        }
    }
}

/// The values of the next vector along a lane, put together with others.
///
/// # Safety
/// - There are `N` elements at each pointer, valid for reads.
#[inline(always)]
unsafe fn next<T: Element, B: Body<T, L, R>, const L: usize, const R: usize, const N: usize, const FUSED: bool>(
    body: B,
    joined: [T; N],
    pointers: &mut [*const T; R],
    steps: [usize; R],
    at: &mut At<L>,
) -> [T; N] {
    let mut values = [[T::ZERO; N]; R];
    for read in 0..R {
        // SAFETY: by the contract.
        values[read] = unsafe { pointers[read].cast::<[T; N]>().read_unaligned() };
        pointers[read] = pointers[read].wrapping_add(steps[read]);
    }
    let joined = body.onto::<Lanes<N, true, FUSED>>(joined, values, *at);
    *at = at.next(N);
    joined
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

/// Some rows of a tile, for which the contract of [`Kernel::tile`] holds.
struct Tiles<'t, T, B, const L: usize, const R: usize> {
    body: B,
    tile: &'t Tile<'t, T>,
    /// The first of the rows, with which there are [`ROWS`], or all that there are.
    first: usize,
    /// Which of so many rows are used.
    used: Range<usize>,
    sums: &'t mut [[T; COLUMNS]; ROWS],
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
