//! Reductions: one value made of those along the labels that the target has not.

use super::arithmetic::Arithmetic;
use crate::{element::Element, functions::Ordered};

/// How values are put together: associative and commutative, up to rounding.
pub trait Reduction<T>: Sized + 'static {
    /// Which of the reductions it is.
    #[doc(hidden)]
    const KIND: ReductionKind;

    /// The value that joins with every other to that other.
    fn nothing() -> T;
    /// Two values, put together.
    fn join<V: Arithmetic<T>>(lhs: V::Value, rhs: V::Value) -> V::Value;
}

/// The reductions that there are.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReductionKind {
    /// [`enum@Sum`]
    Sum,
    /// [`Product`]
    Product,
    /// [`Max`]
    Max,
    /// [`Min`]
    Min,
}

/// A reduction to one of the values.
pub trait Extremum<T>: Reduction<T> {
    /// Whether a value takes the place of one that comes before it: it is beyond it, or the first NaN.
    fn replaces(value: T, before: T) -> bool;
}

/// Values are added up.
#[derive(Clone, Copy, Debug)]
pub enum Sum {}

/// Values are multiplied.
#[derive(Clone, Copy, Debug)]
pub enum Product {}

/// The largest value; NaN if there is one. As an index: the first at which the largest is, or the first NaN.
#[derive(Clone, Copy, Debug)]
pub enum Max {}

/// The smallest value; NaN if there is one. As an index: the first at which the smallest is, or the first NaN.
#[derive(Clone, Copy, Debug)]
pub enum Min {}

impl<T: Element> Reduction<T> for Sum {
    const KIND: ReductionKind = ReductionKind::Sum;

    #[inline(always)]
    fn nothing() -> T {
        T::ZERO
    }

    #[inline(always)]
    fn join<V: Arithmetic<T>>(lhs: V::Value, rhs: V::Value) -> V::Value {
        V::plus(lhs, rhs)
    }
}

impl<T: Element> Reduction<T> for Product {
    const KIND: ReductionKind = ReductionKind::Product;

    #[inline(always)]
    fn nothing() -> T {
        T::ONE
    }

    #[inline(always)]
    fn join<V: Arithmetic<T>>(lhs: V::Value, rhs: V::Value) -> V::Value {
        V::times(lhs, rhs)
    }
}

impl<T: Ordered> Reduction<T> for Max {
    const KIND: ReductionKind = ReductionKind::Max;

    #[inline(always)]
    fn nothing() -> T {
        T::LEAST
    }

    #[inline(always)]
    fn join<V: Arithmetic<T>>(lhs: V::Value, rhs: V::Value) -> V::Value {
        V::largest(lhs, rhs)
    }
}

impl<T: Ordered> Reduction<T> for Min {
    const KIND: ReductionKind = ReductionKind::Min;

    #[inline(always)]
    fn nothing() -> T {
        T::GREATEST
    }

    #[inline(always)]
    fn join<V: Arithmetic<T>>(lhs: V::Value, rhs: V::Value) -> V::Value {
        V::smallest(lhs, rhs)
    }
}

#[allow(clippy::eq_op, reason = "NaN alone is not equal to itself")]
impl<T: Ordered> Extremum<T> for Max {
    #[inline(always)]
    fn replaces(value: T, before: T) -> bool {
        value > before || (value != value && before == before)
    }
}

#[allow(clippy::eq_op, reason = "NaN alone is not equal to itself")]
impl<T: Ordered> Extremum<T> for Min {
    #[inline(always)]
    fn replaces(value: T, before: T) -> bool {
        value < before || (value != value && before == before)
    }
}
