//! The ellipsis: axes that have no label, of which operands may have different numbers.
//!
//! To the compiler `...` is one label, and to loops it is one axis: its index counts through all
//! combinations of the indices of the axes it stands for, the last one fastest. In results and
//! intermediates, which are row-major, these axes lie so that one stride leads from each
//! combination to the next. In an operand of any strides they may not, and neither may they where
//! it is broadcast along some of them: then a table says how far each combination is from the
//! first.
//!
//! Ranks stay static: the types [`Ellipsis::Rest`] (what is left of a rank without the labels),
//! `ndarray::DimMax` (of two operands) and [`Extend::Dim`] (with the labels of the output) compute
//! that of the result.

use std::marker::PhantomData;

use ndarray::{Array, ArrayRef, ArrayView, ArrayViewD, DimMax, Dimension, Ix0, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn};

use crate::{
    element::Element,
    tensor::{self, Tensor},
    view::View,
};

/// A dimension type that has `K` axes or more, or may have them.
#[diagnostic::on_unimplemented(
    message = "an array with at least {K} axes is needed here: one for each label beside the ellipsis",
    label = "its dimension type is `{Self}`"
)]
pub trait Ellipsis<const K: usize>: Dimension {
    /// The rank without `K` axes.
    type Rest: Dimension;
}

/// A rank to which `K` axes can be added.
pub trait Extend<const K: usize>: Dimension {
    /// The rank with `K` axes more; dynamic if these are more than 6.
    type Dim: ResultDim;
}

/// The rank of a result.
pub trait ResultDim: Dimension {
    /// What users get: an array, or a number if the rank is 0.
    type Tensor<T: Element>;
    /// What users give as cotangent of that, behind a reference.
    type Borrowed<T: Element>: ?Sized;

    /// Makes what users get of row-major elements.
    fn finish<T: Element>(extents: &[usize], elements: Vec<T>) -> Self::Tensor<T>;

    /// Views what users get.
    fn borrow<T: Element>(tensor: &Self::Tensor<T>) -> ArrayView<'_, T, Self>;

    /// Views what users give.
    fn view<T: Element>(tensor: &Self::Borrowed<T>) -> ArrayView<'_, T, Self>;
}

/// The rank of what ellipses stand for, on its way through the type system.
#[derive(Debug)]
pub struct Rest<R>(PhantomData<fn() -> R>);

impl<R> Clone for Rest<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Rest<R> {}

impl<R: Dimension> Rest<R> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }

    /// The larger of two ranks.
    #[inline]
    #[must_use]
    pub fn max<S: Dimension>(self, _other: Rest<S>) -> Rest<<R as DimMax<S>>::Output>
    where
        R: DimMax<S>,
    {
        Rest::new()
    }

    /// The rank with `K` axes more.
    #[inline]
    #[must_use]
    pub fn extend<const K: usize>(self) -> Rest<R::Dim>
    where
        R: Extend<K>,
    {
        Rest::new()
    }

    /// The dynamic rank, for more axes than `extend` can add.
    #[inline]
    #[must_use]
    pub fn dynamic(self) -> Rest<IxDyn> {
        Rest::new()
    }
}

/// An operand that bears an ellipsis: a view with `N` axes, of which the one at `place` stands for
/// all that have no label.
#[derive(Debug)]
pub struct Spread<'a, T, R, const N: usize> {
    array: ArrayViewD<'a, T>,
    place: usize,
    rest: Rest<R>,
}

/// What the ellipses of all operands stand for together.
#[derive(Clone, Debug)]
pub struct Common {
    extents: Vec<usize>,
    count: usize,
}

/// An operand whose ellipsis is broadcast to the common one, and counts as one axis.
#[derive(Debug)]
pub struct Fused<'a, T, const N: usize> {
    array: ArrayViewD<'a, T>,
    extents: [usize; N],
    strides: [isize; N],
    place: usize,
    table: Table,
}

/// How an operand walks through the combinations of the indices of the common ellipsis.
#[derive(Debug)]
enum Table {
    /// By one stride.
    Stride(isize),
    /// By the offsets of all combinations.
    Offsets(Vec<isize>),
}

impl<'a, T: Element, R: Dimension, const N: usize> Spread<'a, T, R, N> {
    /// Views an array, if it has an axis for each label.
    pub(crate) fn new<D: Dimension>(array: ArrayView<'a, T, D>, place: usize) -> Option<Self> {
        let array = array.into_dyn();
        (array.ndim() + 1 >= N).then_some(Self { array, place, rest: Rest::new() })
    }

    /// The rank of what the ellipsis stands for.
    #[must_use]
    pub fn rest(&self) -> Rest<R> {
        self.rest
    }

    /// The extents of the array.
    #[must_use]
    pub fn shape(&self) -> Vec<usize> {
        self.array.shape().to_vec()
    }

    /// The extents of what the ellipsis stands for.
    #[must_use]
    pub fn ellipsis(&self) -> &[usize] {
        &self.array.shape()[self.place..][..self.array.ndim() + 1 - N]
    }

    /// The extent along a labelled axis.
    #[must_use]
    pub fn extent(&self, axis: usize) -> usize {
        self.array.shape()[self.axis(axis)]
    }

    /// The operand with its ellipsis broadcast to the common one.
    ///
    /// # Panics
    /// If it cannot be.
    #[must_use]
    pub fn fuse(&self, common: &Common) -> Fused<'a, T, N> {
        let table = self.table(common);
        let extents = std::array::from_fn(|axis| if axis == self.place { common.count } else { self.extent(axis) });
        let strides = std::array::from_fn(|axis| match table {
            _ if axis != self.place => self.array.strides()[self.axis(axis)],
            Table::Stride(stride) => stride,
            Table::Offsets(_) => 0,
        });
        Fused { array: self.array.clone(), extents, strides, place: self.place, table }
    }

    /// Aligned to the right, an axis of extent 1, or none at all, repeats.
    fn table(&self, common: &Common) -> Table {
        let (own, strides) = (self.ellipsis(), &self.array.strides()[self.place..]);
        let missing = common.extents.len() - own.len();
        let axes = common.extents.iter().enumerate().map(|(axis, &extent)| match axis.checked_sub(missing) {
            Some(axis) if own[axis] == extent => (extent, strides[axis]),
            Some(axis) => {
                assert_eq!(own[axis], 1, "only an extent of 1 can be broadcast");
                (extent, 0)
            }
            None => (extent, 0),
        });
        Table::new(&axes.filter(|axis| axis.0 != 1).collect::<Vec<_>>())
    }

    /// Where in the array a labelled axis is.
    fn axis(&self, axis: usize) -> usize {
        if axis < self.place { axis } else { axis + self.array.ndim() - N }
    }
}

impl Table {
    /// From the extents and strides of the axes of an ellipsis.
    fn new(axes: &[(usize, isize)]) -> Self {
        let follows = |pair: &[(usize, isize)]| pair[0].1 == pair[1].1.wrapping_mul(pair[1].0.cast_signed());
        match axes.last() {
            None => Self::Stride(0),
            Some(last) if axes.windows(2).all(follows) => Self::Stride(last.1),
            Some(_) => {
                let offsets = axes.iter().fold(vec![0], |offsets: Vec<isize>, &(extent, stride)| {
                    let steps = (0..extent).map(|index| index.cast_signed().wrapping_mul(stride));
                    let steps: Vec<isize> = steps.collect();
                    offsets.iter().flat_map(|offset| steps.iter().map(move |step| offset.wrapping_add(*step))).collect()
                });
                Self::Offsets(offsets)
            }
        }
    }
}

impl<T: Element, const N: usize> Fused<'_, T, N> {
    /// The view with the ellipsis as one axis.
    #[must_use]
    pub fn view(&self) -> View<'_, T, N> {
        let offsets = match &self.table {
            Table::Stride(_) => None,
            Table::Offsets(offsets) => Some((self.place, offsets.as_slice())),
        };
        // SAFETY: an index below `extents` is, along a labelled axis, an index of the array, and
        // its stride the array's. Along the ellipsis it is a combination of indices below the
        // common extents, which `table` has moved by the array's strides where the array has these
        // extents, and by 0 where it has extent 1 or no axis: indices of the array, too. There are
        // as many offsets as combinations. `self` borrows the array.
        unsafe { View::from_parts(self.array.as_ptr(), self.extents, self.strides, offsets) }
    }
}

impl Common {
    /// Of the extents of the ellipses of operands, aligned to the right; or two that do not fit, by
    /// the positions of these operands in the slice.
    pub(crate) fn of(ellipses: &[&[usize]]) -> Result<Self, [(usize, usize); 2]> {
        let rank = ellipses.iter().map(|ellipsis| ellipsis.len()).max().unwrap_or(0);
        let mut extents = vec![1; rank];
        for (axis, common) in extents.iter_mut().enumerate() {
            let own = |ellipsis: &[usize]| (axis + ellipsis.len()).checked_sub(rank).map(|axis| ellipsis[axis]);
            let all = ellipses.iter().enumerate().filter_map(|(number, own_of)| Some((number, own(own_of)?)));
            let mut long = all.filter(|(_, extent)| *extent != 1);
            if let Some(first) = long.next() {
                if let Some(second) = long.find(|second| second.1 != first.1) {
                    return Err([first, second]);
                }
                *common = first.1;
            }
        }
        let count = extents.iter().product();
        Ok(Self { extents, count })
    }

    /// How many combinations of indices there are.
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
pub fn unfuse<T: Element, D: ResultDim, const N: usize>(
    tensor: Tensor<T, N>,
    place: usize,
    common: &Common,
    _rest: Rest<D>,
) -> D::Tensor<T> {
    let (elements, extents) = tensor.into_parts();
    D::finish(&common.unfused(&extents, place), elements)
}

/// Views a result as users get it.
#[must_use]
pub fn borrowed<T: Element, D: ResultDim>(_rest: Rest<D>, result: &D::Tensor<T>) -> ArrayView<'_, T, D> {
    D::borrow(result)
}

/// The cotangent of an operand with the ellipsis at `place`, in the shape of the operand, summed
/// where that was broadcast.
#[must_use]
pub fn unfuse_to<T: Element, const N: usize>(
    tensor: Tensor<T, N>,
    place: usize,
    common: &Common,
    shape: &[usize],
) -> Array<T, IxDyn> {
    let (elements, extents) = tensor.into_parts();
    let full = common.unfused(&extents, place);
    let missing = full.len() - shape.len();
    let aligned = [&shape[..place], &vec![1; missing], &shape[place..]].concat();
    tensor::dynamic(shape, tensor::sum_to(elements, &full, &aligned))
}

macro_rules! ranks {
    ($($D:ident: $K:literal -> $Rest:ident),* $(,)?) => { $(
        impl Ellipsis<$K> for $D {
            type Rest = $Rest;
        }
        impl Extend<$K> for $Rest {
            type Dim = $D;
        }
    )* };
}
ranks! {
    Ix0: 0 -> Ix0,
    Ix1: 0 -> Ix1, Ix1: 1 -> Ix0,
    Ix2: 0 -> Ix2, Ix2: 1 -> Ix1, Ix2: 2 -> Ix0,
    Ix3: 0 -> Ix3, Ix3: 1 -> Ix2, Ix3: 2 -> Ix1, Ix3: 3 -> Ix0,
    Ix4: 0 -> Ix4, Ix4: 1 -> Ix3, Ix4: 2 -> Ix2, Ix4: 3 -> Ix1, Ix4: 4 -> Ix0,
    Ix5: 0 -> Ix5, Ix5: 1 -> Ix4, Ix5: 2 -> Ix3, Ix5: 3 -> Ix2, Ix5: 4 -> Ix1, Ix5: 5 -> Ix0,
    Ix6: 0 -> Ix6, Ix6: 1 -> Ix5, Ix6: 2 -> Ix4, Ix6: 3 -> Ix3, Ix6: 4 -> Ix2, Ix6: 5 -> Ix1, Ix6: 6 -> Ix0,
}

impl<const K: usize> Ellipsis<K> for IxDyn {
    type Rest = IxDyn;
}

impl<const K: usize> Extend<K> for IxDyn {
    type Dim = IxDyn;
}

/// More axes than a static rank can have.
macro_rules! beyond {
    ($($Rest:ident: $($K:literal)*),* $(,)?) => { $( $(
        impl Extend<$K> for $Rest {
            type Dim = IxDyn;
        }
    )* )* };
}
beyond! { Ix1: 6, Ix2: 5 6, Ix3: 4 5 6, Ix4: 3 4 5 6, Ix5: 2 3 4 5 6, Ix6: 1 2 3 4 5 6 }

macro_rules! result_dims {
    ($($D:ident)*) => { $(
        impl ResultDim for $D {
            type Tensor<T: Element> = Array<T, $D>;
            type Borrowed<T: Element> = ArrayRef<T, $D>;

            fn finish<T: Element>(extents: &[usize], elements: Vec<T>) -> Array<T, $D> {
                tensor::dynamic(extents, elements)
            }

            fn borrow<T: Element>(tensor: &Array<T, $D>) -> ArrayView<'_, T, $D> {
                tensor.view()
            }

            fn view<T: Element>(tensor: &ArrayRef<T, $D>) -> ArrayView<'_, T, $D> {
                tensor.view()
            }
        }
    )* };
}
result_dims! { Ix1 Ix2 Ix3 Ix4 Ix5 Ix6 IxDyn }

impl ResultDim for Ix0 {
    type Tensor<T: Element> = T;
    type Borrowed<T: Element> = T;

    fn finish<T: Element>(_extents: &[usize], elements: Vec<T>) -> T {
        elements[0]
    }

    fn borrow<T: Element>(tensor: &T) -> ArrayView<'_, T, Ix0> {
        ndarray::aview0(tensor)
    }

    fn view<T: Element>(tensor: &T) -> ArrayView<'_, T, Ix0> {
        ndarray::aview0(tensor)
    }
}
