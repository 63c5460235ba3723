//! Steps of factors whose elements are kept as another type than they are computed with: `x as f64`.
//!
//! A block of such a factor is converted into a workspace, then the engine computes the step of the indices of that block
//! alone, then comes the next block:
//!
//! ```text
//! for each block of the axes of the converted factors
//!     if it is another block of the first factor, convert it; of the second, likewise
//!     the step, below the extents of the block: out = or, after the first block of a sum, out +=
//! ```
//!
//! Which blocks there are follows from the extents and strides, not from the number of threads. Factors of few elements are
//! converted as a whole, on the stack (`whole`).

mod blocks;
mod factor;
#[cfg(all(feature = "kernels", target_arch = "x86_64"))]
mod halves;
mod whole;

pub use factor::{Arithmetic, Factor};

use alloc::{vec, vec::Vec};

use crate::{
    conversion::Conversion,
    converted::{blocks::Blocks, factor::stride_in},
    extents,
    machine::{
        threads::{self, shared::Shared},
        workspace,
    },
    number::Family,
    plan::tuning::CONVERTED_RATE,
    problem::{Axis, Problem, Source},
};

/// Computes a step of one factor or two, some of which are converted as they are read.
///
/// # Panics
/// If there are not one or two factors.
///
/// # Safety
/// For every index below the extents of `axes`:
/// - the pointer of each factor moved by the sum of `index * stride` is valid for reads: of a `T`, or if there is a conversion,
///   of an element of the type that it was made for, in strides of these;
/// - `out` moved likewise is valid for writes, and reads give an initialised element if there is a `beta`;
/// - indices that differ along an axis that is not contracted have different elements of `out`, and none of these is an element
///   of a factor, or reached by anything else.
///
/// Contracted axes have stride 0 in `out`.
pub unsafe fn compute<T: Copy + Send + Sync + 'static>(
    axes: &mut [Axis],
    out: *mut T,
    factors: &[Factor<T>],
    (alpha, beta): (Option<T>, Option<T>),
    arithmetic: &Arithmetic<T>,
) {
    assert!((1..=2).contains(&factors.len()), "a step with a converted factor has one or two");
    if axes.iter().any(|axis| axis.extent == 0) {
        let zero = arithmetic.zero;
        for axis in &mut *axes {
            (axis.lhs, axis.rhs) = (0, 0);
        }
        let source = Source { pointer: &raw const zero, conj: false };
        let rhs = factors.get(1).map(|_| source);
        // SAFETY: by the contract; the factors are one zero, whatever the index.
        return (arithmetic.run)(unsafe { Problem::new(axes, out, (source, rhs), (alpha, beta), arithmetic.family) });
    }
    #[cfg(all(feature = "kernels", target_arch = "x86_64"))]
    // SAFETY: by the contract; no extent is 0.
    if unsafe { halves::computed(axes, out, factors, (alpha, beta), arithmetic) } {
        return;
    }
    let is_converted = [0, 1].map(|n| factors.get(n).is_some_and(|factor| factor.conversion.is_some()));
    if whole::fits::<T>(axes, is_converted) {
        // SAFETY: by the contract; no extent is 0, and the factors are few elements.
        return unsafe { whole::compute_whole(axes, out, factors, (alpha, beta), arithmetic) };
    }
    let blocks = Blocks::of(axes, is_converted, size_of::<T>());
    let lens = [0, 1].map(|n| if is_converted[n] { blocks.len(axes, n) } else { 0 });
    with_room(lens, arithmetic.family, |room| {
        let step = ConvertedStep { axes, out, factors, scale: (alpha, beta), blocks: &blocks, room, arithmetic };
        // SAFETY: by this function's contract, which has the same clauses; no extent is 0, and there is room for a block of
        // each converted factor, which only `step` knows.
        unsafe { step.by_blocks() }
    });
}

/// Calls `work` with room for so many elements each, not initialised.
fn with_room<T: Copy + 'static>(lens: [usize; 2], family: Family<T>, work: impl FnOnce([*mut T; 2])) {
    // Elements without padding are put into what each thread keeps, which is bytes.
    if family.is_real() || family.is_complex() {
        let lines = |len: usize| workspace::bytes::<T>(len);
        workspace::with(lines(lens[0]) + lines(lens[1]), |workspace| {
            let words = |len: usize| extents::bytes::<T>(len).div_ceil(size_of::<usize>());
            let room = lens.map(|len| workspace.piece::<usize>(words(len)).as_mut_ptr().cast());
            work(room);
        });
        return;
    }
    let mut room = lens.map(Vec::<T>::with_capacity);
    work(room.each_mut().map(Vec::as_mut_ptr));
}

/// A step, block by block.
struct ConvertedStep<'a, T: 'static> {
    axes: &'a [Axis],
    out: *mut T,
    factors: &'a [Factor<T>],
    scale: (Option<T>, Option<T>),
    blocks: &'a Blocks,
    room: [*mut T; 2],
    arithmetic: &'a Arithmetic<T>,
}

impl<T: Copy + Send + Sync + 'static> ConvertedStep<'_, T> {
    /// Computes the step, one block after the other.
    ///
    /// # Safety
    /// For every index below the extents of the axes, of which none is 0:
    /// - the pointer of each factor moved by the sum of `index * stride` is valid for reads: of a `T`, or if there is a
    ///   conversion, of an element of the type that it was made for, in strides of these;
    /// - `out` moved likewise is valid for writes, and reads give an initialised element if there is a `beta`;
    /// - indices that differ along an axis that is not contracted have different elements of `out`, and none of these is an
    ///   element of a factor, or reached by anything else.
    ///
    /// Contracted axes have stride 0 in `out`. `room` is valid for reads and writes of the elements of a block of each
    /// converted factor, which nothing else reaches.
    unsafe fn by_blocks(&self) {
        let Blocks { extents: block, order, strides } = self.blocks;
        let mut start = vec![0; self.axes.len()];
        let mut axes = Vec::with_capacity(self.axes.len());
        let mut runs = Vec::with_capacity(self.axes.len());
        let mut is_new = [true; 2];
        loop {
            axes.clear();
            axes.extend(self.axes.iter().enumerate().map(|(n, axis)| {
                let extent = block[n].min(axis.extent - start[n]);
                let [lhs, rhs] = [(0, axis.lhs), (1, axis.rhs)]
                    .map(|(factor, stride)| if self.is_converted(factor) { strides[factor][n] } else { stride });
                Axis { extent, lhs, rhs, ..*axis }
            }));
            let first = |stride: fn(&Axis) -> isize| {
                let offsets = self.axes.iter().zip(&start).map(|(axis, &start)| extents::offset(start, stride(axis)));
                offsets.fold(0, isize::wrapping_add)
            };
            let source = |n: usize, stride: fn(&Axis) -> isize, runs: &mut Vec<BlockAxis>| {
                let Factor { source, conversion } = self.factors[n];
                let Some(conversion) = conversion else {
                    return Source { pointer: source.pointer.wrapping_offset(first(stride)), ..source };
                };
                if is_new[n] {
                    BlockAxis::of(&axes, (self.axes, stride), &strides[n], runs);
                    // SAFETY: the runs are those of a block: indices below the extents in the factor, and in the room, which is
                    // as large as all the blocks' extents multiply to. There elements lie row-major, each for itself, and
                    // the room is this factor's alone.
                    unsafe { convert(conversion, (source.pointer, first(stride)), self.room[n], runs) };
                }
                Source { pointer: self.room[n].cast_const(), ..source }
            };
            let lhs = source(0, |axis| axis.lhs, &mut runs);
            let rhs = self.factors.get(1).map(|_| source(1, |axis| axis.rhs, &mut runs));
            let out = self.out.wrapping_offset(first(|axis| axis.out));
            let is_added = self.axes.iter().zip(&start).any(|(axis, &start)| axis.contracted && start > 0);
            let (alpha, beta) = self.scale;
            let beta = if is_added { Some(self.arithmetic.one) } else { beta };
            // SAFETY: indices of the block are indices of the step, `start` on, or of elements that were converted of it.
            // Blocks that differ along an axis of the result have other elements of it; of those that do not, the first
            // one, which starts at 0 along all contracted axes, has written them.
            (self.arithmetic.run)(unsafe {
                Problem::new(&mut axes, out, (lhs, rhs), (alpha, beta), self.arithmetic.family)
            });
            let Some(moved) = order.iter().rposition(|&n| {
                start[n] = start[n].saturating_add(block[n]);
                let is_within = start[n] < self.axes[n].extent;
                start[n] = if is_within { start[n] } else { 0 };
                is_within
            }) else {
                return;
            };
            // (What is further in than the axis that has moved has begun anew.)
            is_new = [0, 1].map(|factor| order[moved..].iter().any(|&n| stride_in(&self.axes[n], factor) != 0));
        }
    }

    fn is_converted(&self, factor: usize) -> bool {
        self.factors.get(factor).is_some_and(|factor| factor.conversion.is_some())
    }
}

/// An axis of a block that is converted.
#[derive(Clone, Copy, Debug)]
struct BlockAxis {
    extent: usize,
    from: isize,
    to: isize,
}

impl BlockAxis {
    /// The axes of a block, the innermost last, those that are one in the factor and in the block fused.
    fn of(block: &[Axis], (axes, stride): (&[Axis], fn(&Axis) -> isize), strides: &[isize], runs: &mut Vec<Self>) {
        let own =
            block.iter().zip(axes).zip(strides).filter(|((block, axis), _)| block.extent > 1 && stride(axis) != 0);
        runs.clear();
        runs.extend(own.map(|((block, axis), &to)| Self { extent: block.extent, from: stride(axis), to }));
        runs.sort_by_key(|run| core::cmp::Reverse(run.to));
        runs.dedup_by(|inner, outer| {
            let spans = |outer: isize, stride: isize| outer == extents::offset(inner.extent, stride);
            let Some(extent) = extents::exact([outer.extent, inner.extent]) else { return false };
            let is_one = spans(outer.from, inner.from) && spans(outer.to, inner.to);
            if is_one {
                *outer = Self { extent, ..*inner };
            }
            is_one
        });
        if runs.is_empty() {
            runs.push(Self { extent: 1, from: 1, to: 1 });
        }
    }
}

/// Converts the elements along `runs`, all threads together.
///
/// # Safety
/// - For every index below the extents, `from`, that many of its elements on, moved by the sum of `index * from`, is an element
///   that the conversion was made for, valid for reads.
/// - `to` moved by the sum of `index * to` is valid for writes; these elements are distinct, and nothing else reaches them.
unsafe fn convert<T: Copy + Send + Sync>(
    conversion: Conversion<T>,
    (from, start): (*const T, isize),
    to: *mut T,
    runs: &[BlockAxis],
) {
    let [outermost, inner @ ..] = runs else { return };
    let all = extents::count(runs.iter().map(|run| run.extent));
    // SAFETY: threads have parts of the outermost axis that do not overlap: they write different elements. Those that are read
    // are `Sync`, as `ConversionOf` asks for, and those that are written `Send`.
    let shared = unsafe { Shared::new((from, to)) };
    threads::for_each_chunk(outermost.extent, CONVERTED_RATE.nanoseconds(1, all), |range| {
        let (from, to) = *shared.get();
        let start = start.wrapping_add(extents::offset(range.start, outermost.from));
        let to = to.wrapping_offset(extents::offset(range.start, outermost.to));
        // SAFETY: by the contract; the indices of the range are below the extent.
        unsafe { walk(conversion, (from, start), to, BlockAxis { extent: range.len(), ..*outermost }, inner) };
    });
}

/// Converts the elements along one axis, `run`, and those within.
///
/// # Safety
/// - For every index below the extents of `run` and `inner`, `from`, `start` of its elements on, moved by the sum of
///   `index * from`, is an element that the conversion was made for, valid for reads.
/// - `to` moved by the sum of `index * to` is valid for writes; these elements are distinct, and nothing else reaches them.
unsafe fn walk<T: Copy>(
    conversion: Conversion<T>,
    (from, start): (*const T, isize),
    to: *mut T,
    run: BlockAxis,
    inner: &[BlockAxis],
) {
    let Some((next, inner)) = inner.split_first() else {
        if run.to == 1 || run.extent == 1 {
            // SAFETY: by the contract; the elements lie side by side in the block.
            unsafe { conversion.convert(from, (start, run.from), to, run.extent) };
            return;
        }
        for n in 0..run.extent {
            let start = start.wrapping_add(extents::offset(n, run.from));
            // SAFETY: by the contract, one element after the other, each at an index below the extent.
            unsafe { conversion.convert(from, (start, 1), to.wrapping_offset(extents::offset(n, run.to)), 1) };
        }
        return;
    };
    for n in 0..run.extent {
        let start = start.wrapping_add(extents::offset(n, run.from));
        // SAFETY: by the contract, at an index below the extent of this axis.
        unsafe { walk(conversion, (from, start), to.wrapping_offset(extents::offset(n, run.to)), *next, inner) };
    }
}
