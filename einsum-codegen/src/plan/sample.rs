//! Where extents are not given: searches at sample extents.
//!
//! For up to [`symbolic::MAX_OPERANDS`] operands they add what the symbolic search may have lost; for
//! more operands they are the search.

use std::collections::BTreeSet;

use super::{
    cost::Objective,
    dense::{Dense, MAX_OPERANDS},
    greedy,
    network::Network,
    path::Path,
    points::{Point, points, split_flops},
    programme::Programme,
    splits::{Splits, pairs_of},
    symbolic::{self, Measure},
};
use crate::ir::MaxIntermediate;

/// By how much the best path of the splits may be worse than the best of all.
const LOSS: f64 = 1.02;

/// Splits of up to [`symbolic::MAX_OPERANDS`] operands: those that are worth a step whatever the
/// extents, and those that are better by more than 2 % at a sample.
pub(super) fn refined(
    network: &Network,
    dense: &Dense,
    objective: Objective,
    limit: Option<MaxIntermediate>,
) -> Splits {
    let points = points(network, 48);
    let mut pairs = symbolic::search(network, dense, Measure::Flops(objective), &points[..16]);
    if limit.is_some() {
        pairs.extend(symbolic::search(network, dense, Measure::Elements, &points[..16]));
    }
    let splits = Splits::new(network, objective, pairs.clone());
    let mut added = BTreeSet::new();
    for (point, flops) in points.iter().zip(split_flops(network, &splits, &points)) {
        let extents = extents(network, dense, point);
        let flops = splits.least(&flops);
        let programme = programme(network, dense, &extents, objective);
        added.extend(programme.cheapest(flops / LOSS));
        added.extend(limit.iter().flat_map(|limit| small(&programme, *limit)));
    }
    Splits::new(network, objective, pairs.into_iter().chain(added.iter().flat_map(pairs_of)))
}

/// Splits of any number of operands: those of the best paths at sample extents.
pub(super) fn sampled(network: &Network, objective: Objective, limit: Option<MaxIntermediate>) -> Splits {
    let dense = Dense::of_network(network).filter(|dense| dense.operands <= 10);
    let count = match network.operands.len() {
        ..=8 => 48,
        9..=10 => 24,
        11..=MAX_OPERANDS => 12,
        _ => 6,
    };
    let mut paths = BTreeSet::new();
    for point in points(network, count) {
        let numbered = network.with_extents(&point.0);
        let quick = greedy::quick(&numbered, None);
        let Some(dense) = &dense else {
            let path = greedy::improved(&numbered, &quick, objective, None);
            paths.extend(limit.iter().flat_map(|limit| small_of_many(&numbered, &path, objective, *limit)));
            paths.insert(path);
            continue;
        };
        let extents = extents(network, dense, &point);
        let programme = programme(network, dense, &extents, objective);
        let bound = quick.flops(&numbered, objective);
        paths.insert(programme.cheapest(bound).unwrap_or(quick));
        paths.extend(limit.iter().flat_map(|limit| small(&programme, *limit)));
    }
    Splits::of_paths(network, objective, &paths)
}

fn programme<'a>(network: &Network, dense: &'a Dense, extents: &'a [f64], objective: Objective) -> Programme<'a> {
    Programme { dense, extents, objective, limit: f64::INFINITY, is_part: network.is_part }
}

/// By how much limits are tried to be above the smallest that can be kept, or below the largest
/// intermediate of a path that keeps none: what is between them is the run time's to combine.
pub(super) const TIGHTNESS: [f64; 3] = [1.0, 8.0, 64.0];

/// Cheapest paths within limits: from the smallest that there is a path for, and a limit that is known.
fn small(programme: &Programme, limit: MaxIntermediate) -> Vec<Path> {
    let smallest = programme.smallest();
    let limits = TIGHTNESS.map(|factor| factor * smallest).into_iter().chain(limit.known());
    limits.filter_map(|limit| Programme { limit, ..*programme }.cheapest(f64::INFINITY)).collect()
}

/// Cheap paths within limits, as good as they can be found where there are many operands.
fn small_of_many(network: &Network, path: &Path, objective: Objective, limit: MaxIntermediate) -> Vec<Path> {
    let largest = path.largest_intermediate(network);
    let limits = TIGHTNESS.map(|factor| largest / factor / 2.0).into_iter().chain(limit.known()).map(Some);
    limits.map(|limit| greedy::improved(network, &greedy::quick(network, limit), objective, limit)).collect()
}

/// The extents of classes.
fn extents(network: &Network, dense: &Dense, point: &Point) -> Vec<f64> {
    dense.extents(|label| network.extents[label].unwrap_or(point.0[label]).max(1.0))
}
