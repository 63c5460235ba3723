//! The type of the elements of an einsum: that of its first operand, or what that is read as.
//!
//! An expansion begins with `let known_ = elements_of(&x).known();` and goes on with `known_.0` and `known_.expected(..)`.
//! Of elements that are no numbers no method of [`Elements`] can be called, and the compiler takes the one of [`Unknown`], to
//! which these dereference. That refuses the type, in words of `Storage` or `Differentiable`, and gives something of which no
//! type is known. So the expansion as a whole has none, and nothing that it does with numbers, however often, is another error.

use core::{marker::PhantomData, ops::Deref};

use ndarray::{ArrayView, ArrayViewMut};

use crate::{
    checked::{Checked, Computed},
    differentiable::Differentiable,
    error::EinsumError,
    fixed::kind::{self, Decided, Kind},
    given::{Given, Like},
    loaded::Loaded,
    operand::{Factor, Form, Operand, OperandMut},
    storage::Storage,
};

/// The elements of an operand `O`, or of any that is read as a type, [`Named`].
#[derive(Debug)]
pub struct Elements<M, O: ?Sized>(Unknown<M, O>);

/// Elements of which it is not known whether they are numbers.
#[derive(Debug)]
pub struct Unknown<M, O: ?Sized>(PhantomData<(M, *const O)>);

/// Elements that are numbers of type `T`.
#[derive(Debug)]
pub struct Known<T>(pub PhantomData<T>);

// Methods, and no functions, of what has no type if the first operand was refused: then the others are not refused as well.
impl<T> Known<T> {
    /// The first operand, whose elements these are, as an array to compute with.
    #[inline]
    #[must_use]
    pub fn first<M, O: Operand<M, Elem = T> + ?Sized>(self, operand: &O) -> Loaded<'_, T, O::Dim>
    where
        T: Storage,
    {
        Loaded::new(operand.array())
    }

    /// An operand as an array view.
    #[inline]
    #[must_use]
    pub fn array<M, O: Operand<M> + ?Sized>(self, operand: &O) -> Given<ArrayView<'_, O::Elem, O::Dim>> {
        Given(operand.array())
    }

    /// The target that a result is written to, as an array view.
    #[inline]
    #[must_use]
    pub fn array_mut<M, O: OperandMut<M> + ?Sized>(self, target: &mut O) -> Given<ArrayViewMut<'_, O::Elem, O::Dim>> {
        Given(target.array_mut())
    }

    /// The kind of an einsum with this operand, and others that are of a kind.
    #[inline(always)]
    #[must_use]
    pub fn kind<M, O: Operand<M> + ?Sized, K: Kind>(self, _operand: &O, _others: K) -> <O::Form as Form>::Kind<K> {
        Default::default()
    }

    /// How the cotangent of this operand is returned.
    #[inline]
    #[must_use]
    pub fn like<M, O: Operand<M> + ?Sized>(self, _operand: &O) -> Like<O::Form> {
        Like(PhantomData)
    }

    /// The factor `alpha` or `beta` of the user's, loaded.
    #[inline]
    #[must_use]
    pub fn factor<F: Factor<T>>(self, factor: &F) -> T::Compute
    where
        T: Storage,
    {
        factor.factor().load()
    }

    /// Calls the body of an expansion, as [`kind::checked`] does.
    ///
    /// # Errors
    /// If the body returns an error.
    #[inline(always)]
    pub fn checked<K: Decided, R>(
        self,
        kind: K,
        body: impl FnOnce() -> Checked<Computed<K::Room, R>>,
    ) -> Result<R, EinsumError> {
        kind::checked(kind, body)
    }

    /// Calls the body of an expansion, as [`kind::expected`] does.
    ///
    /// # Panics
    /// If the body returns an error.
    #[inline(always)]
    #[track_caller]
    pub fn expected<K: Decided, R>(self, kind: K, body: impl FnOnce() -> Checked<Computed<K::Room, R>>) -> R {
        kind::expected(kind, body)
    }

    /// The pullback, as it is.
    #[inline(always)]
    #[must_use]
    pub fn pullback<F>(self, pullback: F) -> F {
        pullback
    }
}

impl<T> Clone for Known<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Known<T> {}

/// The elements of an operand.
#[inline]
#[must_use]
pub fn elements_of<M, O: ?Sized>(_operand: &O) -> Elements<M, O> {
    Elements(Unknown(PhantomData))
}

impl<M, O: Operand<M, Elem: Storage> + ?Sized> Elements<M, O> {
    /// The type of the elements, which can be computed with.
    #[inline]
    #[must_use]
    pub fn known(&self) -> Known<O::Elem> {
        Known(PhantomData)
    }
}

impl<M, O: Operand<M, Elem: Differentiable> + ?Sized> Elements<M, O> {
    /// The type of the elements, which can be differentiated.
    #[inline]
    #[must_use]
    pub fn differentiable(&self) -> Known<O::Elem> {
        Known(PhantomData)
    }
}

impl<M, O: ?Sized> Deref for Elements<M, O> {
    type Target = Unknown<M, O>;

    fn deref(&self) -> &Unknown<M, O> {
        &self.0
    }
}

impl<M, O: ?Sized> Unknown<M, O> {
    /// Refuses a type that is no number, by its bounds: it cannot be called.
    ///
    /// # Panics
    /// Always.
    #[must_use]
    pub fn known<X>(&self) -> X
    where
        O: Operand<M, Elem: Storage>,
    {
        unreachable!("the elements are known")
    }

    /// Refuses a type that has no gradient, by its bounds: it cannot be called.
    ///
    /// # Panics
    /// Always.
    #[must_use]
    pub fn differentiable<X>(&self) -> X
    where
        O: Operand<M, Elem: Differentiable>,
    {
        unreachable!("the elements are known")
    }
}

/// A type that an operand is read as.
#[derive(Debug)]
pub struct Named<T>(UnknownNamed<T>);

/// A type of which it is not known whether it is that of numbers.
#[derive(Debug)]
pub struct UnknownNamed<T>(PhantomData<T>);

/// The type that the first operand is read as.
#[inline]
#[must_use]
pub fn named<T>(named: PhantomData<T>) -> Named<T> {
    Named(UnknownNamed(named))
}

impl<T: Storage> Named<T> {
    /// The type, which can be computed with.
    #[inline]
    #[must_use]
    pub fn known(&self) -> Known<T> {
        Known(PhantomData)
    }
}

impl<T: Differentiable> Named<T> {
    /// The type, which can be differentiated.
    #[inline]
    #[must_use]
    pub fn differentiable(&self) -> Known<T> {
        Known(PhantomData)
    }
}

impl<T> Deref for Named<T> {
    type Target = UnknownNamed<T>;

    fn deref(&self) -> &UnknownNamed<T> {
        &self.0
    }
}

impl<T> UnknownNamed<T> {
    /// Refuses a type that is no number, by its bounds: it cannot be called.
    ///
    /// # Panics
    /// Always.
    #[must_use]
    pub fn known<X>(&self) -> X
    where
        T: Storage,
    {
        unreachable!("the type is known")
    }

    /// Refuses a type that has no gradient, by its bounds: it cannot be called.
    ///
    /// # Panics
    /// Always.
    #[must_use]
    pub fn differentiable<X>(&self) -> X
    where
        T: Differentiable,
    {
        unreachable!("the type is known")
    }
}
