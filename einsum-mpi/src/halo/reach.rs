//! Which indices of an axis are read at a form of labels, and where they are: in windows, in blocks, and in what is sent.

use std::ops::Range;

/// The elements of an axis at indices that it does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// There are none: nothing is read there.
    Error,
    /// Zeros.
    Zero,
    /// The axis, repeated.
    Wrap,
    /// Its nearest element.
    Clamp,
}

/// How far a form of labels reaches along an axis, of which a mesh axis shards one label.
#[derive(Clone, Copy, Debug)]
pub struct Reach<'r> {
    /// How many indices the whole axis has.
    pub extent: usize,
    /// The number that is added to the terms.
    pub constant: i64,
    /// The factor of the sharded label, at least 1, and its whole extent.
    pub sharded: (usize, usize),
    /// The factors of all other labels, and their extents.
    pub others: &'r [(usize, usize)],
    /// The elements outside of the axis.
    pub outside: Outside,
}

/// Indices that lie one after the other in a window, in the axis, and in what is sent of it.
pub(super) struct Chunk {
    window: usize,
    block: usize,
    packed: usize,
    count: usize,
}

impl Chunk {
    pub(super) fn window(&self) -> Range<usize> {
        self.window..self.window + self.count
    }

    pub(super) fn block(&self) -> Range<usize> {
        self.block..self.block + self.count
    }

    pub(super) fn packed(&self) -> Range<usize> {
        self.packed..self.packed + self.count
    }
}

impl Reach<'_> {
    /// The least and the greatest index that are read, or nothing where a label has no index.
    pub(crate) fn range(factors: &[(usize, usize)], constant: i64) -> Option<(i128, i128)> {
        let mut greatest = i128::from(constant);
        for &(factor, extent) in factors {
            greatest += factor as i128 * (extent.checked_sub(1)? as i128);
        }
        Some((i128::from(constant), greatest))
    }

    /// The indices that are read where the sharded label has these.
    pub(super) fn window(&self, own: Range<usize>) -> Range<i128> {
        let (factor, _) = self.sharded;
        match Self::range(&[&[(factor, own.len())], self.others].concat(), self.constant) {
            Some((least, greatest)) => {
                let first = factor as i128 * own.start as i128;
                first + least..first + greatest + 1
            }
            None => 0..0,
        }
    }

    /// The parts of a window that are read, in order: where the factor of the sharded label is greater than the others reach, indices are
    /// left out between. Of a window that goes round and round an axis all is read.
    fn read(&self, window: &Range<i128>) -> Vec<Range<i128>> {
        let length = Self::range(self.others, 0).map_or(0, |(_, last)| last + 1);
        let step = self.sharded.0 as i128;
        let is_wound = self.outside == Outside::Wrap && window.end - window.start > self.extent as i128;
        if window.is_empty() || step <= length || is_wound {
            return vec![window.clone()];
        }
        let starts = (0..=(window.end - window.start - length) / step).map(|number| window.start + number * step);
        starts.map(|start| start..start + length).collect()
    }

    /// The parts of a window that are read and that the axis has, and which indices these are: in the order of the window.
    fn runs(&self, window: &Range<i128>) -> Vec<(usize, Range<usize>)> {
        self.read(window).iter().flat_map(|read| self.runs_of(window.start, read)).collect()
    }

    /// The parts of some indices that the axis has, and how far they are from the start of the window.
    fn runs_of(&self, start: i128, window: &Range<i128>) -> Vec<(usize, Range<usize>)> {
        let extent = self.extent as i128;
        let run = |at: i128, index: i128, count: i128| {
            (length(&(start..at)), length(&(0..index))..length(&(0..index + count)))
        };
        let inside = window.start.max(0)..window.end.min(extent);
        let inside = (!inside.is_empty()).then(|| run(inside.start, inside.start, inside.end - inside.start));
        let mut runs = Vec::new();
        match self.outside {
            _ if extent == 0 => {}
            Outside::Wrap => {
                let mut at = window.start;
                while at < window.end {
                    let index = at.rem_euclid(extent);
                    let count = (extent - index).min(window.end - at);
                    runs.push(run(at, index, count));
                    at += count;
                }
            }
            Outside::Clamp => {
                runs.extend((window.start..window.end.min(0)).map(|at| run(at, 0, 1)));
                runs.extend(inside);
                runs.extend((window.start.max(extent)..window.end).map(|at| run(at, extent - 1, 1)));
            }
            Outside::Error | Outside::Zero => runs.extend(inside),
        }
        runs
    }

    /// The indices of the axis that are read in a window, each once, in order.
    fn indices(&self, window: &Range<i128>) -> Vec<Range<usize>> {
        joined(self.runs(window))
    }

    /// The indices of the axis that a window has, with those that are not read.
    pub(super) fn all_indices(&self, window: &Range<i128>) -> Vec<Range<usize>> {
        joined(self.runs_of(window.start, window))
    }

    /// The indices that a window has of a block: what is sent, in this order.
    pub(super) fn wanted(&self, window: &Range<i128>, block: &Range<usize>) -> Vec<Range<usize>> {
        let wanted = self.indices(window).into_iter().map(|indices| common(&indices, block));
        wanted.filter(|indices| !indices.is_empty()).collect()
    }

    /// The indices of a block that a window has, as chunks: in the window, in the block, and in what is sent.
    pub(super) fn chunks(&self, window: &Range<i128>, block: &Range<usize>) -> Vec<Chunk> {
        let mut packed = 0;
        let wanted = self.wanted(window, block).into_iter().map(|part| {
            packed += part.len();
            (packed - part.len(), part)
        });
        let wanted: Vec<(usize, Range<usize>)> = wanted.collect();
        let mut chunks = Vec::new();
        for (at, indices) in self.runs(window) {
            let first = wanted.partition_point(|(_, part)| part.end <= indices.start);
            for (packed, part) in wanted[first..].iter().take_while(|(_, part)| part.start < indices.end) {
                let here = common(&indices, part);
                if !here.is_empty() {
                    chunks.push(Chunk {
                        window: at + (here.start - indices.start),
                        block: here.start - block.start,
                        packed: packed + (here.start - part.start),
                        count: here.len(),
                    });
                }
            }
        }
        chunks
    }
}

/// The indices of runs, each once, in order.
fn joined(runs: Vec<(usize, Range<usize>)>) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = runs.into_iter().map(|(_, indices)| indices).collect();
    runs.sort_by_key(|indices| indices.start);
    let mut joined: Vec<Range<usize>> = Vec::new();
    for indices in runs {
        match joined.last_mut() {
            Some(last) if indices.start <= last.end => last.end = last.end.max(indices.end),
            _ => joined.push(indices),
        }
    }
    joined
}

/// The rank that has an index of an axis: the inverse of [`block`].
pub(super) fn owner(extent: usize, parts: usize, index: usize) -> usize {
    let (least, longer) = (extent / parts, extent % parts);
    let in_longer = longer * (least + 1);
    if index < in_longer { index / (least + 1) } else { longer + (index - in_longer) / least }
}

fn common(one: &Range<usize>, other: &Range<usize>) -> Range<usize> {
    one.start.max(other.start)..one.end.min(other.end)
}

pub(super) fn count(parts: &[Range<usize>]) -> usize {
    parts.iter().map(ExactSizeIterator::len).sum()
}

/// How many indices these are, which fit in memory.
pub(super) fn length(indices: &Range<i128>) -> usize {
    usize::try_from(indices.end - indices.start).expect("a window begins before it ends, and fits in memory")
}
