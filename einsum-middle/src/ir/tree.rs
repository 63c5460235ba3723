//! A planned einsum, or the gradients of one: steps of one or two factors.

use std::fmt;

use super::{Choice, Epilogue, Guard, Label, Limit, Subscript};

/// Steps that compute tensors from tensors, every value defined once, before it is used.
///
/// One representation for the forward, the gradients and the tangents: all of them are einsums.
#[derive(Clone, Debug, PartialEq)]
pub struct ContractionTree {
    /// Every value that a step may mention; [`ValueId`]s index it.
    pub values: Vec<Value>,
    /// The values that are given.
    pub sources: Vec<ValueId>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// The choices that the extents decide; guards of steps mention these.
    pub choices: Vec<Choice>,
    /// The sizes that the run time compares with a limit on intermediates, if there is one that it must.
    pub limit: Option<Limit>,
    /// The labels that are sliced, with the lengths of their blocks, where that is known while compiling: the steps
    /// are taken for each block.
    pub slices: Vec<(Label, u64)>,
    /// The values that are asked for.
    pub results: Vec<ValueId>,
}

/// A tensor that is given or computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The purpose of the value.
    pub kind: Kind,
    /// The name of the value in displays.
    pub name: String,
    /// A label for every axis.
    pub subscript: Subscript,
    /// Whether it depends on the extents which step computes it, and if any does.
    pub optional: bool,
}

/// Number of a value in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueId(pub usize);

/// The purpose of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The operand of this number: given.
    Operand(usize),
    /// A tangent of the operand of this number: given, in its shape.
    Tangent(usize),
    /// The cotangent of the result: given.
    Cotangent,
    /// The result of a step that another step uses.
    Intermediate,
    /// The result of the einsum.
    Result,
    /// The tangent of the result.
    ResultTangent,
    /// The cotangent of the operand of this number.
    Gradient(usize),
}

/// One einsum of one or two factors. One of none is the sum of nothing: zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The factors, at most two.
    pub factors: Vec<Factor>,
    /// The value that is computed.
    pub result: ValueId,
    /// How it is written. If it is added to what is there, without being what the user has, then to
    /// the result of the steps before that have the same one.
    pub epilogue: Epilogue,
    /// When it is taken, if not always. A value of steps with guards is added to by those that are
    /// taken, from the first on; if none is, nothing that is taken reads it.
    pub guard: Option<Guard>,
}

/// A value as a step reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factor {
    /// The value.
    pub value: ValueId,
    /// Whether it is read conjugated.
    pub conj: bool,
}

/// The part that a label has in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// On both factors and the result.
    Batch,
    /// On the first factor and the result.
    LhsFree,
    /// On the second factor and the result.
    RhsFree,
    /// On every factor and not on the result.
    Contracted,
    /// On the result alone: it repeats along the label.
    Broadcast,
}

impl ContractionTree {
    /// The value of this number.
    #[must_use]
    pub fn value(&self, id: ValueId) -> &Value {
        &self.values[id.0]
    }

    /// The labels of the value of this number.
    #[must_use]
    pub fn subscript(&self, id: ValueId) -> &Subscript {
        &self.value(id).subscript
    }

    /// Adds a value.
    pub fn define(&mut self, kind: Kind, name: String, subscript: Subscript) -> ValueId {
        self.values.push(Value { kind, name, subscript, optional: false });
        ValueId(self.values.len() - 1)
    }

    /// Adds an intermediate, named by the number of values before it that are intermediates.
    pub fn intermediate(&mut self, subscript: Subscript) -> ValueId {
        let number = self.values.iter().filter(|value| value.kind == Kind::Intermediate).count();
        self.define(Kind::Intermediate, format!("t{number}"), subscript)
    }

    /// Every label of a step once, those of the factors first.
    #[must_use]
    pub fn labels(&self, step: &Step) -> Vec<Label> {
        let values = step.factors.iter().map(|factor| factor.value).chain([step.result]);
        values.flat_map(|value| &self.subscript(value).0).cloned().collect::<Subscript>().distinct()
    }

    /// The role of a label in a step that mentions it.
    #[must_use]
    pub fn role(&self, step: &Step, label: &Label) -> Role {
        let on = |factor: &Factor| self.subscript(factor.value).has(label);
        let on_lhs = step.factors.first().is_some_and(on);
        let on_rhs = step.factors.get(1).is_some_and(on);
        match (on_lhs, on_rhs, self.subscript(step.result).has(label)) {
            (_, _, false) => Role::Contracted,
            (true, true, true) => Role::Batch,
            (true, false, true) => Role::LhsFree,
            (false, true, true) => Role::RhsFree,
            (false, false, true) => Role::Broadcast,
        }
    }

    /// Whether the steps are taken for one block of indices after the other: known while compiling, or found by
    /// extents, which may be that there is one block.
    #[must_use]
    pub fn is_sliced(&self) -> bool {
        !self.slices.is_empty() || self.limit.as_ref().is_some_and(Limit::has_intermediates)
    }

    /// Takes the steps of the alternatives that are chosen, for every choice one of each subset, and leaves none to
    /// be made.
    pub fn decide(&mut self, chosen: &[Vec<usize>]) {
        let is_taken = |guard: Guard| chosen[guard.choice][guard.subset] == guard.alternative;
        self.steps.retain(|step| step.guard.is_none_or(is_taken));
        self.steps.iter_mut().for_each(|step| step.guard = None);
        self.values.iter_mut().for_each(|value| value.optional = false);
        (self.choices, self.limit) = (Vec::new(), None);
        self.prune();
        let intermediates = self.steps.iter().map(|step| step.result);
        let intermediates = intermediates.filter(|value| self.value(*value).kind == Kind::Intermediate);
        for (number, value) in intermediates.collect::<Vec<_>>().into_iter().enumerate() {
            self.values[value.0].name = format!("t{number}");
        }
    }

    /// Adds a step.
    pub fn push(&mut self, step: Step) {
        self.values[step.result.0].optional |= step.guard.is_some();
        self.steps.push(step);
    }

    /// Drops the steps that no result needs, and the sources that no step is left to use.
    pub fn prune(&mut self) {
        let mut needed = self.results.clone();
        let mut kept = Vec::new();
        for step in std::mem::take(&mut self.steps).into_iter().rev() {
            if needed.contains(&step.result) {
                needed.extend(step.factors.iter().map(|factor| factor.value));
                kept.push(step);
            }
        }
        kept.reverse();
        self.steps = kept;
        self.sources.retain(|source| needed.contains(source));
    }
}

impl Factor {
    /// The value as it is.
    #[must_use]
    pub fn plain(value: ValueId) -> Self {
        Self { value, conj: false }
    }
}

impl Role {
    /// Whether the label is on the result.
    #[must_use]
    pub fn is_on_result(self) -> bool {
        self != Self::Contracted
    }
}

/// A step per line: `bik,jk->bij | x t0 -> y`.
impl fmt::Display for ContractionTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, choice) in self.choices.iter().enumerate() {
            writeln!(f, "choice {number}\n{choice}")?;
        }
        self.limit.iter().try_for_each(|limit| writeln!(f, "{limit}"))?;
        if !self.slices.is_empty() {
            let slices = self.slices.iter().map(|(label, length)| format!("{label} by {length}"));
            writeln!(f, "slices: {}", slices.collect::<Vec<_>>().join(", "))?;
        }
        for (number, step) in self.steps.iter().enumerate() {
            let line_break = if number == 0 { "" } else { "\n" };
            let factors = step.factors.iter().map(|factor| self.subscript(factor.value).to_string());
            let names = step.factors.iter().map(|factor| self.factor_name(*factor));
            let (factors, names): (Vec<_>, Vec<_>) = (factors.collect(), names.collect());
            let result = self.value(step.result);
            let (factors, names) = (factors.join(","), names.join(" "));
            let Epilogue { scaled, onto, .. } = step.epilogue;
            let (alpha, plus) = (if scaled { "alpha " } else { "" }, if onto { "+" } else { "" });
            write!(f, "{line_break}{factors}->{} | {alpha}{names} {plus}-> {}", result.subscript, result.name)?;
            if let Some(Guard { choice, subset, alternative }) = step.guard {
                write!(f, " if {choice}.{subset}.{alternative}")?;
            }
        }
        Ok(())
    }
}

impl ContractionTree {
    /// `w`, or `conj(w)`.
    #[must_use]
    pub fn factor_name(&self, factor: Factor) -> String {
        let name = &self.value(factor.value).name;
        if factor.conj { format!("conj({name})") } else { name.clone() }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Batch => "batch",
            Self::LhsFree => "lhs_free",
            Self::RhsFree => "rhs_free",
            Self::Contracted => "contracted",
            Self::Broadcast => "broadcast",
        })
    }
}
