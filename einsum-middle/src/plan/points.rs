//! Sample extents, and what splits cost at them.

use super::{network::Network, random::Random, splits::Splits};

use crate::{few::List, tuning::WEIGHT_SAMPLES};

/// Extents of all labels. Those that are given do not count.
#[derive(Clone, Debug)]
pub(super) struct Point(pub(super) Vec<f64>);

/// Sample extents: between 2 and 8, 32, 128 or 512 in turn, evenly by their logarithms.
pub(super) fn points(network: &Network, count: usize) -> Vec<Point> {
    let mut random = Random(network.labels.len() as u64);
    let largest = [8.0, 32.0, 128.0, 512.0].into_iter().cycle().take(count);
    let mut extents = |largest| network.labels.mapped(|_| random.log_uniform(2.0, largest).round());
    largest.map(|largest| Point(extents(largest))).collect()
}

/// How often every split is in the best path at some extents, and once more.
pub(super) fn taken(network: &Network, splits: &Splits) -> Vec<usize> {
    let mut counts = vec![1; splits.len()];
    for split in
        split_flops(network, splits, &points(network, WEIGHT_SAMPLES)).iter().flat_map(|flops| splits.best(flops).1)
    {
        counts[split] += 1;
    }
    counts
}

/// The cost of every split, at every point.
pub(super) fn split_flops(network: &Network, splits: &Splits, points: &[Point]) -> Vec<Vec<f64>> {
    let monomials = splits.splits().map(|split| &split.flops);
    let monomials = monomials
        .map(|flops| (flops.coefficient, flops.labels.iter().filter_map(|label| network.number(label)).collect()));
    let monomials: Vec<(f64, Vec<usize>)> = monomials.collect();
    let value = |point: &Point, (coefficient, labels): &(f64, Vec<usize>)| {
        labels.iter().fold(*coefficient, |product, label| product * point.0[*label])
    };
    points.mapped(|point| monomials.mapped(|monomial| value(point, monomial)))
}
