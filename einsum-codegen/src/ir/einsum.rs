//! A checked einsum.

use std::{fmt, rc::Rc};

/// A checked einsum, its output explicit.
///
/// More general than what users may write, so that gradients are einsums again: a label may be
/// repeated in the output (the diagonal of a zeroed tensor is written) and an output label may be
/// in no operand (the result is broadcast along it).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Einsum {
    /// The operands, at least one.
    pub operands: Vec<Operand>,
    /// The labels of the result.
    pub output: Subscript,
}

/// An operand: how it is called, and what its axes mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operand {
    /// A short name for displays.
    pub name: String,
    /// A label for every axis.
    pub subscript: Subscript,
}

/// The labels of a tensor, one for every axis, in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Subscript(pub Vec<Label>);

/// The name of what axes have in common. Equal labels have equal names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(Rc<str>);

impl Einsum {
    /// Every label once, in order of appearance, the operands first.
    #[must_use]
    pub fn labels(&self) -> Vec<Label> {
        let inputs = self.operands.iter().flat_map(|operand| &operand.subscript.0);
        Subscript(inputs.chain(&self.output.0).cloned().collect()).distinct()
    }

    /// The labels that are summed over.
    #[must_use]
    pub fn contracted(&self) -> Vec<Label> {
        self.labels().into_iter().filter(|label| !self.output.has(label)).collect()
    }

    /// Checks what [`check`](crate::check) guarantees of what users write: an operand, and an
    /// output of distinct labels that operands have.
    ///
    /// # Errors
    /// A sentence that says what is wrong first.
    pub fn verify(&self) -> Result<(), String> {
        let on_operand = |label: &&Label| self.operands.iter().any(|operand| operand.subscript.has(label));
        if self.operands.is_empty() {
            return Err(format!("`{self}` has no operand"));
        }
        if let Some(label) = self.output.0.iter().find(|label| !on_operand(label)) {
            return Err(format!("output label `{label}` of `{self}` is on no operand"));
        }
        if self.output.is_diagonal() { Err(format!("`{self}` repeats an output label")) } else { Ok(()) }
    }
}

impl Subscript {
    /// How many axes the tensor has.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.0.len()
    }

    /// Whether the label is on some axis.
    #[must_use]
    pub fn has(&self, label: &Label) -> bool {
        self.0.contains(label)
    }

    /// Every label once, in order.
    #[must_use]
    pub fn distinct(&self) -> Vec<Label> {
        let first = |(axis, label): (usize, &Label)| (!self.0[..axis].contains(label)).then(|| label.clone());
        self.0.iter().enumerate().filter_map(first).collect()
    }

    /// Whether a label is on more than one axis.
    #[must_use]
    pub fn is_diagonal(&self) -> bool {
        self.distinct().len() < self.rank()
    }
}

impl Label {
    /// The label of this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl FromIterator<Label> for Subscript {
    fn from_iter<I: IntoIterator<Item = Label>>(labels: I) -> Self {
        Self(labels.into_iter().collect())
    }
}

impl fmt::Display for Einsum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inputs: Vec<String> = self.operands.iter().map(|operand| operand.subscript.to_string()).collect();
        write!(f, "{}->{}", inputs.join(","), self.output)
    }
}

impl fmt::Display for Subscript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|label| label.fmt(f))
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
