//! Labels of statements and reductions -> labels of the formula.
//!
//! Labels of one name and one extent are one label, wherever they are: so the statements of a block share loops, and equal
//! reductions are computed once. All others have a name of their own, `i_1`.

use super::{node::relabel_form, resolve::KnownLabel};
use crate::ir::{
    Label, Labels,
    formula::{Affine, Extent, ExtentFrom, Shape, Tensor, TensorId},
};
use crate::notation::FUSED;

/// The labels of a formula, as far as they are known.
pub(super) struct Merged<'a> {
    pub(super) named: &'a [KnownLabel],
    /// Whether extents of 1 repeat, so that axes which agree need not be as long as each other.
    pub(super) broadcasts: bool,
    pub(super) labels: Labels,
    pub(super) extents: Vec<Extent>,
    /// The name that each label was written with.
    written: Vec<String>,
    /// The axes that are as long as each label's extent.
    anchors: Vec<Vec<(TensorId, usize)>>,
    /// The label for each that was resolved.
    pub(super) map: Vec<Option<Label>>,
}

impl<'a> Merged<'a> {
    pub(super) fn new(named: &'a [KnownLabel], broadcasts: bool) -> Self {
        let map = vec![None; named.len()];
        let (labels, extents) = (Labels::default(), Vec::new());
        Self { named, broadcasts, labels, extents, written: Vec::new(), anchors: Vec::new(), map }
    }

    /// Takes a label that was resolved, of which all labels of its extent have been taken; `tensors` are those that are known.
    pub(super) fn take(&mut self, resolved: &Label, mut from: ExtentFrom, tensors: &[Option<Tensor>]) {
        if let ExtentFrom::Largest(axes) = &mut from {
            let (map, own) = (&self.map, resolved);
            // Of its own label there is none yet: it is told apart by having no other number.
            let label = |label: &Label| map[label.id().0].clone().unwrap_or_else(|| own.clone());
            let forms = axes.iter_mut().flat_map(|(_, _, form)| &mut form.terms);
            for (_, one) in forms {
                *one = label(one);
            }
        }
        let name = self.named[resolved.id().0].name.clone();
        // The ellipsis stands for the same axes wherever it is.
        let is_same = |number: usize| name == FUSED || self.is_same(number, resolved, &from, tensors);
        let found = (0..self.written.len()).find(|&number| self.written[number] == name && is_same(number));
        let label = match found {
            Some(number) => {
                self.join(number, &from, tensors);
                self.labels.all()[number].clone()
            }
            None => self.add(&name, resolved, from, tensors),
        };
        self.map[resolved.id().0] = Some(label);
    }

    fn add(&mut self, name: &str, resolved: &Label, mut from: ExtentFrom, tensors: &[Option<Tensor>]) -> Label {
        let label = self.labels.intern_renamed(&self.unique(name), name);
        if let ExtentFrom::Largest(axes) = &mut from {
            let own = |one: &Label| if one == resolved { label.clone() } else { one.clone() };
            for (_, _, form) in axes.iter_mut() {
                relabel_form(form, &own);
            }
        }
        self.written.push(name.to_owned());
        self.anchors.push(match &from {
            ExtentFrom::Axes(axes) => self.anchors_of(axes, tensors),
            _ => Vec::new(),
        });
        self.extents.push(Extent { label: label.clone(), from });
        label
    }

    /// A name that no other label has, and none was written with.
    fn unique(&self, name: &str) -> String {
        let is_taken = |name: &str| self.labels.all().iter().any(|label| label.name() == name);
        if !is_taken(name) {
            return name.to_owned();
        }
        let is_written = |candidate: &str| self.named.iter().any(|named| named.name == candidate);
        let candidates = (1..).map(|number| format!("{name}_{number}"));
        candidates.into_iter().find(|name| !is_taken(name) && !is_written(name)).unwrap_or_default()
    }

    fn is_same(&self, number: usize, resolved: &Label, from: &ExtentFrom, tensors: &[Option<Tensor>]) -> bool {
        let extent = &self.extents[number];
        match (&extent.from, from) {
            (ExtentFrom::Given(one), ExtentFrom::Given(other)) => one == other,
            (ExtentFrom::Axes(one), ExtentFrom::Axes(other)) if self.broadcasts => {
                one.len() == other.len() && one.iter().all(|axis| other.contains(axis))
            }
            (ExtentFrom::Axes(_), ExtentFrom::Axes(other)) => {
                let anchors = self.anchors_of(other, tensors);
                let can_join = |&(tensor, axis): &(TensorId, usize)| {
                    own_label(tensor, axis, tensors).is_none_or(|label| label == Some(extent.label.clone()))
                };
                other.iter().all(can_join) && anchors.iter().any(|axis| self.anchors[number].contains(axis))
            }
            (ExtentFrom::Largest(one), ExtentFrom::Largest(other)) => {
                let own = |label: &Label| if label == resolved { extent.label.clone() } else { label.clone() };
                let mut other = other.clone();
                for (_, _, form) in &mut other {
                    relabel_form(form, &own);
                }
                *one == other
            }
            _ => false,
        }
    }

    /// Adds the axes that are as long as those that there are.
    fn join(&mut self, number: usize, from: &ExtentFrom, tensors: &[Option<Tensor>]) {
        let ExtentFrom::Axes(axes) = from else { return };
        let anchors = self.anchors_of(axes, tensors);
        let new = anchors.into_iter().filter(|axis| !self.anchors[number].contains(axis)).collect::<Vec<_>>();
        self.anchors[number].extend(new);
        if let ExtentFrom::Axes(known) = &mut self.extents[number].from {
            let is_given = |&&(tensor, axis): &&(TensorId, usize)| own_label(tensor, axis, tensors).is_none();
            let new: Vec<_> = axes.iter().filter(is_given).filter(|axis| !known.contains(axis)).copied().collect();
            known.extend(new);
        }
    }

    /// These axes, and those that made the tensors among them as long.
    fn anchors_of(&self, axes: &[(TensorId, usize)], tensors: &[Option<Tensor>]) -> Vec<(TensorId, usize)> {
        let mut anchors = axes.to_vec();
        for &(tensor, axis) in axes {
            if let Some(Some(label)) = own_label(tensor, axis, tensors) {
                anchors.extend(self.anchors.get(label.id().0).into_iter().flatten().copied());
            }
        }
        anchors
    }
}

/// The label that a tensor which is computed has along an axis, if it is one; nothing, if the tensor is given.
#[expect(clippy::option_option, reason = "no label of a tensor that has one differs from no tensor that is computed")]
fn own_label(tensor: TensorId, axis: usize, tensors: &[Option<Tensor>]) -> Option<Option<Label>> {
    match &tensors.get(tensor.0)?.as_ref()?.shape {
        Shape::Needed(forms) => Some(forms.get(axis).and_then(Affine::bare).cloned()),
        _ => None,
    }
}
