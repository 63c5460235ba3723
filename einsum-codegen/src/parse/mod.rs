//! Tokens -> [`ast`].
//!
//! AFTER THIS POINT: the subscripts are labels, every bracket and comma is in its place, and every
//! operand is an expression.

mod arguments;
mod explanation;
mod function;
mod index;
mod operand;
mod source;
mod subscripts;

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{
    Expr, Lit, LitStr, Token,
    parse::{ParseStream, Parser},
    punctuated::Punctuated,
};

pub(crate) use self::arguments::MAX_INTERMEDIATE;
pub use self::operand::tangents;
use self::{
    arguments::{is_named, parse_argument, parse_extent},
    function::parse_functions,
    operand::parse_operand,
};
use crate::{
    ast::{Arguments, Extent, Functions, Invocation},
    error::Errors,
};

/// Parses `RUNTIME; "subscripts", operand, ..; label = extent, ..`.
///
/// # Errors
/// What does not fit the syntax.
pub fn invocation(input: TokenStream) -> Result<Invocation, Errors> {
    parse_invocation.parse2(input)?
}

/// Parses `RUNTIME; "subscripts", label = extent, ..`, or index notation. Operands of a literal are not given:
/// they are called `A`, `B`, and so on.
///
/// # Errors
/// What does not fit the syntax.
pub fn explanation(input: TokenStream) -> Result<Invocation, Errors> {
    explanation::parse.parse2(input)?
}

/// Parses `RUNTIME; ..`: the path.
///
/// # Errors
/// If there is no semicolon.
pub fn runtime(input: TokenStream) -> Result<TokenStream, Errors> {
    let parse = |input: ParseStream<'_>| {
        let path = parse_runtime(input)?;
        input.parse::<TokenStream>().map(|_| path)
    };
    Ok(parse.parse2(input)?)
}

/// Parses `RUNTIME; pub fn name(x, w) = "subscripts"; ..`.
///
/// # Errors
/// What does not fit the syntax outside of the subscripts; mistakes in these are kept in
/// [`Function::mistakes`], so that one function does not hide the others.
pub fn functions(input: TokenStream) -> Result<Functions, Errors> {
    let (runtime, functions) = parse_functions.parse2(input)?;
    Ok(Functions { runtime, functions })
}

fn parse_invocation(input: ParseStream<'_>) -> syn::Result<Result<Invocation, Errors>> {
    let runtime = parse_runtime(input)?;
    if input.is_empty() {
        return Err(syn::Error::new(
            Span::call_site(),
            "expected subscripts and operands, such as `\"ij,jk->ik\", x, w`",
        ));
    }
    if index::is_index_notation(input) {
        return Ok(index::invocation(runtime, input.parse()?));
    }
    let literal = parse_literal(input)?;
    let mut operands = Vec::new();
    let mut arguments = Arguments::default();
    while !input.is_empty() && !input.peek(Token![;]) {
        input.parse::<Token![,]>()?;
        if !input.is_empty() && !input.peek(Token![;]) {
            if is_named(input) {
                parse_argument(input, &mut arguments)?;
            } else {
                operands.push(parse_operand(input)?);
            }
        }
    }
    if !input.is_empty() {
        input.parse::<Token![;]>()?;
    }
    let extents = Punctuated::<Extent, Token![,]>::parse_terminated_with(input, parse_extent)?;
    if arguments.beta.is_some() && arguments.out.is_none() {
        return Err(syn::Error::new(literal.span(), "`beta` multiplies the old content of `out`, which is not there"));
    }
    let extents = extents.into_iter().collect();
    let (subscripts, errors) = subscripts::parse(&literal);
    Ok(errors.propagate(Invocation { runtime, subscripts, operands, arguments, extents, has_alpha: false }))
}

/// The path to the runtime, which the public macros put in front.
fn parse_runtime(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut path = TokenStream::new();
    while !input.peek(Token![;]) {
        path.extend([input.parse::<TokenTree>()?]);
    }
    input.parse::<Token![;]>()?;
    Ok(path)
}

/// The subscripts, also where a `macro_rules!` has passed them through `$s:literal`.
fn parse_literal(input: ParseStream<'_>) -> syn::Result<LitStr> {
    let expression: Expr = input.parse()?;
    let mut inner = &expression;
    while let Expr::Group(group) = inner {
        inner = &group.expr;
    }
    match inner {
        Expr::Lit(syn::ExprLit { lit: Lit::Str(literal), .. }) if literal.suffix().is_empty() => Ok(literal.clone()),
        _ => Err(syn::Error::new_spanned(
            &expression,
            "the subscripts must be a string literal, such as \"ij,jk->ik\": they are compiled here",
        )),
    }
}
