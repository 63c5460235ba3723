//! Functions and types that expansions call. Not part of the public interface.

pub use core::{clone::Clone, marker::Copy, primitive::usize, result::Result::Ok};

pub use candle_core::{Result, Tensor};
pub use einsum::{self, Float};
pub use einsum_macros::{einsum_candle, einsum_candle_fn};
pub use ndarray::{ArrayD, ArrayViewD};
pub use std::vec::Vec;

pub use crate::{
    compute::compute,
    given::{Given, Operand},
    program::{Described, Operands, Outcome, Program, Site},
};

use ndarray::{Array, ArrayBase, Data, Dimension, arr0};

/// An operand as it is given.
pub fn operand<O: Operand + ?Sized>(operand: &O) -> Given<'_> {
    operand.given()
}

/// A number of type `usize`.
#[must_use]
pub fn number(number: usize) -> usize {
    number
}

/// The number of an array without axes.
///
/// # Panics
/// If it has an axis, which is checked before.
pub fn first<T: Copy, S: Data<Elem = T>, D: Dimension>(array: &ArrayBase<S, D>) -> T {
    *array.first().expect("an array without axes has one element")
}

/// A number as an array of dynamic rank.
pub fn scalar<T>(number: T) -> ArrayD<T> {
    arr0(number).into_dyn()
}

/// An array as one of dynamic rank.
pub fn array<T, D: Dimension>(array: Array<T, D>) -> ArrayD<T> {
    array.into_dyn()
}

/// A list of arrays.
pub fn vec<T, const N: usize>(arrays: [T; N]) -> Vec<T> {
    arrays.into()
}

/// Refuses an operand without a gradient, of which none is asked.
///
/// # Panics
/// Always.
pub fn no_gradient(number: usize) -> ! {
    unreachable!("operand {number} has no gradient")
}
