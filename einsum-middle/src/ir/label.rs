//! Labels, with their names and numbers, and the subscripts that they make.

use std::{fmt, rc::Rc};

use crate::notation::{ELLIPSIS, FUSED, joined};

/// A label, which axes have in common: its name, and its number in the einsum. [`Labels`] makes labels.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    name: Rc<str>,
    id: LabelId,
}

/// Number of a label in its einsum: labels are counted where they appear first, the operands before the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelId(pub usize);

/// All labels of an einsum, by their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels(Vec<Label>);

/// The labels of a tensor, one for every axis, in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Subscript(pub Vec<Label>);

impl Labels {
    /// The label of this name: the one that there is, or a new one of the next number.
    pub fn intern(&mut self, name: &str) -> Label {
        if let Some(label) = self.0.iter().find(|label| label.name() == name) {
            return label.clone();
        }
        let label = Label { name: name.into(), id: LabelId(self.0.len()) };
        self.0.push(label.clone());
        label
    }

    /// The labels, each once, in the order of their numbers.
    #[must_use]
    pub fn all(&self) -> &[Label] {
        &self.0
    }
}

impl Label {
    /// The name of the label.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of the label.
    #[must_use]
    pub fn id(&self) -> LabelId {
        self.id
    }

    /// Whether it is the ellipsis: a label that stands for any number of axes.
    #[must_use]
    pub fn is_ellipsis(&self) -> bool {
        &*self.name == ELLIPSIS
    }

    /// Whether it is the ellipsis of a formula: a label of one axis, which stands for any number of axes of what the user has.
    #[must_use]
    pub fn is_fused(&self) -> bool {
        &*self.name == FUSED
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

    /// The position of the ellipsis, if there is one.
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

impl FromIterator<Label> for Subscript {
    fn from_iter<I: IntoIterator<Item = Label>>(labels: I) -> Self {
        Self(labels.into_iter().collect())
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
        f.write_str(&self.name)
    }
}
