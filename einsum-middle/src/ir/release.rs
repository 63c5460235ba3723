//! When intermediates are let go, so that what is computed after them can have their memory.

use super::{Choice, ContractionTree, Guard, Kind, Step, ValueId};
use crate::few::sort;

impl ContractionTree {
    /// The intermediates that nothing needs after this step, if it is taken: those that it reads or
    /// computes, that are no results, and that no step after it reads which may be taken as well. (What is
    /// computed in any case is let go in any case, after the last step that may read it.) None after the
    /// last step: all of them are let go then.
    #[must_use]
    pub fn released(&self, step: usize) -> Vec<ValueId> {
        let (before, after) = self.steps.split_at(step + 1);
        let Some(step) = before.last() else { return Vec::new() };
        if after.iter().all(|later| self.exclude(step.guard, later.guard)) {
            return Vec::new();
        }
        let mut values: Vec<ValueId> = step.values().collect();
        sort(&mut values);
        values.dedup();
        let is_needed = |value: ValueId| {
            let may_follow = |later: &&Step| !self.value(value).optional || !self.exclude(step.guard, later.guard);
            after.iter().filter(may_follow).any(|later| later.values().any(|other| other == value))
        };
        let is_computed = |value: ValueId| before.iter().any(|step| step.result == value);
        values.retain(|value| self.value(*value).kind == Kind::Intermediate && is_computed(*value));
        values.retain(|value| !self.results.contains(value) && !is_needed(*value));
        values
    }

    /// Whether no step before this one that computes the same value is taken if this one is: its value is new.
    #[must_use]
    pub fn is_new(&self, step: usize) -> bool {
        let Step { result, guard, .. } = self.steps[step];
        self.steps[..step].iter().all(|before| before.result != result || self.exclude(before.guard, guard))
    }

    /// Whether steps with these guards are never both taken.
    fn exclude(&self, one: Option<Guard>, other: Option<Guard>) -> bool {
        let (Some(one), Some(other)) = (one, other) else { return false };
        one.choice == other.choice && self.choices[one.choice].excludes(one, other)
    }
}

impl Step {
    /// The values that it reads, and the one that it computes.
    fn values(&self) -> impl Iterator<Item = ValueId> {
        self.factors.iter().map(|factor| factor.value).chain([self.result])
    }
}

impl Choice {
    /// Whether two alternatives are never both chosen: there is one for a subset, and a subset is a part
    /// of one other.
    fn excludes(&self, one: Guard, other: Guard) -> bool {
        if one.subset == other.subset {
            return one.alternative != other.alternative;
        }
        let parts = |guard: Guard| self.subsets[guard.subset][guard.alternative].parts;
        parts(one).iter().any(|part| parts(other).contains(part))
    }
}
