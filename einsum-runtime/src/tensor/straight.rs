//! Tensors with an ellipsis as formulas see them: as one axis with a stride.
//!
//! To the loops of a formula an ellipsis is a label as any other, whose extent is the number of combinations of the indices of the
//! axes that it stands for. Where one stride walks through these, nothing is done. Where none does (of a tensor that is permuted
//! within its ellipsis, a part of another along one of its axes, or repeated along some of them) the tensor is copied before, and
//! what is written to it is copied back afterwards.

use core::{array, marker::PhantomData};

use einsum_engine::extents;
use ndarray::{Array, IxDyn};

use crate::{
    checked::Checked,
    element::Element,
    site::Site,
    storage::Storage,
    tensor::{
        access::Parts,
        ellipsis::{self, Common, Fused, FusedMut, SpreadMut},
        owned::Tensor,
        room,
        step::Step,
        view::{View, ViewMut},
    },
};

/// An operand whose ellipsis is one axis with a stride: itself, or a copy.
#[derive(Debug)]
pub enum Straight<'f, T, const N: usize> {
    /// The operand.
    Itself(View<'f, T, N>),
    /// A copy of it.
    Copy(Tensor<T, N>),
}

/// A target whose ellipsis is one axis with a stride: itself, or another tensor, which is written to it in the end.
#[derive(Debug)]
pub struct StraightMut<'f, 'a, T, const N: usize> {
    target: &'f mut FusedMut<'a, T, N>,
    other: Option<Tensor<T, N>>,
    /// Whether the other tensor is added to the target.
    adds: bool,
}

impl<T: Element, const N: usize> Straight<'_, T, N> {
    /// Read access.
    #[must_use]
    pub fn view(&self) -> View<'_, T, N> {
        match self {
            Self::Itself(view) => *view,
            Self::Copy(tensor) => tensor.view(),
        }
    }
}

impl<T: Element, const N: usize> StraightMut<'_, '_, T, N> {
    /// Write access.
    ///
    /// # Panics
    /// If no stride walks through the ellipsis of the target, and there is no other tensor: never, as it was made so.
    pub fn view_mut(&mut self) -> ViewMut<'_, T, N> {
        match &mut self.other {
            Some(other) => other.view_mut(),
            None => self.target.view_mut().straight().expect("a stride walks through the target"),
        }
    }

    /// Writes to the target what was written to another tensor in its place. Where the target has one element for several, it is
    /// their sum.
    pub fn finish(self) {
        if let Some(other) = self.other {
            let (labels, view) = (labels::<N>(), other.view());
            let factors = [view.read(&labels)];
            let step: Step<'_, T, N> = Step::new(&factors).split();
            let beta = if self.adds { T::ONE } else { T::ZERO };
            step.onto(beta).write(self.target.view_mut().write(&labels));
        }
    }
}

impl Site {
    /// An operand with its ellipsis as one axis with a stride.
    ///
    /// # Errors
    /// If there is no room for a copy.
    pub fn straight<'f, T: Element, const N: usize>(&self, fused: &'f Fused<'_, T, N>) -> Checked<Straight<'f, T, N>> {
        let view = fused.view();
        if let Some(view) = view.straight() {
            return Ok(Straight::Itself(view));
        }
        self.copied(&view).map(Straight::Copy)
    }

    /// A copy with an element for each index of the common ellipsis.
    fn copied<T: Element, const N: usize>(&self, view: &View<'_, T, N>) -> Checked<Tensor<T, N>> {
        let (labels, extents) = (labels::<N>(), common(view.extents(), view.parts()));
        let factors = [view.read(&labels)];
        let step: Step<'_, T, N> = Step::new(&factors).split().convert();
        Tensor::compute(extents, &labels, step).ok_or_else(|| self.too_large(&extents))
    }

    /// Aligns the target of the result, number `number` of the operands, to the common ellipsis: its own stands for the same axes.
    ///
    /// # Errors
    /// If it stands for others.
    pub fn fused_target<'a, T: Element, const N: usize>(
        &self,
        number: usize,
        target: SpreadMut<'a, T, N>,
        (place, common): (usize, &Common),
    ) -> Checked<FusedMut<'a, T, N>> {
        let extents = array::from_fn(|axis| if axis == place { 1 } else { target.extent(axis) });
        self.spread_target_fits(number, &target, (place, common), extents)?;
        Ok(target.fuse(common))
    }

    /// The target of a result with its ellipsis as one axis with a stride.
    ///
    /// # Errors
    /// If there is no room for a copy.
    pub fn straight_target<'f, 'a, T: Element, const N: usize>(
        &self,
        target: &'f mut FusedMut<'a, T, N>,
    ) -> Checked<StraightMut<'f, 'a, T, N>> {
        let view = target.view_mut();
        let (extents, is_straight) = (view.extents(), view.straight().is_some());
        // The old content, too: a result may be added to it, and need not replace all of it.
        let other = if is_straight { None } else { Some(self.copied_target(extents, target)?) };
        Ok(StraightMut { target, other, adds: false })
    }

    fn copied_target<T: Element, const N: usize>(
        &self,
        extents: [usize; N],
        target: &mut FusedMut<'_, T, N>,
    ) -> Checked<Tensor<T, N>> {
        let (labels, view) = (labels::<N>(), target.view());
        let factors = [view.read(&labels)];
        let step: Step<'_, T, N> = Step::new(&factors).split();
        Tensor::compute(extents, &labels, step).ok_or_else(|| self.too_large(&extents))
    }

    /// The tensor that a gradient is added to, with its ellipsis as one axis with a stride.
    ///
    /// # Errors
    /// If there is no room for another tensor.
    pub fn straight_gradient<'f, 'a, T: Element, const N: usize>(
        &self,
        target: &'f mut FusedMut<'a, T, N>,
    ) -> Checked<StraightMut<'f, 'a, T, N>> {
        let view = target.view_mut();
        let (extents, is_straight) = (common(view.extents(), view.parts()), view.straight().is_some());
        let zeros = || Tensor::zeros(extents).ok_or_else(|| self.too_large(&extents));
        let other = if is_straight { None } else { Some(zeros()?) };
        Ok(StraightMut { target, other, adds: true })
    }

    /// The cotangent of an operand of extents `shape`, whose ellipsis is at a place, from that of what it was made to.
    ///
    /// # Errors
    /// If it has more bytes than can be addressed or allocated.
    pub fn unfused_gradient<S: Storage, const N: usize>(
        &self,
        element: PhantomData<S>,
        gradient: Tensor<S::Compute, N>,
        shape: &[usize],
        ellipsis: (usize, &Common),
    ) -> Checked<Array<S::Compute, IxDyn>> {
        if extents::exact(shape) == extents::exact(gradient.view().extents()) {
            let (elements, _) = gradient.into_parts();
            return Ok(room::dynamic(shape, elements));
        }
        let mut array = self.zero_gradient(element, shape)?;
        let (labels, view) = (labels::<N>(), gradient.view());
        let factors = [view.read(&labels)];
        let step: Step<'_, S::Compute, N> = Step::new(&factors).split();
        ellipsis::compute_onto(&mut array, ellipsis, &labels, step);
        Ok(array)
    }
}

/// The extents, of which that of the ellipsis is the common one.
fn common<const N: usize>(mut extents: [usize; N], parts: Option<&Parts>) -> [usize; N] {
    if let Some(parts) = parts {
        extents[parts.place()] = parts.common();
    }
    extents
}

/// A label for each axis.
fn labels<const N: usize>() -> [usize; N] {
    array::from_fn(|label| label)
}
