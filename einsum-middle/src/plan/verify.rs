//! The invariants of networks, paths and splits, checked in tests and under `debug_assertions`.

use super::{
    network::Network,
    path::{Path, united},
    splits::{Splits, operands_text},
};

impl Network {
    /// Checks that lists are ascending, labels are numbered, and extents positive or zero.
    ///
    /// # Errors
    /// A sentence that says what is wrong first.
    pub fn verify(&self) -> Result<(), String> {
        let is_set = |set: &Vec<usize>| set.is_sorted_by(|a, b| a < b) && set.iter().all(|l| *l < self.labels.len());
        if self.operands.is_empty() || self.extents.len() != self.labels.len() {
            return Err(format!("`{self}` has no operands, or labels without a place for their extents"));
        }
        if let Some(set) = self.operands.iter().chain([&self.output]).find(|set| !is_set(set)) {
            return Err(format!("{set:?} in `{self}` is not a set of its labels"));
        }
        match self.extents.iter().flatten().find(|extent| extent.is_nan() || **extent < 0.0) {
            Some(extent) => Err(format!("`{self}` has an extent of {extent}")),
            None => Ok(()),
        }
    }
}

impl Path {
    /// Checks that every value but the last is used once, after it is defined.
    ///
    /// # Errors
    /// A sentence that says what is wrong first.
    pub fn verify(&self) -> Result<(), String> {
        if self.operands == 0 || self.steps.len() + 1 != self.operands {
            return Err(format!("{} steps for {} operands in `{self}`", self.steps.len(), self.operands));
        }
        let mut used = vec![false; self.operands + self.steps.len()];
        for (number, (lhs, rhs)) in self.steps.iter().enumerate() {
            for value in [*lhs, *rhs] {
                if value >= self.operands + number || std::mem::replace(&mut used[value], true) {
                    return Err(format!("step {number} of `{self}` uses {value}, which it cannot"));
                }
            }
        }
        Ok(())
    }
}

impl Splits {
    /// Checks that subsets are in order, every one needed but for operands, and that every split is
    /// of all that is in the subset, into parts before it, and is there once.
    ///
    /// # Errors
    /// A sentence that says what is wrong first.
    pub fn verify(&self) -> Result<(), String> {
        let mut is_used = vec![false; self.subsets.len()];
        for (number, subset) in self.subsets.iter().enumerate() {
            let name = operands_text(&subset.operands);
            if subset.splits.is_empty() != (number < self.operands()) {
                return Err(format!("{name} is split, or is not, in its place"));
            }
            for (place, split) in subset.splits.iter().enumerate() {
                if split.lhs.0 >= number || split.rhs.0 >= number {
                    return Err(format!("{name} is split into what comes after it"));
                }
                let (lhs, rhs) = (&self.subsets[split.lhs.0].operands, &self.subsets[split.rhs.0].operands);
                if lhs.len() + rhs.len() != subset.operands.len() || united(lhs, rhs) != subset.operands {
                    return Err(format!("{name} is not {} and {}", operands_text(lhs), operands_text(rhs)));
                }
                if subset.splits[..place].iter().any(|other| other.lhs == split.lhs) {
                    return Err(format!("{name} is split twice in the same way"));
                }
                (is_used[split.lhs.0], is_used[split.rhs.0]) = (true, true);
            }
        }
        is_used.pop();
        match is_used.iter().position(|is_used| !is_used) {
            Some(number) => Err(format!("{} is never used", operands_text(&self.subsets[number].operands))),
            None => Ok(()),
        }
    }
}
