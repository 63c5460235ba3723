//! The programs of least cost, for each set of operands and each layout of its product.

use std::collections::HashMap;

use super::problem::{Problem, labels_of};
use crate::{
    few::{List, numbered},
    ir::{
        Label, Subscript,
        shard::{Layout, MoveKind, Placement, ShardExtents, route},
    },
    notation::Group,
    tuning::{SHARDED_MAX_PAIRED, SHARDED_PROCESSES, WORD_MULTIPLICATIONS},
};

/// A cost, by which programs are compared.
#[derive(Clone, Copy, Debug)]
pub(super) struct ProgramCost {
    /// The multiplications if nothing were sharded, by which the order is chosen, and the words that are sent.
    order_and_words: f64,
    /// The multiplications of one process.
    multiplications: f64,
}

/// The program whose result are the operands of a set, multiplied.
pub(super) struct Set {
    /// The labels of the product.
    pub(super) labels: Subscript,
    /// The layouts in which it is computed.
    computed: Vec<Computed>,
    /// The layouts to which it can be moved, with the number of that which it is computed in.
    moved: HashMap<Layout, (ProgramCost, usize)>,
}

/// A layout in which a product is computed.
#[derive(Clone)]
pub(super) struct Computed {
    /// The layout.
    pub(super) layout: Layout,
    /// The factors, in the layouts that they need; none of an operand.
    pub(super) factors: Vec<(u32, Layout)>,
    cost: ProgramCost,
}

/// All sets that can be part of a program.
pub(super) struct SetSearch(HashMap<u32, Set>);

impl SetSearch {
    pub(super) fn run(problem: &Problem<'_>) -> Self {
        let count = problem.leaves.len();
        let mut search = Self(HashMap::new());
        for number in 0..count {
            search.add(problem, 1 << number, vec![problem.operand(number)]);
        }
        let all = (1 << count) - 1;
        let crosses = problem.groups();
        let fits =
            |set: u32| crosses.iter().all(|group| set & group == 0 || set & group == *group || set & group == set);
        if count > SHARDED_MAX_PAIRED {
            let leaves: Vec<u32> = numbered(count, |number| 1 << number);
            let in_one_step = problem.products(&search, all, &leaves);
            for (left, right) in problem.pairs(leaves, fits) {
                let (set, mut computed) = (left | right, problem.products(&search, left | right, &[left, right]));
                // (Where pairs lie such that they cannot meet, all may.)
                if set == all {
                    computed.extend_from_slice(&in_one_step);
                }
                search.add(problem, set, computed);
            }
        } else {
            for set in (1..=all).filter(|set: &u32| set.count_ones() > 1 && fits(*set)) {
                let computed =
                    halves(set).filter(|(left, right)| search.0.contains_key(left) && search.0.contains_key(right));
                let computed = computed.flat_map(|(left, right)| problem.products(&search, set, &[left, right]));
                let computed = computed.collect();
                search.add(problem, set, computed);
            }
        }
        search
    }

    /// Whether there is a program whose result lies so.
    pub(super) fn has(&self, operands: u32, layout: &Layout) -> bool {
        self.0.get(&operands).is_some_and(|set| set.moved.contains_key(layout))
    }

    pub(super) fn set(&self, operands: u32) -> &Set {
        &self.0[&operands]
    }

    /// Adds the layouts to which what is computed can be moved.
    fn add(&mut self, problem: &Problem<'_>, operands: u32, computed: Vec<Computed>) {
        let (labels, computed) = (problem.labels(operands), cheapest(computed));
        let mut moved: HashMap<Layout, (ProgramCost, usize)> = HashMap::new();
        for layout in problem.layouts(&labels) {
            let costs = computed.iter().enumerate().filter_map(|(number, computed)| {
                let words = if problem.is_read_at_forms(operands) {
                    let operand = operands.trailing_zeros() as usize;
                    let before = problem.before_halos(operand, &layout);
                    problem.can_be_read(operand, &layout).then_some(())?;
                    let moved = problem.words(&labels, &computed.layout, &before)?;
                    moved * problem.elements_of_indices(operand) + problem.halo_words(operand, &layout)
                } else {
                    problem.words(&labels, &computed.layout, &layout)?
                };
                Some((computed.cost.plus(words), number))
            });
            if let Some(best) = costs.reduce(|best, other| if other.0.is_less(&best.0) { other } else { best }) {
                moved.insert(layout, best);
            }
        }
        self.0.insert(operands, Set { labels, computed, moved });
    }
}

impl Set {
    /// How the product is computed if it shall lie so.
    pub(super) fn computed(&self, layout: &Layout) -> &Computed {
        &self.computed[self.moved[layout].1]
    }
}

impl Problem<'_> {
    fn operand(&self, number: usize) -> Computed {
        Computed { layout: self.leaf(number), factors: Vec::new(), cost: ProgramCost::default() }
    }

    /// The operands in parentheses, each as a set.
    fn groups(&self) -> Vec<u32> {
        fn visit(group: &Group, sets: &mut Vec<u32>) {
            if let Group::Parentheses(groups) = group {
                let mut operands = Vec::new();
                group.visit(&mut operands);
                sets.push(operands.iter().fold(0, |set, number| set | 1 << number));
                for group in groups {
                    visit(group, sets);
                }
            }
        }
        let mut sets = Vec::new();
        self.einsum.order.iter().for_each(|group| visit(group, &mut sets));
        sets
    }

    /// One order of pairs, whatever lies where: each time those whose product is smallest, less what they are themselves.
    fn pairs(&self, mut sets: Vec<u32>, fits: impl Fn(u32) -> bool) -> Vec<(u32, u32)> {
        let size = |set: u32| self.labels(set).0.iter().map(|label| self.extents[label.id().0]).product::<f64>();
        let growth = |&(left, right): &(u32, u32)| size(left | right) - size(left) - size(right);
        let mut pairs = Vec::new();
        while sets.len() > 1 {
            let all =
                sets.iter().enumerate().flat_map(|(number, right)| sets[..number].iter().map(|left| (*left, *right)));
            let next = all.filter(|(left, right)| fits(left | right));
            let next = next.min_by(|one, other| growth(one).total_cmp(&growth(other)));
            let (left, right) = next.expect("some two within the innermost parentheses fit");
            sets.retain(|set| *set != left && *set != right);
            sets.push(left | right);
            pairs.push((left, right));
        }
        pairs
    }

    /// All layouts of a tensor with these labels.
    fn layouts(&self, labels: &Subscript) -> Vec<Layout> {
        let mut layouts = vec![Layout::default()];
        for _ in 0..self.axes() {
            let placements = |layout: &Layout| {
                let free = self.candidates.iter().filter(|label| labels.has(label) && layout.axis_of(label).is_none());
                let varying = free.cloned().map(Placement::Varying);
                [Placement::Replicate, Placement::Partial].into_iter().chain(varying).collect::<Vec<_>>()
            };
            layouts = layouts
                .iter()
                .flat_map(|layout| placements(layout).into_iter().map(|placement| layout.and(placement)))
                .collect();
        }
        layouts
    }

    /// All that can be done on the axes when these factors meet.
    fn products(&self, search: &SetSearch, set: u32, factors: &[u32]) -> Vec<Computed> {
        let labels = self.labels(set);
        let sets: Vec<&Set> = factors.mapped(|factor| search.set(*factor));
        let mut all =
            vec![PlacedProduct { factors: vec![Layout::default(); factors.len()], result: Layout::default() }];
        for _ in 0..self.axes() {
            all = all.iter().flat_map(|product| self.splits(product, &sets, &labels)).collect();
        }
        let multiplications = self.multiplications(&sets);
        let computed = |PlacedProduct { factors: layouts, result }: PlacedProduct| {
            let needed: Vec<(u32, Layout)> = factors.iter().copied().zip(layouts).collect();
            let costs = needed.iter().zip(&sets).map(|((_, layout), set)| Some(set.moved.get(layout)?.0));
            let cost = costs.sum::<Option<ProgramCost>>()?;
            let split =
                needed.iter().flat_map(|(_, layout)| labels_of(layout)).collect::<std::collections::HashSet<_>>();
            #[expect(clippy::cast_precision_loss, reason = "there are few axes")]
            let own = multiplications / f64::from(SHARDED_PROCESSES).powf(split.len() as f64);
            let cost = ProgramCost {
                order_and_words: cost.order_and_words + multiplications,
                multiplications: cost.multiplications + own,
            };
            Some(Computed { layout: result, factors: needed, cost })
        };
        all.into_iter().filter_map(computed).collect()
    }

    /// All that can be done on the next axis: nothing, a label is split, or one factor is a sum of parts.
    fn splits(&self, product: &PlacedProduct, sets: &[&Set], labels: &Subscript) -> Vec<PlacedProduct> {
        let is_free = |label: &&Label| product.factors.iter().all(|layout| layout.axis_of(label).is_none());
        let has = |label: &&Label| sets.iter().any(|set| set.labels.has(label));
        let mut all = vec![product.and(|_| Placement::Replicate, Placement::Replicate)];
        for label in self.candidates.iter().filter(has).filter(is_free) {
            let varying = Placement::Varying(label.clone());
            let placement =
                |factor: usize| if sets[factor].labels.has(label) { varying.clone() } else { Placement::Replicate };
            let result = if labels.has(label) { varying.clone() } else { Placement::Partial };
            all.push(product.and(placement, result));
        }
        for sum in 0..sets.len() {
            let placement = |factor| if factor == sum { Placement::Partial } else { Placement::Replicate };
            all.push(product.and(placement, Placement::Partial));
        }
        all
    }

    /// How many multiplications a step takes, of all processes.
    fn multiplications(&self, sets: &[&Set]) -> f64 {
        let labels = self.einsum.labels();
        let are_there = labels.iter().filter(|label| sets.iter().any(|set| set.labels.has(label)));
        are_there.map(|label| self.extents[label.id().0]).product()
    }

    /// The words that are sent from one layout to another, if there is a way.
    fn words(&self, labels: &Subscript, from: &Layout, to: &Layout) -> Option<f64> {
        let extents = ShardExtents { label: &|label| self.extents[label.id().0], axis: &|_| SHARDED_PROCESSES.into() };
        let mut words = 0.0;
        let mut layout = from.clone();
        for (axis, next) in route(from, to)? {
            words += extents.words(&labels.0, (&layout, axis), &MoveKind::of(layout.on(axis), next.on(axis))?);
            layout = next;
        }
        Some(words)
    }
}

/// A product of factors: how these and the result lie on the axes that were decided.
struct PlacedProduct {
    factors: Vec<Layout>,
    result: Layout,
}

impl PlacedProduct {
    fn and(&self, placement: impl Fn(usize) -> Placement, result: Placement) -> Self {
        let factors = self.factors.iter().enumerate().map(|(number, layout)| layout.and(placement(number)));
        Self { factors: factors.collect(), result: self.result.and(result) }
    }
}

impl Layout {
    /// The layout with a placement on one more axis.
    fn and(&self, placement: Placement) -> Self {
        Self(self.0.iter().cloned().chain([placement]).collect())
    }
}

impl Default for ProgramCost {
    fn default() -> Self {
        Self { order_and_words: 0.0, multiplications: 0.0 }
    }
}

impl ProgramCost {
    fn plus(self, words: f64) -> Self {
        Self { order_and_words: self.order_and_words + words * WORD_MULTIPLICATIONS, ..self }
    }

    /// Whether it is less, by more than rounding.
    fn is_less(&self, other: &Self) -> bool {
        let is_less = |one: f64, other: f64| one < other * (1.0 - 1e-9);
        is_less(self.order_and_words, other.order_and_words)
            || !is_less(other.order_and_words, self.order_and_words)
                && is_less(self.multiplications, other.multiplications)
    }
}

impl std::iter::Sum for ProgramCost {
    fn sum<I: Iterator<Item = Self>>(costs: I) -> Self {
        costs.fold(Self::default(), |sum, cost| Self {
            order_and_words: sum.order_and_words + cost.order_and_words,
            multiplications: sum.multiplications + cost.multiplications,
        })
    }
}

/// Of those that lie alike, the first that costs least: nothing that comes later asks for more of them.
fn cheapest(computed: Vec<Computed>) -> Vec<Computed> {
    let mut places: HashMap<Layout, usize> = HashMap::new();
    let mut kept: Vec<Computed> = Vec::new();
    for computed in computed {
        match places.get(&computed.layout) {
            Some(&place) if computed.cost.is_less(&kept[place].cost) => kept[place] = computed,
            Some(_) => {}
            None => {
                places.insert(computed.layout.clone(), kept.len());
                kept.push(computed);
            }
        }
    }
    kept
}

/// All ways to cut a set in two.
fn halves(set: u32) -> impl Iterator<Item = (u32, u32)> {
    let lowest = set & set.wrapping_neg();
    std::iter::successors(Some((set - 1) & set), move |half| (*half > 0).then(|| (half - 1) & set))
        .filter(move |half| half & lowest != 0 && *half != 0)
        .map(move |half| (half, set & !half))
}
