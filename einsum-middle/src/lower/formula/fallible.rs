//! Steps that can find that an index is too large, before those that write to what the user has.
//!
//! Indices that are given are looked through before the first step. Those that the formula computes are known when they are computed: a
//! gather by them must be before anything of the user's is written, or an error would leave half of a result behind.

use super::{FormulaStep, LoweredFormula, Work};
use crate::ir::formula::{Access, Index};

impl LoweredFormula {
    /// Moves the steps that write to what the user has behind the last gather by computed indices, if they stand before it, and if
    /// nothing between needs what they write, or writes what they read.
    pub(super) fn gathers_first(&mut self) {
        let Some(last) = self.steps.iter().rposition(|step| self.may_fail(&step.work)) else { return };
        for number in (0..last).rev() {
            let (work, between) = (&self.steps[number].work, &self.steps[number + 1..=last]);
            if self.targets.contains(&self.written(work)) && between.iter().all(|step| self.may_swap(work, step)) {
                self.steps[number..=last].rotate_left(1);
            }
        }
    }

    /// The number of the first step that writes to what the user has.
    #[must_use]
    pub fn first_written(&self) -> Option<usize> {
        self.steps.iter().position(|step| self.targets.contains(&self.written(&step.work)))
    }

    /// Whether it is a gather by indices that the formula computes.
    fn may_fail(&self, work: &Work) -> bool {
        let is_computed = |access: &Access| {
            access.axes.iter().any(|axis| match &axis.index {
                Index::Gather(indices) => !self.formula.tensor(indices.tensor).kind.is_given(),
                Index::Affine(_) => false,
            })
        };
        matches!(work, Work::Gather { access, .. } if is_computed(access))
    }

    /// Whether a step can be taken before this work as well as after it.
    fn may_swap(&self, work: &Work, step: &FormulaStep) -> bool {
        let (written, by_step) = (self.written(work), self.written(&step.work));
        // (Of two steps that write to the same, the order is that of a sum.)
        written != by_step && !self.read(&step.work).contains(&written) && !self.read(work).contains(&by_step)
    }
}
