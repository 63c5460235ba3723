//! The trees that are in the splits of a search.

use std::ptr;

use crate::{
    ir::{ContractionTree, Einsum},
    plan::{
        self,
        path::Path,
        search::{Options, Search},
        splits::{Split, Splits},
    },
};

/// How many trees are listed, at most.
const MOST: usize = 12;

/// The trees that no other of them is better than for all extents, and how many there are beyond
/// [`MOST`] (at least; parts are cut off at the same number).
pub(super) fn of(einsum: &Einsum, search: &Search, options: &Options) -> (Vec<ContractionTree>, usize) {
    let mut groups = Vec::new();
    flatten(search, &mut groups);
    let choices: Vec<(&Splits, Survivors)> =
        groups.iter().map(|splits| (*splits, survivors(splits, options))).collect();
    let total = choices.iter().fold(1_usize, |product, (_, survivors)| product.saturating_mul(survivors.paths.len()));
    let left_out: usize = choices.iter().map(|(_, survivors)| survivors.left_out).sum();
    let tree = |number: usize| {
        let path = |splits: &Splits| chosen(&choices, splits, number);
        plan::along(einsum, search, &path)
    };
    ((0..total.min(MOST)).map(tree).collect(), left_out + total.saturating_sub(MOST))
}

/// The splits of all groups.
fn flatten<'a>(search: &'a Search, groups: &mut Vec<&'a Splits>) {
    groups.push(&search.splits);
    search.groups.iter().flatten().for_each(|group| flatten(group, groups));
}

/// The path of one group in the combination of this number, whose digits are those of the groups.
fn chosen(choices: &[(&Splits, Survivors)], splits: &Splits, mut number: usize) -> Path {
    for (other, survivors) in choices {
        if ptr::eq(*other, splits) {
            return survivors.paths[number % survivors.paths.len()].clone();
        }
        number /= survivors.paths.len();
    }
    splits.choose(|_| EQUAL).path
}

/// The extent that stands for all unknown ones.
const EQUAL: f64 = 64.0;

struct Survivors {
    paths: Vec<Path>,
    left_out: usize,
}

/// The paths of a group that are not dominated, the one first that is best where all extents are
/// the same.
fn survivors(splits: &Splits, options: &Options) -> Survivors {
    let all: Vec<&Split> = splits.splits().collect();
    let table = Table::new(&all);
    let mut first = 0;
    let mut left_out = 0;
    let mut best: Vec<Vec<Vec<usize>>> = Vec::new();
    for subset in &splits.subsets {
        let mut candidates = if subset.splits.is_empty() { vec![Vec::new()] } else { Vec::new() };
        for (number, split) in (first..).zip(&subset.splits) {
            for (lhs, rhs) in
                best[split.lhs.0].iter().flat_map(|lhs| best[split.rhs.0].iter().map(move |rhs| (lhs, rhs)))
            {
                candidates.push([lhs.as_slice(), rhs, &[number]].concat());
            }
        }
        first += subset.splits.len();
        let mut kept = table.undominated(candidates);
        left_out += kept.len().saturating_sub(MOST);
        kept.truncate(MOST);
        best.push(kept);
    }
    let is_decided = options.max_intermediate.is_some() || best.last().is_none_or(|trees| trees.len() <= 1);
    let paths = match best.pop() {
        Some(trees) if !is_decided => trees.iter().map(|tree| path(splits, &all, tree)).collect(),
        _ => vec![decided(splits, options)],
    };
    Survivors { paths, left_out }
}

/// The best path at equal extents, within the limit if there is one.
fn decided(splits: &Splits, options: &Options) -> Path {
    let within = options.max_intermediate.and_then(|limit| splits.choose_within(|_| EQUAL, limit));
    within.unwrap_or_else(|| splits.choose(|_| EQUAL)).path
}

/// Which split is never worse than which other, and what they cost at equal extents.
struct Table {
    divides: Vec<Vec<bool>>,
    costs: Vec<f64>,
}

impl Table {
    fn new(splits: &[&Split]) -> Self {
        let divides = |a: &Split, b: &Split| {
            let (a, b) = (&a.flops, &b.flops);
            a.coefficient <= b.coefficient && a.labels.iter().all(|label| b.labels.contains(label))
        };
        let row = |a: &&Split| splits.iter().map(|b| divides(a, b)).collect();
        let costs = splits.iter().map(|split| split.flops.value(|_| EQUAL)).collect();
        Self { divides: splits.iter().map(row).collect(), costs }
    }

    /// Drops every tree of whose splits one of another tree's can say: each divides one of yours. This is the
    /// dominance that the search prunes by.
    fn undominated(&self, mut trees: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
        let cost = |tree: &Vec<usize>| tree.iter().map(|split| self.costs[*split]).sum::<f64>();
        trees.sort_by(|a, b| cost(a).total_cmp(&cost(b)));
        let dominates = |a: &[usize], b: &[usize]| a.iter().all(|a| b.iter().any(|b| self.divides[*a][*b]));
        let mut kept: Vec<Vec<usize>> = Vec::new();
        for tree in trees {
            if !kept.iter().any(|better| dominates(better, &tree)) {
                kept.retain(|worse| !dominates(&tree, worse));
                kept.push(tree);
            }
        }
        kept
    }
}

/// The steps of a tree, given by its splits, factors before products.
fn path(splits: &Splits, all: &[&Split], tree: &[usize]) -> Path {
    let operands = splits.operands();
    let mut numbers: Vec<usize> = (0..splits.subsets.len()).collect();
    let mut owner = Vec::new();
    for (number, subset) in splits.subsets.iter().enumerate() {
        owner.extend(subset.splits.iter().map(|_| number));
    }
    let mut steps = Vec::new();
    for split in tree {
        steps.push((numbers[all[*split].lhs.0], numbers[all[*split].rhs.0]));
        numbers[owner[*split]] = operands + steps.len() - 1;
    }
    Path { operands, steps }
}
