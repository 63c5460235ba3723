//! Searches at sample extents, for einsums whose extents are not given.
//!
//! For up to `SYMBOLIC_MAX_OPERANDS` operands they add what the symbolic search may have lost; for
//! more operands they are the search.

use super::{
    cost::Objective,
    dense::Dense,
    greedy,
    network::Network,
    path::Path,
    points::{Point, points, split_flops},
    programme::Programme,
    splits::{Splits, pairs_of},
    symbolic::{self, Measure},
};
use crate::{
    few::Set,
    ir::MaxIntermediate,
    tuning::{LIMIT_TIGHTNESS, REFINED_SAMPLES, SAMPLED_EXACT_MAX_OPERANDS, SPLITS_MAX_LOSS, splits_samples},
};

/// Splits of up to `SYMBOLIC_MAX_OPERANDS` operands: those that are worth a step whatever the
/// extents, and those that are better by more than 2 % at a sample.
pub(super) fn refined(
    network: &Network,
    dense: &Dense,
    objective: Objective,
    limit: Option<MaxIntermediate>,
) -> Splits {
    let points = points(network, REFINED_SAMPLES);
    let mut pairs = symbolic::search(network, dense, Measure::Flops(objective), &points[..16]);
    if limit.is_some() {
        pairs.extend(symbolic::search(network, dense, Measure::Elements, &points[..16]));
    }
    let splits = Splits::new(network, objective, pairs.clone());
    let mut added = Set::default();
    for (point, flops) in points.iter().zip(split_flops(network, &splits, &points)) {
        let extents = extents(network, dense, point);
        let flops = splits.least(&flops);
        let programme = programme(network, dense, &extents, objective);
        added.extend(programme.cheapest(flops / SPLITS_MAX_LOSS));
        added.extend(limit.iter().flat_map(|limit| small(&programme, *limit)));
    }
    Splits::new(network, objective, pairs.into_iter().chain(added.iter().flat_map(pairs_of)))
}

/// Splits of any number of operands: those of the best paths at sample extents.
pub(super) fn sampled(network: &Network, objective: Objective, limit: Option<MaxIntermediate>) -> Splits {
    let dense = Dense::of_network(network).filter(|dense| dense.operands <= SAMPLED_EXACT_MAX_OPERANDS);
    let mut paths = Set::default();
    for point in points(network, splits_samples(network.operands.len())) {
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

/// Cheapest paths within limits: from the smallest that there is a path for, and a limit that is known.
fn small(programme: &Programme, limit: MaxIntermediate) -> Vec<Path> {
    let smallest = programme.smallest();
    let limits = LIMIT_TIGHTNESS.map(|factor| factor * smallest).into_iter().chain(limit.known());
    limits.filter_map(|limit| Programme { limit, ..*programme }.cheapest(f64::INFINITY)).collect()
}

/// Cheap paths within limits, as good as they can be found where there are many operands.
fn small_of_many(network: &Network, path: &Path, objective: Objective, limit: MaxIntermediate) -> Vec<Path> {
    let largest = path.largest_intermediate(network);
    let limits = LIMIT_TIGHTNESS.map(|factor| largest / factor / 2.0).into_iter().chain(limit.known()).map(Some);
    limits.map(|limit| greedy::improved(network, &greedy::quick(network, limit), objective, limit)).collect()
}

/// The extents of classes.
fn extents(network: &Network, dense: &Dense, point: &Point) -> Vec<f64> {
    dense.extents(|label| network.extents[label].unwrap_or(point.0[label]).max(1.0))
}
