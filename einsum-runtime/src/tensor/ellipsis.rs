//! The ellipsis: axes that have no label, of which operands may have different numbers.
//!
//! To the compiler `...` is one label, and to loops it is one axis: its index counts through all
//! combinations of the indices of the axes it stands for, the last one fastest. In results and
//! intermediates, which are row-major, these axes lie so that one stride leads from each
//! combination to the next. In an operand of any strides they may not, and neither may they where
//! it is broadcast along some of them: then a table says how far each combination is from the
//! first.
//!
//! Ranks stay static: the types [`Ellipsis::Rest`](super::rank::Ellipsis::Rest) (the rest of a rank without the labels),
//! `ndarray::DimMax` (of two operands) and [`Extend::Dim`](super::rank::Extend::Dim) (with the labels of the output) compute
//! that of the result.

use alloc::{vec, vec::Vec};
use core::marker::PhantomData;

use einsum_engine::{Conversion, ConversionOf, extents};
use ndarray::{Array, ArrayRef, ArrayViewMutD, Dimension, IxDyn};

use crate::{
    element::Element,
    loops::Nest,
    storage::{Loading, Storage},
    tensor::{
        access::{EllipsisAxis, Parts},
        owned::Tensor,
        rank::{Rest, ResultDim},
        room,
        step::Step,
        view::{View, ViewMut},
    },
};

/// An operand that bears an ellipsis: a view with `N` axes, of which the one at `place` stands for
/// all that have no label.
#[derive(Debug)]
pub struct Spread<'a, T, R, const N: usize> {
    elements: ArrayElements<'a, T>,
    shape: Vec<usize>,
    strides: Vec<isize>,
    place: usize,
    rest: Rest<R>,
}

/// The elements of an array, and how they are read if they are no `T`s.
#[derive(Debug)]
struct ArrayElements<'a, T> {
    pointer: *const T,
    conversion: Option<Conversion<T>>,
    borrow: PhantomData<&'a [T]>,
}

impl<T> Clone for ArrayElements<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ArrayElements<'_, T> {}

/// The axes that the ellipses of all operands stand for together: their extents, and how many combinations of indices.
#[derive(Clone, Debug)]
pub struct Common {
    extents: Vec<usize>,
    count: usize,
}

/// Why ellipses do not fit, by the positions among them of two that do not.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unfit {
    /// Axes that are aligned have different extents: the number of the axis within its ellipsis, and the extent.
    Extents([(usize, usize, usize); 2]),
    /// They stand for different numbers of axes.
    Ranks([usize; 2]),
}

/// An operand whose ellipsis is aligned to the common one, and counts as one axis.
#[derive(Debug)]
pub struct Fused<'a, T, const N: usize> {
    elements: ArrayElements<'a, T>,
    axes: EllipsisAxes<N>,
}

/// A target that bears an ellipsis: a mutable view with `N` axes, of which the one at `place` stands for all that have no
/// label.
#[derive(Debug)]
pub struct SpreadMut<'a, T, const N: usize> {
    array: ArrayViewMutD<'a, T>,
    place: usize,
}

/// A target whose ellipsis is aligned to the common one, and counts as one axis.
#[derive(Debug)]
pub struct FusedMut<'a, T, const N: usize> {
    array: ArrayViewMutD<'a, T>,
    axes: EllipsisAxes<N>,
}

/// Extents and strides of `N` axes, of which one stands for the axes of an ellipsis, its parts.
#[derive(Debug)]
struct EllipsisAxes<const N: usize> {
    extents: [usize; N],
    strides: [isize; N],
    parts: Parts,
}

impl<'a, T: Element, R: Dimension, const N: usize> Spread<'a, T, R, N> {
    /// Views an array, if it has an axis for each label.
    pub(crate) fn new<D: Dimension>(array: &'a ArrayRef<T, D>, place: usize) -> Option<Self> {
        let elements = ArrayElements { pointer: array.as_ptr(), conversion: None, borrow: PhantomData };
        Self::of(elements, array, place)
    }

    /// Views an array whose elements are converted as they are read.
    pub(crate) fn converted<S, D: Dimension>(
        array: &'a ArrayRef<S, D>,
        conversion: ConversionOf<S, T>,
        place: usize,
    ) -> Option<Self> {
        let (pointer, conversion) = (array.as_ptr().cast(), Some(conversion.erased()));
        Self::of(ArrayElements { pointer, conversion, borrow: PhantomData }, array, place)
    }

    /// Views the elements of an array, if it has an axis for each label.
    fn of<S, D: Dimension>(elements: ArrayElements<'a, T>, array: &'a ArrayRef<S, D>, place: usize) -> Option<Self> {
        let (shape, strides) = (array.shape().to_vec(), array.strides().to_vec());
        (place < N && array.ndim() + 1 >= N).then_some(Self { elements, shape, strides, place, rest: Rest::new() })
    }

    /// The rank of what the ellipsis stands for.
    #[must_use]
    pub fn rest(&self) -> Rest<R> {
        self.rest
    }

    /// The extents of the array.
    #[must_use]
    pub fn shape(&self) -> Vec<usize> {
        self.shape.clone()
    }

    /// The position of the ellipsis, and the extents of the axes that it stands for.
    #[must_use]
    pub fn ellipsis(&self) -> (usize, &[usize]) {
        (self.place, &self.shape[self.place..][..self.shape.len() + 1 - N])
    }

    /// The extent along a labelled axis.
    #[must_use]
    pub fn extent(&self, axis: usize) -> usize {
        self.shape[self.axis(axis)]
    }

    /// The operand with its ellipsis aligned to the common one.
    #[must_use]
    pub fn fuse(&self, common: &Common) -> Fused<'a, T, N> {
        let axes = EllipsisAxes::new(&self.shape, &self.strides, self.place, common);
        Fused { elements: self.elements, axes }
    }

    /// The position in the array of a labelled axis.
    fn axis(&self, axis: usize) -> usize {
        if axis < self.place { axis } else { axis + self.shape.len() - N }
    }
}

impl<'a, T: Element, const N: usize> SpreadMut<'a, T, N> {
    /// Views an array, if it has an axis for each label.
    pub(crate) fn new<D: Dimension>(array: &'a mut ArrayRef<T, D>, place: usize) -> Option<Self> {
        let array = array.view_mut().into_dyn();
        (place < N && array.ndim() + 1 >= N).then_some(Self { array, place })
    }

    /// The extent along a labelled axis.
    #[must_use]
    pub fn extent(&self, axis: usize) -> usize {
        let axis = if axis < self.place { axis } else { axis + self.array.ndim() - N };
        self.array.shape()[axis]
    }

    /// The extents of the array.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        self.array.shape()
    }

    /// The target with its ellipsis aligned to the common one, as one axis.
    #[must_use]
    pub fn fuse(self, common: &Common) -> FusedMut<'a, T, N> {
        FusedMut::new(self.array, self.place, common)
    }
}

impl<const N: usize> EllipsisAxes<N> {
    /// The axes of an array with an ellipsis at `place`. Ellipses are aligned to the right: an axis that this one does not
    /// have counts as one of extent 1.
    ///
    /// # Panics
    /// If the array has not an axis for each label, or more axes beside them than the common ellipsis, or one whose extent is
    /// neither the common one nor 1.
    fn new(shape: &[usize], strides: &[isize], place: usize, common: &Common) -> Self {
        assert!(place < N && shape.len() + 1 >= N, "an ellipsis at {place} of {N} axes, of extents {shape:?}");
        let own = shape.len() + 1 - N;
        let missing =
            common.extents.len().checked_sub(own).expect("an ellipsis has at most the axes of the common one");
        let absent = core::iter::repeat_n((1, 0), missing);
        let all = shape.iter().copied().zip(strides.iter().copied());
        let parts = absent.chain(all.skip(place).take(own)).zip(&common.extents);
        let parts: Vec<EllipsisAxis> =
            parts.map(|((extent, stride), &common)| EllipsisAxis { extent, stride, common }).collect();
        let fits = |part: &EllipsisAxis| part.extent == 1 || part.extent == part.common;
        assert!(parts.iter().all(fits), "extents {shape:?} do not fit the ellipsis {:?}", common.extents);
        let axis = |axis| if axis < place { axis } else { axis + shape.len() - N };
        let count = extents::exact(parts.iter().map(|part| part.extent)).expect("an array has fewer elements");
        let extents = core::array::from_fn(|n| if n == place { count } else { shape[axis(n)] });
        let strides = core::array::from_fn(|n| if n == place { 0 } else { strides[axis(n)] });
        Self { extents, strides, parts: Parts::new(place, parts) }
    }
}

impl<T: Element, const N: usize> Fused<'_, T, N> {
    /// The view with the ellipsis as one axis.
    #[must_use]
    pub fn view(&self) -> View<'_, T, N> {
        let EllipsisAxes { extents, strides, parts } = &self.axes;
        let ArrayElements { pointer, conversion, .. } = self.elements;
        // SAFETY: extents and strides are those of the array, which is borrowed, so that all its elements are valid for reads:
        // of a `T`, or of the type of the conversion. Axes that it does not have, have extent 1. `EllipsisAxes::new` has asserted
        // that the place is below `N`, and made the extent there the product of those of the parts.
        unsafe { View::from_parts((pointer, conversion), *extents, *strides, parts) }
    }
}

impl<'a, T: Element, const N: usize> FusedMut<'a, T, N> {
    /// Views an array with the ellipsis at `place`.
    pub(crate) fn new(array: ArrayViewMutD<'a, T>, place: usize, common: &Common) -> Self {
        let axes = EllipsisAxes::new(array.shape(), array.strides(), place, common);
        Self { array, axes }
    }

    /// Read access, with the ellipsis as one axis.
    pub(crate) fn view(&self) -> View<'_, T, N> {
        let EllipsisAxes { extents, strides, parts } = &self.axes;
        // SAFETY: extents and strides are those of the array, which is borrowed, so that all its elements are valid for reads of a `T`.
        // Axes that it does not have, have extent 1. `EllipsisAxes::new` has asserted that the place is below `N`, and made the extent
        // there the product of those of the parts.
        unsafe { View::from_parts((self.array.as_ptr(), None), *extents, *strides, parts) }
    }

    /// The view with the ellipsis as one axis.
    pub fn view_mut(&mut self) -> ViewMut<'_, T, N> {
        let EllipsisAxes { extents, strides, parts } = &self.axes;
        // SAFETY: extents and strides are those of the array, which is borrowed mutably, so that all its elements are valid for
        // reads and writes, distinct for distinct indices, and reached by nothing else. Axes that it does not have, have extent
        // 1. `EllipsisAxes::new` has asserted that the place is below `N`, and made the extent there the product of those of the parts.
        unsafe { ViewMut::from_parts(self.array.as_mut_ptr(), *extents, *strides, parts) }
    }
}

impl Common {
    /// The extents of the ellipses of operands, aligned to the right and broadcast to each other.
    pub(crate) fn of(ellipses: &[&[usize]]) -> Result<Self, Unfit> {
        let rank = ellipses.iter().map(|ellipsis| ellipsis.len()).max().unwrap_or(0);
        let mut extents = vec![1; rank];
        for (axis, common) in extents.iter_mut().enumerate() {
            let own = |ellipsis: &[usize]| (axis + ellipsis.len()).checked_sub(rank).map(|axis| (axis, ellipsis[axis]));
            let all = ellipses.iter().enumerate();
            let all = all.filter_map(|(number, ellipsis)| own(ellipsis).map(|(axis, extent)| (number, axis, extent)));
            let mut long = all.filter(|(_, _, extent)| *extent != 1);
            if let Some(first) = long.next() {
                if let Some(second) = long.find(|second| second.2 != first.2) {
                    return Err(Unfit::Extents([first, second]));
                }
                *common = first.2;
            }
        }
        Ok(Self::new(extents))
    }

    /// The extents of ellipses of which nothing is broadcast: all must stand for the same.
    pub(crate) fn equal(ellipses: &[&[usize]]) -> Result<Self, Unfit> {
        let first = ellipses.first().copied().unwrap_or_default();
        for (number, other) in ellipses.iter().enumerate() {
            if other.len() != first.len() {
                return Err(Unfit::Ranks([0, number]));
            }
            if let Some(axis) = (0..first.len()).find(|&axis| first[axis] != other[axis]) {
                return Err(Unfit::Extents([(0, axis, first[axis]), (number, axis, other[axis])]));
            }
        }
        Ok(Self::new(first.to_vec()))
    }

    fn new(extents: Vec<usize>) -> Self {
        let count = extents::count(&extents);
        Self { extents, count }
    }

    /// How many combinations of indices there are, or `usize::MAX`, of which no tensor has as many elements.
    #[inline]
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// The extents that a tensor with the ellipsis at `place` has as an array.
    pub(crate) fn unfused(&self, extents: &[usize], place: usize) -> Vec<usize> {
        [&extents[..place], &self.extents, &extents[place + 1..]].concat()
    }
}

/// A result as users get it, the ellipsis at `place`.
#[must_use]
pub fn unfuse<T: Storage, D: ResultDim, const N: usize>(
    tensor: Tensor<T, N>,
    place: usize,
    common: &Common,
    _rest: Rest<D>,
) -> D::Tensor<T> {
    let (elements, extents) = tensor.into_parts();
    D::finish(&common.unfused(&extents, place), elements)
}

/// An array with the ellipsis at `place` as one axis.
///
/// # Panics
/// If the array is none of such an operand.
#[must_use]
pub fn fuse<'a, T: Element, const N: usize>(
    array: &'a mut Array<T, IxDyn>,
    (place, common): (usize, &Common),
) -> FusedMut<'a, T, N> {
    FusedMut::new(array.view_mut(), place, common)
}

/// A cotangent with its elements as the user keeps them.
#[must_use]
pub fn stored<S: Storage>(_element: PhantomData<S>, array: Array<S::Compute, IxDyn>) -> Array<S, IxDyn> {
    let shape = array.shape().to_vec();
    room::dynamic(&shape, S::Loading::store(array.into_raw_vec_and_offset().0))
}

/// Adds the result of a step to the cotangent of an operand, the ellipsis at `place`.
///
/// # Panics
/// If the array is none of such an operand, if the step has more than two factors, or if two extents of a label differ and
/// neither is 1.
pub fn compute_onto<T: Element, const N: usize, const L: usize, K: Nest<L>>(
    array: &mut Array<T, IxDyn>,
    (place, common): (usize, &Common),
    labels: &[usize; N],
    step: Step<'_, T, L, K>,
) {
    let mut fused = FusedMut::new(array.view_mut(), place, common);
    step.onto(T::ONE).write(fused.view_mut().write(labels));
}
