//! The order of the labels of intermediates, which are row-major: chosen for the step that computes one,
//! and for those that read it.
//!
//! A step computes `out[batch, m, n] = sum over k of lhs[batch, m, k] rhs[batch, k, n]`, where each of the
//! four stands for any number of labels. Three things make it fast, whatever the extents are:
//!
//! - labels that are neighbours in all tensors that have them, in the same order, are one axis to the
//!   engine: the fewer axes, the longer its loops, and the less it has to gather;
//! - vectors lie along the last label of the result; a factor that has it is read as it lies if it is its
//!   last label, too, and is turned around first if it is not;
//! - a vector is written as one piece as far as the labels before that one are on the same factor.
//!
//! All depend on three tensors at once, so that no order is best for an intermediate by itself. It starts
//! with its labels in order of appearance, and takes the best of these orders, one intermediate after the
//! other, the last first, until nothing is better: for every step that reads it, batch labels, labels that
//! the result has, in the order of that, and contracted labels, in the order of the other factor, side by
//! side in all ways. In `abc,ai,bj,ck->ijk` this leaves `bci` and `cij` as they are, which one product of
//! matrices each makes of what is before it; in `ijb,jkb,klb->ilb` it makes `ikb` of `ibk`, and in
//! `ab,bcdk,aefl,pdfgh,pklij->cgiehj` of the last intermediate `cgehpkl`.
//!
//! The result of a step of one factor stays as it is: a sum that is turned around on the way takes up to four
//! times as long. (`jkl->kj`, 512 x 512 x 32: 3.9 ms, where `jkl->jk` takes 0.9; the product after it gains 2 %.)
//!
//! If the extents decide which steps are taken, each step counts as often as it is taken at sample extents.

use super::cost::Objective;
use crate::{
    few::{List, Table, sort},
    ir::{ContractionTree, Guard, Kind, Label, Step},
    tuning::{LAYOUT_AXIS_COST, LAYOUT_ROUNDS, LAYOUT_SCATTER_COST, LAYOUT_TURN_COST},
};

/// Puts the labels of all intermediates in order; `weights` are those of steps that are not always taken.
pub(super) fn arrange(tree: &mut ContractionTree, objective: Objective, weights: &Table<Guard, usize>) {
    let mut layouts = Layouts::new(tree, objective, weights);
    let is_product = |step: &&Step| step.factors.len() == 2 && tree.value(step.result).kind == Kind::Intermediate;
    let mut intermediates: Vec<usize> = tree.steps.iter().filter(is_product).map(|step| step.result.0).collect();
    sort(&mut intermediates);
    intermediates.dedup();
    intermediates.reverse();
    for _ in 0..LAYOUT_ROUNDS {
        let changes = intermediates.iter().filter(|value| layouts.improve(**value)).count();
        if changes == 0 {
            break;
        }
    }
    for value in intermediates {
        let labels = tree.values[value].subscript.distinct();
        let ordered = layouts.orders[value].iter().filter_map(|id| labels.iter().find(|label| label.id().0 == *id));
        tree.values[value].subscript = ordered.cloned().collect();
    }
}

/// A tree with numbers in place of labels.
struct Layouts {
    /// The labels of every value, each once.
    orders: Vec<Vec<usize>>,
    /// For every value, the weight of the steps that compute or read it, and their results and factors.
    steps: Vec<Vec<(usize, Vec<usize>)>>,
    objective: Objective,
}

impl Layouts {
    fn new(tree: &ContractionTree, objective: Objective, weights: &Table<Guard, usize>) -> Self {
        let number = |label: &Label| label.id().0;
        let orders = tree.values.mapped(|value| value.subscript.distinct().mapped(number));
        let mut steps = vec![Vec::new(); tree.values.len()];
        for step in &tree.steps {
            let values = [step.result].into_iter().chain(step.factors.iter().map(|factor| factor.value));
            let mut values: Vec<usize> = values.map(|value| value.0).collect();
            values.dedup();
            let weight = step.guard.and_then(|guard| weights.get(&guard).copied()).unwrap_or(1);
            for value in &values {
                steps[*value].push((weight, values.clone()));
            }
        }
        Self { orders, steps, objective }
    }

    /// Gives a value the best order that there is for it; says whether that is a better one.
    fn improve(&mut self, value: usize) -> bool {
        let old = self.orders[value].clone();
        let readers = self.steps[value].iter().filter(|(_, values)| values[0] != value);
        let suited = readers.flat_map(|(_, values)| self.suited(value, values));
        let mut candidates: Vec<Vec<usize>> = Vec::new();
        for candidate in suited {
            if !candidates.contains(&candidate) {
                candidates.push(candidate);
            }
        }
        let mut best = (self.cost(value), old.clone());
        for candidate in candidates {
            self.orders[value].clone_from(&candidate);
            let cost = self.cost(value);
            if cost < best.0 {
                best = (cost, candidate);
            }
        }
        self.orders[value] = best.1;
        self.orders[value] != old
    }

    /// The orders that suit a step that reads the value.
    fn suited(&self, value: usize, values: &[usize]) -> Vec<Vec<usize>> {
        let (labels, result) = (&self.orders[value], &self.orders[values[0]]);
        let other: &[usize] =
            values[1..].iter().find(|other| **other != value).map_or(&[], |other| &self.orders[*other]);
        let on_result = |is_batch: bool| -> Vec<usize> {
            let is_meant = |label: &&usize| labels.contains(label) && other.contains(label) == is_batch;
            result.iter().filter(is_meant).copied().collect()
        };
        let (batch, free) = (on_result(true), on_result(false));
        let alone = labels.iter().filter(|label| !other.contains(label));
        let contracted = other.iter().filter(|label| labels.contains(label)).chain(alone);
        let contracted: Vec<usize> = contracted.filter(|label| !result.contains(label)).copied().collect();
        let ways = [
            [&batch, &free, &contracted],
            [&batch, &contracted, &free],
            [&free, &contracted, &batch],
            [&contracted, &free, &batch],
        ];
        ways.map(|way| way.into_iter().flatten().copied().collect()).into()
    }

    /// The cost of the steps that compute or read a value.
    fn cost(&self, value: usize) -> usize {
        self.steps[value].iter().map(|(weight, values)| weight * self.step(values)).sum()
    }

    /// The cost of a step and its gradients: they have the same tensors, each in its turn as the result.
    fn step(&self, values: &[usize]) -> usize {
        let tensors: Vec<&[usize]> = values.mapped(|value| self.orders[*value].as_slice());
        let results = match self.objective {
            Objective::Forward => 1,
            Objective::ForwardAndBackward => tensors.len(),
        };
        let of_result =
            |result| LAYOUT_TURN_COST * turned(&tensors, result) + LAYOUT_SCATTER_COST * scattered(&tensors, result);
        results * LAYOUT_AXIS_COST * axes(&tensors) + (0..results).map(of_result).sum::<usize>()
    }
}

/// How many axes a step has, when those are taken together that can be.
fn axes(tensors: &[&[usize]]) -> usize {
    let mut axes = 0;
    for (number, tensor) in tensors.iter().enumerate() {
        for (place, label) in tensor.iter().enumerate() {
            let is_new = tensors[..number].iter().all(|other| !other.contains(label));
            let follows = place > 0 && tensors.iter().all(|other| are_neighbours(other, tensor[place - 1], *label));
            axes += usize::from(is_new && !follows);
        }
    }
    axes
}

/// Whether a tensor has one label right after the other, or neither.
fn are_neighbours(tensor: &[usize], outer: usize, inner: usize) -> bool {
    match tensor.iter().position(|label| *label == inner) {
        Some(place) => place > 0 && tensor[place - 1] == outer,
        None => !tensor.contains(&outer),
    }
}

/// How many of the other tensors have the last label of a result elsewhere.
fn turned(tensors: &[&[usize]], result: usize) -> usize {
    let Some(last) = tensors[result].last() else { return 0 };
    let others = tensors.iter().enumerate().filter(|(number, _)| *number != result);
    others.filter(|(_, tensor)| tensor.contains(last) && tensor.last() != Some(last)).count()
}

/// How much of what a vector of the result holds is scattered over it: the labels that are, like its last, on
/// a factor and not on the other, and that do not lie next to it, against those that do.
fn scattered(tensors: &[&[usize]], result: usize) -> usize {
    let Some(last) = tensors[result].last() else { return 0 };
    let is_alike = |label: &&usize| tensors.iter().all(|tensor| tensor.contains(label) == tensor.contains(last));
    let all = tensors[result].iter().filter(is_alike).count();
    let run = tensors[result].iter().rev().take_while(is_alike).count();
    (all - run) / run
}
