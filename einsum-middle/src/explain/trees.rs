//! The orders among which the run time chooses, each as a tree of its own.

use std::cmp::Reverse;

use crate::{
    few::{List, Table, numbered, sort, sort_by_key},
    ir::{Alternative, Choice, ContractionTree, Label, Limit},
    tuning::{EXPLAINED_EXTENT, EXPLAINED_MAX_TREES, EXPLAINED_SAMPLES},
};

/// The trees that a tree with choices stands for, but for those that another is never worse than. If there are more than
/// [`EXPLAINED_MAX_TREES`], those that are chosen most often, and `true`.
///
/// If intermediates are limited, a tree is better than another only if it has no larger ones, either.
pub(super) fn of(tree: &ContractionTree) -> (Vec<ContractionTree>, bool) {
    if tree.choices.is_empty() {
        return (vec![tree.clone()], false);
    }
    let orders: Vec<ListedOrders> = numbered(tree.choices.len(), |number| ListedOrders::of(tree, number));
    let total = orders.iter().fold(1_usize, |product, orders| product.saturating_mul(orders.chosen.len()));
    let decided = |mut number: usize| {
        let chosen = orders.mapped(|orders| {
            let chosen = orders.chosen[number % orders.chosen.len()].clone();
            number /= orders.chosen.len();
            chosen
        });
        let mut decided = tree.clone();
        decided.decide(&chosen);
        decided
    };
    (
        numbered(total.min(EXPLAINED_MAX_TREES), decided),
        orders.iter().any(|orders| orders.is_cut) || total > EXPLAINED_MAX_TREES,
    )
}

/// The order of the steps: `((A B) C) D`.
pub(super) fn shape(tree: &ContractionTree) -> String {
    let mut texts: Vec<String> = tree.values.mapped(|value| value.name.clone());
    for step in &tree.steps {
        let factors: Vec<&str> = step.factors.mapped(|factor| texts[factor.value.0].as_str());
        texts[step.result.0] = match factors.as_slice() {
            [only] => (*only).to_owned(),
            factors => format!("({})", factors.join(" ")),
        };
    }
    let text = tree.results.first().map(|result| texts[result.0].clone()).unwrap_or_default();
    text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).map_or(text.clone(), str::to_owned)
}

/// The orders that may be chosen for one group of operands.
struct ListedOrders {
    /// For each order, and each subset, the number of the alternative that is taken.
    chosen: Vec<Vec<usize>>,
    /// Whether orders are left out.
    is_cut: bool,
}

/// In place of the number of an alternative, if none is taken.
const NONE: usize = usize::MAX;

impl ListedOrders {
    /// The orders of which no other is never worse, the one first that is best where all extents are the same.
    fn of(tree: &ContractionTree, number: usize) -> Self {
        let choice = &tree.choices[number];
        let steps = steps(choice);
        let table = Dominance::new(&steps, tree.limit.as_ref().map(|limit| intermediates(choice, limit, number)));
        let mut best: Vec<Vec<Vec<usize>>> = Vec::new();
        let mut is_cut = false;
        for (subset, alternatives) in choice.subsets.iter().enumerate() {
            let mut candidates = if alternatives.is_empty() { vec![Vec::new()] } else { Vec::new() };
            let own = steps.iter().enumerate().filter(|(_, step)| step.subset == subset);
            for (place, Way { alternative: Alternative { parts: [lhs, rhs], .. }, .. }) in own {
                let pairs = best[*lhs].iter().flat_map(|lhs| best[*rhs].iter().map(move |rhs| (lhs, rhs)));
                candidates.extend(pairs.map(|(lhs, rhs)| [lhs.as_slice(), rhs, &[place]].concat()));
            }
            let mut kept = table.undominated(candidates);
            is_cut |= kept.len() > EXPLAINED_MAX_TREES;
            kept.truncate(EXPLAINED_MAX_TREES);
            best.push(kept);
        }
        let all = best.pop().unwrap_or_default();
        let orders = if is_cut { most_often(choice, &steps) } else { all };
        let chosen = orders.mapped(|order| chosen(choice, &steps, order));
        Self { chosen, is_cut }
    }
}

/// A way to compute a subset.
struct Way<'a> {
    subset: usize,
    number: usize,
    alternative: &'a Alternative,
}

/// The ways to compute all subsets, in order.
fn steps(choice: &Choice) -> Vec<Way<'_>> {
    let subsets = choice.subsets.iter().enumerate();
    subsets
        .flat_map(|(subset, alternatives)| {
            let steps = alternatives.iter().enumerate();
            steps.map(move |(number, alternative)| Way { subset, number, alternative })
        })
        .collect()
}

/// For each step of a choice the labels of its product, if that is an intermediate.
fn intermediates<'a>(choice: &Choice, limit: &'a Limit, number: usize) -> Vec<Option<&'a [Label]>> {
    let labels = |subset: usize| {
        let own = limit.chosen[number].iter().find(|(other, _)| *other == subset);
        own.map(|(_, labels)| labels.0.as_slice())
    };
    let subsets = choice.subsets.iter().enumerate();
    subsets.flat_map(|(subset, alternatives)| alternatives.iter().map(move |_| labels(subset))).collect()
}

/// For each subset the alternative that an order takes.
fn chosen(choice: &Choice, steps: &[Way<'_>], order: &[usize]) -> Vec<usize> {
    let mut chosen = vec![NONE; choice.subsets.len()];
    for step in order {
        chosen[steps[*step].subset] = steps[*step].number;
    }
    chosen
}

/// The orders that are chosen most often where extents are small, middling or large.
fn most_often(choice: &Choice, steps: &[Way<'_>]) -> Vec<Vec<usize>> {
    let mut labels: Vec<&Label> = steps.iter().flat_map(|step| &step.alternative.labels).collect();
    sort(&mut labels);
    labels.dedup();
    let mut counts: Table<Vec<usize>, usize> = Table::default();
    let mut state = 1_u32;
    for _ in 0..EXPLAINED_SAMPLES {
        let sample = labels.mapped(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            [4.0, 32.0, 256.0][(state >> 16) as usize % 3]
        });
        let extent = |label: &Label| labels.binary_search(&label).map_or(EXPLAINED_EXTENT, |number| sample[number]);
        *counts.get_or_insert(cheapest(choice, steps, extent), 0) += 1;
    }
    let mut orders: Vec<(Vec<usize>, usize)> = counts.into_iter().collect();
    sort_by_key(&mut orders, |(_, count)| Reverse(*count));
    orders.into_iter().take(EXPLAINED_MAX_TREES).map(|(order, _)| order).collect()
}

/// The order that the run time chooses at these extents: of equals the first.
fn cheapest(choice: &Choice, steps: &[Way<'_>], extent: impl Fn(&Label) -> f64) -> Vec<usize> {
    let mut best: Vec<(f64, Vec<usize>)> = Vec::new();
    for (subset, alternatives) in choice.subsets.iter().enumerate() {
        let mut least = (if alternatives.is_empty() { 0.0 } else { f64::INFINITY }, Vec::new());
        for (place, step) in steps.iter().enumerate().filter(|(_, step)| step.subset == subset) {
            let [lhs, rhs] = step.alternative.parts.map(|part| &best[part]);
            let cost = lhs.0 + rhs.0 + step.alternative.cost(&extent);
            if cost < least.0 {
                least = (cost, [lhs.1.as_slice(), &rhs.1, &[place]].concat());
            }
        }
        best.push(least);
    }
    best.pop().map(|(_, order)| order).unwrap_or_default()
}

/// Which step is never worse than which other, and what they cost at equal extents.
struct Dominance {
    divides: Vec<Vec<bool>>,
    /// Which step's product never has more elements than which other's, if that matters.
    smaller: Vec<Vec<bool>>,
    costs: Vec<f64>,
}

impl Dominance {
    fn new(steps: &[Way<'_>], intermediates: Option<Vec<Option<&[Label]>>>) -> Self {
        let divides = |a: &Alternative, b: &Alternative| a.coefficient <= b.coefficient && are_in(&a.labels, &b.labels);
        let row = |a: &Way<'_>| steps.mapped(|b| divides(a.alternative, b.alternative));
        let smaller = intermediates.map_or(Vec::new(), |sizes| {
            let is_smaller = |a: Option<&[Label]>, b: Option<&[Label]>| match (a, b) {
                (None, _) => true,
                (Some(a), Some(b)) => are_in(a, b),
                (Some(_), None) => false,
            };
            sizes.mapped(|a| sizes.mapped(|b| is_smaller(*a, *b)))
        });
        let costs = steps.mapped(|step| step.alternative.cost(|_| EXPLAINED_EXTENT));
        Self { divides: steps.mapped(row), smaller, costs }
    }

    /// Drops an order if each step of another one is never worse than one of its own: the dominance that the search prunes by.
    /// The orders that are left begin with the one that costs least at equal extents.
    fn undominated(&self, mut orders: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
        let cost = |order: &Vec<usize>| order.iter().map(|step| self.costs[*step]).sum::<f64>();
        orders.sort_by(|a, b| cost(a).total_cmp(&cost(b)));
        let is_below = |table: &[Vec<bool>], a: &[usize], b: &[usize]| {
            table.is_empty() || a.iter().all(|a| b.iter().any(|b| table[*a][*b]))
        };
        let dominates = |a: &[usize], b: &[usize]| is_below(&self.divides, a, b) && is_below(&self.smaller, a, b);
        let mut kept: Vec<Vec<usize>> = Vec::new();
        for order in orders {
            if !kept.iter().any(|better| dominates(better, &order)) {
                kept.retain(|worse| !dominates(&order, worse));
                kept.push(order);
            }
        }
        kept
    }
}

fn are_in(few: &[Label], many: &[Label]) -> bool {
    few.iter().all(|label| many.contains(label))
}
