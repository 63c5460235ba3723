//! Where extents are not given: searches at sample extents.
//!
//! For up to [`symbolic::MAX_OPERANDS`] operands they add what the symbolic search may have lost; for
//! more operands they are the search.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    cost::Objective,
    dense::{Dense, MAX_OPERANDS},
    exact::Programme,
    greedy,
    network::Network,
    path::Path,
    random::Random,
    splits::{Splits, pairs_of},
    symbolic,
};
use crate::ir::Label;

/// By how much the best path of the splits may be worse than the best of all.
const LOSS: f64 = 1.02;

/// Extents of all labels. Those that are given do not count.
#[derive(Clone, Debug)]
pub(super) struct Point(pub(super) Vec<f64>);

/// Sample extents: between 2 and 8, 32, 128 or 512 in turn, evenly by their logarithms.
pub(super) fn points(network: &Network, count: usize) -> Vec<Point> {
    let mut random = Random(network.labels.len() as u64);
    let largest = [8.0, 32.0, 128.0, 512.0].into_iter().cycle().take(count);
    let mut extents = |largest| network.labels.iter().map(|_| random.log_uniform(2.0, largest).round()).collect();
    largest.map(|largest| Point(extents(largest))).collect()
}

/// Splits of up to [`symbolic::MAX_OPERANDS`] operands: those that are worth a step whatever the
/// extents, and those that are better by more than 2 % at a sample.
pub(super) fn refined(network: &Network, dense: &Dense, objective: Objective, limit: Option<f64>) -> Splits {
    let points = points(network, 48);
    let pairs = symbolic::search(network, dense, objective, &points[..16]);
    let splits = Splits::new(network, objective, pairs.clone());
    let mut added = BTreeSet::new();
    for (point, flops) in points.iter().zip(split_flops(network, &splits, &points)) {
        let extents = extents(network, dense, point);
        let flops = splits.least(&flops);
        let programme = Programme { dense, extents: &extents, objective, limit: f64::INFINITY, is_part: false };
        added.extend(programme.cheapest(flops / LOSS));
        added.extend(limit.and_then(|limit| small(&programme, limit)));
    }
    Splits::new(network, objective, pairs.into_iter().chain(added.iter().flat_map(pairs_of)))
}

/// Splits of any number of operands: those of the best paths at sample extents.
pub(super) fn sampled(network: &Network, objective: Objective, limit: Option<f64>) -> Splits {
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
        let quick = greedy::quick(&numbered, limit);
        let Some(dense) = &dense else {
            paths.insert(greedy::improved(&numbered, &quick, objective, limit));
            continue;
        };
        let extents = extents(network, dense, &point);
        let programme = Programme { dense, extents: &extents, objective, limit: f64::INFINITY, is_part: false };
        let bound = quick.flops(&numbered, objective);
        paths.insert(programme.cheapest(bound).unwrap_or(quick));
        paths.extend(limit.and_then(|limit| small(&programme, limit)));
    }
    Splits::of_paths(network, objective, &paths)
}

/// The cheapest path within the limit or, where there is none, of those whose largest intermediate
/// is smallest.
fn small(programme: &Programme, limit: f64) -> Option<Path> {
    let limit = programme.smallest().max(limit);
    Programme { limit, ..*programme }.cheapest(f64::INFINITY)
}

/// The extents of classes.
fn extents(network: &Network, dense: &Dense, point: &Point) -> Vec<f64> {
    dense.extents(|label| network.extents[label].unwrap_or(point.0[label]).max(1.0))
}

/// What every split costs, at every point.
pub(super) fn split_flops(network: &Network, splits: &Splits, points: &[Point]) -> Vec<Vec<f64>> {
    let numbers: BTreeMap<&Label, usize> = network.labels.iter().enumerate().map(|(number, l)| (l, number)).collect();
    let monomials = splits.splits().map(|split| &split.flops);
    let monomials =
        monomials.map(|flops| (flops.coefficient, flops.labels.iter().map(|label| numbers[label]).collect()));
    let monomials: Vec<(f64, Vec<usize>)> = monomials.collect();
    let value = |point: &Point, (coefficient, labels): &(f64, Vec<usize>)| {
        labels.iter().fold(*coefficient, |product, label| product * point.0[*label])
    };
    points.iter().map(|point| monomials.iter().map(|monomial| value(point, monomial)).collect()).collect()
}
