//! `pub fn name(x, w) = "subscripts";`

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, Ident, Token, Visibility,
    parse::{ParseStream, discouraged::Speculative},
    token,
};

use super::{
    arguments::{BROADCAST, parse_broadcast, parse_name},
    body::{Body, Named, parse_named},
    index,
    literal::parse_literal,
    parameter::parse_signature,
    subscripts::{self, rewritten},
    tokens::{is_named, parse_runtime},
};
use crate::{
    ast::{Function, Parameter, ParameterExtent, Subscripts},
    error::Errors,
};

/// Parses all functions; one that cannot be read does not hide the others.
pub(super) fn parse_functions(input: ParseStream<'_>) -> syn::Result<(TokenStream, Vec<Function>, Errors)> {
    let runtime = parse_runtime(input)?;
    let (mut functions, mut errors) = (Vec::new(), Errors::default());
    let broadcast = parse_default(input, &mut errors)?;
    while !input.is_empty() {
        let start = input.fork();
        match parse_function(input) {
            Ok(function) => {
                functions.push(Function { broadcast: function.broadcast.or(broadcast), ..function });
            }
            Err(error) => {
                errors.0.extend(Errors::from(error).0);
                input.advance_to(&start);
                skip_function(input)?;
            }
        }
    }
    Ok((runtime, functions, errors))
}

/// `broadcast = false;`, before all functions, which it is for unless they say otherwise.
fn parse_default(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Option<bool>> {
    if !is_named(input) || input.fork().parse::<Ident>()? != BROADCAST {
        return Ok(None);
    }
    parse_name(input, errors)?;
    let broadcast = parse_broadcast(input, errors)?;
    input.parse::<Token![;]>()?;
    Ok(Some(broadcast))
}

/// Skips what is up to `;`, or up to braces or the next `fn`.
fn skip_function(input: ParseStream<'_>) -> syn::Result<()> {
    let mut is_begun = false;
    while !(input.is_empty() || is_begun && input.peek(Token![fn])) {
        is_begun |= input.peek(Token![fn]);
        match input.parse()? {
            TokenTree::Punct(punct) if punct.as_char() == ';' => break,
            TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace => break,
            _ => {}
        }
    }
    Ok(())
}

fn parse_function(input: ParseStream<'_>) -> syn::Result<Function> {
    let attributes = input.call(Attribute::parse_outer)?;
    let visibility: Visibility = input.parse()?;
    if is_named(input) {
        return Err(input.error("extents stand among the parameters, after a semicolon, as in `fn f(x; n = 7)`"));
    }
    if !input.peek(Token![fn]) {
        return Err(input.error("expected a function, such as `fn matmul(x, w) = \"ij,jk->ik\";`"));
    }
    input.parse::<Token![fn]>()?;
    let name: Ident = input.parse()?;
    if input.peek(Token![<]) {
        return Err(
            input.error("functions of `einsum_fn!` take no generics: they are generic over the element type already")
        );
    }
    let mut mistakes = Errors::default();
    let (mut parameters, extents) = parse_signature(input, &mut mistakes)?;
    let (Body { subscripts, negated, named }, errors) = if index::function::is_next(input) {
        index::function::parse(input, &mut parameters)?
    } else {
        parse_body(input, &name, &parameters, &extents)?
    };
    mistakes.0.extend(errors.0);
    let Named { wrt, broadcast, max_intermediate } = named;
    let function = Function {
        attributes,
        visibility,
        name,
        parameters,
        extents,
        negated,
        wrt,
        max_intermediate,
        broadcast,
        subscripts,
        mistakes,
    };
    Ok(function)
}

/// `= "ij,jk->ik", wrt = [x];`
fn parse_body(
    input: ParseStream<'_>,
    name: &Ident,
    parameters: &[Parameter],
    extents: &[ParameterExtent],
) -> syn::Result<(Body, Errors)> {
    let mut mistakes = Errors::default();
    let arrow = input.span();
    if input.peek(Token![=>]) || input.peek(Token![->]) && input.peek3(syn::LitStr) {
        return Err(syn::Error::new(arrow, "expected `=` before the subscripts"));
    }
    if input.peek(Token![->]) {
        while !input.is_empty() && !input.peek(Token![=]) && !input.peek(token::Brace) && !input.peek(Token![;]) {
            input.parse::<TokenTree>()?;
        }
        let what = "a function has no type of its result, which follows from the subscripts";
        let help = "write `fn f(x) = \"ij->i\";`, or in index notation `fn f(x) -> [i] { x[i, j] }`";
        let error = syn::Error::new(arrow, format!("{what}\nhelp: {help}"));
        if !input.peek(Token![=]) {
            return Err(error);
        }
        mistakes.0.extend(Errors::from(error).0);
    }
    if !input.peek(Token![=]) {
        return Err(input.error("expected `= \"subscripts\";`, or in index notation `-> [i, k] { x[i, j] * w[j, k] }`"));
    }
    input.parse::<Token![=]>()?;
    let literal = parse_literal(input)?;
    let named = parse_named(input, &mut mistakes)?;
    if input.peek(Token![;]) {
        input.parse::<Token![;]>()?;
    } else {
        let what = "a semicolon is missing at the end of this function";
        mistakes.push((literal.span(), literal.span()), what);
    }
    let title = name.to_string();
    let written =
        |subscripts: &Subscripts| rewritten::function(subscripts, &title, parameters, extents, named.wrt.as_deref());
    let (subscripts, errors) = subscripts::parse(&literal, written);
    mistakes.0.extend(errors.0);
    Ok((Body { subscripts, negated: false, named }, mistakes))
}
