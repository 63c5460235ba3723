//! Where extents are not given: searches at sample extents.
//!
//! Three uses. For up to [`symbolic::MAX_OPERANDS`] operands they add what the symbolic search may
//! have lost; for more operands they are the search; and they are the measure by which splits are
//! dropped where there are too many.

use std::collections::BTreeSet;

use super::{
    cost::Objective,
    dense::{Dense, MAX_OPERANDS},
    exact::Programme,
    greedy,
    network::Network,
    path::Path,
    random::Random,
    splits::{Pair, Splits, pairs_of},
    symbolic,
};

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
    let points = points(network, 64);
    let pairs = symbolic::search(network, dense, objective, &points[..16]);
    let splits = Splits::new(network, objective, pairs.clone());
    let mut added = BTreeSet::new();
    for point in &points {
        let extents = extents(network, dense, point);
        let flops = choice_flops(network, &splits, point);
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

/// No more splits than `most`: those of paths that are the best at sample extents. First is the
/// path that is best on the (geometric) average; then come, one by one, the best paths of the
/// samples at which those before lose most. A path that has too many splits is passed over.
pub(super) fn capped(network: &Network, objective: Objective, splits: Splits, most: usize) -> Splits {
    if splits.len() <= most {
        return splits;
    }
    let points = points(network, 64);
    let flops: Vec<Vec<f64>> = points.iter().map(|point| split_flops(network, &splits, point)).collect();
    let best: Vec<f64> = flops.iter().map(|flops| splits.choose_among(flops).flops).collect();
    let paths: Vec<Vec<Pair>> = flops.iter().map(|flops| pairs_of(&splits.choose_among(flops).path)).collect();
    let losses = |pairs: &BTreeSet<Pair>| -> Vec<f64> {
        let is_kept = splits.pairs().map(|pair| pairs.contains(&pair)).collect::<Vec<_>>();
        let masked = |flops: &Vec<f64>| -> Vec<f64> {
            flops.iter().zip(&is_kept).map(|(flops, is_kept)| if *is_kept { *flops } else { f64::INFINITY }).collect()
        };
        let chosen = flops.iter().map(|flops| *splits.programme(&masked(flops)).0.last().unwrap_or(&0.0));
        chosen.zip(&best).map(|(flops, best)| flops / best).collect()
    };
    let average = |path: &Vec<Pair>| losses(&path.iter().cloned().collect()).iter().map(|loss| loss.ln()).sum::<f64>();
    let first = paths.iter().map(|path| (average(path), path)).min_by(|(a, _), (b, _)| a.total_cmp(b));
    let mut kept: BTreeSet<Pair> = first.into_iter().flat_map(|(_, path)| path.clone()).collect();
    let mut passed = vec![false; points.len()];
    loop {
        let losses = losses(&kept);
        let open = (0..points.len()).filter(|point| !passed[*point] && losses[*point] > 1.0);
        let Some(worst) = open.max_by(|a, b| losses[*a].total_cmp(&losses[*b])) else { break };
        let more: BTreeSet<Pair> = kept.iter().chain(&paths[worst]).cloned().collect();
        passed[worst] = true;
        kept = if more.len() <= most { more } else { kept };
    }
    Splits::new(network, objective, kept)
}

/// The extents of classes.
fn extents(network: &Network, dense: &Dense, point: &Point) -> Vec<f64> {
    dense.extents(|label| network.extents[label].unwrap_or(point.0[label]).max(1.0))
}

fn choice_flops(network: &Network, splits: &Splits, point: &Point) -> f64 {
    splits.programme(&split_flops(network, splits, point)).0.last().copied().unwrap_or(0.0)
}

/// What every split costs.
fn split_flops(network: &Network, splits: &Splits, point: &Point) -> Vec<f64> {
    let extents: std::collections::BTreeMap<&str, f64> =
        network.labels.iter().map(crate::ir::Label::name).zip(point.0.iter().copied()).collect();
    splits.splits().map(|split| split.flops.value(|label| extents[label.name()])).collect()
}
