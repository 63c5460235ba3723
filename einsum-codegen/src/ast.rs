//! The syntax tree: a macro as the user wrote it, with spans.

#[cfg(feature = "candle")]
pub(crate) mod call;
pub(crate) mod fixed;
pub mod formula;
mod input;
#[cfg(feature = "shards")]
pub mod shard;

use std::fmt;

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::{Attribute, Expr, GenericParam, Type, Visibility};

pub use self::{
    fixed::FixedArray,
    input::{Functions, Input},
};
use crate::{
    error::Errors,
    notation::{implicit_output, joined, ordered},
};
pub use crate::{error::Mark, ir::Form, notation::Group};

/// A use of a macro that is an expression, such as `einsum!("ij,jk->ik", x, w)`.
pub struct Invocation {
    /// Path to what the expansion calls.
    pub runtime: TokenStream,
    /// The literal.
    pub subscripts: Subscripts,
    /// The expressions after it.
    pub operands: Vec<Operand>,
    /// Named arguments.
    pub arguments: Arguments,
    /// The extents after a semicolon: `l = 7`.
    pub extents: Vec<Extent>,
    /// Whether the last operand was written as `alpha = a`.
    pub has_alpha: bool,
}

/// `pub fn matmul(x, w) = "ij,jk->ik";`
#[derive(Clone)]
pub struct Function {
    /// Documentation and other attributes.
    pub attributes: Vec<Attribute>,
    /// Who can call it.
    pub visibility: Visibility,
    /// The name of the function, and of the module of its gradients.
    pub name: Ident,
    /// Generics of the types of its parameters: `T`, `const N: usize`.
    pub generics: Vec<GenericParam>,
    /// The operands.
    pub parameters: Vec<Parameter>,
    /// Extents of labels, after a semicolon.
    pub extents: Vec<ParameterExtent>,
    /// More parameters of type `usize`, after the extents: numbers that are known where the function is called.
    pub numbers: Vec<Ident>,
    /// Whether what is wrong with the operands is returned, or the function panics: [`Form::Result`] or [`Form::Value`].
    pub form: Form,
    /// Whether the einsum is negated.
    pub negated: bool,
    /// Which operands have gradients, if not all.
    pub wrt: Option<Vec<Wrt>>,
    /// How many elements an intermediate may have: a constant of type `usize`.
    pub max_intermediate: Option<Expr>,
    /// Whether an extent of 1 fits every other, if that is said.
    pub broadcast: Option<bool>,
    /// The literal.
    pub subscripts: Subscripts,
    /// The mistakes of the function, as far as it was read.
    pub mistakes: Errors,
}

impl Function {
    /// The type of its elements, if a parameter is read as it, or has it by its own type; otherwise it is generic.
    pub(crate) fn element(&self) -> Option<&Type> {
        let read_as = self.parameters.iter().find_map(|parameter| parameter.cast.as_ref());
        read_as.or_else(|| self.fixed_numbers().next().map(|(_, array)| &array.element))
    }

    /// The labels whose extents are parameters.
    pub(crate) fn extent_parameters(&self) -> impl Iterator<Item = &Ident> {
        self.extents.iter().filter(|extent| extent.value.is_none()).map(|extent| &extent.label)
    }

    /// The parameters of type `usize`: extents of labels, and numbers.
    pub(crate) fn sizes(&self) -> impl Iterator<Item = &Ident> {
        self.extent_parameters().chain(&self.numbers)
    }

    /// The parameters that are arrays of numbers of fixed size, and not of indices, by their numbers.
    pub(crate) fn fixed_numbers(&self) -> impl Iterator<Item = (usize, &FixedArray)> {
        self.fixed().filter(|(number, _)| !self.parameters[*number].is_index)
    }

    /// The parameters that are arrays of fixed size, by their numbers.
    pub(crate) fn fixed(&self) -> impl Iterator<Item = (usize, &FixedArray)> {
        let parameters = self.parameters.iter().enumerate();
        parameters.filter_map(|(number, parameter)| parameter.fixed.as_ref().map(|array| (number, array)))
    }

    /// Whether the parameters, which have so many axes, are arrays of fixed size, of which there is one, and numbers.
    pub(crate) fn is_of_fixed(&self, ranks: impl Iterator<Item = usize>) -> bool {
        let mut parameters = self.parameters.iter().zip(ranks);
        self.fixed().next().is_some() && parameters.all(|(parameter, rank)| parameter.fixed.is_some() || rank == 0)
    }
}

/// An operand of a [`Function`].
#[derive(Clone)]
pub struct Parameter {
    /// The name of the parameter.
    pub name: Ident,
    /// The text of the operand that it stands for, as errors show it: its name.
    pub source: String,
    /// The type that the parameter is read as, if that was written: `x as f64`.
    pub cast: Option<Type>,
    /// Its type, if it is an array of fixed size.
    pub fixed: Option<FixedArray>,
    /// Whether it was written in `conj(..)`.
    pub conj: bool,
    /// Whether it is read within the brackets of another, as far as that can be seen without an understanding of the body: it holds
    /// indices.
    pub is_index: bool,
}

/// `l`, an extent that is a parameter, or `l = 7`.
#[derive(Clone)]
pub struct ParameterExtent {
    /// The name of the label.
    pub label: Ident,
    /// A constant of type `usize`.
    pub value: Option<Expr>,
}

/// An operand that gradients are asked of, by its position or as it is written; or `alpha`.
#[derive(Clone)]
pub struct Wrt {
    /// The operand as it is written, or `alpha`.
    pub source: String,
    /// The first and the last token of the operand or of `alpha`.
    pub span: (Span, Span),
}

/// An operand of an [`Invocation`].
pub struct Operand {
    /// The expression.
    pub expression: Expr,
    /// The type that the operand is read as, if that was written: `x as f64`. It is no part of the expression.
    pub cast: Option<Type>,
    /// The tangent of the operand, where the macro takes operands and tangents in pairs.
    pub tangent: Option<Tangent>,
    /// Whether it was written in `conj(..)`, which is no part of the expression.
    pub conj: bool,
    /// The text of the operand, as written, with `conj`.
    pub source: String,
    /// The first and the last token of the operand.
    pub span: (Span, Span),
}

impl Operand {
    /// The types that it and its tangent are read as, if these were written.
    pub(crate) fn casts(&self) -> [Option<&Type>; 2] {
        [self.cast.as_ref(), self.tangent.as_ref().and_then(|tangent| tangent.cast.as_ref())]
    }
}

/// The tangent of an [`Operand`].
pub struct Tangent {
    /// The expression.
    pub expression: Expr,
    /// The type that the tangent is read as, if that was written.
    pub cast: Option<Type>,
}

/// `out = &mut y, alpha = a, beta = b`: with `e` the einsum, `y = a e + b y`; and what else is named.
#[derive(Default)]
pub struct Arguments {
    /// The target that the result is written to; without it the result is a new array.
    pub out: Option<Out>,
    /// The factor of the einsum.
    pub alpha: Option<Expr>,
    /// The factor of the old content of `out`.
    pub beta: Option<Beta>,
    /// Whether the einsum is negated: `y[i] -= ..`, `-x[i]`.
    pub negated: bool,
    /// Which operands have gradients, if not all.
    pub wrt: Option<Vec<Wrt>>,
    /// The name `wrt`, which mistakes in it are blamed on.
    pub wrt_name: Option<Span>,
    /// How many elements an intermediate may have: an expression of type `usize`.
    pub max_intermediate: Option<Expr>,
    /// Whether an extent of 1 fits every other, if that is said.
    pub broadcast: Option<bool>,
}

/// The target that the result is written to: `out = &mut y`, or the left side of a statement.
pub struct Out {
    /// An expression that is a mutable reference or view, or a place of such or of an array.
    pub expression: Expr,
    /// The type of the elements of `out`, to which the result is converted, if that was written: `y as f64`.
    pub cast: Option<Type>,
    /// The text of the target, as written.
    pub source: String,
    /// The first and the last token of the target.
    pub span: (Span, Span),
}

/// The factor of the old content of `out`.
pub enum Beta {
    /// `beta = b`
    Given(Box<Expr>),
    /// `+=`, `-=`
    One,
}

/// `l = 7`: the extent of a label.
pub struct Extent {
    /// The name of the label.
    pub label: Ident,
    /// An expression of type `usize`.
    pub value: Expr,
}

/// `ij,jk->ik`
#[derive(Clone, Debug)]
pub struct Subscripts {
    /// The text of the user's: the value of a literal, of which marks count the characters.
    pub text: String,
    /// The first and the last token of the subscripts.
    pub span: (Span, Span),
    /// One per operand; at least one.
    pub inputs: Vec<Subscript>,
    /// Which of them are multiplied first.
    pub order: Vec<Group>,
    /// The subscript right of the arrow, if there is one.
    pub output: Option<Subscript>,
}

/// `ij`
#[derive(Clone, Debug)]
pub struct Subscript {
    /// One per axis.
    pub labels: Vec<Label>,
    /// The place of the subscript in the source.
    pub mark: Mark,
}

/// `i`
#[derive(Clone, Debug)]
pub struct Label {
    /// The name of the label.
    pub name: String,
    /// The place of the label in the source.
    pub mark: Mark,
}

impl Invocation {
    /// Makes `alpha` an operand without axes, the last: what is differentiated is a product of
    /// operands alone.
    pub fn take_alpha(&mut self) {
        let is_counted = self.operands.len() == self.subscripts.inputs.len();
        let Some(expression) = self.arguments.alpha.take().filter(|_| is_counted) else { return };
        let span = spanned(&expression);
        let mark = Mark::Tokens(span.0, span.1);
        self.subscripts.inputs.push(Subscript { labels: Vec::new(), mark });
        self.subscripts.order.push(Group::Operand(self.operands.len()));
        self.has_alpha = true;
        self.operands.push(Operand {
            expression,
            cast: None,
            tangent: None,
            conj: false,
            source: ALPHA.to_owned(),
            span,
        });
    }
}

/// The value of a literal, also where a `macro_rules!` has passed it on.
pub(crate) fn integer(value: &Expr) -> Option<u64> {
    match value {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) => number.base10_parse().ok(),
        Expr::Group(group) => integer(&group.expr),
        _ => None,
    }
}

/// How the factor of an einsum is called.
pub const ALPHA: &str = "alpha";

/// The first and the last token.
pub(crate) fn spanned(tokens: &impl ToTokens) -> (Span, Span) {
    let mut tokens = tokens.to_token_stream().into_iter();
    let first = tokens.next().map_or_else(Span::call_site, |token| token.span());
    (first, tokens.last().map_or(first, |token| token.span()))
}

impl Subscripts {
    /// The text of the literal, and where it is.
    pub(crate) fn literal(&self) -> (&str, Span) {
        (&self.text, self.span.0)
    }

    /// The output that is meant without an arrow: the ellipsis, if an operand has one, then the labels that occur
    /// once, in the order of their code points.
    #[must_use]
    pub fn implicit_output(&self) -> Vec<&str> {
        implicit_output(self.inputs.iter().flat_map(|input| &input.labels).map(|label| label.name.as_str()))
    }
}

impl Operand {
    /// Whether the expression names a place in memory, which a pullback borrows; the value of any
    /// other expression it owns.
    #[must_use]
    pub fn is_place(&self) -> bool {
        is_place(&self.expression)
    }
}

/// Whether the expression names a place in memory.
pub(crate) fn is_place(expression: &Expr) -> bool {
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
        f.write_str(&ordered(&self.order, &self.inputs))?;
        self.output.iter().try_for_each(|output| write!(f, "->{output}"))
    }
}

impl fmt::Display for Subscript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&joined(self.labels.iter().map(|label| label.name.as_str())))
    }
}
