//! Work for several threads: the current rayon pool, if there is work for it.
//!
//! Every index of a split range is computed by the same code in the same order whoever does it, so
//! that results are bit-identical for every number of threads: only axes of the result are split.

#[cfg(feature = "rayon")]
mod helpers;

pub mod shared;

#[cfg(feature = "rayon")]
use core::cell::Cell;
use core::{
    ops::Range,
    sync::atomic::{AtomicUsize, Ordering},
};

#[cfg(feature = "rayon")]
use crate::machine::threads::helpers::with_helpers;
use crate::plan::tuning::{PIECES_PER_THREAD, SHARED_WORK_MIN_NANOSECONDS};

/// How many threads there are for work that takes about `nanoseconds` on one.
#[must_use]
pub(crate) fn threads_for(nanoseconds: usize) -> usize {
    // Below the mark nobody asks rayon, which would start its pool to answer.
    if nanoseconds < SHARED_WORK_MIN_NANOSECONDS { 1 } else { pool_size() }
}

/// Calls `work` with ranges that together are `0..count`, from several threads if the whole takes
/// long enough, in about `nanoseconds` on one.
#[inline]
pub fn for_each_chunk(count: usize, nanoseconds: usize, work: impl Fn(Range<usize>) + Sync) {
    chunks(count, nanoseconds, &work);
}

fn chunks(count: usize, nanoseconds: usize, work: &(dyn Fn(Range<usize>) + Sync)) {
    let threads = threads_for(nanoseconds);
    if threads == 1 {
        return work(0..count);
    }
    let pieces = (threads * PIECES_PER_THREAD).min(nanoseconds / (SHARED_WORK_MIN_NANOSECONDS / 2));
    split(0..count, count.div_ceil(pieces).max(1), work);
}

/// Calls `work` with ranges of at most `grain` that together are `range`, from all threads. Each has a part of the range of
/// its own, the same whenever this is called alike, so that it may still have it in its caches; when it is done with that, it
/// takes what others have left. (`ik,jk->ij` of 2000, 2000 and 3 on two threads, f32: 141 us, and 158 if each takes whatever
/// comes next.)
///
/// Compiled once, and not for every `work`: what rayon makes of it would be a sixth of all code here.
pub(crate) fn split(range: Range<usize>, grain: usize, work: &(dyn Fn(Range<usize>) + Sync)) {
    let pieces = range.len().div_ceil(grain);
    if pieces <= 1 {
        return work(range);
    }
    let size = pool_size();
    let threads = size.min(pieces);
    let parts = threads.min(PARTS);
    // `part * pieces / parts`, which may be a product beyond the largest number.
    let first = |part: usize| part * (pieces / parts) + part * (pieces % parts) / parts;
    let next: [AtomicUsize; PARTS] = core::array::from_fn(|part| AtomicUsize::new(first(part)));
    let take = |thread: usize| {
        for part in (0..parts).map(|n| (thread + n) % parts) {
            loop {
                let piece = next[part].fetch_add(1, Ordering::Relaxed);
                if piece >= first(part + 1) {
                    break;
                }
                let start = range.start + piece * grain;
                work(start..range.end.min(start + grain));
            }
        }
    };
    with_helpers(threads, &|thread| while_busy(threads == size, || take(thread)));
}

/// The most parts of a range; more threads than this share them.
const PARTS: usize = 32;

#[cfg(feature = "rayon")]
fn pool_size() -> usize {
    // (What runs while the thread ends may find `BUSY` gone, where it is kept by the system.)
    if BUSY.try_with(Cell::get).unwrap_or(false) { 1 } else { rayon::current_num_threads() }
}

#[cfg(not(feature = "rayon"))]
fn pool_size() -> usize {
    1
}

#[cfg(not(feature = "rayon"))]
fn with_helpers(_threads: usize, work: &(dyn Fn(usize) + Sync)) {
    work(0);
}

#[cfg(feature = "rayon")]
thread_local! {
    /// Whether this thread does its part of work that all threads of the pool share. Work within that is not split once more: a
    /// third thread would be woken for it, on two cores. (`bhwc,hwcf->bf` of 32, 8, 8, 64 and 128, f32: 72 us, and 107.)
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

#[cfg(not(feature = "rayon"))]
fn while_busy(_all: bool, work: impl FnOnce()) {
    work();
}

/// Calls `work`; if all threads do, as a part of work that they share.
#[cfg(feature = "rayon")]
fn while_busy(all: bool, work: impl FnOnce()) {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            let _ = BUSY.try_with(|busy| busy.set(self.0));
        }
    }
    let _restore = Restore(BUSY.try_with(|busy| busy.replace(all)).unwrap_or(false));
    work();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_threads_share_is_not_split_once_more() {
        let before = pool_size();
        for_each_chunk(1000, 1 << 30, |_| assert_eq!(threads_for(1 << 30), 1));
        assert_eq!(pool_size(), before);
    }

    #[test]
    fn every_index_is_worked_on_once() {
        for (count, nanoseconds) in [(0, 0), (1, 1 << 30), (13, 1 << 30), (1000, 1 << 30), (1000, 10), (7, 90_000)] {
            let seen: Vec<_> = (0..count).map(|_| AtomicUsize::new(0)).collect();
            for_each_chunk(count, nanoseconds, |range| {
                for n in range {
                    seen[n].fetch_add(1, Ordering::Relaxed);
                }
            });
            assert!(seen.iter().all(|seen| seen.load(Ordering::Relaxed) == 1), "{count} {nanoseconds}");
        }
    }
}
