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
pub struct Labels {
    all: Vec<Label>,
    /// The names of those that were written with another, which a label before has.
    renamed: Vec<(String, String)>,
}

/// The labels of a tensor, one for every axis, in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Subscript(pub Vec<Label>);

impl Labels {
    /// The label of this name: the one that there is, or a new one of the next number.
    pub fn intern(&mut self, name: &str) -> Label {
        if let Some(label) = self.all.iter().find(|label| label.name() == name) {
            return label.clone();
        }
        let label = Label { name: name.into(), id: LabelId(self.all.len()) };
        self.all.push(label.clone());
        label
    }

    /// Makes a label of this name, which was written with another.
    pub fn intern_renamed(&mut self, name: &str, written: &str) -> Label {
        if name != written {
            self.renamed.push((name.to_owned(), written.to_owned()));
        }
        self.intern(name)
    }

    /// A text of indices, in which labels are called as they were written.
    #[must_use]
    pub fn written(&self, text: &str) -> String {
        let is_of_word = |c: char| c.is_alphanumeric() || c == '_';
        let mut result = String::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let end = rest.find(|c| is_of_word(c) != is_of_word(first)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            let renamed = self.renamed.iter().find(|(name, _)| name == word);
            result.push_str(renamed.map_or(word, |(_, written)| written));
            rest = after;
        }
        result
    }

    /// The labels, each once, in the order of their numbers.
    #[must_use]
    pub fn all(&self) -> &[Label] {
        &self.all
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
