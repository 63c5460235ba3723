//! `x`, `conj(x)`, `(x, dx)`, `x as f64`: an operand.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, ExprCall, ExprCast, Lit, Type, UnOp, parse::ParseStream};

use super::source;
use crate::{
    ast::{self, Invocation, Operand, Tangent},
    error::Errors,
};

/// Takes pairs of an operand and its tangent, `(x, dx)`, apart.
///
/// # Errors
/// If there are none, or if only one of a pair is in `conj(..)`.
pub fn tangents(invocation: &mut Invocation) -> Result<(), Errors> {
    for operand in &mut invocation.operands {
        let is_conj = operand.conj;
        pair(operand)?;
        if is_conj && operand.tangent.is_some() {
            operand.source = format!("conj({})", operand.source);
        }
    }
    let mut errors = Errors::default();
    if !invocation.operands.is_empty() && invocation.operands.iter().all(|operand| operand.tangent.is_none()) {
        let help = "help: write a pair, such as `(x, dx)`, for each operand that has one";
        errors.push(invocation.subscripts.span, format!("no operand has a tangent\n{help}"));
    }
    errors.propagate(())
}

/// Takes an operand that is a pair, `(x, dx)`, apart. `conj((x, dx))` is `(conj(x), conj(dx))`.
///
/// # Errors
/// If only one of both is in `conj(..)`: a tangent is read as its operand is.
pub(super) fn pair(operand: &mut Operand) -> syn::Result<()> {
    let Expr::Tuple(tuple) = within(&operand.expression) else { return Ok(()) };
    let [written, tangent] = tuple.elems.iter().collect::<Vec<_>>()[..] else { return Ok(()) };
    let (text, span) = (source::text(written.to_token_stream()), ast::spanned(written));
    let (primal, stripped) = (strip(written.clone())?, strip(tangent.clone())?);
    if primal.conj != stripped.conj {
        let message = "`conj` is on one of an operand and its tangent\n\
                       help: write `conj((x, dx))` if it is on both, or pass a conjugated array";
        return Err(syn::Error::new_spanned(if primal.conj { written } else { tangent }, message));
    }
    (operand.source, operand.span) = (text, span);
    operand.conj ^= primal.conj;
    let cast = stripped.cast.or_else(|| operand.cast.clone());
    operand.tangent = Some(Tangent { expression: stripped.expression, cast });
    operand.cast = primal.cast.or_else(|| operand.cast.take());
    operand.expression = primal.expression;
    Ok(())
}

/// An expression without what is around it and has no meaning: parentheses, and the group of a `$x:expr`.
fn within(expression: &Expr) -> &Expr {
    match expression {
        Expr::Paren(paren) => within(&paren.expr),
        Expr::Group(group) => within(&group.expr),
        expression => expression,
    }
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
    let Stripped { expression, conj, cast } = strip(expression)?;
    Ok(Operand { expression, cast, tangent: None, conj, source: source::text(tokens), span: (first, last) })
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

/// How an operand can be named: as it is written, and if it is read as another type, without that.
pub(crate) fn names(operand: &Operand) -> Vec<String> {
    let plain = operand.cast.as_ref().map(|_| source::text(operand.expression.to_token_stream()));
    [operand.source.clone()].into_iter().chain(text(operand)).chain(plain).collect()
}

/// The message about `x as _`.
pub(super) const UNNAMED: &str = "the type that an operand is read as must be named, such as `x as f64`";

/// An expression, without what is written around it.
pub(super) struct Stripped {
    pub(super) expression: Expr,
    /// Whether it was in `conj(..)`.
    pub(super) conj: bool,
    /// The type that it is read as.
    pub(super) cast: Option<Type>,
}

/// Takes `conj(..)` off an expression, as often as it is there, and the outermost `as`, also in parentheses; what is within
/// that is the user's.
///
/// # Errors
/// A type that is not named.
pub(super) fn strip(expression: Expr) -> syn::Result<Stripped> {
    match expression {
        Expr::Call(call) if is_conj(&call) => match call.args.into_iter().next() {
            Some(inner) => {
                let inner = strip(inner)?;
                Ok(Stripped { conj: !inner.conj, ..inner })
            }
            None => Ok(Stripped { expression: Expr::Verbatim(TokenStream::new()), conj: false, cast: None }),
        },
        Expr::Paren(paren) if is_reading(&paren.expr) => strip(*paren.expr),
        Expr::Group(group) if is_reading(&group.expr) || is_conjugation(&group.expr) => strip(*group.expr),
        Expr::Cast(ExprCast { expr, ty, .. }) if is_read(&expr, &ty) => {
            if let Type::Infer(_) = *ty {
                return Err(syn::Error::new_spanned(ty, UNNAMED));
            }
            let (expression, conj) = strip_conj(*expr);
            Ok(Stripped { expression, conj, cast: Some(*ty) })
        }
        expression => Ok(Stripped { expression, conj: false, cast: None }),
    }
}

/// `x as f64`, if an operand is read as another type, without what is around that.
pub(super) fn text(operand: &Operand) -> Option<String> {
    let ty = operand.cast.as_ref()?;
    let [expression, ty] = [operand.expression.to_token_stream(), ty.to_token_stream()].map(source::text);
    Some(format!("{expression} as {ty}"))
}

fn strip_conj(expression: Expr) -> (Expr, bool) {
    match expression {
        Expr::Call(mut call) if is_conj(&call) => match call.args.pop() {
            Some(inner) => {
                let (expression, conj) = strip_conj(inner);
                (expression, !conj)
            }
            None => (Expr::Call(call), false),
        },
        expression => (expression, false),
    }
}

fn is_conj(call: &ExprCall) -> bool {
    match &*call.func {
        Expr::Path(path) => path.path.is_ident("conj") && call.args.len() == 1,
        _ => false,
    }
}

/// Whether this is `conj(..)`, perhaps in groups of fragments of macros.
fn is_conjugation(expression: &Expr) -> bool {
    match expression {
        Expr::Group(group) => is_conjugation(&group.expr),
        Expr::Call(call) => is_conj(call),
        _ => false,
    }
}

/// Whether there is an `as` within parentheses that says what an operand is read as.
fn is_reading(expression: &Expr) -> bool {
    matches!(within(expression), Expr::Cast(cast) if is_read(&cast.expr, &cast.ty))
}

/// Whether `as` says what an operand is read as. It does not where it says what type a literal has, nor before a reference or a
/// pointer, which are Rust's.
fn is_read(expression: &Expr, ty: &Type) -> bool {
    !is_literal(expression) && matches!(ty, Type::Path(_) | Type::Infer(_) | Type::Group(_) | Type::Macro(_))
}

fn is_literal(expression: &Expr) -> bool {
    match expression {
        Expr::Lit(literal) => !matches!(literal.lit, Lit::Str(_)),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Neg(_)) && is_literal(&unary.expr),
        Expr::Paren(paren) => is_literal(&paren.expr),
        Expr::Group(group) => is_literal(&group.expr),
        _ => false,
    }
}

/// `A` to `Z`, which labels seldom are; then `X26`, and so on.
pub(super) fn name(number: usize) -> String {
    let letter = u8::try_from(number).ok().and_then(|number| ('A'..='Z').nth(number.into()));
    letter.map_or_else(|| format!("X{number}"), String::from)
}
