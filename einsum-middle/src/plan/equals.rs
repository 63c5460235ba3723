//! The order that is [preferred](super::preference) among those of as few flops, where all extents are given.

use super::{
    cost::Objective,
    dense::{Mask, operands_in, splits as splits_of},
    network::Network,
    path::Path,
    preference::{Costs, step, sum},
    splits::{Split, Splits},
};
use crate::tuning::{PREFERENCE_MAX_FLOPS, PREFERENCE_MAX_OPERANDS};

/// The path that is preferred to this one among those of as few flops, all extents given; if none is, or there are many, this one.
pub(super) fn among_equals(network: &Network, objective: Objective, path: Path) -> Path {
    let is_small = path.flops(network, objective) <= PREFERENCE_MAX_FLOPS;
    if !is_small || !(3..=PREFERENCE_MAX_OPERANDS).contains(&network.operands.len()) {
        return path;
    }
    let all: Mask = (1 << network.operands.len()) - 1;
    let pairs = (1..=all).filter(|mask| !mask.is_power_of_two()).flat_map(splits_of);
    let pairs = pairs.map(|split| (operands_in(split.lhs), operands_in(split.rhs)));
    let preferred = Splits::new(network, objective, pairs).first();
    if costs(network, objective, &preferred) < costs(network, objective, &path) { preferred } else { path }
}

/// The cost of a path: the sum of those of its steps.
fn costs(network: &Network, objective: Objective, path: &Path) -> Costs {
    let splits = Splits::of_paths(network, objective, [path]);
    let factors = |split: &Split| [split.lhs, split.rhs].map(|part| splits.subsets[part.0].operands.as_slice());
    splits.splits().map(|split| step(network, factors(split), &split.flops)).fold([0.0; 2], sum)
}
