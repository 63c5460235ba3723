//! Tokens before the parts of an invocation, and between them: a path, names, commas.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Expr, Ident, Token, parse::ParseStream};

use super::source;
use crate::error::Errors;

/// The path to the runtime, which the public macros put in front.
pub(super) fn parse_runtime(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut path = TokenStream::new();
    while !input.peek(Token![;]) {
        path.extend([input.parse::<TokenTree>()?]);
    }
    input.parse::<Token![;]>()?;
    Ok(path)
}

/// A comma, or a word on one that is missing before something that can be read.
pub(super) fn comma(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
    if input.peek(Token![,]) {
        return input.parse::<Token![,]>().map(drop);
    }
    let Some((next, _)) = input.cursor().token_tree() else { return Ok(()) };
    if !is_named(input) && input.fork().parse::<Expr>().is_err() {
        return Err(input.error("expected `,`"));
    }
    let text = source::text([next.clone()]);
    errors.push((next.span(), next.span()), format!("a comma is missing before `{text}`"));
    Ok(())
}

/// Whether `name =` comes next, which is no expression that an operand could be; or `name:`, which was meant for it.
pub(super) fn is_named(input: ParseStream<'_>) -> bool {
    let is_equal = input.peek2(Token![=]) && !input.peek2(Token![==]) && !input.peek2(Token![=>]);
    input.peek(Ident) && (is_equal || is_colon(input))
}

/// Whether `name:` comes next.
pub(super) fn is_colon(input: ParseStream<'_>) -> bool {
    input.peek2(Token![:]) && !input.peek2(Token![::])
}
