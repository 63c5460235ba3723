//! Questions about the parts of formulas: which labels are in them, and which tensors they read.

use super::{
    Access, Affine, Amount, Axis, Condition, Expression, Formula, Index, Outside, Shape, Statement, Tensor, TensorId,
    TensorKind,
};
use crate::{few::List, ir::Label};

impl Formula {
    /// The tensor of this number.
    #[must_use]
    pub fn tensor(&self, id: TensorId) -> &Tensor {
        &self.tensors[id.0]
    }

    /// A name that no tensor has: this one, or it with a number.
    #[must_use]
    pub fn free_name(&self, name: &str) -> String {
        let is_taken = |name: &str| self.tensors.iter().any(|tensor| tensor.name == name);
        let others = (2..=self.tensors.len() + 1).map(|number| format!("{name}{number}"));
        let mut names = std::iter::once(name.to_owned()).chain(others);
        names.find(|name| !is_taken(name)).unwrap_or_default()
    }

    /// Whether something that is given or returned has an axis for each of these labels: a tensor over them is no larger, unless
    /// the formula broadcasts.
    #[must_use]
    pub fn covers(&self, labels: &[Label]) -> bool {
        let all = self.statements.iter().flat_map(|statement| statement.reads().into_iter().chain([&statement.target]));
        let mut there = all.filter(|access| self.tensor(access.tensor).kind != TensorKind::Local);
        there.any(|access| access.covers(labels))
    }

    /// The tensor of this purpose, if there is one.
    #[must_use]
    pub fn find(&self, kind: TensorKind) -> Option<TensorId> {
        self.tensors.iter().position(|tensor| tensor.kind == kind).map(TensorId)
    }

    /// Adds a tensor.
    pub fn define(&mut self, tensor: Tensor) -> TensorId {
        self.tensors.push(tensor);
        TensorId(self.tensors.len() - 1)
    }

    /// How many axes a tensor has, an ellipsis counted as one.
    #[must_use]
    pub fn rank(&self, id: TensorId) -> usize {
        match &self.tensor(id).shape {
            Shape::Given(axes) => *axes,
            Shape::Like(other) => self.rank(*other),
            Shape::Needed(forms) => forms.len(),
        }
    }
}

impl TensorKind {
    /// Whether such tensors are given, and none of the statements writes them.
    #[must_use]
    pub fn is_given(self) -> bool {
        matches!(self, Self::Operand(_) | Self::Tangent(_) | Self::Cotangent)
    }
}

impl Statement {
    /// All labels: those of the target, then those over which is reduced.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.free.iter().chain(&self.reduced)
    }

    /// All accesses that read, the tensors of indices in them and in the target among them.
    #[must_use]
    pub fn reads(&self) -> Vec<&Access> {
        let mut reads = Vec::new();
        self.target.gathers(&mut reads);
        self.value.visit_reads(&mut |access| {
            reads.push(access);
            access.gathers(&mut reads);
        });
        reads
    }

    /// Whether the target, or something that is read, has an axis for each of these labels: a tensor over them is no larger.
    #[must_use]
    pub fn covers(&self, labels: &[Label]) -> bool {
        self.target.covers(labels) || self.reads().iter().any(|access| access.covers(labels))
    }

    /// Whether every label of the target is an axis of its own, so that each element is written at one index.
    #[must_use]
    pub fn writes_plainly(&self) -> bool {
        self.target.is_plain() && self.target.axes.len() == self.free.len()
    }
}

impl Access {
    /// Elements at indices that are labels themselves.
    #[must_use]
    pub fn plain(tensor: TensorId, labels: &[Label]) -> Self {
        let axes = labels.mapped(Axis::label);
        Self { tensor, axes, conj: false }
    }

    /// Whether each axis is a label itself, and must be within the tensor.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.axes.iter().all(|axis| axis.bare().is_some())
    }

    /// Whether each of these labels is an axis of it.
    #[must_use]
    pub fn covers(&self, labels: &[Label]) -> bool {
        labels.iter().all(|label| self.axes.iter().any(|axis| axis.bare() == Some(label)))
    }

    /// Adds the labels in it that are not there yet, in order.
    pub fn labels(&self, labels: &mut Vec<Label>) {
        for axis in &self.axes {
            match &axis.index {
                Index::Affine(form) => form.labels(labels),
                Index::Gather(access) => access.labels(labels),
            }
        }
    }

    /// The tensors of indices in it, at any depth.
    fn gathers<'a>(&'a self, found: &mut Vec<&'a Access>) {
        for axis in &self.axes {
            if let Index::Gather(access) = &axis.index {
                found.push(access);
                access.gathers(found);
            }
        }
    }
}

impl Axis {
    /// The index that is a label.
    #[must_use]
    pub fn label(label: &Label) -> Self {
        Self::form(Affine::label(label))
    }

    /// The index that is a form.
    #[must_use]
    pub fn form(form: Affine) -> Self {
        Self { index: Index::Affine(form), outside: Outside::Error }
    }

    /// The label that the index is, if it is one and must be within the tensor.
    #[must_use]
    pub fn bare(&self) -> Option<&Label> {
        match (&self.index, self.outside) {
            (Index::Affine(form), Outside::Error) => form.bare(),
            _ => None,
        }
    }
}

impl Affine {
    /// The form that is a label.
    #[must_use]
    pub fn label(label: &Label) -> Self {
        Self { terms: vec![(Amount::known(1), label.clone())], constant: Amount::default() }
    }

    /// The label that the form is, if it is one.
    #[must_use]
    pub fn bare(&self) -> Option<&Label> {
        match self.terms.as_slice() {
            [(factor, label)] if *factor == Amount::known(1) && self.constant == Amount::default() => Some(label),
            _ => None,
        }
    }

    /// Adds the labels in it that are not there yet, in order.
    pub fn labels(&self, labels: &mut Vec<Label>) {
        for (_, label) in &self.terms {
            if !labels.contains(label) {
                labels.push(label.clone());
            }
        }
    }
}

impl Amount {
    /// An integer that is known.
    #[must_use]
    pub fn known(known: i64) -> Self {
        Self { known, given: Vec::new() }
    }
}

impl Expression {
    /// Visits the expression and all that is in it, conditions included: each after what is in it.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        match self {
            Self::Read(_) | Self::Literal(_) | Self::Index(_) | Self::Extent(_) => {}
            Self::Call(_, arguments) | Self::User(_, _, arguments) => {
                for argument in arguments {
                    argument.visit(visit);
                }
            }
            Self::Select(condition, cases) => {
                condition.visit(visit);
                for case in cases.iter() {
                    case.visit(visit);
                }
            }
        }
        visit(self);
    }

    /// How many parts the expression has, conditions included.
    #[must_use]
    pub fn size(&self) -> usize {
        let mut count = 0;
        self.visit(&mut |_| count += 1);
        count
    }

    /// Whether the expression depends on indices themselves, and not only on what is read there.
    #[must_use]
    pub fn is_indexed(&self) -> bool {
        let mut is_indexed = false;
        self.visit(&mut |part| {
            is_indexed |= match part {
                Self::Index(_) => true,
                Self::Select(condition, _) => condition.compares_indices(),
                _ => false,
            };
        });
        is_indexed
    }

    /// Visits every access that is a number of the expression, conditions included.
    pub fn visit_reads<'a>(&'a self, visit: &mut dyn FnMut(&'a Access)) {
        self.visit(&mut |inner| {
            if let Self::Read(access) = inner {
                visit(access);
            }
        });
    }

    /// The labels of a list that the expression depends on, in the order of the list.
    #[must_use]
    pub fn labels_among<'l>(&self, all: impl IntoIterator<Item = &'l Label>) -> Vec<Label> {
        let mut own = Vec::new();
        self.labels(&mut own);
        all.into_iter().filter(|label| own.contains(label)).cloned().collect()
    }

    /// Adds the labels in it that are not there yet, in order.
    pub fn labels(&self, labels: &mut Vec<Label>) {
        match self {
            Self::Read(access) => access.labels(labels),
            Self::Literal(_) | Self::Extent(_) => {}
            Self::Index(form) => form.labels(labels),
            Self::Call(_, arguments) | Self::User(_, _, arguments) => {
                for argument in arguments {
                    argument.labels(labels);
                }
            }
            Self::Select(condition, cases) => {
                condition.labels(labels);
                cases.iter().for_each(|case| case.labels(labels));
            }
        }
    }
}

impl Condition {
    /// Visits all expressions in it, each after what is in it.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        match self {
            Self::Numbers(_, sides) => {
                for side in sides.iter() {
                    side.visit(visit);
                }
            }
            Self::Indices(..) => {}
            Self::And(parts) | Self::Or(parts) => {
                for part in parts.iter() {
                    part.visit(visit);
                }
            }
            Self::Not(part) => part.visit(visit),
        }
    }

    /// Whether numbers are compared in it, themselves and not their indices.
    #[must_use]
    pub fn compares_numbers(&self) -> bool {
        self.any(&|comparison| matches!(comparison, Self::Numbers(..)))
    }

    /// Whether indices are compared in it.
    #[must_use]
    pub fn compares_indices(&self) -> bool {
        self.any(&|comparison| matches!(comparison, Self::Indices(..)))
    }

    /// Whether something holds of one of the comparisons in it.
    pub(crate) fn any(&self, holds: &dyn Fn(&Self) -> bool) -> bool {
        match self {
            Self::Numbers(..) | Self::Indices(..) => holds(self),
            Self::And(parts) | Self::Or(parts) => parts.iter().any(|part| part.any(holds)),
            Self::Not(part) => part.any(holds),
        }
    }

    /// Adds the labels in it that are not there yet, in order.
    pub fn labels(&self, labels: &mut Vec<Label>) {
        match self {
            Self::Numbers(_, sides) => sides.iter().for_each(|side| side.labels(labels)),
            Self::Indices(_, left, right) => [left, right].iter().for_each(|side| side.labels(labels)),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.labels(labels)),
            Self::Not(part) => part.labels(labels),
        }
    }
}
