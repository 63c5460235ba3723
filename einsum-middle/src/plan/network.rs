//! The input of a search: the operands of an einsum, or of a group of it, as sets of labels.

use std::fmt;

use super::cost::{Monomial, Objective};
use crate::{
    few::{List, sort},
    ir::{Einsum, Label, LabelId, Subscript},
    notation::Group,
};

/// Tensors that are to be contracted to one. Labels are numbers here, all lists of them ascending.
///
/// A tensor is the set of its labels: repeated labels are views of diagonals, which cost nothing. A
/// label stays until the last operand that has it is in, however many have it.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// The labels of the operands.
    pub labels: Vec<Label>,
    /// The extent of every label, where it is given.
    pub extents: Vec<Option<f64>>,
    /// The labels of every operand.
    pub operands: Vec<Vec<usize>>,
    /// The labels of the result that are on an operand. (Along others it is broadcast.)
    pub output: Vec<usize>,
    /// Whether the result is an intermediate: of a group, or before it is broadcast.
    pub is_part: bool,
    /// On how many operands every label is.
    holders: Vec<usize>,
    /// The last label of every operand, unless its labels can be in any order, as those of a group are, or there are none.
    last: Vec<Option<usize>>,
    /// The last label of the result, likewise.
    last_of_output: Option<usize>,
    numbers: LabelNumbers,
}

/// The numbers that labels have in a network, which may be of fewer labels than its einsum: by their numbers in that.
#[derive(Clone, Debug, Default, PartialEq)]
struct LabelNumbers(Vec<Option<usize>>);

impl Network {
    /// The network of subscripts.
    #[must_use]
    pub fn new(subscripts: &[Subscript], output: &Subscript, extent: impl Fn(&Label) -> Option<f64>) -> Self {
        let mut numbers = LabelNumbers::default();
        let mut labels = Vec::new();
        for label in subscripts.iter().flat_map(|operand| &operand.0) {
            if numbers.of(label).is_none() {
                numbers.set(label, labels.len());
                labels.push(label.clone());
            }
        }
        let numbered = |subscript: &Subscript| {
            let mut set: Vec<usize> = subscript.0.iter().filter_map(|label| numbers.of(label)).collect();
            sort(&mut set);
            set.dedup();
            set
        };
        let is_part = output.0.iter().any(|label| numbers.of(label).is_none());
        let operands: Vec<Vec<usize>> = subscripts.mapped(numbered);
        let mut holders = vec![0; labels.len()];
        operands.iter().flatten().for_each(|label| holders[*label] += 1);
        let extents = labels.mapped(extent);
        let last_of_output = output.0.last().filter(|_| !is_part).and_then(|label| numbers.of(label));
        let last = subscripts.mapped(|_| None);
        let mut network = Self {
            extents,
            operands,
            output: numbered(output),
            is_part,
            holders,
            last,
            last_of_output,
            labels,
            numbers,
        };
        network.last = subscripts.mapped(|subscript| network.last_kept(subscript));
        network
    }

    /// The last label of an operand, of those that are not on it alone, which are summed first.
    fn last_kept(&self, subscript: &Subscript) -> Option<usize> {
        let is_kept = |label: &usize| self.holders[*label] > 1 || self.is_on_output(*label);
        subscript.0.iter().rev().filter_map(|label| self.numbers.of(label)).find(is_kept)
    }

    /// The network of groups of an einsum. What is within parentheses is one operand, without the
    /// labels that nothing else has; `group` is a list of groups of `einsum.order`, or that itself.
    #[must_use]
    pub fn of_groups(einsum: &Einsum, group: &[Group], extent: impl Fn(&Label) -> Option<f64>) -> Self {
        let all = operands_of(group);
        let operands = group.mapped(|group| match group {
            Group::Operand(number) => einsum.operands[*number].subscript.clone(),
            Group::Parentheses(inner) => outward(einsum, &operands_of(inner)),
        });
        let is_all = all.len() == einsum.operands.len();
        let mut network = if is_all {
            Self::new(&operands, &einsum.output, extent)
        } else {
            Self { is_part: true, last_of_output: None, ..Self::new(&operands, &outward(einsum, &all), extent) }
        };
        for (last, group) in network.last.iter_mut().zip(group) {
            *last = last.filter(|_| matches!(group, Group::Operand(_)));
        }
        network
    }

    /// The number of a label in the network, if it is on an operand.
    #[must_use]
    pub fn number(&self, label: &Label) -> Option<usize> {
        self.numbers.of(label)
    }

    /// Whether every extent is given.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.extents.iter().all(Option::is_some)
    }

    /// The network with these extents where none are given.
    #[must_use]
    pub fn with_extents(&self, extents: &[f64]) -> Self {
        let filled = self.extents.iter().zip(extents).map(|(given, extent)| Some(given.unwrap_or(*extent)));
        Self { extents: filled.collect(), ..self.clone() }
    }

    /// The labels of the product of operands: those that the result, or another operand, needs.
    #[must_use]
    pub fn kept(&self, operands: &[usize]) -> Vec<usize> {
        let mut inside = vec![0; self.labels.len()];
        for label in operands.iter().flat_map(|operand| &self.operands[*operand]) {
            inside[*label] += 1;
        }
        let is_needed = |label: &usize| inside[*label] < self.holders[*label] || self.is_on_output(*label);
        (0..inside.len()).filter(|label| inside[*label] > 0 && is_needed(label)).collect()
    }

    /// Whether the result has the label.
    #[must_use]
    pub fn is_on_output(&self, label: usize) -> bool {
        self.output.binary_search(&label).is_ok()
    }

    /// On how many operands the label is.
    #[must_use]
    pub fn holders(&self, label: usize) -> usize {
        self.holders[label]
    }

    /// Whether the operand has a label alone: it is summed, without the others, first.
    #[must_use]
    pub fn has_lone_label(&self, operand: usize) -> bool {
        self.kept(&[operand]).len() < self.operands[operand].len()
    }

    /// Whether vectors can run along one of the labels that the product of two sets of operands keeps: along the last of the result, if that
    /// is the last of each of the two that has it, too. (Intermediates are laid out so.)
    pub(super) fn has_vectors(&self, factors: [&[usize]; 2], kept: &[usize], is_result: bool) -> bool {
        let is_last = |label: &usize, factor: &[usize]| match *factor {
            [operand] => {
                let is_on = self.operands[operand].binary_search(label).is_ok();
                !is_on || self.last[operand].is_none_or(|last| last == *label)
            }
            _ => true,
        };
        let is_written_so = |label: &usize| !is_result || self.last_of_output.is_none_or(|last| last == *label);
        kept.iter().any(|label| is_written_so(label) && factors.iter().all(|factor| is_last(label, factor)))
    }

    /// The extents of labels, multiplied: known ones are numbers.
    #[must_use]
    pub fn product(&self, coefficient: f64, labels: &[usize]) -> Monomial {
        let known = labels.iter().filter_map(|label| self.extents[*label]);
        let unknown = labels.iter().filter(|label| self.extents[**label].is_none());
        Monomial {
            coefficient: known.fold(coefficient, |product, extent| product * extent),
            labels: unknown.map(|label| self.labels[*label].clone()).collect(),
        }
    }

    /// The flops of the sums of lone labels, whatever the order of the steps: one for every operand
    /// that has any.
    #[must_use]
    pub fn sums(&self, objective: Objective) -> Vec<Monomial> {
        let summed = (0..self.operands.len()).filter(|operand| self.has_lone_label(*operand));
        summed.map(|operand| self.product(objective.of_sum(), &self.operands[operand])).collect()
    }

    /// The largest operand after its lone labels are summed, which no order avoids.
    pub(super) fn largest_sum(&self) -> f64 {
        let is_intermediate = self.operands.len() > 1 || self.is_part;
        let summed = (0..self.operands.len()).filter(|operand| is_intermediate && self.has_lone_label(*operand));
        summed.map(|operand| self.size(&self.kept(&[operand]))).fold(0.0, f64::max)
    }

    /// How many elements a tensor has, if all extents are given; no more than 2^1000, which are
    /// too many in any case. An extent of 0 counts as 1, or else all orders would be the same.
    #[must_use]
    pub fn size(&self, labels: &[usize]) -> f64 {
        let extents = labels.iter().map(|label| self.extents[*label].unwrap_or(1.0).max(1.0));
        extents.product::<f64>().min(2.0_f64.powi(1000))
    }
}

impl LabelNumbers {
    fn of(&self, label: &Label) -> Option<usize> {
        self.0.get(label.id().0).copied().flatten()
    }

    fn set(&mut self, label: &Label, number: usize) {
        let LabelId(id) = label.id();
        self.0.resize(self.0.len().max(id + 1), None);
        self.0[id] = Some(number);
    }
}

fn operands_of(groups: &[Group]) -> Vec<usize> {
    let mut operands = Vec::new();
    for group in groups {
        group.visit(&mut operands);
    }
    operands
}

/// The labels of operands that the output, or an operand that is not among them, has.
fn outward(einsum: &Einsum, operands: &[usize]) -> Subscript {
    let others = (0..einsum.operands.len()).filter(|operand| !operands.contains(operand));
    let needed = others.map(|operand| &einsum.operands[operand].subscript).chain([&einsum.output]);
    let labels = operands.iter().flat_map(|operand| einsum.operands[*operand].subscript.0.clone());
    let labels = labels.collect::<Subscript>().distinct();
    labels.into_iter().filter(|label| needed.clone().any(|other| other.has(label))).collect()
}

/// `ij,jk->ik`, and the extents that are given: `ij,jk->ik; j = 4`.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |set: &Vec<usize>| set.iter().map(|label| self.labels[*label].clone()).collect::<Subscript>();
        let operands: Vec<String> = self.operands.mapped(|operand| named(operand).to_string());
        write!(f, "{}->{}", operands.join(","), named(&self.output))?;
        let given = self.labels.iter().zip(&self.extents).filter_map(|(label, extent)| extent.map(|e| (label, e)));
        for (number, (label, extent)) in given.enumerate() {
            write!(f, "{}{label} = {extent}", if number == 0 { "; " } else { ", " })?;
        }
        Ok(())
    }
}
