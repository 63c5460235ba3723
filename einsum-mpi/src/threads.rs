//! Ranks as threads of one process: what tests run on, and who has no MPI.

use std::{
    any::Any,
    collections::BTreeMap,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use crate::{
    collective::{Collective, check_counts, check_part},
    words::{Reduce, Reduction, Words, WordsMut, with_both, with_words},
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
        let communicator = Threads { world: Arc::clone(&world), members: Arc::clone(&members), group: 0, rank };
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
    /// For each rank of the group its rank in the world.
    members: Arc<[usize]>,
    group: usize,
    rank: usize,
}

/// The panic of a rank that waited for one that panicked.
struct Followed;

#[derive(Debug)]
struct World {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    groups: Vec<Group>,
    /// The groups that were split off: of which group, in which round, and with which color.
    splits: BTreeMap<(usize, usize, usize), usize>,
    /// Whether ranks of the world have returned, or panicked.
    ended: Vec<bool>,
    has_panicked: bool,
}

/// The meeting of the ranks of a group, round after round.
#[derive(Debug)]
struct Group {
    round: usize,
    parts: Vec<Option<Part>>,
    /// The contributions of all ranks to the last round. None begins the next but one before all have taken it.
    met: Arc<Vec<Part>>,
}

/// A contribution of a rank to a round.
#[derive(Debug)]
struct Part {
    /// The collective that it calls, with the element type: all must call the same.
    call: (&'static str, &'static str),
    words: Box<dyn Any + Send + Sync>,
    counts: Vec<usize>,
}

impl World {
    fn new(ranks: usize) -> World {
        let state = State {
            groups: vec![Group::new(ranks)],
            splits: BTreeMap::new(),
            ended: vec![false; ranks],
            has_panicked: false,
        };
        World { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// (What is locked is complete whenever a rank panics.)
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, rank: usize, has_panicked: bool) {
        let mut state = self.state();
        state.ended[rank] = true;
        state.has_panicked |= has_panicked;
        drop(state);
        self.changed.notify_all();
    }
}

impl Group {
    fn new(ranks: usize) -> Group {
        Group { round: 0, parts: (0..ranks).map(|_| None).collect(), met: Arc::new(Vec::new()) }
    }
}

impl Threads {
    /// The contributions that all ranks of the group bring to this round, which is also its number.
    fn meet(&self, call: (&'static str, &'static str), words: Words<'_>, counts: &[usize]) -> (usize, Arc<Vec<Part>>) {
        let words: Box<dyn Any + Send + Sync> = with_words!(Words, words, words => Box::new(words.to_vec()));
        let mut state = self.world.state();
        let group = &mut state.groups[self.group];
        let round = group.round;
        group.parts[self.rank] = Some(Part { call, words, counts: counts.to_vec() });
        if group.parts.iter().all(Option::is_some) {
            group.met = Arc::new(group.parts.iter_mut().filter_map(Option::take).collect());
            group.round += 1;
            self.world.changed.notify_all();
        }
        while state.groups[self.group].round == round {
            if state.has_panicked {
                drop(state);
                panic_any(Followed);
            }
            if let Some(ended) = self.ended(&state) {
                drop(state);
                panic!("rank {} waits for {} of rank {ended}, which has ended", self.rank, call.0);
            }
            state = self.world.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let met = Arc::clone(&state.groups[self.group].met);
        drop(state);
        for (rank, part) in met.iter().enumerate() {
            let (own, other) = (call, part.call);
            assert!(
                own == other,
                "rank {} calls {} of {}, rank {rank} {} of {}",
                self.rank,
                own.0,
                own.1,
                other.0,
                other.1
            );
        }
        (round, met)
    }

    /// A rank of the group that has returned and is not here.
    fn ended(&self, state: &State) -> Option<usize> {
        let parts = &state.groups[self.group].parts;
        (0..parts.len()).find(|&rank| parts[rank].is_none() && state.ended[self.members[rank]])
    }
}

impl Part {
    fn words<T: 'static>(&self) -> &[T] {
        self.words.downcast_ref::<Vec<T>>().expect("all parts are of one element")
    }

    /// The words that are for a rank.
    fn words_for<T: 'static>(&self, rank: usize) -> &[T] {
        &self.words()[range_of(&self.counts, rank)]
    }
}

fn range_of(counts: &[usize], rank: usize) -> Range<usize> {
    let start: usize = counts[..rank].iter().sum();
    start..start + counts[rank]
}

/// Writes the reduced words of this range of all parts.
fn reduce<T: Reduce>(parts: &[Part], range: Range<usize>, reduction: Reduction, into: &mut [T]) {
    for (rank, part) in parts.iter().enumerate() {
        let words = &part.words::<T>()[range.clone()];
        if rank == 0 {
            into.copy_from_slice(words);
        } else {
            into.iter_mut().zip(words).for_each(|(into, &word)| *into = into.reduce(word, reduction));
        }
    }
}

/// Writes the words at the front, and gives what is behind them.
fn write<'w, T: Copy>(words: &[T], into: &'w mut [T]) -> &'w mut [T] {
    let (front, rest) = into.split_at_mut(words.len());
    front.copy_from_slice(words);
    rest
}

fn check_lengths(what: &str, parts: &[Part], words: impl Fn(&Part) -> usize) {
    for (rank, part) in parts.iter().enumerate() {
        let (first, own) = (words(&parts[0]), words(part));
        assert!(first == own, "{what} has {first} words on rank 0 and {own} on rank {rank}");
    }
}

impl Collective for Threads {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.members.len()
    }

    fn split(&self, color: usize) -> Box<dyn Collective> {
        let (round, parts) = self.meet(("a split", "colors"), Words::U8(&[]), &[color]);
        let ranks: Vec<usize> = (0..parts.len()).filter(|&rank| parts[rank].counts[0] == color).collect();
        let mut state = self.world.state();
        let State { groups, splits, .. } = &mut *state;
        let group = *splits.entry((self.group, round, color)).or_insert_with(|| {
            groups.push(Group::new(ranks.len()));
            groups.len() - 1
        });
        drop(state);
        let rank = ranks.iter().take_while(|&&rank| rank < self.rank).count();
        let members = ranks.iter().map(|&rank| self.members[rank]).collect();
        Box::new(Threads { world: Arc::clone(&self.world), members, group, rank })
    }

    fn all_reduce(&self, words: WordsMut<'_>, reduction: Reduction) {
        let (_, parts) = self.meet(("an all-reduce", words.element()), words.as_words(), &[words.len()]);
        check_lengths("an all-reduce", &parts, |part| part.counts[0]);
        with_words!(WordsMut, words, words => reduce(&parts, 0..words.len(), reduction, words));
    }

    fn reduce_scatter(&self, whole: Words<'_>, counts: &[usize], own: WordsMut<'_>) {
        check_counts("a reduce-scatter", self.size(), counts, whole.len());
        check_part("a reduce-scatter", self.rank, counts[self.rank], own.len());
        let (_, parts) = self.meet(("a reduce-scatter", whole.element()), whole, counts);
        assert!(parts.iter().all(|part| part.counts == counts), "ranks tell a reduce-scatter different counts");
        with_both!(whole, own, (_whole, own) => reduce(&parts, range_of(counts, self.rank), Reduction::Sum, own));
    }

    fn all_gather(&self, own: Words<'_>, counts: &[usize], whole: WordsMut<'_>) {
        check_counts("an all-gather", self.size(), counts, whole.len());
        check_part("an all-gather", self.rank, counts[self.rank], own.len());
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
                let words = part.words_for(self.rank);
                check_part("an all-to-all", rank, receive_counts[rank], words.len());
                rest = write(words, rest);
            }
        });
    }

    fn exchange(&self, send: Words<'_>, to: Option<usize>, receive: WordsMut<'_>, from: Option<usize>) {
        let (_, parts) = self.meet(("an exchange", send.element()), send, &Vec::from_iter(to));
        let Some(from) = from else { return };
        let part = &parts[from];
        assert!(part.counts == [self.rank], "rank {} receives from rank {from}, which does not send to it", self.rank);
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
