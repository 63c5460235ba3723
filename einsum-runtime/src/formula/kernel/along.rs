//! Values in whole vectors, put together along their lane as they are computed.

use core::{hint::black_box, marker::PhantomData};

use super::vectors::{VectorBlock, width};
use crate::{
    element::Element,
    formula::{
        at::At,
        body::Body,
        reduction::{Reduction, ReductionKind},
    },
    loops::{Lanes, level::Work},
    tuning::JOIN_LANES,
};

/// Whether values are put together as they are computed: numbers of vectors of 16 or of 4, along labels that the target has not.
pub(super) const fn joins_along<T: Element, B: Body<T, L, R>, const L: usize, const R: usize>() -> bool {
    B::FREE < L && matches!(width::<T>(), 4 | 16) && size_of::<T>() <= 8
}

/// A block of vectors whose values are put together along the lane, for which the contract of `Kernel::along` holds.
pub(super) struct AlongLane<'b, T, B, const L: usize, const R: usize> {
    pub(super) body: B,
    pub(super) vectors: &'b VectorBlock<'b, T>,
    pub(super) sums: &'b mut [[T; JOIN_LANES]],
    pub(super) contract: PhantomData<[(); R]>,
}

impl<T: Element, B: Body<T, L, R>, const L: usize, const R: usize> Work for AlongLane<'_, T, B, L, R> {
    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        if const { width::<T>() == 4 || !FUSED } {
            self.by::<4, FUSED>();
        } else {
            self.by::<16, FUSED>();
        }
    }
}

impl<T: Element, B: Body<T, L, R>, const L: usize, const R: usize> AlongLane<'_, T, B, L, R> {
    /// Computes by vectors of `N`, which divides the width: each of four with sums of its own, as an addition takes as long as four begin.
    #[inline(always)]
    fn by<const N: usize, const FUSED: bool>(self) {
        let VectorBlock { rows, labels, .. } = *self.vectors;
        let count = self.vectors.count * (width::<T>() / N);
        let mut row_start = self.vectors.row_start::<B, L, R, N>();
        let last = self.sums.len() - 1;
        for row in 0..rows {
            // (Of whole vectors no element is beyond the last.)
            let (mut pointers, mut at) = (row_start.pointers, At::new(row_start.first, labels.1, 0, isize::MAX));
            let (sums, _) = self.sums[row.min(last)].as_chunks_mut::<N>();
            let mut joined = [[B::Reduction::nothing(); N]; 4];
            for _ in 0..count / 4 {
                for n in 0..4 {
                    // SAFETY: by the contract there are so many elements.
                    joined[n] = unsafe {
                        next::<T, B, L, R, N, FUSED>(self.body, joined[n], &mut pointers, row_start.steps, &mut at)
                    };
                }
            }
            for _ in 0..count % 4 {
                // SAFETY: as above.
                joined[0] = unsafe {
                    next::<T, B, L, R, N, FUSED>(self.body, joined[0], &mut pointers, row_start.steps, &mut at)
                };
            }
            // (What is put together here goes to the others as a whole: so a long sum is one of sums. One by one: of a loop LLVM would make
            // vectors of elements of all four, which it gathers.)
            let [one, two, three, four, ..] = sums else { unreachable!("there are as many lanes") };
            onto::<T, B::Reduction, N, FUSED>(one, joined[0]);
            // (Of a short row there is nothing else.)
            if count >= 4 {
                onto::<T, B::Reduction, N, FUSED>(two, joined[1]);
                onto::<T, B::Reduction, N, FUSED>(three, joined[2]);
                onto::<T, B::Reduction, N, FUSED>(four, joined[3]);
            }
            row_start.next::<B>(labels.0);
        }
    }
}

/// Puts values together with sums.
#[inline(always)]
fn onto<T: Element, R: Reduction<T>, const N: usize, const FUSED: bool>(sums: &mut [T; N], values: [T; N]) {
    // (What is larger would be stored lane by lane where it is not the sum itself, if that were known to be there: twenty cycles for a vector on AMD's
    // processors.)
    let before = match R::KIND {
        ReductionKind::Max | ReductionKind::Min => black_box(*sums),
        ReductionKind::Sum | ReductionKind::Product => *sums,
    };
    *sums = R::join::<Lanes<N, true, FUSED>>(before, values);
}

/// The values of the next vector along a lane, put together with others.
///
/// # Safety
/// - There are `N` elements at each pointer, valid for reads.
#[inline(always)]
unsafe fn next<T: Element, B: Body<T, L, R>, const L: usize, const R: usize, const N: usize, const FUSED: bool>(
    body: B,
    joined: [T; N],
    pointers: &mut [*const T; R],
    steps: [usize; R],
    at: &mut At<L>,
) -> [T; N] {
    let mut values = [[T::ZERO; N]; R];
    for read in 0..R {
        // SAFETY: by the contract.
        values[read] = unsafe { pointers[read].cast::<[T; N]>().read_unaligned() };
        pointers[read] = pointers[read].wrapping_add(steps[read]);
    }
    let joined = body.onto::<Lanes<N, true, FUSED>>(joined, values, *at);
    *at = at.next(N);
    joined
}
