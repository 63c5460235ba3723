//! Arrays that lie in memory in any way, with guard cells around and between their elements.

use ndarray::{ArrayD, ArrayViewD, ArrayViewMutD, Axis, IxDyn, Slice};

use super::{
    entropy::{Entropy, Numbers},
    number::Number,
};

/// A buffer, and where in it the array is.
#[derive(Clone)]
pub(crate) struct Buffer<T> {
    base: ArrayD<T>,
    /// The extents of the buffer with axes repeated that are.
    repeated: Vec<usize>,
    slices: Vec<Slice>,
    order: Vec<usize>,
}

impl<T: Number> Buffer<T> {
    /// Of an array that is read: axes may be repeated, or run backwards.
    pub(crate) fn operand(entropy: &mut Entropy<'_>, shape: &[usize]) -> Self {
        let repeats: Vec<bool> = shape.iter().map(|_| entropy.once_in(12)).collect();
        Self::new(entropy, shape, &repeats)
    }

    /// Of an array that is written: it may run backwards.
    pub(crate) fn target(entropy: &mut Entropy<'_>, shape: &[usize]) -> Self {
        Self::new(entropy, shape, &vec![false; shape.len()])
    }

    fn new(entropy: &mut Entropy<'_>, shape: &[usize], repeats: &[bool]) -> Self {
        let rank = shape.len();
        let (is_plain, mut order) = (entropy.once_in(3), (0..rank).collect::<Vec<_>>());
        if !is_plain {
            (1..rank).for_each(|n| order.swap(n, entropy.below(n + 1)));
        }
        let (mut extents, mut repeated) = (vec![1; rank], vec![0; rank]);
        let mut slices = vec![Slice::new(0, None, 1); rank];
        for axis in 0..rank {
            let (place, extent) = (order[axis], shape[axis]);
            repeated[place] = extent;
            if repeats[axis] {
                continue;
            }
            let (step, before, after) =
                if is_plain { (1, 0, 0) } else { (entropy.pick(&[1, 1, 1, 2, 3]), entropy.below(2), entropy.below(2)) };
            let reach = if extent == 0 { 0 } else { (extent - 1) * step + 1 };
            (extents[place], repeated[place]) = (before + reach + after, before + reach + after);
            let step = if is_plain || !entropy.once_in(4) { step.cast_signed() } else { -step.cast_signed() };
            slices[place] = Slice::new(before.cast_signed(), Some((before + reach).cast_signed()), step);
        }
        let mut buffer = Self { base: ArrayD::from_elem(extents, T::poison()), repeated, slices, order };
        buffer.refill(&mut entropy.numbers(), repeats.contains(&true));
        buffer
    }

    /// Other numbers in the array. (One number in all of it, if elements are repeated.)
    fn refill(&mut self, numbers: &mut Numbers, is_repeated: bool) {
        if is_repeated {
            return self.base.map_inplace(|element| *element = T::small(numbers.next()));
        }
        self.view_mut().map_inplace(|element| *element = T::small(numbers.next()));
    }

    pub(crate) fn view(&self) -> ArrayViewD<'_, T> {
        let mut view = self.base.broadcast(IxDyn(&self.repeated)).expect("what is repeated has extent 1");
        for (axis, slice) in self.slices.iter().enumerate() {
            view.slice_axis_inplace(Axis(axis), *slice);
        }
        view.permuted_axes(IxDyn(&self.order))
    }

    pub(crate) fn view_mut(&mut self) -> ArrayViewMutD<'_, T> {
        let Self { base, slices, order, .. } = self;
        base.slice_each_axis_mut(|axis| slices[axis.axis.index()]).permuted_axes(IxDyn(order))
    }

    /// # Panics
    /// If the array is not as expected, or anything around it is not as it was before.
    pub(crate) fn assert(&self, before: &Self, expected: &ArrayD<T>, what: &str) {
        let mut wanted = before.clone();
        wanted.view_mut().assign(expected);
        assert_eq!(self.view(), expected.view(), "{what}");
        assert!(self.base == wanted.base, "{what}: guard cells were written to");
    }
}
