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

use std::collections::BTreeSet;

use super::{
    cost::Objective,
    dense::{Classes, Dense, Mask, MaskSplit, operands_in, splits},
    network::Network,
    sample::Point,
    splits::Pair,
};

/// How many operands there may be: more take too long in a debug build.
pub(super) const MAX_OPERANDS: usize = 7;

/// How many trees are kept of a subset. Where there are more, those stay that are the best, or
/// nearest to it, at the sample extents.
const TREES: usize = 24;

/// A tree of a subset.
#[derive(Clone)]
struct Tree {
    split: MaskSplit,
    /// Which trees of the lhs and the rhs it has.
    parts: (usize, usize),
    /// The monomials that divide no other.
    maxima: Vec<Term>,
    /// What it costs at the sample extents.
    flops: Vec<f64>,
}

/// A monomial: known extents are in the coefficient.
#[derive(Clone, Copy, PartialEq)]
struct Term {
    coefficient: f64,
    labels: Classes,
}

/// What all subsets have in common.
struct Search<'a> {
    dense: &'a Dense,
    objective: Objective,
    /// The extents that are given, and 1 for all others.
    given: Vec<f64>,
    /// The classes whose extents are not given.
    unknown: Classes,
    /// The extents of classes at each of the sample extents.
    points: Vec<Vec<f64>>,
    /// The trees of every subset; by mask.
    trees: Vec<Vec<Tree>>,
}

/// The splits of all trees of a network that are left, as pairs of sets of operands.
pub(super) fn search(network: &Network, dense: &Dense, objective: Objective, points: &[Point]) -> BTreeSet<Pair> {
    let extent = |label: usize, unknown: f64| network.extents[label].unwrap_or(unknown).max(1.0);
    let is_unknown = |class: &usize| network.extents[dense.classes[*class][0]].is_none();
    let mut search = Search {
        dense,
        objective,
        given: dense.extents(|label| extent(label, 1.0)),
        unknown: Classes::of_bits((0..dense.classes.len()).filter(is_unknown)),
        points: points.iter().map(|point| dense.extents(|label| extent(label, point.0[label]))).collect(),
        trees: vec![Vec::new(); dense.kept.len()],
    };
    for mask in 1..=dense.all() {
        search.trees[mask as usize] = search.of_subset(mask);
    }
    search.splits()
}

impl Search<'_> {
    /// The trees of a subset, from those of smaller ones.
    fn of_subset(&self, mask: Mask) -> Vec<Tree> {
        if mask.is_power_of_two() {
            let split = MaskSplit { lhs: mask, rhs: 0 };
            return vec![Tree { split, parts: (0, 0), maxima: Vec::new(), flops: vec![0.0; self.points.len()] }];
        }
        // Cheap steps first: what they make dominates much of what comes later.
        let mut steps: Vec<(Term, Vec<f64>, MaskSplit)> = splits(mask).map(|split| self.step(split)).collect();
        steps.sort_by(|(_, a, _), (_, b, _)| sum_of_logarithms(a).total_cmp(&sum_of_logarithms(b)));
        let mut trees = Vec::new();
        for (term, flops, split) in &steps {
            if trees.iter().any(|tree: &Tree| tree.maxima.iter().all(|other| other.divides(term) && other != term)) {
                continue;
            }
            let (lhs, rhs) = (&self.trees[split.lhs as usize], &self.trees[split.rhs as usize]);
            for (l, r) in (0..lhs.len()).flat_map(|l| (0..rhs.len()).map(move |r| (l, r))) {
                let maxima = maxima(*term, &lhs[l].maxima, &rhs[r].maxima);
                let flops = flops.iter().zip(lhs[l].flops.iter().zip(&rhs[r].flops));
                let flops = flops.map(|(step, (lhs, rhs))| step + lhs + rhs).collect();
                insert(&mut trees, Tree { split: *split, parts: (l, r), maxima, flops });
            }
        }
        shorten(&mut trees);
        trees
    }

    /// The monomial of a step, its values at the sample extents, and the step.
    fn step(&self, split: MaskSplit) -> (Term, Vec<f64>, MaskSplit) {
        let (weight, classes) = self.dense.step(split, self.objective);
        let coefficient = weight * classes.without(self.unknown).size(&self.given);
        let flops = self.points.iter().map(|extents| weight * classes.size(extents)).collect();
        (Term { coefficient, labels: classes.and(self.unknown) }, flops, split)
    }

    /// The splits of the trees of all operands.
    fn splits(&self) -> BTreeSet<Pair> {
        let all = self.dense.all();
        let mut open: Vec<(Mask, usize)> = (0..self.trees[all as usize].len()).map(|tree| (all, tree)).collect();
        let mut seen: BTreeSet<(Mask, usize)> = open.iter().copied().collect();
        let mut pairs = BTreeSet::new();
        while let Some((mask, number)) = open.pop() {
            if mask.is_power_of_two() {
                continue;
            }
            let Tree { split, parts, .. } = &self.trees[mask as usize][number];
            pairs.insert((operands_in(split.lhs), operands_in(split.rhs)));
            let parts = [(split.lhs, parts.0), (split.rhs, parts.1)];
            open.extend(parts.into_iter().filter(|part| seen.insert(*part)));
        }
        pairs
    }
}

/// The monomials of a step and its parts that divide no other.
fn maxima(step: Term, lhs: &[Term], rhs: &[Term]) -> Vec<Term> {
    let mut maxima: Vec<Term> = vec![step];
    for term in lhs.iter().chain(rhs) {
        if !maxima.iter().any(|other| term.divides(other)) {
            maxima.retain(|other| !other.divides(term));
            maxima.push(*term);
        }
    }
    maxima
}

/// Adds a tree, unless it is dominated; drops what it dominates.
fn insert(trees: &mut Vec<Tree>, tree: Tree) {
    let is_worse = |old: &Tree| old.dominates(&tree) && !(tree.dominates(old) && tree.is_cheaper(old));
    if trees.iter().any(is_worse) {
        return;
    }
    trees.retain(|old| !tree.dominates(old));
    trees.push(tree);
}

/// Drops trees where there are too many: the best at some sample extents stay first, then those
/// that come nearest to the best anywhere.
fn shorten(trees: &mut Vec<Tree>) {
    if trees.len() <= TREES {
        return;
    }
    let points = trees[0].flops.len();
    let least = |point: usize| trees.iter().map(|tree| tree.flops[point]).fold(f64::INFINITY, f64::min);
    let least: Vec<f64> = (0..points).map(least).collect();
    let distance = |tree: &Tree| {
        let ratios = tree.flops.iter().zip(&least).map(|(flops, least)| flops / least);
        ratios.fold(f64::INFINITY, f64::min)
    };
    let mut ranked: Vec<(f64, f64, Tree)> =
        trees.drain(..).map(|tree| (distance(&tree), sum_of_logarithms(&tree.flops), tree)).collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    trees.extend(ranked.into_iter().take(TREES).map(|(_, _, tree)| tree));
}

fn sum_of_logarithms(flops: &[f64]) -> f64 {
    flops.iter().map(|flops| flops.ln()).sum()
}

impl Tree {
    fn dominates(&self, other: &Self) -> bool {
        self.maxima.iter().all(|term| other.maxima.iter().any(|larger| term.divides(larger)))
    }

    fn is_cheaper(&self, other: &Self) -> bool {
        sum_of_logarithms(&self.flops) < sum_of_logarithms(&other.flops)
    }
}

impl Term {
    /// Whether it is no larger than the other, for all extents from 1 on.
    fn divides(&self, other: &Self) -> bool {
        self.labels.is_in(other.labels) && self.coefficient <= other.coefficient
    }
}
