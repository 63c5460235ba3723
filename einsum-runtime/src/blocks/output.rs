//! A result that is computed block by block.

use crate::{
    blocks::Block,
    element::Element,
    given::rescale,
    loops::Nest,
    tensor::{step::Step, view::ViewMut},
};

/// The result of an einsum that is computed block by block: a tensor with `N` axes, each of the label of this number. Where
/// several blocks reach one element, because they differ along labels that the tensor has not, their parts are added up.
#[derive(Debug)]
pub struct Output<'t, 'v, T, const N: usize, const L: usize> {
    target: &'t mut ViewMut<'v, T, N>,
    labels: &'t [usize; N],
    /// The factor of an element's old content when the first part is added to it.
    beta: T,
    /// The factor of the whole old content, applied once before the first block, where only a diagonal is written.
    off_diagonal: Option<T>,
    /// The first index of each label in the block that was written last.
    written: Option<[usize; L]>,
}

impl<'t, 'v, T: Element, const N: usize, const L: usize> Output<'t, 'v, T, N, L> {
    /// A tensor that all blocks are added to, its old content multiplied by `beta`. With a `beta` of zero the old content is
    /// not read.
    #[inline]
    #[must_use]
    pub fn new(target: &'t mut ViewMut<'v, T, N>, labels: &'t [usize; N], beta: T) -> Self {
        Self { target, labels, beta, off_diagonal: None, written: None }
    }

    /// A tensor that has a label twice, and whose diagonal all blocks are added to: its old content, also off the diagonal,
    /// is multiplied by `beta`.
    #[inline]
    #[must_use]
    pub fn diagonal(target: &'t mut ViewMut<'v, T, N>, labels: &'t [usize; N], beta: T) -> Self {
        Self { target, labels, beta: T::ONE, off_diagonal: Some(beta), written: None }
    }

    /// Adds the result of a step for a block; `labels` are the numbers that the labels of the tensor have in the step.
    ///
    /// # Panics
    /// If the step has more than two factors, if two extents of a label differ and neither is 1, or if the tensor has
    /// another extent along a sliced label.
    pub fn write<const M: usize, K: Nest<M>>(
        &mut self,
        block: &Block<L>,
        labels: &[usize; N],
        step: Step<'_, T, M, K>,
    ) {
        if let Some(beta) = self.off_diagonal.take() {
            rescale(self.target, beta);
        }
        let is_new = self.written != Some(block.starts) && block.is_first(&self.target.extents(), self.labels);
        self.written = Some(block.starts);
        let step = step.onto(if is_new { self.beta } else { T::ONE });
        step.write(block.write(self.target.reborrow(), self.labels).write(labels));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{blocks::Blocks, tensor::view::View};

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

    /// Several steps that add to one result: the first of a block is the one that counts the old content.
    #[test]
    fn steps_of_a_block_are_added_up() {
        let x = [1, 2, 3, 4, 5];
        let x = View::row_major(&x, [5]);
        let (mut sum, mut copies) = ([7], [10, 20, 30, 40, 50]);
        let sum_view = &mut ViewMut::row_major(&mut sum, []);
        let mut sum_output = Output::new(sum_view, &[], 100);
        let copies_view = &mut ViewMut::row_major(&mut copies, [5]);
        let mut copies_output = Output::new(copies_view, &[0], -1);
        for block in &Blocks::new([5], [2]) {
            let x = block.read(&x, &[0]);
            for _ in 0..2 {
                sum_output.write(&block, &[], Step::<_, 1>::new(&[x.read(&[0])]));
                copies_output.write(&block, &[0], Step::<_, 1>::new(&[x.read(&[0])]).scaled(100));
            }
        }
        assert_eq!((sum, copies), ([730], [190, 380, 570, 760, 950]));
    }

    /// With a beta of zero the old content is not read, in whichever block it is first reached.
    #[test]
    fn what_is_replaced_is_not_read() {
        let x = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let x = View::row_major(&x, [2, 3]);
        let (mut rows, mut diagonal) = ([f64::NAN; 2], [f64::NAN; 9]);
        let rows_view = &mut ViewMut::row_major(&mut rows, [2]);
        let mut rows_output = Output::new(rows_view, &[0], 0.0);
        let diagonal_view = &mut ViewMut::row_major(&mut diagonal, [3, 3]);
        let mut diagonal_output = Output::diagonal(diagonal_view, &[1, 1], 0.0);
        for block in &Blocks::new([2, 3], [1, 2]) {
            let x = block.read(&x, &[0, 1]);
            rows_output.write(&block, &[0], Step::<_, 2>::new(&[x.read(&[0, 1])]));
            diagonal_output.write(&block, &[1, 1], Step::<_, 2>::new(&[x.read(&[0, 1])]));
        }
        assert_eq!((rows, diagonal), ([6.0, 15.0], [5.0, 0.0, 0.0, 0.0, 7.0, 0.0, 0.0, 0.0, 9.0]));
    }

    /// Off a diagonal the old content is multiplied once, however many blocks there are.
    #[test]
    fn diagonals_leave_the_rest() {
        let x = [1, 2, 3];
        let x = View::row_major(&x, [3]);
        let mut square = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        let view = &mut ViewMut::row_major(&mut square, [3, 3]);
        let mut output = Output::diagonal(view, &[0, 0], 10);
        for block in &Blocks::new([3], [1]) {
            let x = block.read(&x, &[0]);
            output.write(&block, &[0, 0], Step::<_, 1>::new(&[x.read(&[0])]));
        }
        assert_eq!(square, [11, 20, 30, 40, 52, 60, 70, 80, 93]);
    }

    /// A gradient of extent 1 where the label has more: all blocks are added to it.
    #[test]
    fn a_result_of_extent_1_is_a_sum() {
        let x = [1, 2, 3, 4, 5, 6];
        let x = View::row_major(&x, [2, 3]);
        let mut sums = [0; 2];
        let view = &mut ViewMut::row_major(&mut sums, [2, 1]);
        let mut output = Output::new(view, &[0, 1], 0);
        for block in &Blocks::new([2, 3], [2, 2]) {
            let x = block.read(&x, &[0, 1]);
            output.write(&block, &[0, 1], Step::<_, 2>::new(&[x.read(&[0, 1])]));
        }
        assert_eq!(sums, [6, 15]);
    }

    #[test]
    #[should_panic(expected = "the extent of a label that is sliced is another")]
    fn a_result_of_another_extent_is_refused() {
        let (x, mut sums) = ([1, 2, 3], [0; 2]);
        let x = View::row_major(&x, [3]);
        let view = &mut ViewMut::row_major(&mut sums, [2]);
        let mut output = Output::new(view, &[0], 0);
        let block = Blocks::new([3], [2]).iter().next().expect("a block");
        output.write(&block, &[0], Step::<_, 1>::new(&[block.read(&x, &[0]).read(&[0])]));
    }
}
