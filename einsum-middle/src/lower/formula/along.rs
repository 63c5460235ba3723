//! Which labels go along all of the axes that they are on.
//!
//! A label does not if its extent is given, or is the largest that some other index allows: then a tensor is viewed as far as the label goes.
//! And where extent 1 repeats, an axis along which a label goes may be shorter than the label.

use super::{Contraction, LoweredFormula, labels_of};
use crate::{
    few::List,
    ir::{
        Label,
        formula::{Access, ExtentFrom, Shape, TensorId},
    },
};

impl LoweredFormula {
    /// Whether the labels of a target, one on each axis, are known to go along all of it.
    #[must_use]
    pub fn is_whole(&self, target: &Access) -> bool {
        let is_new = matches!(self.formula.tensor(self.shaped(target.tensor)).shape, Shape::Needed(_));
        (is_new || !self.formula.broadcasts) && self.is_along(target)
    }

    /// Whether labels, one on each axis, are known to go along all of a tensor, or, if the formula broadcasts, along axes of extent 1.
    #[must_use]
    pub fn is_along(&self, access: &Access) -> bool {
        let is_along = |(axis, label): (usize, &Label)| self.goes_along(access.tensor, axis, label);
        !self.parts.contains_key(&access.tensor)
            && access.bare().is_some_and(|labels| labels.iter().enumerate().all(is_along))
    }

    /// Which factors of a contraction are tensors as they are. The others are viewed over the extents of their labels: those that go along
    /// a part of an axis, or along several; and where extent 1 repeats, as many as it takes for each label to have all of its
    /// indices, for all of which the product is added up.
    #[must_use]
    pub fn plain_factors(&self, contraction: &Contraction) -> Vec<bool> {
        let is_plain = |factor: &Access| {
            let is_in_window = |label: &Label| contraction.window.contains(label);
            self.is_along(factor) && !labels_of(factor).iter().any(is_in_window)
        };
        let mut plain: Vec<bool> = contraction.factors.mapped(is_plain);
        if self.formula.broadcasts {
            for (number, factor) in contraction.factors.iter().enumerate() {
                plain[number] &= labels_of(factor).iter().all(|label| self.has_all(contraction, &plain, label));
            }
        }
        plain
    }

    /// Whether a label is known to have all of its indices in a contraction of these factors, plain or not.
    fn has_all(&self, contraction: &Contraction, plain: &[bool], label: &Label) -> bool {
        let accesses = || contraction.factors.iter().chain([&contraction.target]);
        let is_viewed = |(factor, plain): (&Access, &bool)| !plain && labels_of(factor).contains(label);
        let has_own = |access: &Access| match &self.formula.tensor(self.shaped(access.tensor)).shape {
            Shape::Needed(forms) => {
                let mut axes = access.axes.iter().zip(forms);
                axes.any(|(axis, form)| axis.bare() == Some(label) && form.bare() == Some(label))
            }
            _ => false,
        };
        let is_there = |&(tensor, axis): &(TensorId, usize)| {
            accesses().any(|access| self.shaped(access.tensor) == tensor && access.axes[axis].bare() == Some(label))
        };
        contraction.factors.iter().zip(plain).any(is_viewed)
            || accesses().any(has_own)
            || match self.formula.extent_from(label) {
                Some(ExtentFrom::Axes(axes)) => axes.iter().all(is_there),
                _ => false,
            }
    }

    /// Whether a label is known to go along all of an axis, or, if the formula broadcasts, along one of extent 1.
    pub(crate) fn goes_along(&self, tensor: TensorId, axis: usize, label: &Label) -> bool {
        let formula = &self.formula;
        let shaped = match self.parts.get(&tensor) {
            Some(part) if part.axes[axis].is_some() => return false,
            _ => self.shaped(self.whole(tensor)),
        };
        match &formula.tensor(shaped).shape {
            Shape::Needed(forms) => forms[axis].bare() == Some(label),
            _ => formula.extents.iter().any(|extent| match &extent.from {
                ExtentFrom::Axes(axes) => extent.label == *label && axes.contains(&(shaped, axis)),
                _ => false,
            }),
        }
    }

    /// The tensor whose shape another has.
    pub(super) fn shaped(&self, tensor: TensorId) -> TensorId {
        match self.formula.tensor(tensor).shape {
            Shape::Like(other) => other,
            _ => tensor,
        }
    }
}
