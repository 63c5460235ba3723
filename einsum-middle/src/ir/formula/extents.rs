//! Extents of labels and axes, as far as literals say them.

use super::{Affine, Amount, ExtentFrom, Formula, Shape, TensorId, TensorKind};
use crate::ir::Label;

/// The extents that are literals: of the axes of operands, and those that are given, by their numbers.
#[derive(Clone, Copy)]
pub struct Literals<'a> {
    /// The extent of an axis of an operand, by the numbers of both.
    pub axis: &'a dyn Fn(usize, usize) -> Option<u64>,
    /// The extent that is given after `;`, by its number.
    pub given: &'a dyn Fn(usize) -> Option<u64>,
}

impl Formula {
    /// How long an axis of a tensor is that is computed, if literals say so.
    #[must_use]
    pub fn known_length(&self, tensor: TensorId, axis: usize, literals: Literals<'_>) -> Option<u64> {
        let Shape::Needed(forms) = &self.tensor(tensor).shape else { return None };
        let form = &forms[axis];
        match form.bare() {
            Some(label) => self.known_extent(label, literals),
            None => Some(self.largest(form, literals)?.checked_add(1)?.max(0).unsigned_abs()),
        }
    }

    /// How many indices there are from the least to the largest value of a form, if literals say so.
    #[must_use]
    pub fn known_span(&self, form: &Affine, literals: Literals<'_>) -> Option<u64> {
        let span = form.terms.iter().try_fold(1u64, |span, (factor, label)| {
            let last = self.known_extent(label, literals)?.checked_sub(1)?;
            span.checked_add(number(factor)?.unsigned_abs().checked_mul(last)?)
        });
        span.filter(|_| form.constant.given.is_empty())
    }

    /// The extent of a label, if literals say it.
    #[must_use]
    pub fn known_extent(&self, label: &Label, literals: Literals<'_>) -> Option<u64> {
        match self.extent_from(label)? {
            ExtentFrom::Given(number) => (literals.given)(*number),
            ExtentFrom::Axes(axes) => axes.iter().find_map(|&(tensor, axis)| self.known_axis(tensor, axis, literals)),
            ExtentFrom::Largest(axes) => {
                let extents = axes.iter().map(|(tensor, axis, form)| {
                    let last = i64::try_from(self.known_axis(*tensor, *axis, literals)?).ok()?.checked_sub(1)?;
                    let (terms, constant) = (form.terms.iter(), number(&form.constant)?);
                    let (own, others): (Vec<_>, Vec<_>) = terms.partition(|(_, other)| other == label);
                    let [(factor, _)] = own[..] else { return None };
                    let others = Affine { terms: others.into_iter().cloned().collect(), constant: Amount::default() };
                    let room = last.checked_sub(constant)?.checked_sub(self.largest(&others, literals)?)?;
                    let factor = number(factor).filter(|factor| *factor > 0)?;
                    Some(if room < 0 { 0 } else { (room / factor).unsigned_abs() + 1 })
                });
                extents.collect::<Option<Vec<_>>>()?.into_iter().min()
            }
        }
    }

    /// The largest value of a form of labels that go somewhere, none of them backwards.
    fn largest(&self, form: &Affine, literals: Literals<'_>) -> Option<i64> {
        form.terms.iter().try_fold(number(&form.constant)?, |largest, (factor, label)| {
            let factor = number(factor).filter(|factor| *factor > 0)?;
            let last = i64::try_from(self.known_extent(label, literals)?).ok()?.checked_sub(1)?;
            if last < 0 {
                return None;
            }
            largest.checked_add(factor.checked_mul(last)?)
        })
    }

    fn known_axis(&self, tensor: TensorId, axis: usize, literals: Literals<'_>) -> Option<u64> {
        match self.operand(tensor) {
            Some(operand) => (literals.axis)(operand, axis),
            None => self.known_length(tensor, axis, literals),
        }
    }

    fn operand(&self, tensor: TensorId) -> Option<usize> {
        match self.tensor(tensor).kind {
            TensorKind::Operand(number) => Some(number),
            _ => None,
        }
    }

    /// The source of the extent of a label.
    #[must_use]
    pub fn extent_from(&self, label: &Label) -> Option<&ExtentFrom> {
        self.extents.iter().find(|extent| extent.label == *label).map(|extent| &extent.from)
    }
}

/// An amount that is a literal.
fn number(amount: &Amount) -> Option<i64> {
    amount.given.is_empty().then_some(amount.known)
}
