//! `pub fn name(x, w) = "subscripts";`

use proc_macro2::TokenStream;
use syn::{Attribute, Expr, Ident, Token, ext::IdentExt, parse::ParseStream, punctuated::Punctuated, token};

use super::{
    arguments::{MAX_INTERMEDIATE, is_named, parse_wrt},
    index, parse_literal, parse_runtime, subscripts,
};
use crate::ast::{Function, Parameter, ParameterExtent, Subscripts, Wrt};

pub(super) fn parse_functions(input: ParseStream<'_>) -> syn::Result<(TokenStream, Vec<Function>)> {
    let runtime = parse_runtime(input)?;
    let mut functions = Vec::new();
    while !input.is_empty() {
        functions.push(parse_function(input)?);
    }
    Ok((runtime, functions))
}

pub(super) fn parse_function(input: ParseStream<'_>) -> syn::Result<Function> {
    let attributes = input.call(Attribute::parse_outer)?;
    let visibility = input.parse()?;
    input.parse::<Token![fn]>()?;
    let name = input.parse()?;
    if input.peek(Token![<]) {
        return Err(
            input.error("functions of `einsum_fn!` take no generics: they are generic over the element type already")
        );
    }
    let content;
    syn::parenthesized!(content in input);
    let mut parameters = Vec::new();
    while !content.is_empty() && !content.peek(Token![;]) {
        parameters.push(parse_parameter(&content)?);
        if !content.is_empty() && !content.peek(Token![;]) {
            content.parse::<Token![,]>()?;
        }
    }
    if !content.is_empty() {
        content.parse::<Token![;]>()?;
    }
    let extents = Punctuated::<_, Token![,]>::parse_terminated_with(&content, parse_parameter_extent)?;
    let extents = extents.into_iter().collect();
    if index::function::is_next(input) {
        let (Body { subscripts, negated, named }, mistakes) = index::function::parse(input, &mut parameters)?;
        let Named { wrt, max_intermediate } = named;
        return Ok(Function {
            attributes,
            visibility,
            name,
            parameters,
            extents,
            negated,
            wrt,
            max_intermediate,
            subscripts,
            mistakes,
        });
    }
    if !input.peek(Token![=]) {
        return Err(input.error("expected `= \"subscripts\";`: the type of the result follows from them"));
    }
    input.parse::<Token![=]>()?;
    let literal = parse_literal(input)?;
    let Named { wrt, max_intermediate } = parse_named(input)?;
    if input.is_empty() {
        return Err(syn::Error::new(literal.span(), "expected `;` after the subscripts"));
    }
    input.parse::<Token![;]>()?;
    let (subscripts, mistakes) = subscripts::parse(&literal);
    Ok(Function {
        attributes,
        visibility,
        name,
        parameters,
        extents,
        negated: false,
        wrt,
        max_intermediate,
        subscripts,
        mistakes,
    })
}

/// What is named after the subscripts of a function.
#[derive(Default)]
pub(super) struct Named {
    pub(super) wrt: Option<Vec<Wrt>>,
    pub(super) max_intermediate: Option<Expr>,
}

/// `, wrt = [x], max_intermediate = 1000`, as far as it is there.
pub(super) fn parse_named(input: ParseStream<'_>) -> syn::Result<Named> {
    let mut named = Named::default();
    while input.peek(Token![,]) {
        let comma = input.parse::<Token![,]>()?;
        if input.is_empty() || input.peek(Token![;]) {
            break;
        }
        let name = if is_named(input) { input.parse::<Ident>()?.to_string() } else { String::new() };
        let is_twice = match name.as_str() {
            "wrt" => named.wrt.replace(input.parse::<Token![=]>().and_then(|_| parse_wrt(input))?).is_some(),
            MAX_INTERMEDIATE => {
                named.max_intermediate.replace(input.parse::<Token![=]>().and_then(|_| input.parse())?).is_some()
            }
            _ => {
                let message = "expected `wrt = [x]` or `max_intermediate = 1000` after the comma: factors are joined \
                               by `*`, and all else is a parameter";
                return Err(syn::Error::new(comma.span, message));
            }
        };
        if is_twice {
            return Err(syn::Error::new(comma.span, format!("`{name}` is given twice")));
        }
    }
    Ok(named)
}

/// `x`, `conj(x)`
pub(super) fn parse_parameter(input: ParseStream<'_>) -> syn::Result<Parameter> {
    let mut name: Ident = input.parse()?;
    let conj = name == "conj" && input.peek(token::Paren);
    if conj {
        let content;
        syn::parenthesized!(content in input);
        name = content.parse()?;
        if !content.is_empty() {
            return Err(content.error("expected the name of a parameter alone, such as `conj(x)`"));
        }
    }
    if input.peek(Token![:]) {
        return Err(input.error("a parameter has a name alone: its type follows from its subscript"));
    }
    Ok(Parameter { name, conj })
}

/// `l`, `l = 7`
pub(super) fn parse_parameter_extent(input: ParseStream<'_>) -> syn::Result<ParameterExtent> {
    let label = input.call(Ident::parse_any)?;
    let value = if input.parse::<Option<Token![=]>>()?.is_some() { Some(input.parse()?) } else { None };
    Ok(ParameterExtent { label, value })
}

/// What a function of index notation computes.
pub(super) struct Body {
    pub(super) subscripts: Subscripts,
    pub(super) negated: bool,
    pub(super) named: Named,
}
