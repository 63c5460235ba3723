//! Contractions of few rows along an axis that lies side by side in both factors: `ik,jk->ij` with a long `k`.
//!
//! There the contracted axis is the vector axis. Rows of both factors are read as they lie in memory, `TM` of one and
//! `TN` of the other at a time, into a tile of sums, each a vector, of which the lanes are added up at the end. To pack
//! would be to transpose every element, which takes as long as some fifty multiplications. (`ik,jk->ij` with i, j = 32
//! and k = 100000, f32: 3.0 ms packed.)

use std::ops::Range;

use crate::{
    extents,
    gemm::contraction::{Contraction, extent, offset_of, offsets, offsets_of},
    kernel::{
        Kernel,
        inner::Inner,
        tile::{load, write_number},
    },
    machine::{
        caches,
        lanes::Lanes,
        threads::{self, shared::Shared},
    },
    number::{Number, is_real},
    plan::tuning::{
        DOT_ANY_ROWS_LENGTH_PER_ROW, DOT_BLOCK_MAX_ROWS, DOT_BLOCK_MIN_ROWS, DOT_LONG_LENGTH, DOT_MAX_ROWS_BYTES,
        DOT_MIN_LENGTH, DOT_MIN_LENGTH_PER_ROW, DOT_PIECE_BYTES, DOT_RATE, dot_block_rows,
    },
    problem::Axis,
};

/// Whether dots are the best way for a contraction of so many rows and columns, along so many contracted indices, at which elements lie
/// side by side in both factors or not.
#[inline(always)]
pub(crate) fn is_suited<T: Number>((k, is_side_by_side): (usize, bool), rows: usize, columns: usize) -> bool {
    // (Most are short: that is seen first.)
    if !is_real::<T>() || k < DOT_MIN_LENGTH || !is_side_by_side {
        return false;
    }
    let few = rows.min(columns);
    let is_long = k >= DOT_LONG_LENGTH || few.saturating_mul(DOT_MIN_LENGTH_PER_ROW) <= k;
    is_long && few <= DOT_MAX_ROWS_BYTES / size_of::<T>() || few.saturating_mul(DOT_ANY_ROWS_LENGTH_PER_ROW) <= k
}

/// Whether a contraction is computed as dots of rows. (A few rows may be in parts, which have so many indices together: those of an image along
/// its height.)
pub(crate) fn fits<T: Number>(problem: &Contraction<'_, T>) -> bool {
    let (rows, columns) = (extent(problem.m), extent(problem.n));
    let Some((k, outer)) = problem.k.split_last() else { return false };
    let is_side_by_side = k.lhs == 1 && k.rhs == 1;
    if is_suited::<T>((k.extent, is_side_by_side), rows, columns) {
        return true;
    }
    let all = k.extent.saturating_mul(outer.last().map_or(1, |parts| parts.extent));
    let are_few = rows.min(columns) <= DOT_MAX_ROWS_BYTES / size_of::<T>();
    k.extent >= DOT_MIN_LENGTH && are_few && is_suited::<T>((all, is_side_by_side), rows, columns)
}

/// Whether a contraction can be computed as dots of rows, be it the best way or not.
pub(crate) fn is_possible<T: Number>(problem: &Contraction<'_, T>) -> bool {
    is_real::<T>() && problem.k.last().is_some_and(|k| k.lhs == 1 && k.rhs == 1)
}

/// Computes a contraction as dots of rows.
///
/// # Panics
/// If that is not possible.
///
/// # Safety
/// - The processor has the instruction set of `K`.
/// - At all indices below the extents, the factors of the contraction are valid for reads, and `out` for writes, and for
///   reads if there is a `beta`. Different indices of `out` are different elements, none of them one of a factor, and
///   nothing else reaches them.
pub(crate) unsafe fn compute_dots<K: Kernel>(problem: &Contraction<'_, K::Element>) {
    assert!(is_possible(problem), "rows lie side by side along the contracted label");
    let [outer @ .., k] = &*problem.k else { unreachable!("a contraction has a contracted label") };
    let (rows, columns) = (extent(problem.m), extent(problem.n));
    let Contraction { alpha, beta, .. } = *problem;
    let (a, b) = (problem.a.pointer, problem.b.pointer);
    let inner = Inner { m: problem.m, n: problem.n, len: k.extent, outer, a, b, out: problem.out, alpha, beta };
    // SAFETY: blocks of different rows and batches write to different elements of the result; factors are only read. Elements are
    // `Send` and `Sync`.
    let shared = unsafe { Shared::new(inner) };
    let all = extents::count([extent(problem.batch), rows, columns, extent(problem.k)]);
    let nanoseconds = DOT_RATE.nanoseconds(1, all);
    let threads = threads::threads_for(nanoseconds);
    let [row_blocks, column_blocks] = blocks([rows, columns], extent(problem.batch), threads);
    // (Of the result, of which these are parts: no more than it has elements.)
    let count = extents::count([row_blocks.count, column_blocks.count]);
    threads::for_each_chunk(extents::count([extent(problem.batch), count]), nanoseconds, |range| {
        for index in range {
            let (batch, block) = (index / count, index % count);
            let mut part = *shared.get();
            let [lhs, rhs, out] = offsets_of(problem.batch, batch);
            part.a = part.a.wrapping_offset(lhs);
            part.b = part.b.wrapping_offset(rhs);
            part.out = part.out.wrapping_offset(out);
            let rows = row_blocks.range(block / column_blocks.count);
            let columns = column_blocks.range(block % column_blocks.count);
            // SAFETY: by this function's contract, which has the same clauses, at a batch index below the extent; the
            // ranges are of rows and columns.
            unsafe { K::inner(&part, [rows, columns]) };
        }
    });
}

/// A count cut into blocks.
#[derive(Clone, Copy)]
struct CutCount {
    total: usize,
    len: usize,
    count: usize,
}

impl CutCount {
    fn of(total: usize, len: usize) -> Self {
        let count = total.div_ceil(len);
        Self { total, len, count }
    }

    fn range(&self, index: usize) -> Range<usize> {
        let start = index * self.len;
        start..self.total.min(start + self.len)
    }
}

/// Blocks of rows and columns: as large as the caches allow, and smaller if there would be fewer than threads.
fn blocks([rows, columns]: [usize; 2], batch: usize, threads: usize) -> [CutCount; 2] {
    let wanted = if threads == 1 { 1 } else { (4 * threads).div_ceil(batch) };
    let most = dot_block_rows(caches::current());
    let mut lens = [rows.min(most), columns.min(most)];
    while extents::count([rows.div_ceil(lens[0]), columns.div_ceil(lens[1])]) < wanted
        && lens[0].max(lens[1]) > DOT_BLOCK_MIN_ROWS
    {
        let longer = usize::from(lens[1] > lens[0]);
        lens[longer] = (lens[longer] / 2).next_multiple_of(DOT_BLOCK_MIN_ROWS);
    }
    [CutCount::of(rows, lens[0]), CutCount::of(columns, lens[1])]
}

/// Computes the elements of a block of rows and columns.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - At all indices below the extents, `a` and `b` are valid for reads, and `out` for writes, and for reads if there is a
///   `beta`. Different indices of `out` are different elements, none of them one of a factor, and nothing else reaches them.
/// - The ranges are of indices below the numbers of rows and columns.
#[inline(always)]
pub(crate) unsafe fn inner_real<V: Lanes<Real: Number>, const TM: usize, const TN: usize>(
    problem: &Inner<'_, V::Real>,
    [rows, columns]: [Range<usize>; 2],
) {
    let [mut a, mut b, mut out_m, mut out_n] = [[0; DOT_BLOCK_MAX_ROWS]; 4];
    let (count_m, count_n) = (rows.len(), columns.len());
    offsets(problem.m, |axis| axis.lhs, rows.start, &mut a[..count_m]);
    offsets(problem.m, |axis| axis.out, rows.start, &mut out_m[..count_m]);
    offsets(problem.n, |axis| axis.rhs, columns.start, &mut b[..count_n]);
    offsets(problem.n, |axis| axis.out, columns.start, &mut out_n[..count_n]);
    let piece = DOT_PIECE_BYTES / size_of::<V::Real>();
    // Short rows are passed over for several indices of the next axis at a time.
    let (parts, outer) =
        problem.outer.split_last().map_or((&Axis::POINT, problem.outer), |(parts, outer)| (parts, outer));
    let most = (piece / problem.len.max(1)).max(1);
    let mut beta = problem.beta;
    for index in 0..extent(outer) {
        for first in (0..parts.extent).step_by(most) {
            let count = most.min(parts.extent - first);
            for start in (0..problem.len).step_by(piece) {
                let from = |pointer: *const V::Real, stride: fn(&Axis) -> isize| {
                    let moved = offset_of(outer, stride, index).wrapping_add(extents::offset(first, stride(parts)));
                    pointer.wrapping_offset(moved).wrapping_add(start)
                };
                let (from_a, from_b) = (from(problem.a, |axis| axis.lhs), from(problem.b, |axis| axis.rhs));
                for j in (0..count_n).step_by(TN) {
                    for i in (0..count_m).step_by(TM) {
                        let tile = DotTile {
                            a: (from_a, &a[i..count_m.min(i + TM)]),
                            b: (from_b, &b[j..count_n.min(j + TN)]),
                            parts: (count, [parts.lhs, parts.rhs]),
                            out: problem.out,
                            rows: &out_m[i..],
                            columns: &out_n[j..],
                            scale: (problem.alpha, beta),
                        };
                        // SAFETY: by the contract: the offsets are of rows and columns below their numbers, 1 to `TM` and 1 to
                        // `TN` of them; `len` elements of each are left from `start` on, in each of `count` parts from `first` on.
                        unsafe { tile.compute::<V, TM, TN>(piece.min(problem.len - start)) };
                    }
                }
                beta = Some(V::Real::ONE);
            }
        }
    }
}

/// A tile of dots: some rows of both factors, by where these begin and the offset of each.
struct DotTile<'a, R> {
    a: (*const R, &'a [isize]),
    b: (*const R, &'a [isize]),
    /// How many parts the rows have, and how far apart these are in either factor.
    parts: (usize, [isize; 2]),
    out: *mut R,
    rows: &'a [isize],
    columns: &'a [isize],
    scale: (R, Option<R>),
}

impl<R: Number> DotTile<'_, R> {
    /// Adds up `len` elements of each part of each pair of rows.
    ///
    /// # Safety
    /// - The processor has the instruction set of `V`.
    /// - There are 1 to `TM` rows of `a` and 1 to `TN` of `b`, of which each part is valid for reads of `len` elements.
    /// - `out` moved by the sum of an offset of each of these rows and columns is valid for writes, and for reads if there is a
    ///   `beta`.
    #[inline(always)]
    unsafe fn compute<V: Lanes<Real = R>, const TM: usize, const TN: usize>(&self, len: usize) {
        // SAFETY: by the contract: parts of rows are valid for reads of `len` elements, of which the mask leaves the last ones out
        // that are not there; the places of rows and columns in `out` are valid.
        unsafe {
            let mut a = pointers::<R, TM>(self.a);
            let mut b = pointers::<R, TN>(self.b);
            let (parts, [apart_a, apart_b]) = self.parts;
            let mut sums = [[V::splat(R::ZERO); TN]; TM];
            for _ in 0..parts {
                let mut n = 0;
                while n + V::LEN <= len {
                    add_products(&mut sums, (&a, &b), n, None);
                    n += V::LEN;
                }
                if n < len {
                    add_products(&mut sums, (&a, &b), n, Some(V::first(len - n)));
                }
                for pointer in &mut a {
                    *pointer = pointer.wrapping_offset(apart_a);
                }
                for pointer in &mut b {
                    *pointer = pointer.wrapping_offset(apart_b);
                }
            }
            for (sums, row) in sums.iter().zip(&self.rows[..self.a.1.len()]) {
                self.finish(sums, self.out.offset(*row));
            }
        }
    }

    /// Writes a row of sums, four columns at a time.
    ///
    /// # Safety
    /// - The processor has the instruction set of `V`.
    /// - `out` moved by the offset of each column is valid for writes, and for reads if there is a `beta`.
    #[inline(always)]
    unsafe fn finish<V: Lanes<Real = R>, const TN: usize>(&self, sums: &[V; TN], out: *mut R) {
        let (alpha, beta) = self.scale;
        // SAFETY: by the contract: `j` is below the number of columns, at whose offsets `out` is valid; the instruction set
        // is there.
        unsafe {
            let mut j = 0;
            while j < self.b.1.len().min(TN) {
                let mut four = [V::splat(R::ZERO); 4];
                for (four, sum) in four.iter_mut().zip(&sums[j..]) {
                    *four = *sum;
                }
                let count = self.b.1.len() - j;
                for (sum, column) in V::sums(four).into_iter().zip(&self.columns[j..]).take(count) {
                    write_number(alpha.times(sum), out.offset(*column), beta);
                }
                j += 4;
            }
        }
    }
}

/// Adds the products of a vector of each pair of rows, or of its lanes in the mask, at index `n`.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - The rows are valid for reads of the lanes.
#[inline(always)]
unsafe fn add_products<V: Lanes, const TM: usize, const TN: usize>(
    sums: &mut [[V; TN]; TM],
    (a, b): (&[*const V::Real; TM], &[*const V::Real; TN]),
    n: usize,
    mask: Option<V::Mask>,
) {
    // SAFETY: by this function's contract, which has the clauses of `load`.
    unsafe {
        let mut rows: [V; TM] = [load(a[0].add(n), mask); TM];
        for i in 1..TM {
            rows[i] = load(a[i].add(n), mask);
        }
        for j in 0..TN {
            let column: V = load(b[j].add(n), mask);
            for i in 0..TM {
                sums[i][j] = rows[i].mul_add(column, sums[i][j]);
            }
        }
    }
}

/// The pointers to `N` rows; to the last one again and again where there are fewer.
#[inline(always)]
fn pointers<R, const N: usize>((from, offsets): (*const R, &[isize])) -> [*const R; N] {
    let mut pointers = [from; N];
    for (n, pointer) in pointers.iter_mut().enumerate() {
        *pointer = from.wrapping_offset(offsets[n.min(offsets.len() - 1)]);
    }
    pointers
}
