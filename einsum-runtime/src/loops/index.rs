//! The loops of a nest, and the indices that come out of them.

use core::marker::PhantomData;

/// The loops of one run of a nest, a range of indices for each label.
#[derive(Clone, Copy, Debug)]
pub struct Loops<'n, V, const L: usize> {
    extents: [usize; L],
    /// The label along which vectors lie, and its indices.
    lane: Lane,
    vectors: PhantomData<V>,
    nest: Nested<'n>,
}

/// The label along which vectors lie, and those of its indices that are computed: as many as several vectors have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lane {
    /// The number of the label, or one beyond all if there are no vectors.
    pub(crate) label: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// How many elements a vector has.
    pub(crate) step: usize,
}

/// An index of a label of the run `'n`: below the extent of the label, and where vectors lie along it, by as many as they are long.
#[derive(Clone, Copy, Debug)]
pub struct Index<'n> {
    label: usize,
    value: usize,
    nest: Nested<'n>,
}

/// The indices of a label, one after the other.
#[derive(Debug)]
pub struct Indices<'n> {
    next: Index<'n>,
    end: usize,
    step: usize,
}

/// Which run of a nest something is of: nothing of another run is taken for it.
pub(crate) type Nested<'n> = PhantomData<fn(&'n ()) -> &'n ()>;

impl<'n, V: Copy, const L: usize> Loops<'n, V, L> {
    /// The loops below these extents.
    ///
    /// # Safety
    /// - The strides of all tensors of the run `'n` lead, for all indices below the extents, to elements of them.
    /// - Vectors `V` have `lane.step` elements, of which `lane.start` to `lane.end`, not beyond the extent of the label, is a
    ///   multiple, and the extent is at least as much if there are any; they have one element if there is no such label.
    #[inline(always)]
    pub(crate) unsafe fn new(extents: [usize; L], lane: Lane) -> Self {
        Self { extents, lane, vectors: PhantomData, nest: PhantomData }
    }

    /// The indices of a label; where vectors lie along it, those of their first elements.
    ///
    /// # Panics
    /// If there is no such label.
    #[inline(always)]
    #[must_use]
    pub fn over(self, label: usize) -> Indices<'n> {
        let Lane { label: lane, start, end, step } = self.lane;
        let (start, end, step) = if label == lane { (start, end, step) } else { (0, self.extents[label], 1) };
        Indices { next: Index { label, value: start, nest: PhantomData }, end, step }
    }
}

impl<'n> Iterator for Indices<'n> {
    type Item = Index<'n>;

    #[inline(always)]
    fn next(&mut self) -> Option<Index<'n>> {
        let next = self.next;
        // (Before it is moved on, which beyond the end would wrap in the end.)
        if next.value >= self.end {
            return None;
        }
        self.next.value = next.value.wrapping_add(self.step);
        Some(next)
    }
}

impl Index<'_> {
    #[inline(always)]
    pub(crate) fn label(self) -> usize {
        self.label
    }

    #[inline(always)]
    pub(crate) fn value(self) -> usize {
        self.value
    }
}
