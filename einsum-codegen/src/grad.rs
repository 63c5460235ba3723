//! Differentiates: [`ContractionTree`] -> [`Vjp`].
//!
//! Reverse mode through the tree: a step `y = einsum(a, b)` of the forward becomes one step for
//! each factor in reverse, `da = einsum(dy, conj(b) -> subscript of a)`, which is an einsum with
//! the same labels. Its output may repeat a label (the cotangent of a diagonal is a diagonal) or
//! have one that `dy` has not (the cotangent of a sum repeats along what was summed): einsum as
//! [`crate::ir`] has it is closed under differentiation, and nothing here is a special case.
//! The intermediates of the forward are used again, so that all gradients together cost about two
//! forwards, for any number of operands.
//!
//! Complex cotangents follow torch: the partner is conjugated.
//!
//! AFTER THIS POINT: gradients are trees like any other.

use std::fmt;

use crate::ir::{ContractionTree, Einsum, Epilogue, Factor, Group, Kind, Operand, Step, ValueId};

/// A forward, and the steps that turn a cotangent of its result into cotangents of its operands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vjp {
    /// Computes the result, and after it the intermediates that the backward reads.
    pub forward: ContractionTree,
    /// Computes the cotangents asked for, in order. Its sources are those operands and
    /// intermediates of the forward that it reads, and the cotangent of the result.
    pub backward: ContractionTree,
}

impl Vjp {
    /// Differentiates a forward with respect to the operands of these numbers.
    #[must_use]
    pub fn new(forward: &ContractionTree, wrt: &[usize]) -> Self {
        let backward = backward(forward, wrt);
        let mut forward = forward.clone();
        let saved: Vec<ValueId> = forward.steps.iter().map(|step| step.result).collect();
        forward.results.extend(saved.iter().filter(|value| backward.sources.contains(value)));
        Self { forward, backward }
    }

    /// The cotangents alone, computed from the operands: the forward's steps that they need, then
    /// the backward's.
    #[must_use]
    pub fn fused(&self) -> ContractionTree {
        let mut tree = self.backward.clone();
        tree.steps.splice(0..0, self.forward.steps.iter().cloned());
        tree.sources.extend(&self.forward.sources);
        tree.sources.retain(|source| !tree.steps.iter().any(|step| step.result == *source));
        tree.sources.sort();
        tree.sources.dedup();
        tree.prune();
        debug_assert_eq!(tree.verify(), Ok(()), "fused gradient");
        tree
    }
}

/// The cotangent of one operand as one einsum of the cotangent of the result and all other
/// operands: what the steps compute together, for documentation.
#[must_use]
pub fn cotangent(einsum: &Einsum, operand: usize) -> Einsum {
    let mut operands = einsum.operands.clone();
    let Operand { subscript: output, conj, .. } = operands.remove(operand);
    for partner in &mut operands {
        partner.conj = partner.conj == conj;
    }
    operands.insert(0, Operand { name: "dy".to_owned(), subscript: einsum.output.clone(), conj });
    let order = (0..operands.len()).map(Group::Operand).collect();
    let given = output.0.iter().filter(|label| !operands.iter().any(|other| other.subscript.has(label)));
    let given = given.cloned().collect();
    Einsum { operands, order, given, output, epilogue: Epilogue::default() }
}

fn backward(forward: &ContractionTree, wrt: &[usize]) -> ContractionTree {
    let mut tree = ContractionTree { steps: Vec::new(), results: Vec::new(), ..forward.clone() };
    tree.sources.extend(forward.steps.iter().map(|step| step.result));
    let mut cotangents: Vec<Option<ValueId>> = vec![None; forward.values.len()];
    let result = forward.results[0];
    let seed = tree.define(Kind::Cotangent, "dy".to_owned(), forward.subscript(result).clone());
    tree.sources.push(seed);
    cotangents[result.0] = Some(seed);
    for step in forward.steps.iter().rev() {
        let Some(cotangent) = cotangents[step.result.0] else { continue };
        for position in 0..step.factors.len() {
            let value = step.factors[position].value;
            let result = define(&mut tree, value);
            let factors = factors(step, position, cotangent);
            tree.steps.push(Step { factors, result, epilogue: Epilogue::default() });
            cotangents[value.0] = Some(result);
        }
    }
    tree.results = wrt.iter().filter_map(|&number| cotangents[forward.sources[number].0]).collect();
    tree.prune();
    debug_assert_eq!(tree.verify(), Ok(()), "backward of\n{forward}");
    tree
}

/// Adds the value that is the cotangent of another.
fn define(tree: &mut ContractionTree, of: ValueId) -> ValueId {
    let value = tree.value(of).clone();
    match value.kind {
        Kind::Operand(number) => tree.define(Kind::Gradient(number), format!("d{}", value.name), value.subscript),
        _ => tree.define(Kind::Intermediate, format!("d{}", value.name), value.subscript),
    }
}

/// What the cotangent of one factor of a step is the product of: the cotangent of the result and
/// the partner, conjugated. If the step reads the factor conjugated, the whole product is
/// conjugated once more.
fn factors(step: &Step, position: usize, cotangent: ValueId) -> Vec<Factor> {
    let conj = step.factors[position].conj;
    let partners = step.factors.iter().enumerate().filter(|(other, _)| *other != position);
    let partners = partners.map(|(_, partner)| Factor { value: partner.value, conj: partner.conj == conj });
    [Factor { value: cotangent, conj }].into_iter().chain(partners).collect()
}

impl fmt::Display for Vjp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "forward\n{}\nbackward\n{}", self.forward, self.backward)
    }
}
