//! Ranks as types: the rest of a rank without the labels, and the rank of a result.

use alloc::vec::Vec;
use core::marker::PhantomData;

use ndarray::{Array, ArrayRef, ArrayView, DimMax, Dimension, Ix0, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn};

use crate::{storage::Storage, tensor::room};

/// A dimension type that has `K` axes or more, or may have them.
#[diagnostic::on_unimplemented(
    message = "an array of rank {K} or more is needed here: an axis for each label beside the ellipsis of its subscript",
    label = "its dimension type is `{Self}`",
    note = "a number has rank 0, a vector of nalgebra or faer 1, a matrix of these 2; an `ArrayD` can be of any, and is checked at run time"
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
    /// The type of a result as users get it: an array, or a number if the rank is 0.
    type Tensor<T: Storage>;
    /// The type, behind a reference, of the cotangent that users give for such a result.
    type Borrowed<T: Storage>: ?Sized;

    /// Makes the array or number that users get of row-major elements.
    fn finish<T: Storage>(extents: &[usize], elements: Vec<T>) -> Self::Tensor<T>;

    /// Views the cotangent that users give.
    fn view<T: Storage>(tensor: &Self::Borrowed<T>) -> ArrayView<'_, T, Self>;
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

macro_rules! ranks {
    ($($D:ident: $K:literal -> $Rest:ident),* $(,)?) => { $(
        #[diagnostic::do_not_recommend]
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
            type Tensor<T: Storage> = Array<T, $D>;
            type Borrowed<T: Storage> = ArrayRef<T, $D>;

            fn finish<T: Storage>(extents: &[usize], elements: Vec<T>) -> Array<T, $D> {
                room::dynamic(extents, elements)
            }

            fn view<T: Storage>(tensor: &ArrayRef<T, $D>) -> ArrayView<'_, T, $D> {
                tensor.view()
            }
        }
    )* };
}
result_dims! { Ix1 Ix2 Ix3 Ix4 Ix5 Ix6 IxDyn }

impl ResultDim for Ix0 {
    type Tensor<T: Storage> = T;
    type Borrowed<T: Storage> = T;

    fn finish<T: Storage>(_extents: &[usize], elements: Vec<T>) -> T {
        elements[0]
    }

    fn view<T: Storage>(tensor: &T) -> ArrayView<'_, T, Ix0> {
        ndarray::aview0(tensor)
    }
}
