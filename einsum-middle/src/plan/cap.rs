//! No more splits than asked for, where a search leaves too many.

use super::{
    network::Network,
    options::Options,
    points::{Point, points, split_flops},
    splits::Splits,
};

use crate::{
    few::Set,
    tuning::{CAP_SAMPLES, LIMIT_TIGHTNESS},
};

/// The splits, `most` of them at most, that the best paths at sample extents have most often.
///
/// Splits that are in the fewest best paths are dropped, half of what is too many at a time; then
/// the best paths are sought again, among the splits that are left. So they come to have more and more in
/// common. One path always stays: that which is best on the (geometric) average. Where intermediates are
/// limited, one more stays, of those whose largest intermediate is the smallest.
pub(super) fn capped(network: &Network, options: &Options, splits: Splits) -> Splits {
    let Options { objective, max_splits: most, .. } = *options;
    if splits.len() <= most {
        return splits;
    }
    let points = points(network, CAP_SAMPLES);
    let flops = split_flops(network, &splits, &points);
    let mut safe = safe_path(&splits, &flops);
    let limited = options.max_intermediate.map(|_| limited(network, &splits, &points, &flops)).unwrap_or_default();
    safe.extend(limited.first().into_iter().flat_map(|flops| safe_path(&splits, flops)));
    let flops = flops.into_iter().chain(limited.into_iter().flatten()).collect();
    let kept = most_used(&splits, &safe, flops, most);
    let pairs = splits.pairs().zip(kept).filter(|(_, is_kept)| *is_kept).map(|(pair, _)| pair);
    Splits::new(network, objective, pairs)
}

/// The cost of splits at every sample extent where intermediates are limited, by limits that are more
/// and more generous.
fn limited(network: &Network, splits: &Splits, points: &[Point], flops: &[Vec<f64>]) -> Vec<Vec<Vec<f64>>> {
    let within = |times: f64| {
        let at = |(point, flops): (&Point, &Vec<f64>)| {
            splits.tight(|label| network.number(label).map_or(1.0, |number| point.0[number]), flops, times)
        };
        points.iter().zip(flops).map(at).collect()
    };
    LIMIT_TIGHTNESS.map(within).into()
}

/// Which splits stay; `flops` is what they cost, for every sample.
fn most_used(splits: &Splits, safe: &Set<usize>, mut flops: Vec<Vec<f64>>, most: usize) -> Vec<bool> {
    let most = most.max(safe.len());
    loop {
        let counts = counts(splits, &flops, safe);
        let mut left: Vec<usize> = (0..counts.len()).filter(|split| counts[*split] > 0).collect();
        if left.len() <= most {
            return counts.into_iter().map(|count| count > 0).collect();
        }
        left.sort_by_key(|split| (counts[*split], *split));
        left.truncate((left.len() - most).div_ceil(2));
        for flops in &mut flops {
            for split in &left {
                flops[*split] = f64::INFINITY;
            }
        }
    }
}

/// The number of best paths that every split is in; to be in the safe one counts for more than any number.
fn counts(splits: &Splits, flops: &[Vec<f64>], safe: &Set<usize>) -> Vec<usize> {
    let mut counts = vec![0; splits.len()];
    let best = flops.iter().map(|flops| splits.best(flops));
    // A sample that no path is left for, within its limit, has no say: it would name splits that are dropped.
    for split in best.filter(|(cost, _)| cost.is_finite()).flat_map(|(_, path)| path) {
        counts[split] += 1;
    }
    for split in safe {
        counts[*split] = usize::MAX;
    }
    counts
}

/// Of the best paths at some samples, the one that is best on the (geometric) average.
fn safe_path(splits: &Splits, flops: &[Vec<f64>]) -> Set<usize> {
    let paths: Set<Vec<usize>> = flops.iter().map(|flops| splits.best(flops).1).collect();
    let average = |path: &Vec<usize>| -> f64 {
        flops.iter().map(|flops| path.iter().map(|split| flops[*split]).sum::<f64>().ln()).sum()
    };
    let best = paths.iter().min_by(|a, b| average(a).total_cmp(&average(b)));
    best.into_iter().flatten().copied().collect()
}
