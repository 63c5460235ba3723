//! Products of `bf16` by tile registers: LOOP 5 to LOOP 3 of [`blocked`](crate::gemm::blocked) around the kernel of
//! [`kernel::halves`](crate::kernel::halves).
//!
//! Columns are m of the [`Contraction`], which lies side by side in the result, and rows its n. Where the fastest contracted label is that of
//! stride 1 of a factor, packing reads whole lines of the cache; labels of any other strides are gathered one by one.
//!
//! Blocks of the sum follow from the contracted extents and the caches alone, so that results are bit-identical for every number of threads.

use std::{marker::PhantomData, ops::Range};

use crate::{
    extents,
    gemm::{
        contraction::{Contraction, extent, offset_of, offsets},
        sizes::even,
    },
    kernel::halves::{self, Halves, HalvesBlock, Lines, SIDE, packed_len},
    machine::{
        caches,
        threads::{self, shared::Shared},
        tiles::Tiles,
        workspace::{self, bytes},
    },
    plan::{
        ran, trace,
        tuning::{HALVES_RATE, halves_block_columns, halves_block_depth, halves_block_rows},
        way::Way,
    },
    problem::{Axis, Problem, Source},
};

/// Computes a step of two factors of `bf16` by tiles, if it is a product of matrices, and returns whether it is. Its axes stay as they are.
///
/// # Safety
/// For every index below the extents of `axes`:
/// - each of the factors moved by the sum of `index * stride` is valid for reads;
/// - `out` moved likewise is valid for writes, and reads give an initialised element if there is a `beta`;
/// - indices that differ along an axis that is not contracted have different elements of `out`, and none of these is an element
///   of a factor, or reached by anything else.
///
/// Contracted axes have stride 0 in `out`.
pub(crate) unsafe fn compute_halves(
    tiles: Tiles,
    axes: &[Axis],
    out: *mut f32,
    factors: [*const i16; 2],
    (alpha, beta): (Option<f32>, Option<f32>),
) -> bool {
    let mut axes = axes.to_vec();
    let [lhs, rhs] = factors.map(|pointer| Source { pointer, conj: false });
    // (A problem counts in elements, here of the factors: only how far it has moved the pointer to the result is looked at.)
    let of_result = out.cast::<i16>();
    let problem =
        Problem { axes: &mut axes, out: of_result, lhs, rhs: Some(rhs), alpha: None, beta: None, borrow: PhantomData };
    if trace::is_on() {
        trace::print_plan(&problem, Way::Tiled.into());
    }
    let Ok(contraction) = Contraction::of(problem) else { return false };
    ran::note(Way::Tiled);
    let bytes = contraction.out.addr().wrapping_sub(of_result.addr()).cast_signed();
    let out = out.wrapping_offset(bytes / size_of::<i16>().cast_signed());
    let product = HalvesProduct { tiles, contraction, out, alpha: alpha.unwrap_or(1.0), beta };
    // SAFETY: by this function's contract: the axes are those of the step, in another order and other directions, from where the pointers are.
    unsafe { product.compute() };
    true
}

/// A product being computed.
struct HalvesProduct<'a> {
    tiles: Tiles,
    contraction: Contraction<'a, i16>,
    out: *mut f32,
    alpha: f32,
    beta: Option<f32>,
}

/// The part of a result that a thread computes.
struct Part {
    batch: Range<usize>,
    rows: Range<usize>,
    columns: Range<usize>,
}

/// How many of each at a time.
#[derive(Clone, Copy)]
struct Sizes {
    rows: usize,
    columns: usize,
    depth: usize,
}

impl HalvesProduct<'_> {
    /// # Safety
    /// - At all indices below the extents, the factors of the contraction are valid for reads, and `self.out` for writes, and for
    ///   reads if there is a `beta`. Different indices of it are different elements, none of them one of a factor, and
    ///   nothing else reaches them.
    unsafe fn compute(self) {
        fastest_last(self.contraction.k, |axis| axis.lhs == 1, |axis| axis.rhs == 1);
        fastest_last(self.contraction.n, |axis| axis.out == 1, |axis| axis.rhs == 1);
        let Contraction { batch, m, n, k, .. } = &self.contraction;
        let [batch, columns, rows, depth] = [batch, &**m, &**n, &**k].map(extent);
        let nanoseconds = HALVES_RATE.nanoseconds(1, extents::count([batch, columns, rows, depth]));
        let threads = threads::threads_for(nanoseconds);
        // SAFETY: threads write to different elements of the result, as their indices along axes of the result differ; factors are
        // only read. Elements are `Send` and `Sync`.
        let product = unsafe { Shared::new(&self) };
        let part = |part: Part| {
            // SAFETY: by this function's contract, which has the same clauses; ranges are of indices below the extents, and threads have
            // different ones.
            unsafe { product.get().part(&part) }
        };
        if threads == 1 {
            return part(Part { batch: 0..batch, rows: 0..rows, columns: 0..columns });
        }
        if batch >= 2 * threads {
            return threads::for_each_chunk(batch, nanoseconds, |batch| {
                part(Part { batch, rows: 0..rows, columns: 0..columns });
            });
        }
        let grain = |count: usize| count.div_ceil(threads).next_multiple_of(SIDE);
        if rows >= columns {
            threads::split(0..rows, grain(rows), &|rows| part(Part { batch: 0..batch, rows, columns: 0..columns }));
        } else {
            threads::split(0..columns, grain(columns), &|columns| {
                part(Part { batch: 0..batch, rows: 0..rows, columns });
            });
        }
    }

    fn sizes(&self, part: &Part) -> Sizes {
        let caches = caches::current();
        let depth = even(extent(self.contraction.k), halves_block_depth(caches), SIDE);
        Sizes {
            rows: even(part.rows.len(), halves_block_rows(caches, depth), SIDE),
            columns: even(part.columns.len(), halves_block_columns(caches, depth), SIDE),
            depth,
        }
    }

    /// Computes a part, block by block.
    ///
    /// # Safety
    /// - At all indices below the extents, the factors of the contraction are valid for reads, and `self.out` for writes, and for
    ///   reads if there is a `beta`. Different indices of it are different elements, none of them one of a factor, and
    ///   nothing else reaches them.
    /// - The ranges of the part are of indices below the extents, and nobody else computes them.
    unsafe fn part(&self, part: &Part) {
        let Contraction { batch: batch_axes, m, n, k, a, b, .. } = &self.contraction;
        let sizes = self.sizes(part);
        let [rows, columns, depth] = [part.rows.len(), part.columns.len(), extent(k)];
        let [a_len, b_len] = [packed_len(sizes.rows, sizes.depth), packed_len(sizes.columns, sizes.depth)];
        let tables = [sizes.rows, sizes.columns, depth].map(|count| 2 * bytes::<isize>(count)).iter().sum::<usize>();
        let room = tables + bytes::<i16>(a_len) + bytes::<i16>(b_len);
        workspace::with(room, |workspace| {
            let mut tables = |count: usize| [(); 2].map(|()| workspace.piece::<isize>(count));
            let [[row_out, row_from], [column_out, column_from], [row_depth, column_depth]] =
                [sizes.rows, sizes.columns, depth].map(&mut tables);
            offsets(k, |axis| axis.rhs, 0, row_depth);
            offsets(k, |axis| axis.lhs, 0, column_depth);
            let (packed_rows, packed_columns) = (workspace.piece::<i16>(a_len), workspace.piece::<i16>(b_len));
            for batch in part.batch.clone() {
                let at = |stride: fn(&Axis) -> isize| offset_of(batch_axes, stride, batch);
                let out = self.out.wrapping_offset(at(|axis| axis.out));
                let row_start = b.pointer.wrapping_offset(at(|axis| axis.rhs));
                let column_start = a.pointer.wrapping_offset(at(|axis| axis.lhs));
                for jc in (0..columns).step_by(sizes.columns) {
                    let count = sizes.columns.min(columns - jc);
                    let (column_out, column_from) = (&mut column_out[..count], &mut column_from[..count]);
                    offsets(m, |axis| axis.out, part.columns.start + jc, column_out);
                    offsets(m, |axis| axis.lhs, part.columns.start + jc, column_from);
                    for pc in (0..depth).step_by(sizes.depth) {
                        let ks = pc..depth.min(pc + sizes.depth);
                        let of_columns =
                            Halves { from: column_start, rows: column_from, depth: &column_depth[ks.clone()] };
                        assert!(packed_len(count, ks.len()) <= packed_columns.len(), "B~ is too small");
                        // SAFETY: by the contract: offsets are of indices below the extents; there is room, as has been asserted.
                        unsafe { halves::pack(self.tiles, Lines::Pairs, &of_columns, packed_columns.as_mut_ptr()) };
                        for ic in (0..rows).step_by(sizes.rows) {
                            let count = sizes.rows.min(rows - ic);
                            let (row_out, row_from) = (&mut row_out[..count], &mut row_from[..count]);
                            offsets(n, |axis| axis.out, part.rows.start + ic, row_out);
                            offsets(n, |axis| axis.rhs, part.rows.start + ic, row_from);
                            let of_rows = Halves { from: row_start, rows: row_from, depth: &row_depth[ks.clone()] };
                            assert!(packed_len(count, ks.len()) <= packed_rows.len(), "A~ is too small");
                            // SAFETY: by the contract: offsets are of indices below the extents; there is room, as has been asserted.
                            unsafe { halves::pack(self.tiles, Lines::Rows, &of_rows, packed_rows.as_mut_ptr()) };
                            let block = HalvesBlock {
                                a: packed_rows.as_ptr(),
                                b: packed_columns.as_ptr(),
                                steps: ks.len().div_ceil(SIDE),
                                out,
                                rows: row_out,
                                columns: column_out,
                                alpha: self.alpha,
                                beta: if pc == 0 { self.beta } else { Some(1.0) },
                            };
                            // SAFETY: by the contract; both factors are packed for the block, whose elements of the result are those of
                            // different indices.
                            unsafe { halves::compute(self.tiles, &block) };
                        }
                    }
                }
            }
        });
    }
}

/// Makes the axis that is `best` the last one, which moves fastest, or else one that is `good`, or else leaves them.
fn fastest_last(axes: &mut [Axis], best: fn(&Axis) -> bool, good: fn(&Axis) -> bool) {
    if let Some(place) = axes.iter().position(best).or_else(|| axes.iter().position(good)) {
        axes[place..].rotate_left(1);
    }
}
