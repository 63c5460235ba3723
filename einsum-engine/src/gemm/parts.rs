//! Long sums for few elements of the result: in parts, which threads share, and which are added up in order.
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
    plan::tuning::{
        SPLIT_K_MAX_PARTS, SPLIT_K_MAX_RESULT_ELEMENTS, SPLIT_K_MIN_MULTIPLICATIONS,
        SPLIT_K_MULTIPLICATIONS_PER_NANOSECOND, SPLIT_K_PART_MIN_DEPTH,
    },
    problem::{Axis, Problem, Source},
    streams,
};

/// The most axes.
const MOST: usize = 16;

/// Computes the contraction in parts, each by `compute`, if it is that long and the result that small.
///
/// # Safety
/// - The contract of [`Problem::new`] holds for the contraction.
pub(crate) unsafe fn run<T: Kernels>(
    whole: &Contraction<'_, T>,
    compute: impl Fn(&mut Contraction<'_, T>) + Sync,
) -> bool {
    let kept = [whole.batch, &*whole.m, &*whole.n];
    let elements = extents::count(kept.map(extent));
    let depth = extent(whole.k);
    let Some(longest) = longest(whole.k, SPLIT_K_MAX_PARTS) else { return false };
    let wanted = SPLIT_K_MAX_PARTS.min(whole.k[longest].extent).min(depth / SPLIT_K_PART_MIN_DEPTH);
    let count = kept.iter().map(|axes| axes.len()).sum::<usize>();
    let multiplications = extents::count([elements, depth]);
    if wanted < 2
        || elements > SPLIT_K_MAX_RESULT_ELEMENTS
        || multiplications < SPLIT_K_MIN_MULTIPLICATIONS
        || count + whole.k.len() >= MOST
    {
        return false;
    }
    let len = whole.k[longest].extent.div_ceil(wanted);
    let parts = whole.k[longest].extent.div_ceil(len);
    let mut axes = [Axis::NONE; MOST];
    let strides = side_by_side(kept, &mut axes);
    // (At most `SPLIT_K_MAX_PARTS` times `SPLIT_K_MAX_RESULT_ELEMENTS`.)
    let all = extents::count([parts, elements]);
    workspace::with(bytes::<T>(all), |workspace| {
        let sums: *mut T = workspace.piece(all).as_mut_ptr();
        // SAFETY: parts write to different elements of the buffer; factors are only read. Elements are `Send` and `Sync`.
        let shared = unsafe { Shared::new((whole, sums)) };
        threads::for_each_chunk(parts, multiplications / SPLIT_K_MULTIPLICATIONS_PER_NANOSECOND, |range| {
            let (whole, sums) = *shared.get();
            for part in range {
                let out = sums.wrapping_add(extents::count([part, elements]));
                // (An index of the axis.)
                one(whole, (out, &strides), (longest, part * len, len), &compute);
            }
        });
        axes[count] = Axis { extent: parts, lhs: elements.cast_signed(), contracted: true, ..Axis::NONE };
        let source = Source { pointer: sums.cast_const(), conj: false };
        // SAFETY: by the contract; the buffer holds the sums of all parts.
        let problem = unsafe {
            Problem::new(&mut axes[..=count], whole.out, (source, None), (Some(whole.alpha), whole.beta), T::FAMILY)
        };
        streams::run(problem);
    });
    true
}

/// The axes of the result, and of the sums of a part, which lie side by side in the same order; and the strides of these
/// sums.
fn side_by_side(kept: [&[Axis]; 3], axes: &mut [Axis; MOST]) -> [isize; MOST] {
    let (mut strides, mut order) = ([0; MOST], [0; MOST]);
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
fn one<T: Kernels>(
    whole: &Contraction<'_, T>,
    (out, strides): (*mut T, &[isize; MOST]),
    (longest, start, len): (usize, usize, usize),
    compute: &impl Fn(&mut Contraction<'_, T>),
) {
    let mut axes = [Axis::NONE; MOST];
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
