//! Strided access to a tensor, by one index per axis.
//!
//! Both views keep one invariant, on which all `unsafe` of this file rests: for every index below
//! `extents`, `pointer` moved by the sum of `index * stride` is valid for reads (and writes, and
//! distinct for distinct indices, in a [`ViewMut`]) for the lifetime of the view. Indices are
//! checked by `assert!` before a pointer is formed from them, so that nothing is read or written
//! out of bounds, whatever extents and strides come in; where the bounds are those of the loop
//! around, the compiler drops the checks.

use std::marker::PhantomData;

use ndarray::{ArrayView, ArrayViewMut, Dimension};

use crate::{
    element::Element,
    leaf::{Lane, LaneMut},
};

/// Read access to a tensor with `N` axes, of any strides.
#[derive(Clone, Copy, Debug)]
pub struct View<'a, T, const N: usize> {
    pointer: *const T,
    axes: Axes<'a, N>,
    borrow: PhantomData<&'a [T]>,
}

/// Write access to a tensor with `N` axes, of any strides; no two indices share an element.
#[derive(Debug)]
pub struct ViewMut<'a, T, const N: usize> {
    pointer: *mut T,
    axes: Axes<'a, N>,
    borrow: PhantomData<&'a mut [T]>,
}

/// Extent and stride, in elements, of every axis.
#[derive(Clone, Copy, Debug)]
struct Axes<'a, const N: usize> {
    extents: [usize; N],
    strides: [isize; N],
    /// An axis that has no stride, and the offset of each index along it.
    offsets: Option<(usize, &'a [isize])>,
}

impl<'a, T: Element, const N: usize> View<'a, T, N> {
    /// Views an array, if it has `N` axes.
    #[inline]
    pub fn of_array<D: Dimension>(array: &ArrayView<'a, T, D>) -> Option<Self> {
        let extents = array.shape().try_into().ok()?;
        let strides = array.strides().try_into().ok()?;
        let axes = Axes { extents, strides, offsets: None };
        Some(Self { pointer: array.as_ptr(), axes, borrow: PhantomData })
    }

    /// # Safety
    /// - For every index below `extents`, `pointer` moved by the sum of `index * stride`, or by the
    ///   offset of the index along the axis that has offsets, is valid for reads for `'a`.
    pub(crate) unsafe fn from_parts(
        pointer: *const T,
        extents: [usize; N],
        strides: [isize; N],
        offsets: Option<(usize, &'a [isize])>,
    ) -> Self {
        Self { pointer, axes: Axes { extents, strides, offsets }, borrow: PhantomData }
    }

    /// Views a row-major slice.
    ///
    /// # Panics
    /// If the extents do not multiply to the length of the slice.
    #[inline]
    #[must_use]
    pub fn row_major(elements: &'a [T], extents: [usize; N]) -> Self {
        let axes = Axes::row_major(extents, elements.len());
        Self { pointer: elements.as_ptr(), axes, borrow: PhantomData }
    }

    /// The extent along an axis.
    #[inline]
    #[must_use]
    pub fn extent(self, axis: usize) -> usize {
        self.axes.extents[axis]
    }

    /// The extents along all axes.
    #[inline]
    #[must_use]
    pub fn extents(self) -> [usize; N] {
        self.axes.extents
    }

    /// The view of these extents, in which axes of extent 1 repeat their only index.
    ///
    /// # Panics
    /// If an axis has another extent, and not 1.
    #[inline]
    #[must_use]
    pub fn broadcast(mut self, extents: [usize; N]) -> Self {
        for (axis, extent) in extents.into_iter().enumerate() {
            if self.axes.extents[axis] != extent {
                assert_eq!(self.axes.extents[axis], 1, "only an extent of 1 can be broadcast");
                assert!(self.axes.offsets.is_none_or(|(place, _)| place != axis), "an ellipsis is broadcast already");
                (self.axes.extents[axis], self.axes.strides[axis]) = (extent, 0);
            }
        }
        self
    }

    /// The view in which axis `n` of this one has moved to `axes[n]`: axes that move to one place
    /// become their diagonal.
    ///
    /// # Panics
    /// If axes that become a diagonal differ in extent, or a place is left out.
    #[inline]
    #[must_use]
    pub fn diagonal<const M: usize>(self, axes: [usize; N]) -> View<'a, T, M> {
        View { pointer: self.pointer, axes: self.axes.diagonal(axes), borrow: PhantomData }
    }

    /// The element at an index.
    ///
    /// # Panics
    /// If the index is out of bounds.
    #[inline]
    #[must_use]
    pub fn at(self, index: [usize; N]) -> T {
        let offset = self.axes.offset(index, N);
        // SAFETY: `offset` has checked every index against its extent, so that by the invariant of
        // the view the element is valid for reads.
        unsafe { *self.pointer.offset(offset) }
    }

    /// The elements along an axis, at an index of the other axes; the index along `axis` itself is
    /// not looked at.
    ///
    /// # Panics
    /// If the index is out of bounds, or there is no such axis.
    #[inline]
    #[must_use]
    pub fn lane(self, axis: usize, index: [usize; N]) -> Lane<'a, T> {
        let pointer = self.pointer.wrapping_offset(self.axes.offset(index, axis));
        let len = self.axes.extents[axis];
        match self.axes.offsets {
            // SAFETY: as below, the elements being at the offsets of the indices.
            Some((place, offsets)) if place == axis => unsafe { Lane::scattered(pointer, &offsets[..len]) },
            // SAFETY: `offset` has checked the index along every other axis, so that by the
            // invariant of the view all `len` elements from `pointer` on, a stride apart, are valid
            // for reads.
            _ => unsafe { Lane::new(pointer, len, self.axes.strides[axis]) },
        }
    }
}

impl<'a, T: Element> View<'a, T, 0> {
    /// Views a number.
    #[inline]
    #[must_use]
    pub fn scalar(number: &'a T) -> Self {
        View::row_major(std::slice::from_ref(number), [])
    }
}

impl<'a, T: Element, const N: usize> ViewMut<'a, T, N> {
    /// Views a mutable array, if it has `N` axes.
    #[inline]
    pub fn of_array<D: Dimension>(mut array: ArrayViewMut<'a, T, D>) -> Option<Self> {
        let extents = array.shape().try_into().ok()?;
        let strides = array.strides().try_into().ok()?;
        let axes = Axes { extents, strides, offsets: None };
        Some(Self { pointer: array.as_mut_ptr(), axes, borrow: PhantomData })
    }

    /// The extents along all axes.
    #[inline]
    #[must_use]
    pub fn extents(&self) -> [usize; N] {
        self.axes.extents
    }

    /// The extent along an axis.
    #[inline]
    #[must_use]
    pub fn extent(&self, axis: usize) -> usize {
        self.axes.extents[axis]
    }

    /// The same view, for a while.
    #[inline]
    #[must_use]
    pub fn reborrow(&mut self) -> ViewMut<'_, T, N> {
        ViewMut { pointer: self.pointer, axes: self.axes, borrow: PhantomData }
    }

    /// Changes every element.
    pub fn change(&mut self, change: impl Fn(T) -> T) {
        let mut index = [0; N];
        if self.axes.extents.contains(&0) {
            return;
        }
        loop {
            let element = self.element(index);
            *element = change(*element);
            let Some(axis) = (0..N).rev().find(|&axis| index[axis] + 1 < self.axes.extents[axis]) else { return };
            index[axis] += 1;
            index[axis + 1..].fill(0);
        }
    }

    /// Views a row-major slice.
    ///
    /// # Panics
    /// If the extents do not multiply to the length of the slice.
    #[inline]
    #[must_use]
    pub fn row_major(elements: &'a mut [T], extents: [usize; N]) -> Self {
        let axes = Axes::row_major(extents, elements.len());
        Self { pointer: elements.as_mut_ptr(), axes, borrow: PhantomData }
    }

    /// The view in which axis `n` of this one has moved to `axes[n]`: axes that move to one place
    /// become their diagonal.
    ///
    /// # Panics
    /// If axes that become a diagonal differ in extent, or a place is left out.
    #[inline]
    #[must_use]
    pub fn diagonal<const M: usize>(self, axes: [usize; N]) -> ViewMut<'a, T, M> {
        ViewMut { pointer: self.pointer, axes: self.axes.diagonal(axes), borrow: PhantomData }
    }

    /// Writes one element.
    ///
    /// # Panics
    /// If the index is out of bounds.
    #[inline]
    pub fn set(&mut self, index: [usize; N], value: T) {
        *self.element(index) = value;
    }

    /// Adds to one element.
    ///
    /// # Panics
    /// If the index is out of bounds.
    #[inline]
    pub fn add(&mut self, index: [usize; N], value: T) {
        let element = self.element(index);
        *element = element.plus(value);
    }

    /// The elements along an axis, at an index of the other axes; the index along `axis` itself is
    /// not looked at.
    ///
    /// # Panics
    /// If the index is out of bounds, or there is no such axis.
    #[inline]
    pub fn lane(&mut self, axis: usize, index: [usize; N]) -> LaneMut<'_, T> {
        let pointer = self.pointer.wrapping_offset(self.axes.offset(index, axis));
        let (len, stride) = (self.axes.extents[axis], self.axes.strides[axis]);
        // SAFETY: `offset` has checked the index along every other axis, so that by the invariant
        // of the view all `len` elements from `pointer` on, `stride` apart, are valid for writes
        // and distinct; the lane borrows the view mutably, so that nothing else reaches them.
        unsafe { LaneMut::new(pointer, len, stride) }
    }

    #[inline]
    fn element(&mut self, index: [usize; N]) -> &mut T {
        let offset = self.axes.offset(index, N);
        // SAFETY: `offset` has checked every index against its extent, so that by the invariant of
        // the view the element is valid for writes; it is borrowed from the view mutably.
        unsafe { &mut *self.pointer.offset(offset) }
    }
}

impl<'a, const N: usize> Axes<'a, N> {
    /// The axes of `len` elements that lie side by side, the last axis fastest.
    ///
    /// # Panics
    /// If the extents do not multiply to `len`.
    #[inline]
    fn row_major(extents: [usize; N], len: usize) -> Self {
        let product = extents.iter().try_fold(1usize, |n, &extent| n.checked_mul(extent));
        assert_eq!(product, Some(len), "extents {extents:?} do not fit the slice");
        let mut strides = [1isize; N];
        for axis in (1..N).rev() {
            strides[axis - 1] = strides[axis].wrapping_mul(extents[axis].cast_signed());
        }
        Self { extents, strides, offsets: None }
    }

    /// How far from the first element an index is, the axis `skipped` left out of account.
    ///
    /// # Panics
    /// If the index is out of bounds along any other axis.
    #[inline]
    fn offset(&self, index: [usize; N], skipped: usize) -> isize {
        let mut offset = 0isize;
        for (axis, index) in index.into_iter().enumerate().filter(|(axis, _)| *axis != skipped) {
            if index >= self.extents[axis] {
                out_of_bounds(axis, index, self.extents[axis]);
            }
            offset = offset.wrapping_add(match self.offsets {
                Some((place, offsets)) if place == axis => offsets[index],
                _ => index.cast_signed().wrapping_mul(self.strides[axis]),
            });
        }
        offset
    }

    /// Moves axis `n` to `places[n]`; axes that meet become one that walks along all of them, so
    /// that an index below the new extents is an index below the old ones: no element is reached
    /// that was not before, and none twice.
    #[inline]
    fn diagonal<const M: usize>(&self, places: [usize; N]) -> Axes<'a, M> {
        let mut extents = [None; M];
        let mut strides = [0isize; M];
        for (axis, &place) in places.iter().enumerate() {
            let extent = *extents[place].get_or_insert(self.extents[axis]);
            assert_eq!(extent, self.extents[axis], "the axes of a diagonal differ in extent");
            strides[place] = strides[place].wrapping_add(self.strides[axis]);
        }
        let extents = extents.map(|extent| extent.expect("a diagonal leaves out one of its places"));
        // Only labels are repeated: the axis of an ellipsis meets no other.
        let offsets = self.offsets.map(|(place, offsets)| (places[place], offsets));
        assert!(offsets.is_none_or(|(place, _)| strides[place] == 0), "the ellipsis is not a part of a diagonal");
        Axes { extents, strides, offsets }
    }
}

/// Out of line and not generic, so that a check at a call site is a comparison and a jump.
#[cold]
#[inline(never)]
fn out_of_bounds(axis: usize, index: usize, extent: usize) -> ! {
    panic!("index {index} is out of the extent {extent} along axis {axis}")
}
