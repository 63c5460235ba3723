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

    /// How many indices the window of one process has of the block of another.
    fn common(&self, window: u64, block: u64) -> u64 {
        let block = self.block(self.extent, block);
        let common = |indices: Range<i128>| length(&(indices.start.max(block.start)..indices.end.min(block.end)));
        self.indices(&self.window(window)).into_iter().map(common).sum()
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
        let others: i128 =
            self.others.iter().map(|(factor, extent)| i128::from(*factor) * i128::from(extent - 1)).sum();
        first..first + i128::from(factor) * (own.end - own.start - 1) + others + 1
    }

    /// The indices of the axis that a window has.
    fn indices(&self, window: &Range<i128>) -> [Range<i128>; 2] {
        let extent = i128::from(self.extent);
        let last = extent - 1;
        match self.outside {
            _ if window.is_empty() || extent == 0 => [0..0, 0..0],
            Outside::Error | Outside::Zero => [window.start.max(0)..window.end.min(extent), 0..0],
            Outside::Clamp => [window.start.clamp(0, last)..(window.end - 1).clamp(0, last) + 1, 0..0],
            Outside::Wrap if window.end - window.start >= extent => [0..extent, 0..0],
            Outside::Wrap => {
                let start = window.start.rem_euclid(extent);
                let end = start + (window.end - window.start);
                [start..end.min(extent), 0..end - extent]
            }
        }
    }
}

fn length(indices: &Range<i128>) -> u64 {
    u64::try_from(indices.end - indices.start).unwrap_or(0)
}
