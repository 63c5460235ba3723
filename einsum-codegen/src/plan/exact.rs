//! The best path, if all extents are given: a dynamic programme over the subsets of up to
//! 16 operands.

use std::fmt;

use super::{
    cost::Objective,
    dense::{Dense, Mask, MaskSplit, splits},
    greedy,
    network::Network,
    path::Path,
};

/// No path has intermediates as small as is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TooLarge {
    /// What is asked for, in elements.
    pub limit: f64,
    /// The largest intermediate of the path whose largest intermediate is smallest.
    pub smallest: f64,
    /// Whether that is certain; above 16 operands it is the smallest that was found.
    pub is_exact: bool,
}

/// What the best path of every subset costs.
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

/// The path of the fewest flops, of all. `None` if there are more than 16 operands, or
/// more kinds of labels than 128.
///
/// # Errors
/// If every path has an intermediate of more than `limit` elements.
///
/// # Panics
/// If an extent is not given.
#[must_use]
pub fn search(network: &Network, objective: Objective, limit: Option<f64>) -> Option<Result<Path, TooLarge>> {
    assert!(network.is_given(), "extents of `{network}`");
    let dense = Dense::of_network(network)?;
    let extents = dense.extents(|label| network.size(&[label]));
    let bound = greedy::quick(network, limit);
    let limit = limit.unwrap_or(f64::INFINITY);
    let programme = Programme { dense: &dense, extents: &extents, objective, limit, is_part: network.is_part };
    let cost = bound.flops(network, objective);
    let fits = bound.largest_intermediate(network) <= limit;
    let sums = largest_sum(network);
    let path = if sums <= limit { programme.cheapest(if fits { cost } else { f64::INFINITY }) } else { None };
    Some(match path {
        Some(path) => Ok(path),
        None if fits => Ok(bound),
        None => Err(TooLarge { limit, smallest: programme.smallest().max(sums), is_exact: true }),
    })
}

/// The largest operand after its lone labels are summed, which no order avoids.
pub(super) fn largest_sum(network: &Network) -> f64 {
    let is_intermediate = network.operands.len() > 1 || network.is_part;
    let summed = (0..network.operands.len()).filter(|operand| is_intermediate && network.has_lone_label(*operand));
    summed.map(|operand| network.size(&network.kept(&[operand]))).fold(0.0, f64::max)
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
        self.dense.kept.iter().map(|labels| labels.size(self.extents)).collect()
    }

    fn is_intermediate(&self, mask: Mask) -> bool {
        mask != self.dense.all() || self.is_part
    }
}

fn split_of(mask: Mask, lhs: Mask) -> MaskSplit {
    MaskSplit { lhs, rhs: mask ^ lhs }
}

impl TooLarge {
    /// Of two groups, of which neither has a path.
    pub(super) fn and(self, other: Self) -> Self {
        let is_exact = self.is_exact && other.is_exact;
        Self { smallest: self.smallest.max(other.smallest), is_exact, ..self }
    }
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { limit, smallest, is_exact } = self;
        let found = if *is_exact { "possible is" } else { "found has" };
        write!(f, "every order has an intermediate of more than {limit} elements; the smallest {found} {smallest}")
    }
}

impl std::error::Error for TooLarge {}
