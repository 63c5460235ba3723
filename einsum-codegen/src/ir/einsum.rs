//! A checked einsum.

use std::{fmt, rc::Rc};

use crate::notation::{ELLIPSIS, Group, joined, ordered};

/// A checked einsum, its output explicit.
///
/// A label may be repeated in the output (the diagonal of a zeroed tensor is written) and an output
/// label may be in no operand (the result is broadcast along it, to a given extent): this is what
/// makes gradients einsums again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Einsum {
    /// The operands, at least one.
    pub operands: Vec<Operand>,
    /// Which of them are multiplied first.
    pub order: Vec<Group>,
    /// The labels whose extent is given.
    pub given: Vec<Label>,
    /// Those extents that are literals.
    pub known: Vec<(Label, u64)>,
    /// How many elements an intermediate may have, if that is limited.
    pub max_intermediate: Option<MaxIntermediate>,
    /// Whether an extent of 1 fits every other.
    pub broadcast: bool,
    /// The labels of the result.
    pub output: Subscript,
    /// What happens to the result.
    pub epilogue: Epilogue,
    /// The operands that gradients, or tangents, are asked of.
    pub wrt: Vec<usize>,
    /// The operands that are read as another type than they are kept as, or whose tangents are.
    pub converted: Vec<usize>,
}

/// How many elements an intermediate may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaxIntermediate {
    /// So many: a literal.
    Known(u64),
    /// What an expression gives at run time.
    Given,
}

/// What happens to a result as it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Epilogue {
    /// It is multiplied by a number.
    pub scaled: bool,
    /// It is written to what the user has, which also says how long it is along labels that no
    /// operand has.
    pub out: bool,
    /// It is added to what is there.
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

/// The labels of a tensor, one for every axis, in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Subscript(pub Vec<Label>);

/// The name of what axes have in common. Equal labels have equal names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(Rc<str>);

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
    /// Every label once, in order of appearance, the operands first.
    #[must_use]
    pub fn labels(&self) -> Vec<Label> {
        let inputs = self.operands.iter().flat_map(|operand| &operand.subscript.0);
        Subscript(inputs.chain(&self.output.0).cloned().collect()).distinct()
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

    /// How the cotangent of the result is called: `dy`, unless that goes with an operand `y`.
    #[must_use]
    pub fn cotangent_name(&self) -> &'static str {
        if self.operands.iter().any(|operand| operand.name == "y") { "dresult" } else { "dy" }
    }

    /// Checks what [`check`](crate::check) guarantees: every operand is in the order once, and
    /// every output label has an extent.
    ///
    /// # Errors
    /// A sentence that says what is wrong first.
    pub fn verify(&self) -> Result<(), String> {
        let mut ordered = Vec::new();
        self.order.iter().for_each(|group| group.visit(&mut ordered));
        ordered.sort_unstable();
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

    /// Where the ellipsis is, if there is one.
    #[must_use]
    pub fn ellipsis(&self) -> Option<usize> {
        self.0.iter().position(Label::is_ellipsis)
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

    /// Whether it is the ellipsis: a label that stands for any number of axes.
    #[must_use]
    pub fn is_ellipsis(&self) -> bool {
        &*self.0 == ELLIPSIS
    }
}

impl FromIterator<Label> for Subscript {
    fn from_iter<I: IntoIterator<Item = Label>>(labels: I) -> Self {
        Self(labels.into_iter().collect())
    }
}

impl fmt::Display for Einsum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inputs: Vec<&Subscript> = self.operands.iter().map(|operand| &operand.subscript).collect();
        write!(f, "{}->{}", ordered(&self.order, &inputs), self.output)
    }
}

/// `ij`, or `[row, column]` where labels are words.
impl fmt::Display for Subscript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&joined(self.0.iter().map(Label::name)))
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
