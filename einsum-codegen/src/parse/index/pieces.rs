//! Tokens -> [`Piece`]s: which brackets hold labels, and which operators stand between factors.
//!
//! Whether `*` is a product and `[..]` an index depends on the token before: it ends a value, or it
//! does not. Nothing else of Rust's grammar is needed here, and `syn` reads what is between.

use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};

/// A token, or tokens that belong together.
#[derive(Clone, Copy)]
pub(in crate::parse) struct Piece<'a> {
    pub(in crate::parse) kind: PieceKind,
    pub(in crate::parse) tokens: &'a [TokenTree],
}

/// The part that a piece has in the expression around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parse) enum PieceKind {
    /// The first piece of a value: `x`, `0.5`, `(a + b)`.
    Beginning,
    /// Tokens that continue a value: `.w`, `(0)`, `?`.
    Value,
    /// A group that may hold labels: a bracket after a value, if it is not a macro's.
    Bracket,
    /// An operator before a value: `-`, `*`, `&mut`.
    Prefix,
    /// `*` after a value.
    Times,
    /// `=`, `+=` and other operators that assign.
    Assign,
    /// `as`, and the type after it.
    Cast,
    /// Any other operator.
    Operator,
    /// Tokens that cannot be read one by one, such as a closure, and all that follows.
    Rest,
}

/// The pieces up to the first comma, and what is after that.
pub(in crate::parse) fn read(tokens: &[TokenTree]) -> (Vec<Piece<'_>>, Option<&[TokenTree]>) {
    let mut pieces = Vec::new();
    let mut before = Before::Nothing;
    let mut position = 0;
    while position < tokens.len() {
        if is_punct(&tokens[position], ',') {
            return (pieces, Some(&tokens[position..]));
        }
        let (kind, length, after) = next(tokens, position, before);
        pieces.push(Piece { kind, tokens: &tokens[position..position + length] });
        position += length;
        before = after;
    }
    (pieces, None)
}

/// The kind of token that stands before another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// The beginning, or an operator.
    Nothing,
    /// A value.
    Value,
    /// `.` or `::`, which the token belongs to.
    Joint,
}

const LONG_OPERATORS: [&str; 25] = [
    "<<=", ">>=", "...", "..=", "::", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "+=", "-=", "*=", "/=", "%=",
    "^=", "&=", "|=", "<<", ">>", "..", "<-",
];
const ASSIGNMENTS: [&str; 11] = ["=", "+=", "-=", "*=", "/=", "%=", "^=", "&=", "|=", "<<=", ">>="];
const BINARY: [&str; 21] = [
    "+", "-", "/", "%", "^", "&", "|", "<", ">", "==", "!=", "<=", ">=", "&&", "||", "<<", ">>", "..", "..=", "...",
    "<-",
];
/// The words that an expression begins with that reaches as far to the right as it can, or that is none.
const KEYWORDS: [&str; 14] = [
    "if", "match", "while", "for", "return", "break", "continue", "yield", "let", "move", "static", "become", "else",
    "in",
];

/// The kind and the length of the next piece, and what it is for the one after it.
fn next(tokens: &[TokenTree], position: usize, before: Before) -> (PieceKind, usize, Before) {
    let rest = &tokens[position..];
    let value = if before == Before::Joint { PieceKind::Value } else { PieceKind::Beginning };
    match &tokens[position] {
        TokenTree::Ident(ident) if before == Before::Value && ident == "as" => {
            (PieceKind::Cast, 1 + path(&rest[1..]), Before::Value)
        }
        TokenTree::Ident(ident) if before != Before::Joint => word(ident, rest.len()),
        TokenTree::Ident(_) | TokenTree::Literal(_) => (value, 1, Before::Value),
        TokenTree::Group(group) => {
            let kind = match (group.delimiter(), before) {
                (Delimiter::Bracket, Before::Value) => PieceKind::Bracket,
                (Delimiter::Parenthesis | Delimiter::Brace, Before::Value) => PieceKind::Value,
                _ => value,
            };
            (kind, 1, Before::Value)
        }
        TokenTree::Punct(_) => {
            let is_named = position > 0 && matches!(tokens[position - 1], TokenTree::Ident(_));
            punctuation(rest, before, is_named)
        }
    }
}

fn word(ident: &Ident, rest: usize) -> (PieceKind, usize, Before) {
    if KEYWORDS.iter().any(|keyword| ident == keyword) {
        (PieceKind::Rest, rest, Before::Nothing)
    } else {
        (PieceKind::Beginning, 1, Before::Value)
    }
}

fn punctuation(rest: &[TokenTree], before: Before, is_named: bool) -> (PieceKind, usize, Before) {
    let operator = operator(rest);
    let length = operator.len();
    let value = if before == Before::Nothing { PieceKind::Beginning } else { PieceKind::Value };
    match (operator.as_str(), before) {
        ("." | "::", _) => (value, length, Before::Joint),
        ("?", Before::Value) => (PieceKind::Value, length, Before::Value),
        ("!", Before::Value) if is_named && matches!(rest.get(1), Some(TokenTree::Group(_))) => {
            (PieceKind::Value, 2, Before::Value)
        }
        (open, Before::Nothing | Before::Joint) if open.starts_with('<') => (value, generics(rest), Before::Value),
        ("-" | "*" | "&" | "&&" | "!", Before::Nothing) => {
            let is_mut =
                operator.starts_with('&') && matches!(rest.get(length), Some(TokenTree::Ident(i)) if i == "mut");
            (PieceKind::Prefix, length + usize::from(is_mut), Before::Nothing)
        }
        ("|" | "||", Before::Nothing) => (PieceKind::Rest, rest.len(), Before::Nothing),
        ("*", _) => (PieceKind::Times, length, Before::Nothing),
        (other, _) if ASSIGNMENTS.contains(&other) => (PieceKind::Assign, length, Before::Nothing),
        (other, _) if BINARY.contains(&other) => (PieceKind::Operator, length, Before::Nothing),
        _ => (PieceKind::Rest, rest.len(), Before::Nothing),
    }
}

/// The longest operator at the beginning of the tokens.
fn operator(tokens: &[TokenTree]) -> String {
    let mut text = String::new();
    for token in tokens.iter().take(3) {
        let TokenTree::Punct(punct) = token else { break };
        text.push(punct.as_char());
        if punct.spacing() == Spacing::Alone {
            break;
        }
    }
    let is_first = |long: &&&str| text.starts_with(**long);
    let length = LONG_OPERATORS.iter().find(is_first).map_or(1, |long| long.len());
    text.truncate(length);
    text
}

/// How many tokens the path of a type has.
fn path(tokens: &[TokenTree]) -> usize {
    let mut length = 0;
    while let Some(TokenTree::Ident(_)) = tokens.get(length) {
        length += 1;
        if operator(&tokens[length..]) == "::" && matches!(tokens.get(length + 2), Some(TokenTree::Ident(_))) {
            length += 2;
        } else if tokens.get(length).is_some_and(|token| is_punct(token, '<')) && is_type(&tokens[..length]) {
            return length + generics(&tokens[length..]);
        } else {
            break;
        }
    }
    length
}

/// Whether a path is written as types are, and not as numbers: `Complex`, and not `f32`.
fn is_type(path: &[TokenTree]) -> bool {
    matches!(path.last(), Some(TokenTree::Ident(name)) if name.to_string().starts_with(char::is_uppercase))
}

/// How many tokens there are up to the `>` that closes the first `<`, between which commas and
/// operators separate nothing.
fn generics(tokens: &[TokenTree]) -> usize {
    let mut depth = 0_usize;
    let mut is_arrow = false;
    for (position, token) in tokens.iter().enumerate() {
        if is_punct(token, '<') {
            depth += 1;
        } else if is_punct(token, '>') && !is_arrow {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return position + 1;
            }
        }
        is_arrow = matches!(token, TokenTree::Punct(punct)
            if matches!(punct.as_char(), '-' | '=') && punct.spacing() == Spacing::Joint);
    }
    tokens.len()
}

pub(in crate::parse) fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

/// The group within `conj(..)`.
pub(in crate::parse) fn conjugated<'a>(name: &Piece<'a>, arguments: &Piece<'a>) -> Option<&'a Group> {
    let is_conj =
        matches!((name.kind, name.tokens), (PieceKind::Beginning, [TokenTree::Ident(ident)]) if ident == "conj");
    parenthesized(arguments).filter(|group| is_conj && is_one(&group.stream()))
}

/// Whether there is one argument.
fn is_one(arguments: &TokenStream) -> bool {
    let tokens: Vec<TokenTree> = arguments.clone().into_iter().collect();
    let (pieces, comma) = read(&tokens);
    !pieces.is_empty() && comma.is_none_or(|rest| rest.len() == 1)
}

pub(in crate::parse) fn parenthesized<'a>(piece: &Piece<'a>) -> Option<&'a Group> {
    match piece.tokens {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => Some(group),
        _ => None,
    }
}
