//! One small GEMM, or a run of them: a few columns after the other, straight on the operands.

use crate::{
    extents,
    kernel::{
        Kernel,
        columns::is_short,
        product::{Run, WIDE},
        tile::{Ahead, LINES},
    },
    machine::{caches, prefetch, workspace::LINE},
    number::Number,
    plan::tuning::{
        DIRECT_A_PANEL_MIN_BYTES, DIRECT_BURST_COLUMN_BYTES, DIRECT_FAR_B_MIN_BYTES, DIRECT_RUN_MAX_MULTIPLICATIONS,
        GEMM_BLOCK_MAX_DEPTH, LONG_ROW_MIN_BYTES, LONG_ROWS_DEPTH, direct_a_panel_bytes, direct_far_b_bytes,
        direct_far_rows_of_b_bytes, direct_memory_b_reach_bytes,
    },
    product::Product,
};

impl<T: Number> Product<T> {
    /// Computes the GEMM, one part of the sum after the other.
    ///
    /// # Safety
    /// - The processor has the instruction set of `K`.
    /// - At all indices below the extents, `a` and `b` are valid for reads, and `out` for writes, and for reads if there is a
    ///   `beta`. Different indices of `out` are different elements, none of them one of a factor, and nothing else reaches
    ///   them.
    /// - The rows of `a` lie side by side, or in panels of `ROWS` rows, `panel` apart, in which they do; or there is only one.
    #[inline]
    pub(crate) unsafe fn compute<K: Kernel<Element = T>>(&self) {
        // SAFETY: by this function's contract, which has the same clauses.
        unsafe {
            if self.is_shallow::<K>() {
                self.compute_run::<K>(&Run::ONE);
            } else {
                self.compute_parts::<K>();
            }
        }
    }

    /// Computes a GEMM whose sum is too long for one part, part by part.
    ///
    /// # Safety
    /// - The processor has the instruction set of `K`.
    /// - At all indices below the extents, `a` and `b` are valid for reads, and `out` for writes, and for reads if there is a
    ///   `beta`. Different indices of `out` are different elements, none of them one of a factor, and nothing else reaches
    ///   them.
    /// - The rows of `a` lie side by side, or in panels of `ROWS` rows, `panel` apart, in which they do; or there is only one.
    #[inline(never)]
    unsafe fn compute_parts<K: Kernel<Element = T>>(&self) {
        let depth = self.depth::<K>();
        let mut part = *self;
        let mut left = self.k;
        while left > 0 {
            part.k = left.min(depth);
            // SAFETY: by this function's contract, which has the same clauses; so many contracted indices are left.
            unsafe { part.compute_run::<K>(&Run::ONE) };
            left -= part.k;
            let steps = [part.a.2, part.b.1].map(|stride| extents::offset(part.k, stride));
            part.advance([steps[0], steps[1], 0]);
            part.beta = Some(T::ONE);
        }
    }

    /// Moves on, in `a`, `b` and `out`.
    #[inline(always)]
    pub(crate) fn advance(&mut self, [a, b, out]: [isize; 3]) {
        self.a.0 = self.a.0.wrapping_offset(a);
        self.b.0 = self.b.0.wrapping_offset(b);
        self.out.0 = self.out.0.wrapping_offset(out);
    }

    /// The GEMM with `a` from panels of so many rows, as [`Kernel::gather`] makes them.
    #[inline(always)]
    pub(crate) fn with_panels(&self, panels: *mut T, rows: usize) -> Self {
        Self {
            a: (panels.cast_const(), 1, rows.cast_signed()),
            panel: extents::offset(rows, self.k.cast_signed()),
            ..*self
        }
    }

    /// Fetches the columns of `b` after the next `width`: their elements lie side by side, but so few of them that
    /// the processor does not see in time where it goes. (`ae,dcbe->dcba` of 72 and 48: 5.7 ms, 9.1 without.)
    #[inline(never)]
    fn fetch_columns(&self, width: usize) {
        let next = self.b.0.wrapping_offset(extents::offset(width, self.b.2));
        prefetch::rows(next, self.b.2, [width, self.k]);
    }

    /// How many contracted indices at a time.
    fn depth<K: Kernel>(&self) -> usize {
        if self.has_long_rows::<K>() {
            LONG_ROWS_DEPTH
        } else {
            let depth = direct_a_panel_bytes(caches::current()) / size_of::<T>() / self.whole[0].clamp(1, K::ROWS);
            depth.min(GEMM_BLOCK_MAX_DEPTH)
        }
    }

    /// Whether all contracted indices are taken at once.
    #[inline(always)]
    fn is_shallow<K: Kernel>(&self) -> bool {
        // (Not by `depth`: to divide takes as long as a good part of a product of 4 x 4.)
        let panel = || extents::bytes::<T>(extents::count([self.k, self.whole[0].clamp(1, K::ROWS)]));
        self.k <= LONG_ROWS_DEPTH
            || !self.has_long_rows::<K>()
                && (panel() <= DIRECT_A_PANEL_MIN_BYTES
                    || panel() <= direct_a_panel_bytes(caches::current()) && self.k <= GEMM_BLOCK_MAX_DEPTH)
    }

    /// Whether there are fewer rows than a tile has, which lie side by side in the result, all contracted indices are taken at once, and
    /// `b` is near: then tiles follow each other, and nothing else is to be asked.
    #[inline(always)]
    pub(crate) fn is_near_and_short<K: Kernel>(&self) -> bool {
        let bytes = |extent: usize| extents::bytes::<T>(extents::count([self.k, extent]));
        is_short(self, K::ROWS) && bytes(self.m) <= DIRECT_A_PANEL_MIN_BYTES && bytes(self.n) < DIRECT_FAR_B_MIN_BYTES
    }

    /// Whether there are few columns, of rows in pages of their own.
    #[inline(always)]
    fn has_long_rows<K: Kernel>(&self) -> bool {
        let [rows, columns] = self.whole;
        self.panel == 0 && extents::bytes::<T>(rows) >= LONG_ROW_MIN_BYTES && columns <= K::NR
    }

    /// Whether it is so small that [`Product::compute_run`] pays, which passes over all contracted indices at once.
    /// (16 of 16 x 16, f32: 0.83 us, one call each 0.95; 10000 of 4 x 4: 42 us and 83.)
    #[inline]
    pub(crate) fn is_tiny<K: Kernel<Element = T>>(&self) -> bool {
        extents::count([self.m, self.n, self.k]) <= DIRECT_RUN_MAX_MULTIPLICATIONS && self.is_shallow::<K>()
    }

    /// Computes a run of GEMMs, one or many that are so small that a call for each would take a good part of the time, over all
    /// contracted indices: a few columns at a time.
    ///
    /// # Safety
    /// - The processor has the instruction set of `K`.
    /// - At all indices below the extents, of each GEMM of the run, `a` and `b` are valid for reads, and `out` for writes,
    ///   and for reads if there is a `beta`. Different indices of `out` are different elements, none of them one of a
    ///   factor, and nothing else reaches them.
    /// - The rows of `a` lie side by side, or in panels of `ROWS` rows, `panel` apart, in which they do; or there is only one.
    #[inline(always)]
    pub(crate) unsafe fn compute_run<K: Kernel<Element = T>>(&self, run: &Run) {
        // SAFETY: by this function's contract, which has the same clauses; there is a column, and there are more than `width`.
        unsafe {
            let width = K::columns(self, run);
            if width < self.n {
                self.columns_after::<K>(width, run);
            }
        }
    }

    /// Computes the columns after the first `width`, as many at a time.
    ///
    /// # Safety
    /// - The processor has the instruction set of `K`.
    /// - At all indices below the extents, of each GEMM of the run, `a` and `b` are valid for reads, and `out` for writes,
    ///   and for reads if there is a `beta`. Different indices of `out` are different elements, none of them one of a
    ///   factor, and nothing else reaches them.
    /// - The rows of `a` lie side by side, or in panels of `ROWS` rows, `panel` apart, in which they do; or there is only one.
    /// - There are more columns than `width`, as many as `K::columns` computes first.
    #[inline(never)]
    unsafe fn columns_after<K: Kernel<Element = T>>(&self, width: usize, run: &Run) {
        // SAFETY: by this function's contract, which has the same clauses; at least one column is left, and as many blocks of
        // `width` columns as there are GEMMs in the run that is made of them.
        unsafe {
            let how = self.fetched(width, K::ROWS);
            let (mut rest, mut done) = (*self, width);
            while done > 0 {
                rest.n -= done;
                let [b_step, out_step] = [rest.b.2, rest.out.2].map(|stride| extents::offset(done, stride));
                rest.advance([0, b_step, out_step]);
                if rest.n == 0 {
                    return;
                }
                if how == Fetched::Columns {
                    rest.fetch_columns(width);
                }
                // The columns that are left of one GEMM are a run themselves.
                let blocks = if run.count == 1 && how != Fetched::Columns { (rest.n / width).max(1) } else { 1 };
                let run = if run.count == 1 { self.blocks(width, blocks, how) } else { *run };
                done = K::columns(&rest, &run) * blocks;
            }
        }
    }

    /// So many times so many columns.
    #[inline]
    fn blocks(&self, width: usize, count: usize, how: Fetched) -> Run {
        let [b, out] = [self.b.2, self.out.2].map(|stride| extents::offset(width, stride));
        let ahead = match how {
            Fetched::ByProcessor | Fetched::Columns => Ahead::NOTHING,
            // One line of each column after the other, or one of each row.
            Fetched::Lines if self.b.1 == 1 => {
                let round = LINES.cast_signed().wrapping_sub(extents::offset(LINES, self.b.2));
                Ahead { distance: b, next: self.b.2, round }
            }
            Fetched::Lines => Ahead { distance: b, next: self.b.1, round: 0 },
        };
        Run { count, steps: [0, b, out], ahead }
    }

    /// How the next columns of `b` are fetched, of so many at a time, and of tiles of so many rows.
    #[inline]
    fn fetched(&self, width: usize, rows: usize) -> Fetched {
        let column = extents::bytes::<T>(self.k);
        let bytes = extents::count([self.n, column]);
        if bytes < DIRECT_FAR_B_MIN_BYTES {
            return Fetched::ByProcessor;
        }
        let caches = caches::current();
        let far = if self.b.2 == 1 { direct_far_rows_of_b_bytes(caches) } else { direct_far_b_bytes(caches) };
        if bytes < far {
            return Fetched::ByProcessor;
        }
        let is_large_tile = width == WIDE && self.m >= rows;
        let (follow_each_other, is_in_memory) =
            (self.b.2 == self.k.cast_signed(), self.reach() >= direct_memory_b_reach_bytes(caches));
        if self.b.2 == 1 && is_large_tile && extents::bytes::<T>(self.b.1.unsigned_abs()) > 2 * LINE {
            Fetched::Lines
        } else if self.b.1 != 1 || follow_each_other && column <= 2 * LINE {
            Fetched::ByProcessor
        } else if is_in_memory && is_large_tile {
            Fetched::Lines
        } else if is_in_memory || column <= DIRECT_BURST_COLUMN_BYTES {
            Fetched::Columns
        } else {
            Fetched::ByProcessor
        }
    }

    /// Bytes from one end of `b` to the other: of this product, or of the one that it is a part of.
    fn reach(&self) -> usize {
        extents::bytes::<T>(extents::count([self.n, self.b.2.unsigned_abs()]))
    }
}

/// How the columns of `b` that come next are fetched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fetched {
    /// By the processor, without help.
    ByProcessor,
    /// Line by line.
    Lines,
    /// All lines of a few columns at once.
    Columns,
}
