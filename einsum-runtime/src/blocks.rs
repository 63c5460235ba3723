//! An einsum that is computed for one block of indices after the other: the blocks, and operands and results narrowed to
//! one of them.

mod output;

use core::ops::Range;

pub use crate::blocks::output::Output;

use crate::{
    element::Element,
    tensor::view::{View, ViewMut},
    tuning::RUN_CUT_MULTIPLE,
};

/// How the indices of `L` labels are divided: every label has an extent, and the length of its blocks, of which the
/// last may be shorter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocks<const L: usize> {
    extents: [usize; L],
    lengths: [usize; L],
    cut: Option<Cut>,
}

/// How the last label is cut, of which blocks are not taken otherwise: a block has its indices up to `factor` times the last index of another
/// label in the block, plus `plus`, and then at least one more, if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) by: usize,
    pub(crate) factor: usize,
    pub(crate) plus: isize,
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

impl<const L: usize> Blocks<L> {
    /// Blocks of these lengths.
    ///
    /// # Panics
    /// If a label has indices, and its blocks none.
    #[must_use]
    pub fn new(extents: [usize; L], lengths: [usize; L]) -> Self {
        let are_long = extents.iter().zip(&lengths).all(|(extent, length)| *extent == 0 || *length > 0);
        assert!(are_long, "blocks of lengths {lengths:?} do not cover extents {extents:?}");
        Self { extents, lengths, cut: None }
    }

    /// These blocks, of which each has some of the indices of the last label alone.
    ///
    /// # Panics
    /// If there are blocks of the last label, or if it is cut by itself, or by none.
    pub(crate) fn cut(self, cut: Cut) -> Self {
        assert!(cut.by + 1 < L && self.lengths[L - 1] == self.extents[L - 1], "the last label is cut by another");
        Self { cut: Some(cut), ..self }
    }

    /// One block of all indices.
    #[inline]
    #[must_use]
    pub fn whole(extents: [usize; L]) -> Self {
        Self { extents, lengths: extents, cut: None }
    }

    /// The blocks, one after the other.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> Walk<L> {
        Walk { next: Some(Block { blocks: *self, starts: [0; L] }) }
    }

    /// Whether there is more than one block.
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

    /// Drops a tensor that belongs to one block of several.
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

    /// How many indices a label has in the block.
    #[inline]
    #[must_use]
    pub fn extent(&self, label: usize) -> usize {
        let extent = self.blocks.lengths[label].min(self.blocks.extents[label] - self.starts[label]);
        match self.blocks.cut {
            Some(cut) if label + 1 == L && self.is_part() => extent.min(self.cut_at(cut)),
            _ => extent,
        }
    }

    /// How many indices of the last label the block has, if there are as many.
    fn cut_at(&self, Cut { by, factor, plus }: Cut) -> usize {
        let last = (self.starts[by] + self.extent(by)).saturating_sub(1);
        let end = last.saturating_mul(factor).saturating_add_signed(plus).saturating_add(2);
        end.checked_next_multiple_of(RUN_CUT_MULTIPLE).unwrap_or(usize::MAX)
    }

    /// Whether there are other blocks.
    #[inline]
    #[must_use]
    pub fn is_part(&self) -> bool {
        self.blocks.are_several()
    }

    /// The first index of a label in the block.
    #[inline]
    #[must_use]
    pub fn start(&self, label: usize) -> usize {
        self.starts[label]
    }

    /// The part of a tensor that is in the block, with the number of a label for each axis; a number that no label has is that of one
    /// of which no blocks are taken. Along an axis of extent 1
    /// where the label has more it repeats, and so it does in the block.
    ///
    /// # Panics
    /// If the tensor has another extent along a sliced label.
    #[inline(never)]
    #[must_use]
    pub fn read<'a, T: Element, const N: usize>(&self, view: &View<'a, T, N>, labels: &[usize; N]) -> View<'a, T, N> {
        if !self.blocks.are_several() {
            return *view;
        }
        let walked = (0..N).filter(|axis| self.walks(labels[*axis], view.extent(*axis)));
        walked.fold(*view, |view, axis| view.narrow(axis, self.starts[labels[axis]], self.extent(labels[axis])))
    }

    /// The part of a tensor that is written which is in the block, as [`Block::read`] gives that of one that is read.
    ///
    /// # Panics
    /// If the tensor has another extent along a sliced label.
    #[inline(never)]
    #[must_use]
    pub fn write<'a, T: Element, const N: usize>(
        &self,
        view: ViewMut<'a, T, N>,
        labels: &[usize; N],
    ) -> ViewMut<'a, T, N> {
        if !self.blocks.are_several() {
            return view;
        }
        (0..N).fold(view, |view, axis| match labels[axis] {
            label if self.walks(label, view.extent(axis)) => view.narrow(axis, self.starts[label], self.extent(label)),
            _ => view,
        })
    }

    /// The indices of an axis of this extent that are in the block, with the number of its label; nothing if all are.
    ///
    /// # Panics
    /// If the axis has another extent than its label, which is sliced.
    pub(crate) fn along(&self, label: usize, extent: usize) -> Option<Range<usize>> {
        self.walks(label, extent).then(|| self.starts[label]..self.starts[label] + self.extent(label))
    }

    /// Whether an axis of this extent is narrowed to the block.
    fn walks(&self, label: usize, extent: usize) -> bool {
        let is_cut = label + 1 == L && self.blocks.cut.is_some();
        if label >= L || !(self.blocks.is_sliced(label) || is_cut) || extent == 1 {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tensor::{step::Step, view::ViewMut};

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

    /// A block ends where the last of its other indices says, one more and up to a multiple; the only block has all.
    #[test]
    fn the_last_label_is_cut() {
        let many = RUN_CUT_MULTIPLE;
        let cut = Cut { by: 0, factor: 1, plus: 0 };
        let extents =
            |blocks: Blocks<2>| blocks.iter().map(|block| [block.extent(0), block.extent(1)]).collect::<Vec<_>>();
        let blocks = Blocks::new([3 * many, 5 * many], [2 * many - 1, 5 * many]);
        assert_eq!(extents(blocks.cut(cut)), [[2 * many - 1, 2 * many], [many + 1, 4 * many]]);
        assert_eq!(extents(blocks.cut(Cut { plus: 1, ..cut })), [[2 * many - 1, 3 * many], [many + 1, 4 * many]]);
        assert_eq!(extents(blocks.cut(Cut { plus: isize::MIN, ..cut }))[1], [many + 1, many]);
        assert_eq!(extents(blocks.cut(Cut { factor: usize::MAX, ..cut }))[0], [2 * many - 1, 5 * many]);
        assert_eq!(extents(Blocks::whole([3, 7 * many]).cut(cut)), [[3, 7 * many]]);
        let x = vec![1; 5 * many];
        let first = blocks.cut(cut).iter().next().expect("a block");
        assert_eq!(first.read(&View::row_major(&x, [5 * many]), &[1]).extents(), [2 * many]);
    }

    #[test]
    #[should_panic(expected = "the last label is cut by another")]
    fn a_label_is_not_cut_by_itself() {
        let _ = Blocks::new([5, 3], [2, 3]).cut(Cut { by: 1, factor: 1, plus: 0 });
    }

    #[test]
    #[should_panic(expected = "do not cover extents")]
    fn blocks_of_nothing_are_refused() {
        let _ = Blocks::new([5, 3], [0, 3]);
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

    /// Strides may be any: of a reversed array, and of one that repeats an element as often as can be.
    #[test]
    fn views_of_any_strides_are_narrowed() {
        const MOST: usize = isize::MAX.cast_unsigned();
        let mut array = ndarray::array![[1, 2, 3], [4, 5, 6]];
        array.invert_axis(ndarray::Axis(1));
        let x = View::<_, 2>::of_array(&array).expect("two axes");
        let repeated = ndarray::arr0(7);
        let repeated = repeated.broadcast([MOST]).expect("it repeats");
        let repeated = View::<_, 1>::of_array(&repeated).expect("an axis");
        let last = Blocks::new([2, 3, MOST], [1, 2, MOST - 5]).iter().last().expect("blocks");
        assert_eq!([0, 1, 2].map(|label| last.extent(label)), [1, 1, 5]);
        let mut sum = 0;
        let out = &mut ViewMut::row_major(core::slice::from_mut(&mut sum), []);
        let (x, repeated) = (last.read(&x, &[0, 1]), last.read(&repeated, &[2]));
        Step::<_, 3>::new(&[x.read(&[0, 1]), repeated.read(&[2])]).write(out.write(&[]));
        assert_eq!(sum, 4 * 5 * 7);
    }
}
