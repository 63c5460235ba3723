//! Ranks as threads of one process: what tests run on, and who has no MPI.

mod world;

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::Arc,
    thread,
};

use self::world::{Followed, Part, Place, World, check_lengths, range_of, reduce, write};
use crate::{
    collective::{Collective, check_counts, check_part},
    words::{Reduction, Words, WordsMut, with_both, with_words},
};

/// Runs a program on so many ranks, each a thread of its own, and gives their results in the order of the ranks.
///
/// Sums are computed in the order of the ranks, so that they are the same in every run. A rank that panics makes those panic that wait
/// for it, and so does one that returns while others wait: nothing hangs. Ranks that call different methods of
/// [`Collective`], or with counts that do not agree, panic with both.
///
/// # Example
///
/// ```
/// use einsum_mpi::{Collective, threads};
///
/// assert_eq!(threads(3, |communicator| 10 * communicator.rank() + communicator.size()), [3, 13, 23]);
/// ```
///
/// # Panics
/// With the panic of the rank that panicked first.
pub fn threads<R: Send>(ranks: usize, program: impl Fn(Threads) -> R + Sync) -> Vec<R> {
    let world = Arc::new(World::new(ranks));
    let members: Arc<[usize]> = (0..ranks).collect();
    let run = |rank: usize| {
        let communicator =
            Threads { world: Arc::clone(&world), place: Place { members: Arc::clone(&members), group: 0, rank } };
        let result = catch_unwind(AssertUnwindSafe(|| program(communicator)));
        world.end(rank, result.is_err());
        result
    };
    let results: Vec<_> = thread::scope(|scope| {
        let run = &run;
        let ranks: Vec<_> = (0..ranks).map(|rank| scope.spawn(move || run(rank))).collect();
        ranks.into_iter().map(|rank| rank.join().and_then(|result| result)).collect()
    });
    let mut panics = Vec::new();
    let results = results.into_iter().filter_map(|result| result.map_err(|panic| panics.push(panic)).ok()).collect();
    // (Those that panicked because another did say nothing new.)
    panics.sort_by_key(|panic| panic.is::<Followed>());
    match panics.into_iter().next() {
        None => results,
        Some(panic) if panic.is::<Followed>() => panic!("a rank panicked"),
        Some(panic) => resume_unwind(panic),
    }
}

/// A rank among those that [`threads`] runs.
#[derive(Debug)]
pub struct Threads {
    world: Arc<World>,
    place: Place,
}

impl Threads {
    fn meet(&self, call: (&'static str, &'static str), words: Words<'_>, counts: &[usize]) -> (usize, Arc<Vec<Part>>) {
        self.world.meet(&self.place, call, words, counts)
    }
}

impl Collective for Threads {
    fn rank(&self) -> usize {
        self.place.rank
    }

    fn size(&self) -> usize {
        self.place.members.len()
    }

    fn split(&self, color: usize) -> Box<dyn Collective> {
        let (round, parts) = self.meet(("a split", "colors"), Words::U8(&[]), &[color]);
        let ranks: Vec<usize> = (0..parts.len()).filter(|&rank| parts[rank].counts[0] == color).collect();
        let group = self.world.split((self.place.group, round, color), ranks.len());
        let rank = ranks.iter().take_while(|&&rank| rank < self.place.rank).count();
        let members = ranks.iter().map(|&rank| self.place.members[rank]).collect();
        Box::new(Threads { world: Arc::clone(&self.world), place: Place { members, group, rank } })
    }

    fn all_reduce(&self, words: WordsMut<'_>, reduction: Reduction) {
        let (_, parts) = self.meet(("an all-reduce", words.element()), words.as_words(), &[words.len()]);
        check_lengths("an all-reduce", &parts, |part| part.counts[0]);
        with_words!(WordsMut, words, words => reduce(&parts, 0..words.len(), reduction, words));
    }

    fn reduce_scatter(&self, whole: Words<'_>, counts: &[usize], own: WordsMut<'_>) {
        check_counts("a reduce-scatter", self.size(), counts, whole.len());
        check_part("a reduce-scatter", self.place.rank, counts[self.place.rank], own.len());
        let (_, parts) = self.meet(("a reduce-scatter", whole.element()), whole, counts);
        assert!(parts.iter().all(|part| part.counts == counts), "ranks tell a reduce-scatter different counts");
        with_both!(whole, own, (_whole, own) => reduce(&parts, range_of(counts, self.place.rank), Reduction::Sum, own));
    }

    fn all_gather(&self, own: Words<'_>, counts: &[usize], whole: WordsMut<'_>) {
        check_counts("an all-gather", self.size(), counts, whole.len());
        check_part("an all-gather", self.place.rank, counts[self.place.rank], own.len());
        let (_, parts) = self.meet(("an all-gather", own.element()), own, counts);
        assert!(parts.iter().all(|part| part.counts == counts), "ranks tell an all-gather different counts");
        with_both!(own, whole, (_own, whole) => {
            let mut rest = whole;
            for part in parts.iter() {
                rest = write(part.words(), rest);
            }
        });
    }

    fn all_to_all(&self, send: Words<'_>, send_counts: &[usize], receive: WordsMut<'_>, receive_counts: &[usize]) {
        check_counts("an all-to-all", self.size(), send_counts, send.len());
        check_counts("an all-to-all", self.size(), receive_counts, receive.len());
        let (_, parts) = self.meet(("an all-to-all", send.element()), send, send_counts);
        with_both!(send, receive, (_send, receive) => {
            let mut rest = receive;
            for (rank, part) in parts.iter().enumerate() {
                let words = part.words_for(self.place.rank);
                check_part("an all-to-all", rank, receive_counts[rank], words.len());
                rest = write(words, rest);
            }
        });
    }

    fn exchange(&self, send: Words<'_>, to: Option<usize>, receive: WordsMut<'_>, from: Option<usize>) {
        let (_, parts) = self.meet(("an exchange", send.element()), send, &Vec::from_iter(to));
        let Some(from) = from else { return };
        let part = &parts[from];
        assert!(
            part.counts == [self.place.rank],
            "rank {} receives from rank {from}, which does not send to it",
            self.place.rank
        );
        with_both!(send, receive, (_send, receive) => {
            let words = part.words();
            check_part("an exchange", from, receive.len(), words.len());
            receive.copy_from_slice(words);
        });
    }

    /// Ends this process, and so all ranks.
    fn abort(&self, code: i32) -> ! {
        std::process::exit(code)
    }
}
