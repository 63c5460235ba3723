//! Indices of a vector.

use super::form::Form;

/// The indices of a vector: those of its first element, and the label that grows by 1 from element to element.
#[derive(Clone, Copy, Debug)]
pub struct At<const L: usize> {
    indices: [isize; L],
    lane: usize,
}

impl<const L: usize> At<L> {
    #[inline(always)]
    pub(crate) fn new(indices: [isize; L], lane: usize) -> Self {
        Self { indices, lane }
    }

    /// The value of a form at the first element, and by how much it grows from element to element.
    #[inline(always)]
    pub(crate) fn line(&self, form: Form<L>) -> (isize, isize) {
        let step = form.factors().get(self.lane).copied().unwrap_or(0);
        (form.at(&self.indices), step)
    }
}
