//! How many indices of an axis processes send each other, so that each has what its indices of a sharded label read.

use std::ops::Range;

use crate::ir::formula::Outside;

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
    /// The most indices that any process sends to others, of its block.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.most(|process| self.others(process).map(|other| self.common(other, process)).sum())
    }

    /// The most indices that any process sends back to others, of its window.
    #[must_use]
    pub fn returned(&self) -> u64 {
        self.most(|process| self.others(process).map(|other| self.common(process, other)).sum())
    }

    /// The most indices that the window of any process has.
    #[must_use]
    pub fn longest(&self) -> u64 {
        self.most(|process| length(&self.window(process)))
    }

    fn most(&self, of: impl Fn(u64) -> u64) -> u64 {
        (0..self.processes).map(of).max().unwrap_or(0)
    }

    fn others(&self, process: u64) -> impl Iterator<Item = u64> {
        (0..self.processes).filter(move |other| *other != process)
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

    /// The first processes have one more.
    fn block(&self, extent: u64, process: u64) -> Range<i128> {
        let (least, longer) = (extent / self.processes, extent % self.processes);
        let start = |process: u64| i128::from(process * least + process.min(longer));
        start(process)..start(process + 1)
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

fn length(indices: &Range<i128>) -> u64 {
    u64::try_from(indices.end - indices.start).unwrap_or(0)
}
