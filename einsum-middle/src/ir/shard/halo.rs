//! How many indices of an axis processes send each other, so that each has what its indices of a sharded label read.

use std::ops::{Range, RangeInclusive};

use crate::{few::Set, ir::formula::Outside, tuning::SHARDED_MAX_COUNTED};

/// The numbers by which a form of labels reaches along an axis that is cut into blocks.
pub struct HaloExtents {
    /// How many processes have blocks of the axis, and of the sharded label.
    pub processes: u64,
    /// How many indices the axis has.
    pub extent: u64,
    /// The number that is added to the terms.
    pub constant: i64,
    /// The factor of the sharded label, and its extent.
    pub sharded: (u64, u64),
    /// The factors of all other labels, and their extents.
    pub others: Vec<(u64, u64)>,
    /// The elements outside of the axis.
    pub outside: Outside,
}

impl HaloExtents {
    /// How many indices each process sends to others, of its block, if these are not too many to be counted.
    #[must_use]
    pub fn sent(&self) -> Option<Vec<u64>> {
        self.count(|_, owner| owner)
    }

    /// How many indices each process sends back to others, of its window, if these are not too many to be counted.
    #[must_use]
    pub fn returned(&self) -> Option<Vec<u64>> {
        self.count(|reader, _| reader)
    }

    /// How many indices the window of a process has.
    #[must_use]
    pub fn length(&self, process: u64) -> u64 {
        let window = self.window(process);
        u64::try_from(window.end - window.start).unwrap_or(0)
    }

    /// The indices that processes read of blocks of others, counted for one of the two.
    fn count(&self, sender: impl Fn(u64, u64) -> u64) -> Option<Vec<u64>> {
        let processes = usize::try_from(self.processes).ok().filter(|_| self.can_be_counted())?;
        let mut sent = vec![0; processes];
        for reader in 0..self.processes {
            let owners: Set<u64> = self.owners(&self.window(reader)).into_iter().flatten().collect();
            for owner in owners.into_iter().filter(|owner| *owner != reader) {
                if let Some(sent) = usize::try_from(sender(reader, owner)).ok().and_then(|at| sent.get_mut(at)) {
                    *sent += self.common(reader, owner);
                }
            }
        }
        Some(sent)
    }

    /// Whether processes, and the owners of what each reads, are few.
    fn can_be_counted(&self) -> bool {
        let pairs = |reader| {
            let owners = self.owners(&self.window(reader)).into_iter();
            owners.map(|owners| owners.end() - owners.start() + 1).sum::<u64>()
        };
        let add = |sum: u64, reader| sum.checked_add(pairs(reader)).filter(|sum| *sum <= SHARDED_MAX_COUNTED);
        self.processes <= SHARDED_MAX_COUNTED && (0..self.processes).try_fold(0, add).is_some()
    }

    /// The processes that have the indices of a window, and maybe more: those that have the first, the last and all between. Some may be there twice.
    fn owners(&self, window: &Range<i128>) -> Vec<RangeInclusive<u64>> {
        let extent = i128::from(self.extent);
        if window.is_empty() || extent == 0 {
            return Vec::new();
        }
        let (first, last) = (window.start, window.end - 1);
        let within = match self.outside {
            Outside::Error | Outside::Zero => [first.max(0)..last.min(extent - 1) + 1, 0..0],
            Outside::Clamp => [first.clamp(0, extent - 1)..last.clamp(0, extent - 1) + 1, 0..0],
            Outside::Wrap if last - first >= extent => [0..extent, 0..0],
            Outside::Wrap => match (first.rem_euclid(extent), last.rem_euclid(extent)) {
                (first, last) if first <= last => [first..last + 1, 0..0],
                (first, last) => [first..extent, 0..last + 1],
            },
        };
        let owners = within.into_iter().filter(|indices| !indices.is_empty());
        owners.map(|indices| self.owner(indices.start)..=self.owner(indices.end - 1)).collect()
    }

    /// The process that has an index of the axis.
    fn owner(&self, index: i128) -> u64 {
        let (least, longer) = (self.extent / self.processes, self.extent % self.processes);
        let index = u64::try_from(index).unwrap_or(0);
        let in_longer = longer * (least + 1);
        if index < in_longer { index / (least + 1) } else { longer + (index - in_longer) / least }
    }

    /// How many indices are read, in the window of one process, of the block of another: each once, and none that a stride leaves out.
    fn common(&self, window: u64, block: u64) -> u64 {
        let window = self.window(window);
        let (block, extent) = (self.block(self.extent, block), i128::from(self.extent));
        if window.is_empty() || block.is_empty() {
            return 0;
        }
        let read = self.read(&window);
        let count = match self.outside {
            Outside::Error | Outside::Zero => read.within(&block),
            Outside::Clamp => read.within(&block) + read.outside(&block, extent),
            Outside::Wrap if window.end - window.start > extent => block.end - block.start,
            // (Each index of the window is another of the axis.)
            Outside::Wrap => {
                let round = window.start.div_euclid(extent) * extent;
                let rounds = [round, round + extent];
                rounds.iter().map(|round| read.within(&(block.start + round..block.end + round))).sum()
            }
        };
        u64::try_from(count).unwrap_or(0)
    }

    /// The indices of a window that are read. Of one that goes round and round an axis that is all.
    fn read(&self, window: &Range<i128>) -> Read {
        let length = 1 + self.reach_of_others();
        let (step, all) = (i128::from(self.sharded.0), window.end - window.start);
        let is_wound = self.outside == Outside::Wrap && all > i128::from(self.extent);
        if step <= length || is_wound {
            return Read { start: window.start, step: all, length: all, count: 1 };
        }
        Read { start: window.start, step, length, count: (all - length) / step + 1 }
    }

    fn reach_of_others(&self) -> i128 {
        self.others.iter().map(|(factor, extent)| i128::from(*factor) * i128::from(extent - 1)).sum()
    }

    fn block(&self, extent: u64, process: u64) -> Range<i128> {
        let own = block(extent, self.processes, process);
        own.start.into()..own.end.into()
    }

    fn window(&self, process: u64) -> Range<i128> {
        let (factor, extent) = self.sharded;
        let own = self.block(extent, process);
        if own.is_empty() || self.others.iter().any(|(_, extent)| *extent == 0) {
            return 0..0;
        }
        let first = i128::from(factor) * own.start + i128::from(self.constant);
        first..first + i128::from(factor) * (own.end - own.start - 1) + self.reach_of_others() + 1
    }
}

/// Parts of a window that are as long as each other and as far from each other.
struct Read {
    start: i128,
    step: i128,
    length: i128,
    count: i128,
}

impl Read {
    /// How many of the indices are among these.
    fn within(&self, indices: &Range<i128>) -> i128 {
        self.below(indices.end) - self.below(indices.start)
    }

    /// How many ends of an axis, of those in a block, are read only where an index is outside of the axis.
    fn outside(&self, block: &Range<i128>, extent: i128) -> i128 {
        let last = extent - 1;
        let is_first = block.start == 0 && self.within(&(0..1)) == 0 && self.below(0) > 0;
        let is_last = block.end == extent && self.within(&(last..extent)) == 0 && self.below(extent) < self.all();
        // (The one index of an axis is both.)
        i128::from(is_first) + i128::from(is_last && !(is_first && extent == 1))
    }

    fn all(&self) -> i128 {
        self.count * self.length
    }

    /// How many of the indices are less than this one.
    fn below(&self, index: i128) -> i128 {
        let Self { start, step, length, count } = *self;
        let before = (index - start).max(0);
        let whole = (before / step).min(count);
        whole * length + if whole < count { (before - whole * step).min(length) } else { 0 }
    }
}

/// The indices of an axis that a process has: the first ones have one more.
#[must_use]
pub fn block(extent: u64, processes: u64, process: u64) -> Range<u64> {
    let (least, longer) = (extent / processes, extent % processes);
    let start = |process: u64| process * least + process.min(longer);
    start(process)..start(process + 1)
}
