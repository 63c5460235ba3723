//! The part of a search that is left to the extents at run time: of every subset of the operands, the ways to
//! split it in two that are worth a step.

use std::fmt;

use super::{
    cost::{Monomial, Objective, Roles},
    network::Network,
    path::{Path, united},
    preference::{Costs, step, sum},
};
use crate::{
    few::{List, Set, Table},
    ir::{Label, Subscript},
};

/// Subsets of operands and their splits: those of few operands first, so that the parts of a split
/// are always before it. First are the operands themselves, in order; last is the set of all.
///
/// The best path is found from first to last: a subset costs what the two parts of its best split
/// cost, and the step. See [`Splits::choose`].
#[derive(Clone, Debug, PartialEq)]
pub struct Splits {
    /// The subsets; [`SubsetId`]s index it.
    pub subsets: Vec<Subset>,
    /// Whether the product of all operands is an intermediate, too.
    pub is_part: bool,
    /// Whether that order is among them, whatever the extents are, whose largest intermediate is the
    /// smallest there can be. It need not be where nothing limits intermediates.
    pub has_smallest: bool,
}

/// Number of a subset in its [`Splits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubsetId(pub usize);

/// Some of the operands, multiplied.
#[derive(Clone, Debug, PartialEq)]
pub struct Subset {
    /// The numbers of the operands in the network, ascending.
    pub operands: Vec<usize>,
    /// The labels that are left: those that the result, or another operand, has.
    pub labels: Vec<Label>,
    /// How many elements the product has.
    pub size: Monomial,
    /// How it is split, first as in the order that `plan/preference.rs` prefers; a single operand is not.
    pub splits: Vec<Split>,
}

/// One step to a subset: the product of two others.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// The factor with the first operand of the subset.
    pub lhs: SubsetId,
    /// The other one.
    pub rhs: SubsetId,
    /// The flops of the step.
    pub flops: Monomial,
}

/// The path that the extents decide for.
#[derive(Clone, Debug, PartialEq)]
pub struct BestPath {
    /// The best path.
    pub path: Path,
    /// The flops of its steps, without the sums of lone labels.
    pub flops: f64,
}

/// A set of operands, and the part of it with its first operand.
pub(super) type Pair = (Vec<usize>, Vec<usize>);

impl Splits {
    /// The splits of a network: pairs of sets of operands, of which every one of more than a single
    /// operand is itself split by a pair.
    pub(super) fn new(network: &Network, objective: Objective, pairs: impl IntoIterator<Item = Pair>) -> Self {
        let ordered = pairs.into_iter().map(|(a, b)| if a[0] < b[0] { (a, b) } else { (b, a) });
        let pairs: Set<Pair> = ordered.collect();
        let mut sets: Table<(usize, Vec<usize>), Vec<&Pair>> =
            (0..network.operands.len()).map(|operand| ((1, vec![operand]), Vec::new())).collect();
        for pair in &pairs {
            let union = united(&pair.0, &pair.1);
            sets.get_or_insert((union.len(), union), Vec::new()).push(pair);
        }
        let numbers: Table<&Vec<usize>, SubsetId> =
            sets.keys().enumerate().map(|(number, (_, set))| (set, SubsetId(number))).collect();
        let subset = |((_, operands), pairs): (&(usize, Vec<usize>), &Vec<&Pair>)| Subset {
            operands: operands.clone(),
            labels: network.kept(operands).into_iter().map(|label| network.labels[label].clone()).collect(),
            size: network.product(1.0, &network.kept(operands)),
            splits: pairs.mapped(|(lhs, rhs)| split(network, objective, (lhs, rhs), &numbers)),
        };
        let subsets = sets.iter().map(subset).collect();
        let mut splits = Self { subsets, is_part: network.is_part, has_smallest: false };
        splits.prefer(network);
        debug_assert_eq!(splits.verify(), Ok(()), "splits of `{network}`");
        splits
    }

    /// Puts the split first, in every subset, of the order that is [preferred](super::preference).
    fn prefer(&mut self, network: &Network) {
        let mut least: Vec<Costs> = Vec::new();
        for number in 0..self.subsets.len() {
            let costs = |place: usize| {
                let split = &self.subsets[number].splits[place];
                let factors = [split.lhs, split.rhs].map(|part| self.subsets[part.0].operands.as_slice());
                [least[split.lhs.0], least[split.rhs.0], step(network, factors, &split.flops)]
                    .into_iter()
                    .fold([0.0; 2], sum)
            };
            let places = 0..self.subsets[number].splits.len();
            // (Of equals the first.)
            let best = places.map(|place| (costs(place), place)).reduce(|a, b| if b.0 < a.0 { b } else { a });
            if let Some((_, place)) = best {
                self.subsets[number].splits[..=place].rotate_right(1);
            }
            least.push(best.map_or([0.0; 2], |(costs, _)| costs));
        }
    }

    /// The splits of paths.
    pub(super) fn of_paths<'a>(
        network: &Network,
        objective: Objective,
        paths: impl IntoIterator<Item = &'a Path>,
    ) -> Self {
        let pairs = paths.into_iter().flat_map(pairs_of);
        Self::new(network, objective, pairs.collect::<Set<Pair>>())
    }

    /// The best path for these extents (only of labels whose extents are not given), as the
    /// expansion chooses it where extents multiply to more than 1024: in `f64`, the first of equals.
    #[must_use]
    pub fn choose(&self, extent: impl Fn(&Label) -> f64) -> BestPath {
        let flops: Vec<f64> = self.splits().map(|split| split.flops.value(&extent)).collect();
        self.choose_among(&flops)
    }

    /// The best path of those whose intermediates have at most `limit` elements, if there is one.
    /// Sums of lone labels are not looked at: no order avoids them.
    #[must_use]
    pub fn choose_within(&self, extent: impl Fn(&Label) -> f64, limit: f64) -> Option<BestPath> {
        let flops: Vec<f64> = self.splits().map(|split| split.flops.value(&extent)).collect();
        let choice = self.choose_among(&self.within(&flops, &self.sizes(&extent), limit));
        choice.flops.is_finite().then_some(choice)
    }

    /// The smallest that the largest intermediate of a path can be, without sums of lone labels.
    #[must_use]
    pub fn smallest(&self, extent: impl Fn(&Label) -> f64) -> f64 {
        let mut largest: Vec<f64> = Vec::new();
        for (subset, size) in self.subsets.iter().zip(self.sizes(&extent)) {
            let parts = subset.splits.iter().map(|split| largest[split.lhs.0].max(largest[split.rhs.0]));
            largest.push(parts.reduce(f64::min).unwrap_or(0.0).max(size));
        }
        largest.last().copied().unwrap_or(0.0)
    }

    /// How many elements every subset has, if it is an intermediate; otherwise 0.
    fn sizes(&self, extent: &impl Fn(&Label) -> f64) -> Vec<f64> {
        let last = self.subsets.len() - 1;
        let is_intermediate = |number: usize| number >= self.operands() && (number < last || self.is_part);
        let subsets = self.subsets.iter().enumerate();
        subsets.map(|(n, subset)| if is_intermediate(n) { subset.size.value(extent) } else { 0.0 }).collect()
    }

    /// The cost of every split, infinite for those to subsets of more elements than `limit`.
    fn within(&self, flops: &[f64], sizes: &[f64], limit: f64) -> Vec<f64> {
        let sizes = self.subsets.iter().zip(sizes).flat_map(|(subset, size)| subset.splits.iter().map(move |_| *size));
        flops.iter().zip(sizes).map(|(flops, size)| if size > limit { f64::INFINITY } else { *flops }).collect()
    }

    /// The cost of every split where the largest intermediate is, or need not be larger than, so many
    /// times the smallest possible.
    pub(super) fn tight(&self, extent: impl Fn(&Label) -> f64, flops: &[f64], times: f64) -> Vec<f64> {
        self.within(flops, &self.sizes(&extent), times * self.smallest(&extent))
    }

    /// The best path, where every split costs this much, in order.
    fn choose_among(&self, flops: &[f64]) -> BestPath {
        let (least, chosen) = self.best(flops);
        let pairs: Vec<Pair> = self.pairs().collect();
        let chosen: Vec<Pair> = chosen.into_iter().map(|number| pairs[number].clone()).collect();
        BestPath { path: Path::of_sets(self.operands(), &chosen), flops: least }
    }

    /// The path of the first split of every subset.
    pub(super) fn first(&self) -> Path {
        let (mut open, mut pairs) = (vec![self.subsets.len() - 1], Vec::new());
        while let Some(subset) = open.pop() {
            if let Some(Split { lhs, rhs, .. }) = self.subsets[subset].splits.first() {
                pairs.push([lhs, rhs].map(|part| self.subsets[part.0].operands.clone()).into());
                open.extend([lhs.0, rhs.0]);
            }
        }
        Path::of_sets(self.operands(), &pairs)
    }

    /// The cost of the best path, where every split costs this much.
    pub(super) fn least(&self, flops: &[f64]) -> f64 {
        self.programme(flops).last().map_or(0.0, |(cost, _)| *cost)
    }

    /// The cost of the best path, and the numbers of its splits, from the last step down.
    pub(super) fn best(&self, flops: &[f64]) -> (f64, Vec<usize>) {
        let programme = self.programme(flops);
        let mut open = vec![self.subsets.len() - 1];
        let mut chosen = Vec::new();
        while let Some(number) = open.pop() {
            if let Some((number, split)) = programme[number].1 {
                chosen.push(number);
                open.extend([split.lhs.0, split.rhs.0]);
            }
        }
        (programme.last().map_or(0.0, |(cost, _)| *cost), chosen)
    }

    /// The cost of every subset, and its best split, with its number.
    fn programme(&self, flops: &[f64]) -> Vec<(f64, Option<(usize, &Split)>)> {
        let mut best: Vec<(f64, Option<(usize, &Split)>)> = Vec::with_capacity(self.subsets.len());
        let mut number = 0;
        for subset in &self.subsets {
            let mut least = (if subset.splits.is_empty() { 0.0 } else { f64::INFINITY }, None);
            for split in &subset.splits {
                let cost = best[split.lhs.0].0 + best[split.rhs.0].0 + flops[number];
                if cost < least.0 || least.1.is_none() {
                    least = (cost, Some((number, split)));
                }
                number += 1;
            }
            best.push(least);
        }
        best
    }

    /// The sets of operands of all splits, in order.
    pub(super) fn pairs(&self) -> impl Iterator<Item = Pair> {
        let operands = |id: SubsetId| self.subsets[id.0].operands.clone();
        self.splits().map(move |split| (operands(split.lhs), operands(split.rhs)))
    }

    /// How many operands there are.
    #[must_use]
    pub fn operands(&self) -> usize {
        self.subsets.last().map_or(0, |all| all.operands.len())
    }

    /// All splits, in order.
    pub fn splits(&self) -> impl Iterator<Item = &Split> {
        self.subsets.iter().flat_map(|subset| &subset.splits)
    }

    /// How many splits there are: steps that are emitted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.splits().count()
    }

    /// Whether nothing is split, as there is one operand.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether no choice is left.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        self.subsets.iter().all(|subset| subset.splits.len() <= 1)
    }

    /// How many trees can be chosen.
    #[must_use]
    pub fn trees(&self) -> f64 {
        let mut trees: Vec<f64> = Vec::new();
        for subset in &self.subsets {
            let below = subset.splits.iter().map(|split| trees[split.lhs.0] * trees[split.rhs.0]).sum();
            trees.push(if subset.splits.is_empty() { 1.0 } else { below });
        }
        trees.last().copied().unwrap_or(0.0)
    }
}

fn split(
    network: &Network,
    objective: Objective,
    (lhs, rhs): (&Vec<usize>, &Vec<usize>),
    numbers: &Table<&Vec<usize>, SubsetId>,
) -> Split {
    let (lhs_labels, rhs_labels) = (network.kept(lhs), network.kept(rhs));
    let labels = united(&lhs_labels, &rhs_labels);
    let kept = network.kept(&united(lhs, rhs)).len();
    let roles = Roles::of_counts(labels.len(), kept, (lhs_labels.len(), rhs_labels.len()));
    let flops = network.product(objective.of_step(roles), &labels);
    Split { lhs: numbers[lhs], rhs: numbers[rhs], flops }
}

/// The sets of operands that every step of a path multiplies.
pub(super) fn pairs_of(path: &Path) -> Vec<Pair> {
    let sets = path.sets();
    let pairs = path.steps.iter().map(|(lhs, rhs)| (sets[*lhs].clone(), sets[*rhs].clone()));
    pairs.map(|(a, b)| if a[0] < b[0] { (a, b) } else { (b, a) }).collect()
}

pub(super) fn operands_text(operands: &[usize]) -> String {
    let numbers: Vec<String> = operands.mapped(ToString::to_string);
    format!("{{{}}}", numbers.join(" "))
}

/// A line for every subset of several operands: `{0 1} ik = {0} {1}: 2ijk`, with ` or ` between
/// its splits.
impl fmt::Display for Splits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |id: SubsetId| operands_text(&self.subsets[id.0].operands);
        let several = self.subsets.iter().filter(|subset| !subset.splits.is_empty());
        for (number, subset) in several.enumerate() {
            let splits = subset.splits.iter();
            let splits = splits.map(|split| format!("{} {}: {}", text(split.lhs), text(split.rhs), split.flops));
            let splits: Vec<String> = splits.collect();
            let labels: Subscript = subset.labels.iter().cloned().collect();
            let line_break = if number == 0 { "" } else { "\n" };
            write!(f, "{line_break}{} {labels} = {}", operands_text(&subset.operands), splits.join(" or "))?;
        }
        Ok(())
    }
}
