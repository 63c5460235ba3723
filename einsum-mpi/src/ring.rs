//! How many words leave a rank when a collective runs in a ring, which is the least that any algorithm sends for long messages.
//!
//! In a ring of `p` ranks each sends to the next, `p - 1` times. A reduce-scatter sends the sums of all parts but the rank's own. An
//! all-gather sends the rank's own part and passes on all that it receives but what comes last, which the next rank had first: all parts
//! but that of the next. An all-reduce is both, over balanced blocks. With even parts of `n` words that is `n (p - 1) / p` for each of
//! the two, and twice that for an all-reduce; with uneven ones it is exact.

use crate::blocks;

/// Words that `rank` sends in a reduce-scatter to parts of `counts`.
pub(crate) fn reduce_scatter(counts: &[usize], rank: usize) -> usize {
    counts.iter().sum::<usize>() - counts[rank]
}

/// Words that `rank` sends in an all-gather of parts of `counts`.
pub(crate) fn all_gather(counts: &[usize], rank: usize) -> usize {
    counts.iter().sum::<usize>() - counts[(rank + 1) % counts.len()]
}

/// Words that `rank` of `ranks` sends in an all-reduce.
pub(crate) fn all_reduce(words: usize, ranks: usize, rank: usize) -> usize {
    let counts = blocks::counts(words, ranks);
    reduce_scatter(&counts, rank) + all_gather(&counts, rank)
}

/// Words that `rank` sends in an all-to-all with parts of `counts` for the others.
pub(crate) fn all_to_all(counts: &[usize], rank: usize) -> usize {
    counts.iter().sum::<usize>() - counts[rank]
}
