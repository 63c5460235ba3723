//! Groups of ranks, of which MPI, threads and a single process each have a kind of their own.

use crate::words::{Reduction, Words, WordsMut};

/// A group of ranks that reduce and exchange numbers.
///
/// All methods but `rank`, `size` and `abort` are collective: every rank of the group calls them, in the same order, with counts that
/// agree; each returns when this rank has its result. What is sent is a copy: nothing that is sent may be written meanwhile.
///
/// | implementation | ranks are | needs |
/// | --- | --- | --- |
/// | [`Single`](crate::Single) | one, this process | nothing |
/// | [`Threads`](crate::Threads) | threads of this process | nothing |
/// | `Mpi` | processes, of one machine or of many | the feature `mpi`, and an MPI |
/// | [`Counting`](crate::Counting) | those of what it wraps, whose words it counts | |
///
/// # Example
///
/// ```
/// use einsum_mpi::{Collective, Reduction, Word, threads};
///
/// let sums = threads(3, |communicator| {
///     let mut number = [10.0_f64.powi(communicator.rank() as i32)];
///     communicator.all_reduce(f64::words_mut(&mut number), Reduction::Sum);
///     number[0]
/// });
/// assert_eq!(sums, [111.0, 111.0, 111.0]);
/// ```
pub trait Collective {
    /// The number of this rank in the group, from 0.
    fn rank(&self) -> usize;

    /// How many ranks the group has.
    fn size(&self) -> usize;

    /// A new group of all ranks that give this `color`, in the order of their ranks here. With one color it is a duplicate, whose
    /// messages never meet those of this group.
    fn split(&self, color: usize) -> Box<dyn Collective>;

    /// Replaces each number by that of all ranks, reduced.
    fn all_reduce(&self, words: WordsMut<'_>, reduction: Reduction);

    /// The sum of what all ranks have in `whole`, of which `own` receives the part of this rank. Parts have `counts` numbers, rank by
    /// rank.
    fn reduce_scatter(&self, whole: Words<'_>, counts: &[usize], own: WordsMut<'_>);

    /// Gathers the numbers that all ranks have in `own`, rank by rank, of which each has as many numbers as `counts` says.
    fn all_gather(&self, own: Words<'_>, counts: &[usize], whole: WordsMut<'_>);

    /// Sends a part of `send` to each rank, and receives one from each, rank by rank.
    fn all_to_all(&self, send: Words<'_>, send_counts: &[usize], receive: WordsMut<'_>, receive_counts: &[usize]);

    /// Sends `send` to one rank and receives what another sends to this one: for what neighbours have of each other. Without a rank to
    /// send to, or to receive from, that half does nothing; every rank of the group still calls it.
    fn exchange(&self, send: Words<'_>, to: Option<usize>, receive: WordsMut<'_>, from: Option<usize>);

    /// The greatest of each number on any rank: by this ranks agree on extents. It is apart from
    /// [`all_reduce`](Collective::all_reduce) so that what checks send is counted apart.
    fn largest(&self, numbers: &mut [u64]) {
        self.all_reduce(WordsMut::U64(numbers), Reduction::Max);
    }

    /// Ends the processes of all ranks, at once, with this exit code.
    fn abort(&self, code: i32) -> !;
}

/// Panics unless a group of `size` ranks was told counts of as many, which are all of `words`.
#[track_caller]
pub(crate) fn check_counts(what: &str, size: usize, counts: &[usize], words: usize) {
    assert!(counts.len() == size, "{what} among {size} ranks is told the counts of {}", counts.len());
    let sum = counts.iter().try_fold(0_usize, |sum, &count| sum.checked_add(count));
    assert!(
        sum == Some(words),
        "{what} is told counts of {counts:?}, which are not the {words} words that it has room for"
    );
}

/// Panics unless a part has as many words as its count says.
#[track_caller]
pub(crate) fn check_part(what: &str, rank: usize, count: usize, words: usize) {
    assert!(words == count, "{what} has {words} words for the part of rank {rank}, which has {count}");
}
