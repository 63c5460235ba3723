//! An einsum that is computed for one block of indices after the other: views of operands and results, narrowed
//! to a block.

use crate::{
    element::Element,
    given::rescale,
    known::Known,
    step::Step,
    view::{View, ViewMut},
};

/// How the indices of `L` labels are divided: every label has an extent, and the length of its blocks, of which the
/// last may be shorter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocks<const L: usize> {
    extents: [usize; L],
    lengths: [usize; L],
}

/// A block: a range of the indices of each label.
#[derive(Clone, Copy, Debug)]
pub struct Block<const L: usize> {
    blocks: Blocks<L>,
    starts: [usize; L],
}

/// The blocks, one after the other, those of the last label first.
#[derive(Clone, Debug)]
pub struct Walk<const L: usize> {
    next: Option<Block<L>>,
}

/// What is computed, block by block: a tensor with `N` axes, each of the label of this number. Parts of blocks that have no
/// sliced label in common with it are added up.
#[derive(Debug)]
pub struct Output<'t, 'v, T, const N: usize, const L: usize> {
    target: &'t mut ViewMut<'v, T, N>,
    labels: &'t [usize; N],
    /// What the old content is multiplied by, as the first part of an element is added to it.
    beta: T,
    /// What all of it is multiplied by before that: it is written to along a diagonal alone.
    off_diagonal: Option<T>,
    /// Where the block begins that was written last.
    written: Option<[usize; L]>,
}

impl<const L: usize> Blocks<L> {
    /// Blocks of these lengths.
    ///
    /// # Panics
    /// If a label has indices, and its blocks none.
    #[must_use]
    pub fn new(extents: [usize; L], lengths: [usize; L]) -> Self {
        let are_long = extents.iter().zip(&lengths).all(|(extent, length)| *extent == 0 || *length > 0);
        assert!(are_long, "blocks of lengths {lengths:?} do not cover extents {extents:?}");
        Self { extents, lengths }
    }

    /// One block of all indices.
    #[inline]
    #[must_use]
    pub fn whole(extents: [usize; L]) -> Self {
        Self { extents, lengths: extents }
    }

    /// The blocks, one after the other.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> Walk<L> {
        Walk { next: Some(Block { blocks: *self, starts: [0; L] }) }
    }

    /// Whether there is more than one.
    #[inline]
    #[must_use]
    pub fn are_several(&self) -> bool {
        (0..L).any(|label| self.is_sliced(label))
    }

    pub(crate) fn extents(&self) -> &[usize; L] {
        &self.extents
    }

    pub(crate) fn lengths(&self) -> &[usize; L] {
        &self.lengths
    }

    fn is_sliced(&self, label: usize) -> bool {
        self.lengths[label] < self.extents[label]
    }

    /// Lets a tensor go that is one of a block, and not of all.
    #[inline]
    pub fn keep<V>(&self, tensor: &mut Option<V>) {
        if self.are_several() {
            *tensor = None;
        }
    }
}

impl<const L: usize> IntoIterator for &Blocks<L> {
    type Item = Block<L>;
    type IntoIter = Walk<L>;

    #[inline]
    fn into_iter(self) -> Walk<L> {
        self.iter()
    }
}

impl<const L: usize> Iterator for Walk<L> {
    type Item = Block<L>;

    #[inline]
    fn next(&mut self) -> Option<Block<L>> {
        let block = self.next?;
        self.next = if block.blocks.are_several() { block.following() } else { None };
        Some(block)
    }
}

impl<const L: usize> Block<L> {
    fn following(mut self) -> Option<Self> {
        for label in (0..L).rev().filter(|label| self.blocks.is_sliced(*label)) {
            let left = self.blocks.extents[label] - self.starts[label];
            if left > self.blocks.lengths[label] {
                self.starts[label] += self.blocks.lengths[label];
                return Some(self);
            }
            self.starts[label] = 0;
        }
        None
    }

    /// How many indices a label has in it.
    #[inline]
    #[must_use]
    pub fn extent(&self, label: usize) -> usize {
        self.blocks.lengths[label].min(self.blocks.extents[label] - self.starts[label])
    }

    /// Whether there are more than this.
    #[inline]
    #[must_use]
    pub fn is_part(&self) -> bool {
        self.blocks.are_several()
    }

    /// The part of a tensor that is in the block, with the number of a label for each axis. Along an axis of extent 1
    /// where the label has more it repeats, and so it does in the block.
    ///
    /// # Panics
    /// If it has another extent along a sliced label.
    #[inline]
    #[must_use]
    pub fn read<'a, T: Element, const N: usize>(&self, view: &View<'a, T, N>, labels: &[usize; N]) -> View<'a, T, N> {
        if self.blocks.are_several() { self.narrowed(*view, labels) } else { *view }
    }

    #[inline(never)]
    fn narrowed<'a, T: Element, const N: usize>(&self, view: View<'a, T, N>, labels: &[usize; N]) -> View<'a, T, N> {
        let walked = (0..N).filter(|axis| self.walks(labels[*axis], view.extent(*axis)));
        walked.fold(view, |view, axis| view.narrow(axis, self.starts[labels[axis]], self.extent(labels[axis])))
    }

    /// Whether an axis of this extent is narrowed to the block.
    fn walks(&self, label: usize, extent: usize) -> bool {
        if !self.blocks.is_sliced(label) || extent == 1 {
            return false;
        }
        assert_eq!(extent, self.blocks.extents[label], "the extent of a label that is sliced is another");
        true
    }

    /// Whether no block before it has the same part of a tensor of these labels and extents.
    fn is_first(&self, extents: &[usize], labels: &[usize]) -> bool {
        let is_walked =
            |label: usize| labels.iter().zip(extents).any(|(other, extent)| *other == label && *extent != 1);
        (0..L).all(|label| self.starts[label] == 0 || is_walked(label))
    }
}

impl<'t, 'v, T: Element, const N: usize, const L: usize> Output<'t, 'v, T, N, L> {
    /// A tensor that all is added to, the old content multiplied by `beta`; with a `beta` of zero that is not read.
    #[inline]
    #[must_use]
    pub fn new(target: &'t mut ViewMut<'v, T, N>, labels: &'t [usize; N], beta: T) -> Self {
        Self { target, labels, beta, off_diagonal: None, written: None }
    }

    /// The same of a tensor that has a label twice, so that only its diagonal is written to: the old content off it is
    /// multiplied by `beta` as well.
    #[inline]
    #[must_use]
    pub fn diagonal(target: &'t mut ViewMut<'v, T, N>, labels: &'t [usize; N], beta: T) -> Self {
        Self { target, labels, beta: T::ONE, off_diagonal: Some(beta), written: None }
    }

    /// Adds the result of a step for a block; `labels` are their numbers in the step.
    ///
    /// # Panics
    /// As [`Step::write`], or if the tensor has another extent along a sliced label.
    pub fn write<const M: usize, K: Known>(&mut self, block: &Block<L>, labels: &[usize; N], step: Step<'_, T, M, K>) {
        if let Some(beta) = self.off_diagonal.take() {
            rescale(self.target, beta);
        }
        let is_new = self.written != Some(block.starts) && block.is_first(&self.target.extents(), self.labels);
        self.written = Some(block.starts);
        let step = step.onto(if is_new { self.beta } else { T::ONE });
        let mut part = self.target.reborrow();
        for axis in 0..N {
            let label = self.labels[axis];
            if block.walks(label, part.extent(axis)) {
                part = part.narrow(axis, block.starts[label], block.extent(label));
            }
        }
        step.write(part.write(labels));
    }
}

/// How many blocks a label has: one, if it has no index.
pub(crate) fn count(extent: usize, length: usize) -> usize {
    if length >= extent { 1 } else { extent.div_ceil(length) }
}

/// How many indices a block of a label has on the average.
pub(crate) fn span(extent: usize, length: usize) -> f64 {
    rounded(extent) / rounded(count(extent, length))
}

/// A count, rounded: costs are compared, not counted.
pub(crate) fn rounded(count: usize) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "costs are compared, not counted")]
    let rounded = count as f64;
    rounded
}

/// A tensor that was kept, or else was computed again for a block.
///
/// # Panics
/// If neither is there.
#[inline]
#[must_use]
pub fn either<'a, V>(kept: &'a Option<V>, again: &'a Option<V>) -> &'a V {
    kept.as_ref().or(again.as_ref()).expect("what is not kept is computed again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_all_indices_once() {
        let blocks = Blocks::new([5, 3, 4, 0], [2, 3, 1, 0]);
        let ranges = |block: Block<4>| [0, 1, 2, 3].map(|label| (block.starts[label], block.extent(label)));
        let all: Vec<_> = blocks.iter().map(ranges).collect();
        assert_eq!(all.len(), 3 * 4);
        assert_eq!(all[0], [(0, 2), (0, 3), (0, 1), (0, 0)]);
        assert_eq!(all[1], [(0, 2), (0, 3), (1, 1), (0, 0)]);
        assert_eq!(all[11], [(4, 1), (0, 3), (3, 1), (0, 0)]);
        assert_eq!(Blocks::whole([0, 7]).iter().count(), 1);
        assert!(!Blocks::whole([0, 7]).are_several() && blocks.are_several());
    }

    #[test]
    #[should_panic(expected = "do not cover extents")]
    fn blocks_of_nothing_are_refused() {
        let _ = Blocks::new([5, 3], [0, 3]);
    }

    /// `ij,j->i` and `ij,j->ji` by hand: what has no sliced label in common is added up, and beta counts once.
    #[test]
    fn parts_are_put_side_by_side_or_added_up() {
        let (x, v) = ([1, 2, 3, 4, 5, 6], [1, 10, 100]);
        let (x, v) = (View::row_major(&x, [2, 3]), View::row_major(&v, [3]));
        let (mut sums, mut products) = ([7, 8], [0; 6]);
        let sums_view = &mut ViewMut::row_major(&mut sums, [2]);
        let mut sums_output = Output::new(sums_view, &[0], 1000);
        let products_view = &mut ViewMut::row_major(&mut products, [3, 2]);
        let mut products_output = Output::new(products_view, &[1, 0], 0);
        for block in &Blocks::new([2, 3], [1, 2]) {
            let (x, v) = (block.read(&x, &[0, 1]), block.read(&v, &[1]));
            assert_eq!(x.extents(), [1, v.extent(0)]);
            sums_output.write(&block, &[0], Step::<_, 2>::new(&[x.read(&[0, 1]), v.read(&[1])]));
            products_output.write(&block, &[1, 0], Step::<_, 2>::new(&[x.read(&[0, 1]), v.read(&[1])]));
        }
        assert_eq!((sums, products), ([7321, 8654], [1, 4, 20, 50, 300, 600]));
    }

    /// An axis of extent 1 repeats where the label has more.
    #[test]
    fn what_is_broadcast_is_not_narrowed() {
        let x = [3];
        let x = View::row_major(&x, [1]);
        let second = Blocks::new([4], [3]).iter().nth(1).expect("two blocks");
        assert_eq!((second.extent(0), second.read(&x, &[0]).extents()), (1, [1]));
    }

    #[test]
    #[should_panic(expected = "the extent of a label that is sliced is another")]
    fn another_extent_is_refused() {
        let x = [3, 4];
        let block = Blocks::new([4], [3]).iter().next().expect("a block");
        let _ = block.read(&View::row_major(&x, [2]), &[0]);
    }

    #[test]
    #[should_panic(expected = "has no 2 indices from 2 on")]
    fn no_view_is_narrowed_beyond_its_end() {
        let x = [3, 4, 5];
        let _ = View::row_major(&x, [3]).narrow(0, 2, 2);
    }
}
