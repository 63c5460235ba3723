//! Where ranks that are threads meet.

use std::{
    any::Any,
    collections::BTreeMap,
    ops::Range,
    panic::panic_any,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

use crate::words::{Reduce, Reduction, Words, with_words};

/// The place of a rank in a group.
#[derive(Debug)]
pub(super) struct Place {
    /// For each rank of the group its rank in the world.
    pub(super) members: Arc<[usize]>,
    pub(super) group: usize,
    pub(super) rank: usize,
}

/// The panic of a rank that waited for one that panicked.
pub(super) struct Followed;

#[derive(Debug)]
pub(super) struct World {
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
pub(super) struct Part {
    /// The collective that it calls, with the element type: all must call the same.
    call: (&'static str, &'static str),
    words: Box<dyn Any + Send + Sync>,
    pub(super) counts: Vec<usize>,
}

impl World {
    pub(super) fn new(ranks: usize) -> World {
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

    /// The group of so many ranks that is split off: of which group, in which round, and with which color.
    pub(super) fn split(&self, key: (usize, usize, usize), ranks: usize) -> usize {
        let mut state = self.state();
        let State { groups, splits, .. } = &mut *state;
        *splits.entry(key).or_insert_with(|| {
            groups.push(Group::new(ranks));
            groups.len() - 1
        })
    }

    pub(super) fn end(&self, rank: usize, has_panicked: bool) {
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

impl World {
    /// The contributions that all ranks of the group bring to this round, which is also its number.
    pub(super) fn meet(
        &self,
        place: &Place,
        call: (&'static str, &'static str),
        words: Words<'_>,
        counts: &[usize],
    ) -> (usize, Arc<Vec<Part>>) {
        let words: Box<dyn Any + Send + Sync> = with_words!(Words, words, words => Box::new(words.to_vec()));
        let mut state = self.state();
        let group = &mut state.groups[place.group];
        let round = group.round;
        group.parts[place.rank] = Some(Part { call, words, counts: counts.to_vec() });
        if group.parts.iter().all(Option::is_some) {
            group.met = Arc::new(group.parts.iter_mut().filter_map(Option::take).collect());
            group.round += 1;
            self.changed.notify_all();
        }
        while state.groups[place.group].round == round {
            if state.has_panicked {
                drop(state);
                panic_any(Followed);
            }
            if let Some(ended) = place.ended(&state) {
                drop(state);
                panic!("rank {} waits for {} of rank {ended}, which has ended", place.rank, call.0);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let met = Arc::clone(&state.groups[place.group].met);
        drop(state);
        for (rank, part) in met.iter().enumerate() {
            let (own, other) = (call, part.call);
            assert!(
                own == other,
                "rank {} calls {} of {}, rank {rank} {} of {}",
                place.rank,
                own.0,
                own.1,
                other.0,
                other.1
            );
        }
        (round, met)
    }
}

impl Place {
    /// A rank of the group that has returned and is not here.
    fn ended(&self, state: &State) -> Option<usize> {
        let parts = &state.groups[self.group].parts;
        (0..parts.len()).find(|&rank| parts[rank].is_none() && state.ended[self.members[rank]])
    }
}

impl Part {
    pub(super) fn words<T: 'static>(&self) -> &[T] {
        self.words.downcast_ref::<Vec<T>>().expect("all parts are of one element")
    }

    /// The words that are for a rank.
    pub(super) fn words_for<T: 'static>(&self, rank: usize) -> &[T] {
        &self.words()[range_of(&self.counts, rank)]
    }
}

pub(super) fn range_of(counts: &[usize], rank: usize) -> Range<usize> {
    let start: usize = counts[..rank].iter().sum();
    start..start + counts[rank]
}

/// Writes the reduced words of this range of all parts.
pub(super) fn reduce<T: Reduce>(parts: &[Part], range: Range<usize>, reduction: Reduction, into: &mut [T]) {
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
pub(super) fn write<'w, T: Copy>(words: &[T], into: &'w mut [T]) -> &'w mut [T] {
    let (front, rest) = into.split_at_mut(words.len());
    front.copy_from_slice(words);
    rest
}

pub(super) fn check_lengths(what: &str, parts: &[Part], words: impl Fn(&Part) -> usize) {
    for (rank, part) in parts.iter().enumerate() {
        let (first, own) = (words(&parts[0]), words(part));
        assert!(first == own, "{what} has {first} words on rank 0 and {own} on rank {rank}");
    }
}
