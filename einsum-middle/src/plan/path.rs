//! A contraction path: pairwise steps, in order.

use std::fmt;

use super::{
    cost::{Objective, Polynomial, Roles},
    network::Network,
};
use crate::few::{List, Table, numbered};

/// Pairwise steps that contract a network. Operands are numbered first, then the results of steps,
/// in order; the last is the result.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path {
    /// How many operands there are.
    pub operands: usize,
    /// The factors of every step: operands, or results of earlier steps.
    pub steps: Vec<(usize, usize)>,
}

/// The tensors of a network while it is contracted.
pub(super) struct Tensors<'a> {
    network: &'a Network,
    /// The labels of operands, without lone ones, and of results of steps.
    pub(super) labels: Vec<Vec<usize>>,
    /// On how many tensors that are left every label is.
    holders: Vec<usize>,
}

impl Path {
    /// The path of a tree, given by the sets of operands that its steps multiply: from the last step
    /// down, all of one factor before those of the other. The path goes up in the same way, so that
    /// few intermediates are there at a time.
    pub(super) fn of_sets(operands: usize, downwards: &[(Vec<usize>, Vec<usize>)]) -> Self {
        let mut numbers: Table<Vec<usize>, usize> = (0..operands).map(|number| (vec![number], number)).collect();
        let mut steps = Vec::new();
        for (lhs, rhs) in downwards.iter().rev() {
            steps.push((numbers[lhs], numbers[rhs]));
            numbers.insert(united(lhs, rhs), operands + steps.len() - 1);
        }
        Self { operands, steps }
    }

    /// The operands in every value, ascending: those of the operands themselves, then of results.
    #[must_use]
    pub fn sets(&self) -> Vec<Vec<usize>> {
        let mut sets: Vec<Vec<usize>> = numbered(self.operands, |number| vec![number]);
        for (lhs, rhs) in &self.steps {
            sets.push(united(&sets[*lhs], &sets[*rhs]));
        }
        sets
    }

    /// The flops of its steps, and of the sums of lone labels.
    #[must_use]
    pub fn cost(&self, network: &Network, objective: Objective) -> Polynomial {
        let mut tensors = Tensors::new(network);
        let steps = self.steps.mapped(|(lhs, rhs)| {
            let (labels, weight) = tensors.step(*lhs, *rhs, objective);
            tensors.merge(*lhs, *rhs);
            network.product(weight, &labels)
        });
        network.sums(objective).into_iter().chain(steps).collect()
    }

    /// The flops of its steps, and of the sums of lone labels, if all extents are given.
    #[must_use]
    pub fn flops(&self, network: &Network, objective: Objective) -> f64 {
        let mut tensors = Tensors::new(network);
        let mut sum = network.sums(objective).iter().map(|monomial| monomial.coefficient).sum();
        for (lhs, rhs) in &self.steps {
            let (labels, weight) = tensors.step(*lhs, *rhs, objective);
            tensors.merge(*lhs, *rhs);
            sum += weight * network.size(&labels);
        }
        sum
    }

    /// The size of the largest intermediate, if all extents are given; 0 if there is none.
    #[must_use]
    pub fn largest_intermediate(&self, network: &Network) -> f64 {
        let mut tensors = Tensors::new(network);
        for (lhs, rhs) in &self.steps {
            tensors.merge(*lhs, *rhs);
        }
        let is_intermediate = |value: &usize| match value.checked_sub(self.operands) {
            None => network.has_lone_label(*value) && (self.operands > 1 || network.is_part),
            Some(step) => network.is_part || step + 1 < self.steps.len(),
        };
        let intermediates = (0..tensors.labels.len()).filter(is_intermediate);
        intermediates.map(|value| network.size(&tensors.labels[value])).fold(0.0, f64::max)
    }
}

impl<'a> Tensors<'a> {
    /// The operands, after lone labels are summed.
    pub(super) fn new(network: &'a Network) -> Self {
        let labels: Vec<Vec<usize>> = numbered(network.operands.len(), |operand| network.kept(&[operand]));
        let holders = numbered(network.labels.len(), |label| network.holders(label));
        Self { network, labels, holders }
    }

    /// The labels of a step, and its flops per combination of their indices.
    pub(super) fn step(&self, lhs: usize, rhs: usize, objective: Objective) -> (Vec<usize>, f64) {
        let labels = united(&self.labels[lhs], &self.labels[rhs]);
        let roles = Roles {
            contracted: self.product(lhs, rhs).len() < labels.len(),
            lhs_free: self.labels[rhs].len() < labels.len(),
            rhs_free: self.labels[lhs].len() < labels.len(),
        };
        (labels, objective.of_step(roles))
    }

    /// The labels of a product of two tensors.
    pub(super) fn product(&self, lhs: usize, rhs: usize) -> Vec<usize> {
        let (lhs, rhs) = (&self.labels[lhs], &self.labels[rhs]);
        let is_last = |label: &usize| self.holders[*label] == 2 && !self.network.is_on_output(*label);
        let is_contracted =
            |label: &usize| is_last(label) && [lhs, rhs].iter().all(|set| set.binary_search(label).is_ok());
        let mut labels = united(lhs, rhs);
        labels.retain(|label| !is_contracted(label));
        labels
    }

    /// Puts their product in the place of two tensors.
    pub(super) fn merge(&mut self, lhs: usize, rhs: usize) -> usize {
        let product = self.product(lhs, rhs);
        let both = self.labels[lhs].iter().filter(|label| self.labels[rhs].binary_search(label).is_ok());
        both.for_each(|label| self.holders[*label] -= 1);
        self.labels.push(product);
        self.labels.len() - 1
    }
}

/// The union of two ascending lists.
pub(super) fn united(a: &[usize], b: &[usize]) -> Vec<usize> {
    let (mut a, mut b) = (a.iter().copied().peekable(), b.iter().copied().peekable());
    let mut union = Vec::new();
    while let (Some(x), Some(y)) = (a.peek().copied(), b.peek().copied()) {
        union.push(x.min(y));
        a.next_if(|_| x <= y);
        b.next_if(|_| y <= x);
    }
    union.extend(a.chain(b));
    union
}

/// The tree of the path: `((0 1) 2)`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut texts: Vec<String> = numbered(self.operands, |number| number.to_string());
        for (lhs, rhs) in &self.steps {
            let text = |value: &usize| texts.get(*value).cloned().unwrap_or_else(|| "?".to_owned());
            texts.push(format!("({} {})", text(lhs), text(rhs)));
        }
        f.write_str(&texts.pop().unwrap_or_default())
    }
}
