//! A call site: what it computes on arrays, and how its errors describe it.

use einsum::{EinsumError, Float};
use ndarray::{ArrayD, ArrayViewD};

/// The result of a function of arrays, or what is wrong with its operands.
pub type Outcome<Y> = Result<Y, EinsumError>;

/// A call site, as functions of arrays of dynamic rank: the macros implement it.
pub trait Program: Copy + Send + Sync + 'static {
    /// The site, as errors describe it.
    const SITE: Site;

    /// The value.
    ///
    /// # Errors
    /// If the operands do not fit the subscripts.
    fn value<T: Float>(&self, operands: &Operands<'_, T>) -> Outcome<ArrayD<T>>;

    /// The cotangents of all operands of numbers.
    ///
    /// # Errors
    /// If the operands or the cotangent of the value do not fit the subscripts.
    fn backward<T: Float>(&self, operands: &Operands<'_, T>, cotangent: &ArrayViewD<'_, T>) -> Outcome<Vec<ArrayD<T>>>;

    /// The cotangent of the operand of this number.
    ///
    /// # Errors
    /// If the operands or the cotangent of the value do not fit the subscripts.
    fn backward_one<T: Float>(
        &self,
        number: usize,
        operands: &Operands<'_, T>,
        cotangent: &ArrayViewD<'_, T>,
    ) -> Outcome<ArrayD<T>>;

    /// The cotangents of all operands of numbers and of the cotangent of the value, from those of the cotangents of the operands.
    ///
    /// # Errors
    /// If the operands, the cotangent or the tangents do not fit the subscripts.
    fn double_backward<T: Float>(
        &self,
        operands: &Operands<'_, T>,
        cotangent: &ArrayViewD<'_, T>,
        tangents: &[ArrayViewD<'_, T>],
    ) -> Outcome<Vec<ArrayD<T>>>;
}

/// A call site as its errors describe it.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// The subscripts, as written.
    pub subscripts: &'static str,
    /// The operands, in order.
    pub operands: &'static [Described],
}

/// An operand as errors describe it.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    /// The text of the operand.
    pub text: &'static str,
    /// Its subscript; of a formula none.
    pub subscript: &'static str,
    /// Whether it has no axes.
    pub is_number: bool,
    /// Whether it holds indices.
    pub is_index: bool,
}

impl Site {
    /// The numbers of the operands that hold numbers, which have gradients.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = usize> {
        let operands = self.operands.iter().enumerate();
        operands.filter(|(_, operand)| !operand.is_index).map(|(number, _)| number)
    }
}

/// Operands as arrays, by their numbers.
#[derive(Debug)]
pub struct Operands<'a, T> {
    /// The views of those that hold numbers; of others an empty one.
    pub(crate) arrays: &'a [ArrayViewD<'a, T>],
    /// Those that hold indices; of others an empty one.
    pub(crate) indices: &'a [ArrayD<i64>],
}

impl<T> Operands<'_, T> {
    /// An operand of numbers.
    #[must_use]
    pub fn array(&self, number: usize) -> &ArrayViewD<'_, T> {
        &self.arrays[number]
    }

    /// An operand of indices.
    #[must_use]
    pub fn indices(&self, number: usize) -> &ArrayD<i64> {
        &self.indices[number]
    }
}
