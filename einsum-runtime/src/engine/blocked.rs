//! Blocked contraction.

use super::{
    Axis,
    contraction::{Contraction, extent, offset_of, offsets},
    kernel::{Block, Kernel},
    pack::{Panels, Unit},
    workspace::{self, bytes},
};
use crate::element::Element;

/// Bytes of a micro-panel of B~: it stays in the L1 cache while A~ streams past it.
const MICRO_PANEL: usize = 18 << 10;
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
    let sizes = Sizes::of::<K>(problem, &layout);
    workspace::with(sizes.bytes::<K>(), |workspace| {
        let mut blocks = Blocks::<K> {
            problem,
            layout,
            sizes,
            a: workspace.piece(sizes.a::<K>()),
            b: workspace.piece(sizes.b::<K>()),
            rows: [workspace.piece(sizes.mc + K::MR), workspace.piece(sizes.mc + K::MR)],
            runs: workspace.piece(sizes.mc + K::MR),
            columns: [workspace.piece(sizes.nc + K::NR), workspace.piece(sizes.nc + K::NR)],
            depth: [workspace.piece(sizes.kc), workspace.piece(sizes.kc)],
        };
        for batch in 0..extent(problem.batch) {
            // SAFETY: by the contract.
            unsafe { blocks.columns(batch) };
        }
    });
}

/// How the axes are walked.
#[derive(Clone, Copy)]
struct Layout {
    /// The axis of m, if it is not the fastest, along which `a` has stride 1.
    across: Axis,
    /// Where `a`, and `b`, has stride 1.
    units: [Unit; 2],
}

impl Layout {
    /// Orders the axes such that whole cache lines of both factors and of the result are touched at a
    /// time, as far as that can be.
    fn of<T: Element>(problem: &mut Contraction<'_, T>) -> Self {
        let none = Axis { extent: 1, out: 0, lhs: 0, rhs: 0, contracted: false };
        let mut layout = Self { across: none, units: [Unit::None; 2] };
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
        } else if let Some(place) = problem.k.iter().position(|axis| axis.rhs == 1)
            && (layout.units[0] != Unit::Depth || place + 1 == problem.k.len())
        {
            problem.k[place..].rotate_left(1);
            layout.units[1] = Unit::Depth;
        }
        layout
    }
}

/// The blocking: how many of each at a time.
#[derive(Clone, Copy)]
struct Sizes {
    kc: usize,
    nc: usize,
    mc: usize,
    across: usize,
}

impl Sizes {
    fn of<K: Kernel>(problem: &Contraction<'_, K::Element>, layout: &Layout) -> Self {
        let element = size_of::<K::Element>();
        let even =
            |total: usize, most: usize, unit: usize| total.div_ceil(total.div_ceil(most.max(1))).next_multiple_of(unit);
        let kc = even(extent(problem.k), MICRO_PANEL / (K::NR * element), 1);
        let nc = even(extent(problem.n), B / (kc * element), K::NR);
        let across = even(layout.across.extent, ACROSS, 1);
        let mc = even(extent(problem.m), A / (kc * element * across), K::MR);
        Self { kc, nc, mc, across }
    }

    fn a<K: Kernel>(&self) -> usize {
        self.across * self.mc * self.kc
    }

    fn b<K: Kernel>(&self) -> usize {
        self.nc * self.kc
    }

    fn bytes<K: Kernel>(&self) -> usize {
        bytes::<K::Element>(self.a::<K>())
            + bytes::<K::Element>(self.b::<K>())
            + 3 * bytes::<isize>(self.mc + K::MR)
            + 2 * bytes::<isize>(self.nc + K::NR)
            + 2 * bytes::<isize>(self.kc)
    }
}

/// A contraction being computed.
struct Blocks<'a, 'p, K: Kernel> {
    problem: &'a Contraction<'p, K::Element>,
    layout: Layout,
    sizes: Sizes,
    /// A~
    a: &'a mut [K::Element],
    /// B~
    b: &'a mut [K::Element],
    /// The offsets of rows in the result and in `a`.
    rows: [&'a mut [isize]; 2],
    /// How many rows from each on lie side by side in the result.
    runs: &'a mut [usize],
    /// The offsets of columns in the result and in `b`.
    columns: [&'a mut [isize]; 2],
    /// The offsets of contracted indices in `a` and `b`.
    depth: [&'a mut [isize]; 2],
}

impl<K: Kernel> Blocks<'_, '_, K> {
    /// LOOP 5 and LOOP 4, around packing B~.
    ///
    /// # Safety
    /// That of [`run`]
    unsafe fn columns(&mut self, batch: usize) {
        let problem = self.problem;
        let Sizes { kc, nc, .. } = self.sizes;
        let [total_n, total_k] = [extent(problem.n), extent(problem.k)];
        for jc in (0..total_n).step_by(nc) {
            let n = nc.min(total_n - jc);
            let padded = n.next_multiple_of(K::NR);
            offsets(problem.n, |axis| axis.out, jc, &mut self.columns[0][..n]);
            offsets(problem.n, |axis| axis.rhs, jc, &mut self.columns[1][..n]);
            let last = self.columns[1][n - 1];
            self.columns[1][n..padded].fill(last);
            for pc in (0..total_k).step_by(kc) {
                let k = kc.min(total_k - pc);
                offsets(problem.k, |axis| axis.lhs, pc, &mut self.depth[0][..k]);
                offsets(problem.k, |axis| axis.rhs, pc, &mut self.depth[1][..k]);
                let panels = Panels {
                    from: problem.b.pointer.wrapping_offset(offset_of(problem.batch, |axis| axis.rhs, batch)),
                    conj: problem.b.conj,
                    count: n,
                    rows: &self.columns[1][..padded],
                    across: (1, 0),
                    depth: &self.depth[1][..k],
                    unit: self.layout.units[1],
                };
                let beta = if pc == 0 { problem.beta } else { Some(K::Element::ONE) };
                // SAFETY:
                // - the processor has the instructions by the contract;
                // - the offsets are those of indices below the extents;
                // - B~ has room for `nc` rows, a multiple of `NR`, of depth `kc`;
                // - the rows are padded to a multiple of `NR`.
                unsafe { K::pack_b(&panels, self.b.as_mut_ptr()) };
                // SAFETY: by the contract; B~ holds `n` columns of depth `k`.
                unsafe { self.rows(batch, n, k, beta) };
            }
        }
    }

    /// LOOP 3, around packing A~ and the macro-kernel.
    ///
    /// # Safety
    /// That of [`run`]; B~ is packed.
    unsafe fn rows(&mut self, batch: usize, n: usize, k: usize, beta: Option<K::Element>) {
        let problem = self.problem;
        let across = self.layout.across;
        let Sizes { mc, .. } = self.sizes;
        let total = extent(problem.m);
        for ic in (0..total).step_by(mc) {
            let m = mc.min(total - ic);
            let padded = m.next_multiple_of(K::MR);
            offsets(problem.m, |axis| axis.out, ic, &mut self.rows[0][..m]);
            offsets(problem.m, |axis| axis.lhs, ic, &mut self.rows[1][..m]);
            let last = self.rows[1][m - 1];
            self.rows[1][m..padded].fill(last);
            fill_runs(&self.rows[0][..m], &mut self.runs[..m]);
            for uc in (0..across.extent).step_by(self.sizes.across) {
                let u = self.sizes.across.min(across.extent - uc);
                let moved = |axis: isize| uc.cast_signed() * axis;
                let from = offset_of(problem.batch, |axis| axis.lhs, batch) + moved(across.lhs);
                let out = offset_of(problem.batch, |axis| axis.out, batch) + moved(across.out);
                let panels = Panels {
                    from: problem.a.pointer.wrapping_offset(from),
                    conj: problem.a.conj,
                    count: m,
                    rows: &self.rows[1][..padded],
                    across: (u, across.lhs),
                    depth: &self.depth[0][..k],
                    unit: self.layout.units[0],
                };
                // SAFETY: as for B~.
                unsafe { K::pack_a(&panels, self.a.as_mut_ptr()) };
                let block = Block {
                    depth: k,
                    a: self.a.as_ptr(),
                    b: self.b.as_ptr(),
                    out: problem.out.wrapping_offset(out),
                    rows: &self.rows[0][..m],
                    runs: &self.runs[..m],
                    across: (u, across.out),
                    columns: &self.columns[0][..n],
                    alpha: problem.alpha,
                    beta,
                };
                // SAFETY: both are packed; the offsets are those of different indices of the result.
                unsafe { K::tiles(&block) };
            }
        }
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
