//! Formulas as the user wrote them: the tokens that an [`ir::Formula`](crate::ir::formula::Formula) speaks of by number.

use proc_macro2::{Span, TokenStream};
use syn::Expr;

use super::{Arguments, Extent, Operand};

/// A use of a macro whose right side is more than a product.
pub struct Formula {
    /// Path to what the expansion calls.
    pub runtime: TokenStream,
    /// The text of it, as written.
    pub text: String,
    /// Where it begins and ends.
    pub span: (Span, Span),
    /// The operands, each place once, in the order in which they are written: arrays, and numbers without brackets. An operand
    /// that is read by several accesses is one.
    pub operands: Vec<Operand>,
    /// Expressions of type `usize` in parentheses within forms of labels.
    pub given: Vec<Expr>,
    /// Functions of the user's: values of types that implement `Function`.
    pub functions: Vec<Expr>,
    /// The extents after a semicolon: `l = 7`.
    pub extents: Vec<Extent>,
    /// Named arguments.
    pub arguments: Arguments,
}
