//! Ranks of MPI.

use std::{marker::PhantomData, rc::Rc};

use ::mpi::{
    Count,
    collective::SystemOperation,
    datatype::PartitionMut,
    request,
    topology::{Color, SimpleCommunicator},
    traits::{Communicator, CommunicatorCollectives, Destination, Equivalence, Source},
};
use bytemuck::{AnyBitPattern, NoUninit, cast_slice, cast_slice_mut};

use crate::{
    collective::{Collective, check_counts, check_part},
    words::{Reduction, Words, WordsMut, unordered, with_words},
};

/// The ranks of a communicator of the crate `mpi`, duplicated, so that messages never meet those of the program.
///
/// Nothing here initialises MPI or uses the world: the communicator is the program's, and what is made of it must be dropped
/// before MPI is finalised. All calls are made by the thread that has the communicator, which cannot be sent to another. If threads compute
/// within a rank, as those of the feature `rayon` of `einsum` do, MPI is to be told so where it is initialised, with
/// `Threading::Funneled`: the thread that initialises it makes all calls.
///
/// Messages of more words than MPI can count, 2^31 - 1, are cut into several. Integers are added as unsigned numbers, which wrap. What MPI
/// adds, it adds in an order of its own: sums of floating-point numbers may differ in their last bits from those of another number of ranks.
/// Errors of MPI end the job, as its default error handler says.
///
/// # Example
///
/// ```no_run
/// use einsum_mpi::{Mesh, Mpi, Sharded};
/// use mpi::{Threading, topology::Communicator};
/// use ndarray::Array2;
///
/// let (universe, threading) = mpi::initialize_with_threading(Threading::Funneled).expect("MPI is initialised once");
/// assert!(threading >= Threading::Funneled, "this MPI has no threads within a rank");
/// let communicator = Mpi::new(&universe.world());
/// let mesh = Mesh::new(&communicator, [("dp", universe.world().size() as usize)])?;
/// let x = Sharded::from_whole(&mesh, &Array2::<f32>::zeros((7, 5)), "dp _")?;
/// # Ok::<(), einsum_mpi::Error>(())
/// ```
pub struct Mpi {
    ranks: SimpleCommunicator,
    /// The most words of a message.
    limit: usize,
    stays_on_its_thread: PhantomData<Rc<()>>,
}

impl Mpi {
    /// The ranks of this communicator. All of them call it.
    ///
    /// # Panics
    /// If the communicator is one between two groups.
    #[must_use]
    pub fn new(communicator: &impl Communicator) -> Mpi {
        assert!(!communicator.test_inter(), "a communicator between two groups has no ranks of its own");
        Mpi { ranks: communicator.duplicate(), limit: Count::MAX as usize, stays_on_its_thread: PhantomData }
    }

    /// Cuts messages of more than so many words: for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn cut_at(mut self, limit: usize) -> Mpi {
        assert!((1..=Count::MAX as usize).contains(&limit), "a message has from 1 to {} words", Count::MAX);
        self.limit = limit;
        self
    }

    /// How many words of each rank are sent at once by a collective whose message has those of all.
    fn limit_of_each(&self) -> usize {
        (self.limit / self.size()).max(1)
    }

    fn all_reduce_of<T: Equivalence + Clone>(&self, words: &mut [T], operation: SystemOperation) {
        for words in words.chunks_mut(self.limit) {
            let own = words.to_vec();
            self.ranks.all_reduce_into(&own[..], words, operation);
        }
    }

    /// (The crate `mpi` has reduce-scatters to parts of one length only: shorter ones are filled up.)
    fn reduce_scatter_of<T: Equivalence + Copy + Default>(&self, whole: &[T], counts: &[usize], own: &mut [T]) {
        let longest = counts.iter().copied().max().unwrap_or(0);
        if counts.iter().all(|&count| count == longest) && whole.len() <= self.limit {
            return self.ranks.reduce_scatter_block_into(whole, own, SystemOperation::sum());
        }
        let step = self.limit_of_each().min(longest);
        for start in (0..longest).step_by(step.max(1)) {
            let mut send = vec![T::default(); step * counts.len()];
            let mut rest = whole;
            for (&count, send) in counts.iter().zip(send.chunks_mut(step)) {
                let part;
                (part, rest) = rest.split_at(count);
                let part = piece(part, start, step);
                send[..part.len()].copy_from_slice(part);
            }
            let mut sums = vec![T::default(); step];
            self.ranks.reduce_scatter_block_into(&send[..], &mut sums[..], SystemOperation::sum());
            let end = own.len().min(start + step);
            let here = &mut own[start.min(end)..end];
            here.copy_from_slice(&sums[..here.len()]);
        }
    }

    fn all_gather_of<T: Equivalence + Copy + Default>(&self, own: &[T], counts: &[usize], whole: &mut [T]) {
        if whole.len() <= self.limit {
            return self.all_gather_at_once(own, counts, whole);
        }
        let step = self.limit_of_each();
        let longest = counts.iter().copied().max().unwrap_or(0);
        for start in (0..longest).step_by(step) {
            let here: Vec<usize> = counts.iter().map(|count| count.saturating_sub(start).min(step)).collect();
            let mut received = vec![T::default(); here.iter().sum()];
            self.all_gather_at_once(piece(own, start, step), &here, &mut received);
            let (mut rest, mut received) = (&mut *whole, &received[..]);
            for (&count, &here) in counts.iter().zip(&here) {
                let (part, words);
                (part, rest) = rest.split_at_mut(count);
                (words, received) = received.split_at(here);
                if here > 0 {
                    part[start..start + here].copy_from_slice(words);
                }
            }
        }
    }

    fn all_gather_at_once<T: Equivalence>(&self, own: &[T], counts: &[usize], whole: &mut [T]) {
        let counts: Vec<Count> = counts.iter().map(|&count| as_count(count)).collect();
        let starts: Vec<Count> =
            counts.iter().scan(0, |start, count| Some(std::mem::replace(start, *start + count))).collect();
        self.ranks.all_gather_varcount_into(own, &mut PartitionMut::new(whole, counts, starts));
    }

    /// Sends and receives messages, all at once; those of one rank to another meet in their order.
    fn deliver<T: Equivalence>(&self, send: Vec<(usize, &[T])>, receive: Vec<(usize, &mut [T])>) {
        let pieces = |words: usize| words.div_ceil(self.limit);
        let sent: usize = send.iter().map(|(_, words)| pieces(words.len())).sum();
        let received: usize = receive.iter().map(|(_, words)| pieces(words.len())).sum();
        request::multiple_scope(sent + received, |scope, requests| {
            for (from, words) in receive {
                let from = self.ranks.process_at_rank(as_count(from));
                for words in words.chunks_mut(self.limit) {
                    requests.add(from.immediate_receive_into(scope, words));
                }
            }
            for (to, words) in send {
                let to = self.ranks.process_at_rank(as_count(to));
                for words in words.chunks(self.limit) {
                    requests.add(to.immediate_send(scope, words));
                }
            }
            requests.wait_all(&mut Vec::new());
        });
    }
}

/// An expression of the numbers that `$words` are sent as, and of how many of them a word is.
macro_rules! with_sent {
    ($Words:ident, $cast:ident, $words:expr, ($slice:ident, $each:ident) => $value:expr) => {
        match $words {
            $Words::C32(words) => {
                let ($slice, $each) = ($cast::<_, f32>(words), 2);
                $value
            }
            $Words::C64(words) => {
                let ($slice, $each) = ($cast::<_, f64>(words), 2);
                $value
            }
            $Words::F32($slice) => {
                let $each = 1;
                $value
            }
            $Words::F64($slice) => {
                let $each = 1;
                $value
            }
            $Words::I8(words) => {
                let ($slice, $each) = ($cast::<_, u8>(words), 1);
                $value
            }
            $Words::I16(words) => {
                let ($slice, $each) = ($cast::<_, u16>(words), 1);
                $value
            }
            $Words::I32(words) => {
                let ($slice, $each) = ($cast::<_, u32>(words), 1);
                $value
            }
            $Words::I64(words) => {
                let ($slice, $each) = ($cast::<_, u64>(words), 1);
                $value
            }
            $Words::U8($slice) => {
                let $each = 1;
                $value
            }
            $Words::U16($slice) => {
                let $each = 1;
                $value
            }
            $Words::U32($slice) => {
                let $each = 1;
                $value
            }
            $Words::U64($slice) => {
                let $each = 1;
                $value
            }
        }
    };
}

/// An expression of what `$words` and `$into` are sent and received as.
macro_rules! with_both_sent {
    ($words:expr, $into:expr, ($slice:ident, $slice_mut:ident, $each:ident) => $value:expr) => {{
        let (words, into) = ($words, $into);
        assert!(words.element() == into.element(), "{} cannot be received as {}", words.element(), into.element());
        with_sent!(Words, cast_slice, words, ($slice, $each) => {
            let $slice_mut = received(into, $slice);
            $value
        })
    }};
}

/// Does something with signed numbers that have the order of unsigned ones, in their place: MPICH 4.0 compares unsigned numbers as if
/// they were signed.
macro_rules! as_signed {
    ($words:ident, $U:ident as $I:ident, $signed:ident => $reduce:expr) => {{
        let flip = |words: &mut [$U]| words.iter_mut().for_each(|word| *word ^= 1 << ($U::BITS - 1));
        flip($words);
        let $signed = cast_slice_mut::<$U, $I>($words);
        $reduce;
        flip($words);
    }};
}

/// Room for numbers of the type that `like` has, which words of the type that `into` has are sent as.
fn received<'w, T: AnyBitPattern + NoUninit>(into: WordsMut<'w>, _like: &[T]) -> &'w mut [T] {
    with_words!(WordsMut, into, words => cast_slice_mut(words))
}

impl Collective for Mpi {
    fn rank(&self) -> usize {
        as_index(self.ranks.rank())
    }

    fn size(&self) -> usize {
        as_index(self.ranks.size())
    }

    fn split(&self, color: usize) -> Box<dyn Collective> {
        let ranks = self.ranks.split_by_color_with_key(Color::with_value(as_count(color)), self.ranks.rank());
        let ranks = ranks.expect("every rank has a color");
        Box::new(Mpi { ranks, limit: self.limit, stays_on_its_thread: PhantomData })
    }

    fn all_reduce(&self, words: WordsMut<'_>, reduction: Reduction) {
        let operation = match reduction {
            Reduction::Sum => {
                return with_sent!(WordsMut, cast_slice_mut, words, (words, _each) => {
                    self.all_reduce_of(words, SystemOperation::sum());
                });
            }
            Reduction::Min => SystemOperation::min(),
            Reduction::Max => SystemOperation::max(),
        };
        match words {
            WordsMut::C32(_) | WordsMut::C64(_) => unordered(),
            WordsMut::F32(words) => self.all_reduce_of(words, operation),
            WordsMut::F64(words) => self.all_reduce_of(words, operation),
            WordsMut::I8(words) => self.all_reduce_of(words, operation),
            WordsMut::I16(words) => self.all_reduce_of(words, operation),
            WordsMut::I32(words) => self.all_reduce_of(words, operation),
            WordsMut::I64(words) => self.all_reduce_of(words, operation),
            WordsMut::U8(words) => as_signed!(words, u8 as i8, signed => self.all_reduce_of(signed, operation)),
            WordsMut::U16(words) => as_signed!(words, u16 as i16, signed => self.all_reduce_of(signed, operation)),
            WordsMut::U32(words) => as_signed!(words, u32 as i32, signed => self.all_reduce_of(signed, operation)),
            WordsMut::U64(words) => as_signed!(words, u64 as i64, signed => self.all_reduce_of(signed, operation)),
        }
    }

    fn reduce_scatter(&self, whole: Words<'_>, counts: &[usize], own: WordsMut<'_>) {
        check_counts("a reduce-scatter", self.size(), counts, whole.len());
        check_part("a reduce-scatter", self.rank(), counts[self.rank()], own.len());
        with_both_sent!(whole, own, (whole, own, each) => self.reduce_scatter_of(whole, &times(counts, each), own));
    }

    fn all_gather(&self, own: Words<'_>, counts: &[usize], whole: WordsMut<'_>) {
        check_counts("an all-gather", self.size(), counts, whole.len());
        check_part("an all-gather", self.rank(), counts[self.rank()], own.len());
        with_both_sent!(own, whole, (own, whole, each) => self.all_gather_of(own, &times(counts, each), whole));
    }

    fn all_to_all(&self, send: Words<'_>, send_counts: &[usize], receive: WordsMut<'_>, receive_counts: &[usize]) {
        check_counts("an all-to-all", self.size(), send_counts, send.len());
        check_counts("an all-to-all", self.size(), receive_counts, receive.len());
        let rank = self.rank();
        check_part("an all-to-all", rank, receive_counts[rank], send_counts[rank]);
        with_both_sent!(send, receive, (send, receive, each) => {
            let mut sent = parts(send, &times(send_counts, each));
            let mut received = parts_mut(receive, &times(receive_counts, each));
            received[rank].1.copy_from_slice(sent[rank].1);
            // (From the next rank on, so that not all send to the first rank first.)
            sent.rotate_left(rank);
            received.rotate_left(rank);
            self.deliver(sent.split_off(1), received.split_off(1));
        });
    }

    fn exchange(&self, send: Words<'_>, to: Option<usize>, receive: WordsMut<'_>, from: Option<usize>) {
        with_both_sent!(send, receive, (send, receive, _each) => {
            self.deliver(to.map(|to| (to, send)).into_iter().collect(), from.map(|from| (from, receive)).into_iter().collect());
        });
    }

    fn abort(&self, code: i32) -> ! {
        self.ranks.abort(code)
    }
}

/// The words from `start` on, at most `step` of them.
fn piece<T>(words: &[T], start: usize, step: usize) -> &[T] {
    let words = words.get(start..).unwrap_or(&[]);
    &words[..step.min(words.len())]
}

fn times(counts: &[usize], each: usize) -> Vec<usize> {
    counts.iter().map(|count| count * each).collect()
}

/// The part of each rank, with its number.
fn parts<'w, T>(mut words: &'w [T], counts: &[usize]) -> Vec<(usize, &'w [T])> {
    let mut parts = Vec::new();
    for (rank, &count) in counts.iter().enumerate() {
        let part;
        (part, words) = words.split_at(count);
        parts.push((rank, part));
    }
    parts
}

/// The part of each rank, with its number, to be written.
fn parts_mut<'w, T>(mut words: &'w mut [T], counts: &[usize]) -> Vec<(usize, &'w mut [T])> {
    let mut parts = Vec::new();
    for (rank, &count) in counts.iter().enumerate() {
        let part;
        (part, words) = words.split_at_mut(count);
        parts.push((rank, part));
    }
    parts
}

fn as_count(number: usize) -> Count {
    Count::try_from(number).expect("numbers of ranks, and of words that are sent at once, are below 2^31")
}

fn as_index(number: Count) -> usize {
    usize::try_from(number).expect("ranks have numbers from 0")
}
