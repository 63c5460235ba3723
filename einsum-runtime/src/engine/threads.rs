//! Work for several threads: the current rayon pool, if there is work for it.
//!
//! Every index of a split range is computed by the same code in the same order whoever does it, so
//! that results are bit-identical for every number of threads: only axes of the result are split.

use std::ops::Range;

/// Nanoseconds below which work is not worth a second thread: waking one takes a few microseconds.
const WORTHWHILE: usize = 40_000;

/// Pieces for every thread, so that one that is late does not keep the others waiting.
const PIECES: usize = 4;

/// How many threads there are for work that takes about `nanoseconds` on one.
#[must_use]
pub(crate) fn threads_for(nanoseconds: usize) -> usize {
    // Below the mark nobody asks rayon, which would start its pool to answer.
    if nanoseconds < WORTHWHILE { 1 } else { pool_size() }
}

/// Calls `work` with ranges that together are `0..count`, from several threads if the whole takes
/// long enough, in about `nanoseconds` on one.
#[inline]
pub(crate) fn for_each_chunk(count: usize, nanoseconds: usize, work: impl Fn(Range<usize>) + Sync) {
    chunks(count, nanoseconds, &work);
}

fn chunks(count: usize, nanoseconds: usize, work: &(dyn Fn(Range<usize>) + Sync)) {
    let threads = threads_for(nanoseconds);
    if threads == 1 {
        return work(0..count);
    }
    let pieces = (threads * PIECES).min(2 * nanoseconds / WORTHWHILE);
    split(0..count, count.div_ceil(pieces).max(1), work);
}

/// Calls `work` with ranges of at most `grain` that together are `range`, from all threads.
///
/// Compiled once, and not for every `work`: what rayon makes of a `join` was a sixth of all code here.
pub(crate) fn split(range: Range<usize>, grain: usize, work: &(dyn Fn(Range<usize>) + Sync)) {
    if range.len() <= grain {
        return work(range);
    }
    // The first half is a multiple of the grain.
    let half = range.start + range.len().div_ceil(grain).div_ceil(2) * grain;
    join(|| split(range.start..half, grain, work), || split(half..range.end, grain, work));
}

#[cfg(feature = "rayon")]
fn pool_size() -> usize {
    rayon::current_num_threads()
}

#[cfg(not(feature = "rayon"))]
fn pool_size() -> usize {
    1
}

#[cfg(feature = "rayon")]
fn join(first: impl FnOnce() + Send, second: impl FnOnce() + Send) {
    rayon::join(first, second);
}

#[cfg(not(feature = "rayon"))]
fn join(first: impl FnOnce() + Send, second: impl FnOnce() + Send) {
    first();
    second();
}

/// Something with pointers in it that several threads share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shared<S>(S);

// SAFETY: by the contract of `Shared::new`.
unsafe impl<S> Send for Shared<S> {}
// SAFETY: as above.
unsafe impl<S> Sync for Shared<S> {}

impl<S> Shared<S> {
    /// # Safety
    /// - Whatever threads do with the pointers in `shared`, no two of them reach one element unless
    ///   both read it.
    /// - What they point to may be used from any thread (elements are `Send` and `Sync`).
    pub(crate) unsafe fn new(shared: S) -> Self {
        Self(shared)
    }

    /// What is shared. A method, so that a closure captures the whole, not the field.
    pub(crate) fn get(&self) -> &S {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

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
