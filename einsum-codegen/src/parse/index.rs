//! Index notation -> [`ast`](crate::ast): `[b, i, j] = x[b, i, k] * w[j, k, l]`.
//!
//! The grammar, after what is before `;` has been cut into [`pieces`]:
//!
//! ```text
//! invocation = target ("=" | "+=" | "-=") product {"," name "=" expression} [";" extents]
//! target     = [postfix expression] "[" labels "]"
//! product    = factor {"*" factor}
//! factor     = {"-"} (postfix expression ["[" labels "]"] | "conj" "(" product ")" | "(" product ")")
//! labels     = {(identifier | ".." | "...") ","}
//! ```
//!
//! Parentheses hold a product if a bracket within them cannot be Rust or has a label that is known
//! from elsewhere. All other parentheses are part of an expression.

mod beyond;
mod equation;
pub(super) mod function;
mod labels;
mod pieces;
mod product;

use proc_macro2::{Delimiter, Group as TokenGroup, Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};

use self::{
    equation::Equation,
    pieces::{Kind, Piece},
    product::Product,
};
use super::{arguments, source};
use crate::{
    ast::{Arguments, Beta, Extent, Invocation, Subscripts},
    error::Errors,
};

/// Whether this is meant to be index notation, and not a string and operands.
pub(super) fn is_index_notation(input: ParseStream<'_>) -> bool {
    let tokens: Vec<TokenTree> = input.cursor().token_stream().into_iter().collect();
    if tokens.first().is_none_or(is_literal) {
        return false;
    }
    let (notation, _) = split_extents(&tokens);
    let (pieces, _) = pieces::read(notation);
    let brackets: Vec<&TokenGroup> = brackets(&pieces).collect();
    let is_assigned = pieces.iter().any(|piece| piece.kind == Kind::Assign);
    let has_comma = |bracket: &&TokenGroup| bracket.stream().into_iter().any(|token| pieces::is_punct(&token, ','));
    is_assigned && !brackets.is_empty() || brackets.iter().any(has_comma) || is_let(&tokens[0])
}

/// Parses what comes after the runtime's path and is index notation.
///
/// # Errors
/// All mistakes.
pub(super) fn invocation(runtime: TokenStream, input: TokenStream) -> Result<Invocation, Errors> {
    let tokens: Vec<TokenTree> = input.into_iter().collect();
    let (notation, extents) = split_extents(&tokens);
    let (pieces, named) = pieces::read(notation);
    let equation = Equation::split(&pieces).map_err(|mut errors| {
        if let Some((span, message)) = equation::misplaced_target(notation) {
            errors = Errors::default();
            errors.push(span, message);
        }
        errors
    })?;
    let (output, product, order, out) = equation.read();
    let Product { inputs, operands, signs, mut errors, .. } = product;
    let has_out = out.is_some();
    let mut arguments = Arguments { out, ..Arguments::default() };
    let is_label =
        |name: &str| inputs.iter().chain([&output]).flat_map(|input| &input.labels).any(|label| label.name == *name);
    equation.arguments(named.unwrap_or_default(), &is_label, &mut arguments, &mut errors);
    arguments.negated = (signs.len() + usize::from(equation.operator() == "-=")) % 2 == 1;
    if arguments.beta.is_none() && equation.operator() != "=" && has_out {
        arguments.beta = Some(Beta::One);
    }
    let extents = parse_extents(extents, &mut errors);
    let written = tokens_of(&pieces);
    let span = span_of(&written).unwrap_or_else(|| (Span::call_site(), Span::call_site()));
    let subscripts = Subscripts { text: text_of(&written), span, inputs, order, output: Some(output) };
    errors.propagate(Invocation { runtime, subscripts, operands, arguments, extents, has_alpha: false })
}

/// What to write in place of an index where no element could be meant.
const LABELS: &str = "labels are identifiers, such as `i`";

/// The labels that are outside of parentheses, other than those of `conj(..)`.
fn known(pieces: &[Piece<'_>], output: Option<&TokenGroup>) -> Vec<String> {
    let continues =
        |position: usize| pieces.get(position + 1).is_some_and(|next| matches!(next.kind, Kind::Value | Kind::Bracket));
    let is_last = |(position, piece): &(usize, &Piece<'_>)| piece.kind == Kind::Bracket && !continues(*position);
    let brackets = pieces.iter().enumerate().filter(is_last).filter_map(|(_, piece)| is_bracket(piece));
    let mut names: Vec<String> = brackets.chain(output).flat_map(labels::known).collect();
    for pair in pieces.windows(2) {
        if let Some(content) = pieces::conjugated(&pair[0], &pair[1]) {
            let tokens: Vec<TokenTree> = content.stream().into_iter().collect();
            names.extend(known(&pieces::read(&tokens).0, None));
        }
    }
    names
}

/// The brackets that may hold labels.
fn brackets<'p>(pieces: &'p [Piece<'_>]) -> impl Iterator<Item = &'p TokenGroup> {
    let is_labels = |(position, piece): &(usize, &Piece<'_>)| piece.kind == Kind::Bracket || *position == 0;
    pieces.iter().enumerate().filter(is_labels).filter_map(|(_, piece)| is_bracket(piece))
}

fn is_bracket<'a>(piece: &Piece<'a>) -> Option<&'a TokenGroup> {
    match piece.tokens {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Bracket => Some(group),
        _ => None,
    }
}

fn is_let(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == "let")
}

/// Whether the first token is a literal, also where a `macro_rules!` has passed it through `$s:literal`.
fn is_literal(token: &TokenTree) -> bool {
    match token {
        TokenTree::Literal(_) => true,
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            group.stream().into_iter().next().is_some_and(|first| is_literal(&first))
        }
        _ => false,
    }
}

/// What is before the semicolon, and from there on.
fn split_extents(tokens: &[TokenTree]) -> (&[TokenTree], &[TokenTree]) {
    let position = tokens.iter().position(|token| pieces::is_punct(token, ';')).unwrap_or(tokens.len());
    tokens.split_at(position)
}

fn parse_extents(tokens: &[TokenTree], errors: &mut Errors) -> Vec<Extent> {
    let Some((semicolon, rest)) = tokens.split_first() else { return Vec::new() };
    let end = rest.last().unwrap_or(semicolon).span();
    let mut mistakes = Errors::default();
    let parsed = parse_all(rest, end, |input| arguments::parse_extents(input, &mut mistakes));
    errors.0.extend(mistakes.0);
    match parsed {
        Ok(extents) => extents,
        Err(error) => {
            errors.0.extend(Errors::from(error).0);
            Vec::new()
        }
    }
}

/// Parses all tokens; if there are too few, the error is at `end`. (`syn` takes the end of a group
/// for the end of its content, and the whole macro call for the end of anything else.)
fn parse_all<T>(
    tokens: &[TokenTree],
    end: Span,
    mut parser: impl FnMut(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<T> {
    let mut group = TokenGroup::new(Delimiter::Parenthesis, tokens.iter().cloned().collect());
    group.set_span(end);
    let parse_group = |input: ParseStream<'_>| {
        let content;
        syn::parenthesized!(content in input);
        let value = parser(&content)?;
        if content.is_empty() { Ok(value) } else { Err(content.error("unexpected token")) }
    };
    parse_group.parse2(TokenTree::from(group).into())
}

fn tokens_of(pieces: &[Piece<'_>]) -> Vec<TokenTree> {
    pieces.iter().flat_map(|piece| piece.tokens).cloned().collect()
}

fn text_of(tokens: &[TokenTree]) -> String {
    source::text(tokens.iter().cloned())
}

fn bracket_text(bracket: Option<&TokenGroup>) -> String {
    bracket.map(|bracket| text_of(&[bracket.clone().into()])).unwrap_or_default()
}

fn span_of(tokens: &[TokenTree]) -> Option<(Span, Span)> {
    Some((tokens.first()?.span(), tokens.last()?.span()))
}
