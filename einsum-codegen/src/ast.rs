//! What the user wrote, with spans.

use std::{fmt, ops::Range};

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, Expr, Visibility};

use crate::error::Errors;

/// `einsum!("ij,jk->ik", x, w)`, and the same for every macro that is an expression.
pub struct Invocation {
    /// Path to what the expansion calls.
    pub runtime: TokenStream,
    /// The literal.
    pub subscripts: Subscripts,
    /// The expressions after it.
    pub operands: Vec<Operand>,
}

/// The content of `einsum_fn! { .. }`.
pub struct Functions {
    /// Path to what the expansion calls.
    pub runtime: TokenStream,
    /// The functions, in order.
    pub functions: Vec<Function>,
}

/// `pub fn matmul(x, w) = "ij,jk->ik";`
pub struct Function {
    /// Documentation and other attributes.
    pub attributes: Vec<Attribute>,
    /// Who can call it.
    pub visibility: Visibility,
    /// Its name, and that of the module of its gradients.
    pub name: Ident,
    /// The names of the operands.
    pub parameters: Vec<Ident>,
    /// The literal.
    pub subscripts: Subscripts,
    /// What is wrong with the literal.
    pub mistakes: Errors,
}

/// An operand of an [`Invocation`].
pub struct Operand {
    /// The expression.
    pub expression: Expr,
    /// Its text, as written.
    pub source: String,
    /// Where it begins and ends.
    pub span: (Span, Span),
}

/// `ij,jk->ik`
#[derive(Clone, Debug)]
pub struct Subscripts {
    /// The value of the literal: what positions count characters of.
    pub text: String,
    /// The literal.
    pub span: Span,
    /// One per operand; at least one.
    pub inputs: Vec<Subscript>,
    /// What is right of the arrow, if there is one.
    pub output: Option<Subscript>,
}

/// `ij`
#[derive(Clone, Debug)]
pub struct Subscript {
    /// One per axis.
    pub labels: Vec<Label>,
    /// Which characters of the text it takes.
    pub position: Range<usize>,
}

/// `i`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its name.
    pub name: String,
    /// Which characters of the text it takes.
    pub position: Range<usize>,
}

impl Operand {
    /// Whether the expression names a place in memory, which a pullback borrows; the value of any
    /// other expression it owns.
    #[must_use]
    pub fn is_place(&self) -> bool {
        is_place(&self.expression)
    }
}

fn is_place(expression: &Expr) -> bool {
    match expression {
        Expr::Path(_) | Expr::Field(_) | Expr::Index(_) => true,
        Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Deref(_)),
        Expr::Paren(inner) => is_place(&inner.expr),
        Expr::Group(inner) => is_place(&inner.expr),
        _ => false,
    }
}

impl fmt::Display for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.subscripts)?;
        self.operands.iter().try_for_each(|operand| write!(f, ", {}", operand.source))
    }
}

impl fmt::Display for Subscripts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inputs: Vec<String> = self.inputs.iter().map(Subscript::to_string).collect();
        f.write_str(&inputs.join(","))?;
        self.output.iter().try_for_each(|output| write!(f, "->{output}"))
    }
}

impl fmt::Display for Subscript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.labels.iter().try_for_each(|label| f.write_str(&label.name))
    }
}
