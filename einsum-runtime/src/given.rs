//! Operands, targets and numbers of the user's, on their way into an expansion, all of one element type.

use core::{marker::PhantomData, ops::Neg};

use ndarray::{Array, ArrayView, ArrayViewMut, Dimension, IxDyn};

use crate::{
    element::Element,
    fixed::kind::{Decided, In},
    formula::Integer,
    loaded::{Loaded, LoadedTarget},
    operand::{Form, SameElement},
    storage::Storage,
    tensor::{
        owned::Tensor,
        step::Step,
        view::{View, ViewMut},
    },
};

/// An array view of which the type of the elements is known, or such a type itself: to be compared with that of the
/// first operand. In two calls, so that a difference is told in words of `SameElement`.
#[derive(Debug)]
pub struct Given<V>(pub(crate) V);

/// A type that the user names.
#[inline]
#[must_use]
pub fn as_named<T>(named: PhantomData<T>) -> Given<PhantomData<T>> {
    Given(named)
}

impl<'a, E, D: Dimension> Given<ArrayView<'a, E, D>> {
    /// The view, loaded, of the elements that all operands have.
    #[inline]
    #[must_use]
    pub fn same<T: SameElement<E>>(self, _element: PhantomData<T>) -> Loaded<'a, T, D> {
        T::same(self.0)
    }
}

impl<'a, E, D: Dimension> Given<ArrayView<'a, E, D>> {
    /// The view as a tensor of indices.
    #[inline]
    #[must_use]
    pub fn indices(self) -> Loaded<'a, E, D>
    where
        E: Integer,
    {
        Loaded::new(self.0)
    }
}

impl<'a, E, D: Dimension> Given<ArrayViewMut<'a, E, D>> {
    /// The view, loaded, of the elements that all operands have.
    #[inline]
    #[must_use]
    pub fn same<T: SameElement<E>>(self, _element: PhantomData<T>) -> LoadedTarget<'a, T, D> {
        T::same_mut(self.0)
    }
}

impl<'a, E, D: Dimension> Given<ArrayViewMut<'a, E, D>> {
    /// The view as a tensor that indices are written to.
    #[inline]
    #[must_use]
    pub fn indices(self) -> LoadedTarget<'a, E, D>
    where
        E: Integer,
    {
        LoadedTarget::new(self.0)
    }
}

impl<E> Given<PhantomData<E>> {
    /// The type, which is that of the elements of all operands.
    #[inline]
    #[must_use]
    pub fn same<T: SameElement<E>>(self, _element: PhantomData<T>) -> PhantomData<T::Same> {
        PhantomData
    }
}

/// The factor `alpha`, which is 1 if there is none, negated.
#[inline]
#[must_use]
pub fn negated<S: Storage<Compute: Neg<Output = S::Compute>>>(
    _element: PhantomData<S>,
    factor: Option<S::Compute>,
) -> S::Compute {
    -factor.unwrap_or(Element::ONE)
}

/// Multiplies all that a result is added to, off its diagonal as well; with a factor of zero the old
/// content is not read.
#[inline]
pub fn rescale<T: Element, const N: usize>(target: &mut ViewMut<'_, T, N>, beta: T) {
    let labels = core::array::from_fn(|axis| axis);
    Step::<_, N>::new(&[View::scalar(&T::ZERO).read(&[])]).split().onto(beta).write(target.write(&labels));
}

/// An extent that the user gives: of type `usize`.
#[inline]
#[must_use]
pub fn extent(extent: usize) -> usize {
    extent
}

/// How many elements an intermediate may have, as the user says: of type `usize`.
#[inline]
#[must_use]
pub fn elements(elements: usize) -> usize {
    elements
}

/// Holds for no type: what stands in the place of a gradient that `wrt` leaves out.
#[diagnostic::on_unimplemented(
    message = "the gradient of this operand was left out",
    label = "`wrt` of the function does not ask for it",
    note = "add the operand to `wrt = [..]` of the function; without `wrt` there are the gradients of all operands"
)]
pub trait Asked {}

/// How the cotangent of an operand is returned: a witness of the operand's type that holds no
/// operand.
#[derive(Debug)]
pub struct Like<F>(pub(crate) PhantomData<fn() -> F>);

impl<F> Clone for Like<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for Like<F> {}

impl<F: Form> Like<F> {
    /// The cotangent of an operand that bears an ellipsis, in the form that fits the operand.
    #[must_use]
    pub fn cotangent_array<T: Storage>(self, array: Array<T, IxDyn>) -> F::Tensor<T> {
        F::finish_array(array)
    }

    /// The array or number of the user's to which the cotangent is added, in the form that fits the operand.
    #[inline]
    #[must_use]
    pub fn target<T: Storage>(
        self,
        _element: PhantomData<T>,
        target: &mut F::Borrowed<T>,
    ) -> LoadedTarget<'_, T, F::Dim> {
        LoadedTarget::new(F::target(target))
    }

    /// The cotangent, in the form that fits the operand.
    #[inline]
    #[must_use]
    pub fn cotangent<T: Storage, const N: usize>(self, tensor: Tensor<T, N, F::Memory>) -> F::Tensor<T> {
        F::finish(tensor)
    }

    /// The kind of the einsum, where the cotangent lies as the operand does.
    #[inline(always)]
    #[must_use]
    pub fn within<K: Decided>(self, _kind: K) -> In<F::Memory, K> {
        In::new()
    }
}

/// A number, or a reference to one.
#[diagnostic::on_unimplemented(
    message = "a number of type `{T}` is needed here, or a reference to one",
    label = "of type `{Self}`"
)]
pub trait NumberOf<T> {
    /// The number.
    fn number(self) -> T;
}

#[diagnostic::do_not_recommend]
impl<T: Storage> NumberOf<T> for T {
    #[inline]
    fn number(self) -> T {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: Storage> NumberOf<T> for &T {
    #[inline]
    fn number(self) -> T {
        *self
    }
}

/// The number that the user gives, or gives a reference to.
#[inline]
#[must_use]
pub fn number<T, N: NumberOf<T>>(_element: PhantomData<T>, number: N) -> T {
    number.number()
}
