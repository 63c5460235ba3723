//! Halos: what a rank needs of an axis besides its own block, so that it can read the axis at a form of labels.
//!
//! `x[2*i + p - 1]`, with `i` sharded, reads on each rank a window of the axis: from what the first of its indices reads to what the last
//! does. A window is longer than a block, or lies elsewhere; what of it is on other ranks comes from these, be they neighbours or not.
//! Outside of the axis there are zeros, the axis again, or its ends.
//!
//! A window is gathered from blocks, or cut out of a whole axis; the adjoints of both add what was computed for a window to the elements
//! that it was read from. Every rank knows the windows of all, so that nothing but elements is sent.

mod reach;

use std::{collections::BTreeSet, ops::Range};

use ndarray::{Array, ArrayBase, ArrayView, ArrayViewMut, Axis, CowArray, Data, DataMut, Dimension, Slice};

use self::reach::{Chunk, count, length, owner};
pub use self::reach::{Outside, Reach};
use crate::{
    blocks::block,
    collective::Collective,
    mesh::Mesh,
    moves::agreed::{front, front_order, ranks_of, slice_mut, zeros},
    words::Word,
};

/// The window of this rank, of an axis `dim` of which each rank of `axis` has its block: a view of the part, if nothing else is read. Each rank
/// sends what others read of its block, each element once. What a stride leaves out between is there, and means nothing.
#[must_use]
#[track_caller]
pub fn gathered<'a, T: Word, D: Dimension>(
    part: impl Into<CowArray<'a, T, D>>,
    mesh: &Mesh,
    axis: &str,
    dim: usize,
    reach: &Reach<'_>,
) -> CowArray<'a, T, D> {
    let part = part.into();
    let windows = Windows { reach, ranks: ranks_of(mesh, axis) };
    let (own, window) = (windows.own_block(), windows.own_window());
    check(part.shape(), dim, own.len());
    let inside = within(&window, &own);
    let mut copied = inside.is_none().then(|| zeros(with_extent(&part.raw_dim(), dim, length(&window))));
    let mut copy = |chunks: &[Chunk], from: &ArrayView<'_, T, D>, place: fn(&Chunk) -> Range<usize>| {
        let Some(copied) = &mut copied else { return };
        let mut copied = front_mut(copied, dim);
        for chunk in chunks {
            copied.rows_mut(chunk.window()).assign(&from.rows(place(chunk)));
        }
    };
    let from = front(part.view(), dim);
    for distance in windows.distances() {
        let (to, sender) = windows.at(distance);
        let chunks = reach.chunks(&window, &windows.block(sender));
        if distance == 0 {
            copy(&chunks, &from, Chunk::block);
            continue;
        }
        let mut send = Vec::new();
        for indices in reach.wanted(&windows.window(to), &own) {
            send.extend(from.rows(indices.start - own.start..indices.end - own.start).iter().copied());
        }
        let mut received =
            zeros(with_extent(&from.raw_dim(), 0, count(&reach.wanted(&window, &windows.block(sender)))));
        windows.exchange((&send, to), (slice_mut(&mut received), sender));
        copy(&chunks, &received.view(), Chunk::packed);
    }
    match (copied, inside) {
        (Some(copied), _) => copied.into(),
        (None, inside) => sliced(part, dim, inside.unwrap_or_default()),
    }
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
    let mut sums = zeros(with_extent(&window.raw_dim(), dim, own.len()));
    let mut to_own = front_mut(&mut sums, dim);
    let window = front(window, dim);
    let packed = |indices: &[Range<usize>]| zeros(with_extent(&window.raw_dim(), 0, count(indices)));
    for distance in windows.distances() {
        let (sender, to) = windows.at(distance);
        let chunks = reach.chunks(&indices, &windows.block(to));
        if distance == 0 {
            for chunk in &chunks {
                add(to_own.rows_mut(chunk.block()), &window.rows(chunk.window()));
            }
            continue;
        }
        let mut send = packed(&reach.wanted(&indices, &windows.block(to)));
        for chunk in &chunks {
            add(send.rows_mut(chunk.packed()), &window.rows(chunk.window()));
        }
        let wanted = reach.wanted(&windows.window(sender), &own);
        let mut received = packed(&wanted);
        windows.exchange((slice_mut(&mut send), to), (slice_mut(&mut received), sender));
        let mut at = 0;
        for indices in wanted {
            let here = &received.rows(at..at + indices.len());
            at += indices.len();
            add(to_own.rows_mut(indices.start - own.start..indices.end - own.start), here);
        }
    }
    sums
}

/// The window of this rank, of an axis `dim` of which every rank has all: a view of what is borrowed, if nothing outside of the axis is read; of an
/// array that is given the window alone is kept, so that its memory is free. Nothing is sent.
#[must_use]
#[track_caller]
pub fn cut<'a, T: Word, D: Dimension>(
    whole: impl Into<CowArray<'a, T, D>>,
    mesh: &Mesh,
    axis: &str,
    dim: usize,
    reach: &Reach<'_>,
) -> CowArray<'a, T, D> {
    let whole = whole.into();
    let window = Windows { reach, ranks: ranks_of(mesh, axis) }.own_window();
    check(whole.shape(), dim, reach.extent);
    let all = 0..reach.extent;
    let inside = within(&window, &all).filter(|inside| whole.is_view() || *inside == all);
    if let Some(inside) = inside {
        return sliced(whole, dim, inside);
    }
    let mut copied = zeros(with_extent(&whole.raw_dim(), dim, length(&window)));
    let mut to = front_mut(&mut copied, dim);
    let from = front(whole.view(), dim);
    for chunk in reach.chunks(&window, &all) {
        to.rows_mut(chunk.window()).assign(&from.rows(chunk.block()));
    }
    copied.into()
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
    let mut whole = zeros(with_extent(&window.raw_dim(), dim, reach.extent));
    let mut to = front_mut(&mut whole, dim);
    let window = front(window, dim);
    for chunk in reach.chunks(&indices, &(0..reach.extent)) {
        add(to.rows_mut(chunk.block()), &window.rows(chunk.window()));
    }
    whole
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

/// Indices of the first axis.
trait Rows<T, D> {
    fn rows(&self, rows: Range<usize>) -> ArrayView<'_, T, D>;
}

trait RowsMut<T, D> {
    fn rows_mut(&mut self, rows: Range<usize>) -> ArrayViewMut<'_, T, D>;
}

impl<T, S: Data<Elem = T>, D: Dimension> Rows<T, D> for ArrayBase<S, D> {
    fn rows(&self, rows: Range<usize>) -> ArrayView<'_, T, D> {
        self.slice_axis(Axis(0), Slice::from(rows))
    }
}

impl<T, S: DataMut<Elem = T>, D: Dimension> RowsMut<T, D> for ArrayBase<S, D> {
    fn rows_mut(&mut self, rows: Range<usize>) -> ArrayViewMut<'_, T, D> {
        self.slice_axis_mut(Axis(0), Slice::from(rows))
    }
}

/// Where a window is within indices that a rank has, if they have all of it.
fn within(window: &Range<i128>, own: &Range<usize>) -> Option<Range<usize>> {
    let start = usize::try_from(window.start - own.start as i128).ok()?;
    (window.end <= own.end as i128).then(|| start..start + length(window))
}

fn sliced<T, D: Dimension>(part: CowArray<'_, T, D>, dim: usize, indices: Range<usize>) -> CowArray<'_, T, D> {
    let mut part = part;
    part.slice_axis_inplace(Axis(dim), Slice::from(indices));
    part
}

fn with_extent<D: Dimension>(shape: &D, dim: usize, extent: usize) -> D {
    let mut shape = shape.clone();
    shape[dim] = extent;
    shape
}

fn front_mut<T, D: Dimension>(part: &mut Array<T, D>, dim: usize) -> ArrayViewMut<'_, T, D> {
    let order = front_order(&part.raw_dim(), dim);
    part.view_mut().permuted_axes(order)
}

fn add<T: Word, D: Dimension>(mut to: ArrayViewMut<'_, T, D>, from: &ArrayView<'_, T, D>) {
    to.zip_mut_with(from, |sum, term| *sum = sum.plus(*term));
}

#[track_caller]
fn check(shape: &[usize], dim: usize, expected: usize) {
    let found = shape[dim];
    assert!(found == expected, "a window on axis {dim}, which has extent {found} on this rank and not {expected}");
}
