//! Strided access to a tensor.
//!
//! Both views keep one invariant, on which all `unsafe` that reads or writes through them rests: for
//! every index below `extents`, `pointer` moved by the sum of `index * stride` (along an axis that stands for several, by that
//! of each of its `Parts`) is valid for reads (and writes, and distinct for distinct indices, in a [`ViewMut`]) for the
//! lifetime of the view. The elements of a [`View`] may be of another type, that of its conversion.

use core::marker::PhantomData;

use einsum_engine::{Conversion, ConversionOf, extents};
use ndarray::{ArrayRef, Dimension};

use crate::{
    element::Element,
    tensor::access::{Parts, Read, Write},
};

/// Read access to a tensor with `N` axes, of any strides.
#[derive(Debug)]
pub struct View<'a, T, const N: usize> {
    pointer: *const T,
    conversion: Option<Conversion<T>>,
    axes: StridedAxes<'a, N>,
    borrow: PhantomData<&'a [T]>,
}

// Views are `Copy` whatever `T` is: where `T` is no element, that is the one mistake, and not that a view was moved.
impl<T, const N: usize> Clone for View<'_, T, N> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, const N: usize> Copy for View<'_, T, N> {}

/// Write access to a tensor with `N` axes, of any strides; no two indices share an element.
#[derive(Debug)]
pub struct ViewMut<'a, T, const N: usize> {
    pointer: *mut T,
    axes: StridedAxes<'a, N>,
    borrow: PhantomData<&'a mut [T]>,
}

/// Extent and stride, in elements, of every axis.
#[derive(Clone, Copy, Debug)]
struct StridedAxes<'a, const N: usize> {
    extents: [usize; N],
    strides: [isize; N],
    parts: Option<&'a Parts>,
}

impl<'a, T: Element, const N: usize> View<'a, T, N> {
    /// Views an array, if it has `N` axes.
    #[inline]
    pub fn of_array<D: Dimension>(array: &'a ArrayRef<T, D>) -> Option<Self> {
        let extents = array.shape().try_into().ok()?;
        let strides = array.strides().try_into().ok()?;
        let axes = StridedAxes { extents, strides, parts: None };
        Some(Self { pointer: array.as_ptr(), conversion: None, axes, borrow: PhantomData })
    }

    /// Views an array whose elements are converted as they are read, if it has `N` axes.
    #[inline]
    pub(crate) fn of_converted<S, D: Dimension>(
        array: &'a ArrayRef<S, D>,
        conversion: ConversionOf<S, T>,
    ) -> Option<Self> {
        let extents = array.shape().try_into().ok()?;
        let strides = array.strides().try_into().ok()?;
        let axes = StridedAxes { extents, strides, parts: None };
        Some(Self { pointer: array.as_ptr().cast(), conversion: Some(conversion.erased()), axes, borrow: PhantomData })
    }

    /// A view of these extents and strides, of which the axis at the place of `parts` stands for several.
    ///
    /// # Safety
    /// - For every index below `extents`, `pointer` moved by the sum of `index * stride`, and along
    ///   the axis that stands for several, by that of each of `parts`, is valid for reads for `'a`: of a `T`, or if there is
    ///   a conversion, of an element of the type that it was made for.
    /// - The place of `parts` is below `N`, and the extent there is the product of the extents of `parts`.
    pub(crate) unsafe fn from_parts(
        (pointer, conversion): (*const T, Option<Conversion<T>>),
        extents: [usize; N],
        strides: [isize; N],
        parts: &'a Parts,
    ) -> Self {
        Self { pointer, conversion, axes: StridedAxes { extents, strides, parts: Some(parts) }, borrow: PhantomData }
    }

    /// Views a row-major slice.
    ///
    /// # Panics
    /// If the extents do not multiply to the length of the slice.
    #[inline]
    #[must_use]
    pub fn row_major(elements: &'a [T], extents: [usize; N]) -> Self {
        let axes = StridedAxes::row_major(extents, elements.len());
        Self { pointer: elements.as_ptr(), conversion: None, axes, borrow: PhantomData }
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

    /// The part of the tensor with `len` indices from `start` on along an axis.
    ///
    /// # Panics
    /// If the axis has no such indices, or stands for several.
    #[must_use]
    pub fn narrow(self, axis: usize, start: usize, len: usize) -> Self {
        let (axes, offset) = self.axes.narrow(axis, start, len);
        // An index below the new extents is, moved by the offset, one below the old ones: the invariant holds. (Where
        // there is no such index the pointer may be anywhere; it is not followed.)
        let pointer = match self.conversion {
            None => self.pointer.wrapping_offset(offset),
            Some(conversion) => conversion.moved(self.pointer, offset),
        };
        Self { pointer, axes, ..self }
    }

    /// The view with a stride along the axis that stands for several, if there is one that walks through them.
    pub(crate) fn straight(self) -> Option<Self> {
        // Along that axis an index is moved as far as by the strides of its parts: the invariant holds.
        Some(Self { axes: self.axes.straight()?, ..self })
    }

    /// The axes that an axis stands for.
    pub(crate) fn parts(&self) -> Option<&'a Parts> {
        self.axes.parts
    }

    /// The tensor as a factor of a step, with the number of a label for every axis.
    #[inline]
    #[must_use]
    pub fn read<'s>(&'s self, labels: &'s [usize; N]) -> Read<'s, T> {
        let StridedAxes { extents, strides, parts } = &self.axes;
        // SAFETY: by the invariant of the view, which is borrowed, every index below the extents leads to an element that
        // is valid for reads: of a `T`, or of the type of the conversion.
        unsafe { Read::new((self.pointer, self.conversion), (extents, strides, *parts), labels) }
    }
}

/// Views as formulas take them apart.
impl<'a, T: Element, const N: usize> View<'a, T, N> {
    /// The element at index 0, which is there if no extent is 0, and the extents and strides: every index below these leads to an
    /// element that is valid for reads for `'a`.
    ///
    /// # Panics
    /// If an axis stands for several, or if elements are of another type.
    #[inline]
    pub(crate) fn plain(self) -> (*const T, [usize; N], [isize; N]) {
        assert!(self.conversion.is_none(), "a map reads elements of the type that it computes with");
        let (extents, strides) = self.plain_axes();
        (self.pointer, extents, strides)
    }

    /// The extents and strides.
    ///
    /// # Panics
    /// If an axis stands for several.
    #[inline]
    pub(crate) fn plain_axes(self) -> ([usize; N], [isize; N]) {
        assert!(self.axes.parts.is_none(), "an ellipsis is no axis of a form");
        (self.axes.extents, self.axes.strides)
    }

    /// Whether elements are of another type than they are computed with.
    pub(crate) fn is_converted(self) -> bool {
        self.conversion.is_some()
    }

    /// A view of other axes.
    ///
    /// # Safety
    /// - For every index below `extents`, the element at index 0 of this view moved by `offset` and the sum of `index * stride` is an
    ///   element of this view.
    pub(crate) unsafe fn reached<const L: usize>(
        self,
        offset: isize,
        extents: [usize; L],
        strides: [isize; L],
    ) -> View<'a, T, L> {
        // By the contract the invariant holds: (Where there is no index the pointer may be anywhere; it is not followed.)
        let pointer = match self.conversion {
            None => self.pointer.wrapping_offset(offset),
            Some(conversion) => conversion.moved(self.pointer, offset),
        };
        let axes = StridedAxes { extents, strides, parts: None };
        View { pointer, conversion: self.conversion, axes, borrow: PhantomData }
    }
}

/// Views as formulas take them apart.
impl<'a, T: Element, const N: usize> ViewMut<'a, T, N> {
    /// The element at index 0, which is there if no extent is 0, and the extents and strides: every index below these leads to an
    /// element of its own that is valid for reads and writes for `'a`, and that nothing else reaches.
    ///
    /// # Panics
    /// If an axis stands for several.
    #[inline]
    pub(crate) fn plain(self) -> (*mut T, [usize; N], [isize; N]) {
        let (extents, strides) = self.plain_axes();
        (self.pointer, extents, strides)
    }

    /// The extents and strides.
    ///
    /// # Panics
    /// If an axis stands for several.
    #[inline]
    pub(crate) fn plain_axes(&self) -> ([usize; N], [isize; N]) {
        assert!(self.axes.parts.is_none(), "an ellipsis is no axis of a form");
        (self.axes.extents, self.axes.strides)
    }

    /// A mutable view of other axes.
    ///
    /// # Safety
    /// - For every index below `extents`, the element at index 0 of this view moved by `offset` and the sum of `index * stride` is an
    ///   element of this view, another one for every index.
    pub(crate) unsafe fn reached<const L: usize>(
        self,
        offset: isize,
        extents: [usize; L],
        strides: [isize; L],
    ) -> ViewMut<'a, T, L> {
        // By the contract, and as this view is consumed, the invariant holds.
        let pointer = self.pointer.wrapping_offset(offset);
        ViewMut { pointer, axes: StridedAxes { extents, strides, parts: None }, borrow: PhantomData }
    }
}

impl<'a, T: Element> View<'a, T, 0> {
    /// Views a number.
    #[inline]
    #[must_use]
    pub fn scalar(number: &'a T) -> Self {
        View::row_major(core::slice::from_ref(number), [])
    }
}

impl<'a, T: Element, const N: usize> ViewMut<'a, T, N> {
    /// Views a mutable array, if it has `N` axes.
    #[inline]
    pub fn of_array<D: Dimension>(array: &'a mut ArrayRef<T, D>) -> Option<Self> {
        let extents = array.shape().try_into().ok()?;
        let strides = array.strides().try_into().ok()?;
        let axes = StridedAxes { extents, strides, parts: None };
        Some(Self { pointer: array.as_mut_ptr(), axes, borrow: PhantomData })
    }

    /// A mutable view of these extents and strides, of which the axis at the place of `parts` stands for several.
    ///
    /// # Safety
    /// - For every index below `extents`, `pointer` moved by the sum of `index * stride`, and along
    ///   the axis that stands for several, by that of each of `parts`, is valid for reads and writes for `'a`, and nothing
    ///   else reaches the element.
    /// - The place of `parts` is below `N`, and the extent there is the product of the extents of `parts`.
    /// - Elements of distinct indices are distinct.
    pub(crate) unsafe fn from_parts(
        pointer: *mut T,
        extents: [usize; N],
        strides: [isize; N],
        parts: &'a Parts,
    ) -> Self {
        Self { pointer, axes: StridedAxes { extents, strides, parts: Some(parts) }, borrow: PhantomData }
    }

    /// Views a row-major slice.
    ///
    /// # Panics
    /// If the extents do not multiply to the length of the slice.
    #[inline]
    #[must_use]
    pub fn row_major(elements: &'a mut [T], extents: [usize; N]) -> Self {
        let axes = StridedAxes::row_major(extents, elements.len());
        Self { pointer: elements.as_mut_ptr(), axes, borrow: PhantomData }
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

    /// A view of all of the tensor that borrows this one.
    #[inline]
    pub fn reborrow(&mut self) -> ViewMut<'_, T, N> {
        ViewMut { pointer: self.pointer, axes: self.axes, borrow: PhantomData }
    }

    /// The part of the tensor with `len` indices from `start` on along an axis.
    ///
    /// # Panics
    /// If the axis has no such indices, or stands for several.
    #[must_use]
    pub fn narrow(self, axis: usize, start: usize, len: usize) -> Self {
        let (axes, offset) = self.axes.narrow(axis, start, len);
        // An index below the new extents is, moved by the offset, one below the old ones: these are some of the elements of
        // the tensor, distinct as before, and the only view of them is consumed. So the invariant holds.
        Self { pointer: self.pointer.wrapping_offset(offset), axes, borrow: PhantomData }
    }

    /// The view with a stride along the axis that stands for several, if there is one that walks through them.
    pub(crate) fn straight(self) -> Option<Self> {
        // Along that axis an index is moved as far as by the strides of its parts, and the only view of them is consumed: the
        // invariant holds.
        Some(Self { axes: self.axes.straight()?, ..self })
    }

    /// The axes that an axis stands for.
    pub(crate) fn parts(&self) -> Option<&'a Parts> {
        self.axes.parts
    }

    /// The tensor as the result of a step, with the number of a label for every axis.
    #[inline]
    pub fn write<'s>(&'s mut self, labels: &'s [usize; N]) -> Write<'s, T> {
        let StridedAxes { extents, strides, parts } = &self.axes;
        // SAFETY: by the invariant of the view, which is borrowed mutably, every index below the extents leads to an element
        // that is valid for reads and writes, initialised, distinct for distinct indices, and reached by nothing else.
        unsafe { Write::new(self.pointer, (extents, strides, *parts), labels) }
    }
}

impl<const N: usize> StridedAxes<'_, N> {
    /// The axes of `len` elements that lie side by side, the last axis fastest.
    ///
    /// # Panics
    /// If the extents do not multiply to `len`.
    #[inline(always)]
    fn row_major(extents: [usize; N], len: usize) -> Self {
        let mut product = Some(1usize);
        for axis in 0..N {
            product = product.and_then(|product| product.checked_mul(extents[axis]));
        }
        if product != Some(len) {
            // (A copy: what a message refers to lies in memory, and constant extents are to be none.)
            refuse(&{ extents }, len);
        }
        Self { extents, strides: row_major_strides(extents), parts: None }
    }

    /// The axes, of which none stands for several: one stride walks through those.
    fn straight(mut self) -> Option<Self> {
        if let Some(parts) = self.parts.take() {
            self.strides[parts.place()] = parts.stride()?;
        }
        Some(self)
    }

    /// Some of the indices along an axis, and how far the first of them is.
    ///
    /// # Panics
    /// If the axis does not have them, or stands for several.
    fn narrow(mut self, axis: usize, start: usize, len: usize) -> (Self, isize) {
        let extent = self.extents[axis];
        let is_within = start <= extent && len <= extent - start;
        assert!(is_within, "an axis of extent {extent} has no {len} indices from {start} on");
        assert!(self.parts.is_none_or(|parts| parts.place() != axis), "an ellipsis is not narrowed");
        self.extents[axis] = len;
        (self, extents::offset(start, self.strides[axis]))
    }
}

#[cold]
#[inline(never)]
fn refuse(extents: &[usize], len: usize) -> ! {
    panic!("extents {extents:?} do not fit a slice of {len} elements")
}

/// The strides of a row-major tensor.
#[inline(always)]
pub(crate) fn row_major_strides<const N: usize>(extents: [usize; N]) -> [isize; N] {
    let mut strides = [1isize; N];
    fill_row_major(&extents, &mut strides);
    strides
}

/// Multiplies strides that are all 1 to those of a row-major tensor. (Those of one without elements may be any.)
#[inline(always)]
pub(crate) fn fill_row_major(extents: &[usize], strides: &mut [isize]) {
    for axis in (1..extents.len()).rev() {
        strides[axis - 1] = strides[axis].wrapping_mul(extents[axis].cast_signed());
    }
}
