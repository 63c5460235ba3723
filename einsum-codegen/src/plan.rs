//! Chooses the steps: [`Einsum`] -> [`ContractionTree`].
//!
//! Operands meet from left to right. A lone label, one that is on a single operand and not on the
//! output, is summed before its operand meets another, so that the sum is over the smaller tensor.
//! A label is contracted in the step after which nothing has it.
//!
//! AFTER THIS POINT: steps have one or two factors; see [`ContractionTree::verify`].

use crate::ir::{ContractionTree, Einsum, Factor, Kind, Label, Step, Subscript, ValueId};

/// Plans an einsum.
#[must_use]
pub fn plan(einsum: &Einsum) -> ContractionTree {
    let mut tree = ContractionTree { values: Vec::new(), sources: Vec::new(), steps: Vec::new(), results: Vec::new() };
    for (number, operand) in einsum.operands.iter().enumerate() {
        let id = tree.define(Kind::Operand(number), operand.name.clone(), operand.subscript.clone());
        tree.sources.push(id);
    }
    let last = contract(&mut tree, &einsum.output);
    finish(&mut tree, last, &einsum.output);
    debug_assert_eq!(tree.verify(), Ok(()), "plan of `{einsum}`");
    tree
}

/// Contracts all operands but for the step that writes the result: gives its factors.
fn contract(tree: &mut ContractionTree, output: &Subscript) -> Vec<ValueId> {
    let operands = tree.sources.clone();
    let mut pending: Vec<ValueId> = match operands.as_slice() {
        [operand] => vec![*operand],
        _ => (0..operands.len()).map(|number| sum_lone_labels(tree, &operands, number, output)).collect(),
    };
    while pending.len() > 2 {
        let factors: Vec<ValueId> = pending.drain(..2).collect();
        let subscript = kept(tree, &factors, &pending, output);
        pending.insert(0, step(tree, &factors, subscript));
    }
    pending
}

/// Sums the labels that only this operand has.
fn sum_lone_labels(tree: &mut ContractionTree, operands: &[ValueId], number: usize, output: &Subscript) -> ValueId {
    let operand = operands[number];
    let others = [&operands[..number], &operands[number + 1..]].concat();
    let subscript = kept(tree, &[operand], &others, output);
    if subscript.rank() == tree.subscript(operand).distinct().len() {
        return operand;
    }
    step(tree, &[operand], subscript)
}

/// The labels of the factors that the output or another value still needs.
fn kept(tree: &ContractionTree, factors: &[ValueId], others: &[ValueId], output: &Subscript) -> Subscript {
    let needed = |label: &Label| output.has(label) || others.iter().any(|other| tree.subscript(*other).has(label));
    let labels: Subscript = factors.iter().flat_map(|factor| tree.subscript(*factor).0.clone()).collect();
    labels.distinct().into_iter().filter(needed).collect()
}

/// Writes the result; where it is broadcast along labels of its own, in a step for that alone.
fn finish(tree: &mut ContractionTree, mut factors: Vec<ValueId>, output: &Subscript) {
    let on_factor = |label: &Label| factors.iter().any(|factor| tree.subscript(*factor).has(label));
    let is_broadcast = !output.0.iter().all(on_factor);
    let contracts = |factor: &ValueId| tree.subscript(*factor).0.iter().any(|label| !output.has(label));
    if is_broadcast && (factors.len() == 2 || factors.iter().any(contracts)) {
        let subscript = output.distinct().into_iter().filter(on_factor).collect();
        factors = vec![step(tree, &factors, subscript)];
    }
    let result = tree.define(Kind::Result, "y".to_owned(), output.clone());
    tree.steps.push(Step { factors: factors.into_iter().map(Factor::plain).collect(), result });
    tree.results.push(result);
}

/// Adds a step to a new intermediate.
fn step(tree: &mut ContractionTree, factors: &[ValueId], subscript: Subscript) -> ValueId {
    let result = tree.intermediate(subscript);
    tree.steps.push(Step { factors: factors.iter().copied().map(Factor::plain).collect(), result });
    result
}
