//! `"subscripts", label = extent, ..`: what is explained, without operands.

use proc_macro2::{Span, TokenStream};
use syn::{Expr, ExprPath, Ident, Token, parse::ParseStream};

use super::{
    arguments::{BROADCAST, MAX_INTERMEDIATE, parse_argument, parse_extent},
    index::{self, Reading},
    literal::parse_literal,
    subscripts::{self, rewritten},
    tokens::{comma, is_named, parse_runtime},
};
use crate::{
    ast::{Arguments, Form, Input, Invocation, Operand, Subscripts},
    error::Errors,
    few::numbered,
};

/// Parses what is asked about, subscripts, extents, and a limit on intermediates. Extents may stand after a comma or, as with
/// operands, a semicolon.
pub(super) fn parse(input: ParseStream<'_>, reading: Reading) -> syn::Result<Result<(Form, Input), Errors>> {
    let runtime = parse_runtime(input)?;
    let form = parse_form(input)?;
    Ok(parse_given(runtime, input, reading)?.map(|given| (form, given)))
}

/// `vjp,` asks for the macro of gradients; otherwise it is `einsum!`.
fn parse_form(input: ParseStream<'_>) -> syn::Result<Form> {
    if !(input.peek(Ident) && input.peek2(Token![,])) {
        return Ok(Form::Value);
    }
    let asked: Ident = input.parse()?;
    if asked != "vjp" {
        return Err(syn::Error::new(
            asked.span(),
            "before the subscripts stands nothing, or `vjp,` for the orders of `einsum_vjp!`",
        ));
    }
    input.parse::<Token![,]>()?;
    Ok(Form::Pullback)
}

fn parse_given(runtime: TokenStream, input: ParseStream<'_>, reading: Reading) -> syn::Result<Result<Input, Errors>> {
    if input.is_empty() {
        return Err(syn::Error::new(Span::call_site(), "expected subscripts, such as `\"ij,jk->ik\"`"));
    }
    if index::is_index_notation(input) {
        return Ok(index::given(runtime, input.parse()?, reading));
    }
    let literal = parse_literal(input)?;
    let mut errors = Errors::default();
    if !input.is_empty() {
        separator(input, &mut errors)?;
    }
    let mut arguments = Arguments::default();
    let mut extents = Vec::new();
    while !input.is_empty() {
        let is_argument = |name: &Ident| name == MAX_INTERMEDIATE || name == BROADCAST;
        if input.peek(Ident) && is_argument(&input.fork().parse()?) {
            parse_argument(input, &|_| false, &mut arguments, &mut errors)?;
        } else {
            extents.push(parse_given_extent(input, &mut errors)?);
        }
        if !input.is_empty() {
            separator(input, &mut errors)?;
        }
    }
    let written = |subscripts: &Subscripts| rewritten::invocation(subscripts, &[], &arguments, &extents);
    let (subscripts, mistakes) = subscripts::parse(&literal, written);
    errors.0.extend(mistakes.0);
    let operands = numbered(subscripts.inputs.len(), |number| operand(number, literal.span()));
    let invocation = Invocation { runtime, subscripts, operands, arguments, extents, has_alpha: false };
    Ok(errors.propagate(Input::Einsum(Box::new(invocation))))
}

fn separator(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
    if input.peek(Token![;]) { input.parse::<Token![;]>().map(drop) } else { comma(input, errors) }
}

fn parse_given_extent(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<crate::ast::Extent> {
    if !is_named(input) && !input.peek2(Token![=]) {
        return Err(input.error("expected the extent of a label, such as `l = 7`: an explanation takes no operands"));
    }
    parse_extent(input, errors)
}

/// An operand of which nothing is known but its number.
fn operand(number: usize, span: Span) -> Operand {
    let name = super::operand::name(number);
    let path = ExprPath { attrs: Vec::new(), qself: None, path: Ident::new(&name, span).into() };
    Operand { expression: Expr::Path(path), cast: None, tangent: None, conj: false, source: name, span: (span, span) }
}
