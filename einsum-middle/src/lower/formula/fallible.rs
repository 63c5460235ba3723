//! Steps by which it turns out that an index is too large, before those that write to what the user has.
//!
//! Indices that are given are looked through before the first step, those that the formula computes where they are computed: so that must
//! be before anything of the user's is written, or an error would leave half of a result behind.

use super::{LoweredFormula, Work};
use crate::ir::formula::Elements;

impl LoweredFormula {
    /// Moves the steps that compute indices, with those between that they read, before the first that writes to what the user has.
    pub(super) fn indices_first(&mut self) {
        for number in 0..self.steps.len() {
            if !self.computes_indices(&self.steps[number].work) {
                continue;
            }
            if let Some(first) = self.first_written().filter(|first| *first < number) {
                for (place, step) in self.needed(first, number).into_iter().enumerate() {
                    self.steps[first + place..=step].rotate_right(1);
                }
            }
        }
    }

    /// A step and those from the first on that it needs, in order.
    fn needed(&self, first: usize, number: usize) -> Vec<usize> {
        let mut needed = vec![number];
        for step in (first..number).rev() {
            let written = self.written(&self.steps[step].work);
            if needed.iter().any(|later| self.read(&self.steps[*later].work).contains(&written)) {
                needed.push(step);
            }
        }
        needed.reverse();
        needed
    }

    /// The number of the first step that writes to what the user has.
    #[must_use]
    pub fn first_written(&self) -> Option<usize> {
        self.steps.iter().position(|step| self.targets.contains(&self.written(&step.work)))
    }

    /// Whether a step makes a local of indices.
    fn computes_indices(&self, work: &Work) -> bool {
        let written = self.written(work);
        self.formula.tensor(written).elements == Elements::Indices && !self.targets.contains(&written)
    }

    /// Checks that what the user has is not written before all indices are there.
    pub(super) fn verify_indices(&self) -> Result<(), String> {
        let first = self.first_written().unwrap_or(self.steps.len());
        match self.steps[first..].iter().find(|step| self.computes_indices(&step.work)) {
            Some(step) => Err(format!("`{}` are indices, computed too late", self.name(self.written(&step.work)))),
            None => Ok(()),
        }
    }
}
