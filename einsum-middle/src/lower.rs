//! Makes loops explicit: [`ContractionTree`] -> [`Lowered`], the tree with a [`LoopNest`] for each of its steps.
//!
//! A nest has one loop per label of its step, and reaches into every tensor by the numbers of these
//! loops. Labels of the result come first, in the order of its axes, then those that are summed
//! over. That is what is computed, not in which order: strides, extents and the machine are known at
//! run time alone, and the engine of the runtime chooses, by them.
//!
//! AFTER THIS POINT: every label of a step is looped over once, and what is summed is told apart from
//! what is not: a sum cannot be overwritten by mistake.

pub mod formula;

use std::fmt;

use crate::{
    few::List,
    ir::{ContractionTree, Epilogue, Factor, Guard, Label, Role, Step, ValueId},
};

/// A tree, and the loops of its steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Lowered {
    /// The steps, and the values that they compute.
    pub tree: ContractionTree,
    /// A nest for every step, in order.
    pub nests: Vec<LoopNest>,
}

/// The loops of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoopNest {
    /// One loop per label; those of the result first.
    pub loops: Vec<Loop>,
    /// The tensor that is written.
    pub out: Access,
    /// The tensors that are read.
    pub factors: Vec<Access>,
    /// How the result is written.
    pub epilogue: Epilogue,
    /// When it is computed, if not always.
    pub guard: Option<Guard>,
}

/// A loop over the indices of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    /// The label.
    pub label: Label,
    /// The role of the label in the step.
    pub role: Role,
}

/// How a nest reaches into a tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The tensor.
    pub value: ValueId,
    /// The name of the tensor in displays.
    pub name: String,
    /// For every axis the number of the loop that walks along it.
    pub axes: Vec<usize>,
    /// Whether it is read conjugated.
    pub conj: bool,
}

/// Makes the loops of every step explicit.
#[must_use]
pub fn lower(tree: ContractionTree) -> Lowered {
    let nests: Vec<LoopNest> = tree.steps.mapped(|step| nest(&tree, step));
    for (nest, step) in nests.iter().zip(&tree.steps) {
        debug_assert_eq!(nest.verify(&tree.labels(step)), Ok(()), "nest of\n{tree}");
    }
    Lowered { tree, nests }
}

fn nest(tree: &ContractionTree, step: &Step) -> LoopNest {
    let kept = tree.subscript(step.result).distinct();
    let contracted = tree.labels(step).into_iter().filter(|label| !kept.contains(label));
    let labels: Vec<Label> = kept.iter().cloned().chain(contracted).collect();
    let access = |factor: Factor| {
        let value = tree.value(factor.value);
        let number = |label: &Label| labels.iter().position(|other| other == label);
        let axes = value.subscript.0.iter().filter_map(number).collect();
        Access { value: factor.value, name: value.name.clone(), axes, conj: factor.conj }
    };
    let out = access(Factor::plain(step.result));
    let factors = step.factors.mapped(|factor| access(*factor));
    let role = |label: &Label| Loop { label: label.clone(), role: tree.role(step, label) };
    LoopNest { loops: labels.mapped(role), out, factors, epilogue: step.epilogue, guard: step.guard }
}

impl LoopNest {
    /// Checks the nest: every label of the step has one loop, those of the result first, and every
    /// axis is walked along by one of them.
    ///
    /// # Errors
    /// A sentence that says what is wrong first.
    pub fn verify(&self, labels: &[Label]) -> Result<(), String> {
        if let Some(label) = labels.iter().find(|label| self.loops.iter().filter(|l| l.label == **label).count() != 1) {
            return Err(format!("`{label}` is not looped over once"));
        }
        if self.loops.len() != labels.len() {
            return Err("there is a loop over a label that the step does not have".to_owned());
        }
        let accesses = self.factors.iter().chain([&self.out]);
        if accesses.flat_map(|access| &access.axes).any(|&axis| axis >= self.loops.len()) {
            return Err("an axis is walked along by no loop".to_owned());
        }
        let is_kept = |number: usize| self.out.axes.contains(&number);
        match self.loops.iter().enumerate().find(|(number, l)| is_kept(*number) != l.role.is_on_result()) {
            Some((_, l)) => Err(format!("`{}` is on the result, or summed over, and takes part as the other", l.label)),
            None => Ok(()),
        }
    }

    /// The labels that are summed over.
    pub fn contracted(&self) -> impl Iterator<Item = &Label> {
        self.loops.iter().filter(|l| !l.role.is_on_result()).map(|l| &l.label)
    }

    /// `x[b,i,k]`
    fn describe(&self, access: &Access) -> String {
        let labels: Vec<&str> = access.axes.mapped(|&axis| self.loops[axis].label.name());
        let access_text = format!("{}[{}]", access.name, labels.join(","));
        if access.conj { format!("conj({access_text})") } else { access_text }
    }
}

/// A loop per line, then the update: `y[b,i,j] = sum of x[b,i,k] t0[j,k] for k`.
impl fmt::Display for LoopNest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut indent = String::new();
        for Loop { label, role } in self.loops.iter().filter(|l| l.role.is_on_result()) {
            writeln!(f, "{indent}for {label} ({role})")?;
            indent.push_str("  ");
        }
        let factors: Vec<String> = self.factors.mapped(|factor| self.describe(factor));
        let update = if self.epilogue.onto { "+=" } else { "=" };
        let alpha = if self.epilogue.scaled { "alpha " } else { "" };
        let contracted: Vec<&str> = self.contracted().map(Label::name).collect();
        let (sum, over) = match contracted.as_slice() {
            [] => ("", String::new()),
            labels => ("sum of ", format!(" for {}", labels.join(","))),
        };
        write!(f, "{indent}{} {update} {alpha}{sum}{}{over}", self.describe(&self.out), factors.join(" "))
    }
}
