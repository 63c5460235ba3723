//! Tensors at affine forms of labels: a base and a stride for each label.

use core::marker::PhantomData;

use super::form::Form;
use crate::{
    element::Element,
    tensor::view::{View, ViewMut, row_major_strides},
};

/// A tensor that a map reads, at a form of its labels along each axis.
#[derive(Debug)]
pub struct Reach<'a, T, const L: usize> {
    pub(super) place: Reached<L>,
    /// The element at index 0 of all labels; nothing for the element of the target that is written.
    pub(super) pointer: Option<*const T>,
    borrow: PhantomData<&'a [T]>,
}

impl<T, const L: usize> Clone for Reach<'_, T, L> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, const L: usize> Copy for Reach<'_, T, L> {}

/// A tensor that is written, at a form of the labels of a map along each axis.
#[derive(Debug)]
pub struct ReachMut<'a, T, const L: usize> {
    pub(super) place: Reached<L>,
    pub(super) pointer: *mut T,
    borrow: PhantomData<&'a mut [T]>,
}

/// The extents of the labels for which a tensor was looked at, and how far one step along each label is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reached<const L: usize> {
    pub(super) extents: [usize; L],
    pub(super) strides: [isize; L],
    /// Of a tensor that is written, the labels without which elements of distinct indices, of labels that move it, are distinct.
    pub(super) clashing: [bool; L],
    /// Whether there are elements for all indices of the labels that have any, if those without one had one: who walks through some of
    /// the labels only asks for this.
    pub(super) is_within: bool,
}

impl<'a, T: Element, const L: usize> Reach<'a, T, L> {
    /// The tensor at these forms, below the extents of the labels. Along an axis of extent 1 whose form is but a label, it is
    /// repeated.
    ///
    /// # Panics
    /// If a form leads out of the tensor, or if the view is of elements of another type, or has an ellipsis.
    #[inline]
    #[must_use]
    pub fn new<const N: usize>(extents: [usize; L], view: View<'a, T, N>, forms: [Form<L>; N]) -> Self {
        let (pointer, shape, strides) = view.plain();
        let (place, offset) = Reached::new(extents, (&shape, &strides), &forms, false);
        Self { place, pointer: Some(pointer.wrapping_offset(offset)), borrow: PhantomData }
    }

    /// The element of the target that is written: `y[i] = 2 * y[i] + x[i]`.
    #[inline]
    #[must_use]
    pub fn own(extents: [usize; L]) -> Self {
        let place = Reached { extents, strides: [0; L], clashing: [false; L], is_within: true };
        Self { place, pointer: None, borrow: PhantomData }
    }

    /// Whether it is the element of the target that is written.
    pub(super) fn is_own(&self) -> bool {
        self.pointer.is_none()
    }
}

impl<'a, T, const L: usize> ReachMut<'a, T, L> {
    /// The tensor at these forms, below the extents of the labels. Along an axis of extent 1 whose form is but a label, all
    /// indices of the label lead to one element.
    ///
    /// # Panics
    /// If a form leads out of the tensor, or if the view has an ellipsis.
    #[inline]
    #[must_use]
    pub fn new<const N: usize>(extents: [usize; L], view: ViewMut<'a, T, N>, forms: [Form<L>; N]) -> Self
    where
        T: Element,
    {
        let (pointer, shape, strides) = view.plain();
        let (place, offset) = Reached::new(extents, (&shape, &strides), &forms, true);
        Self { place, pointer: pointer.wrapping_offset(offset), borrow: PhantomData }
    }
}

impl<T, const L: usize> ReachMut<'_, T, L> {
    /// The tensor at these forms that lies row-major from `pointer` on.
    ///
    /// # Panics
    /// If a form leads out of the tensor.
    ///
    /// # Safety
    /// - `pointer` is valid for writes of as many elements as the extents of `shape` multiply to, and nothing else reaches them, as long as
    ///   this is used.
    /// - If they are not initialised, every index of the labels leads to another element, and whoever writes them reads none before.
    pub(super) unsafe fn filled<const N: usize>(
        extents: [usize; L],
        (pointer, shape): (*mut T, [usize; N]),
        forms: [Form<L>; N],
    ) -> Self {
        let (place, offset) = Reached::new(extents, (&shape, &row_major_strides(shape)), &forms, true);
        Self { place, pointer: pointer.wrapping_offset(offset), borrow: PhantomData }
    }
}

impl<const L: usize> Reached<L> {
    /// The place of a tensor of this shape and these strides, and how far the element at index 0 is.
    ///
    /// For all indices below the extents the form of each axis is an index of the axis, or a label along an axis of extent 1,
    /// which then does not move it: the element there is one of the tensor. If an extent is 0, there are no such indices.
    #[inline(never)]
    fn new<const N: usize>(
        extents: [usize; L],
        (shape, of_axes): (&[usize; N], &[isize; N]),
        forms: &[Form<L>; N],
        is_written: bool,
    ) -> (Self, isize) {
        let is_empty = extents.contains(&0);
        let (mut strides, mut offset, mut is_within, mut are_labels) = ([0isize; L], 0isize, true, true);
        for ((form, &extent), &stride) in forms.iter().zip(shape).zip(of_axes) {
            match form.label() {
                Some(_) if extent == 1 => continue,
                Some(label) if !is_empty && extents[label] <= extent => {
                    strides[label] = strides[label].wrapping_add(stride);
                    continue;
                }
                _ if is_empty => is_within &= is_index(form.range(&extents), extent),
                _ => within(form, &extents, extent),
            }
            are_labels = false;
            // Where an element is no product or sum is beyond `isize`; a label of one index or none may have any stride.
            for (of_label, &factor) in strides.iter_mut().zip(form.factors()) {
                *of_label = of_label.wrapping_add(factor.wrapping_mul(stride));
            }
            offset = offset.wrapping_add(form.constant().wrapping_mul(stride));
        }
        // (A form that is but a label tells it apart.)
        let clashing = if is_written && !are_labels { clashing(extents, shape, forms) } else { [false; L] };
        (Self { extents, strides, clashing, is_within }, offset)
    }
}

/// # Panics
/// If a value of the form is no index below the extent.
#[inline(never)]
fn within<const L: usize>(form: &Form<L>, extents: &[usize; L], extent: usize) {
    let (least, largest) = form.range(extents);
    assert!(
        is_index((least, largest), extent),
        "a form goes from {least} to {largest}, but its axis has extent {extent}"
    );
}

/// Whether all values from the least to the largest are indices below an extent.
fn is_index((least, largest): (i128, i128), extent: usize) -> bool {
    least >= 0 && usize::try_from(largest).is_ok_and(|largest| largest < extent)
}

/// The labels that must have one index for indices of all others to lead to places of their own, if they move anything.
///
/// A form tells its labels apart if each factor is larger than all that labels of smaller factors come to: as the digits of a
/// number do. As long as a label is told apart by none of the forms that it is on, the shortest of such labels is left out.
fn clashing<const L: usize, const N: usize>(
    mut extents: [usize; L],
    shape: &[usize; N],
    forms: &[Form<L>; N],
) -> [bool; L] {
    let mut left_out = [false; L];
    loop {
        let (mut is_moved, mut is_told) = ([false; L], [false; L]);
        for (form, _) in forms.iter().zip(shape).filter(|(form, extent)| **extent != 1 || form.label().is_none()) {
            let tells = tells(form, &extents);
            for label in (0..L).filter(|&label| extents[label] > 1 && form.factors()[label] != 0) {
                is_moved[label] = true;
                is_told[label] |= tells;
            }
        }
        let clashing = (0..L).filter(|&label| is_moved[label] && !is_told[label]);
        let Some(label) = clashing.min_by_key(|&label| extents[label]) else { return left_out };
        (left_out[label], extents[label]) = (true, 1);
    }
}

/// Whether a form has another value for each index of its labels.
fn tells<const L: usize>(form: &Form<L>, extents: &[usize; L]) -> bool {
    let mut is_seen = [false; L];
    let mut reach = 0i128;
    loop {
        let moves = |&label: &usize| !is_seen[label] && extents[label] > 1 && form.factors()[label] != 0;
        let Some(label) = (0..L).filter(moves).min_by_key(|&label| form.factors()[label].unsigned_abs()) else {
            return true;
        };
        let factor = (form.factors()[label] as i128).abs();
        if factor <= reach {
            return false;
        }
        let last = i128::try_from(extents[label] - 1).unwrap_or(i128::MAX);
        reach = reach.saturating_add(factor.saturating_mul(last));
        is_seen[label] = true;
    }
}

impl<'a, T: Element, const L: usize> View<'a, T, L> {
    /// A view whose axes are labels: the tensor at these forms, below the extents of the labels. Elements may be those of several
    /// indices.
    ///
    /// # Panics
    /// If a form leads out of the tensor, or if the view has an ellipsis.
    #[must_use]
    pub fn forms<const N: usize>(view: View<'a, T, N>, extents: [usize; L], forms: [Form<L>; N]) -> Self {
        let (shape, strides) = view.plain_axes();
        let (place, offset) = Reached::new(extents, (&shape, &strides), &forms, false);
        // SAFETY: by `Reached::new` an index below the extents leads to an element of the view.
        unsafe { view.reached(offset, place.extents, place.strides) }
    }
}

impl<'a, T: Element, const L: usize> ViewMut<'a, T, L> {
    /// A mutable view whose axes are labels: the tensor at these forms, below the extents of the labels. Along a label that is on no
    /// axis, or only on one of extent 1, it has extent 1: a step sums along it.
    ///
    /// # Panics
    /// If a form leads out of the tensor, if two indices might lead to one element, or if the view has an ellipsis.
    #[must_use]
    pub fn forms<const N: usize>(view: ViewMut<'a, T, N>, extents: [usize; L], forms: [Form<L>; N]) -> Self {
        let (shape, strides) = view.plain_axes();
        let (mut place, offset) = Reached::new(extents, (&shape, &strides), &forms, true);
        assert!(extents.contains(&0) || !place.clashing.contains(&true), "elements of a view are distinct");
        for (extent, stride) in place.extents.iter_mut().zip(place.strides) {
            *extent = if stride == 0 { (*extent).min(1) } else { *extent };
        }
        // SAFETY: by `Reached::new` an index below the extents leads to an element of the view. Forms are injective in labels that move
        // it: distinct indices along these lead to distinct elements, between which there is a stride that is not 0; along all
        // others there is one index. The view is consumed.
        unsafe { view.reached(offset, place.extents, place.strides) }
    }
}
