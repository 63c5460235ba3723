//! Blocked contraction.

use std::ops::Range;

use super::{
    Axis,
    contraction::{Contraction, extent, offset_of, offsets},
    kernel::{Block, Kernel},
    pack::{Panels, Unit},
    threads::{self, Shared},
    workspace::{self, LINE, bytes},
};
use crate::element::Element;

/// Bytes of a micro-panel of B~: it stays in the L1 cache while A~ streams past it.
const MICRO_PANEL: usize = 24 << 10;
/// Bytes of A~: it stays in the L2 cache.
const A: usize = 960 << 10;
/// Bytes of B~: it stays in the L3 cache.
const B: usize = 4 << 20;
/// The most steps across that are packed at once.
const ACROSS: usize = 32;

/// Computes a contraction.
///
/// # Safety
/// - The processor has the instruction set of `K`.
/// - The contract of [`Problem::new`](super::Problem::new) holds for `problem`.
pub(crate) unsafe fn run<K: Kernel>(problem: &mut Contraction<'_, K::Element>) {
    let layout = Layout::of(problem);
    let [batch, n] = [extent(problem.batch), extent(problem.n)];
    let rows = extent(problem.m) * layout.across.extent;
    let nanoseconds = nanoseconds([batch, rows, n, extent(problem.k)]);
    let threads = threads::threads_for(nanoseconds);
    // SAFETY: threads write to different elements of the result, as their indices along axes of the result
    // differ; factors are only read. Elements are `Send` and `Sync`.
    let blocks = unsafe { Shared::new(Blocks::<K> { problem, layout, threads: 1 }) };
    // SAFETY: by the contract, for all of these.
    unsafe {
        if threads == 1 {
            blocks.get().columns(0..batch, 0..n);
        } else if batch >= 2 * threads {
            threads::for_each_chunk(batch, nanoseconds, |range| blocks.get().columns(range, 0..n));
        } else if rows >= 4 * threads * K::MR {
            Blocks::<K> { problem, layout, threads }.columns(0..batch, 0..n);
        } else {
            let grain = n.div_ceil(2 * threads).next_multiple_of(K::NR);
            threads::split(0..n, grain, &|range| blocks.get().columns(0..batch, range));
        }
    }
}

/// About how long it takes on one thread.
fn nanoseconds(extents: [usize; 4]) -> usize {
    /// Multiplications in a nanosecond, of a good kernel.
    const RATE: usize = 60;
    extents.iter().fold(1, |product: usize, &extent| product.saturating_mul(extent)) / RATE
}

/// How the axes are walked.
#[derive(Clone, Copy)]
struct Layout {
    /// The axis of m, if it is not the fastest, along which `a` has stride 1.
    across: Axis,
    /// Where `a`, and `b`, has stride 1.
    units: [Unit; 2],
    /// Whether the shortest step in `a` but one is along k, not m.
    depth_first: bool,
    /// Around the contracted axes: the rest of the fastest one, if that is cut into strips.
    strips: Axis,
    /// The steps in a strip; 1 if there are none.
    lane: usize,
}

impl Layout {
    /// Orders the axes such that whole cache lines of both factors and of the result are touched at a
    /// time, as far as that can be.
    fn of<T: Element>(problem: &mut Contraction<'_, T>) -> Self {
        let none = Axis { extent: 1, out: 0, lhs: 0, rhs: 0, contracted: false };
        let mut layout = Self { across: none, units: [Unit::None; 2], depth_first: true, strips: none, lane: 1 };
        let m = &mut problem.m;
        let fastest = m.len() - 1;
        if m[fastest].lhs == 1 {
            layout.units[0] = Unit::Rows;
        } else if let Some(place) = m.iter().position(|axis| axis.lhs == 1) {
            layout.units[0] = Unit::Across;
            layout.across = m[place];
            m[..=place].rotate_right(1);
            let rest = std::mem::take(m);
            problem.m = &mut rest[1..];
            let least = |axes: &[Axis]| axes.iter().map(|axis| axis.lhs.unsigned_abs()).min();
            layout.depth_first = least(problem.k) < least(problem.m);
        } else if let Some(place) = problem.k.iter().position(|axis| axis.lhs == 1) {
            layout.units[0] = Unit::Depth;
            problem.k[place..].rotate_left(1);
        }
        let n = &mut problem.n;
        let lines_in_rows = problem.m.last().is_some_and(|axis| axis.out == 1 && axis.extent * size_of::<T>() >= 64);
        if let Some(place) = n.iter().position(|axis| axis.rhs == 1)
            && (lines_in_rows || place + 1 == n.len())
        {
            n[place..].rotate_left(1);
            layout.units[1] = Unit::Rows;
        } else if let Some(place) = problem.k.iter().position(|axis| axis.rhs == 1) {
            if layout.units[0] != Unit::Depth || place + 1 == problem.k.len() {
                problem.k[place..].rotate_left(1);
                layout.units[1] = Unit::Depth;
            } else if let Some(lane) = strip::<T>(problem.k[place].extent) {
                problem.k[place..].rotate_left(1);
                layout.units[1] = Unit::Depth;
                layout.cut(problem.k, lane);
            }
        }
        layout
    }

    /// Cuts the fastest contracted axis, along which `b` has stride 1, into strips. Where `a` has it along
    /// another, the one before, both are then read by whole cache lines.
    fn cut(&mut self, k: &mut [Axis], lane: usize) {
        let Some(fastest) = k.last_mut() else { return };
        let steps = lane.cast_signed();
        let Axis { extent, lhs, rhs, .. } = *fastest;
        self.strips = Axis { extent: extent / lane, lhs: lhs * steps, rhs: rhs * steps, ..*fastest };
        self.lane = lane;
        fastest.extent = lane;
    }
}

/// The length of strips of an axis, a divisor of its extent: about a cache line.
fn strip<T>(extent: usize) -> Option<usize> {
    let line = LINE / size_of::<T>();
    (line..=2 * line).chain((line / 2..line).rev()).find(|&strip| extent.is_multiple_of(strip))
}

/// The blocking: how many of each at a time.
#[derive(Clone, Copy)]
struct Sizes {
    kc: usize,
    nc: usize,
    mc: usize,
    across: usize,
}

/// A contraction being computed.
struct Blocks<'a, 'p, K: Kernel> {
    problem: &'a Contraction<'p, K::Element>,
    layout: Layout,
    /// How many threads share LOOP 3.
    threads: usize,
}

/// B~, and what goes with it.
struct Packed<'a, T> {
    batch: usize,
    panels: &'a [T],
    /// The offset of every column in the result.
    columns: &'a [isize],
    /// The offset of every contracted index in `a`.
    depth: &'a [isize],
    beta: Option<T>,
}

impl<K: Kernel> Blocks<'_, '_, K> {
    fn sizes(&self, columns: usize) -> Sizes {
        let element = size_of::<K::Element>();
        let even = |total: usize, most: usize, unit: usize| {
            total.div_ceil(total.div_ceil(most.max(unit))).next_multiple_of(unit)
        };
        // Of the contracted extent alone: the order of summation may not depend on anything else.
        let most = MICRO_PANEL / (K::NR * element);
        let kc = match self.layout.lane {
            1 => even(self.depth(), most, 1),
            // Whole cache lines of both factors.
            lane => (most / (lane * LINE / element)).max(1) * (lane * LINE / element),
        };
        let nc = even(columns, B / (kc * element), K::NR);
        let across = even(self.layout.across.extent, ACROSS, 1);
        let rows = extent(self.problem.m);
        let share = if self.threads == 1 { rows } else { rows.div_ceil(2 * self.threads) };
        let mc = even(share, A / (kc * element * across), K::MR);
        Sizes { kc, nc, mc, across }
    }

    /// How many contracted indices there are.
    fn depth(&self) -> usize {
        self.layout.strips.extent * extent(self.problem.k)
    }

    /// The offsets of contracted indices from `start` on, as [`offsets`].
    fn depth_offsets(&self, stride: fn(&Axis) -> isize, start: usize, table: &mut [isize]) {
        let strip = extent(self.problem.k);
        let (mut rest, mut index) = (table, start);
        while !rest.is_empty() {
            let (part, after) = rest.split_at_mut((strip - index % strip).min(rest.len()));
            offsets(self.problem.k, stride, index % strip, part);
            for offset in &mut *part {
                *offset += (index / strip).cast_signed() * stride(&self.layout.strips);
            }
            (index, rest) = (index + part.len(), after);
        }
    }

    /// LOOP 5 and LOOP 4, around packing B~.
    ///
    /// # Safety
    /// - That of [`run`].
    /// - The ranges are of indices below the extents of the batch and of n.
    /// - Nobody else computes them meanwhile.
    unsafe fn columns(&self, batch: Range<usize>, range: Range<usize>) {
        let problem = self.problem;
        let sizes = self.sizes(range.len());
        let Sizes { kc, nc, .. } = sizes;
        let total = self.depth();
        let room = bytes::<K::Element>(nc * kc) + 2 * bytes::<isize>(nc) + 2 * bytes::<isize>(kc);
        workspace::with(room, |workspace| {
            let b = workspace.piece::<K::Element>(nc * kc);
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
                        // SAFETY: by the contract; B~ has room for `nc` rows of depth `kc`.
                        unsafe { self.pack_b(&panels, b) };
                        let packed = Packed {
                            batch,
                            panels: &*b,
                            columns: &columns[..n],
                            depth: &depth[..k],
                            beta: if pc == 0 { problem.beta } else { Some(K::Element::ONE) },
                        };
                        // SAFETY: by the contract; B~ is packed.
                        unsafe { self.blocks(&packed, sizes) };
                    }
                }
            }
        });
    }

    /// Packs B~, by all threads that share it.
    ///
    /// # Safety
    /// - That of [`run`].
    /// - The offsets of `panels` are those of indices below the extents, padded to a multiple of `NR`.
    unsafe fn pack_b(&self, panels: &Panels<'_, K::Element>, to: &mut [K::Element]) {
        assert!(panels.rows.len() * panels.depth.len() <= to.len(), "B~ is too small");
        let count = panels.panels(K::NR);
        let grain = if self.threads == 1 { count } else { count.div_ceil(2 * self.threads) };
        // SAFETY: every micro-panel is written by one thread; the factor is only read.
        let shared = unsafe { Shared::new((*panels, to.as_mut_ptr())) };
        threads::split(0..count, grain, &|range| {
            let (panels, to) = *shared.get();
            let rows = range.start * K::NR..range.end * K::NR;
            let part =
                Panels { count: panels.count.min(rows.end) - rows.start, rows: &panels.rows[rows.clone()], ..panels };
            // SAFETY:
            // - the processor has the instructions, the offsets are of elements, by the contract;
            // - `to` has room for all panels, as has been asserted;
            // - the rows are a multiple of `NR`.
            unsafe { K::pack_b(&part, to.add(rows.start * panels.depth.len())) };
        });
    }

    /// LOOP 3: all blocks of rows.
    ///
    /// # Safety
    /// That of [`Blocks::columns`]; B~ is packed.
    unsafe fn blocks(&self, packed: &Packed<'_, K::Element>, sizes: Sizes) {
        let rows = extent(self.problem.m).div_ceil(sizes.mc);
        let across = self.layout.across.extent.div_ceil(sizes.across);
        let grain = if self.threads == 1 { rows * across } else { 1 };
        // SAFETY: every block of the result is computed by one thread; all else is only read.
        let shared = unsafe { Shared::new((self, packed)) };
        threads::split(0..rows * across, grain, &|range| {
            let (blocks, packed) = *shared.get();
            // SAFETY: by the contract.
            unsafe { blocks.rows(packed, sizes, range) }
        });
    }

    /// Blocks of rows, each by its number, around packing A~ and the macro-kernel.
    ///
    /// # Safety
    /// That of [`Blocks::columns`]; B~ is packed.
    unsafe fn rows(&self, packed: &Packed<'_, K::Element>, sizes: Sizes, range: Range<usize>) {
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
                let from = offset_of(problem.batch, |axis| axis.lhs, packed.batch) + uc.cast_signed() * across.lhs;
                let out = offset_of(problem.batch, |axis| axis.out, packed.batch) + uc.cast_signed() * across.out;
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
                // SAFETY:
                // - the processor has the instructions by the contract;
                // - the offsets are those of indices below the extents, padded to a multiple of `MR`;
                // - A~ has room for `across` times `mc` rows of depth `kc`.
                unsafe { K::pack_a(&panels, a.as_mut_ptr()) };
                let block = Block {
                    depth: packed.depth.len(),
                    a: a.as_ptr(),
                    b: packed.panels.as_ptr(),
                    out: problem.out.wrapping_offset(out),
                    rows: &out_rows[..m],
                    runs: &runs[..m],
                    across: (u, across.out),
                    columns: packed.columns,
                    alpha: problem.alpha,
                    beta: packed.beta,
                };
                // SAFETY: both are packed; the offsets are those of different indices of the result.
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
