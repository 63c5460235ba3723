//! The loops of a nest, and the indices that come out of them.

use core::marker::PhantomData;

/// The loops of one run of a nest, a range of indices for each label.
#[derive(Clone, Copy, Debug)]
pub struct Loops<'n, V, const L: usize> {
    extents: [usize; L],
    /// The labels along which vectors lie, and rows of vectors, and their indices.
    lanes: [Lane; 2],
    vectors: PhantomData<V>,
    nest: Nested<'n>,
}

/// A label along which vectors lie, or rows of them, and those of its indices that are computed: as many as several vectors have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lane {
    /// The number of the label, or one beyond all if there is none.
    pub(crate) label: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// How many elements a vector has, or how many rows there are at a time.
    pub(crate) step: usize,
}

impl Lane {
    /// No label: of vectors that are one row.
    pub(crate) const NONE: Self = Self { label: usize::MAX, start: 0, end: 1, step: 1 };
}

/// An index of a label of the run `'n`: below the extent of the label, and where vectors or rows lie along it, by as many as they have.
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
    /// - Vectors `V` have `step` elements along the label of the first lane, and as many rows as the second one has, of which `start` to
    ///   `end`, not beyond the extent of the label, is a multiple, and the extent is at least as much if there are any; they have one
    ///   if there is no such label.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) unsafe fn new(extents: [usize; L], lanes: [Lane; 2]) -> Self {
        Self { extents, lanes, vectors: PhantomData, nest: PhantomData }
    }

    /// The indices of a label; where vectors or rows of them lie along it, those of their first elements.
    ///
    /// # Panics
    /// If there is no such label.
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[must_use]
    pub fn over(self, label: usize) -> Indices<'n> {
        let whole = Lane { label, start: 0, end: self.extents[label], step: 1 };
        let [lane, rows] = self.lanes;
        let Lane { start, end, step, .. } = if label == lane.label {
            lane
        } else if label == rows.label {
            rows
        } else {
            whole
        };
        Indices { next: Index { label, value: start, nest: PhantomData }, end, step }
    }
}

impl<'n> Iterator for Indices<'n> {
    type Item = Index<'n>;

    #[cfg_attr(not(debug_assertions), inline(always))]
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
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn label(self) -> usize {
        self.label
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn value(self) -> usize {
        self.value
    }
}
