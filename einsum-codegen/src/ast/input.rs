//! The content of a macro: products and formulas.

use proc_macro2::TokenStream;

use super::{Function, Invocation, formula};
use crate::error::Errors;

/// The content of a macro that is an expression.
pub enum Input {
    /// A product: subscripts and operands, or index notation.
    Einsum(Box<Invocation>),
    /// More than a product.
    Formula(Box<formula::Formula>),
}

/// The content of `einsum_fn! { .. }`.
pub struct Functions {
    /// Path to what the expansion calls.
    pub runtime: TokenStream,
    /// The functions that could be read, in order.
    pub functions: Vec<Function>,
    /// The functions whose bodies are more than products, in order.
    pub formulas: Vec<formula::FormulaFunction>,
    /// The mistakes of functions that could not be read.
    pub mistakes: Errors,
}
