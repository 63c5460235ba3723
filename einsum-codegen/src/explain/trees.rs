//! The trees that are in the splits of a search.

use std::{cmp::Reverse, collections::BTreeMap, ptr};

use crate::{
    ir::{ContractionTree, Einsum, Label, MaxIntermediate},
    plan::{
        self,
        cost::Monomial,
        path::Path,
        search::Search,
        splits::{Split, Splits},
    },
};

/// How many trees are listed, at most.
const MOST: usize = 12;

/// How many extents are tried if there are more.
const SAMPLES: usize = 100;

/// The trees that no other of them is better than for all extents. If there are more than [`MOST`], those that are
/// chosen most often, and `true`.
///
/// Where intermediates are limited, a tree is better only if it has no larger ones, either.
pub(super) fn of(einsum: &Einsum, search: &Search, limit: Option<MaxIntermediate>) -> (Vec<ContractionTree>, bool) {
    let mut groups = Vec::new();
    flatten(search, &mut groups);
    let choices: Vec<(&Splits, Survivors)> = groups.iter().map(|splits| (*splits, survivors(splits, limit))).collect();
    let total = choices.iter().fold(1_usize, |product, (_, survivors)| product.saturating_mul(survivors.paths.len()));
    let is_cut = choices.iter().any(|(_, survivors)| survivors.is_cut);
    let tree = |number: usize| {
        let path = |splits: &Splits| chosen(&choices, splits, number);
        plan::along(einsum, search, &path)
    };
    ((0..total.min(MOST)).map(tree).collect(), is_cut || total > MOST)
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
    is_cut: bool,
}

/// The paths of a group that are not dominated, the one first that is best where all extents are
/// the same.
fn survivors(splits: &Splits, limit: Option<MaxIntermediate>) -> Survivors {
    let all: Vec<&Split> = splits.splits().collect();
    let mut table = Table::new(&all);
    if limit.is_some() {
        table.smaller = smaller(splits);
    }
    let mut first = 0;
    let mut is_cut = false;
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
        is_cut |= kept.len() > MOST;
        kept.truncate(MOST);
        best.push(kept);
    }
    let paths = match best.pop() {
        Some(_) if is_cut => most_often(splits),
        Some(trees) => trees.iter().map(|tree| path(splits, &all, tree)).collect(),
        None => vec![splits.choose(|_| EQUAL).path],
    };
    Survivors { paths, is_cut }
}

/// The paths that are chosen most often where extents are small, middling or large.
fn most_often(splits: &Splits) -> Vec<Path> {
    let mut labels: Vec<&Label> = splits.splits().flat_map(|split| &split.flops.labels).collect();
    labels.sort();
    labels.dedup();
    let mut counts: BTreeMap<Path, usize> = BTreeMap::new();
    let mut state = 1_u32;
    for _ in 0..SAMPLES {
        let sample = labels.iter().map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            [4.0, 32.0, 256.0][(state >> 16) as usize % 3]
        });
        let sample: Vec<f64> = sample.collect();
        let extent = |label: &Label| labels.binary_search(&label).map_or(EQUAL, |number| sample[number]);
        *counts.entry(splits.choose(extent).path).or_default() += 1;
    }
    let mut paths: Vec<(Path, usize)> = counts.into_iter().collect();
    paths.sort_by_key(|(_, count)| Reverse(*count));
    paths.into_iter().take(MOST).map(|(path, _)| path).collect()
}

/// Which split is never worse than which other, and what they cost at equal extents.
struct Table {
    divides: Vec<Vec<bool>>,
    /// Which split's product never has more elements than which other's, if that matters.
    smaller: Vec<Vec<bool>>,
    costs: Vec<f64>,
}

/// Which split's product never has more elements than which other's, of those that are intermediates.
fn smaller(splits: &Splits) -> Vec<Vec<bool>> {
    let last = splits.subsets.len() - 1;
    let size = |(number, subset)| (number < last || splits.is_part, subset);
    let sizes = splits.subsets.iter().enumerate().map(size);
    let sizes = sizes.flat_map(|(counts, subset)| subset.splits.iter().map(move |_| (counts, &subset.size)));
    let sizes: Vec<(bool, &Monomial)> = sizes.collect();
    let row = |a: &(bool, &Monomial)| sizes.iter().map(|b| !a.0 || b.0 && divides(a.1, b.1)).collect();
    sizes.iter().map(row).collect()
}

fn divides(a: &Monomial, b: &Monomial) -> bool {
    a.coefficient <= b.coefficient && a.labels.iter().all(|label| b.labels.contains(label))
}

impl Table {
    fn new(splits: &[&Split]) -> Self {
        let row = |a: &&Split| splits.iter().map(|b| divides(&a.flops, &b.flops)).collect();
        let costs = splits.iter().map(|split| split.flops.value(|_| EQUAL)).collect();
        Self { divides: splits.iter().map(row).collect(), smaller: Vec::new(), costs }
    }

    /// Drops a tree if each split of another one divides one of its own: the dominance that the search prunes by.
    /// What is left is in the order of what it costs at equal extents.
    fn undominated(&self, mut trees: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
        let cost = |tree: &Vec<usize>| tree.iter().map(|split| self.costs[*split]).sum::<f64>();
        trees.sort_by(|a, b| cost(a).total_cmp(&cost(b)));
        let is_below = |table: &[Vec<bool>], a: &[usize], b: &[usize]| {
            table.is_empty() || a.iter().all(|a| b.iter().any(|b| table[*a][*b]))
        };
        let dominates = |a: &[usize], b: &[usize]| is_below(&self.divides, a, b) && is_below(&self.smaller, a, b);
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
