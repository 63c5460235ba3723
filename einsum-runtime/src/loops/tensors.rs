//! The tensors of a step as its nest reaches them.

use core::marker::PhantomData;

use einsum_engine::extents;

use super::{
    index::{Index, Nested},
    vectors::{Apart, Vectors},
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
    alpha: Alpha<T>,
    beta: Option<T>,
    nest: Nested<'n>,
}

/// The factor of a step, if there is one, and a one if not. (The compiler multiplies first, and looks then whether it should have: an `Option` of
/// none would have any bits there, which are a subnormal number as often as not. 64 products of 3 x 3 in `f64` took 28 us, and take 2.)
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alpha<T> {
    is_there: bool,
    value: T,
}

impl<T: Element> Alpha<T> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn of(alpha: Option<T>) -> Self {
        Self { is_there: alpha.is_some(), value: alpha.unwrap_or(T::ONE) }
    }
}

/// The layout of a tensor: its element at index 0 of all labels, and how far one step along each label is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout<P, V, const L: usize> {
    pointer: P,
    strides: [isize; L],
    /// The labels along which vectors and rows of them lie, if they do in this tensor; otherwise beyond all.
    lanes: [usize; 2],
    vectors: PhantomData<V>,
}

impl<P, V, const L: usize> Layout<P, V, L> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn new(pointer: P, strides: [isize; L], lanes: [usize; 2]) -> Self {
        Self { pointer, strides, lanes, vectors: PhantomData }
    }

    /// How far the element at these indices is, 0 along every label without one, and how far apart elements of a vector from
    /// there on are, along those labels of lanes that are among the indices.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn offset<const N: usize>(&self, indices: [Index<'_>; N]) -> (isize, Apart) {
        let [lane, row] = self.lanes;
        let (mut point, mut apart) = ([0; L], Apart { lane: None, rows: 0 });
        for index in indices {
            point[index.label()] = index.value();
            if index.label() == lane {
                apart.lane = Some(self.strides[lane]);
            }
            if index.label() == row {
                apart.rows = self.strides[row];
            }
        }
        let mut offset = 0isize;
        for label in 0..L {
            offset = offset.wrapping_add(extents::offset(point[label], self.strides[label]));
        }
        (offset, apart)
    }
}

impl<'n, T: Element, V: Vectors<T>, const L: usize> Factor<'n, T, V, L> {
    /// A factor of the run `'n`.
    ///
    /// # Safety
    /// - For all indices below the extents of the loops of the run `'n`, the pointer moved by the sum of `index * stride` is valid
    ///   for reads as long as the run lasts. No extent is 0, or the strides are all 0.
    /// - If the vectors are of elements side by side, the stride along the lane of the place is 1, or it has none.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) unsafe fn new(place: Layout<*const T, V, L>) -> Self {
        Self { place, nest: PhantomData }
    }

    /// The elements at these indices; the same one in all of a vector if none of the indices is along the vectors.
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[must_use]
    pub fn at<const N: usize>(self, indices: [Index<'n>; N]) -> V::Value {
        let (offset, apart) = self.place.offset(indices);
        // SAFETY: indices of the run `'n` are below the extents, where by the contract of `new` there are elements; along the lanes
        // by as many as a vector has. Elements side by side have stride 1 along the first.
        unsafe { V::read(self.place.pointer.offset(offset), apart) }
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
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) unsafe fn new(place: Layout<*mut T, V, L>, (alpha, beta): (Alpha<T>, Option<T>)) -> Self {
        Self { place, alpha, beta, nest: PhantomData }
    }

    /// Writes the elements at these indices: multiplied by the factor of the step, and added to what there is, if that is asked
    /// for.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn put<const N: usize>(self, indices: [Index<'n>; N], mut value: V::Value) {
        let (offset, _) = self.place.offset(indices);
        let [lane, row] = self.place.lanes;
        let stride = |label: usize| self.place.strides.get(label).copied();
        let apart = Apart { lane: stride(lane), rows: stride(row).unwrap_or(0) };
        // SAFETY: indices of the run `'n` are below the extents, where by the contract of `new` there are elements; along the lanes
        // by as many as a vector has, which has as many indices if the nest gives none of it. Elements side by side have stride 1.
        unsafe {
            let pointer = self.place.pointer.offset(offset);
            if self.alpha.is_there {
                value = V::times(V::splat(self.alpha.value), value);
            }
            if let Some(beta) = self.beta {
                value = V::plus(value, V::times(V::splat(beta), V::read(pointer, apart)));
            }
            V::write(pointer, apart, value);
        }
    }
}
