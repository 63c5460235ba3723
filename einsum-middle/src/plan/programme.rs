//! The best path of few tensors: a dynamic programme over their subsets.

use super::{
    cost::Objective,
    dense::{Dense, Mask, MaskSplit, splits},
    path::Path,
};
use crate::few::List;

/// A search for the cheapest path within a limit, from subset to subset.
pub(super) struct Programme<'a> {
    pub(super) dense: &'a Dense,
    /// The extents of classes.
    pub(super) extents: &'a [f64],
    pub(super) objective: Objective,
    /// How many elements an intermediate may have.
    pub(super) limit: f64,
    /// Whether the result is an intermediate too.
    pub(super) is_part: bool,
}

impl Programme<'_> {
    /// The path of the fewest flops, if there is one of fewer than `bound`.
    ///
    /// A subset is not used if what it costs, and to read it once, is above the bound.
    pub(super) fn cheapest(&self, bound: f64) -> Option<Path> {
        let all = self.dense.all();
        let sizes = self.sizes();
        let mut costs = vec![f64::INFINITY; sizes.len()];
        let mut chosen = vec![0; sizes.len()];
        for mask in 1..=all {
            if mask.is_power_of_two() {
                costs[mask as usize] = 0.0;
                continue;
            }
            let size = sizes[mask as usize];
            if size > self.limit && self.is_intermediate(mask) {
                continue;
            }
            let mut best = if mask == all { bound } else { bound - size };
            // Written out: a debug build passes here 3^n / 2 times.
            let rest = mask & (mask - 1);
            let mut rhs = rest;
            while rhs != 0 {
                let lhs = mask ^ rhs;
                let parts = costs[lhs as usize] + costs[rhs as usize];
                if parts + size < best {
                    let cost = parts + self.step(MaskSplit { lhs, rhs });
                    if cost < best {
                        best = cost;
                        chosen[mask as usize] = lhs;
                        costs[mask as usize] = cost;
                    }
                }
                rhs = (rhs - 1) & rest;
            }
        }
        costs[all as usize].is_finite().then(|| self.dense.path(|mask| split_of(mask, chosen[mask as usize])))
    }

    /// The smallest that the largest intermediate of a path can be.
    pub(super) fn smallest(&self) -> f64 {
        let sizes = self.sizes();
        let mut largest = vec![0.0_f64; sizes.len()];
        for mask in (1..=self.dense.all()).filter(|mask| !mask.is_power_of_two()) {
            let parts = splits(mask).map(|split| largest[split.lhs as usize].max(largest[split.rhs as usize]));
            let size = if self.is_intermediate(mask) { sizes[mask as usize] } else { 0.0 };
            largest[mask as usize] = parts.fold(f64::INFINITY, f64::min).max(size);
        }
        largest[self.dense.all() as usize]
    }

    /// The flops of a step.
    fn step(&self, split: MaskSplit) -> f64 {
        let (weight, labels) = self.dense.step(split, self.objective);
        weight * labels.size(self.extents)
    }

    fn sizes(&self) -> Vec<f64> {
        self.dense.kept.mapped(|labels| labels.size(self.extents))
    }

    fn is_intermediate(&self, mask: Mask) -> bool {
        mask != self.dense.all() || self.is_part
    }
}

fn split_of(mask: Mask, lhs: Mask) -> MaskSplit {
    MaskSplit { lhs, rhs: mask ^ lhs }
}
