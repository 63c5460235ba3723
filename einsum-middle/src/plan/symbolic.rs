//! The splits that are worth a step, whatever the extents: a dynamic programme over subsets that
//! keeps, of every subset, all trees that no other dominates.
//!
//! The cost of a tree is a polynomial, a monomial for every step. A tree dominates another if each
//! of its monomials divides *some* monomial of the other, with a coefficient no larger: then its
//! every step costs, for all extents from 1 on, no more than some step of the other, and all of it
//! at most as many times more as it has steps. Asking for *distinct* monomials would lose nothing,
//! prunes far less, and takes far longer.
//!
//! Only the largest monomials of a tree matter here, and parts can be replaced by those that
//! dominate them, so that subsets can be pruned one by one.
//!
//! Of two trees that dominate each other, the one stays that is cheaper at the sample extents, on
//! the (geometric) average.
//!
//! If intermediates are limited, the same is done with their sizes: a tree costs then as much as the
//! largest of them. So no order is missed that is within a limit which no other is within.

use super::{
    cost::Objective,
    dense::{Classes, Dense, Mask, MaskSplit, operands_in, splits},
    maxima::{Maxima, Term},
    network::Network,
    points::Point,
    splits::Pair,
};
use std::mem::replace;

use crate::{
    few::{List, Set, numbered},
    tuning::{SYMBOLIC_PEAK_SAMPLE, SYMBOLIC_TREES_OF_SUBSET},
};

/// The measure that trees are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// The flops of the steps.
    Flops(Objective),
    /// The elements of the intermediates.
    Elements,
}

/// A tree of a subset.
#[derive(Clone)]
struct SubsetTree {
    split: MaskSplit,
    /// Which trees of the lhs and the rhs it has.
    parts: (usize, usize),
    maxima: Maxima,
    /// The flops of the tree at the sample extents.
    flops: Vec<f64>,
    /// The sum of the logarithms of these flops.
    average: f64,
}

/// The last step of a tree.
struct LastStep {
    split: MaskSplit,
    maxima: Maxima,
    /// The flops of the tree at the sample extents.
    flops: Vec<f64>,
}

/// The last step of a tree, and one of its parts.
struct TreePart<'a> {
    number: usize,
    tree: &'a SubsetTree,
    maxima: Maxima,
}

/// The search: data that all subsets have in common, and their trees.
struct Symbolic<'a> {
    dense: &'a Dense,
    measure: Measure,
    /// Whether the product of all operands is an intermediate, too.
    is_part: bool,
    /// The extents that are given, and 1 for all others.
    given: Vec<f64>,
    /// The classes whose extents are not given.
    unknown: Classes,
    /// The extents of classes at each of the sample extents.
    points: Vec<Vec<f64>>,
    /// The trees of every subset; by mask.
    trees: Vec<Vec<SubsetTree>>,
}

/// The splits of all trees of a network that are left, as pairs of sets of operands.
pub(super) fn search(network: &Network, dense: &Dense, measure: Measure, points: &[Point]) -> Set<Pair> {
    let extent = |label: usize, unknown: f64| network.extents[label].unwrap_or(unknown).max(1.0);
    let is_unknown = |class: &usize| network.extents[dense.classes[*class][0]].is_none();
    let mut search = Symbolic {
        dense,
        measure,
        is_part: network.is_part,
        given: dense.extents(|label| extent(label, 1.0)),
        unknown: Classes::of_bits((0..dense.classes.len()).filter(is_unknown)),
        points: points.mapped(|point| dense.extents(|label| extent(label, point.0[label]))),
        trees: vec![Vec::new(); dense.kept.len()],
    };
    for mask in 1..=dense.all() {
        search.trees[mask as usize] = search.of_subset(mask);
    }
    search.splits()
}

impl Symbolic<'_> {
    /// The trees of a subset, from those of smaller ones.
    fn of_subset(&self, mask: Mask) -> Vec<SubsetTree> {
        if mask.is_power_of_two() {
            return vec![SubsetTree::of_operand(mask, self.points.len())];
        }
        // Cheap steps first: what they make dominates much of what comes later.
        let mut steps: Vec<(f64, LastStep)> = splits(mask).map(|split| self.step(split)).collect();
        steps.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let mut trees = Vec::new();
        for (_, step) in &steps {
            if !trees.iter().any(|tree: &SubsetTree| tree.maxima.is_below(&step.maxima)) {
                self.combine(step, &mut trees);
            }
        }
        if mask != self.dense.all() {
            shorten(&mut trees);
        }
        trees
    }

    /// Adds the trees that end in a step.
    fn combine(&self, step: &LastStep, trees: &mut Vec<SubsetTree>) {
        // What is dominated with one part and without the other is so with all of the others.
        let is_worth = |part: &&TreePart| !trees.iter().any(|old| old.maxima.is_below(&part.maxima));
        let parts =
            |mask: Mask| self.trees[mask as usize].iter().enumerate().map(|(n, tree)| TreePart::new(n, step, tree));
        let (lhs, rhs): (Vec<TreePart>, Vec<TreePart>) =
            (parts(step.split.lhs).collect(), parts(step.split.rhs).collect());
        let lhs: Vec<&TreePart> = lhs.iter().filter(is_worth).collect();
        let rhs: Vec<&TreePart> = rhs.iter().filter(is_worth).collect();
        for (l, r) in lhs.iter().flat_map(|l| rhs.iter().map(move |r| (l, r))) {
            let maxima = l.maxima.union(&r.maxima);
            let dominant = trees.iter().find(|old| old.maxima.dominates(&maxima));
            if dominant.is_some_and(|old| !maxima.dominates(&old.maxima)) {
                continue;
            }
            let flops = step.flops.iter().zip(l.tree.flops.iter().zip(&r.tree.flops));
            let flops: Vec<f64> = flops.map(|(step, (lhs, rhs))| step + lhs + rhs).collect();
            let average = sum_of_logarithms(&flops);
            if dominant.is_some_and(|old| old.average <= average) {
                continue;
            }
            trees.retain(|old| !maxima.dominates(&old.maxima));
            trees.push(SubsetTree { split: step.split, parts: (l.number, r.number), maxima, flops, average });
        }
    }

    /// A step, after its average.
    fn step(&self, split: MaskSplit) -> (f64, LastStep) {
        let (weight, classes) = match self.measure {
            Measure::Flops(objective) => self.dense.step(split, objective),
            Measure::Elements if split.whole() == self.dense.all() && !self.is_part => (1.0, Classes::default()),
            Measure::Elements => (1.0, self.dense.kept[split.whole() as usize]),
        };
        let coefficient = weight * classes.without(self.unknown).size(&self.given);
        let flops: Vec<f64> = self.points.mapped(|extents| weight * classes.size(extents));
        let term = Term { coefficient, labels: classes.and(self.unknown) };
        let maxima = Maxima::of_step(term, flops[SYMBOLIC_PEAK_SAMPLE]);
        (sum_of_logarithms(&flops), LastStep { split, maxima, flops })
    }

    /// The splits of the trees of all operands.
    fn splits(&self) -> Set<Pair> {
        let all = self.dense.all();
        let mut open: Vec<(Mask, usize)> = numbered(self.trees[all as usize].len(), |tree| (all, tree));
        let mut is_seen: Vec<Vec<bool>> = self.trees.mapped(|trees| vec![false; trees.len()]);
        let mut pairs = Set::default();
        while let Some((mask, number)) = open.pop() {
            if mask.is_power_of_two() || replace(&mut is_seen[mask as usize][number], true) {
                continue;
            }
            let SubsetTree { split, parts, .. } = &self.trees[mask as usize][number];
            pairs.insert((operands_in(split.lhs), operands_in(split.rhs)));
            open.extend([(split.lhs, parts.0), (split.rhs, parts.1)]);
        }
        pairs
    }
}

/// Drops trees where there are too many. Those stay first that have, one after the other, the most
/// monomials that none before has, for that no split be lost; then those that are the best, or come
/// nearest to it, at some of the sample extents.
fn shorten(trees: &mut Vec<SubsetTree>) {
    if trees.len() <= SYMBOLIC_TREES_OF_SUBSET {
        return;
    }
    let points = trees[0].flops.len();
    let least = |point: usize| trees.iter().map(|tree| tree.flops[point]).fold(f64::INFINITY, f64::min);
    let least: Vec<f64> = numbered(points, least);
    let distance = |tree: &SubsetTree| {
        let ratios = tree.flops.iter().zip(&least).map(|(flops, least)| flops / least);
        ratios.fold(f64::INFINITY, f64::min)
    };
    let mut ranked: Vec<(f64, SubsetTree)> = trees.drain(..).map(|tree| (distance(&tree), tree)).collect();
    ranked.sort_by(|(a, x), (b, y)| a.total_cmp(b).then(x.average.total_cmp(&y.average)));
    let mut news: Vec<Vec<Term>> = ranked.mapped(|(_, tree)| tree.maxima.terms().to_vec());
    while trees.len() < SYMBOLIC_TREES_OF_SUBSET {
        let most = (0..news.len()).rev().max_by_key(|place| news[*place].len()).unwrap_or(0);
        let seen = news.remove(most);
        trees.push(ranked.remove(most).1);
        for news in news.iter_mut().filter(|_| !seen.is_empty()) {
            news.retain(|term| !seen.contains(term));
        }
    }
}

fn sum_of_logarithms(flops: &[f64]) -> f64 {
    flops.iter().map(|flops| flops.ln()).sum()
}

impl SubsetTree {
    fn of_operand(operand: Mask, points: usize) -> Self {
        let split = MaskSplit { lhs: operand, rhs: 0 };
        Self { split, parts: (0, 0), maxima: Maxima::default(), flops: vec![0.0; points], average: 0.0 }
    }
}

impl<'a> TreePart<'a> {
    fn new(number: usize, step: &LastStep, tree: &'a SubsetTree) -> Self {
        Self { number, tree, maxima: step.maxima.union(&tree.maxima) }
    }
}
