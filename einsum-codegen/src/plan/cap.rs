//! No more splits than asked for, where a search leaves too many.

use std::collections::BTreeSet;

use super::{
    cost::Objective,
    network::Network,
    sample::{points, split_flops},
    splits::Splits,
};

/// How many sample extents decide.
const SAMPLES: usize = 48;

/// The splits of paths that are the best at sample extents, `most` in all.
///
/// First is the path that is best on the (geometric) average; then come, one by one, the best paths
/// of the samples at which those before lose most. A path that has too many splits is passed over.
pub(super) fn capped(network: &Network, objective: Objective, splits: Splits, most: usize) -> Splits {
    if splits.len() <= most {
        return splits;
    }
    let flops = split_flops(network, &splits, &points(network, SAMPLES));
    let kept = Samples::new(&splits, flops).keep(most);
    let pairs = splits.pairs().enumerate().filter(|(number, _)| kept.contains(number)).map(|(_, pair)| pair);
    Splits::new(network, objective, pairs)
}

/// Splits, by their numbers, at sample extents.
struct Samples<'a> {
    splits: &'a Splits,
    /// What every split costs, at every sample.
    flops: Vec<Vec<f64>>,
    /// What the best path of all costs, at every sample.
    least: Vec<f64>,
    /// The splits of that.
    paths: Vec<BTreeSet<usize>>,
}

impl<'a> Samples<'a> {
    fn new(splits: &'a Splits, flops: Vec<Vec<f64>>) -> Self {
        let best = flops.iter().map(|flops| {
            let (least, path) = splits.best(flops);
            (least, path.into_iter().collect())
        });
        let (least, paths) = best.unzip();
        Self { splits, flops, least, paths }
    }

    fn keep(&self, most: usize) -> BTreeSet<usize> {
        let average = |path: &BTreeSet<usize>| self.losses(path).iter().map(|loss| loss.ln()).sum::<f64>();
        let paths: BTreeSet<&BTreeSet<usize>> = self.paths.iter().collect();
        let paths = paths.into_iter().map(|path| (average(path), path));
        let first = paths.min_by(|(a, _), (b, _)| a.total_cmp(b));
        let mut kept = first.map(|(_, path)| path.clone()).unwrap_or_default();
        let mut losses = self.losses(&kept);
        let mut is_passed = vec![false; losses.len()];
        loop {
            let open = (0..losses.len()).filter(|sample| !is_passed[*sample] && losses[*sample] > 1.0);
            let Some(worst) = open.max_by(|a, b| losses[*a].total_cmp(&losses[*b])) else { return kept };
            is_passed[worst] = true;
            let more: BTreeSet<usize> = kept.union(&self.paths[worst]).copied().collect();
            if more.len() <= most {
                losses = self.losses(&more);
                kept = more;
            }
        }
    }

    /// How many times more the best path of these splits costs than the best of all, at every
    /// sample.
    fn losses(&self, kept: &BTreeSet<usize>) -> Vec<f64> {
        let mut is_kept = vec![false; self.splits.len()];
        for number in kept {
            is_kept[*number] = true;
        }
        let losses = self.flops.iter().zip(&self.least).map(|(flops, least)| {
            let among = flops.iter().zip(&is_kept);
            let among: Vec<f64> = among.map(|(flops, kept)| if *kept { *flops } else { f64::INFINITY }).collect();
            self.splits.least(&among) / least
        });
        losses.collect()
    }
}
