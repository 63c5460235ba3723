//! Each number that a decision of the engine compares with: by subject and unit, with its measurement.
//!
//! Times are those of `f32` on one core of a Zen 5 with 48 KiB of L1, 1 MiB of L2 and 32 MiB of L3, if nothing else is said; first as it
//! is decided, then as it would be otherwise.
//!
//! What follows from the size of a cache is a function of the caches of the machine. Numbers of bytes that are none have other
//! reasons: lines, pages, room on the stack, or the time that something takes.

use crate::{
    machine::{caches::Caches, workspace::LINE},
    number::Number,
};

// Nests: the loops that macros emit.

/// Bytes of a matrix that are read again and again, from which on a nest reads them a panel at a time: half of the smallest L1 cache
/// that there is.
pub const NEST_PANEL_MIN_BYTES: usize = 16 << 10;

// Memory: in what pages it lies (`machine/pages`).

/// Bytes of a result, a gradient or an intermediate from which on the system is asked for huge pages: where numpy asks.
///
/// Under glibc's allocator, on Zen 4, without and with: `ij->ji` of 4096 `f32` 44.8 to 17.6 ms, `ak,bk,ck->abc` of 192 and 8 `f64`
/// 26 to 9 ms, `relu(v[i] + b)` of 10^7 `f32` 26.7 to 7.4 ms (3.5 into an `out`). Results of 4.4 MB change by 2 to 13 %.
pub(crate) const HUGE_PAGES_MIN_BYTES: usize = 4 << 20;

/// Bytes in a huge page: those of x86-64, and of `AArch64` with small pages of 4 KiB.
pub(crate) const HUGE_PAGE_BYTES: usize = 2 << 20;

// Threads: which work is shared, and how finely.

/// How long one thread takes for work, which says whether others are asked to help.
#[derive(Debug)]
pub(crate) struct Rate {
    /// What each piece of the work takes before anything of it is done.
    pub(crate) start_nanoseconds: usize,
    /// Units of the work that are done in a nanosecond: multiplications, if nothing else is said.
    pub(crate) per_nanosecond: usize,
}

impl Rate {
    const fn of(per_nanosecond: usize) -> Self {
        Self { start_nanoseconds: 0, per_nanosecond }
    }

    /// About how long it takes to do so many pieces, each of so many units.
    pub(crate) fn nanoseconds(&self, pieces: usize, units: usize) -> usize {
        pieces.saturating_mul(self.start_nanoseconds + units / self.per_nanosecond)
    }
}

/// Nanoseconds below which work is not worth a second thread: waking one takes a few microseconds.
pub(crate) const SHARED_WORK_MIN_NANOSECONDS: usize = 40_000;

/// Pieces for every thread, so that one that is late does not keep the others waiting.
pub(crate) const PIECES_PER_THREAD: usize = 4;

/// Turns that a thread spins for while it waits for its helpers: they will soon be done.
#[cfg(feature = "rayon")]
pub(crate) const HELPER_WAIT_SPINS: usize = 1000;

/// Turns after these that it lets other threads run, before it sleeps: to sleep and be woken takes tens of microseconds.
#[cfg(feature = "rayon")]
pub(crate) const HELPER_WAIT_YIELDS: usize = 200;

// GEMM: which of two sides is m.

/// Below this extent m leaves most of a vector empty, and gives way to n if that is longer.
pub(crate) const NARROW_SIDE_EXTENT: usize = 8;

/// Contracted indices from which on a few dots of complex numbers, for every row of a long factor, are streamed.
pub(crate) const COMPLEX_DOT_MIN_LENGTH: usize = 64;

/// Bytes of the factor that is read again for every such row: it stays in the L1 cache. (Zen 4, 32 KiB of L1: as a GEMM all of these
/// take 0.3 to 0.8 of the time: `ij,kj->ik` of 4096, 200 and 4 891 us and 276, `f64` of 4096, 200 and 2 830 and 341, but of 4096, 1000
/// and 1 the same.)
pub(crate) fn complex_dot_max_factor_bytes(caches: Caches) -> usize {
    caches.l1 / 3 * 2
}

// GEMM along a batch label (`lanewise`).

/// The most axes around GEMMs side by side.
pub(crate) const LANEWISE_MAX_OUTER_AXES: usize = 8;

/// Lanes of a step: some vectors of any instruction set, some cache lines.
pub(crate) const LANEWISE_STEP_LANES: usize = 32;

/// Below so many lanes vectors are rather along m.
pub(crate) const LANEWISE_MIN_LANES: usize = 4;

/// Bytes of an element of all lanes up to which most of a vector is empty, so that products of more rows and columns than [`NARROW_SIDE_EXTENT`] are
/// computed one after the other. (Zen 4, AVX-512, `ijb,jkb->ikb`, `f32`, 4 lanes: of 16 each 1.5 times as long by lanes, of 200, 48 and 48 2.9 times,
/// of 4, 48 and 4 0.7; but 16 lanes of any extents 0.1 to 0.6.)
pub(crate) const LANEWISE_SHORT_LANES_BYTES: usize = 16;

/// Elements of factors that are not side by side along columns for each element of a result that is turned. (Zen 4, `ijb,jkb->bik`, `f32`, product
/// by product over turned, 48 lanes: of 16, 4 and 16 0.5, of 16 each 0.7, of 16, 48 and 16 1.8, of 4, 16 and 4 1.4. Where rows share the sets of
/// an L1 cache, 1.1 to 10 in all of these.)
pub(crate) const LANEWISE_TURNED_RESULT_WEIGHT: usize = 3;

/// Lanes of tensors that do not lie side by side along them, below which nothing is turned: a vector of any instruction set. (Zen 4,
/// `nxyc,mxyc->nmxy` of n = m = 16, x = y = 128 and c = 8: 6.3 ms, 34 product by product; of 32, 64 and 3 2.8 and 28.)
pub(crate) const LANEWISE_TURNED_MIN_LANES: usize = 16;

/// Elements of factors that are turned for each element of the result that would be written by itself, where lines of these share the sets of an
/// L1 cache; otherwise one. (Zen 4, `bij,bjk->ikb`, `f32`, product by product over turned, for 48 and for 4096 lanes: of 4, 4 and 4 0.9 and 1.9;
/// of 4, 48 and 4 0.4 and 0.4; of 16, 16 and 16 0.9 and 2.9; of 16, 4 and 48 2.7 and 7.8; `bij,jkb->ikb`, where one factor is not turned, 1.2 to
/// 9.5 in all of these.)
pub(crate) const LANEWISE_SAME_SETS_WEIGHT: usize = 8;

/// Bytes of the lanes at a time of an element that are turned: two cache lines.
pub(crate) const LANEWISE_TURNED_STEP_BYTES: usize = 128;

/// How often what is copied side by side is read, at least.
pub(crate) const LANEWISE_COPY_MIN_READS: usize = 4;

/// Bytes, of which rows are multiples apart that share the sets of an L1 cache: half a page, as ways are pages.
pub(crate) const SAME_SETS_STRIDE_BYTES: usize = 2048;

/// Bytes on the stack for the columns of a tile that are copied: they stay in the L1 cache.
pub(crate) const LANEWISE_COPY_STACK_BYTES: usize = 32 << 10;

/// Bytes of the lanes of a step of both factors below which they stay in the L1 cache as they lie, and are not packed. (Zen 4, 32 KiB of
/// L1, `ijb,jkb->ikb` of 7 each and 1024 lanes: 24 us, 121 as they lie; so are less than these: of 5 each 10 and 76; but `f64` of 5,
/// 3 and 4 with 256 lanes 2.6 and 2.1.)
pub(crate) fn lanewise_pack_min_bytes(caches: Caches) -> usize {
    caches.l1 / 3
}

/// Bytes above which what is packed would not stay in the L2 cache.
pub(crate) fn lanewise_pack_max_bytes(caches: Caches) -> usize {
    caches.l2 / 8 * 3
}

/// Steps of lanes.
pub(crate) const LANEWISE_RATE: Rate = Rate { start_nanoseconds: 10, per_nanosecond: 30 };

// GEMM along the contracted label (`inner`).

/// Contracted indices, at least.
///
/// (In microseconds, packed or transposed and along the contracted label: 1000 rows times 4 along 128: 17.3 and 13.9; times 8: 17.2 and
/// 26.1; along 256 times 8: 41 and 35, times 16: 42 and 68. Along 1024 times 16: 270 and 186, 24: 289 and 263, 32: 290 and 337, 64: 543 and
/// 641. 32 rows times 32 along 50000: 953 and 761. f64: along 1024 times 8: 270 and 219, 12: 322 and 298, 16: 323 and 376, 64: 1337 and
/// 1442; 32 rows times 16 along 50000: 1218 and 1025.)
pub(crate) const DOT_MIN_LENGTH: usize = 64;

/// Contracted indices for each row of the factor that has fewer rows, at least.
pub(crate) const DOT_MIN_LENGTH_PER_ROW: usize = 32;

/// Contracted indices from which on it does not take so many for each row.
pub(crate) const DOT_LONG_LENGTH: usize = 768;

/// Contracted indices for each row, from which on there may be any number of rows.
pub(crate) const DOT_ANY_ROWS_LENGTH_PER_ROW: usize = 192;

/// Bytes of the elements of a column that there may be otherwise: 24 rows of `f32`, 12 of `f64`.
pub(crate) const DOT_MAX_ROWS_BYTES: usize = 96;

/// Bytes of a row that are passed over at a time: a tile of at most ten rows stays in the L1 cache, or most of it. (Zen 4, 32 KiB of L1,
/// times by those of 4096 bytes: of 2048 `f32` 1.1 to 1.2, `f64` 1.1 to 1.2; of 8192 1.03 to 0.86, where rows are longer than
/// that.)
pub(crate) const DOT_PIECE_BYTES: usize = 4096;

/// Rows of each factor at a time: their pieces stay in the L2 cache.
pub(crate) fn dot_block_rows(caches: Caches) -> usize {
    (caches.l2 / 8 * 3 / DOT_PIECE_BYTES).clamp(DOT_BLOCK_MIN_ROWS, DOT_BLOCK_MAX_ROWS)
}

/// The most rows at a time, for which tables have room: each is read from further away once for so many.
pub(crate) const DOT_BLOCK_MAX_ROWS: usize = 96;

/// Rows of a block that is cut for the sake of threads, at least, and of which it is a multiple: a tile of any instruction set.
pub(crate) const DOT_BLOCK_MIN_ROWS: usize = 12;

/// Dots.
pub(crate) const DOT_RATE: Rate = Rate::of(40);

// Small GEMMs, straight on the operands (`small`, `product`).

/// Small GEMMs that no packing is faster for.
#[derive(Debug)]
pub(crate) struct DirectLimits {
    /// Multiplications per product, whatever its shape: for fewer, packing takes a good part of the time.
    pub(crate) max_multiplications: usize,
    /// Eighths of the L2 cache that `a` may have, however many columns there are: all of it stays there.
    max_resident_a_eighths: usize,
    /// Columns: every element of `a` would be packed for a few tiles only.
    pub(crate) max_columns: usize,
    /// Eighths of the L2 cache that `a` may have to be copied, transposed or not, for one product.
    max_copied_a_eighths: usize,
    /// Products.
    pub(crate) rate: Rate,
}

impl DirectLimits {
    /// Bytes of `a`, however many columns there are.
    pub(crate) fn max_resident_a_bytes(&self, caches: Caches) -> usize {
        caches.l2 / 8 * self.max_resident_a_eighths
    }

    /// Bytes of `a` up to which it is copied, transposed or not, for one product.
    pub(crate) fn max_copied_a_bytes(&self, caches: Caches) -> usize {
        caches.l2 / 8 * self.max_copied_a_eighths
    }
}

/// Of real numbers.
pub(crate) const DIRECT_REAL: DirectLimits = DirectLimits {
    max_multiplications: 150 * 150 * 150,
    max_resident_a_eighths: 0,
    max_columns: DIRECT_THREAD_COLUMNS,
    max_copied_a_eighths: 2,
    rate: Rate { start_nanoseconds: 10, per_nanosecond: 50 },
};

/// Of complex numbers. A multiplication is worth four, so that the most multiplications are reached as soon, in time; it is what one thread computes without
/// asking for others. Packed tiles have real and imaginary parts apart and put them together one by one as they are
/// written, those here do not, so that they are faster as long as `a` comes from a cache. All else was measured by
/// letting either path compute everything (1 MiB of L2, AVX-512; 32 to 1000 rows, 32 to 1000 contracted indices, 16 to
/// 4000 columns): with `a` of at most 600 KiB the small path takes 0.4 to 0.96 of the time, transposed or not (1.08
/// where columns of the result are 4 KiB apart); from 1 MiB on 0.85 to 1.9, but 0.4 to 0.8 if there are 16 columns.
pub(crate) const DIRECT_COMPLEX: DirectLimits = DirectLimits {
    max_multiplications: 100 * 100 * 100,
    max_resident_a_eighths: 4,
    max_columns: 16,
    max_copied_a_eighths: 4,
    rate: Rate { start_nanoseconds: 10, per_nanosecond: 12 },
};

/// Bytes of a column of `a` up to which no packing is faster, however many columns there are: every element of `b` would be packed for
/// a few tiles only. (`ij,jk->ik` of 256 each: 124 us, packed 149.) Half of that where columns are in pages of their own
/// (`dca,bd->cba` of 192 each: 14.7 ms, packed 12.5), or contracted indices of `b` in halves of a page, whose lines displace each other in the
/// L1 cache (`ji,jk->ik` of 512, f32, Xeon: 3.4 ms, packed 1.8), and twice as much if all of `a` has at most [`direct_near_a_bytes`], and
/// `b` fits in the L2 cache. (256 each, f64: 251 us, packed 278; but 1000 times 256 along 1000, f64: 4.9 ms and 4.5.)
pub(crate) const DIRECT_MAX_A_COLUMN_BYTES: usize = 1024;

/// Bytes of a column of `a` up to which no packing is faster where the columns of `b` lie side by side, each contracted index in half a page
/// or more of its own, and all of it has more bytes than [`direct_far_b_bytes`]: for every two vectors of rows all pages are gone through once; and where
/// columns of `a` displace each other, too many for a copy. (`ij,id->jd` of 416, 2048 and 64, f32,
/// Xeon, 2 MiB of L2: 1.47 ms, packed 0.98; of 32: 0.75 and 0.65; of 16: 0.57 and 0.51; f64 2.72, 2.16; 1.51, 1.48; 0.78, 1.13.)
pub(crate) const DIRECT_ACROSS_MAX_A_COLUMN_BYTES: usize = 128;

/// Bytes from the first column of `a` to the last from which on columns that are halves of pages apart displace each other in the caches: they
/// share the few places that these have for lines of such addresses. Then `a` is copied. (Xeon, 2 MiB of L2: `bhqk,bkhd->bqhd` of 4, 8, 512, 512 and 64,
/// f64, columns 4096 bytes apart: 33 ms in place, packed 21, copied 17; `bhqk,bqhd->bkhd` of 4, 8, 512, 500 and 64, f32, 2048 bytes apart: 18 in place,
/// copied 9.)
pub(crate) fn direct_displaced_a_bytes(caches: Caches) -> usize {
    caches.l2 / 4
}

/// Contracted indices for which columns displace each other, at least: of fewer, the L1 cache has room for many.
pub(crate) const DIRECT_DISPLACED_MIN_TERMS: usize = 64;

/// Columns of the result for which `a` is copied, at least: it is read once for every eight.
pub(crate) const DIRECT_DISPLACED_MIN_COLUMNS: usize = 32;

/// Bytes of `a`, most of which stays in the L2 cache.
pub(crate) fn direct_near_a_bytes(caches: Caches) -> usize {
    caches.l2 / 4 * 3
}

/// The most axes around a small GEMM.
pub(crate) const DIRECT_MAX_OUTER_AXES: usize = 6;

/// Bytes in a page of memory.
pub(crate) const PAGE_BYTES: usize = 4096;

/// Multiplications up to which a call costs as much, however they are done: any strides, and any number of contracted axes.
pub(crate) const DIRECT_TINY_MULTIPLICATIONS: usize = 32 * 32 * 32;

/// Terms up to which a vector times a matrix that lies side by side along the result is a GEMM of one column. (Zen 4, `i,ij->j` of 8 each:
/// 23 ns, 80 in lanes of the result; of 16 34 and 92, of 64 208 and 265.)
pub(crate) const DIRECT_VECTOR_MAX_TERMS: usize = 4096;

/// Columns that threads do not share: those of a tile.
pub(crate) const DIRECT_THREAD_COLUMNS: usize = 8;

/// Bytes of `a` that are transposed on the stack.
pub(crate) const DIRECT_STACK_A_BYTES: usize = 8 << 10;

/// Bytes of `a`, of two vectors of rows, that are passed over at a time: they and [`DIRECT_MAX_A_COLUMN_BYTES`] bound what stays in the
/// L2 cache, and of eight columns of `b` a part that stays in the L1 cache. (`a` has more than that: `ij,jk->ik` of 2048, 512 and 32:
/// 256 us, 295 by 48 KiB; Zen 4, 32 KiB of L1: 576, 597 by 42 KiB.)
pub(crate) fn direct_a_panel_bytes(caches: Caches) -> usize {
    (caches.l1 * 2).min(caches.l2 / 16).max(DIRECT_A_PANEL_MIN_BYTES)
}

/// Bytes of `a` that are passed over at once on any machine: nobody asks for its caches.
pub(crate) const DIRECT_A_PANEL_MIN_BYTES: usize = 16 << 10;

/// Bytes of `b` that are not expected to be found in the L2 cache.
pub(crate) fn direct_far_b_bytes(caches: Caches) -> usize {
    (caches.l2 / 2).max(DIRECT_FAR_B_MIN_BYTES)
}

/// Bytes of `b` that are not expected to be found in the L2 cache, where its columns lie side by side, so that a tile reads a part of a line from
/// each contracted index: the processor does not see where it goes, and what it waits for costs more than to fetch what is near. (`bhqk,bqhd->bkhd` of 4, 8, 512, 500 and 64, f32, Xeon, 2 MiB of
/// L2, `b` from memory: 18 ms, 23 by [`direct_far_b_bytes`]; of 480: 8.7 and 15.9; near, `ji,jk->ik` of 400, 500 and 64: 0.18 and 0.18.)
pub(crate) fn direct_far_rows_of_b_bytes(caches: Caches) -> usize {
    (caches.l2 / 4).max(DIRECT_FAR_B_MIN_BYTES)
}

/// Bytes of `b` that are near on any machine: nobody asks for its caches.
pub(crate) const DIRECT_FAR_B_MIN_BYTES: usize = 32 << 10;

/// Bytes from one end of `b` to the other from which on it comes from memory: the next columns are fetched line by line
/// while these are multiplied. (`ijk,kl->ijl` of 256 and l = 32, f64: 9.0 ms, all lines of the next columns at once 12.1; but
/// `abc,ck->abk` of 128 and 32, which is in the L3 cache, 2.0 and 1.6.)
pub(crate) fn direct_memory_b_reach_bytes(caches: Caches) -> usize {
    caches.last / 4 * 3
}

/// Bytes of a column up to which all of the next columns are fetched at once, where they come from a cache: of longer ones
/// the processor sees in time where they go. (`ijk,jkr->ir` of 256, 8, 256 and 32, f32: 130 us, fetched at once 148.)
pub(crate) const DIRECT_BURST_COLUMN_BYTES: usize = 16 * LINE;

/// Multiplications up to which all GEMMs along an axis are one call. (16 of 16 x 16: 0.83 us, one call each 0.95; 10000 of 4 x 4: 42 us
/// and 83.)
pub(crate) const DIRECT_RUN_MAX_MULTIPLICATIONS: usize = 4096;

/// Contracted indices at a time where rows are so long that each is in pages of its own, and there are few columns:
/// as many lines at such distances as a first-level cache has room for.
pub(crate) const LONG_ROWS_DEPTH: usize = 8;

/// Bytes of a row of `a` from which on each is in pages of its own.
pub(crate) const LONG_ROW_MIN_BYTES: usize = 8 << 10;

/// Vectors of rows, of long rows, that are fetched before they are needed. (`ij,ik->kj` with k = 4, 4096 x 4096: 2.1 ms, 3.2 without.)
pub(crate) const LONG_ROWS_AHEAD_VECTORS: usize = 16;

/// Extents below which a GEMM is known to be small and near without a multiplication. (Zen 4, `ij,jk->ik` of 4 with `out`: 15.7 ns, 17.5 if
/// all is asked.)
pub(crate) const fn direct_quick_extent<T>() -> usize {
    if size_of::<T>() > DIRECT_QUICK_ELEMENT_BYTES { DIRECT_QUICK_EXTENT / 2 } else { DIRECT_QUICK_EXTENT }
}

/// The extent of [`direct_quick_extent`] for numbers of at most [`DIRECT_QUICK_ELEMENT_BYTES`]: so many rows of columns, less one each,
/// are no more than [`DIRECT_FAR_B_MIN_BYTES`].
const DIRECT_QUICK_EXTENT: usize = 64;

/// Bytes of numbers of which GEMMs of larger extents are known to be near.
const DIRECT_QUICK_ELEMENT_BYTES: usize = 8;

const _: () = assert!(
    DIRECT_QUICK_EXTENT <= DOT_MIN_LENGTH
        && NARROW_SIDE_EXTENT * DIRECT_QUICK_EXTENT.pow(2) <= DIRECT_TINY_MULTIPLICATIONS
        && DIRECT_QUICK_EXTENT.pow(2) * DIRECT_QUICK_ELEMENT_BYTES <= DIRECT_FAR_B_MIN_BYTES,
    "what is small by its extents is small by its multiplications and bytes"
);

/// Bytes of a vector from which on a vector and a half of rows are not two: half of the processors with such vectors compute with one at
/// half the rate of one of half as many bytes. (Zen 4, `ij,jk->ik` of 20 each: 212 ns, 287 in two vectors; of 24 300 and 395.)
pub(crate) const UNEVEN_TILE_MIN_VECTOR_BYTES: usize = 64;

// Split-K (`parts`).

/// The axes of a contraction whose sum is split are fewer than this.
pub(crate) const SPLIT_K_MAX_AXES: usize = 16;

/// The most parts.
pub(crate) const SPLIT_K_MAX_PARTS: usize = 8;

/// The most elements of the result: their sums are kept for every part.
pub(crate) const SPLIT_K_MAX_RESULT_ELEMENTS: usize = 8 << 10;

/// Contracted indices of a part, at least: a part of the sums is written once for so many.
pub(crate) const SPLIT_K_PART_MIN_DEPTH: usize = 512;

/// Multiplications from which on it takes long enough for several threads.
pub(crate) const SPLIT_K_MIN_MULTIPLICATIONS: usize = 1 << 22;

/// Contracted indices of GEMMs side by side that are added up in registers before they are added to the result. (Zen 4, `ijb,jkb->ikb` of 3,
/// 2000, 3 and 64 lanes takes 206 us, as in one block.)
pub(crate) const LANEWISE_BLOCK_DEPTH: usize = 1024;

/// Contracted indices that a GEMM adds up, at least, before they are added to the result: those of a micro-panel of B~, or of `a` straight on the
/// operands, on any machine.
pub(crate) const GEMM_BLOCK_MIN_DEPTH: usize = 256;

/// Contracted indices that a GEMM adds up at most, before they are added to the result, however large the caches are: what it loses to
/// rounding grows with them. (The L1 cache of most machines is for fewer.)
pub(crate) const GEMM_BLOCK_MAX_DEPTH: usize = 1024;

/// GEMMs, and parts of one.
pub(crate) const GEMM_RATE: Rate = Rate::of(60);

// Products of integers (`integers`).

/// Indices of a contracted label side by side in both factors from which on loops over it are fast, of integers: they have vectors of terms.
pub(crate) const INTEGER_DOT_MIN_LENGTH: usize = 256;

/// Indices of a label side by side in all tensors that have it from which on loops have vectors along it, of integers. (`ki,kj->ij` of 1024,
/// 1024 and 8 takes 7 to 45 times as long by loops as packed.)
pub(crate) const INTEGER_LANE_MIN_EXTENT: usize = 16;

/// The least sizes of a GEMM of integers that is packed.
pub(crate) struct IntegerLimits {
    /// Multiplications.
    pub(crate) multiplications: usize,
    /// Rows and columns.
    pub(crate) side: usize,
    /// Contracted indices.
    pub(crate) depth: usize,
}

/// Which GEMMs of integers of so many bytes are packed, whose loops have vectors along a label of the result, or of terms, or neither. (Zen 4,
/// AVX-512, time of loops by that of packed factors. `ij,jk->ik` of 64 and of 128, which has lanes: `i8` 0.7, 1.0; `i16` 0.8, 1.1; `i32` 0.6,
/// 1.8; `i64` 1.1, 2.3; of 8, 1024 and 1024: 0.8, 1.4, 2.6, 2.7; of 1024, 8 and 1024: 0.8, 0.6, 0.5, 1.0. `ij,kj->ik` of 32 and of 64: `i8` 1.2,
/// 2.4; `i16` 1.5, 3.4; `i32` 0.7, 0.8; `i64` 0.7, 1.0; of 32, 1024 and 1024, which has dots: 0.9, 1.1, 1.0, 2.7; of 1024, 2 and 1024, which has
/// neither, from 2 to 100.)
pub(crate) const fn integer_limits(bytes: usize, have_lanes: bool, have_dots: bool) -> IntegerLimits {
    let is_short = bytes <= 2;
    IntegerLimits {
        multiplications: match bytes {
            1 | 2 if have_lanes => 1 << 20,
            1 | 2 => 1 << 15,
            4 => 1 << 19,
            _ => 1 << 17,
        },
        side: match (have_dots, have_lanes) {
            (true, _) => 24 << is_short as usize,
            (_, true) => 8 << is_short as usize,
            _ => 4,
        },
        depth: if have_lanes { 16 } else { 2 },
    }
}

/// Rows of a tile of integers of so many bytes: where neither side of a GEMM has so many, most of it is computed in vain, and where one side has,
/// it is that of the rows. (16 x 10000 times 10000 x 16: `i8` 350 us, 77 by loops; `i32` 257 and 198.)
pub(crate) const fn integer_tile_rows(bytes: usize) -> usize {
    if bytes <= 2 { 64 } else { 128 / bytes }
}

// Blocked GEMM: the five loops of BLIS (`blocked`).

/// Bytes of a micro-panel of B~: it stays in the L1 cache while A~ streams past it. Half of it, or three quarters if that is less than
/// 24 KiB. (Zen 4, 32 KiB of L1, products of 512 to 2048: 16 KiB take 1.01 times as long as 24 in `f32`, 1.02 to 1.03 in `f64` and
/// complex, 32 and 48 KiB within 0.01.)
pub(crate) fn b_micro_panel_bytes(caches: Caches) -> usize {
    (caches.l1 / 2).clamp((caches.l1 / 4 * 3).min(24 << 10), B_MICRO_PANEL_MAX_BYTES)
}

/// Bytes of a micro-panel for any machine, so that A~ and B~ have several.
pub(crate) const B_MICRO_PANEL_MAX_BYTES: usize = 128 << 10;

/// Rows up to which a view of windows that overlap is read in place, each element of which would be packed for so many rows. (To pack two of
/// them takes about a nanosecond if they are transposed, in which the products of some fifty rows are computed. Xeon, `f32`, convolutions and their
/// gradients: of 16 and 64 rows 0.4 to 1.0 of the time of packing, of 128 and 256, channels last, 0.87 and 0.94. Where packing does not transpose, of
/// 16 and 64 rows 0.87 to 0.96: 7 x 7 with channels first 9.6 ms, 8.4 in place; of 16 channels, last, with gradients 12.6 and 10.2.)
pub(crate) const IN_PLACE_MAX_ROWS: usize = 256;

/// Rows up to which such a view is read in place although its own side would make the better vectors: tiles are then transposed as they are written.
/// (Xeon, `f32`, 3 x 3 with channels first: of 128 and 256 rows 1.03 of the time of packing.)
pub(crate) const IN_PLACE_TURNED_MAX_ROWS: usize = 96;

/// Contracted indices from which on it is read so. (Xeon, `f32`, channels first: 3 x 3 of 16 channels, 144 indices, 755 us packed, 600 in place; of 3 channels, 27, 1.5 ms and 2.1.)
pub(crate) const IN_PLACE_TURNED_MIN_DEPTH: usize = 128;

// GEMM onto overlapping windows (`windows`).

/// Rows or columns of a part, at least: the factor of the others is packed once for so many.
pub(crate) const WINDOWS_PART_MIN_INDICES: usize = 384;

/// The most parts.
pub(crate) const WINDOWS_MAX_PARTS: usize = 16;

/// Contracted indices between two jumps back of a tile: where A~ comes from the L2 cache, its lines are asked for in time, as they are not by a loop
/// over single indices. (Xeon, 2 MiB of L2, 16x12 in AVX-512, 256 of `f64`: 75 GFLOP/s one by one, 80 by twos, 85 by fours, 73 by eights, 89 with
/// both factors in the L1 cache; 32x12 of `f32` 158, 173 by fours; 8x6 in AVX2 of `f64` 52 and 54.)
pub(crate) const TILE_STEPS_TOGETHER: usize = 4;

/// Bytes of A~: it stays in the L2 cache, with what streams past it. At most what a thread keeps room for. (Zen 4, 1 MiB of L2, products of
/// 512 to 2048, times of half by that of 15 sixteenths: `f32` 1.00, but of 2048 1.03; `f64` 0.97. Xeon, 2 MiB of L2, `f64` and `f32`: 1800 times
/// 1800 `ca,bc->ba` 0.87 and 0.81, `dfae,cebf->dcba` 0.82 and 0.94, 2048 0.88 and 0.84, 1024 1.00 and between 0.9 and 1.1.)
pub(crate) fn a_block_bytes(caches: Caches) -> usize {
    (caches.l2 / 2).min(A_BLOCK_MAX_BYTES)
}

/// Bytes of B~: it stays in the L3 cache, with those of other threads. (Of fewer columns A~ would be packed again too soon, wherever B~
/// comes from; more than these gain nothing.)
pub(crate) fn b_block_bytes(caches: Caches) -> usize {
    (caches.last / 8).clamp(B_BLOCK_MAX_BYTES / 4, B_BLOCK_MAX_BYTES)
}

/// Bytes of A~ that a thread keeps room for.
pub(crate) const A_BLOCK_MAX_BYTES: usize = 4 << 20;

/// Bytes of B~ that a thread keeps room for.
pub(crate) const B_BLOCK_MAX_BYTES: usize = 8 << 20;

/// The most steps across that are packed at once.
pub(crate) const A_BLOCK_MAX_ACROSS: usize = 32;

/// Columns for each thread and thread, from which on they share nothing but work on columns of their own, for which each packs
/// all of `a`; that is less than to wait for each other and to read what another has packed, in whose caches it may be.
/// (Products of 1024 each, two threads, f64: 9.0 ms and 8.6; 10.1 and 8.9 while the machine had its two cores far from each
/// other, which it has every few minutes.)
pub(crate) const APART_MIN_COLUMNS: usize = 128;

/// Multiplications of `f32` in a nanosecond by tiles of `bf16`.
#[cfg(target_arch = "x86_64")]
pub(crate) const HALVES_RATE: Rate = Rate::of(500);

/// The smallest products of `bf16` that are computed by tiles.
#[cfg(target_arch = "x86_64")]
pub(crate) struct HalvesLimits {
    /// Of rows, columns and contracted indices.
    pub(crate) multiplications: usize,
    /// Of rows, and of columns.
    pub(crate) side: usize,
    /// Contracted indices, from which on and up to which.
    pub(crate) depth: [usize; 2],
}

/// Below, most of a tile would be zeros. Beyond, sums in blocks would lose more to rounding than spans of `f32`.
#[cfg(target_arch = "x86_64")]
pub(crate) const HALVES_LIMITS: HalvesLimits =
    HalvesLimits { multiplications: 1 << 13, side: 8, depth: [8, SUM_MAX_ADDITIONS * GEMM_BLOCK_MIN_DEPTH] };

/// Elements of an array of `bf16` from which on it is read as it is where there are tiles.
pub(crate) const HALVES_MIN_ELEMENTS: usize = 256;

/// Contracted indices of a block of `bf16`: 32 rows of so many stay in the L1 cache.
#[cfg(target_arch = "x86_64")]
pub(crate) fn halves_block_depth(caches: Caches) -> usize {
    (caches.l1 * 2 / 3 / (32 * 2)).clamp(GEMM_BLOCK_MIN_DEPTH, GEMM_BLOCK_MAX_DEPTH)
}

/// Rows of a block of `bf16`, which stays in the L2 cache.
#[cfg(target_arch = "x86_64")]
pub(crate) fn halves_block_rows(caches: Caches, depth: usize) -> usize {
    a_block_bytes(caches) / (2 * depth)
}

/// Columns of a block of `bf16`, which stays in the L3 cache.
#[cfg(target_arch = "x86_64")]
pub(crate) fn halves_block_columns(caches: Caches, depth: usize) -> usize {
    b_block_bytes(caches) / (2 * depth)
}

/// Pieces for each thread of the columns that they share.
pub(crate) const B_SHARED_PIECES_PER_THREAD: usize = 2;

/// Columns of a piece for threads that share nothing, if there are more than a piece for each thread.
pub(crate) const APART_PIECE_COLUMNS: usize = 512;

/// Micro-panels that are packed at a time, of rows that lie side by side: no more are written at once than an L1 cache has ways.
pub(crate) const PACK_PANELS_TOGETHER: usize = 4;

/// Contracted indices before they are needed that such rows are fetched.
pub(crate) const PACK_AHEAD_DEPTH: usize = 8;

// Factors of another type (`converted`).

/// The most bytes of a block that is used many times, in a product of matrices: large enough that what is done anew for each
/// block (the other factor is packed, the result is added to) is little beside the product of it, whatever cache it comes from.
pub(crate) const CONVERTED_GEMM_BLOCK_BYTES: usize = 2 << 20;

/// The most bytes of a block that is used once: they stay in the L2 cache until they are read. (Of less, each block's own set-up
/// would take longer.)
pub(crate) fn converted_stream_block_bytes(caches: Caches) -> usize {
    (caches.l2 / 4).clamp(16 << 10, CONVERTED_GEMM_BLOCK_BYTES)
}

/// An axis along which elements lie side by side in some tensor is not cut to blocks of fewer indices, as long as there is
/// another to cut: vectors, and lines of the cache.
pub(crate) const CONVERTED_MIN_RUN: usize = 64;

/// Elements of `f32` that are rounded to `bf16`.
pub(crate) const ROUNDED_RATE: Rate = Rate::of(4);

/// Elements that are converted.
pub(crate) const CONVERTED_RATE: Rate = Rate::of(2);

// Streams: steps without a plan (`short`).

/// Terms up to which planning a sum takes longer than the sum. (One core, planned as others and without a plan: 8 products 19 ns and 10,
/// 16 x 16 times a vector 50 and 37.)
pub(crate) const UNPLANNED_SUM_MAX_TERMS: usize = 1024;

/// Terms up to which vectors take longer to begin and end than numbers one by one. (Trace of 4 x 4 17 ns, one by one 7; `i,j->ij` of 3
/// 60 and 34.)
pub(crate) const ONE_BY_ONE_MAX_TERMS: usize = 16;

// Streams: which axis is the lane (`plan`).

/// Stride from which on elements that are not side by side cost twice as much: each is in a page of its own. (`bii->b` of
/// 1024 and 128 with its gradient, f32: 1.3 ms, 2.9 along b.)
pub(crate) const FAR_STRIDE_ELEMENTS: usize = 1024;

/// What a lane costs, as the number of elements that are not side by side.
pub(crate) const LANE_COST_ELEMENTS: usize = 8;

/// What a lane of real numbers costs, for which there are kernels for short ones, likewise.
pub(crate) const REAL_LANE_COST_ELEMENTS: usize = 2;

/// Extent of the lane, and of the axis across, below which to transpose tiles does not pay.
pub(crate) const TILE_MIN_EXTENT: usize = 4;

// Streams: sums (`fold`, `accumulate`, `split`).

/// Extent below which an axis along which one of two factors is repeated comes last: that factor is then read once.
pub(crate) const REPEATED_NARROW_EXTENT: usize = 8;

/// Elements of a lane from which on rows far away are added to sums of lanes that follow each other in memory. (`ijk->j` of 256 each:
/// 1.7 ms, 4.1 row after row.)
pub(crate) const SUM_OF_SUMS_MIN_LANE: usize = 16;

/// Bytes from the first of these rows to the last, at least: some of them would leave the L2 cache before they are read again.
pub(crate) fn sum_of_sums_min_reach_bytes(caches: Caches) -> usize {
    caches.l2 / 4
}

/// Terms of a sum that come from a near cache: they are added up in registers. (Zen 4, `ij->j` of 60 each, `f32`: 0.22 us, in a buffer
/// 0.30; of 100 each, which is beyond this, 0.68, in registers 0.41; but of 128 and 256, `f64`, 2.6 and 3.2.)
pub(crate) fn accumulate_near_terms(caches: Caches) -> usize {
    (caches.l1 / 12).max(caches.l2 / 256)
}

/// Elements of a lane that is too short to be read on its own.
pub(crate) const ACCUMULATE_NARROW_LANE: usize = 16;

/// Rows that are added up in registers, every other one in another, before they are added to the sum of other blocks: a multiple of 2.
/// (Zen 4, 1e7 x 2 times 0.1 in `f32`, `ji->i`: relative error 7e-4 if all are, 4e-6 so.)
pub(crate) const ACCUMULATE_BLOCK_ROWS: usize = 512;

/// Rows that are added up in a buffer, four together, before they are added to the result.
pub(crate) const BUFFER_BLOCK_ROWS: usize = 4 * ACCUMULATE_BLOCK_ROWS;

/// Terms that are folded before they are added to the result: as many as it takes for the call of a kernel to be nothing beside them, in
/// sums of some hundred or thousand each.
pub(crate) const fn fold_block_terms<T: Number>() -> usize {
    FOLD_BLOCK_BYTES / size_of::<T>() / if T::FAMILY.is_complex() { FOLD_COMPLEX_BLOCK_FRACTION } else { 1 }
}

/// Bytes of the terms of one factor that are folded before they are added to the result.
pub(crate) const FOLD_BLOCK_BYTES: usize = 128 << 10;

/// The part of that for complex numbers, products of which are added up in fewer sums side by side: two vectors, by two parts of a number.
/// (`ij,j->i` of 2 and 1e6, `Complex32` without instructions beyond the baseline: relative error 2.1e-5 by whole blocks.)
const FOLD_COMPLEX_BLOCK_FRACTION: usize = 4;

/// How often something is added to an element of the result, one after the other, at most: longer sums are cut into spans, which are
/// added up elsewhere first. (So many additions lose about as much as those within a block.)
pub(crate) const SUM_MAX_ADDITIONS: usize = 256;

/// Elements of lanes that are shorter than what the latency of additions hides.
pub(crate) const FOLD_SHORT_LANE: usize = 256;

/// Elements of lanes for which the widest vectors would only take longer to add up.
pub(crate) const FOLD_TINY_LANE: usize = 48;

/// Elements of lanes that are folded four at a time where the second factor is the same for all, and comes from the first-level cache.
pub(crate) const FOLD_SHARED_LANE: usize = FOLD_SHORT_LANE;

/// Terms of a sum of `f32` from which on it is added up in `f64`: they come from memory. (2^24 numbers that nearly cancel, the exact sum
/// of which is 1.15430: 1.15439, in `f32` 1.1481; 1.3 ms, each in `f64` 1.5.)
pub(crate) const FOLD_WIDENED_MIN_TERMS: usize = 1 << 16;

/// Bytes of a lane from which on one lane at a time fetches what comes later, and up to which four do.
pub(crate) const FOLD_AHEAD_SHORT_BYTES: usize = 512;

/// Bytes of a lane of one factor alone from which on the processor does that itself.
pub(crate) const FOLD_AHEAD_LONG_BYTES: usize = 8 << 10;

/// Long lanes of one factor that are read side by side: the processor fetches from more pages at a time.
pub(crate) const FOLD_LANES: usize = 4;

/// Bytes of a lane from which on they are: it is in no L1 cache, which alone gives more in a nanosecond than fewer sums side by side take.
/// (Xeon, 128 MiB of `f64`: 8.3 ms, by four lanes of 4 KiB 6.8, of 64 KiB 6.3.)
pub(crate) const FOLD_LANES_MIN_BYTES: usize = 32 << 10;

/// Terms below which a step is neither split nor shared: some ten microseconds.
pub(crate) const SPLIT_MIN_TERMS: usize = 1 << 15;

/// Terms of a part of a sum, at least.
pub(crate) const SPLIT_PART_MIN_TERMS: usize = 1 << 16;

/// The most parts of a sum.
pub(crate) const SPLIT_MAX_PARTS: usize = 64;

/// Terms of each sum in a part, at least.
pub(crate) const SPLIT_PART_MIN_DEPTH: usize = 256;

/// Indices that threads share well, however many there are. (`bij,bj->bi` of 32 and 64 x 64, f32: 4.2 us, 7.0 in two
/// parts.)
pub(crate) const WELL_SHARED_INDICES: usize = 64;

/// Bytes of terms that memory moves, where they lie side by side.
pub(crate) const STREAM_RATE: Rate = Rate::of(16);

/// Terms that memory moves where each element of a tensor is in another line.
pub(crate) const SCATTERED_RATE: Rate = Rate::of(2);

/// What one index is worth of an axis that a tensor lies side by side along, to threads that share it: each would have but pieces of its
/// lines. One in so many.
pub(crate) const SIDE_BY_SIDE_SHARE: usize = 16;

// Converted factors.

/// Bytes on the stack for as much of either factor as is converted there. (To convert 4 x 4 block by block takes 0.4 us, of which its
/// product is a tenth.)
pub(crate) const CONVERTED_STACK_BYTES: usize = 16 << 10;

// Streams: transposed copies (`tiles`).

/// Indices of a tile of a factor that is packed, along the lane and across, at least, if there are so many.
pub(crate) const PACK_TILE_MIN_EXTENTS: [usize; 2] = [64, 8];

/// Elements that are in the L1 cache all together, whatever their order: the largest, of both tensors, have 32 KiB, which any has.
pub(crate) const TRANSPOSE_NEAR_ELEMENTS: usize = 1024;

/// Bytes of a tensor from which on what is read is fetched ahead, and lines of the result are written one after the
/// other, from a buffer. (f32: 1000 x 2097 in 389 us, straight from operand to result 415; 1000 x 1048 in 157 and 140;
/// 500 x 500 in 46 and 25.)
pub(crate) fn transpose_buffered_min_bytes(caches: Caches) -> usize {
    (caches.last / 8).max(caches.l2)
}

/// Lines that a set of the L1 cache has room for: a way is as large as a page of memory, where addresses are not looked up before.
pub(crate) fn l1_ways(caches: Caches) -> usize {
    (caches.l1 / PAGE_BYTES).max(1)
}

/// Bytes apart at which addresses share a set of the L2 cache.
pub(crate) fn l2_same_set_stride_bytes(caches: Caches) -> usize {
    1 << (caches.l2 / 8).max(LINE).ilog2()
}

/// Lines of a set of the L2 cache that are fetched ahead, at most: it has room for as many.
pub(crate) const FETCHED_MAX_LINES_OF_SET: usize = 16;

/// Bytes of a buffer between kernels and the tensor that values are for: a third of the L1 cache, or half of the smallest one.
pub(crate) const STREAM_BUFFER_BYTES: usize = 16 << 10;

/// Bytes of a row of the operand in a tile, of which most extents are multiples. (4096 x 4096 in f64, 12.4 ms by 32 x 64;
/// 14.4 by 40 x 48, which leaves rests. Rows of twice that, f32: 4000 x 4000 in 5.9 ms instead of 4.9, 2048 x 2048 in 1.14
/// instead of 0.88.)
pub(crate) const TRANSPOSE_TILE_ROW_BYTES: usize = 256;

/// Rows and columns that a block is made of: as many pages of each tensor as the processor finds
/// the addresses of without a walk through tables (2048 on current ones).
pub(crate) const TRANSPOSE_BLOCK_PAGES: usize = 512;

// Streams: past the caches, and ahead of them.

/// Bytes of all tensors that are not expected to be found in a cache, not even by who reads the result next.
///
/// (f32, one core, a third-level cache of 32 MiB: `i,j->ij` of 16 MiB takes 0.16 ms, streamed 0.40; of 64 MiB 2.0 and
/// 1.7. `ij,i->ij` of 2 x 8 MiB 0.17 and 0.20; of 2 x 16 MiB 0.48 and 0.40; of 2 x 128 MiB 6.9 and 5.3.)
pub(crate) fn streamed_min_bytes(caches: Caches) -> usize {
    caches.last
}

/// Bytes of all tensors, much of which is not found in a third-level cache: what is read is fetched ahead, where the processor
/// does not see what comes next.
pub(crate) fn ahead_min_bytes(caches: Caches) -> usize {
    caches.last / 2
}

/// Bytes of a row below which copies are not streamed, however many there are; and where several threads copy. (`bshd->bhsd` of 2 x 24 MiB
/// in rows of 64 bytes 2.6 and 6.6, of 256 bytes 1.2 and 2.0; of 2 x 48 MiB in rows of 512 bytes 3.1 and 2.4. Two threads, rows of 256
/// bytes, 2 x 128 MiB: streamed 5.4, 7.4 otherwise.)
pub(crate) const STREAMED_MIN_ROW_BYTES: usize = 512;

/// Those of several threads.
pub(crate) const STREAMED_MIN_ROW_BYTES_SHARED: usize = 256;

/// A result of so many elements for each one that is read is streamed from twice as many bytes on: hardly anything is read.
pub(crate) const STREAMED_RESULT_PER_READ: usize = 4;

/// Bytes at a time of what is streamed: so few that the next ones are read while these are on their way. (`ij,i->ij` of 2 x 64 MiB:
/// 2.5 ms, a whole buffer at a time 3.9.)
pub(crate) const STREAMED_PIECE_BYTES: usize = 1 << 10;

/// How far ahead, in bytes, where one tensor is read: two pages.
pub(crate) const AHEAD_BYTES: usize = 8 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_that_were_measured() {
        let caches = Caches::MEASURED;
        assert_eq!(
            [b_micro_panel_bytes(caches), a_block_bytes(caches), b_block_bytes(caches)],
            [24 << 10, 512 << 10, 4 << 20]
        );
        assert_eq!([direct_near_a_bytes, direct_far_b_bytes].map(|of| of(caches)), [768 << 10, 512 << 10]);
        assert_eq!([direct_a_panel_bytes, direct_memory_b_reach_bytes].map(|of| of(caches)), [64 << 10, 24 << 20]);
        assert_eq!([DIRECT_REAL, DIRECT_COMPLEX].map(|limits| limits.max_resident_a_bytes(caches)), [0, 512 << 10]);
        assert_eq!(
            [DIRECT_REAL, DIRECT_COMPLEX].map(|limits| limits.max_copied_a_bytes(caches)),
            [256 << 10, 512 << 10]
        );
        assert_eq!([lanewise_pack_min_bytes, lanewise_pack_max_bytes].map(|of| of(caches)), [16 << 10, 384 << 10]);
        assert_eq!([complex_dot_max_factor_bytes(caches), DOT_PIECE_BYTES], [32 << 10, 4096]);
        assert_eq!([dot_block_rows, accumulate_near_terms, l1_ways].map(|of| of(caches)), [96, 4096, 12]);
        assert_eq!(l2_same_set_stride_bytes(caches), 128 << 10);
        assert_eq!([converted_stream_block_bytes, sum_of_sums_min_reach_bytes].map(|of| of(caches)), [256 << 10; 2]);
        assert_eq!(
            [transpose_buffered_min_bytes, streamed_min_bytes, ahead_min_bytes].map(|of| of(caches) >> 20),
            [4, 32, 16]
        );
    }

    #[test]
    fn blocks_grow_with_their_cache_as_far_as_there_is_room() {
        let of = |text: &str| text.parse::<Caches>().expect("caches");
        assert_eq!(
            ["48K,2M,32M", "32K,256K,8M", "1M,64M,1G"].map(|text| a_block_bytes(of(text)) >> 10),
            [1024, 128, 4096]
        );
        assert_eq!(["48K,2M,32M", "48K,1M,0", "1M,64M,1G"].map(|text| b_block_bytes(of(text)) >> 20), [4, 2, 8]);
        assert_eq!(["1,1,0", "32K,256K,8M", "1M,64M,1G"].map(|text| dot_block_rows(of(text))), [12, 24, 96]);
    }
}
