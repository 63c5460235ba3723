//! Split-K: long sums for few elements of the result, in parts, which threads share, and which are added up in order.
//!
//! There are as many parts as the extents say, whatever the number of threads, so that results are the same bit for bit.
//! (`ki,kj->ij` with k = 100000 and i, j = 32 on two threads, f32: 1.09 ms by shares of the result, which nobody has
//! enough of.)

use crate::{
    axes::longest,
    extents,
    gemm::contraction::{Contraction, extent},
    kernel::Kernels,
    machine::{
        threads::{self, shared::Shared},
        workspace::{self, bytes},
    },
    number::Number,
    plan::{
        ran,
        tuning::{
            DOT_PIECE_BYTES, GEMM_BLOCK_MIN_DEPTH, GEMM_RATE, LANEWISE_BLOCK_DEPTH, LONG_ROW_MIN_BYTES,
            LONG_ROWS_DEPTH, SPLIT_K_MAX_AXES, SPLIT_K_MAX_PARTS, SPLIT_K_MAX_RESULT_ELEMENTS,
            SPLIT_K_MIN_MULTIPLICATIONS, SPLIT_K_PART_MIN_DEPTH, SUM_MAX_ADDITIONS,
        },
        way::Way,
    },
    problem::{Axis, Problem, Source},
    streams,
};

/// How a sum is split.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SplitK {
    /// The number of the contracted axis that is cut.
    longest: usize,
    /// How many of its indices a part has.
    len: usize,
    /// How many parts there are: two at least.
    pub(crate) count: usize,
}

impl SplitK {
    /// How the sum of a contraction is split, if it is so long, and the result so small, that it is.
    pub(crate) fn of<T: Number>(whole: &Contraction<'_, T>) -> Option<Self> {
        let kept = [whole.batch, &*whole.m, &*whole.n];
        let elements = extents::count(kept.map(extent));
        let depth = extent(whole.k);
        let longest = longest(whole.k, SPLIT_K_MAX_PARTS)?;
        let extent = whole.k[longest].extent;
        let wanted = SPLIT_K_MAX_PARTS.min(extent).min(depth / SPLIT_K_PART_MIN_DEPTH);
        let axes = kept.iter().map(|axes| axes.len()).sum::<usize>() + whole.k.len();
        let is_worth_it = wanted >= 2
            && elements <= SPLIT_K_MAX_RESULT_ELEMENTS
            && extents::count([elements, depth]) >= SPLIT_K_MIN_MULTIPLICATIONS
            && axes < SPLIT_K_MAX_AXES;
        let len = extent.div_ceil(wanted.max(1));
        is_worth_it.then(|| Self { longest, len, count: extent.div_ceil(len) })
    }

    /// The spans of a contraction that is computed in this way, if its sum is so long that too much would be lost to rounding: see
    /// [`long`](crate::streams::long).
    #[inline(always)]
    pub(crate) fn spans<T: Number>(whole: &Contraction<'_, T>, way: Way) -> Option<Self> {
        // (Most are short: that is seen first.)
        if extent(whole.k) <= SUM_MAX_ADDITIONS { None } else { Self::spans_of_many(whole, way) }
    }

    #[inline(never)]
    fn spans_of_many<T: Number>(whole: &Contraction<'_, T>, way: Way) -> Option<Self> {
        let additions = extent(whole.k) / block::<T>(whole, way).max(1);
        let wanted = additions.div_ceil(SUM_MAX_ADDITIONS).min(SUM_MAX_ADDITIONS);
        let longest = longest(whole.k, wanted)?;
        let axes = [whole.batch, &*whole.m, &*whole.n, &*whole.k].iter().map(|axes| axes.len()).sum::<usize>();
        let extent = whole.k[longest].extent;
        let len = extent.div_ceil(wanted.max(1));
        let is_cut = additions > SUM_MAX_ADDITIONS && len < extent && axes < SPLIT_K_MAX_AXES;
        is_cut.then(|| Self { longest, len, count: extent.div_ceil(len) })
    }
}

/// How many contracted indices are added up, at least, before they are added to the result.
fn block<T: Number>(whole: &Contraction<'_, T>, way: Way) -> usize {
    let (rows, k) = (whole.m.last().map_or(1, |axis| axis.extent), whole.k.last().map_or(1, |axis| axis.extent));
    match way {
        Way::Lanewise => LANEWISE_BLOCK_DEPTH,
        Way::Dot => k.min(DOT_PIECE_BYTES / size_of::<T>()),
        Way::Direct if extents::bytes::<T>(rows) >= LONG_ROW_MIN_BYTES => k.min(LONG_ROWS_DEPTH),
        Way::Direct => k.min(GEMM_BLOCK_MIN_DEPTH),
        _ => GEMM_BLOCK_MIN_DEPTH,
    }
}

/// Computes a contraction span by span, each by `compute`, which writes all elements of its result. Returns whether there was memory for the
/// sums of a span.
///
/// # Panics
/// If it has too many axes.
///
/// # Safety
/// - At all indices below the extents, the factors are valid for reads, and `out` for writes, and for reads if there is a
///   `beta`. Different indices of `out` are different elements, none of them one of a factor, and nothing else reaches them.
/// - `compute` writes the result of what it is given at all indices.
#[inline(never)]
pub(crate) unsafe fn compute_in_spans<T: Number>(
    whole: &Contraction<'_, T>,
    SplitK { longest, len, count: spans }: SplitK,
    compute: impl Fn(&mut Contraction<'_, T>),
) -> bool {
    let kept = [whole.batch, &*whole.m, &*whole.n];
    let mut room = Vec::<T>::new();
    let elements = extents::exact(kept.iter().flat_map(|axes| axes.iter()).map(|axis| axis.extent));
    if elements.is_none_or(|elements| room.try_reserve_exact(elements).is_err()) {
        return false;
    }
    let count = kept.iter().map(|axes| axes.len()).sum::<usize>();
    assert!(count + whole.k.len() < SPLIT_K_MAX_AXES, "axes of a span have no room");
    let mut axes = [Axis::NONE; SPLIT_K_MAX_AXES];
    let strides = side_by_side(kept, &mut axes);
    let sums = room.as_mut_ptr();
    for span in 0..spans {
        // (An index of the axis.)
        one(whole, (sums, &strides), (longest, span * len, len), &compute);
        let source = Source { pointer: sums.cast_const(), conj: false };
        let scale = ((whole.alpha != T::ONE).then_some(whole.alpha), if span == 0 { whole.beta } else { Some(T::ONE) });
        let mut axes = axes;
        // SAFETY: by the contract `out` is valid at all indices, and its elements are distinct, and read only if there is a `beta` or after
        // they were written; there is room for the sums of the span, side by side, which `compute` has written, and which are none of it.
        streams::compute(unsafe { Problem::new(&mut axes[..count], whole.out, (source, None), scale, T::FAMILY) });
    }
    true
}

/// Computes a contraction in parts, each by `compute`.
///
/// # Panics
/// If it has too many axes, or the result too many elements.
///
/// # Safety
/// - At all indices below the extents, the factors are valid for reads, and `out` for writes, and for reads if there is a
///   `beta`. Different indices of `out` are different elements, none of them one of a factor, and nothing else reaches them.
pub(crate) unsafe fn compute_in_parts<T: Kernels>(
    whole: &Contraction<'_, T>,
    SplitK { longest, len, count: parts }: SplitK,
    compute: impl Fn(&mut Contraction<'_, T>) + Sync,
) {
    ran::note_parts(parts);
    let kept = [whole.batch, &*whole.m, &*whole.n];
    let elements = extents::count(kept.map(extent));
    let multiplications = extents::count([elements, extent(whole.k)]);
    let count = kept.iter().map(|axes| axes.len()).sum::<usize>();
    assert!(elements <= SPLIT_K_MAX_RESULT_ELEMENTS && parts <= SPLIT_K_MAX_PARTS, "sums of parts have no room");
    let mut axes = [Axis::NONE; SPLIT_K_MAX_AXES];
    let strides = side_by_side(kept, &mut axes);
    // (At most `SPLIT_K_MAX_PARTS` times `SPLIT_K_MAX_RESULT_ELEMENTS`.)
    let all = extents::count([parts, elements]);
    workspace::with(bytes::<T>(all), |workspace| {
        let sums: *mut T = workspace.piece(all).as_mut_ptr();
        // SAFETY: parts write to different elements of the buffer; factors are only read. Elements are `Send` and `Sync`.
        let shared = unsafe { Shared::new((whole, sums)) };
        threads::for_each_chunk(parts, GEMM_RATE.nanoseconds(1, multiplications), |range| {
            let (whole, sums) = *shared.get();
            for part in range {
                let out = sums.wrapping_add(extents::count([part, elements]));
                // (An index of the axis.)
                one(whole, (out, &strides), (longest, part * len, len), &compute);
            }
        });
        axes[count] = Axis { extent: parts, lhs: elements.cast_signed(), contracted: true, ..Axis::NONE };
        let source = Source { pointer: sums.cast_const(), conj: false };
        // SAFETY: by the contract `out` is valid at all indices, and its elements are distinct; the buffer holds the sums
        // of all parts, side by side, and is none of it.
        let problem = unsafe {
            Problem::new(&mut axes[..=count], whole.out, (source, None), (Some(whole.alpha), whole.beta), T::FAMILY)
        };
        streams::compute(problem);
    });
}

/// Calls back with the first part, to look at: where its result goes is not said.
pub(crate) fn first<T: Number>(whole: &Contraction<'_, T>, parts: SplitK, look: impl Fn(&mut Contraction<'_, T>)) {
    let strides = side_by_side([whole.batch, &*whole.m, &*whole.n], &mut [Axis::NONE; SPLIT_K_MAX_AXES]);
    one(whole, (std::ptr::null_mut(), &strides), (parts.longest, 0, parts.len), &look);
}

/// The axes of the result, and of the sums of a part, which lie side by side in the same order; and the strides of these
/// sums.
fn side_by_side(kept: [&[Axis]; 3], axes: &mut [Axis; SPLIT_K_MAX_AXES]) -> [isize; SPLIT_K_MAX_AXES] {
    let (mut strides, mut order) = ([0; SPLIT_K_MAX_AXES], [0; SPLIT_K_MAX_AXES]);
    let mut count = 0;
    for (place, axis) in axes.iter_mut().zip(kept.into_iter().flatten()) {
        *place = Axis { rhs: 0, ..*axis };
        order[count] = count;
        count += 1;
    }
    order[..count].sort_unstable_by_key(|&n| axes[n].out.unsigned_abs());
    let mut stride = 1;
    for &n in &order[..count] {
        strides[n] = stride;
        axes[n].lhs = stride;
        stride = extents::offset(axes[n].extent, stride);
    }
    strides
}

/// Computes one part: `len` indices of a contracted axis from `start` on.
fn one<T: Number>(
    whole: &Contraction<'_, T>,
    (out, strides): (*mut T, &[isize; SPLIT_K_MAX_AXES]),
    (longest, start, len): (usize, usize, usize),
    compute: &impl Fn(&mut Contraction<'_, T>),
) {
    let mut axes = [Axis::NONE; SPLIT_K_MAX_AXES];
    let [batch, m, n, k] = [whole.batch, &*whole.m, &*whole.n, &*whole.k];
    let all = batch.iter().chain(m).chain(n).chain(k);
    axes.iter_mut().zip(all).for_each(|(place, axis)| *place = *axis);
    let (kept, rest) = axes.split_at_mut(batch.len() + m.len() + n.len());
    kept.iter_mut().zip(strides).for_each(|(axis, &stride)| axis.out = stride);
    let longest = &mut rest[longest];
    let moved = |source: Source<T>, stride: isize| {
        let pointer = source.pointer.wrapping_offset(extents::offset(start, stride));
        Source { pointer, ..source }
    };
    let (a, b) = (moved(whole.a, longest.lhs), moved(whole.b, longest.rhs));
    longest.extent = len.min(longest.extent - start);
    let (batch, others) = kept.split_at_mut(batch.len());
    let (m, n) = others.split_at_mut(m.len());
    let k = &mut rest[..k.len()];
    compute(&mut Contraction { batch, m, n, k, out, a, b, alpha: T::ONE, beta: None });
}
