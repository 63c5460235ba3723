//! Whether an einsum is one of arrays of fixed size alone: then so are its results, its extents are constants, and all is compiled
//! at the call site.
//!
//! What is known of an einsum is in the type of one value, which the compiler finds by looking at each operand once. Of an einsum
//! with an `ndarray` operand nothing is, and nothing else is looked for.

use core::{fmt::Debug, marker::PhantomData};

use super::extent::{At, Extents, Labels, Lengths, MOST, Picked, SameExtent};
use crate::{
    checked::{self, Checked, Computed, ErrorRoom, NoRoom},
    error::EinsumError,
    tensor::memory::{Heap, Memory},
};

/// The kind of an einsum, by the operands that have been looked at.
pub trait Kind: Copy + Default {
    /// The kind with one more operand before these, an array of fixed size that has the axes `A`.
    type AndFixed<A>: Kind;
    /// The kind with one more operand before these, a number.
    type AndNumber: Kind;
}

/// An einsum of arrays of fixed size, and perhaps numbers: the axes of the operands, and the extents of the labels.
#[derive(Debug)]
pub struct OfFixed<A, L = ()>(PhantomData<fn() -> (A, L)>);

/// An einsum of which an operand at least is an `ndarray` array, or of numbers alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct OfArrays;

/// An einsum of which numbers alone are known.
#[derive(Debug)]
pub struct OfNumbers<A = ()>(PhantomData<fn() -> A>);

impl<A, L> OfFixed<A, L> {
    /// The kind of an einsum of which all extents that types have are known where it is written.
    #[inline(always)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl<A, L> Kind for OfFixed<A, L> {
    type AndFixed<B> = OfFixed<(B, A)>;
    type AndNumber = OfFixed<((), A)>;
}

impl Kind for OfArrays {
    type AndFixed<B> = Self;
    type AndNumber = Self;
}

impl<A> Kind for OfNumbers<A> {
    type AndFixed<B> = OfFixed<(B, A)>;
    type AndNumber = OfNumbers<((), A)>;
}

/// The kind of an einsum of which no operand has been looked at.
#[inline(always)]
#[must_use]
pub fn numbers() -> OfNumbers {
    OfNumbers::default()
}

/// A kind that is decided when there is no other operand, where the extents of labels are from what the list `S` says.
pub trait Decides<S>: Kind {
    /// The kind.
    type Kind: Decided;
}

impl<S> Decides<S> for OfArrays {
    type Kind = Self;
}

impl<S, A> Decides<S> for OfNumbers<A> {
    type Kind = OfArrays;
}

impl<A, S: Labels<A, Extents: Extents>> Decides<S> for OfFixed<A> {
    type Kind = OfFixed<A, S::Extents>;
}

/// The kind of an einsum, of all of its operands.
#[inline(always)]
#[must_use]
pub fn decided<K: Decides<S>, S>(_kind: K, _labels: PhantomData<S>) -> K::Kind {
    K::Kind::default()
}

/// The kind of an einsum.
pub trait Decided: Copy + Default {
    /// Whether all operands are of fixed size, or numbers.
    const IS_FIXED: bool;
    /// Whether what computes its steps is called, and not compiled where they are.
    const IS_CALLED: bool = false;
    /// The extents of the first labels, those that are parts of types.
    const KNOWN: [Option<usize>; MOST];
    /// The room before what a body has computed.
    type Room;
    /// That room.
    const ROOM: Self::Room;

    /// Calls the body of an expansion.
    ///
    /// # Errors
    /// If the body returns an error.
    fn checked<R>(body: impl FnOnce() -> Checked<Computed<Self::Room, R>>) -> Result<R, EinsumError>;

    /// Calls the body of an expansion.
    ///
    /// # Panics
    /// If the body returns an error.
    #[track_caller]
    fn expected<R>(body: impl FnOnce() -> Checked<Computed<Self::Room, R>>) -> R;
}

impl<A, L: Extents> Decided for OfFixed<A, L> {
    const IS_FIXED: bool = true;
    const KNOWN: [Option<usize>; MOST] = L::KNOWN;
    type Room = ErrorRoom;
    const ROOM: ErrorRoom = ErrorRoom::uninit();

    // Inlined: with all extents constants there is little of it.
    #[inline(always)]
    fn checked<R>(body: impl FnOnce() -> Checked<Computed<Self::Room, R>>) -> Result<R, EinsumError> {
        body().map(Computed::get).map_err(|error| *error)
    }

    #[inline(always)]
    fn expected<R>(body: impl FnOnce() -> Checked<Computed<Self::Room, R>>) -> R {
        match body() {
            Ok(value) => value.get(),
            Err(error) => checked::refuse(&error),
        }
    }
}

impl Decided for OfArrays {
    const IS_FIXED: bool = false;
    const KNOWN: [Option<usize>; MOST] = [None; MOST];
    type Room = NoRoom;
    const ROOM: NoRoom = ();

    #[inline(always)]
    fn checked<R>(body: impl FnOnce() -> Checked<Computed<Self::Room, R>>) -> Result<R, EinsumError> {
        checked::checked(body).map(Computed::get)
    }

    #[inline(always)]
    fn expected<R>(body: impl FnOnce() -> Checked<Computed<Self::Room, R>>) -> R {
        checked::expected(body).get()
    }
}

/// The value of the body of an expansion, after the room that the kind has.
#[inline(always)]
pub fn computed<K: Decided, Y>(_kind: K, value: Y) -> Computed<K::Room, Y> {
    Computed::new(K::ROOM, value)
}

/// Calls the body of an expansion, a closure so that `?` leaves it.
///
/// # Errors
/// If the body returns an error.
#[inline(always)]
pub fn checked<K: Decided, R>(
    _kind: K,
    body: impl FnOnce() -> Checked<Computed<K::Room, R>>,
) -> Result<R, EinsumError> {
    K::checked(body)
}

/// Calls the body of an expansion, a closure so that `?` leaves it, and panics with the message of the error, if there is one, at
/// the place of the call.
///
/// # Panics
/// If the body returns an error.
#[inline(always)]
#[track_caller]
pub fn expected<K: Decided, R>(_kind: K, body: impl FnOnce() -> Checked<Computed<K::Room, R>>) -> R {
    K::expected(body)
}

/// A kind of einsums that can have another axis along a label: axis number `AXIS` of operand number `OPERAND`, along label number
/// `LABEL`, which messages call `N`.
pub trait Agrees<N, const LABEL: usize, const OPERAND: usize, const AXIS: usize> {}

impl<N, const LABEL: usize, const OPERAND: usize, const AXIS: usize> Agrees<N, LABEL, OPERAND, AXIS> for OfArrays {}

impl<N, A, L, const LABEL: usize, const OPERAND: usize, const AXIS: usize> Agrees<N, LABEL, OPERAND, AXIS>
    for OfFixed<A, L>
where
    L: At<LABEL>,
    A: At<OPERAND, At: At<AXIS, At: SameExtent<N, L::At>>>,
{
}

/// Refuses an operand that has another extent along a label than those before, if both are parts of types.
#[inline(always)]
pub fn agree<N, const LABEL: usize, const OPERAND: usize, const AXIS: usize, K>(_kind: K)
where
    K: Agrees<N, LABEL, OPERAND, AXIS>,
{
}

/// A kind of einsums in which a tensor of the labels `P` has a memory.
pub trait Lies<P>: Decided {
    /// The memory.
    type Memory: Memory;
}

impl<P> Lies<P> for OfArrays {
    type Memory = Heap;
}

impl<A, L: Extents, P: Picked<L>> Lies<P> for OfFixed<A, L> {
    type Memory = P::Memory;
}

/// Where a tensor of these labels lies.
#[inline(always)]
#[must_use]
pub fn memory<P, K: Lies<P>>(_kind: K, _labels: PhantomData<P>) -> K::Memory {
    K::Memory::default()
}

/// A kind of formulas, of which a step has labels `P` of its own.
pub trait Relabels<P>: Decided {
    /// The kind of the step.
    type Kind: Decided;
}

impl<P> Relabels<P> for OfArrays {
    type Kind = Self;
}

impl<A, L: Extents, P: Lengths<L>> Relabels<P> for OfFixed<A, L> {
    type Kind = OfFixed<(), P::Extents>;
}

/// The kind of a step of a formula, of which all labels are in a list: numbers of labels of the formula, or extents.
#[inline(always)]
#[must_use]
pub fn relabelled<P, K: Relabels<P>>(_kind: K, _labels: PhantomData<P>) -> K::Kind {
    K::Kind::default()
}

/// All that a kind with another one within has of that.
macro_rules! within {
    ($K:ty) => {
        const IS_FIXED: bool = <$K>::IS_FIXED;
        const KNOWN: [Option<usize>; MOST] = <$K>::KNOWN;
        type Room = <$K>::Room;
        const ROOM: Self::Room = <$K>::ROOM;

        #[inline(always)]
        fn checked<R>(body: impl FnOnce() -> Checked<Computed<Self::Room, R>>) -> Result<R, EinsumError> {
            <$K>::checked(body)
        }

        #[inline(always)]
        fn expected<R>(body: impl FnOnce() -> Checked<Computed<Self::Room, R>>) -> R {
            <$K>::expected(body)
        }
    };
}

/// A kind of einsums whose steps are computed by functions that are called.
#[derive(Clone, Copy, Debug, Default)]
pub struct Called<K>(K);

/// The kind of einsums whose steps are computed by functions that are called, unless they are of arrays of fixed size.
#[inline(always)]
#[must_use]
pub fn called<K: Decided>(kind: K) -> Called<K> {
    Called(kind)
}

impl<K: Decided> Decided for Called<K> {
    const IS_CALLED: bool = !K::IS_FIXED;
    within!(K);
}

impl<P, K: Lies<P>> Lies<P> for Called<K> {
    type Memory = K::Memory;
}

/// A kind of einsums, with a memory that is that of tensors of any labels: of the cotangent of an operand.
#[derive(Clone, Copy, Debug, Default)]
pub struct In<M, K>(M, K);

impl<M: Memory, K: Decided> In<M, K> {
    /// The kind, with this memory.
    #[inline(always)]
    #[must_use]
    pub(crate) fn new() -> Self {
        Self::default()
    }
}

impl<M: Memory, K: Decided> Decided for In<M, K> {
    const IS_CALLED: bool = K::IS_CALLED;
    within!(K);
}

impl<P, M: Memory, K: Decided> Lies<P> for In<M, K> {
    type Memory = M;
}

macro_rules! of_no_size {
    ([$($generics:tt)*] $K:ty) => {
        impl<$($generics)*> Clone for $K {
            #[inline(always)]
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<$($generics)*> Copy for $K {}

        impl<$($generics)*> Default for $K {
            #[inline(always)]
            fn default() -> Self {
                Self(PhantomData)
            }
        }
    };
}
of_no_size!([A, L] OfFixed<A, L>);
of_no_size!([A] OfNumbers<A>);
