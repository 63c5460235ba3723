//! Blocked contraction: the five loops of BLIS around a micro-kernel, on tensors as they lie in memory.
//!
//! ```text
//! LOOP 5  for jc in (0..n).step_by(nc)
//! LOOP 4      for pc in (0..k).step_by(kc)
//!                 pack b[pc.., jc..] into B~: micro-panels of NR columns
//! LOOP 3          for ic in (0..m).step_by(mc), and uc across
//!                     pack a[ic.., pc..] into A~: micro-panels of MR rows
//! LOOP 2              for jr in (0..nc).step_by(NR)
//! LOOP 1                  for ir in (0..mc).step_by(MR)
//!                             micro-kernel: a tile of MR x NR sums over kc, in registers
//! ```
//!
//! The loops, and which cache each block is for, are those of Van Zee and van de Geijn, "BLIS: a framework
//! for rapidly instantiating BLAS functionality" (2015). That tensors need no transposition but that of
//! packing is from Springer and Bientinesi, "Design of a high-performance GEMM-like tensor-tensor
//! multiplication" (GETT, 2018), and that tables of offsets make any number of axes one, from Matthews,
//! "High-performance tensor contraction without transposition" (TBLIS, 2018).
//!
//! The gain of each trick, f32 on one core of a Sapphire Rapids with a peak of 179 GFLOP/s
//! (`RAYON_NUM_THREADS=1 cargo bench -p einsum-compiler-engine --bench contract`):
//!
//! - Tiles of 32x12 (AVX-512), 16x6 (AVX2): 96 to 98 % of the peak, with A~ and B~ in the caches.
//! - Where there are no more rows than a vector has, tiles of one vector and twice as many columns: A~ stays in the L1 cache. 7 x 7 convolution of
//!   16 channels, first, 3.6 ms by 32x12 and 3.1 by 16x24; its gradients, channels last, 7.0 and 6.5.
//! - Tiles go by four contracted indices at a time: where A~ comes from the L2 cache, `f64` 16x12 at 85 instead of 75 GFLOP/s
//!   ([`tile`](crate::kernel::tile)).
//! - Packing transposes squares of 8 in registers: 2.5 elements a nanosecond, 1.3 without.
//! - A block spans the axis of stride 1 of `a` and that of the result ([`layout`](crate::gemm::layout)), and walks
//!   `a` by its shortest steps: `aebd,ce->dcba` in 6.0 ms instead of 7.8.
//! - Where the factors have stride 1 along different contracted axes, one is cut into strips:
//!   `dac,bcd->ba` in 29 ms instead of 44.
//! - Tiles fetch their part of the result before they compute it, even if it is only written:
//!   `ik,kj->ij` with k = 4 in 4.2 ms instead of 6.4, `dabfe,fc->edcba` in 8.7 instead of 10.2.
//! - The first block of the sum assigns: the result is neither zeroed nor read.
//! - Where packing B~ would transpose elements that few rows are multiplied with, tiles read `b` in place
//!   ([`layout`](crate::gemm::layout)).
//! - Threads have columns of their own if there are many, and share nothing; otherwise B~ is packed by all of them, A~ by
//!   each for its own rows. Blocks of the sum depend on the contracted extents alone, so that results are bit-identical for
//!   every number of threads.

use std::ops::Range;

use crate::{
    extents,
    gemm::{
        contraction::{Contraction, extent, offset_of, offsets},
        layout::Layout,
        sizes::Sizes,
    },
    kernel::{
        Packed,
        block::{Block, InPlace},
        panels::Panels,
    },
    machine::{
        threads::{self, shared::Shared},
        workspace::{self, bytes},
    },
    number::Number,
    plan::tuning::{APART_MIN_COLUMNS, APART_PIECE_COLUMNS, B_SHARED_PIECES_PER_THREAD, GEMM_RATE},
    problem::Axis,
};

/// Computes a contraction by LOOP 5 to LOOP 1.
///
/// # Safety
/// - The processor has the instruction set of `K`.
/// - At all indices below the extents, the factors of the contraction are valid for reads, and `out` for writes, and for
///   reads if there is a `beta`. Different indices of `out` are different elements, none of them one of a factor, and
///   nothing else reaches them.
pub(crate) unsafe fn compute_blocked<K: Packed>(problem: &mut Contraction<'_, K::Element>) {
    let layout = Layout::of(problem);
    // SAFETY: by this function's contract; whoever has the instruction set of `K` has that of its narrow kernel.
    unsafe {
        if is_narrow::<K>(problem, &layout) {
            compute_by::<K::Narrow>(problem, layout);
        } else {
            compute_by::<K>(problem, layout);
        }
    }
}

/// Whether the rows are no more than the narrow kernel has in a tile.
fn is_narrow<K: Packed>(problem: &Contraction<'_, K::Element>, layout: &Layout) -> bool {
    K::Narrow::MR < K::MR && extents::count([extent(problem.m), layout.across.extent]) <= K::Narrow::MR
}

/// Computes a contraction by LOOP 5 to LOOP 1, with the tiles of `K`.
///
/// # Safety
/// - The processor has the instruction set of `K`.
/// - The layout is that of the contraction.
/// - At all indices below the extents, the factors of the contraction are valid for reads, and `out` for writes, and for
///   reads if there is a `beta`. Different indices of `out` are different elements, none of them one of a factor, and
///   nothing else reaches them.
unsafe fn compute_by<K: Packed>(problem: &Contraction<'_, K::Element>, layout: Layout) {
    let [batch, n] = [extent(problem.batch), extent(problem.n)];
    let rows = extents::count([extent(problem.m), layout.across.extent]);
    let nanoseconds = GEMM_RATE.nanoseconds(1, extents::count([batch, rows, n, extent(problem.k)]));
    let threads = threads::threads_for(nanoseconds);
    let is_apart = n >= extents::count([APART_MIN_COLUMNS, threads, threads]);
    // SAFETY: threads write to different elements of the result, as their indices along axes of the result
    // differ; factors are only read. Elements are `Send` and `Sync`.
    let blocks = unsafe { Shared::new(BlockedGemm::<K> { problem, layout, threads: 1 }) };
    // SAFETY: by this function's contract, which has the same clauses; ranges are of indices below the extents, and threads
    // have different ones.
    unsafe {
        if threads == 1 {
            blocks.get().columns(0..batch, 0..n);
        } else if batch >= 2 * threads {
            threads::for_each_chunk(batch, nanoseconds, |range| blocks.get().columns(range, 0..n));
        } else if !is_apart && rows >= 4 * threads * K::MR {
            BlockedGemm::<K> { problem, layout, threads }.columns(0..batch, 0..n);
        } else {
            let pieces =
                if is_apart { (n / threads / APART_PIECE_COLUMNS).clamp(1, 4) } else { B_SHARED_PIECES_PER_THREAD };
            let grain = n.div_ceil(pieces * threads).next_multiple_of(K::NR);
            threads::split(0..n, grain, &|range| blocks.get().columns(0..batch, range));
        }
    }
}

/// Computes a contraction of real numbers on this thread alone, one tile after the other. Where there is a `beta`, several rows or columns may lead to
/// one element of the result.
///
/// # Safety
/// - The processor has the instruction set of `K`.
/// - The layout is that of the contraction, but for axes around those of rows and of columns.
/// - At all indices below the extents, the factors of the contraction are valid for reads, and `out` for writes, and for
///   reads if there is a `beta`. None of its elements is one of a factor, and nothing else reaches them. Those of different indices differ,
///   unless there is a `beta`.
pub(crate) unsafe fn compute_alone<K: Packed>(problem: &Contraction<'_, K::Element>, layout: Layout) {
    // SAFETY: by this function's contract, which has the same clauses; the ranges are of all indices. Whoever has the instruction set of `K` has
    // that of its narrow kernel.
    unsafe {
        if is_narrow::<K>(problem, &layout) {
            return compute_alone::<K::Narrow>(problem, layout);
        }
        let [batch, n] = [extent(problem.batch), extent(problem.n)];
        BlockedGemm::<K> { problem, layout, threads: 1 }.columns(0..batch, 0..n);
    }
}

/// A contraction being computed.
struct BlockedGemm<'a, 'p, K: Packed> {
    problem: &'a Contraction<'p, K::Element>,
    layout: Layout,
    /// How many threads share LOOP 3.
    threads: usize,
}

/// B~, or `b` in place, and the tables that go with it.
struct PackedB<'a, T> {
    batch: usize,
    b: *const T,
    /// Where the elements of `b` lie, if it is not packed.
    in_place: Option<InPlace<'a>>,
    /// The offset of every column in the result.
    columns: &'a [isize],
    /// The offset of every contracted index in `a`.
    depth: &'a [isize],
    beta: Option<T>,
}

impl<K: Packed> BlockedGemm<'_, '_, K> {
    fn sizes(&self, columns: usize) -> Sizes {
        let rows = (extent(self.problem.m), self.layout.across.extent);
        Sizes::of::<K>(rows, columns, (self.depth(), self.layout.lane), self.pieces())
    }

    /// The number of pieces into which work that threads share is cut.
    fn pieces(&self) -> usize {
        if self.threads == 1 { 1 } else { B_SHARED_PIECES_PER_THREAD * self.threads }
    }

    /// How many contracted indices there are.
    fn depth(&self) -> usize {
        extents::count([self.layout.strips.extent, extent(self.problem.k)])
    }

    /// Writes the offsets of contracted indices from `start` on into a table, strips outermost.
    fn depth_offsets(&self, stride: fn(&Axis) -> isize, start: usize, table: &mut [isize]) {
        let strip = extent(self.problem.k);
        let (mut rest, mut index) = (table, start);
        while !rest.is_empty() {
            let (part, after) = rest.split_at_mut((strip - index % strip).min(rest.len()));
            offsets(self.problem.k, stride, index % strip, part);
            for offset in &mut *part {
                *offset += extents::offset(index / strip, stride(&self.layout.strips));
            }
            (index, rest) = (index + part.len(), after);
        }
    }

    /// LOOP 5 and LOOP 4, around packing B~.
    ///
    /// # Safety
    /// - The processor has the instruction set of `K`.
    /// - At all indices below the extents, the factors of the problem are valid for reads, and `out` for writes, and for
    ///   reads if there is a `beta`. Different indices of `out` are different elements, or there is a `beta`, of real numbers, and one thread
    ///   computes all of them. None is one of a factor, and nothing else reaches them.
    /// - The ranges are of indices below the extents of the batch and of n.
    /// - Nobody else computes them meanwhile.
    unsafe fn columns(&self, batch: Range<usize>, range: Range<usize>) {
        let problem = self.problem;
        let sizes = self.sizes(range.len());
        let Sizes { kc, nc, .. } = sizes;
        let total = self.depth();
        let packed = if self.layout.in_place { 0 } else { nc * kc };
        let room = bytes::<K::Element>(packed) + 2 * bytes::<isize>(nc) + 2 * bytes::<isize>(kc);
        workspace::with(room, |workspace| {
            let b = workspace.piece::<K::Element>(packed);
            let [columns, rows] = [workspace.piece::<isize>(nc), workspace.piece(nc)];
            let [depth, b_depth] = [workspace.piece::<isize>(kc), workspace.piece(kc)];
            for jc in range.clone().step_by(nc) {
                let n = nc.min(range.end - jc);
                let padded = n.next_multiple_of(K::NR);
                offsets(problem.n, |axis| axis.out, jc, &mut columns[..n]);
                offsets(problem.n, |axis| axis.rhs, jc, &mut rows[..n]);
                let last = rows[n - 1];
                rows[n..padded].fill(last);
                let mut known = None;
                for batch in batch.clone() {
                    for pc in (0..total).step_by(kc) {
                        let k = kc.min(total - pc);
                        if known != Some(pc) {
                            self.depth_offsets(|axis| axis.lhs, pc, &mut depth[..k]);
                            self.depth_offsets(|axis| axis.rhs, pc, &mut b_depth[..k]);
                            known = Some(pc);
                        }
                        let panels = Panels {
                            from: problem.b.pointer.wrapping_offset(offset_of(problem.batch, |axis| axis.rhs, batch)),
                            conj: problem.b.conj,
                            count: n,
                            rows: &rows[..padded],
                            across: (1, 0),
                            depth: &b_depth[..k],
                            lane: 1,
                            unit: self.layout.units[1],
                            depth_first: true,
                        };
                        let in_place = InPlace { columns: panels.rows, depth: panels.depth };
                        if !self.layout.in_place {
                            // SAFETY: by the contract the offsets, of indices below the extents and padded with the last one, are of
                            // elements that are valid for reads; the layout says along which axis they lie side by side.
                            unsafe { self.pack_b(&panels, b) };
                        }
                        let packed = PackedB {
                            batch,
                            b: if self.layout.in_place { panels.from } else { b.as_ptr() },
                            in_place: self.layout.in_place.then_some(in_place),
                            columns: &columns[..n],
                            depth: &depth[..k],
                            beta: if pc == 0 { problem.beta } else { Some(K::Element::ONE) },
                        };
                        // SAFETY: by this function's contract, which has the same clauses; B~ is packed for these columns and
                        // contracted indices, or their offsets are there.
                        unsafe { self.blocks(&packed, sizes) };
                    }
                }
            }
        });
    }

    /// Packs B~, by all threads that share it.
    ///
    /// # Safety
    /// - The processor has the instruction set of `K`.
    /// - `panels.from` moved by the sum of an offset of `rows` and one of `depth` is valid for reads; there is one step across.
    /// - `panels.rows` has the offsets of `panels.count` rows, then the last one again up to a multiple of `NR`.
    /// - `panels.unit` is true: elements lie side by side along the axis that it names; if that is a contracted one, at indices
    ///   `panels.lane` apart.
    unsafe fn pack_b(&self, panels: &Panels<'_, K::Element>, to: &mut [K::Element]) {
        assert!(extents::count([panels.rows.len(), panels.depth.len()]) <= to.len(), "B~ is too small");
        let count = panels.panels(K::NR);
        let grain = count.div_ceil(self.pieces());
        // SAFETY: every micro-panel is written by one thread; the factor is only read. Elements are `Send` and `Sync`.
        let shared = unsafe { Shared::new((*panels, to.as_mut_ptr())) };
        threads::split(0..count, grain, &|range| {
            let (panels, to) = *shared.get();
            let rows = range.start * K::NR..range.end * K::NR;
            let part =
                Panels { count: panels.count.min(rows.end) - rows.start, rows: &panels.rows[rows.clone()], ..panels };
            // SAFETY:
            // - by the contract the processor has the instructions, offsets are of elements that are valid for reads, and
            //   `unit` is true;
            // - `to` has room for all micro-panels, as has been asserted;
            // - the rows are whole micro-panels, of which only the last one is padded.
            unsafe { K::pack_b(&part, to.add(rows.start * panels.depth.len())) };
        });
    }

    /// LOOP 3: all blocks of rows.
    ///
    /// # Safety
    /// - The processor has the instruction set of `K`.
    /// - At all indices below the extents, the factors of the problem are valid for reads, and `out` for writes, and for
    ///   reads if there is a `beta`. Different indices of `out` are different elements, or there is a `beta`, of real numbers, and one thread
    ///   computes all of them. None is one of a factor, and nothing else reaches them.
    /// - `packed` holds B~ of columns, contracted indices and a batch index below the extents, or `b` in place, and their offsets.
    /// - Nobody else computes these columns of this batch index meanwhile.
    unsafe fn blocks(&self, packed: &PackedB<'_, K::Element>, sizes: Sizes) {
        let rows = extent(self.problem.m).div_ceil(sizes.mc);
        let across = self.layout.across.extent.div_ceil(sizes.across);
        let count = extents::count([rows, across]);
        let grain = if self.threads == 1 { count } else { 1 };
        // SAFETY: every block of the result is computed by one thread; all else is only read. Elements are `Send` and `Sync`.
        let shared = unsafe { Shared::new((self, packed)) };
        threads::split(0..count, grain, &|range| {
            let (blocks, packed) = *shared.get();
            // SAFETY: by this function's contract, which has the same clauses; the numbers are of blocks, and each is in
            // one range.
            unsafe { blocks.rows(packed, sizes, range) }
        });
    }

    /// Blocks of rows, each by its number, around packing A~ and the macro-kernel.
    ///
    /// # Safety
    /// - The processor has the instruction set of `K`.
    /// - At all indices below the extents, the factors of the problem are valid for reads, and `out` for writes, and for
    ///   reads if there is a `beta`. Different indices of `out` are different elements, or there is a `beta`, of real numbers, and one thread
    ///   computes all of them. None is one of a factor, and nothing else reaches them.
    /// - `packed` holds B~ of columns, contracted indices and a batch index below the extents, or `b` in place, and their offsets.
    /// - Nobody else computes these columns of this batch index meanwhile, in these blocks.
    /// - The numbers in `range` are below the number of blocks.
    unsafe fn rows(&self, packed: &PackedB<'_, K::Element>, sizes: Sizes, range: Range<usize>) {
        let problem = self.problem;
        let Sizes { mc, kc, .. } = sizes;
        let total = extent(problem.m);
        let across = self.layout.across;
        let steps = across.extent.div_ceil(sizes.across);
        let room = bytes::<K::Element>(sizes.across * mc * kc) + 2 * bytes::<isize>(mc) + bytes::<usize>(mc);
        workspace::with(room, |workspace| {
            let a = workspace.piece::<K::Element>(sizes.across * mc * kc);
            let [out_rows, a_rows] = [workspace.piece::<isize>(mc), workspace.piece(mc)];
            let runs = workspace.piece::<usize>(mc);
            let mut known = None;
            for number in range {
                let ic = number / steps * mc;
                let uc = number % steps * sizes.across;
                let m = mc.min(total - ic);
                let padded = m.next_multiple_of(K::MR);
                if known != Some(ic) {
                    offsets(problem.m, |axis| axis.out, ic, &mut out_rows[..m]);
                    offsets(problem.m, |axis| axis.lhs, ic, &mut a_rows[..m]);
                    let last = a_rows[m - 1];
                    a_rows[m..padded].fill(last);
                    fill_runs(&out_rows[..m], &mut runs[..m]);
                    known = Some(ic);
                }
                let u = sizes.across.min(across.extent - uc);
                let from = offset_of(problem.batch, |axis| axis.lhs, packed.batch) + extents::offset(uc, across.lhs);
                let out = offset_of(problem.batch, |axis| axis.out, packed.batch) + extents::offset(uc, across.out);
                let panels = Panels {
                    from: problem.a.pointer.wrapping_offset(from),
                    conj: problem.a.conj,
                    count: m,
                    rows: &a_rows[..padded],
                    across: (u, across.lhs),
                    depth: packed.depth,
                    lane: self.layout.lane,
                    unit: self.layout.units[0],
                    depth_first: self.layout.depth_first,
                };
                assert!(extents::count([u, padded, packed.depth.len()]) <= a.len(), "A~ is too small");
                // SAFETY:
                // - the processor has the instructions by the contract;
                // - the offsets are those of indices below the extents, padded with the last one to a multiple of `MR`;
                // - the layout says along which axis elements lie side by side, and of how many indices its strips are;
                // - A~ has room for all micro-panels, as has been asserted.
                unsafe { K::pack_a(&panels, a.as_mut_ptr()) };
                let block = Block {
                    depth: packed.depth.len(),
                    a: a.as_ptr(),
                    b: packed.b,
                    in_place: packed.in_place,
                    out: problem.out.wrapping_offset(out),
                    rows: &out_rows[..m],
                    runs: &runs[..m],
                    across: (u, across.out),
                    columns: packed.columns,
                    alpha: problem.alpha,
                    beta: packed.beta,
                };
                // SAFETY:
                // - the processor has the instructions by the contract;
                // - A~ and B~ are packed for these rows, steps across, columns and contracted indices, or `b` is valid at them;
                // - the offsets are those of different indices of the result, at which it is valid by the contract;
                // - `fill_runs` has counted how many rows lie side by side.
                unsafe { K::tiles(&block) };
            }
        });
    }
}

/// For every offset, how many from it on are consecutive.
fn fill_runs(offsets: &[isize], runs: &mut [usize]) {
    let mut run = 0;
    let mut next = None;
    for (&offset, entry) in offsets.iter().zip(runs).rev() {
        run = if next == Some(offset + 1) { run + 1 } else { 1 };
        *entry = run;
        next = Some(offset);
    }
}
