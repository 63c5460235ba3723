//! Extents as types.
//!
//! The axes of an array of fixed size are a list of types, `(Extent<3>, (Extent<4>, ()))` of a `[[T; 4]; 3]`; so are the labels of
//! an einsum of such arrays, by their numbers.

use core::fmt::Debug;

use crate::tensor::memory::{Heap, Memory, Single};

/// An extent that is part of a type.
#[derive(Clone, Copy, Debug)]
pub enum Extent<const N: usize> {}

/// An extent that is known at run time.
#[derive(Clone, Copy, Debug)]
pub enum Open {}

/// A label of one letter, for messages of the compiler's.
#[derive(Clone, Copy, Debug)]
pub enum Label<const LETTER: char> {}

/// The extent of an axis, or of a label: [`Extent`] or [`Open`].
pub trait Axis: Debug {
    /// The extent, if it is part of the type.
    const KNOWN: Option<usize>;
    /// The memory of so many tensors side by side that have memory `M`.
    type Of<M: Memory>: Memory;
}

impl<const N: usize> Axis for Extent<N> {
    const KNOWN: Option<usize> = Some(N);
    type Of<M: Memory> = M::Row<N>;
}

impl Axis for Open {
    const KNOWN: Option<usize> = None;
    type Of<M: Memory> = Heap;
}

/// Number `K` of a list; [`Open`] if there are not so many, which is refused elsewhere.
pub trait At<const K: usize> {
    /// What there is.
    type At;
}

/// The extent of axis number `K` of a list.
pub trait AxisAt<const K: usize>: At<K, At: Axis> {}

impl<const K: usize, L: At<K, At: Axis>> AxisAt<K> for L {}

impl<const K: usize> At<K> for () {
    type At = Open;
}

// (An operand of another rank than its subscript has no axes.)
impl<const K: usize> At<K> for Open {
    type At = Open;
}

impl<A, R> At<0> for (A, R) {
    type At = A;
}

macro_rules! at {
    ($($K:literal)*) => { $(
        impl<A, R: At<{ $K - 1 }>> At<$K> for (A, R) {
            type At = R::At;
        }
    )* };
}
at!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31);

/// How many labels, and how many operands, an einsum of arrays of fixed size may have.
pub(super) const MOST: usize = 32;

/// Holds for equal extents only, where arrays of fixed size have a label in common.
#[diagnostic::on_unimplemented(
    message = "label `{L}` has `{E}` on an operand, and `{Self}` on another axis",
    label = "`{Self}` along a label that has `{E}` before",
    note = "the extents of arrays of fixed size are parts of their types, and must be equal along a label; not even an extent of 1 is broadcast",
    note = "to broadcast, leave the axis out and its label with it, as in `x[0]` of a `[[T; 4]; 1]`; or pass a view, whose extents are compared at run time: `ndarray::aview2(&x)`"
)]
pub trait SameExtent<L, E> {}

#[diagnostic::do_not_recommend]
impl<L, const N: usize> SameExtent<L, Extent<N>> for Extent<N> {}

#[diagnostic::do_not_recommend]
impl<L, const N: usize> SameExtent<L, Open> for Extent<N> {}

#[diagnostic::do_not_recommend]
impl<L, E> SameExtent<L, E> for Open {}

/// The extents of labels, known as a list of types.
pub trait Extents {
    /// The first ones.
    const KNOWN: [Option<usize>; MOST];
}

impl Extents for () {
    const KNOWN: [Option<usize>; MOST] = [None; MOST];
}

impl<A: Axis, R: Extents> Extents for (A, R) {
    const KNOWN: [Option<usize>; MOST] = {
        let mut known = [A::KNOWN; MOST];
        let mut label = 1;
        while label < MOST {
            known[label] = R::KNOWN[label - 1];
            label += 1;
        }
        known
    };
}

/// The number of a label, in a list of the labels of a tensor.
#[derive(Clone, Copy, Debug)]
pub enum Numbered<const LABEL: usize> {}

/// A list of numbers of labels, each of which has an extent in the list `L`, and of extents themselves.
pub trait Picked<L> {
    /// Where a tensor of these axes lies.
    type Memory: Memory;
}

impl<L> Picked<L> for () {
    type Memory = Single;
}

impl<L: At<LABEL, At: Axis>, R: Picked<L>, const LABEL: usize> Picked<L> for (Numbered<LABEL>, R) {
    type Memory = <L::At as Axis>::Of<R::Memory>;
}

impl<L, R: Picked<L>, const N: usize> Picked<L> for (Extent<N>, R) {
    type Memory = <R::Memory as Memory>::Row<N>;
}

impl<L, R> Picked<L> for (Open, R) {
    type Memory = Heap;
}

/// A list of extents: of numbers of labels, each of which has an extent in the list `L`, and of extents themselves.
pub trait Lengths<L> {
    /// The extents.
    type Extents: Extents;
}

impl<L> Lengths<L> for () {
    type Extents = ();
}

impl<L: At<LABEL, At: Axis>, R: Lengths<L>, const LABEL: usize> Lengths<L> for (Numbered<LABEL>, R) {
    type Extents = (L::At, R::Extents);
}

impl<L, R: Lengths<L>, const N: usize> Lengths<L> for (Extent<N>, R) {
    type Extents = (Extent<N>, R::Extents);
}

impl<L, R: Lengths<L>> Lengths<L> for (Open, R) {
    type Extents = (Open, R::Extents);
}

/// Where the extent of a label is from: an axis of an operand, or what the user gives.
#[derive(Clone, Copy, Debug)]
pub enum From<const OPERAND: usize, const AXIS: usize> {}

/// A list that says of each label where its extent is from, where operands have the axes `A`.
pub trait Labels<A> {
    /// The extents.
    type Extents;
}

impl<A> Labels<A> for () {
    type Extents = ();
}

impl<A, R, const OPERAND: usize, const AXIS: usize> Labels<A> for (From<OPERAND, AXIS>, R)
where
    A: At<OPERAND, At: At<AXIS>>,
    R: Labels<A>,
{
    type Extents = (<A::At as At<AXIS>>::At, R::Extents);
}

impl<A, R: Labels<A>, const N: usize> Labels<A> for (Extent<N>, R) {
    type Extents = (Extent<N>, R::Extents);
}

impl<A, R: Labels<A>> Labels<A> for (Open, R) {
    type Extents = (Open, R::Extents);
}
