//! Operands of an einsum: arrays of any storage, references to them, and numbers. (Arrays of fixed size are in `fixed/`.)

use alloc::{borrow::Cow, borrow::ToOwned, boxed::Box, rc::Rc, sync::Arc};
use core::cell::{Ref, RefMut};
#[cfg(feature = "std")]
use std::sync::{MutexGuard, RwLockReadGuard, RwLockWriteGuard};

use ndarray::{
    Array, ArrayBase, ArrayRef, ArrayView, ArrayViewMut, Axis, Data, DataMut, Dimension, Ix0, Ix1, Ix2, Ix3, Ix4, Ix5,
    Ix6, IxDyn, aview0,
};

use crate::{
    fixed::kind::{Kind, OfArrays},
    loaded::{Loaded, LoadedTarget},
    storage::Storage,
    tensor::{
        memory::{Heap, Memory, Single},
        owned::Tensor,
    },
};

/// Something that can be written as an operand of `einsum!`: an `ndarray` array of any storage and
/// strides, an array of fixed size such as `[[f32; 4]; 4]`, a number, or a pointer to any of these.
///
/// Pointers are references, `Box`, `Rc`, `Arc`, `Cow`, and the guards of `RefCell` and, with the feature `std`, of `Mutex` and `RwLock`.
///
/// `Marker` tells the implementations apart (one of [`marker`]); it is always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an operand of an einsum",
    label = "neither an ndarray array, nor an array of fixed size of numbers, nor a number",
    note = "operands are ndarray arrays and views, arrays of fixed size such as `[[f32; 4]; 4]`, numbers, and references, boxes and guards of these; pass what is inside of anything else: `*x` of what dereferences to an array, `x.unwrap()` of an `Option` or a `Result`, `x.field` of a struct, `x.0` of a tuple, which gradients of one operand are in",
    note = "numbers implement `einsum::Element` (or `einsum::Storage`, as `f16` and `bf16` do with the feature `half`); in a generic function bound their type, such as `T: einsum::Float`",
    note = "a `Vec<T>` or a slice `&[T]` is read by `ndarray::aview1(&v)`, a `Vec<[T; N]>` or `&[[T; N]]` by `ndarray::aview2(&v)`, memory by columns by `ndarray::ArrayView::from_shape((rows, columns).f(), slice)`",
    note = "rows that lie apart, `Vec<Vec<T>>` or `&[&[T]]`, are copied into one array, `ndarray::Array2::from_shape_vec((rows, columns), v.concat())`, and several arrays by `ndarray::stack(Axis(0), &[x.view(), ..])`",
    note = "matrices of nalgebra and faer are operands with the features of these names; tensors of candle are operands of `einsum_candle::einsum!`, of the package `einsum-compiler-candle`"
)]
#[cfg_attr(
    feature = "nalgebra",
    diagnostic::on_unimplemented(
        note = "whether a matrix of nalgebra of `Const<N>` columns is a vector is not known where `N` is generic (or above 127): pass `m.data.0`, the array of the columns of an `SMatrix`, with the subscript `ji` where that of the matrix is `ij`"
    )
)]
pub trait Operand<Marker> {
    /// The type of the elements. (That they are numbers is for the expansion to require, once for all operands.)
    type Elem;
    /// The dimension type: `Ix0` for a number.
    type Dim: Dimension;
    /// How tensors like this operand are returned: as arrays of its dimension type, or as numbers.
    #[doc(hidden)]
    type Form: Form;

    /// The operand as an array view: how a matrix of nalgebra or faer, or an array of fixed size, is passed to a function of `einsum_fn!`.
    ///
    /// # Panics
    /// If it is a matrix of nalgebra or faer with more than `isize::MAX` indices, which only one that repeats elements (or has elements
    /// without size) can have: no array view has so many.
    fn array(&self) -> ArrayView<'_, Self::Elem, Self::Dim>;
}

/// Something that a result can be written to: a mutable `ndarray` array or view of any strides, an array of fixed size, a
/// number, or a mutable reference to any of these.
#[diagnostic::on_unimplemented(
    message = "the result of an einsum cannot be written to `{Self}`",
    label = "neither a mutable array or view of ndarray, nalgebra or faer, nor an array of fixed size of numbers, nor a number",
    note = "pass a mutable reference, such as `out = &mut y`, a mutable view, or a guard of one",
    note = "memory of a `Vec` or a slice is written by `out = &mut ndarray::ArrayViewMut::from_shape((rows, columns), &mut v[..])?`"
)]
pub trait OperandMut<Marker> {
    /// The type of the elements.
    type Elem;
    /// The dimension type: `Ix0` for a number.
    type Dim: Dimension;

    /// The operand as a mutable array view.
    ///
    /// # Panics
    /// If it is a matrix of nalgebra or faer that has more than `isize::MAX` indices, or that may have one element at several of them.
    fn array_mut(&mut self) -> ArrayViewMut<'_, Self::Elem, Self::Dim>;
}

#[diagnostic::do_not_recommend]
impl<S: DataMut, D: Dimension> OperandMut<marker::Tensor> for ArrayBase<S, D> {
    type Elem = S::Elem;
    type Dim = D;

    fn array_mut(&mut self) -> ArrayViewMut<'_, S::Elem, D> {
        self.view_mut()
    }
}

#[diagnostic::do_not_recommend]
impl<A, D: Dimension> OperandMut<marker::Tensor> for ArrayRef<A, D> {
    type Elem = A;
    type Dim = D;

    fn array_mut(&mut self) -> ArrayViewMut<'_, A, D> {
        self.view_mut()
    }
}

#[diagnostic::do_not_recommend]
impl<A: Storage> OperandMut<marker::Scalar> for A {
    type Elem = A;
    type Dim = Ix0;

    fn array_mut(&mut self) -> ArrayViewMut<'_, A, Ix0> {
        ArrayViewMut::from(core::slice::from_mut(self)).index_axis_move(Axis(0), 0)
    }
}

macro_rules! mutable_pointer {
    ($($P:ty)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<M, O: OperandMut<M> + ?Sized> OperandMut<marker::Reference<M>> for $P {
            type Elem = O::Elem;
            type Dim = O::Dim;

            fn array_mut(&mut self) -> ArrayViewMut<'_, O::Elem, O::Dim> {
                (**self).array_mut()
            }
        }
    )* };
}
mutable_pointer!(&mut O Box<O> RefMut<'_, O>);
#[cfg(feature = "std")]
mutable_pointer!(MutexGuard<'_, O> RwLockWriteGuard<'_, O>);

// A decoy, as `Operand` has one: without it, a type that cannot be written to would be taken for a number.
#[diagnostic::do_not_recommend]
impl<A: Never> OperandMut<marker::Decoy> for A {
    type Elem = A;
    type Dim = Ix0;

    fn array_mut(&mut self) -> ArrayViewMut<'_, A, Ix0> {
        ArrayViewMut::from(core::slice::from_mut(self)).index_axis_move(Axis(0), 0)
    }
}

/// Borrows a place to write to: `place.einsum_target()` is `&mut place`, but `place` if that is a
/// mutable reference already.
pub trait Target<'a> {
    /// The type that the reference points to.
    type Place: ?Sized;

    /// The reference.
    fn einsum_target(self) -> &'a mut Self::Place;
}

impl<'a, A: ?Sized> Target<'a> for &'a mut A {
    type Place = A;

    #[inline]
    fn einsum_target(self) -> &'a mut A {
        self
    }
}

/// Borrows a place for a pullback: `place.einsum_place()` is `&place`, by the reference that method
/// calls take of themselves, but `place` if that is a reference already, which may live longer.
pub trait Place<'a> {
    /// The type that the reference points to.
    type Target: ?Sized;

    /// The reference.
    fn einsum_place(self) -> &'a Self::Target;
}

impl<'a, A: ?Sized> Place<'a> for &'a A {
    type Target = A;

    #[inline]
    fn einsum_place(self) -> &'a A {
        self
    }
}

/// How a computed tensor is returned to the user.
pub trait Form {
    /// An owned array, an array of fixed size, or a number.
    type Tensor<T: Storage>;
    /// The memory of a tensor that is returned in this form.
    type Memory: Memory;
    /// The kind of an einsum, so far `K`, with an operand of this form.
    type Kind<K: Kind>: Kind;

    /// The tensor in this form.
    fn finish<T: Storage, const N: usize>(tensor: Tensor<T, N, Self::Memory>) -> Self::Tensor<T>;

    /// An array in this form.
    fn finish_array<T: Storage>(array: Array<T, IxDyn>) -> Self::Tensor<T>;

    /// The type that references to such tensors coerce to: an array reference, or a number.
    type Borrowed<T: Storage>: ?Sized;
    /// The dimension type.
    type Dim: Dimension;

    /// A tensor that is written to.
    fn target<T: Storage>(target: &mut Self::Borrowed<T>) -> ArrayViewMut<'_, T, Self::Dim>;
}

/// The form of operands that are arrays: tensors are returned as arrays of dimension type `D`.
#[derive(Debug)]
pub struct ArrayForm<D>(D);

/// The form of operands that are numbers: tensors, of rank 0, are returned as numbers.
#[derive(Debug)]
pub enum NumberForm {}

impl<D: Dimension> Form for ArrayForm<D> {
    type Tensor<T: Storage> = Array<T, D>;
    type Memory = Heap;
    type Kind<K: Kind> = OfArrays;

    #[inline]
    fn finish<T: Storage, const N: usize>(tensor: Tensor<T, N>) -> Array<T, D> {
        tensor.into_array()
    }

    fn finish_array<T: Storage>(array: Array<T, IxDyn>) -> Array<T, D> {
        shaped(array)
    }

    type Borrowed<T: Storage> = ArrayRef<T, D>;
    type Dim = D;

    #[inline]
    fn target<T: Storage>(target: &mut ArrayRef<T, D>) -> ArrayViewMut<'_, T, D> {
        target.view_mut()
    }
}

impl Form for NumberForm {
    type Tensor<T: Storage> = T;
    type Memory = Single;
    type Kind<K: Kind> = K::AndNumber;

    #[inline]
    fn finish<T: Storage, const N: usize>(tensor: Tensor<T, N, Single>) -> T {
        tensor.into_scalar()
    }

    fn finish_array<T: Storage>(array: Array<T, IxDyn>) -> T {
        array[[].as_slice()]
    }

    type Borrowed<T: Storage> = T;
    type Dim = Ix0;

    #[inline]
    fn target<T: Storage>(target: &mut T) -> ArrayViewMut<'_, T, Ix0> {
        target.array_mut()
    }
}

/// The array in its static rank.
///
/// # Panics
/// If it has another rank.
#[must_use]
pub fn shaped<T, D: Dimension>(array: Array<T, IxDyn>) -> Array<T, D> {
    array.into_dimensionality().expect("a cotangent has the rank of its operand")
}

/// Types that tell the implementations of [`Operand`] apart.
pub mod marker {
    /// An array.
    #[derive(Debug)]
    pub enum Tensor {}
    /// A number: an operand of rank 0.
    #[derive(Debug)]
    pub enum Scalar {}
    /// An array of fixed size, of what has marker `M`.
    #[derive(Debug)]
    pub struct Fixed<M>(M);
    /// No operand at all. See [`Never`](super::Never).
    #[derive(Debug)]
    pub enum Decoy {}
    /// A pointer to an operand with marker `M`.
    #[derive(Debug)]
    pub struct Reference<M>(M);
}

#[diagnostic::do_not_recommend]
impl<S: Data, D: Dimension> Operand<marker::Tensor> for ArrayBase<S, D> {
    type Elem = S::Elem;
    type Dim = D;
    type Form = ArrayForm<D>;

    #[inline]
    fn array(&self) -> ArrayView<'_, S::Elem, D> {
        self.view()
    }
}

#[diagnostic::do_not_recommend]
impl<A, D: Dimension> Operand<marker::Tensor> for ArrayRef<A, D> {
    type Elem = A;
    type Dim = D;
    type Form = ArrayForm<D>;

    #[inline]
    fn array(&self) -> ArrayView<'_, A, D> {
        self.view()
    }
}

#[diagnostic::do_not_recommend]
impl<A: Storage> Operand<marker::Scalar> for A {
    type Elem = A;
    type Dim = Ix0;
    type Form = NumberForm;

    #[inline]
    fn array(&self) -> ArrayView<'_, A, Ix0> {
        aview0(self)
    }
}

// One by one: an implementation for all that is `Deref` would fit arrays as well, which are, and nothing could be inferred.
macro_rules! pointer {
    ($([$($bound:tt)*] $P:ty)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<M, O: Operand<M> + ?Sized $($bound)*> Operand<marker::Reference<M>> for $P {
            type Elem = O::Elem;
            type Dim = O::Dim;
            type Form = O::Form;

            #[inline]
            fn array(&self) -> ArrayView<'_, O::Elem, O::Dim> {
                (**self).array()
            }
        }
    )* };
}
pointer! {
    [] &O
    [] &mut O
    [] Box<O>
    [] Rc<O>
    [] Arc<O>
    [+ ToOwned] Cow<'_, O>
    [] Ref<'_, O>
    [] RefMut<'_, O>
}
#[cfg(feature = "std")]
pointer! {
    [] MutexGuard<'_, O>
    [] RwLockReadGuard<'_, O>
    [] RwLockWriteGuard<'_, O>
}

/// Holds for no type.
///
/// With one implementation alone that could fit a type `X`, the compiler would take `X` for a
/// number and then complain, over and over, that it is not an [`Element`](crate::Element). With a second one, this
/// decoy, that fails as well, it complains once that `X` is not an [`Operand`].
pub trait Never: Storage {}

#[diagnostic::do_not_recommend]
impl<A: Never> Operand<marker::Decoy> for A {
    type Elem = A;
    type Dim = Ix0;
    type Form = NumberForm;

    fn array(&self) -> ArrayView<'_, A, Ix0> {
        aview0(self)
    }
}

/// A dimension type that has `N` axes, or may have them: `IxN` and `IxDyn`. Arrays of these can bear a subscript of `N`
/// labels.
///
/// The functions of `einsum_fn!` are generic over it, so that arrays of static and of dynamic rank go through one
/// signature; functions of yours that are generic over the rank bound it so. A rank that only `D: Dimension` is known of
/// bears no subscript: its labels have to be as many as the axes.
///
/// # Example
///
/// ```
/// use einsum::{HasAxes, einsum};
/// use ndarray::{ArrayRef, array};
///
/// fn total<D: HasAxes<2>>(x: &ArrayRef<f64, D>) -> f64 {
///     einsum!("ij->", x)
/// }
///
/// let x = array![[1.0, 2.0], [3.0, 4.0]];
/// assert_eq!(total(&x), total(&x.into_dyn()));
/// ```
#[diagnostic::on_unimplemented(
    message = "an array of rank {N} is needed here: an axis for each label of its subscript",
    label = "its dimension type is `{Self}`",
    note = "a number has rank 0, a vector of nalgebra or faer 1, a matrix of these 2; an `ArrayD` can be of any, and is checked at run time"
)]
pub trait HasAxes<const N: usize>: Dimension {}

impl<const N: usize> HasAxes<N> for IxDyn {}

impl HasAxes<0> for Ix0 {}
impl HasAxes<1> for Ix1 {}
impl HasAxes<2> for Ix2 {}
impl HasAxes<3> for Ix3 {}
impl HasAxes<4> for Ix4 {}
impl HasAxes<5> for Ix5 {}
impl HasAxes<6> for Ix6 {}

/// Holds for equal types only, so that two operands of different element types make one error,
/// and the rest of the expansion has the types that it expects. The first operand says what the
/// type is; an operand whose elements are not known yet takes it over.
#[diagnostic::on_unimplemented(
    message = "operands of one einsum have different element types: `{Self}` and `{E}`",
    label = "elements of type `{E}`, where the others are `{Self}`",
    note = "`x as {Self}` reads an operand as what the others are, and `out = &mut y as ..` names the type of an `out` of another type; write a literal as the others are: `2.0`, not `2`, for floats"
)]
pub trait SameElement<E>: Storage {
    /// The type, once more: of types that differ, there is none.
    type Same: Storage;

    /// Loads a view of elements `E` as one of this type: the type checker need not know that the two are equal.
    fn same<D: Dimension>(view: ArrayView<'_, E, D>) -> Loaded<'_, Self, D>;

    /// Loads a mutable view of elements `E` as one of this type.
    fn same_mut<D: Dimension>(view: ArrayViewMut<'_, E, D>) -> LoadedTarget<'_, Self, D>;
}

impl<T: Storage> SameElement<T> for T {
    type Same = T;

    #[inline]
    fn same<D: Dimension>(view: ArrayView<'_, T, D>) -> Loaded<'_, T, D> {
        Loaded::new(view)
    }

    #[inline]
    fn same_mut<D: Dimension>(view: ArrayViewMut<'_, T, D>) -> LoadedTarget<'_, T, D> {
        LoadedTarget::new(view)
    }
}

/// A number that an einsum is multiplied by, `alpha` or `beta`: of the elements' type, and of no other.
#[diagnostic::on_unimplemented(
    message = "`alpha` and `beta` are numbers of the operands' element type `{T}`, not `{Self}`",
    label = "of type `{Self}`, the elements are `{T}`",
    note = "a factor is converted by nobody: write `2.0`, not `2`, for floats, and `Complex::from(0.5)`, not `0.5`, for complex numbers"
)]
pub trait Factor<T> {
    /// The factor: the type checker need not know that the types are equal.
    fn factor(&self) -> T;
}

impl<T: Copy> Factor<T> for T {
    #[inline]
    fn factor(&self) -> T {
        *self
    }
}
