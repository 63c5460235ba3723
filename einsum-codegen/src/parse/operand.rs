//! `x`, `conj(x)`, `(x, dx)`: an operand.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, ExprCall, parse::ParseStream};

use super::source;
use crate::{
    ast::{self, Invocation, Operand},
    error::Errors,
};

/// Takes pairs of an operand and its tangent, `(x, dx)`, apart.
///
/// # Errors
/// If there are none.
pub fn tangents(invocation: &mut Invocation) -> Result<(), Errors> {
    for operand in &mut invocation.operands {
        let Expr::Tuple(tuple) = &operand.expression else { continue };
        if let [primal, tangent] = tuple.elems.iter().collect::<Vec<_>>().as_slice() {
            let (primal, tangent) = ((*primal).clone(), (*tangent).clone());
            let text = source::text(primal.to_token_stream());
            operand.source = if operand.conj { format!("conj({text})") } else { text };
            operand.span = ast::spanned(&primal);
            (operand.expression, operand.tangent) = (primal, Some(tangent));
        }
    }
    let mut errors = Errors::default();
    if !invocation.operands.is_empty() && invocation.operands.iter().all(|operand| operand.tangent.is_none()) {
        let help = "help: write a pair, such as `(x, dx)`, for each operand that has one";
        errors.push(invocation.subscripts.span, format!("no operand has a tangent\n{help}"));
    }
    errors.propagate(())
}

pub(super) fn parse_operand(input: ParseStream<'_>) -> syn::Result<Operand> {
    let written = input.fork();
    let expression = input.parse()?;
    let mut tokens = Vec::new();
    while written.cursor() != input.cursor() {
        tokens.push(written.parse::<TokenTree>()?);
    }
    let first = tokens.first().map_or_else(|| input.span(), TokenTree::span);
    let last = tokens.last().map_or(first, TokenTree::span);
    let (expression, conj) = strip_conj(expression);
    Ok(Operand { expression, tangent: None, conj, source: source::text(tokens), span: (first, last) })
}

/// Reads an operand that has labels, as in index notation, and says that it has none here.
pub(super) fn labelled(input: ParseStream<'_>) -> Option<((Span, Span), String)> {
    let is_end = |token: &TokenTree| is_punct(token, ',') || is_punct(token, ';');
    let tokens = input.cursor().token_stream().into_iter();
    let tokens: Vec<TokenTree> = tokens.take_while(|token| !is_end(token)).collect();
    let (TokenTree::Group(bracket), before) = tokens.split_last()? else { return None };
    let is_macro = before.last().is_none_or(|token| matches!(token, TokenTree::Punct(_)));
    let has_comma = bracket.stream().into_iter().any(|token| is_punct(&token, ','));
    if is_macro || bracket.delimiter() != Delimiter::Bracket || !has_comma {
        return None;
    }
    for _ in &tokens {
        input.parse::<TokenTree>().ok()?;
    }
    let help = format!("write `{}` alone, or all of it in index notation", source::text(before.iter().cloned()));
    let what = format!("the labels of an operand are in the literal\nhelp: {help}");
    Some(((bracket.span(), bracket.span()), what))
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

/// Takes `conj(..)` off an expression, as often as it is there.
pub(super) fn strip_conj(expression: Expr) -> (Expr, bool) {
    let is_conj = |call: &ExprCall| match &*call.func {
        Expr::Path(path) => path.path.is_ident("conj") && call.args.len() == 1,
        _ => false,
    };
    match expression {
        Expr::Call(call) if is_conj(&call) => match call.args.into_iter().next() {
            Some(inner) => {
                let (expression, conj) = strip_conj(inner);
                (expression, !conj)
            }
            None => (Expr::Verbatim(TokenStream::new()), false),
        },
        expression => (expression, false),
    }
}

/// `A` to `Z`, which labels seldom are; then `X26`, and so on.
pub(super) fn name(number: usize) -> String {
    let letter = u8::try_from(number).ok().and_then(|number| ('A'..='Z').nth(number.into()));
    letter.map_or_else(|| format!("X{number}"), String::from)
}
