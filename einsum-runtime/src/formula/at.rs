//! Indices of a vector.

use super::form::Form;

/// The indices of a vector: those of its first element, and the label that grows by 1 from element to element, up to the last that the map
/// has. Elements beyond have that index, too: a function of the user's sees none but those of the map.
#[derive(Clone, Copy, Debug)]
pub struct At<const L: usize> {
    indices: [isize; L],
    lane: usize,
    last: isize,
}

impl<const L: usize> At<L> {
    #[inline(always)]
    pub(crate) fn new(indices: [isize; L], lane: usize, last: isize) -> Self {
        Self { indices, lane, last }
    }

    /// How far the label has grown at an element.
    #[inline(always)]
    pub(crate) fn along(&self, element: usize) -> isize {
        element.cast_signed().min(self.last)
    }

    /// The value of a form at the first element, and by how much it grows as the label does.
    #[inline(always)]
    pub(crate) fn line(&self, form: Form<L>) -> (isize, isize) {
        let step = form.factors().get(self.lane).copied().unwrap_or(0);
        (form.at(&self.indices), step)
    }
}
