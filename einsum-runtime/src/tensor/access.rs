//! Tensors as a step sees them: pointers, and an extent, a stride and the number of a label for every axis.

use alloc::vec::Vec;
use core::marker::PhantomData;

use einsum_engine::{Axis, Conversion, Source, extents};

use crate::element::Element;

/// A tensor that is read: a factor of a step.
#[derive(Clone, Copy, Debug)]
pub struct Read<'a, T> {
    pub(super) pointer: *const T,
    /// How elements are read, if they are of another type.
    pub(super) conversion: Option<Conversion<T>>,
    conj: bool,
    pub(super) axes: Labelled<'a>,
    borrow: PhantomData<&'a [T]>,
}

/// A tensor that is written: the result of a step.
#[derive(Debug)]
pub struct Write<'a, T> {
    pub(super) pointer: *mut T,
    pub(super) axes: Labelled<'a>,
    borrow: PhantomData<&'a mut [T]>,
}

/// Extent, stride and number of the label of every axis.
#[derive(Clone, Copy, Debug)]
pub struct Labelled<'a> {
    extents: &'a [usize],
    strides: &'a [isize],
    parts: Option<&'a Parts>,
    labels: &'a [usize],
}

/// The axes that one axis, that of an ellipsis, stands for, through which no stride alone walks. Its own extent is the product
/// of those of the parts.
///
/// The parts go with the view to the step, which splits the axis: no step can take such a view for one whose stride is known.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    place: usize,
    parts: Vec<EllipsisAxis>,
}

/// One of the axes that an axis stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EllipsisAxis {
    /// How long it is in this tensor.
    pub(crate) extent: usize,
    /// How far, in elements, one step along it is.
    pub(crate) stride: isize,
    /// How long it is in all tensors together.
    pub(crate) common: usize,
}

impl Parts {
    /// The parts of the axis at `place`.
    pub(crate) fn new(place: usize, parts: Vec<EllipsisAxis>) -> Self {
        Self { place, parts }
    }

    /// The place of the axis that stands for the parts.
    #[inline(always)]
    pub(crate) fn place(&self) -> usize {
        self.place
    }

    /// The axes that the axis stands for, outermost first.
    #[inline(always)]
    pub(crate) fn parts(&self) -> &[EllipsisAxis] {
        &self.parts
    }

    /// The stride that walks through all parts, in the order of their indices, if there is one that does. (Through one element any
    /// does. A tensor that repeats along some of its parts, and not along others, has none.)
    pub(crate) fn stride(&self) -> Option<isize> {
        if self.parts.iter().all(|part| part.extent == 1) || self.parts.iter().any(|part| part.extent == 0) {
            return Some(0);
        }
        if self.repeats() {
            return None;
        }
        let mut long = self.parts.iter().rev().filter(|part| part.extent != 1);
        let behind = |part: &EllipsisAxis| part.stride.checked_mul(part.extent.try_into().ok()?);
        let innermost = long.next()?;
        let mut next = behind(innermost);
        for part in long {
            next = if next == Some(part.stride) { behind(part) } else { return None };
        }
        Some(innermost.stride)
    }

    /// Whether the tensor repeats along some of the parts, of which it has one element.
    pub(crate) fn repeats(&self) -> bool {
        self.parts.iter().any(|part| part.extent != part.common)
    }

    /// How many elements all tensors together have along the parts: more than this one, if it repeats along some. (Of more than can be
    /// counted, which no tensor has, it is the largest number.)
    pub(crate) fn common(&self) -> usize {
        extents::exact(self.parts.iter().map(|part| part.common)).unwrap_or(usize::MAX)
    }
}

impl<'a, T: Element> Read<'a, T> {
    /// A factor of these extents and strides, with the number of a label for every axis.
    ///
    /// # Safety
    /// - For every index below the extents, `pointer` moved by the sum of `index * stride` (along the
    ///   axis that stands for several, by that of each) is valid for reads for `'a`: of a `T`, or if there is a conversion, of
    ///   an element of the type that it was made for.
    #[inline]
    pub(crate) unsafe fn new(
        (pointer, conversion): (*const T, Option<Conversion<T>>),
        (extents, strides, parts): (&'a [usize], &'a [isize], Option<&'a Parts>),
        labels: &'a [usize],
    ) -> Self {
        let axes = Labelled { extents, strides, parts, labels };
        Self { pointer, conversion, conj: false, axes, borrow: PhantomData }
    }

    /// The tensor with every element conjugated as it is read.
    #[inline]
    #[must_use]
    pub fn conj(self) -> Self {
        Self { conj: true, ..self }
    }
}

impl<'a, T: Copy> Read<'a, T> {
    #[inline(always)]
    pub(crate) fn pointer(&self) -> *const T {
        self.pointer
    }

    #[inline(always)]
    pub(crate) fn is_conj(&self) -> bool {
        self.conj
    }

    #[inline(always)]
    pub(crate) fn is_converted(&self) -> bool {
        self.conversion.is_some()
    }

    #[inline(always)]
    pub(crate) fn axes(&self) -> &Labelled<'a> {
        &self.axes
    }

    #[inline]
    pub(super) fn source(&self) -> Source<T> {
        Source { pointer: self.pointer, conj: self.conj }
    }
}

impl<'a, T: Element> Write<'a, T> {
    /// A result of these extents and strides, with the number of a label for every axis.
    ///
    /// # Safety
    /// - For every index below the extents, `pointer` moved by the sum of `index * stride` (along the
    ///   axis that stands for several, by that of each) is valid for writes, and for reads of an initialised element, for `'a`.
    /// - Elements of distinct indices are distinct, and nothing else reaches them for `'a`.
    #[inline]
    pub(crate) unsafe fn new(
        pointer: *mut T,
        (extents, strides, parts): (&'a [usize], &'a [isize], Option<&'a Parts>),
        labels: &'a [usize],
    ) -> Self {
        Self { pointer, axes: Labelled { extents, strides, parts, labels }, borrow: PhantomData }
    }
}

impl<'a> Labelled<'a> {
    /// The labelled axes of a tensor of which no axis stands for several.
    #[inline(always)]
    pub(crate) fn new(extents: &'a [usize], strides: &'a [isize], labels: &'a [usize]) -> Self {
        Self { extents, strides, parts: None, labels }
    }

    #[inline(always)]
    pub(crate) fn rank(&self) -> usize {
        self.labels.len()
    }

    /// The number of the label of an axis, its extent and its stride.
    #[inline(always)]
    pub(crate) fn axis(&self, axis: usize) -> (usize, usize, isize) {
        (self.labels[axis], self.extents[axis], self.strides[axis])
    }

    /// The number of the label that stands for several axes, and what it stands for.
    #[inline(always)]
    pub(super) fn spread(&self) -> Option<(usize, &'a Parts)> {
        self.parts.map(|parts| (self.labels[parts.place()], parts))
    }

    /// Whether one stride walks through every axis.
    #[inline(always)]
    pub(crate) fn is_plain(&self) -> bool {
        self.parts.is_none()
    }

    /// Adds the strides of a tensor (0 is the result, 1 and 2 the factors) to those of its labels.
    #[inline(always)]
    pub(super) fn add_to(&self, axes: &mut [Axis], tensor: usize) {
        for ((&label, &extent), &stride) in self.labels.iter().zip(self.extents).zip(self.strides) {
            axes[label].add(tensor, extent, stride);
        }
    }

    /// Adds the strides of a tensor to those of its labels, of which one stands for axes of these extents.
    ///
    /// # Panics
    /// If that label stands for others here.
    pub(super) fn add_parts_to(&self, axes: &mut [Axis], tensor: usize, (spread_label, common): (usize, &[usize])) {
        let parts = common.len().max(1);
        for (axis, &label) in self.labels.iter().enumerate() {
            let (extent, mut stride) = (self.extents[axis], self.strides[axis]);
            let axes = axes.chunks_exact_mut(parts).nth(label).expect("a label is one of those of the step");
            match self.parts {
                Some(own) if own.place() == axis => {
                    let is_common = own.parts().iter().map(|part| &part.common).eq(common);
                    assert!(label == spread_label && is_common, "an ellipsis stands for the same axes in every tensor");
                    let parts = axes.iter_mut().zip(own.parts());
                    parts.for_each(|(axis, part)| axis.add(tensor, part.extent, part.stride));
                }
                _ if spread_label == label => {
                    assert_eq!(Some(extent), extents::exact(common), "the extents of the ellipsis are others");
                    for (axis, &extent) in axes.iter_mut().zip(common).rev() {
                        axis.add(tensor, extent, stride);
                        stride = stride.wrapping_mul(extent.cast_signed());
                    }
                }
                _ => axes[0].add(tensor, extent, stride),
            }
        }
    }
}
