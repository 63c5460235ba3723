//! A result that is computed block by block.

use super::Block;
use crate::{element::Element, given::rescale, known::Known, step::Step, view::ViewMut};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{blocks::Blocks, view::View};

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
}
