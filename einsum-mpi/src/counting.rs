//! How many words leave a rank.

use std::{cell::Cell, rc::Rc};

use crate::{
    collective::Collective,
    ring,
    words::{Reduction, Words, WordsMut},
};

/// A group of ranks that counts the words which leave this rank, as if every collective ran in a ring.
///
/// In a ring of `p` ranks, each sends to the next, `p - 1` times. A reduce-scatter sends the sums of all parts but the rank's own; an
/// all-gather the rank's own part and all that it receives but what comes last: all parts but that of the next rank. An all-reduce is both, over
/// [blocks](crate::blocks::block). Of `n` words in even parts that is `n (p - 1) / p`, and twice that for an all-reduce, the least that any
/// algorithm can send; of uneven parts it is exact. An all-to-all sends the parts that are for others. What is split off counts with it.
///
/// A word is an element of the tensor, whatever its size: a complex number is one.
///
/// # Example
///
/// ```
/// use einsum_mpi::{Counting, Mesh, Sharded, threads};
/// use ndarray::Array2;
///
/// let sent = threads(4, |communicator| {
///     let counting = Counting::new(&communicator);
///     let mesh = Mesh::new(&counting, [("tp", 4)])?;
///     let terms = Sharded::from_local(&mesh, Array2::<f32>::zeros((8, 5)), "_ _ //tp")?;
///     let both = (terms.reshard("_ _")?, terms.reshard("tp _")?);
///     Ok::<_, einsum_mpi::Error>((counting.sent().all_reduce, counting.sent().reduce_scatter))
/// });
/// assert_eq!(sent[3], Ok((2 * 8 * 5 * 3 / 4, 8 * 5 * 3 / 4)));
/// ```
pub struct Counting {
    ranks: Box<dyn Collective>,
    sent: Rc<Cell<Sent>>,
}

/// The words that have left this rank, by what was called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sent {
    /// In [`Collective::all_reduce`].
    pub all_reduce: usize,
    /// In [`Collective::reduce_scatter`].
    pub reduce_scatter: usize,
    /// In [`Collective::all_gather`].
    pub all_gather: usize,
    /// In [`Collective::all_to_all`].
    pub all_to_all: usize,
    /// In [`Collective::exchange`].
    pub exchange: usize,
    /// In [`Collective::largest`], by which ranks agree; not in the total.
    pub checks: usize,
}

impl Sent {
    /// The words of tensors that have left this rank.
    #[must_use]
    pub fn total(&self) -> usize {
        self.all_reduce + self.reduce_scatter + self.all_gather + self.all_to_all + self.exchange
    }
}

impl Counting {
    /// A duplicate of these ranks that counts. All of them call it.
    #[must_use]
    pub fn new<C: Collective + ?Sized>(communicator: &C) -> Counting {
        Counting { ranks: communicator.split(0), sent: Rc::default() }
    }

    /// The words that have left this rank since the last [`reset`](Counting::reset).
    #[must_use]
    pub fn sent(&self) -> Sent {
        self.sent.get()
    }

    /// Counts anew.
    pub fn reset(&self) {
        self.sent.take();
    }

    fn count(&self, count: impl FnOnce(&mut Sent)) {
        let mut sent = self.sent.get();
        count(&mut sent);
        self.sent.set(sent);
    }
}

impl Collective for Counting {
    fn rank(&self) -> usize {
        self.ranks.rank()
    }

    fn size(&self) -> usize {
        self.ranks.size()
    }

    fn split(&self, color: usize) -> Box<dyn Collective> {
        Box::new(Counting { ranks: self.ranks.split(color), sent: Rc::clone(&self.sent) })
    }

    fn all_reduce(&self, words: WordsMut<'_>, reduction: Reduction) {
        self.count(|sent| sent.all_reduce += ring::all_reduce(words.len(), self.size(), self.rank()));
        self.ranks.all_reduce(words, reduction);
    }

    fn reduce_scatter(&self, whole: Words<'_>, counts: &[usize], own: WordsMut<'_>) {
        self.count(|sent| sent.reduce_scatter += ring::reduce_scatter(counts, self.rank()));
        self.ranks.reduce_scatter(whole, counts, own);
    }

    fn all_gather(&self, own: Words<'_>, counts: &[usize], whole: WordsMut<'_>) {
        self.count(|sent| sent.all_gather += ring::all_gather(counts, self.rank()));
        self.ranks.all_gather(own, counts, whole);
    }

    fn all_to_all(&self, send: Words<'_>, send_counts: &[usize], receive: WordsMut<'_>, receive_counts: &[usize]) {
        self.count(|sent| sent.all_to_all += ring::all_to_all(send_counts, self.rank()));
        self.ranks.all_to_all(send, send_counts, receive, receive_counts);
    }

    fn exchange(&self, send: Words<'_>, to: Option<usize>, receive: WordsMut<'_>, from: Option<usize>) {
        let leaves = to.is_some_and(|to| to != self.rank());
        self.count(|sent| sent.exchange += if leaves { send.len() } else { 0 });
        self.ranks.exchange(send, to, receive, from);
    }

    fn largest(&self, numbers: &mut [u64]) {
        self.count(|sent| sent.checks += ring::all_reduce(numbers.len(), self.size(), self.rank()));
        self.ranks.largest(numbers);
    }

    fn abort(&self, code: i32) -> ! {
        self.ranks.abort(code)
    }
}
