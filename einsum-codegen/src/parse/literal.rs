//! `"ij,jk->ik"`: the literal, and what stands in its place.

use proc_macro2::{Delimiter, TokenTree};
use quote::ToTokens;
use syn::{BinOp, Expr, ExprBinary, Lit, LitStr, Token, parse::ParseStream, spanned::Spanned};

use super::source;

/// The subscripts, also where a `macro_rules!` has passed them through `$s:literal`.
pub(super) fn parse_literal(input: ParseStream<'_>) -> syn::Result<LitStr> {
    let what = "the subscripts must be a string literal, such as \"ij,jk->ik\": they are compiled here";
    let Ok(expression) = input.fork().parse::<Expr>() else { return Err(input.error(what)) };
    input.parse::<Expr>()?;
    let mut inner = &expression;
    while let Expr::Group(group) = inner {
        inner = &group.expr;
    }
    match inner {
        Expr::Lit(syn::ExprLit { lit: Lit::Str(literal), .. }) if literal.suffix().is_empty() => Ok(literal.clone()),
        _ => Err(unassigned(&expression, input)
            .or_else(|| misplaced(&expression, input))
            .unwrap_or_else(|| syn::Error::new_spanned(&expression, what))),
    }
}

/// Says that index notation has `=` between its sides, of `[i] -> x[i]`, `x[i] -> [i]` and `[i] == x[i]`.
fn unassigned(first: &Expr, rest: ParseStream<'_>) -> Option<syn::Error> {
    let has_bracket = |side: &Expr| matches!(side, Expr::Array(_) | Expr::Index(_));
    let (place, sign) = match first {
        Expr::Binary(ExprBinary { left, op: op @ BinOp::Eq(_), .. }) if has_bracket(left) => (op.span(), "=="),
        _ if has_bracket(first) && rest.peek(Token![->]) => (rest.span(), "->"),
        _ => return None,
    };
    let help = "write the labels of the result before `=`, as in `[i] = x[i, j]`";
    Some(syn::Error::new(place, format!("`{sign}` between the sides of index notation, which `=` joins\nhelp: {help}")))
}

/// Says that the subscripts come first, if they come after what was read: a literal, or, as numpy takes them, a list of
/// numbers after every operand.
fn misplaced(first: &Expr, rest: ParseStream<'_>) -> Option<syn::Error> {
    let tokens: Vec<TokenTree> = rest.cursor().token_stream().into_iter().collect();
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let items: Vec<&[TokenTree]> = tokens.split(is_comma).filter(|item| !item.is_empty()).collect();
    let string = items.iter().find(|item| is_string(item));
    let is_part = |item: &[TokenTree]| if string.is_some() { is_string(item) } else { letters(item).is_some() };
    let place = items.iter().find(|item| is_part(item))?[0].span();
    let literal = string.map_or_else(|| subscripts(&items), |literal| text(literal));
    let others = items.iter().filter(|item| !is_part(item)).map(|item| text(item));
    let written: Vec<String> = [literal, source::text(first.to_token_stream())].into_iter().chain(others).collect();
    let what = "the subscripts come first, in one literal";
    Some(syn::Error::new(place, format!("{what}\nhelp: write `{}`", written.join(", "))))
}

/// `"ij,jk->ik"`, of `[0, 1], b, [1, 2], [0, 2]`: a list that follows another is that of the output.
fn subscripts(items: &[&[TokenTree]]) -> String {
    let mut written = String::new();
    let mut is_after_list = false;
    for list in items.iter().map(|item| letters(item)) {
        if let Some(list) = &list {
            written.push_str(if is_after_list {
                "->"
            } else if written.is_empty() {
                ""
            } else {
                ","
            });
            written.push_str(list);
        }
        is_after_list = list.is_some();
    }
    format!("\"{written}\"")
}

/// `[0, 1]` as letters, from `i` on.
fn letters(item: &[TokenTree]) -> Option<String> {
    let [TokenTree::Group(group)] = item else { return None };
    let letter = |token: TokenTree| match token {
        TokenTree::Literal(number) => number.to_string().parse().ok().and_then(|number: usize| ('i'..='z').nth(number)),
        _ => None,
    };
    let items = group.stream().into_iter().filter(|token| !matches!(token, TokenTree::Punct(_)));
    (group.delimiter() == Delimiter::Bracket).then(|| items.map(letter).collect()).flatten()
}

fn is_string(item: &[TokenTree]) -> bool {
    matches!(item, [TokenTree::Literal(text)] if text.to_string().starts_with('"'))
}

fn text(tokens: &[TokenTree]) -> String {
    source::text(tokens.iter().cloned())
}
