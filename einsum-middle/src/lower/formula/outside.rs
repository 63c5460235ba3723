//! Accesses that may be outside of their tensors, and those by indices, as copies.

use super::{Lowering, Part, Work, labels_of};
use crate::ir::{
    Label,
    formula::{Access, Affine, Amount, Axis, Elements, Expression, ExtentFrom, Index, Outside, Shape, Statement},
};

impl Lowering {
    /// The expression with every read affine and within its tensor, which copies may be made for.
    pub(super) fn reads_within(&mut self, value: &Expression) -> Expression {
        value.replaced(&mut |inner| match inner {
            Expression::Read(access) => Some(Expression::Read(self.read_within(access))),
            _ => None,
        })
    }

    fn read_within(&mut self, access: &Access) -> Access {
        if access.is_within() {
            return access.clone();
        }
        let mut plain = Access { conj: false, ..self.known_within(access) };
        if plain.is_within() {
            return Access { conj: access.conj, ..plain };
        }
        for axis in &mut plain.axes {
            if let Index::Gather(indices) = &mut axis.index {
                **indices = self.read_within(indices);
            }
        }
        if let Some((_, copy)) = self.copies.iter().find(|(copied, _)| *copied == plain) {
            return Access { conj: access.conj, ..copy.clone() };
        }
        let is_gathered = plain.has_gathers() || plain.is_spread();
        let copy = if is_gathered { self.gathered(&plain) } else { self.filled(&plain) };
        self.copies.push((plain, copy.clone()));
        Access { conj: access.conj, ..copy }
    }

    /// The access with the axes marked that are exactly as long as their labels.
    pub(super) fn known_within(&self, access: &Access) -> Access {
        let formula = &self.lowered.formula;
        let shaped = match formula.tensor(access.tensor).shape {
            Shape::Like(other) => other,
            _ => access.tensor,
        };
        let is_along = |axis: usize, label: &Label| {
            !formula.broadcasts
                && formula.extents.iter().any(|extent| match &extent.from {
                    ExtentFrom::Axes(axes) => extent.label == *label && axes.contains(&(shaped, axis)),
                    _ => false,
                })
        };
        let mut access = access.clone();
        for (number, axis) in access.axes.iter_mut().enumerate() {
            if axis.affine().and_then(Affine::bare).is_some_and(|label| is_along(number, label)) {
                axis.outside = Outside::Error;
            }
        }
        access
    }

    /// A local of the elements that indices lead to.
    fn gathered(&mut self, access: &Access) -> Access {
        let target = self.local_over(access, "gathered");
        self.push(Work::Gather { target: target.clone(), access: access.clone() });
        target
    }

    /// A part of the tensor, with what is around it.
    fn filled(&mut self, access: &Access) -> Access {
        let part = self.part(access);
        self.push(Work::FillPart(part.tensor));
        part
    }

    /// A part of the tensor as large as an access needs, and the access to it.
    fn part(&mut self, access: &Access) -> Access {
        let axes = access.axes.iter().map(|axis| match axis.outside {
            Outside::Error => None,
            outside => axis.affine().map(|form| (form.clone(), outside)),
        });
        let part = Part { of: access.tensor, axes: axes.collect() };
        let (name, elements) = self.called(access, "part");
        let tensor = self.define(&name, elements, Shape::Given(access.axes.len()));
        self.lowered.parts.insert(tensor, part);
        let axes = access.axes.iter().map(|axis| Axis { outside: Outside::Error, ..axis.clone() });
        Access { tensor, axes: axes.collect(), conj: false }
    }

    fn local_over(&mut self, access: &Access, suffix: &str) -> Access {
        let (name, elements) = self.called(access, suffix);
        self.define_over(&name, elements, &labels_of(access))
    }

    fn called(&self, access: &Access, suffix: &str) -> (String, Elements) {
        let tensor = self.lowered.formula.tensor(access.tensor);
        (format!("{}_{suffix}", tensor.name), tensor.elements)
    }

    /// The target, or if it may be outside of its tensor, or is scattered to, a local that is written in its place.
    pub(super) fn target_within(&mut self, target: &Access, adds: bool) -> (Access, bool) {
        let target = &self.known_within(target);
        if target.is_within() {
            return (target.clone(), adds);
        }
        if target.has_gathers() || target.is_spread() {
            return (self.local_over(target, "scattered"), false);
        }
        (self.part(target), false)
    }

    /// Stores what was written to a local in place of the target.
    pub(super) fn store(&mut self, local: &Access, statement: &Statement) {
        let Statement { target, adds, .. } = statement;
        let target = &self.known_within(target);
        if target.is_within() {
            return;
        }
        if !target.has_gathers() && !target.is_spread() {
            return self.push(Work::StorePart { part: local.tensor, adds: *adds });
        }
        let mut access = target.clone();
        for axis in &mut access.axes {
            if let Index::Gather(indices) = &mut axis.index {
                **indices = self.read_within(indices);
            }
        }
        self.push(Work::Scatter { access, source: local.clone(), adds: *adds });
    }
}

impl Access {
    /// Whether it is affine, and known to be within the tensor.
    pub(super) fn is_within(&self) -> bool {
        self.axes.iter().all(|axis| axis.outside == Outside::Error && axis.affine().is_some())
    }

    /// Whether indices that may be outside lie apart, as in `zero(x)[1000*i]`: a copy of an element for each index of the labels is then smaller
    /// than one of all that lies between. (Not with several labels along an axis, which can overlap: `zero(x)[2*i + p]`.)
    fn is_spread(&self) -> bool {
        let forms = || self.axes.iter().filter_map(|axis| Some((axis.affine()?, axis.outside)));
        let is_step = |factor: &Amount| factor.given.is_empty() && factor.known.unsigned_abs() == 1;
        let lies_apart = |(form, outside): (&Affine, Outside)| {
            outside != Outside::Error && form.terms.iter().any(|(factor, _)| !is_step(factor))
        };
        forms().all(|(form, _)| form.terms.len() <= 1) && forms().any(lies_apart)
    }

    /// Whether some axis is indexed by a tensor.
    pub(crate) fn has_gathers(&self) -> bool {
        self.axes.iter().any(|axis| axis.affine().is_none())
    }
}

impl Axis {
    /// The form of labels that the index is, if it is one.
    #[must_use]
    pub fn affine(&self) -> Option<&Affine> {
        match &self.index {
            Index::Affine(form) => Some(form),
            Index::Gather(_) => None,
        }
    }
}
