//! Tokens of pieces: as text, where they are, what `syn` makes of them.

use proc_macro2::{Delimiter, Group, Span, TokenTree};
use syn::parse::{ParseStream, Parser};

use super::pieces::Piece;
use crate::parse::source;

/// Parses all tokens; if there are too few, the error is at `end`. (`syn` takes the end of a group
/// for the end of its content, and the whole macro call for the end of anything else.)
pub(in crate::parse) fn parse_all<T>(
    tokens: &[TokenTree],
    end: Span,
    mut parser: impl FnMut(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<T> {
    let mut group = Group::new(Delimiter::Parenthesis, tokens.iter().cloned().collect());
    group.set_span(end);
    let parse_group = |input: ParseStream<'_>| {
        let content;
        syn::parenthesized!(content in input);
        let value = parser(&content)?;
        if content.is_empty() { Ok(value) } else { Err(content.error("unexpected token")) }
    };
    parse_group.parse2(TokenTree::from(group).into())
}

pub(in crate::parse) fn tokens_of(pieces: &[Piece<'_>]) -> Vec<TokenTree> {
    pieces.iter().flat_map(|piece| piece.tokens).cloned().collect()
}

pub(in crate::parse) fn text_of(tokens: &[TokenTree]) -> String {
    source::text(tokens.iter().cloned())
}

pub(in crate::parse) fn bracket_text(bracket: Option<&Group>) -> String {
    bracket.map(|bracket| text_of(&[bracket.clone().into()])).unwrap_or_default()
}

pub(in crate::parse) fn span_of(tokens: &[TokenTree]) -> Option<(Span, Span)> {
    Some((tokens.first()?.span(), tokens.last()?.span()))
}

pub(in crate::parse) fn is_bracket<'a>(piece: &Piece<'a>) -> Option<&'a Group> {
    match piece.tokens {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Bracket => Some(group),
        _ => None,
    }
}
