//! Makes loops explicit: [`ContractionTree`] -> [`LoopNest`]s.
//!
//! A nest has one loop per label of its step. The innermost runs inside a leaf kernel of the
//! runtime, over lanes; it is chosen so that lanes run along the last axes of the tensors, where
//! row-major elements lie side by side. Around it are the other labels of the result, outermost
//! first in the order of its axes, so that it is written front to back; then the contracted ones.
//!
//! AFTER THIS POINT: every label of a step is looped over once, and what is summed is accumulated
//! into zeros: a sum cannot be overwritten by mistake.

use std::fmt;

use crate::ir::{ContractionTree, Epilogue, Factor, Label, Role, Step, ValueId};

/// The loops of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoopNest {
    /// The loops around the leaf, outermost first.
    pub loops: Vec<Loop>,
    /// The loop inside the leaf kernel; none if no tensor of the step has an axis.
    pub leaf: Option<Loop>,
    /// What the leaf kernel computes.
    pub kernel: Kernel,
    /// What becomes of it.
    pub update: Update,
    /// What happens to the result as it is written.
    pub epilogue: Epilogue,
    /// What is written.
    pub out: Access,
    /// What is read.
    pub factors: Vec<Access>,
}

/// A loop over the indices of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    /// The label.
    pub label: Label,
    /// What it does in the step.
    pub role: Role,
}

/// How a nest reaches into a tensor: an index for every label, one axis each (a diagonal counts as
/// one axis).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The tensor.
    pub value: ValueId,
    /// How displays call it.
    pub name: String,
    /// Its labels.
    pub labels: Vec<Label>,
    /// Whether it is read conjugated.
    pub conj: bool,
}

/// A leaf kernel. Those that give a number are stored by the nest; the others write a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// Number: the factor.
    Element,
    /// Number: the product of both factors.
    Product,
    /// Number: the sum of a lane.
    Sum,
    /// Number: the sum of the products of two lanes.
    Dot,
    /// Lane: a lane.
    Copy,
    /// Lane: a number, everywhere.
    Fill,
    /// Lane: the product of a lane and a number.
    Scale,
    /// Lane: the products of two lanes.
    Multiply,
}

/// What becomes of a computed number or lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// It is the result: each element is written once.
    Assign,
    /// It is added to the result, which was zero at first.
    Accumulate,
}

/// Makes the loops of every step explicit.
#[must_use]
pub fn lower(tree: &ContractionTree) -> Vec<LoopNest> {
    let nests: Vec<LoopNest> = tree.steps.iter().map(|step| nest(tree, step)).collect();
    for (nest, step) in nests.iter().zip(&tree.steps) {
        debug_assert_eq!(nest.verify(&tree.labels(step)), Ok(()), "nest of\n{tree}");
    }
    nests
}

fn nest(tree: &ContractionTree, step: &Step) -> LoopNest {
    let out = access(tree, Factor::plain(step.result));
    let mut factors: Vec<Access> = step.factors.iter().map(|factor| access(tree, *factor)).collect();
    let leaf = leaf(tree, step);
    let mut loops: Vec<Loop> = out.labels.iter().map(|label| looped(tree, step, label)).collect();
    loops.extend(tree.labels(step).iter().map(|label| looped(tree, step, label)).filter(|l| !l.role.is_on_result()));
    loops.retain(|l| Some(l) != leaf.as_ref());
    let in_lane = |access: &Access| leaf.as_ref().is_some_and(|leaf| access.labels.contains(&leaf.label));
    let kernel = kernel(in_lane(&out), &factors.iter().map(in_lane).collect::<Vec<_>>());
    if kernel == Kernel::Scale && !in_lane(&factors[0]) {
        factors.swap(0, 1);
    }
    let sums_outside = loops.iter().any(|l| l.role == Role::Contracted);
    let update = if sums_outside || step.epilogue.onto { Update::Accumulate } else { Update::Assign };
    LoopNest { loops, leaf, kernel, update, epilogue: step.epilogue, out, factors }
}

fn access(tree: &ContractionTree, factor: Factor) -> Access {
    let value = tree.value(factor.value);
    Access { value: factor.value, name: value.name.clone(), labels: value.subscript.distinct(), conj: factor.conj }
}

fn looped(tree: &ContractionTree, step: &Step, label: &Label) -> Loop {
    Loop { label: label.clone(), role: tree.role(step, label) }
}

/// The label whose lanes are contiguous most often, a strided write counting more than a strided
/// read. Of equals the last label of the result: its lanes are written without waiting for one
/// another, the terms of a sum are not.
fn leaf(tree: &ContractionTree, step: &Step) -> Option<Loop> {
    const STRIDED_READ: usize = 2;
    const STRIDED_WRITE: usize = 3;
    let strided = |value: ValueId, label: &Label| {
        let subscript = &tree.subscript(value).0;
        let axes = subscript.iter().filter(|other| *other == label).count();
        axes > 1 || (axes == 1 && subscript.last() != Some(label))
    };
    let cost = |label: &Label| {
        let reads = step.factors.iter().filter(|factor| strided(factor.value, label)).count();
        reads * STRIDED_READ + usize::from(strided(step.result, label)) * STRIDED_WRITE
    };
    let result = tree.subscript(step.result).distinct();
    let contracted = tree.labels(step).into_iter().filter(|label| !result.contains(label));
    let candidates = result.iter().rev().cloned().chain(contracted);
    candidates.min_by_key(cost).map(|label| looped(tree, step, &label))
}

/// The kernel for a result and factors that do, or do not, have the label of the leaf.
fn kernel(out_in_lane: bool, factors_in_lane: &[bool]) -> Kernel {
    match (out_in_lane, factors_in_lane) {
        (false, [false]) => Kernel::Element,
        (false, [true]) => Kernel::Sum,
        (false, [true, true]) => Kernel::Dot,
        (false, _) => Kernel::Product,
        (true, [true]) => Kernel::Copy,
        (true, [true, true]) => Kernel::Multiply,
        (true, [_, _]) => Kernel::Scale,
        (true, _) => Kernel::Fill,
    }
}

impl Kernel {
    /// Whether it gives a number, for the nest to store, and does not write a lane.
    #[must_use]
    pub fn gives_number(self) -> bool {
        matches!(self, Self::Element | Self::Product | Self::Sum | Self::Dot)
    }
}

impl LoopNest {
    /// Checks the nest: every label of the step has one loop, a kernel that writes lanes runs along
    /// a label of the result, and only a sum is accumulated.
    ///
    /// # Errors
    /// A sentence that says what is wrong first.
    pub fn verify(&self, labels: &[Label]) -> Result<(), String> {
        let loops: Vec<&Loop> = self.loops.iter().chain(&self.leaf).collect();
        if let Some(label) = labels.iter().find(|label| loops.iter().filter(|l| l.label == **label).count() != 1) {
            return Err(format!("`{label}` is not looped over once"));
        }
        if loops.len() != labels.len() {
            return Err("there is a loop over a label that the step does not have".to_owned());
        }
        let leaf_on_result = self.leaf.as_ref().is_some_and(|leaf| leaf.role.is_on_result());
        if leaf_on_result == self.kernel.gives_number() {
            return Err(format!("the kernel `{}` does not fit its leaf", self.kernel));
        }
        let sums = self.loops.iter().any(|l| !l.role.is_on_result());
        if (sums || self.epilogue.onto) != (self.update == Update::Accumulate) {
            return Err("a sum is overwritten, or what is no sum is added to".to_owned());
        }
        Ok(())
    }
}

/// A loop per line, then the update: `y[b,i,j] = dot(x[b,i,:], t0[j,:])`.
impl fmt::Display for LoopNest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut indent = String::new();
        for Loop { label, role } in &self.loops {
            writeln!(f, "{indent}for {label} ({role})")?;
            indent.push_str("  ");
        }
        let leaf = self.leaf.as_ref().map(|leaf| &leaf.label);
        let factors: Vec<String> = self.factors.iter().map(|factor| factor.describe(leaf)).collect();
        let update = if self.update == Update::Assign { "=" } else { "+=" };
        let alpha = if self.epilogue.scaled { "alpha " } else { "" };
        write!(f, "{indent}{} {update} {alpha}{}({})", self.out.describe(leaf), self.kernel, factors.join(", "))?;
        leaf.iter().try_for_each(|leaf| write!(f, " along {leaf}"))
    }
}

impl Access {
    /// `x[b,i,:]`, with `:` for the label of the leaf.
    fn describe(&self, leaf: Option<&Label>) -> String {
        let index = |label: &Label| if Some(label) == leaf { ":".to_owned() } else { label.to_string() };
        let indices: Vec<String> = self.labels.iter().map(index).collect();
        let access = format!("{}[{}]", self.name, indices.join(","));
        if self.conj { format!("conj({access})") } else { access }
    }
}

impl fmt::Display for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Element => "element",
            Self::Product => "product",
            Self::Sum => "sum",
            Self::Dot => "dot",
            Self::Copy => "copy",
            Self::Fill => "fill",
            Self::Scale => "scale",
            Self::Multiply => "multiply",
        })
    }
}
