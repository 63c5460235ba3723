//! No more splits than asked for, where a search leaves too many.

use std::collections::BTreeSet;

use super::{
    cost::Objective,
    network::Network,
    sample::{points, split_flops},
    splits::Splits,
};

/// How many sample extents decide.
const SAMPLES: usize = 64;

/// The splits, `most` of them at most, that the best paths at sample extents have most often.
///
/// Those that are in the fewest best paths are dropped, half of what is too many at a time; then
/// the best paths are sought again, among what is left. So they come to have more and more in
/// common. One path always stays: that which is best on the (geometric) average.
pub(super) fn capped(network: &Network, objective: Objective, splits: Splits, most: usize) -> Splits {
    if splits.len() <= most {
        return splits;
    }
    let flops = split_flops(network, &splits, &points(network, SAMPLES));
    let kept = most_used(&splits, flops, most);
    let pairs = splits.pairs().zip(kept).filter(|(_, is_kept)| *is_kept).map(|(pair, _)| pair);
    Splits::new(network, objective, pairs)
}

/// Which splits stay; `flops` is what they cost, for every sample.
fn most_used(splits: &Splits, mut flops: Vec<Vec<f64>>, most: usize) -> Vec<bool> {
    let safe = safe_path(splits, &flops);
    let most = most.max(safe.len());
    loop {
        let counts = counts(splits, &flops, &safe);
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

/// In how many best paths every split is; in the safe one counts for more than any number.
fn counts(splits: &Splits, flops: &[Vec<f64>], safe: &BTreeSet<usize>) -> Vec<usize> {
    let mut counts = vec![0; splits.len()];
    for split in flops.iter().flat_map(|flops| splits.best(flops).1) {
        counts[split] += 1;
    }
    for split in safe {
        counts[*split] = usize::MAX;
    }
    counts
}

/// Of the best paths at some samples, the one that is best on the (geometric) average.
fn safe_path(splits: &Splits, flops: &[Vec<f64>]) -> BTreeSet<usize> {
    let paths: BTreeSet<Vec<usize>> = flops.iter().map(|flops| splits.best(flops).1).collect();
    let average = |path: &Vec<usize>| -> f64 {
        flops.iter().map(|flops| path.iter().map(|split| flops[*split]).sum::<f64>().ln()).sum()
    };
    let best = paths.iter().min_by(|a, b| average(a).total_cmp(&average(b)));
    best.into_iter().flatten().copied().collect()
}
