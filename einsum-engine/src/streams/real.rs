//! Sums of real numbers along lanes, in vectors of the instruction set.
//!
//! Sums over arrays end up in whole vectors or in halves and quarters of them, as the compiler
//! likes (a quarter of the speed, in one version of it); [`Lanes`] leave it no choice, and have masks for the
//! rest at the end of a lane.

use crate::{
    machine::{
        lanes::{Lanes, Widen},
        prefetch,
    },
    number::Number,
    plan::tuning::{AHEAD_BYTES, FOLD_AHEAD_LONG_BYTES, FOLD_AHEAD_SHORT_BYTES},
    problem::Axis,
};

/// Lanes of one factor, or of two, side by side in each: where they begin.
#[derive(Clone, Copy)]
pub(super) struct Sides<R> {
    pub(super) lhs: *const R,
    /// Where the lane of the second factor begins; if there is none, that of the first again.
    pub(super) rhs: *const R,
}

/// The sums, over `rows` and `len` elements of each, of `N` lanes at once, each in one vector; in `U` vectors
/// meanwhile, which hides the latency of an addition.
///
/// Loops, not closures: these are functions without the instruction set, into which nothing is inlined that
/// needs it.
///
/// Lanes that come later are fetched, if `fetches`.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - Each factor, one or two by `TWO`, is valid for reads of `len` elements from its side on, at every index of `rows`.
#[inline(always)]
pub(super) unsafe fn sums<R: Number, V: Lanes<Real = R>, const N: usize, const U: usize, const TWO: bool>(
    mut sides: [Sides<R>; N],
    rows: &Axis,
    len: usize,
    fetches: bool,
) -> [V; N] {
    // SAFETY: the instruction set is there by the contract; `n + V::LEN` is at most `len` for vectors
    // that are read as a whole, and the mask is of the elements that are left.
    unsafe {
        let one = V::splat(R::ONE);
        let mut sums = [[V::splat(R::ZERO); U]; N];
        for _ in 0..rows.extent {
            let mut n = 0;
            while n + U * V::LEN <= len {
                for u in 0..U {
                    let at = n + u * V::LEN;
                    for (side, sums) in sides.iter().zip(&mut sums) {
                        let other = if TWO { V::load(side.rhs.add(at)) } else { one };
                        sums[u] = V::load(side.lhs.add(at)).mul_add(other, sums[u]);
                    }
                    if fetches {
                        fetch::<R, N, TWO>(&sides, at);
                    }
                }
                n += U * V::LEN;
            }
            while n + V::LEN <= len {
                for (side, sums) in sides.iter().zip(&mut sums) {
                    let other = if TWO { V::load(side.rhs.add(n)) } else { one };
                    sums[0] = V::load(side.lhs.add(n)).mul_add(other, sums[0]);
                }
                n += V::LEN;
            }
            if n < len {
                let mask = V::first(len - n);
                for (side, sums) in sides.iter().zip(&mut sums) {
                    let other = if TWO { V::load_first(side.rhs.add(n), mask) } else { one };
                    sums[U - 1] = V::load_first(side.lhs.add(n), mask).mul_add(other, sums[U - 1]);
                }
            }
            for side in &mut sides {
                side.lhs = side.lhs.wrapping_offset(rows.lhs);
                side.rhs = side.rhs.wrapping_offset(rows.rhs);
            }
        }
        let mut totals = [V::splat(R::ZERO); N];
        for (total, sums) in totals.iter_mut().zip(&sums) {
            *total = all(sums);
        }
        totals
    }
}

/// Lanes of less than a vector.
pub(super) const PART: usize = 0;
/// Lanes of one vector.
pub(super) const WHOLE: usize = 1;
/// Longer ones.
pub(super) const MORE: usize = 2;

/// The sums of `N` short lanes, of [`PART`] of a vector, a [`WHOLE`] one, or [`MORE`], each in one vector.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - Each factor, one or two by `TWO`, is valid for reads of `len` elements from its side on.
/// - `len` is less than a vector for [`PART`], one for [`WHOLE`], and more for [`MORE`].
#[inline(always)]
pub(super) unsafe fn short<R: Number, V: Lanes<Real = R>, const N: usize, const TWO: bool, const VECTORS: usize>(
    sides: [Sides<R>; N],
    len: usize,
) -> [V; N] {
    // SAFETY: the instruction set is there by the contract; `n + V::LEN` is at most `len` for vectors that are read as a
    // whole, and the mask is of the elements that are left.
    unsafe {
        let one = V::splat(R::ONE);
        let mut sums = [V::splat(R::ZERO); N];
        let len = if VECTORS == WHOLE { V::LEN } else { len };
        let mut n = 0;
        while VECTORS != PART && n + V::LEN <= len {
            for (side, sum) in sides.iter().zip(&mut sums) {
                let other = if TWO { V::load(side.rhs.add(n)) } else { one };
                *sum = V::load(side.lhs.add(n)).mul_add(other, *sum);
            }
            n += V::LEN;
        }
        if VECTORS == PART || n < len {
            let mask = V::first(len - n);
            for (side, sum) in sides.iter().zip(&mut sums) {
                let other = if TWO { V::load_first(side.rhs.add(n), mask) } else { one };
                *sum = V::load_first(side.lhs.add(n), mask).mul_add(other, *sum);
            }
        }
        sums
    }
}

/// The sum of one factor of `f32`, added up in `f64`: for long sums, which come from memory. Only eight numbers
/// each are added up in `f32` before that, in pairs. (2^24 numbers that nearly cancel, the exact sum of which is 1.15430:
/// 1.15439; with 128 numbers each 1.1453, in `f32` 1.1481, by numpy 1.1526 or 1.1686. 1.3 ms, each in `f64` 1.5.)
///
/// # Safety
/// - The processor has the instruction sets of `V` and `W`.
/// - `from` is valid for reads of `len` elements, at every index of `rows`.
#[inline(always)]
pub(super) unsafe fn widened<V: Lanes<Real = f32>, W: Widen>(mut from: *const f32, rows: &Axis, len: usize) -> f64 {
    // SAFETY: the instruction sets are there by the contract; `n + V::LEN` is at most `len` for vectors that are read as a
    // whole, and `n` is below `len` for single elements.
    unsafe {
        let one = V::splat(1.0);
        let mut totals = [W::splat(0.0); 2];
        let mut rest = 0.0;
        for _ in 0..rows.extent {
            let mut n = 0;
            while n + TOGETHER * V::LEN <= len {
                // (In the order of memory: otherwise it takes a quarter longer.)
                let mut sums = [V::splat(0.0); 4];
                for u in 0..4 {
                    let pair = [n + 2 * u * V::LEN, n + (2 * u + 1) * V::LEN];
                    sums[u] = V::load(from.add(pair[0])).mul_add(one, V::load(from.add(pair[1])));
                }
                for u in 0..2 {
                    sums[u] = sums[u].mul_add(one, sums[u + 2]);
                }
                sums[0] = sums[0].mul_add(one, sums[1]);
                widen(&mut totals, sums[0]);
                n += TOGETHER * V::LEN;
            }
            while n + V::LEN <= len {
                widen(&mut totals, V::load(from.add(n)));
                n += V::LEN;
            }
            while n < len {
                rest += f64::from(*from.add(n));
                n += 1;
            }
            from = from.wrapping_offset(rows.lhs);
        }
        all(&totals).sum() + rest
    }
}

/// How many numbers are added up in `f32`.
const TOGETHER: usize = 8;

/// Adds numbers of `f32` to sums of `f64`.
///
/// # Safety
/// - The processor has the instruction sets of `V` and `W`.
#[inline(always)]
unsafe fn widen<V: Lanes<Real = f32>, W: Widen>(totals: &mut [W; 2], numbers: V) {
    const MOST: usize = 16;
    const { assert!(V::LEN == 2 * W::LEN && V::LEN <= MOST) }
    let mut lanes = [0.0; MOST];
    // SAFETY: by the contract; there is room for all lanes.
    unsafe {
        numbers.store(lanes.as_mut_ptr());
        for (half, total) in totals.iter_mut().enumerate() {
            *total = W::widen(lanes.as_ptr().add(half * W::LEN)).mul_add(W::splat(1.0), *total);
        }
    }
}

/// Whether lanes that come later are to be fetched, if they are far away, where so many lanes of so many bytes are read at a
/// time. (Their ends are where the processor loses track of what is read, but not while it reads one factor alone, in long
/// lanes: f32, 65536 sums of 128 0.57 ms, 0.87 without; `ijk->j` of 256 each 1.32 and 1.73, f64 3.0 and 3.7; 4096 x 32 inner
/// products of 64, f64, 3.3 and 4.0. Four longer lanes reach further than what would be fetched: `bij,bj->bi` of 4096, 64 and
/// 64, f32 1.5 and 2.8, but of 200 each, f64 1.5 and 1.3.)
#[inline(always)]
pub(super) fn fetches(lanes: usize, two: bool, bytes: usize) -> bool {
    match lanes {
        1 => bytes >= FOLD_AHEAD_SHORT_BYTES && (two || bytes < FOLD_AHEAD_LONG_BYTES),
        4 => bytes <= FOLD_AHEAD_SHORT_BYTES,
        _ => false,
    }
}

/// Fetches elements that are read some lanes later: of the second factor, and of both if there is one lane at a time, half
/// as far ahead.
#[inline(always)]
fn fetch<R, const N: usize, const TWO: bool>(sides: &[Sides<R>; N], at: usize) {
    let ahead = if TWO && N == 1 { AHEAD_BYTES / 2 } else { AHEAD_BYTES };
    for side in sides {
        prefetch::line(side.lhs.wrapping_add(at).wrapping_byte_add(ahead));
    }
    if TWO {
        prefetch::line(sides[0].rhs.wrapping_add(at).wrapping_byte_add(AHEAD_BYTES / 2));
    }
}

/// The sum of some vectors.
///
/// # Safety
/// - The processor has the instruction set of `V`.
#[inline(always)]
pub(super) unsafe fn all<R: Number, V: Lanes<Real = R>, const U: usize>(sums: &[V; U]) -> V {
    // SAFETY: by the contract the instruction set is there.
    unsafe {
        let mut all = sums[0];
        for sum in &sums[1..] {
            all = sum.mul_add(V::splat(R::ONE), all);
        }
        all
    }
}
