//! What can stand for a tensor: arrays of any storage, references to them, and numbers.

use ndarray::{
    Array, ArrayBase, ArrayRef, ArrayView, Data, Dimension, Ix0, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn, aview0,
};

use crate::{element::Element, tensor::Tensor};

/// Something that can be written as an operand of `einsum!`: an `ndarray` array of any storage and
/// strides, a number, or a reference to either.
///
/// `Marker` tells the implementations apart (one of [`marker`]); it is always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tensor or a number that `einsum` knows",
    label = "neither an ndarray array nor an `einsum::Element`",
    note = "operands are ndarray arrays, views and references to them, and numbers"
)]
pub trait Operand<Marker> {
    /// The type of the elements.
    type Elem;
    /// The dimension type: `Ix0` for a number.
    type Dim: Dimension;
    /// What a cotangent of this operand is: an owned array of the same dimension type, or a number.
    type Cotangent<T: Element>;

    /// The operand as an array view.
    fn array(&self) -> ArrayView<'_, Self::Elem, Self::Dim>;

    /// Turns a computed cotangent into the type that fits this operand.
    fn cotangent<T: Element, const N: usize>(tensor: Tensor<T, N>) -> Self::Cotangent<T>;
}

/// What tells the implementations of [`Operand`] apart.
pub mod marker {
    /// An array.
    #[derive(Debug)]
    pub enum Tensor {}
    /// A number: an operand of rank 0.
    #[derive(Debug)]
    pub enum Scalar {}
    /// A reference to an operand with marker `M`.
    #[derive(Debug)]
    pub struct Reference<M>(M);
}

impl<S: Data, D: Dimension> Operand<marker::Tensor> for ArrayBase<S, D> {
    type Elem = S::Elem;
    type Dim = D;
    type Cotangent<T: Element> = Array<T, D>;

    #[inline]
    fn array(&self) -> ArrayView<'_, S::Elem, D> {
        self.view()
    }

    #[inline]
    fn cotangent<T: Element, const N: usize>(tensor: Tensor<T, N>) -> Array<T, D> {
        tensor.into_array()
    }
}

impl<A, D: Dimension> Operand<marker::Tensor> for ArrayRef<A, D> {
    type Elem = A;
    type Dim = D;
    type Cotangent<T: Element> = Array<T, D>;

    #[inline]
    fn array(&self) -> ArrayView<'_, A, D> {
        self.view()
    }

    #[inline]
    fn cotangent<T: Element, const N: usize>(tensor: Tensor<T, N>) -> Array<T, D> {
        tensor.into_array()
    }
}

impl<A: Element> Operand<marker::Scalar> for A {
    type Elem = A;
    type Dim = Ix0;
    type Cotangent<T: Element> = T;

    #[inline]
    fn array(&self) -> ArrayView<'_, A, Ix0> {
        aview0(self)
    }

    #[inline]
    fn cotangent<T: Element, const N: usize>(tensor: Tensor<T, N>) -> T {
        tensor.into_scalar()
    }
}

macro_rules! reference {
    ($($R:ty)*) => { $(
        impl<M, O: Operand<M> + ?Sized> Operand<marker::Reference<M>> for $R {
            type Elem = O::Elem;
            type Dim = O::Dim;
            type Cotangent<T: Element> = O::Cotangent<T>;

            #[inline]
            fn array(&self) -> ArrayView<'_, O::Elem, O::Dim> {
                (**self).array()
            }

            #[inline]
            fn cotangent<T: Element, const N: usize>(tensor: Tensor<T, N>) -> O::Cotangent<T> {
                O::cotangent(tensor)
            }
        }
    )* };
}
reference!(&O &mut O);

/// A dimension type that has `N` axes, or may have them: `IxN` and `IxDyn`.
///
/// The functions of `einsum_fn!` are generic over it, so that arrays of static and of dynamic rank
/// go through one signature.
#[diagnostic::on_unimplemented(
    message = "an array with {N} axes is needed here, one for each label of its subscript",
    label = "its dimension type is `{Self}`"
)]
pub trait HasAxes<const N: usize>: Dimension {}

impl<const N: usize> HasAxes<N> for IxDyn {}

macro_rules! has_axes {
    ($($D:ty: $N:literal),*) => { $( impl HasAxes<$N> for $D {} )* };
}
has_axes!(Ix0: 0, Ix1: 1, Ix2: 2, Ix3: 3, Ix4: 4, Ix5: 5, Ix6: 6);

/// Holds for equal types only, so that two operands of different element types make one error,
/// and the rest of the expansion has the types that it expects.
#[diagnostic::on_unimplemented(
    message = "operands of one einsum have different element types: `{Self}` and `{T}`",
    label = "elements of type `{Self}`, another operand's are `{T}`",
    note = "convert one operand first, for instance by `x.mapv(f64::from)`"
)]
pub trait SameElement<T>: Sized + 'static {
    /// The same view: the identity, of which the type checker need not know.
    fn same<D>(view: ArrayView<'_, Self, D>) -> ArrayView<'_, T, D>;
}

impl<T: 'static> SameElement<T> for T {
    #[inline]
    fn same<D>(view: ArrayView<'_, T, D>) -> ArrayView<'_, T, D> {
        view
    }
}
