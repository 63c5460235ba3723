//! Calls of MPI, with messages that it can count and that are sent fast: longer ones are cut into pieces.

use std::mem;

use ::mpi::{
    Count,
    collective::SystemOperation,
    datatype::PartitionMut,
    request,
    topology::SimpleCommunicator,
    traits::{Communicator, CommunicatorCollectives, Destination, Equivalence, Source},
};

use crate::tuning::{SCATTERED_UNCUT_MAX_BYTES_OF_EACH_RANK, SUMMED_BYTES_OF_EACH_RANK};

/// The most words of messages.
#[derive(Clone, Copy)]
pub(super) struct Limit(usize);

impl Limit {
    /// The most that MPI can count.
    pub(super) const COUNTED: Self = Self(Count::MAX as usize);

    /// A number of words, at least one and no more than MPI can count.
    pub(super) fn words(words: usize) -> Self {
        assert!((1..=Self::COUNTED.0).contains(&words), "a message has from 1 to {} words", Count::MAX);
        Self(words)
    }

    /// How many words of each rank are sent at once by a collective whose message has those of all.
    fn of_each(self, ranks: usize) -> usize {
        (self.0 / ranks).max(1)
    }

    /// How many words of each rank are summed at once.
    fn of_each_summed<T>(self, ranks: usize) -> usize {
        self.of_each(ranks).min((SUMMED_BYTES_OF_EACH_RANK / size_of::<T>()).max(1))
    }

    /// How many words of each rank are summed at once, of so many, where that needs copies of parts that are even.
    fn of_each_scattered<T>(self, ranks: usize, words: usize, is_even: bool) -> usize {
        let is_short = words.saturating_mul(size_of::<T>()) <= SCATTERED_UNCUT_MAX_BYTES_OF_EACH_RANK;
        if is_even && is_short { self.of_each(ranks) } else { self.of_each_summed::<T>(ranks) }
    }

    /// How many words are summed at once, where every rank has all of the sum.
    fn summed<T>(self, ranks: usize) -> usize {
        (self.of_each_summed::<T>(ranks) * ranks).min(self.0)
    }
}

/// Ranks of MPI, which send messages of so many words at most.
pub(super) struct Ranks {
    pub(super) ranks: SimpleCommunicator,
    pub(super) limit: Limit,
}

impl Ranks {
    pub(super) fn rank(&self) -> usize {
        as_index(self.ranks.rank())
    }

    pub(super) fn size(&self) -> usize {
        as_index(self.ranks.size())
    }

    pub(super) fn all_reduce<T: Equivalence + Copy>(&self, words: &mut [T], operation: SystemOperation) {
        let step = self.limit.summed::<T>(self.size());
        let mut own = Vec::with_capacity(step.min(words.len()));
        for words in words.chunks_mut(step) {
            own.clear();
            own.extend_from_slice(words);
            self.ranks.all_reduce_into(&own[..], words, operation);
        }
    }

    /// (The crate `mpi` has reduce-scatters to parts of one length only: shorter ones are filled up.)
    pub(super) fn reduce_scatter<T: Equivalence + Copy + Default>(&self, whole: &[T], counts: &[usize], own: &mut [T]) {
        let longest = counts.iter().copied().max().unwrap_or(0);
        let is_even = counts.iter().all(|&count| count == longest);
        let step = self.limit.of_each_scattered::<T>(self.size(), longest, is_even).min(longest);
        if is_even && step == longest {
            return self.ranks.reduce_scatter_block_into(whole, own, SystemOperation::sum());
        }
        let (mut send, mut sums) = (vec![T::default(); step * counts.len()], vec![T::default(); step]);
        for (start, here) in steps(longest, step) {
            let (send, sums) = (&mut send[..here * counts.len()], &mut sums[..here]);
            let mut rest = whole;
            for (&count, send) in counts.iter().zip(send.chunks_mut(here)) {
                let part;
                (part, rest) = rest.split_at(count);
                let (words, filled) = send.split_at_mut(overlap(count, start, here));
                words.copy_from_slice(piece(part, start, here));
                filled.fill(T::default());
            }
            self.ranks.reduce_scatter_block_into(&*send, sums, SystemOperation::sum());
            let received = overlap(own.len(), start, here);
            piece_mut(own, start, here).copy_from_slice(&sums[..received]);
        }
    }

    pub(super) fn all_gather<T: Equivalence + Copy + Default>(&self, own: &[T], counts: &[usize], whole: &mut [T]) {
        if whole.len() <= self.limit.0 {
            return self.all_gather_at_once(own, counts, whole);
        }
        let longest = counts.iter().copied().max().unwrap_or(0);
        for (start, here) in steps(longest, self.limit.of_each(self.size())) {
            let counts_here: Vec<usize> = counts.iter().map(|&count| overlap(count, start, here)).collect();
            let mut received = vec![T::default(); counts_here.iter().sum()];
            self.all_gather_at_once(piece(own, start, here), &counts_here, &mut received);
            let (mut rest, mut received) = (&mut *whole, &received[..]);
            for (&count, &count_here) in counts.iter().zip(&counts_here) {
                let (part, words);
                (part, rest) = rest.split_at_mut(count);
                (words, received) = received.split_at(count_here);
                piece_mut(part, start, here).copy_from_slice(words);
            }
        }
    }

    fn all_gather_at_once<T: Equivalence>(&self, own: &[T], counts: &[usize], whole: &mut [T]) {
        let counts: Vec<Count> = counts.iter().map(|&count| as_count(count)).collect();
        let starts: Vec<Count> =
            counts.iter().scan(0, |start, count| Some(mem::replace(start, *start + count))).collect();
        self.ranks.all_gather_varcount_into(own, &mut PartitionMut::new(whole, counts, starts));
    }

    /// Sends and receives messages, all at once; those of one rank to another meet in their order.
    pub(super) fn deliver<T: Equivalence>(&self, send: Vec<(usize, &[T])>, receive: Vec<(usize, &mut [T])>) {
        let pieces = |words: usize| words.div_ceil(self.limit.0);
        let sent: usize = send.iter().map(|(_, words)| pieces(words.len())).sum();
        let received: usize = receive.iter().map(|(_, words)| pieces(words.len())).sum();
        request::multiple_scope(sent + received, |scope, requests| {
            for (from, words) in receive {
                let from = self.ranks.process_at_rank(as_count(from));
                for words in words.chunks_mut(self.limit.0) {
                    requests.add(from.immediate_receive_into(scope, words));
                }
            }
            for (to, words) in send {
                let to = self.ranks.process_at_rank(as_count(to));
                for words in words.chunks(self.limit.0) {
                    requests.add(to.immediate_send(scope, words));
                }
            }
            requests.wait_all(&mut Vec::new());
        });
    }
}

/// The starts and the lengths of the pieces of so many words, of at most `step`.
fn steps(words: usize, step: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..words).step_by(step.max(1)).map(move |start| (start, overlap(words, start, step)))
}

/// How many of so many words are among the `step` from `start` on.
fn overlap(words: usize, start: usize, step: usize) -> usize {
    words.saturating_sub(start).min(step)
}

/// The words from `start` on, at most `step` of them.
fn piece<T>(words: &[T], start: usize, step: usize) -> &[T] {
    let start = start.min(words.len());
    &words[start..][..overlap(words.len(), start, step)]
}

/// The words from `start` on, at most `step` of them, to be written.
fn piece_mut<T>(words: &mut [T], start: usize, step: usize) -> &mut [T] {
    let start = start.min(words.len());
    let here = overlap(words.len(), start, step);
    &mut words[start..][..here]
}

pub(super) fn as_count(number: usize) -> Count {
    Count::try_from(number).expect("numbers of ranks, and of words that are sent at once, are below 2^31")
}

pub(super) fn as_index(number: Count) -> usize {
    usize::try_from(number).expect("ranks have numbers from 0")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No message has more words than MPI counts, and all words are sent, of lengths that no machine of tests has the memory for.
    #[test]
    fn messages_of_any_length_are_cut_to_what_mpi_counts() {
        let most = Limit::COUNTED.0;
        assert_eq!(most, (1 << 31) - 1);
        for ranks in [1, 2, 3, 4, 7, 1024, 1 << 20] {
            for words in [0, 1, most - 1, most, most + 1, 2 * most, 2 * most + 1, most.saturating_mul(512) + 7] {
                let cuts = [
                    // All-gathers and reduce-scatters: the pieces of all ranks are one message.
                    (Limit::COUNTED.of_each(ranks), ranks),
                    (Limit::COUNTED.of_each_scattered::<u8>(ranks, words, true), ranks),
                    (Limit::COUNTED.of_each_scattered::<u8>(ranks, words, false), ranks),
                    (Limit::COUNTED.of_each_summed::<f64>(ranks), ranks),
                    (Limit::COUNTED.summed::<f64>(ranks), 1),
                ];
                for (step, times) in cuts {
                    assert!((1..=most / times).contains(&step), "{step} words of {times} ranks");
                    // (The first and the last pieces, of words that need no memory.)
                    let (pieces, all) = (words.div_ceil(step), vec![(); words]);
                    let lasts = pieces.saturating_sub(2)..pieces;
                    for start in [0].into_iter().chain(lasts).map(|piece| piece * step) {
                        let here = piece(&all, start, step).len();
                        assert_eq!(here, step.min(words - start));
                        assert!(i32::try_from(here * times).is_ok());
                    }
                    assert!(piece(&all, pieces * step, step).is_empty());
                }
            }
        }
    }
}
