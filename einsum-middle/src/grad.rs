//! Differentiates: [`ContractionTree`] -> [`Vjp`], and -> the tree of its tangent.
//!
//! Reverse mode through the tree: a step `y = einsum(a, b)` of the forward becomes one step for
//! each factor in reverse, `da = einsum(dy, conj(b) -> subscript of a)`, which is an einsum with
//! the same labels. Its output may repeat a label (the cotangent of a diagonal is a diagonal) or
//! have one that `dy` has not (the cotangent of a sum repeats along what was summed): einsum as
//! [`crate::ir`] has it is closed under differentiation, and nothing here is a special case.
//! The intermediates of the forward are used again, so that all gradients together cost about two
//! forwards, for any number of operands.
//!
//! Any tree is differentiated, a backward too, so a backward has a backward of its own: there a value is used
//! more than once, and its cotangents are added. Forward mode takes the same steps in order, with one
//! factor after the other replaced by its tangent.
//!
//! Complex cotangents follow torch: the partner is conjugated.
//!
//! AFTER THIS POINT: gradients and tangents are trees like any other.

pub mod formula;
mod programs;
#[cfg(feature = "shards")]
pub mod shard;

use std::fmt;

pub use self::programs::{FunctionPrograms, Program, explained};
use crate::{
    few::{List, numbered, sort},
    ir::{ContractionTree, Einsum, Epilogue, Factor, Kind, Operand, Step, ValueId},
};

/// A forward, and the steps that turn a cotangent of its result into cotangents of its operands: trees, or what a later pass
/// has made of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Vjp<Steps = ContractionTree> {
    /// Computes the result, and after it the intermediates that the backward reads.
    pub forward: Steps,
    /// Computes the cotangents asked for, in order. Its sources are those operands and
    /// intermediates of the forward that it reads, and the cotangent of the result.
    pub backward: Steps,
}

impl Vjp {
    /// Differentiates a forward with respect to the operands of these numbers.
    #[must_use]
    pub fn new(forward: &ContractionTree, wrt: &[usize]) -> Self {
        let kinds: Vec<Kind> = wrt.mapped(|&number| Kind::Operand(number));
        Self::of(forward, &kinds)
    }

    /// Differentiates any tree with respect to sources of these kinds.
    #[must_use]
    pub fn of(forward: &ContractionTree, wrt: &[Kind]) -> Self {
        let backward = Reverse::new(forward, wrt).tree(wrt);
        let mut forward = forward.clone();
        let mut saved: Vec<ValueId> = forward.steps.mapped(|step| step.result);
        sort(&mut saved);
        saved.dedup();
        let is_new = |value: &&ValueId| backward.sources.contains(value) && !forward.results.contains(value);
        let saved: Vec<ValueId> = saved.iter().filter(is_new).copied().collect();
        forward.results.extend(saved);
        Self { forward, backward }
    }

    /// The backward of the backward: from the operands, the cotangent of the result, and a cotangent
    /// of each gradient to the cotangents of all operands and of the cotangent.
    #[must_use]
    pub fn second(&self, operands: usize) -> ContractionTree {
        let wrt: Vec<Kind> = (0..operands).map(Kind::Operand).chain([Kind::Cotangent]).collect();
        Self::of(&self.fused(), &wrt).fused()
    }

    /// The cotangents alone, computed from the operands: the forward's steps that they need, then
    /// the backward's.
    #[must_use]
    pub fn fused(&self) -> ContractionTree {
        let mut tree = self.backward.clone();
        tree.steps.splice(0..0, self.forward.steps.iter().cloned());
        tree.sources.extend(&self.forward.sources);
        tree.sources.retain(|source| !tree.steps.iter().any(|step| step.result == *source));
        sort(&mut tree.sources);
        tree.sources.dedup();
        tree.prune();
        debug_assert_eq!(tree.verify(), Ok(()), "fused gradient");
        tree
    }

    /// Keeps nothing for the backward, which takes the steps of the forward again.
    #[must_use]
    pub fn keeping_nothing(self) -> Self {
        Self { backward: self.fused(), forward: self.forward }
    }

    /// The tree of some cotangents, with each added to what the user has.
    #[must_use]
    pub fn adding(tree: &ContractionTree) -> ContractionTree {
        let mut tree = tree.clone();
        for step in &mut tree.steps {
            if tree.results.contains(&step.result) {
                step.epilogue = Epilogue { out: true, onto: true, ..step.epilogue };
            }
        }
        debug_assert_eq!(tree.verify(), Ok(()), "gradient that is added");
        tree
    }
}

impl<Steps> Vjp<Steps> {
    /// Makes something else of both trees.
    #[must_use]
    pub fn map<Other>(self, mut made: impl FnMut(Steps) -> Other) -> Vjp<Other> {
        Vjp { forward: made(self.forward), backward: made(self.backward) }
    }
}

/// The tree of the value and its tangent, from the operands, and tangents of the operands of these numbers.
#[must_use]
pub fn jvp(forward: &ContractionTree, wrt: &[usize]) -> ContractionTree {
    let mut tree = ContractionTree { steps: Vec::new(), ..forward.clone() };
    let mut tangents: Vec<Option<ValueId>> = vec![None; forward.values.len()];
    for &number in wrt {
        let operand = forward.value(forward.sources[number]);
        let tangent = tree.define(Kind::Tangent(number), format!("d{}", operand.name), operand.subscript.clone());
        tree.sources.push(tangent);
        tangents[forward.sources[number].0] = Some(tangent);
    }
    for step in &forward.steps {
        tree.push(step.clone());
        for (position, factor) in step.factors.iter().enumerate() {
            let Some(tangent) = tangents[factor.value.0] else { continue };
            let result = tangents[step.result.0];
            let epilogue = Epilogue { onto: result.is_some(), out: false, ..step.epilogue };
            let result = result.unwrap_or_else(|| define_tangent(&mut tree, step.result));
            tangents[step.result.0] = Some(result);
            let mut factors = step.factors.clone();
            factors[position].value = tangent;
            tree.push(Step { factors, result, epilogue, guard: step.guard });
        }
    }
    let result = tangents[forward.results[0].0].unwrap_or_else(|| {
        let result = define_tangent(&mut tree, forward.results[0]);
        tree.push(Step { factors: Vec::new(), result, epilogue: Epilogue::default(), guard: None });
        result
    });
    tree.results.push(result);
    tree.prune();
    debug_assert_eq!(tree.verify(), Ok(()), "tangent of\n{forward}");
    tree
}

/// Adds the value that is the tangent of another.
fn define_tangent(tree: &mut ContractionTree, of: ValueId) -> ValueId {
    let value = tree.value(of).clone();
    let kind = if value.kind == Kind::Result { Kind::ResultTangent } else { Kind::Intermediate };
    tree.define(kind, format!("d{}", value.name), value.subscript)
}

/// The cotangent of every operand as one einsum, for documentation.
#[must_use]
pub fn cotangents(einsum: &Einsum) -> Vec<Einsum> {
    numbered(einsum.operands.len(), |operand| cotangent(einsum, operand))
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
    operands.insert(0, Operand { name: einsum.cotangent_name(), subscript: einsum.output.clone(), conj });
    let given = output.0.iter().filter(|label| !operands.iter().any(|other| other.subscript.has(label)));
    Einsum {
        given: given.cloned().collect(),
        epilogue: Epilogue { scaled: einsum.epilogue.scaled, ..Epilogue::default() },
        broadcast: einsum.broadcast,
        typed: einsum.typed,
        ..Einsum::new(einsum.labels.clone(), operands, output)
    }
}

/// A walk through a tree from its results to its sources.
struct Reverse {
    tree: ContractionTree,
    /// The beginning of the names of cotangents: those of a backward are not called like those in it.
    prefix: &'static str,
    /// The cotangent of each value of the forward, once there is one.
    cotangents: Vec<Option<ValueId>>,
}

impl Reverse {
    /// Takes all steps that lead to sources of these kinds.
    fn new(forward: &ContractionTree, wrt: &[Kind]) -> Self {
        let tree = ContractionTree { steps: Vec::new(), results: Vec::new(), ..forward.clone() };
        let is_second = forward.values.iter().any(|value| value.kind == Kind::Cotangent);
        let prefix = if is_second { "g" } else { "d" };
        let mut reverse = Self { tree, prefix, cotangents: vec![None; forward.values.len()] };
        reverse.tree.sources.extend(forward.steps.iter().map(|step| step.result));
        sort(&mut reverse.tree.sources);
        reverse.tree.sources.dedup();
        for &result in &forward.results {
            reverse.seed(result);
        }
        let active = active(forward, wrt);
        for step in forward.steps.iter().rev() {
            let Some(cotangent) = reverse.cotangents[step.result.0] else { continue };
            for position in 0..step.factors.len() {
                if active[step.factors[position].value.0] {
                    reverse.step(step, position, cotangent);
                }
            }
        }
        reverse
    }

    /// The cotangent of a result is given.
    fn seed(&mut self, result: ValueId) {
        let value = self.tree.value(result).clone();
        let kind = match value.kind {
            Kind::Gradient(number) => Kind::Tangent(number),
            _ => Kind::Cotangent,
        };
        let seed = self.tree.define(kind, format!("d{}", value.name), value.subscript);
        self.tree.sources.push(seed);
        self.cotangents[result.0] = Some(seed);
    }

    /// The cotangent of one factor, added to what other steps have made of it.
    fn step(&mut self, step: &Step, position: usize, cotangent: ValueId) {
        let value = step.factors[position].value;
        let before = self.cotangents[value.0];
        let result = before.unwrap_or_else(|| self.define(value));
        self.cotangents[value.0] = Some(result);
        let epilogue = Epilogue { onto: before.is_some(), out: false, ..step.epilogue };
        self.tree.push(Step { factors: factors(step, position, cotangent), result, epilogue, guard: step.guard });
    }

    /// Adds the value that is the cotangent of another.
    fn define(&mut self, of: ValueId) -> ValueId {
        let value = self.tree.value(of).clone();
        let kind = match value.kind {
            Kind::Operand(number) => Kind::Gradient(number),
            Kind::Cotangent => Kind::ResultTangent,
            _ => Kind::Intermediate,
        };
        self.tree.define(kind, format!("{}{}", self.prefix, value.name), value.subscript)
    }

    /// The steps that sources of these kinds need; where there are none, their cotangents are zero.
    fn tree(mut self, wrt: &[Kind]) -> ContractionTree {
        for kind in wrt {
            let Some(source) = self.tree.values.iter().position(|value| value.kind == *kind) else { continue };
            let result = self.cotangents[source].unwrap_or_else(|| {
                let result = self.define(ValueId(source));
                self.tree.push(Step { factors: Vec::new(), result, epilogue: Epilogue::default(), guard: None });
                result
            });
            self.tree.results.push(result);
        }
        self.tree.prune();
        debug_assert_eq!(self.tree.verify(), Ok(()), "backward");
        self.tree
    }
}

/// For each value, whether a source of these kinds is in it.
fn active(forward: &ContractionTree, wrt: &[Kind]) -> Vec<bool> {
    let mut active: Vec<bool> = forward.values.mapped(|value| wrt.contains(&value.kind));
    for step in &forward.steps {
        active[step.result.0] |= step.factors.iter().any(|factor| active[factor.value.0]);
    }
    active
}

/// The factors of the cotangent of one factor of a step: the cotangent of the result and
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
