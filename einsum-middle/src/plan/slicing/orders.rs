//! The orders of a tree, and the best of them for blocks of given lengths: by dynamic programming, as at run time.

use crate::{
    few::List,
    ir::{self, ContractionTree, Cost, Label, Limit},
    tuning::ELEMENT_FLOPS,
};

/// The orders of a tree: what runs over which labels, by their numbers.
pub(super) struct SliceOrders {
    /// The steps that every order has.
    pub(super) costs: Vec<FixedStep>,
    /// The labels of the intermediates that every order has.
    pub(super) always: Vec<Vec<usize>>,
    /// The groups of operands that an order is chosen of.
    pub(super) groups: Vec<OrderTable>,
    /// The labels that are never sliced.
    pub(super) whole: Vec<usize>,
}

/// A step that every order has: its labels, and those of the tensors that it reads and writes.
pub(super) struct FixedStep {
    coefficient: f64,
    labels: Vec<usize>,
    tensors: Vec<Vec<usize>>,
}

/// Operands that an order is chosen of.
pub(super) struct OrderTable {
    /// For every subset its alternatives.
    subsets: Vec<Vec<NumberedAlternative>>,
    /// For every subset the labels of its product.
    tensors: Vec<Vec<usize>>,
    /// The subsets whose products are intermediates, and the labels of these.
    pub(super) sizes: Vec<(usize, Vec<usize>)>,
}

/// One way to compute a subset: as the product of two others.
struct NumberedAlternative {
    parts: [usize; 2],
    coefficient: f64,
    labels: Vec<usize>,
}

/// The best order of a group: its cost, the smallest that its largest intermediate can be, and what is chosen.
pub(super) struct Best {
    pub(super) cost: f64,
    pub(super) smallest: u64,
    pub(super) chosen: Vec<usize>,
}

impl SliceOrders {
    /// The orders of a tree of which the run time would choose.
    pub(super) fn new(labels: &[Label], tree: &ContractionTree) -> Self {
        let limits = tree.limit.iter();
        let step = |cost: &Cost| FixedStep {
            coefficient: cost.coefficient,
            labels: numbers(&cost.labels),
            tensors: cost.tensors.mapped(|labels| numbers(labels)),
        };
        let group = |limit: &Limit, number: usize| OrderTable {
            subsets: tree.choices[number].subsets.mapped(|all| alternatives(all)),
            tensors: limit.tensors[number].mapped(|labels| numbers(labels)),
            sizes: limit.chosen[number].mapped(|(subset, labels)| (*subset, numbers(&labels.0))),
        };
        let all = 0..tree.choices.len();
        Self {
            costs: limits.clone().flat_map(|limit| &limit.costs).map(step).collect(),
            always: limits.clone().flat_map(|limit| &limit.always).map(|size| numbers(&size.0)).collect(),
            groups: limits.flat_map(|limit| all.clone().map(|number| group(limit, number))).collect(),
            whole: labels.iter().enumerate().filter(|(_, label)| label.is_ellipsis()).map(|(n, _)| n).collect(),
        }
    }
}

fn alternatives(of: &[ir::Alternative]) -> Vec<NumberedAlternative> {
    let alternative = |ir::Alternative { parts, coefficient, labels }: &ir::Alternative| NumberedAlternative {
        parts: *parts,
        coefficient: *coefficient,
        labels: numbers(labels),
    };
    of.mapped(alternative)
}

fn numbers(labels: &[Label]) -> Vec<usize> {
    labels.mapped(|label| label.id().0)
}

impl FixedStep {
    /// The cost in a block in which labels have so many indices.
    pub(super) fn cost(&self, spans: &[f64]) -> f64 {
        cost(self.coefficient, &self.labels, self.tensors.iter().map(Vec::as_slice), spans)
    }
}

impl OrderTable {
    /// The best order that is within the limit, for blocks of these lengths.
    pub(super) fn best(&self, spans: &[f64], lengths: &[u64], limit: u64) -> Best {
        let mut costs: Vec<f64> = Vec::new();
        let mut largest = vec![0; self.subsets.len()];
        let mut chosen = vec![usize::MAX; self.subsets.len()];
        for (subset, labels) in &self.sizes {
            largest[*subset] = elements(labels, lengths);
        }
        for (subset, alternatives) in self.subsets.iter().enumerate() {
            let mut least = f64::INFINITY;
            let mut smallest = if alternatives.is_empty() { 0 } else { u64::MAX };
            for (number, NumberedAlternative { parts: [lhs, rhs], coefficient, labels }) in
                alternatives.iter().enumerate()
            {
                let parts = largest[*lhs].max(largest[*rhs]);
                smallest = smallest.min(parts);
                let tensors = [*lhs, *rhs, subset].map(|tensor| self.tensors[tensor].as_slice());
                let cost = costs[*lhs] + costs[*rhs] + cost(*coefficient, labels, tensors.into_iter(), spans);
                if parts <= limit && (cost < least || chosen[subset] == usize::MAX) {
                    (least, chosen[subset]) = (cost, number);
                }
            }
            costs.push(if alternatives.is_empty() { 0.0 } else { least });
            largest[subset] = largest[subset].max(smallest);
        }
        let (cost, smallest) = (costs.last().copied().unwrap_or(0.0), largest.last().copied().unwrap_or(0));
        Best { cost, smallest, chosen: self.needed(chosen) }
    }

    /// Leaves out what the last subset is not made of.
    fn needed(&self, mut chosen: Vec<usize>) -> Vec<usize> {
        let mut is_needed = vec![false; chosen.len()];
        is_needed.last_mut().into_iter().for_each(|last| *last = true);
        for subset in (0..chosen.len()).rev() {
            match self.subsets[subset].get(chosen[subset]).filter(|_| is_needed[subset]) {
                Some(alternative) => alternative.parts.iter().for_each(|part| is_needed[*part] = true),
                None => chosen[subset] = usize::MAX,
            }
        }
        chosen
    }
}

/// The cost of a step: operations, and elements that it reads and writes.
fn cost<'a>(coefficient: f64, labels: &[usize], tensors: impl Iterator<Item = &'a [usize]>, spans: &[f64]) -> f64 {
    let product = |labels: &[usize]| labels.iter().fold(coefficient, |cost, label| cost * spans[*label]);
    product(labels) + ELEMENT_FLOPS * tensors.map(product).sum::<f64>()
}

/// How many elements an intermediate has; an extent of 0 counts as 1, as at run time.
pub(super) fn elements(labels: &[usize], lengths: &[u64]) -> u64 {
    labels.iter().fold(1, |product: u64, label| product.saturating_mul(lengths[*label].max(1)))
}
