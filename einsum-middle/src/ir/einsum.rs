//! A checked einsum.

use std::fmt;

use super::{Label, Labels, Subscript};

use crate::{
    few::{List, numbered, sort},
    notation::{ELLIPSIS, Group, implicit_output, ordered},
};

/// A checked einsum, its output explicit.
///
/// A label may be repeated in the output (the diagonal of a zeroed tensor is written) and an output
/// label may be in no operand (the result is broadcast along it, to a given extent): this is what
/// makes gradients einsums again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Einsum {
    /// All labels, by their numbers.
    pub labels: Labels,
    /// The operands, at least one.
    pub operands: Vec<Operand>,
    /// Which of them are multiplied first.
    pub order: Vec<Group>,
    /// The labels whose extent is given.
    pub given: Vec<Label>,
    /// The extents that are literals.
    pub known: Vec<(Label, u64)>,
    /// How many elements an intermediate may have, if that is limited.
    pub max_intermediate: Option<MaxIntermediate>,
    /// Whether an extent of 1 fits every other.
    pub broadcast: bool,
    /// The labels of the result.
    pub output: Subscript,
    /// How the result is written.
    pub epilogue: Epilogue,
    /// The operands that gradients, or tangents, are asked of.
    pub wrt: Vec<usize>,
    /// Whether the extents of operands may be parts of their types.
    pub typed: bool,
    /// The operands that are read as another type than they are kept as, or whose tangents are.
    pub converted: Vec<usize>,
}

/// How many elements an intermediate may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaxIntermediate {
    /// So many: a literal.
    Known(u64),
    /// The value of an expression, at run time.
    Given,
}

/// How a result is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Epilogue {
    /// Whether it is multiplied by a number.
    pub scaled: bool,
    /// Whether it is written to what the user has, which also says how long it is along labels that no
    /// operand has.
    pub out: bool,
    /// Whether it is added to what is there.
    pub onto: bool,
}

/// An operand: how it is called, and what its axes mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operand {
    /// A short name for displays.
    pub name: String,
    /// A label for every axis.
    pub subscript: Subscript,
    /// Whether it is read conjugated.
    pub conj: bool,
}

impl MaxIntermediate {
    /// The number, if it is known while compiling.
    #[must_use]
    pub fn known(self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "no tensor has 2^53 elements")]
        match self {
            Self::Known(elements) => Some(elements as f64),
            Self::Given => None,
        }
    }
}

impl Einsum {
    /// The einsum of these operands, in any order, to this output: new, and with nothing else said of it.
    #[must_use]
    pub fn new(labels: Labels, operands: Vec<Operand>, output: Subscript) -> Self {
        Self {
            order: numbered(operands.len(), Group::Operand),
            given: Vec::new(),
            known: Vec::new(),
            max_intermediate: None,
            broadcast: true,
            epilogue: Epilogue::default(),
            wrt: Vec::new(),
            typed: false,
            converted: Vec::new(),
            labels,
            operands,
            output,
        }
    }

    /// The einsum of operands by their names, the labels of each, and those of the output, if these are written; new, and with nothing else
    /// said of it. An operand without labels has no axes, and an ellipsis of the output that no operand has stands for no axis at all.
    #[must_use]
    pub fn written(names: &[String], inputs: &[Vec<&str>], output: Option<Vec<&str>>) -> Self {
        let mut labels = Labels::default();
        let mut subscript = |names: &[&str]| names.iter().map(|name| labels.intern(name)).collect::<Subscript>();
        let operand = |(number, name): (usize, &String)| {
            let subscript = subscript(inputs.get(number).map_or(&[], Vec::as_slice));
            Operand { name: name.clone(), subscript, conj: false }
        };
        let operands: Vec<Operand> = names.iter().enumerate().map(operand).collect();
        let mut output = output.unwrap_or_else(|| implicit_output(inputs.iter().flatten().copied()));
        let has_ellipsis = operands.iter().any(|operand| operand.subscript.ellipsis().is_some());
        output.retain(|name| has_ellipsis || *name != ELLIPSIS);
        let output = subscript(&output);
        Self::new(labels, operands, output)
    }

    /// Every label once, in the order of their numbers.
    #[must_use]
    pub fn labels(&self) -> Vec<Label> {
        self.labels.all().to_vec()
    }

    /// Adds extents, by the names of labels, to what is known.
    pub fn know(&mut self, extents: &[(String, u64)]) {
        for (name, extent) in extents {
            let is_new = |label: &&Label| label.name() == name && self.known_extent(label).is_none();
            if let Some(label) = self.labels.all().iter().find(is_new).cloned() {
                self.known.push((label, *extent));
            }
        }
    }

    /// The extent of a label, if it is a literal.
    #[must_use]
    pub fn known_extent(&self, label: &Label) -> Option<u64> {
        self.known.iter().find(|(known, _)| known == label).map(|(_, extent)| *extent)
    }

    /// The labels that are summed over.
    #[must_use]
    pub fn contracted(&self) -> Vec<Label> {
        self.labels().into_iter().filter(|label| !self.output.has(label)).collect()
    }

    /// Whether an operand may have extent 1 along the label where others have more. (The ellipsis
    /// is broadcast in another way.)
    #[must_use]
    pub fn may_broadcast(&self, label: &Label) -> bool {
        let operands = self.operands.iter().filter(|operand| operand.subscript.has(label));
        self.broadcast && operands.count() > 1 && !self.given.contains(label) && !label.is_ellipsis()
    }

    /// How the cotangent of the result is called: `dy`, or the first of `dresult`, `dresult2` and so on if a gradient is called that: that of `x` is `dx`.
    #[must_use]
    pub fn cotangent_name(&self) -> String {
        let is_free = |name: &String| self.operands.iter().all(|operand| name.strip_prefix('d') != Some(&operand.name));
        let mut name = "dy".to_owned();
        let mut number = 1;
        while !is_free(&name) {
            name = if number == 1 { "dresult".to_owned() } else { format!("dresult{number}") };
            number += 1;
        }
        name
    }

    /// Checks what `check` guarantees: labels have the numbers at which they are found, every operand is
    /// in the order once, and every output label has an extent.
    ///
    /// # Errors
    /// A sentence that says what is wrong first.
    pub fn verify(&self) -> Result<(), String> {
        let subscripts = self.operands.iter().map(|operand| &operand.subscript).chain([&self.output]);
        let is_numbered = |label: &&Label| self.labels.all().get(label.id().0) == Some(label);
        if let Some(label) = subscripts.flat_map(|subscript| &subscript.0).find(|label| !is_numbered(label)) {
            return Err(format!("label `{label}` of `{self}` has the number of another"));
        }
        let mut ordered = Vec::new();
        self.order.iter().for_each(|group| group.visit(&mut ordered));
        sort(&mut ordered);
        if self.operands.is_empty() || ordered != (0..self.operands.len()).collect::<Vec<_>>() {
            return Err(format!("the order of `{self}` is not one of its operands"));
        }
        let has_extent = |label: &&Label| {
            self.epilogue.out
                || self.given.contains(label)
                || self.operands.iter().any(|operand| operand.subscript.has(label))
        };
        match self.output.0.iter().find(|label| !has_extent(label)) {
            Some(label) => Err(format!("output label `{label}` of `{self}` has no extent")),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Einsum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inputs: Vec<&Subscript> = self.operands.mapped(|operand| &operand.subscript);
        write!(f, "{}->{}", ordered(&self.order, &inputs), self.output)
    }
}
