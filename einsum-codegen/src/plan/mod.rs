//! Chooses the steps: [`Einsum`] -> [`ContractionTree`].
//!
//! [`plan`] takes operands from left to right, [`along`] in the order that [`search`] has found; both
//! those within parentheses first. A lone label, one that is on a
//! single operand and not on the output, is summed before its operand meets another, so that the
//! sum is over the smaller tensor. A label is contracted in the step after which nothing has it.
//!
//! AFTER THIS POINT: steps have one or two factors; see [`ContractionTree::verify`].

mod cap;
pub mod cost;
mod dense;
pub mod exact;
pub mod greedy;
mod maxima;
pub mod network;
pub mod path;
mod random;
mod reorder;
mod sample;
pub mod search;
pub mod splits;
mod symbolic;
mod verify;

use self::{path::Path, search::Search, splits::Splits};
use crate::ir::{ContractionTree, Einsum, Epilogue, Factor, Group, Kind, Label, Step, Subscript, ValueId};

/// Plans an einsum.
#[must_use]
pub fn plan(einsum: &Einsum) -> ContractionTree {
    let mut planner = Planner::new(einsum);
    let factors = planner.contract(outermost(einsum), 2);
    planner.finish(factors)
}

/// Plans an einsum in the order that was searched for; `path` chooses where splits leave a choice.
#[must_use]
pub fn along(einsum: &Einsum, search: &Search, path: &dyn Fn(&Splits) -> Path) -> ContractionTree {
    let mut planner = Planner::new(einsum);
    let factors = planner.follow(outermost(einsum), search, path, 2);
    planner.finish(factors)
}

/// The groups of an einsum; parentheses around all of it say nothing.
fn outermost(einsum: &Einsum) -> &[Group] {
    let mut order = einsum.order.as_slice();
    while let [Group::Parentheses(all)] = order {
        order = all;
    }
    order
}

struct Planner<'a> {
    einsum: &'a Einsum,
    tree: ContractionTree,
}

/// What is waiting to be multiplied: a value, and the operands that are in it.
struct Pending {
    factor: Factor,
    operands: Vec<usize>,
}

impl<'a> Planner<'a> {
    fn new(einsum: &'a Einsum) -> Self {
        let tree = ContractionTree { values: Vec::new(), sources: Vec::new(), steps: Vec::new(), results: Vec::new() };
        let mut planner = Self { einsum, tree };
        for (number, operand) in einsum.operands.iter().enumerate() {
            let id = planner.tree.define(Kind::Operand(number), operand.name.clone(), operand.subscript.clone());
            planner.tree.sources.push(id);
        }
        planner
    }

    /// Multiplies groups along a path until so many factors are left.
    fn follow(
        &mut self,
        groups: &[Group],
        search: &Search,
        path: &dyn Fn(&Splits) -> Path,
        left: usize,
    ) -> Vec<Pending> {
        let pending = groups.iter().zip(&search.groups).map(|(group, inner)| match (group, inner) {
            (Group::Parentheses(groups), Some(inner)) => self.follow(groups, inner, path, 1).pop(),
            (group, _) => Some(self.group(group)),
        });
        let mut pending: Vec<Option<Pending>> = pending.collect();
        let steps = (groups.len()).saturating_sub(left);
        for (lhs, rhs) in path(&search.splits).steps.into_iter().take(steps) {
            let factors: Vec<Pending> = [lhs, rhs].into_iter().filter_map(|value| pending[value].take()).collect();
            pending.push(Some(self.step(&factors)));
        }
        pending.into_iter().flatten().collect()
    }

    /// Multiplies groups until so many factors are left.
    fn contract(&mut self, groups: &[Group], left: usize) -> Vec<Pending> {
        let mut pending: Vec<Pending> = groups.iter().map(|group| self.group(group)).collect();
        while pending.len() > left {
            let others = pending.split_off(2);
            let product = self.step(&pending);
            pending = [product].into_iter().chain(others).collect();
        }
        pending
    }

    fn group(&mut self, group: &Group) -> Pending {
        match group {
            Group::Operand(number) => self.operand(*number),
            Group::Parentheses(groups) => self.contract(groups, 1).swap_remove(0),
        }
    }

    /// An operand; if there are others, without the labels that it has alone.
    fn operand(&mut self, number: usize) -> Pending {
        let value = self.tree.sources[number];
        let conj = self.einsum.operands[number].conj;
        let operand = Pending { factor: Factor { value, conj }, operands: vec![number] };
        let has_lone_label = self.kept(&[&operand]).len() < self.tree.subscript(value).distinct().len();
        if has_lone_label && self.einsum.operands.len() > 1 { self.step(&[operand]) } else { operand }
    }

    /// The labels of the factors that the output, or an operand that is not in them, needs.
    fn kept(&self, factors: &[&Pending]) -> Vec<Label> {
        let is_in = |number: usize| factors.iter().any(|factor| factor.operands.contains(&number));
        let others = self.einsum.operands.iter().enumerate().filter(|(number, _)| !is_in(*number));
        let others: Vec<&Subscript> = others.map(|(_, operand)| &operand.subscript).collect();
        let needed = |label: &Label| self.einsum.output.has(label) || others.iter().any(|other| other.has(label));
        let labels = factors.iter().flat_map(|factor| self.tree.subscript(factor.factor.value).0.clone());
        labels.collect::<Subscript>().distinct().into_iter().filter(needed).collect()
    }

    /// Multiplies factors into a new intermediate.
    fn step(&mut self, factors: &[Pending]) -> Pending {
        let subscript = self.kept(&factors.iter().collect::<Vec<_>>()).into_iter().collect();
        let result = self.tree.intermediate(subscript);
        self.push(factors, result, Epilogue::default());
        let operands = factors.iter().flat_map(|factor| factor.operands.clone()).collect();
        Pending { factor: Factor::plain(result), operands }
    }

    /// Writes the result; where it is broadcast along labels of its own, in a step for that alone.
    fn finish(mut self, mut factors: Vec<Pending>) -> ContractionTree {
        let output = &self.einsum.output;
        let subscripts = factors.iter().map(|factor| self.tree.subscript(factor.factor.value));
        let labels: Subscript = subscripts.flat_map(|subscript| subscript.0.clone()).collect();
        let broadcasts = output.0.iter().any(|label| !labels.has(label));
        let contracts = labels.0.iter().any(|label| !output.has(label));
        if broadcasts && (factors.len() == 2 || contracts) {
            factors = vec![self.step(&factors)];
        }
        let result = self.tree.define(Kind::Result, "y".to_owned(), output.clone());
        self.push(&factors, result, self.einsum.epilogue);
        self.tree.results.push(result);
        debug_assert_eq!(self.tree.verify(), Ok(()), "plan of `{}`", self.einsum);
        self.tree
    }

    fn push(&mut self, factors: &[Pending], result: ValueId, epilogue: Epilogue) {
        let factors = factors.iter().map(|factor| factor.factor).collect();
        self.tree.steps.push(Step { factors, result, epilogue });
    }
}
