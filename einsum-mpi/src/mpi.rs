//! Ranks of MPI.

mod pieces;

use std::{marker::PhantomData, rc::Rc};

use ::mpi::{collective::SystemOperation, topology::Color, traits::Communicator};
use bytemuck::{AnyBitPattern, NoUninit, cast_slice, cast_slice_mut};

use self::pieces::{Limit, Ranks, as_count};
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
    ranks: Ranks,
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
        Mpi::of(Ranks { ranks: communicator.duplicate(), limit: Limit::COUNTED })
    }

    /// Cuts messages of more than so many words: for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn cut_at(mut self, limit: usize) -> Mpi {
        self.ranks.limit = Limit::words(limit);
        self
    }

    fn of(ranks: Ranks) -> Mpi {
        Mpi { ranks, stays_on_its_thread: PhantomData }
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
        self.ranks.rank()
    }

    fn size(&self) -> usize {
        self.ranks.size()
    }

    fn split(&self, color: usize) -> Box<dyn Collective> {
        let Ranks { ranks, limit } = &self.ranks;
        let ranks = ranks.split_by_color_with_key(Color::with_value(as_count(color)), ranks.rank());
        Box::new(Mpi::of(Ranks { ranks: ranks.expect("every rank has a color"), limit: *limit }))
    }

    fn all_reduce(&self, words: WordsMut<'_>, reduction: Reduction) {
        let operation = match reduction {
            Reduction::Sum => {
                return with_sent!(WordsMut, cast_slice_mut, words, (words, _each) => {
                    self.ranks.all_reduce(words, SystemOperation::sum());
                });
            }
            Reduction::Min => SystemOperation::min(),
            Reduction::Max => SystemOperation::max(),
        };
        match words {
            WordsMut::C32(_) | WordsMut::C64(_) => unordered(),
            WordsMut::F32(words) => self.ranks.all_reduce(words, operation),
            WordsMut::F64(words) => self.ranks.all_reduce(words, operation),
            WordsMut::I8(words) => self.ranks.all_reduce(words, operation),
            WordsMut::I16(words) => self.ranks.all_reduce(words, operation),
            WordsMut::I32(words) => self.ranks.all_reduce(words, operation),
            WordsMut::I64(words) => self.ranks.all_reduce(words, operation),
            WordsMut::U8(words) => as_signed!(words, u8 as i8, signed => self.ranks.all_reduce(signed, operation)),
            WordsMut::U16(words) => as_signed!(words, u16 as i16, signed => self.ranks.all_reduce(signed, operation)),
            WordsMut::U32(words) => as_signed!(words, u32 as i32, signed => self.ranks.all_reduce(signed, operation)),
            WordsMut::U64(words) => as_signed!(words, u64 as i64, signed => self.ranks.all_reduce(signed, operation)),
        }
    }

    fn reduce_scatter(&self, whole: Words<'_>, counts: &[usize], own: WordsMut<'_>) {
        check_counts("a reduce-scatter", self.size(), counts, whole.len());
        check_part("a reduce-scatter", self.rank(), counts[self.rank()], own.len());
        with_both_sent!(whole, own, (whole, own, each) => self.ranks.reduce_scatter(whole, &times(counts, each), own));
    }

    fn all_gather(&self, own: Words<'_>, counts: &[usize], whole: WordsMut<'_>) {
        check_counts("an all-gather", self.size(), counts, whole.len());
        check_part("an all-gather", self.rank(), counts[self.rank()], own.len());
        with_both_sent!(own, whole, (own, whole, each) => self.ranks.all_gather(own, &times(counts, each), whole));
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
            self.ranks.deliver(sent.split_off(1), received.split_off(1));
        });
    }

    fn exchange(&self, send: Words<'_>, to: Option<usize>, receive: WordsMut<'_>, from: Option<usize>) {
        with_both_sent!(send, receive, (send, receive, _each) => {
            self.ranks.deliver(to.map(|to| (to, send)).into_iter().collect(), from.map(|from| (from, receive)).into_iter().collect());
        });
    }

    fn abort(&self, code: i32) -> ! {
        self.ranks.ranks.abort(code)
    }
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
