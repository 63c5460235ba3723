//! What results are written to, between elements that nobody may touch.

use ndarray::{ArrayD, ArrayViewMutD, Slice};
use num_complex::{Complex64 as C, c64};

/// An array, of which a part is written to.
pub(crate) struct Target {
    all: ArrayD<C>,
    number: usize,
}

/// What is around the part.
const GUARD: C = C { re: 77.0, im: -7.0 };

impl Target {
    /// Row-major; every second index of each axis, between others; the same backwards; with the axes in reverse order;
    /// and so, one index after the other.
    pub(crate) const COUNT: usize = 5;

    pub(crate) fn new(number: usize, shape: &[usize]) -> Self {
        let mut allocated = shape.to_vec();
        if number >= 3 {
            allocated.reverse();
        }
        let room = |extent: &mut usize| match number {
            0 => {}
            1..=3 => *extent = 2 * *extent + 3,
            _ => *extent += 2,
        };
        allocated.iter_mut().for_each(room);
        let mut target = Self { all: ArrayD::from_elem(allocated, GUARD), number };
        let mut next = 0.0;
        target.view_mut().map_inplace(|element| {
            next += 1.0;
            *element = c64(next, 2.0 - next);
        });
        assert_eq!(target.content().shape(), shape);
        target
    }

    pub(crate) fn view_mut(&mut self) -> ArrayViewMutD<'_, C> {
        let mut view = self.all.view_mut();
        let step = match self.number {
            0 => return view,
            1 | 3 => 2,
            2 => -2,
            _ => 1,
        };
        view.slice_each_axis_inplace(|axis| match step {
            1 => Slice::new(1, Some(-1), 1),
            _ => Slice::new(1, Some(axis.len.cast_signed() - 2), step),
        });
        if self.number >= 3 { view.reversed_axes() } else { view }
    }

    pub(crate) fn content(&mut self) -> ArrayD<C> {
        self.view_mut().to_owned()
    }

    /// Writes, and compares the content and all that is around it. (`dyn`, so that it is compiled once.)
    pub(crate) fn write(&mut self, expected: &ArrayD<C>, write: &dyn Fn(ArrayViewMutD<'_, C>)) {
        write(self.view_mut());
        assert_eq!(self.content(), expected, "target {}", self.number);
        self.is_guarded();
    }

    pub(crate) fn is_guarded(&mut self) {
        let mut all = self.all.clone();
        std::mem::swap(&mut all, &mut self.all);
        self.view_mut().fill(GUARD);
        std::mem::swap(&mut all, &mut self.all);
        assert!(all.iter().all(|element| *element == GUARD), "target {}: what is around it has changed", self.number);
    }
}
