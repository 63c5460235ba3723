//! The tensors of a step as its nest reaches them.

use core::marker::PhantomData;

use einsum_engine::extents;

use super::{
    index::{Index, Nested},
    vectors::Vectors,
};
use crate::element::Element;

/// A factor of the run `'n`: elements that are read.
#[derive(Clone, Copy, Debug)]
pub struct Factor<'n, T, V, const L: usize> {
    place: Layout<*const T, V, L>,
    nest: Nested<'n>,
}

/// The result of the run `'n`: elements that are written, with what is done to them before.
#[derive(Clone, Copy, Debug)]
pub struct Out<'n, T, V, const L: usize> {
    place: Layout<*mut T, V, L>,
    alpha: Option<T>,
    beta: Option<T>,
    nest: Nested<'n>,
}

/// The layout of a tensor: its element at index 0 of all labels, and how far one step along each label is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout<P, V, const L: usize> {
    pointer: P,
    strides: [isize; L],
    /// The label along which vectors lie, if they do in this tensor; otherwise one beyond all.
    lane: usize,
    vectors: PhantomData<V>,
}

impl<P, V, const L: usize> Layout<P, V, L> {
    #[inline(always)]
    pub(crate) fn new(pointer: P, strides: [isize; L], lane: usize) -> Self {
        Self { pointer, strides, lane, vectors: PhantomData }
    }

    /// How far the element at these indices is, 0 along every label without one, and how far apart elements of a vector from
    /// there on are, if one of the indices is along the label of the lane.
    #[inline(always)]
    fn offset<const N: usize>(&self, indices: [Index<'_>; N]) -> (isize, Option<isize>) {
        let (mut point, mut stride) = ([0; L], None);
        for index in indices {
            point[index.label()] = index.value();
            if index.label() == self.lane {
                stride = Some(self.strides[self.lane]);
            }
        }
        let offsets = point.into_iter().zip(self.strides).map(|(index, stride)| extents::offset(index, stride));
        (offsets.fold(0, isize::wrapping_add), stride)
    }
}

impl<'n, T: Element, V: Vectors<T>, const L: usize> Factor<'n, T, V, L> {
    /// A factor of the run `'n`.
    ///
    /// # Safety
    /// - For all indices below the extents of the loops of the run `'n`, the pointer moved by the sum of `index * stride` is valid
    ///   for reads as long as the run lasts. No extent is 0, or the strides are all 0.
    /// - If the vectors are of elements side by side, the stride along the lane of the place is 1, or it has none.
    #[inline(always)]
    pub(crate) unsafe fn new(place: Layout<*const T, V, L>) -> Self {
        Self { place, nest: PhantomData }
    }

    /// The elements at these indices; the same one in all of a vector if none of the indices is along the vectors.
    #[inline(always)]
    #[must_use]
    pub fn at<const N: usize>(self, indices: [Index<'n>; N]) -> V::Value {
        let (offset, stride) = self.place.offset(indices);
        // SAFETY: indices of the run `'n` are below the extents, where by the contract of `new` there are elements; along the lane
        // by as many as a vector has. Elements side by side have stride 1 along it.
        unsafe {
            let pointer = self.place.pointer.offset(offset);
            match stride {
                Some(stride) => V::read(pointer, stride),
                None => V::splat(pointer.read()),
            }
        }
    }
}

impl<'n, T: Element, V: Vectors<T>, const L: usize> Out<'n, T, V, L> {
    /// The result of the run `'n`.
    ///
    /// # Safety
    /// - For all indices below the extents of the loops of the run `'n`, of which none is 0 of a label that moves the result, the
    ///   pointer moved by the sum of `index * stride` is valid for writes as long as the run lasts, and for reads of an
    ///   initialised element if there is a `beta`; and nothing else reaches the element.
    /// - If the vectors are of elements side by side, the stride along the label of the lane is 1.
    #[inline(always)]
    pub(crate) unsafe fn new(place: Layout<*mut T, V, L>, (alpha, beta): (Option<T>, Option<T>)) -> Self {
        Self { place, alpha, beta, nest: PhantomData }
    }

    /// Writes the elements at these indices: multiplied by the factor of the step, and added to what there is, if that is asked
    /// for.
    #[inline(always)]
    pub fn put<const N: usize>(self, indices: [Index<'n>; N], mut value: V::Value) {
        let (offset, _) = self.place.offset(indices);
        let stride = self.place.strides.get(self.place.lane).copied().unwrap_or(0);
        // SAFETY: indices of the run `'n` are below the extents, where by the contract of `new` there are elements; along the lane
        // by as many as a vector has, which has as many indices if the nest gives none of it. Elements side by side have stride 1.
        unsafe {
            let pointer = self.place.pointer.offset(offset);
            if let Some(alpha) = self.alpha {
                value = V::times(V::splat(alpha), value);
            }
            if let Some(beta) = self.beta {
                value = V::plus(value, V::times(V::splat(beta), V::read(pointer, stride)));
            }
            V::write(pointer, stride, value);
        }
    }
}
