//! Halos: what a rank needs of an axis besides its own block, so that it can read the axis at a form of labels.
//!
//! `x[2*i + p - 1]`, with `i` sharded, reads on each rank a window of the axis: from what the first of its indices reads to what the last
//! does. A window is longer than a block, or lies elsewhere; what of it is on other ranks comes from these, be they neighbours or not.
//! Outside of the axis there are zeros, the axis again, or its ends.
//!
//! A window is gathered from blocks, or cut out of a whole axis; the adjoints of both add what was computed for a window to the elements
//! that it was read from. Every rank knows the windows of all, so that nothing but elements is sent.

use std::{collections::BTreeSet, ops::Range};

use ndarray::{Array, ArrayView, Dimension};

use crate::{
    blocks::block,
    collective::Collective,
    mesh::Mesh,
    moves::agreed::{back, in_front, ranks_of, slice, slice_mut, with_front, zeros},
    words::Word,
};

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

/// The window of this rank, of an axis `dim` of which each rank of `axis` has its block. Each rank sends what others read of its block, each
/// element once. What a stride leaves out between is zero.
#[must_use]
#[track_caller]
pub fn gathered<T: Word, D: Dimension>(
    part: ArrayView<'_, T, D>,
    mesh: &Mesh,
    axis: &str,
    dim: usize,
    reach: &Reach<'_>,
) -> Array<T, D> {
    let windows = Windows { reach, ranks: ranks_of(mesh, axis) };
    let (own, window) = (windows.own_block(), windows.own_window());
    check(part.shape(), dim, own.len());
    let part = in_front(part, dim);
    let mut gathered = zeros(with_front(&part.raw_dim(), length(&window)));
    let row = words_of_row(part.shape());
    let (from_own, to_window) = (slice(&part), slice_mut(&mut gathered));
    for distance in windows.distances() {
        let (to, from) = windows.at(distance);
        let chunks = reach.chunks(&window, &windows.block(from));
        if distance == 0 {
            for chunk in chunks {
                to_window[chunk.window(row)].copy_from_slice(&from_own[chunk.block(row)]);
            }
            continue;
        }
        let send: Vec<T> = reach.wanted(&windows.window(to), &own).iter().fold(Vec::new(), |mut send, indices| {
            send.extend_from_slice(&from_own[words(&(indices.start - own.start..indices.end - own.start), row)]);
            send
        });
        let mut received = vec![T::ZERO; count(&reach.wanted(&window, &windows.block(from))) * row];
        windows.exchange((&send, to), (&mut received, from));
        for chunk in chunks {
            to_window[chunk.window(row)].copy_from_slice(&received[chunk.packed(row)]);
        }
    }
    back(gathered, dim)
}

/// The adjoint of [`gathered`]: the block of this rank, of sums over all windows. Each rank sends what its window has of blocks of others.
#[must_use]
#[track_caller]
pub fn added<T: Word, D: Dimension>(
    window: ArrayView<'_, T, D>,
    mesh: &Mesh,
    axis: &str,
    dim: usize,
    reach: &Reach<'_>,
) -> Array<T, D> {
    let windows = Windows { reach, ranks: ranks_of(mesh, axis) };
    let (own, indices) = (windows.own_block(), windows.own_window());
    check(window.shape(), dim, length(&indices));
    let window = in_front(window, dim);
    let mut sums = zeros(with_front(&window.raw_dim(), own.len()));
    let row = words_of_row(window.shape());
    let (from_window, to_own) = (slice(&window), slice_mut(&mut sums));
    for distance in windows.distances() {
        let (from, to) = windows.at(distance);
        let chunks = reach.chunks(&indices, &windows.block(to));
        if distance == 0 {
            for chunk in chunks {
                add(&mut to_own[chunk.block(row)], &from_window[chunk.window(row)]);
            }
            continue;
        }
        let mut send = vec![T::ZERO; count(&reach.wanted(&indices, &windows.block(to))) * row];
        for chunk in chunks {
            add(&mut send[chunk.packed(row)], &from_window[chunk.window(row)]);
        }
        let wanted = reach.wanted(&windows.window(from), &own);
        let mut received = vec![T::ZERO; count(&wanted) * row];
        windows.exchange((&send, to), (&mut received, from));
        let mut rest = &received[..];
        for indices in wanted {
            let here;
            (here, rest) = rest.split_at(indices.len() * row);
            add(&mut to_own[words(&(indices.start - own.start..indices.end - own.start), row)], here);
        }
    }
    back(sums, dim)
}

/// The window of this rank, of an axis `dim` of which every rank has all. Nothing is sent.
#[must_use]
#[track_caller]
pub fn cut<T: Word, D: Dimension>(
    whole: ArrayView<'_, T, D>,
    mesh: &Mesh,
    axis: &str,
    dim: usize,
    reach: &Reach<'_>,
) -> Array<T, D> {
    let window = Windows { reach, ranks: ranks_of(mesh, axis) }.own_window();
    check(whole.shape(), dim, reach.extent);
    let whole = in_front(whole, dim);
    let mut cut = zeros(with_front(&whole.raw_dim(), length(&window)));
    let row = words_of_row(whole.shape());
    let to_window = slice_mut(&mut cut);
    for chunk in reach.chunks(&window, &(0..reach.extent)) {
        to_window[chunk.window(row)].copy_from_slice(&slice(&whole)[chunk.block(row)]);
    }
    back(cut, dim)
}

/// The adjoint of [`cut`]: of the whole axis what this rank's window adds to it. Nothing is sent.
#[must_use]
#[track_caller]
pub fn pasted<T: Word, D: Dimension>(
    window: ArrayView<'_, T, D>,
    mesh: &Mesh,
    axis: &str,
    dim: usize,
    reach: &Reach<'_>,
) -> Array<T, D> {
    let indices = Windows { reach, ranks: ranks_of(mesh, axis) }.own_window();
    check(window.shape(), dim, length(&indices));
    let window = in_front(window, dim);
    let mut whole = zeros(with_front(&window.raw_dim(), reach.extent));
    let row = words_of_row(window.shape());
    let to_whole = slice_mut(&mut whole);
    for chunk in reach.chunks(&indices, &(0..reach.extent)) {
        add(&mut to_whole[chunk.block(row)], &slice(&window)[chunk.window(row)]);
    }
    back(whole, dim)
}

/// The windows and blocks of all ranks of a mesh axis.
struct Windows<'w> {
    reach: &'w Reach<'w>,
    ranks: &'w dyn Collective,
}

impl Windows<'_> {
    fn block(&self, rank: usize) -> Range<usize> {
        block(self.reach.extent, self.ranks.size(), rank)
    }

    fn own_block(&self) -> Range<usize> {
        self.block(self.ranks.rank())
    }

    fn window(&self, rank: usize) -> Range<i128> {
        let (_, extent) = self.reach.sharded;
        self.reach.window(block(extent, self.ranks.size(), rank))
    }

    fn own_window(&self) -> Range<i128> {
        self.window(self.ranks.rank())
    }

    /// The rank at a distance, and that of which this rank is at it: in a circle.
    fn at(&self, distance: usize) -> (usize, usize) {
        let (size, rank) = (self.ranks.size(), self.ranks.rank());
        ((rank + distance) % size, (rank + size - distance) % size)
    }

    /// How far from the owners of elements there are windows that have these, read or not: the same on all ranks.
    fn distances(&self) -> BTreeSet<usize> {
        let (size, extent) = (self.ranks.size(), self.reach.extent);
        let mut distances = BTreeSet::new();
        for rank in 0..size {
            for indices in self.reach.all_indices(&self.window(rank)) {
                let owners = owner(extent, size, indices.start)..=owner(extent, size, indices.end - 1);
                distances.extend(owners.map(|owner| (rank + size - owner) % size));
            }
        }
        distances
    }

    fn exchange<T: Word>(&self, (send, to): (&[T], usize), (receive, from): (&mut [T], usize)) {
        let to = (!send.is_empty()).then_some(to);
        let from = (!receive.is_empty()).then_some(from);
        self.ranks.exchange(T::words(send), to, T::words_mut(receive), from);
    }
}

/// Indices that lie one after the other in a window, in the axis, and in what is sent of it.
struct Chunk {
    window: usize,
    block: usize,
    packed: usize,
    count: usize,
}

impl Chunk {
    fn window(&self, row: usize) -> Range<usize> {
        words(&(self.window..self.window + self.count), row)
    }

    fn block(&self, row: usize) -> Range<usize> {
        words(&(self.block..self.block + self.count), row)
    }

    fn packed(&self, row: usize) -> Range<usize> {
        words(&(self.packed..self.packed + self.count), row)
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
    fn window(&self, own: Range<usize>) -> Range<i128> {
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
    fn all_indices(&self, window: &Range<i128>) -> Vec<Range<usize>> {
        joined(self.runs_of(window.start, window))
    }

    /// The indices that a window has of a block: what is sent, in this order.
    fn wanted(&self, window: &Range<i128>, block: &Range<usize>) -> Vec<Range<usize>> {
        let wanted = self.indices(window).into_iter().map(|indices| common(&indices, block));
        wanted.filter(|indices| !indices.is_empty()).collect()
    }

    /// What a window has of a block.
    fn chunks(&self, window: &Range<i128>, block: &Range<usize>) -> Vec<Chunk> {
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
fn owner(extent: usize, parts: usize, index: usize) -> usize {
    let (least, longer) = (extent / parts, extent % parts);
    let in_longer = longer * (least + 1);
    if index < in_longer { index / (least + 1) } else { longer + (index - in_longer) / least }
}

fn common(one: &Range<usize>, other: &Range<usize>) -> Range<usize> {
    one.start.max(other.start)..one.end.min(other.end)
}

fn count(parts: &[Range<usize>]) -> usize {
    parts.iter().map(ExactSizeIterator::len).sum()
}

/// How many indices these are, which fit in memory.
fn length(indices: &Range<i128>) -> usize {
    usize::try_from(indices.end - indices.start).expect("a window begins before it ends, and fits in memory")
}

/// The words of all axes but the first.
fn words_of_row(shape: &[usize]) -> usize {
    shape[1..].iter().product()
}

fn words(rows: &Range<usize>, row: usize) -> Range<usize> {
    rows.start * row..rows.end * row
}

fn add<T: Word>(to: &mut [T], from: &[T]) {
    to.iter_mut().zip(from).for_each(|(sum, term)| *sum = sum.plus(*term));
}

#[track_caller]
fn check(shape: &[usize], dim: usize, expected: usize) {
    let found = shape[dim];
    assert!(found == expected, "a window on axis {dim}, which has extent {found} on this rank and not {expected}");
}
