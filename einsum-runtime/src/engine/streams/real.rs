//! Sums of real numbers along lanes, in vectors of the instruction set.
//!
//! The same sums over arrays end up in whole vectors or in halves and quarters of them, as the compiler
//! likes (a quarter of the speed, in one version of it); [`Lanes`] leave it no choice, and have masks for what
//! is left over at the end of a lane.

use std::any::TypeId;

use crate::{
    element::Element,
    engine::{Axis, lanes::Lanes, tile::prefetch},
};

use super::complex::cast;

/// Lanes of one factor, or of two, side by side in each: where they begin.
#[derive(Clone, Copy)]
pub(super) struct Sides<R> {
    pub(super) lhs: *const R,
    /// That of the first factor again, if there is no second one.
    pub(super) rhs: *const R,
}

/// Steps after which sums are added up in `f64`: sums of `f32` that nearly cancel would be off by more than numpy's.
/// (2^24 numbers between -1/2 and 1/2: by 0.006, and by 0.0002 so.)
const STEPS: usize = 128;

/// The sums, over `rows` and `len` elements of each, of `N` lanes at once; in `U` vectors each, which
/// hides the latency of an addition.
///
/// Loops, not closures: these are functions without the instruction set, into which nothing is inlined that
/// needs it.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - All factors are valid for reads of `len` elements, at every index of `rows`.
#[inline(always)]
pub(super) unsafe fn sums<R: Element, V: Lanes<Real = R>, const N: usize, const U: usize, const TWO: bool>(
    mut sides: [Sides<R>; N],
    rows: &Axis,
    len: usize,
) -> [R; N] {
    // SAFETY: the instruction set is there by the contract; `n + V::LEN` is at most `len` for what is
    // read as a whole, and the mask is of what is left.
    unsafe {
        let one = V::splat(R::ONE);
        let fetches = N == 1 && TWO && len * size_of::<R>() >= FETCHED;
        let mut sums = [[V::splat(R::ZERO); U]; N];
        let mut totals = [0.0; N];
        let mut steps = 0;
        for _ in 0..rows.extent {
            let mut n = 0;
            while n + U * V::LEN <= len {
                let end = len.min(n + (STEPS - steps) * U * V::LEN);
                while n + U * V::LEN <= end {
                    for u in 0..U {
                        for (side, sums) in sides.iter().zip(&mut sums) {
                            let at = n + u * V::LEN;
                            let other = if TWO { V::load(side.rhs.add(at)) } else { one };
                            sums[u] = V::load(side.lhs.add(at)).mul_add(other, sums[u]);
                            if fetches {
                                fetch(side, at);
                            }
                        }
                    }
                    n += U * V::LEN;
                    steps += 1;
                }
                if steps == STEPS {
                    flush(&mut sums, &mut totals);
                    steps = 0;
                }
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
            if U * V::LEN > len {
                steps += 1;
                if steps == STEPS {
                    flush(&mut sums, &mut totals);
                    steps = 0;
                }
            }
        }
        let mut results = [R::ZERO; N];
        for (n, result) in results.iter_mut().enumerate() {
            let rest = all(&sums[n]);
            *result = if totals[n] == 0.0 { rest } else { narrow(totals[n] + wide(rest)) };
        }
        results
    }
}

/// Bytes of a lane from which on, one at a time, what comes after it is fetched: its end is where the processor loses
/// track of both factors. (4096 x 32 lanes of 64, f64: 3.3 ms, 4.0 without; f32, half as long: 1.7 and 1.4.)
const FETCHED: usize = 512;

#[inline(always)]
fn fetch<R>(side: &Sides<R>, at: usize) {
    const AHEAD: usize = 2048;
    prefetch(side.lhs.wrapping_add(at).wrapping_byte_add(AHEAD));
    prefetch(side.rhs.wrapping_add(at).wrapping_byte_add(AHEAD));
}

/// Adds the sums to the totals, and begins again.
///
/// # Safety
/// - The processor has the instruction set of `V`.
#[inline(always)]
unsafe fn flush<R: Element, V: Lanes<Real = R>, const N: usize, const U: usize>(
    sums: &mut [[V; U]; N],
    totals: &mut [f64; N],
) {
    for (sums, total) in sums.iter_mut().zip(totals) {
        // SAFETY: by the contract.
        unsafe {
            *total += wide(all(sums));
            *sums = [V::splat(R::ZERO); U];
        }
    }
}

/// The sum of all numbers in some vectors.
///
/// # Safety
/// - The processor has the instruction set of `V`.
#[inline(always)]
unsafe fn all<R: Element, V: Lanes<Real = R>, const U: usize>(sums: &[V; U]) -> R {
    // SAFETY: by the contract.
    unsafe {
        let mut all = sums[0];
        for sum in &sums[1..] {
            all = sum.mul_add(V::splat(R::ONE), all);
        }
        all.sum()
    }
}

#[inline(always)]
fn wide<R: Element>(number: R) -> f64 {
    if is_single::<R>() { f64::from(cast::<R, f32>(number)) } else { cast(number) }
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "rounded once, at the end")]
fn narrow<R: Element>(number: f64) -> R {
    if is_single::<R>() { cast(number as f32) } else { cast(number) }
}

#[inline(always)]
fn is_single<R: 'static>() -> bool {
    TypeId::of::<R>() == TypeId::of::<f32>()
}
