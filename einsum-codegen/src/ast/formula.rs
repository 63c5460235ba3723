//! Formulas as the user wrote them: what the macro was given, and the tokens that an
//! [`ir::Formula`](crate::ir::formula::Formula) speaks of by number.

mod tree;

use proc_macro2::{Span, TokenStream};
use syn::{Expr, Type};

pub use self::tree::{Access, Axis, Expression, ExpressionKind, Form, Index, Operator, Over, Statement, Tensor};
use super::{Arguments, Extent, Function, Operand};

/// A use of a macro whose right side is more than a product.
pub struct Formula {
    /// Path to what the expansion calls.
    pub runtime: TokenStream,
    /// The text of it, as written.
    pub text: String,
    /// The first and the last token of the formula.
    pub span: (Span, Span),
    /// The operands, each place once, in the order in which they are written: arrays, and numbers without brackets. An operand
    /// that is read by several accesses is one. Of a function: its parameters.
    pub operands: Vec<Operand>,
    /// Expressions of type `usize` in parentheses within forms of labels.
    pub given: Vec<Expr>,
    /// Functions of the user's: paths of types that implement `Function`.
    pub functions: Vec<Expr>,
    /// The types that labels are read as, `(i as f32)`, which must be that of the elements.
    pub types: Vec<Type>,
    /// The extents after a semicolon: `l = 7`.
    pub extents: Vec<Extent>,
    /// Named arguments.
    pub arguments: Arguments,
    /// Whether the last operand was written as `alpha = a`.
    pub has_alpha: bool,
    /// The statements of `let`, and at the end that of the result.
    pub statements: Vec<Statement>,
}

/// A function of `einsum_fn!` whose body is more than a product.
pub struct FormulaFunction {
    /// The signature, of which a stand-in is made if the function has mistakes. The subscripts are those of the body as far as it is a product.
    pub function: Function,
    /// The body, with an operand for each parameter, in order.
    pub formula: Formula,
}
