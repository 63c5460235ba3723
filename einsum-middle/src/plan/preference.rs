//! Which of several orders is taken where any would do: of those that multiply least often, where all extents that are not given are the
//! same, the one of the least cost, for which a step counts twice
//!
//! - if no vector runs along it (`Network::has_vectors`): its numbers are sums along rows, or are gathered;
//! - if it sums nothing: it writes a number for each multiplication.
//!
//! | ns, `f32` and `f64`, Xeon (Sapphire Rapids), arrays of fixed size, all extents 4 or 8 | so | the other, or others |
//! | --- | --- | --- |
//! | `(bi,oij),bj->bo` of 4 | 30.4, 28.4 | 44.8, 39.2 |
//! | `(bi,ioj),bj->bo` of 4 | 20.3, 21.3 | 23.6, 23.9; 28.7, 43.2 |
//! | `(bi,ij),bj->b` of 8 | 27.0, 27.7 | 35.0, 37.0 |
//! | `(ijk,j),k->i` of 4 | 7.0, 11.5 | 8.7, 12.3; 6.7, 19.2 |
//! | `(ijk,i),k->j` of 8 | 24.1, 25.8 | 49.4, 61.9; 286, 300 |
//! | `(sij,si),sj->s` of 8 | 36.9, 39.8 | 52.0, 49.7 |
//!
//! Where extents are not given, steps of this order are the first of the alternatives, which the run time takes where extents are so small
//! that none is chosen, or where others cost as much.

use super::{
    cost::{Monomial, Objective},
    dense::{Mask, operands_in, splits as splits_of},
    network::Network,
    path::{Path, united},
    splits::{Split, Splits},
};
use crate::tuning::{PREFERENCE_EXTENT, PREFERENCE_MAX_FLOPS, PREFERENCE_MAX_OPERANDS};

/// What an order costs, the more important first.
type Costs = [f64; 2];

/// Puts the split first, in every subset, of the order that is preferred.
pub(super) fn prefer(splits: &mut Splits, network: &Network) {
    let mut least: Vec<Costs> = Vec::new();
    for number in 0..splits.subsets.len() {
        let costs = |place: usize| {
            let split = &splits.subsets[number].splits[place];
            let factors = [split.lhs, split.rhs].map(|part| splits.subsets[part.0].operands.as_slice());
            [least[split.lhs.0], least[split.rhs.0], step(network, factors, &split.flops)]
                .into_iter()
                .fold([0.0; 2], sum)
        };
        let places = 0..splits.subsets[number].splits.len();
        // (Of equals the first.)
        let best = places.map(|place| (costs(place), place)).reduce(|a, b| if b.0 < a.0 { b } else { a });
        if let Some((_, place)) = best {
            splits.subsets[number].splits[..=place].rotate_right(1);
        }
        least.push(best.map_or([0.0; 2], |(costs, _)| costs));
    }
}

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

/// What the steps of a path cost.
fn costs(network: &Network, objective: Objective, path: &Path) -> Costs {
    let splits = Splits::of_paths(network, objective, [path]);
    let factors = |split: &Split| [split.lhs, split.rhs].map(|part| splits.subsets[part.0].operands.as_slice());
    splits.splits().map(|split| step(network, factors(split), &split.flops)).fold([0.0; 2], sum)
}

/// The cost of a step: how often it multiplies, at extents that are the same where they are not given, and as this file says. Where all are
/// given, flops are counted and not multiplications: these decide, whatever else a step costs.
fn step(network: &Network, factors: [&[usize]; 2], flops: &Monomial) -> Costs {
    let [lhs, rhs] = factors.map(|factor| network.kept(factor));
    let (labels, operands) = (united(&lhs, &rhs), united(factors[0], factors[1]));
    let kept = network.kept(&operands);
    let multiplications = network.product(1.0, &labels).value(|_| PREFERENCE_EXTENT);
    let is_result = operands.len() == network.operands.len();
    let is_quick = kept.len() < labels.len() && network.has_vectors(factors, &kept, is_result);
    let decisive = if network.is_given() { flops.coefficient } else { multiplications };
    [decisive, if is_quick { multiplications } else { 2.0 * multiplications }]
}

fn sum([a, b]: Costs, [c, d]: Costs) -> Costs {
    [a + c, b + d]
}
