//! Operands, cotangents and targets of another type than the einsum has, as an expansion calls them.

use alloc::vec::Vec;
use core::marker::PhantomData;

use einsum_engine::ConversionOf;
use ndarray::{Array, ArrayRef, ArrayViewMut, Dimension, IxDyn, Zip};

use crate::{
    cast::{As, Cast, CastBack, converted::Converted},
    element::Element,
    fixed::kind::{Decided, In},
    loaded::WriteAs,
    operand::{Form, Operand, OperandMut},
    storage::{Storage, mapped},
    tensor::owned::Tensor,
};

/// An operand that is read as a `T`: `x as T`.
#[inline]
#[must_use]
pub fn cast<M, O, T>(_read_as: PhantomData<T>, operand: &O) -> Converted<'_, O::Elem, T, O::Dim>
where
    O: Operand<M, Elem: Cast<T>> + ?Sized,
    T: Storage,
{
    let array = operand.array();
    let only = if array.len() == 1 { array.first().map(|only| only.cast().load()) } else { None };
    Converted { array, conversion: ConversionOf::by::<As<O::Elem, T>>(), only }
}

/// How the cotangent of an operand that is read as a `T` is returned: in the type of the operand, `S`. A witness of these
/// types that holds no operand.
#[derive(Debug)]
pub struct LikeCast<S, T, F>(PhantomData<(S, T, F)>);

impl<S, T, F> Clone for LikeCast<S, T, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S, T, F> Copy for LikeCast<S, T, F> {}

/// The witness of how the cotangent of this operand, which is read as a `T`, is returned.
#[inline]
#[must_use]
pub fn like_cast<M, O, T>(_operand: &O, _read_as: PhantomData<T>) -> LikeCast<O::Elem, T, O::Form>
where
    O: Operand<M> + ?Sized,
{
    LikeCast(PhantomData)
}

// (The bounds are those of the methods, for the sake of the message that a type without gradients gets.)
impl<S, T: Storage, F: Form> LikeCast<S, T, F> {
    /// The cotangent, in the form that fits the operand.
    #[must_use]
    pub fn cotangent<const N: usize>(self, tensor: Tensor<T::Compute, N, F::Memory>) -> F::Tensor<S>
    where
        S: CastBack<T>,
    {
        F::finish(tensor.map(back::<S, T>))
    }

    /// The kind of the einsum, where the cotangent lies as the operand does.
    #[inline(always)]
    #[must_use]
    pub fn within<K: Decided>(self, _kind: K) -> In<F::Memory, K> {
        In::new()
    }

    /// The cotangent of an operand that bears an ellipsis, in the form that fits the operand.
    #[must_use]
    pub fn cotangent_array(self, array: Array<T::Compute, IxDyn>) -> F::Tensor<S>
    where
        S: CastBack<T>,
    {
        F::finish_array(array.mapv_into_any(back::<S, T>))
    }

    /// The array or number of the user's to which the cotangent is added, in the form that fits the operand.
    #[must_use]
    pub fn target(self, target: &mut F::Borrowed<S>) -> GradientAs<'_, S, T, F::Dim>
    where
        S: CastBack<T>,
    {
        GradientAs::new(F::target(target))
    }
}

/// Views the array to which the gradient of an operand that is read as a `T` is added.
#[must_use]
pub fn gradient_as<M, A, T>(target: &mut A, _read_as: PhantomData<T>) -> GradientAs<'_, A::Elem, T, A::Dim>
where
    A: OperandMut<M, Elem: CastBack<T>> + ?Sized,
    T: Storage,
{
    GradientAs::new(target.array_mut())
}

fn back<S: CastBack<T>, T: Storage>(cotangent: T::Compute) -> S {
    S::cast_back(T::store(cotangent))
}

/// The array to which the gradient of an operand that is read as a `T` is added, and a copy of its content to compute with.
pub struct GradientAs<'a, S, T: Storage, D> {
    target: ArrayViewMut<'a, S, D>,
    content: Result<Array<T::Compute, D>, Vec<usize>>,
}

impl<'a, S: CastBack<T>, T: Storage, D: Dimension> GradientAs<'a, S, T, D> {
    fn new(target: ArrayViewMut<'a, S, D>) -> Self {
        let content = mapped(&target, |element| element.cast().load());
        Self { target, content }
    }

    /// Stores the content that was added to.
    pub fn store(self) {
        if let Ok(content) = &self.content {
            Zip::from(self.target).and(content).for_each(|element, &computed| *element = back::<S, T>(computed));
        }
    }
}

impl<S: CastBack<T>, T: Storage, D: Dimension> WriteAs<T> for GradientAs<'_, S, T, D> {
    type Dim = D;

    fn array_mut(&mut self) -> Result<&mut ArrayRef<T::Compute, D>, &[usize]> {
        self.content.as_deref_mut().map_err(|extents| extents.as_slice())
    }
}

/// A target of elements `O` for a result that is computed in another type, and room for that result.
pub struct TargetAs<'a, O, T: Storage, D> {
    target: ArrayViewMut<'a, O, D>,
    computed: Result<Array<T::Compute, D>, Vec<usize>>,
}

/// Holds for equal types only: the type that a target is written as must be that of its elements.
#[diagnostic::on_unimplemented(
    message = "`out` is written as `{Self}`, but has elements of type `{E}`",
    label = "elements of type `{E}`",
    note = "what is after `as` is the type of the elements of `out`, to which the result is converted"
)]
pub trait SameTarget<E>: Storage {
    #[doc(hidden)]
    fn same_target<D: Dimension>(view: ArrayViewMut<'_, E, D>) -> ArrayViewMut<'_, Self, D>;
}

impl<T: Storage> SameTarget<T> for T {
    #[inline]
    fn same_target<D: Dimension>(view: ArrayViewMut<'_, T, D>) -> ArrayViewMut<'_, T, D> {
        view
    }
}

/// A target whose elements are known to be `O`.
pub struct GivenTarget<'a, O, D>(ArrayViewMut<'a, O, D>);

/// Views the target of a result that is written as an array of `O`: `out = &mut y as O`.
#[must_use]
pub fn target_as<'a, M, A, O>(target: &'a mut A, _written_as: PhantomData<O>) -> GivenTarget<'a, O, A::Dim>
where
    A: OperandMut<M, Elem: 'a> + ?Sized,
    O: SameTarget<A::Elem>,
{
    GivenTarget(O::same_target(target.array_mut()))
}

impl<'a, O: Storage, D: Dimension> GivenTarget<'a, O, D> {
    /// The target for a result that is computed in elements `T`.
    #[must_use]
    pub fn of<T: Storage<Compute: Cast<O>>>(self, _element: PhantomData<T>) -> TargetAs<'a, O, T, D> {
        let computed = mapped(&self.0, |_| T::Compute::ZERO);
        TargetAs { target: self.0, computed }
    }
}

/// Splits `beta` in time: zero while the result is computed, and the factor of the old content for when it is converted.
#[must_use]
pub fn later<T: Element>(beta: T) -> (T, Option<T>) {
    (T::ZERO, Some(beta))
}

impl<O: Storage, T: Storage<Compute: Cast<O>>, D: Dimension> TargetAs<'_, O, T, D> {
    /// Converts the result, and writes it, or adds it to the old content times `beta`, in the type of the target.
    pub fn store(self, beta: Option<T::Compute>) {
        let beta = beta.map(|beta| beta.cast().load()).filter(|beta| *beta != O::Compute::ZERO);
        let Ok(computed) = &self.computed else { return };
        Zip::from(self.target).and(computed).for_each(|element, &computed| {
            let computed: O = computed.cast();
            *element = match beta {
                None => computed,
                Some(beta) => O::store(beta.times(element.load()).plus(computed.load())),
            };
        });
    }
}

impl<O: Storage, T: Storage<Compute: Cast<O>>, D: Dimension> WriteAs<T> for TargetAs<'_, O, T, D> {
    type Dim = D;

    fn array_mut(&mut self) -> Result<&mut ArrayRef<T::Compute, D>, &[usize]> {
        self.computed.as_deref_mut().map_err(|extents| extents.as_slice())
    }
}
