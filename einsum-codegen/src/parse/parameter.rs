//! `(x, conj(w); n = 3)`: the parameters of a function.

use proc_macro2::{Span, TokenStream};
use syn::{Expr, Ident, Token, Type, ext::IdentExt, parse::ParseStream, token};

use super::{operand::UNNAMED, tokens::comma};
use crate::{
    ast::{FixedArray, Operand, Parameter, ParameterExtent, fixed::mentions, spanned},
    error::Errors,
};

/// The message about an operand that is not among the parameters.
pub(in crate::parse) fn no_parameter(operand: &Operand) -> String {
    let what = format!("`{}` is not a parameter", operand.source);
    let is_constant = match &operand.expression {
        Expr::Path(path) => path.path.get_ident().is_none_or(|name| name.to_string().starts_with(char::is_uppercase)),
        _ => false,
    };
    if let Expr::Call(_) | Expr::MethodCall(_) = &operand.expression {
        let help = "the operands of a function are its parameters: compute it before, and pass it";
        return format!("{what}\nhelp: {help}");
    }
    if !is_constant {
        return what;
    }
    let help = "write the number, or a constant of Rust's own such as `f64::NEG_INFINITY`, or give the function a parameter without labels for it";
    format!("{what}\nhelp: {help}")
}

/// `(x, conj(w); n = 3)`
pub(super) fn parse_signature(
    input: ParseStream<'_>,
    mistakes: &mut Errors,
) -> syn::Result<(Vec<Parameter>, Vec<ParameterExtent>)> {
    if !input.peek(token::Paren) {
        return Err(input.error("expected parameters in parentheses, such as `(x, w)`"));
    }
    let content;
    syn::parenthesized!(content in input);
    let signature = parse_parameters(&content, mistakes);
    // What was not read is no mistake of its own.
    content.parse::<TokenStream>()?;
    signature
}

fn parse_parameters(
    content: ParseStream<'_>,
    mistakes: &mut Errors,
) -> syn::Result<(Vec<Parameter>, Vec<ParameterExtent>)> {
    let mut parameters = Vec::new();
    while !content.is_empty() && !content.peek(Token![;]) {
        parameters.extend(parse_parameter(content, mistakes)?);
        if !content.is_empty() && !content.peek(Token![;]) {
            comma(content, mistakes)?;
        }
    }
    if !content.is_empty() {
        content.parse::<Token![;]>()?;
    }
    let mut extents = Vec::new();
    while !content.is_empty() {
        extents.push(parse_parameter_extent(content, mistakes)?);
        if !content.is_empty() {
            comma(content, mistakes)?;
        }
    }
    Ok((parameters, extents))
}

/// `x`, `conj(x)`, `x as f64`; and, with a word on it, what functions of Rust have. None for `self`.
fn parse_parameter(input: ParseStream<'_>, mistakes: &mut Errors) -> syn::Result<Option<Parameter>> {
    let first = input.span();
    let is_reference = input.parse::<Option<Token![&]>>()?.is_some();
    let is_mutable = input.parse::<Option<Token![mut]>>()?.is_some();
    if input.peek(Token![self]) {
        let last = input.parse::<Token![self]>()?.span;
        parse_type(input)?;
        let help = "write the block outside of the `impl`, and call the function from a method";
        mistakes.push((first, last), format!("`self` cannot be an operand of `einsum_fn!`\nhelp: {help}"));
        return Ok(None);
    }
    if is_reference || is_mutable {
        let what = "a parameter is a name alone, and is passed by reference";
        mistakes.push((first, first), what);
    }
    let mut name: Ident = input.parse()?;
    let mut cast = None;
    let conj = name == "conj" && input.peek(token::Paren);
    if conj {
        let content;
        syn::parenthesized!(content in input);
        name = content.parse()?;
        cast = parse_cast(&content)?;
        if !content.is_empty() {
            return Err(content.error("expected the name of a parameter alone, such as `conj(x)`"));
        }
    }
    let cast = if cast.is_none() { parse_cast(input)? } else { cast };
    let fixed = parse_fixed(input, &name, mistakes)?;
    if input.peek(Token![=]) {
        return Err(input.error("a parameter has no default"));
    }
    let source = name.to_string();
    Ok(Some(Parameter { name, source, cast, fixed, conj, is_index: false }))
}

/// `as f64`
fn parse_cast(input: ParseStream<'_>) -> syn::Result<Option<Type>> {
    if input.parse::<Option<Token![as]>>()?.is_none() {
        return Ok(None);
    }
    if input.peek(Token![_]) {
        return Err(input.error(UNNAMED));
    }
    input.parse().map(Some)
}

/// `: [[f32; 4]; 4]`, or a reference to it. Any other type is a mistake.
fn parse_fixed(input: ParseStream<'_>, name: &Ident, mistakes: &mut Errors) -> syn::Result<Option<FixedArray>> {
    let Some((colon, ty)) = parse_type(input)? else { return Ok(None) };
    let fixed = FixedArray::of(ty);
    if fixed.is_none() {
        let what = "a parameter has a name alone: its type follows from its subscript";
        let help = format!("the type of an array of fixed size may be written, such as `{name}: [[f32; 4]; 4]`");
        mistakes.push((colon, colon), format!("{what}\nhelp: {help}"));
    }
    if let Some(FixedArray { ty, .. }) = &fixed
        && let Some(first) = ["self", "super"].into_iter().find(|first| mentions(ty, &Ident::new(first, colon)))
    {
        let what =
            format!("`{first}` is another module for the gradients of the function, which are in one of their own");
        mistakes.push(spanned(ty), format!("{what}\nhelp: begin the path with `crate`, or import what is meant"));
        return Ok(None);
    }
    Ok(fixed)
}

/// `: &Array2<f64>`: a type, and where its colon is.
fn parse_type(input: ParseStream<'_>) -> syn::Result<Option<(Span, Type)>> {
    let Some(colon) = input.parse::<Option<Token![:]>>()? else { return Ok(None) };
    Ok(Some((colon.span, input.parse()?)))
}

/// `l`, `l = 7`
fn parse_parameter_extent(input: ParseStream<'_>, mistakes: &mut Errors) -> syn::Result<ParameterExtent> {
    if !input.peek(Ident::peek_any) {
        return Err(input.error("expected the name of an extent, such as `n` or `n = 7`"));
    }
    let label = input.call(Ident::parse_any)?;
    if let Some((colon, _)) = parse_type(input)? {
        mistakes.push((colon, colon), "an extent has a name alone: it is a `usize`");
    }
    let value = if input.parse::<Option<Token![=]>>()?.is_some() { Some(input.parse()?) } else { None };
    Ok(ParameterExtent { label, value })
}
