//! The elements of nested arrays as a slice.

use core::marker::PhantomData;

use ndarray::{Array, ArrayView, ArrayViewMut, Dimension, Ix0, IxDyn};

use super::{extent::Extent, kind::Kind};
use crate::{
    operand::{Form, Never, Operand, OperandMut, marker},
    storage::Storage,
    tensor::{
        memory::{self, FixedMemory, Rows, Single},
        owned::Tensor,
    },
};

/// What an array of fixed size is made of: arrays of fixed size, or numbers.
pub trait Nested<Marker>: Sized {
    /// The type of the elements.
    type Elem: Storage;
    /// The dimension type.
    type Dim: Dimension;
    /// The extents, as a list of types.
    type Axes;
    /// The memory of such arrays.
    type Memory: FixedMemory;

    /// The elements of arrays side by side.
    fn flat(nested: &[Self]) -> &[Self::Elem];
    /// The elements of arrays side by side, to be written.
    fn flat_mut(nested: &mut [Self]) -> &mut [Self::Elem];
}

#[diagnostic::do_not_recommend]
impl<A: Storage> Nested<marker::Scalar> for A {
    type Elem = A;
    type Dim = Ix0;
    type Axes = ();
    type Memory = Single;

    #[inline(always)]
    fn flat(nested: &[A]) -> &[A] {
        nested
    }

    #[inline(always)]
    fn flat_mut(nested: &mut [A]) -> &mut [A] {
        nested
    }
}

// A decoy, as `Operand` has one.
#[diagnostic::do_not_recommend]
impl<A: Never> Nested<marker::Decoy> for A {
    type Elem = A;
    type Dim = Ix0;
    type Axes = ();
    type Memory = Single;

    fn flat(nested: &[A]) -> &[A] {
        nested
    }

    fn flat_mut(nested: &mut [A]) -> &mut [A] {
        nested
    }
}

#[diagnostic::do_not_recommend]
impl<M, O: Nested<M>, const N: usize> Nested<marker::Fixed<M>> for [O; N] {
    type Elem = O::Elem;
    type Dim = <O::Dim as Dimension>::Larger;
    type Axes = (Extent<N>, O::Axes);
    type Memory = Rows<O::Memory, N>;

    #[inline(always)]
    fn flat(nested: &[Self]) -> &[O::Elem] {
        O::flat(nested.as_flattened())
    }

    #[inline(always)]
    fn flat_mut(nested: &mut [Self]) -> &mut [O::Elem] {
        O::flat_mut(nested.as_flattened_mut())
    }
}

#[diagnostic::do_not_recommend]
impl<M, O: Nested<M>, const N: usize> Operand<marker::Fixed<M>> for [O; N] {
    type Elem = O::Elem;
    type Dim = <O::Dim as Dimension>::Larger;
    type Form = FixedForm<Rows<O::Memory, N>, Self::Dim, (Extent<N>, O::Axes)>;

    #[inline(always)]
    fn array(&self) -> ArrayView<'_, O::Elem, Self::Dim> {
        memory::viewed::<Rows<O::Memory, N>, _, _>(O::flat(self))
    }
}

#[diagnostic::do_not_recommend]
impl<M, O: Nested<M>, const N: usize> OperandMut<marker::Fixed<M>> for [O; N] {
    type Elem = O::Elem;
    type Dim = <O::Dim as Dimension>::Larger;

    #[inline(always)]
    fn array_mut(&mut self) -> ArrayViewMut<'_, O::Elem, Self::Dim> {
        memory::viewed_mut::<Rows<O::Memory, N>, _, _>(O::flat_mut(self))
    }
}

/// The form of operands that are arrays of fixed size: tensors are returned as such arrays, of memory `M`, dimension type `D` and
/// extents `L`.
#[derive(Debug)]
pub struct FixedForm<M, D, L>(PhantomData<(M, D, L)>);

impl<M: FixedMemory, D: Dimension, L> Form for FixedForm<M, D, L> {
    type Tensor<T: Storage> = M::Buffer<T>;
    type Memory = M;
    type Kind<K: Kind> = K::AndFixed<L>;
    type Borrowed<T: Storage> = M::Buffer<T>;
    type Dim = D;

    #[inline(always)]
    fn finish<T: Storage, const N: usize>(tensor: Tensor<T, N, M>) -> M::Buffer<T> {
        tensor.into_buffer()
    }

    fn finish_array<T: Storage>(array: Array<T, IxDyn>) -> M::Buffer<T> {
        M::of_vec(array.into_iter().collect())
    }

    #[inline(always)]
    fn target<T: Storage>(target: &mut M::Buffer<T>) -> ArrayViewMut<'_, T, D> {
        memory::viewed_mut::<M, T, D>(M::elements_mut(target))
    }
}
