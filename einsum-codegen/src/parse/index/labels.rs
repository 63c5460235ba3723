//! `[b, i, ..]` -> [`Subscript`].

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::{Expr, UnOp, ext::IdentExt};

use super::{
    pieces::{self, Piece, PieceKind, is_punct},
    tokens::{is_bracket, span_of, text_of},
};
use crate::{
    ast::{Label, Mark, Subscript},
    error::Errors,
    notation::ELLIPSIS,
};

/// The help in place of an index where no element could be meant.
pub(super) const LABELS: &str = "labels are identifiers, such as `i`";

/// The mistake of two ellipses in one bracket.
pub(in crate::parse) const SECOND_ELLIPSIS: &str =
    "a second ellipsis in one subscript\nhelp: one `..` stands for all other axes";

/// The labels in a bracket. What is wrong with them is noted, `element` being how to write what was
/// meant if there is an index in it.
pub(super) fn parse(bracket: &Group, element: &str, errors: &mut Errors) -> Subscript {
    let tokens = flat(bracket.stream());
    let mut labels = Vec::new();
    let items: Vec<&[TokenTree]> = tokens.split(|token| is_punct(token, ',')).collect();
    let mut end = 0;
    for (number, item) in items.iter().enumerate() {
        end += item.len();
        match tokens.get(end) {
            Some(comma) if item.is_empty() => errors.push((comma.span(), comma.span()), "a label is missing"),
            _ if item.is_empty() => {}
            _ if is_ellipsis(item) => ellipsis(item, &mut labels, errors),
            _ if item.iter().all(|token| matches!(token, TokenTree::Ident(_))) => names(item, &mut labels, errors),
            _ => {
                not_a_label(item, &instead_of(item, (items.len() == 1).then_some(element)), errors);
            }
        }
        end += usize::from(number + 1 < items.len());
    }
    Subscript { labels, mark: mark((bracket.span(), bracket.span())) }
}

/// The names of the labels in a bracket, without a word on what is wrong.
pub(super) fn names_in(bracket: &Group) -> Vec<String> {
    parse(bracket, "", &mut Errors::default()).labels.into_iter().map(|label| label.name).collect()
}

/// The labels that are outside of parentheses, other than those of `conj(..)`.
pub(super) fn known(pieces: &[Piece<'_>], output: Option<&Group>) -> Vec<String> {
    let continues = |position: usize| {
        pieces.get(position + 1).is_some_and(|next| matches!(next.kind, PieceKind::Value | PieceKind::Bracket))
    };
    let is_last = |(position, piece): &(usize, &Piece<'_>)| piece.kind == PieceKind::Bracket && !continues(*position);
    let brackets = pieces.iter().enumerate().filter(is_last).filter_map(|(_, piece)| is_bracket(piece));
    let mut names: Vec<String> = brackets.chain(output).flat_map(names_in).collect();
    for pair in pieces.windows(2) {
        if let Some(content) = pieces::conjugated(&pair[0], &pair[1]) {
            let tokens: Vec<TokenTree> = content.stream().into_iter().collect();
            names.extend(known(&pieces::read(&tokens).0, None));
        }
    }
    names
}

/// Identifiers, of which there should be one.
fn names(item: &[TokenTree], labels: &mut Vec<Label>, errors: &mut Errors) {
    for (position, token) in item.iter().enumerate() {
        let TokenTree::Ident(ident) = token else { continue };
        let span = (ident.span(), ident.span());
        if position > 0 {
            errors.push(span, "expected `,` between two labels");
        }
        if ident == "_" {
            errors.push(span, "`_` is not a label\nhelp: give every axis a name");
        } else {
            labels.push(Label { name: ident.unraw().to_string(), mark: mark(span) });
        }
    }
}

/// `..`, and the `...` of strings.
pub(in crate::parse) fn is_ellipsis(item: &[TokenTree]) -> bool {
    matches!(item.len(), 2 | 3) && item.iter().all(|token| is_punct(token, '.'))
}

fn ellipsis(item: &[TokenTree], labels: &mut Vec<Label>, errors: &mut Errors) {
    let Some(span) = span_of(item) else { return };
    if labels.iter().any(|label| label.name == ELLIPSIS) {
        errors.push(span, SECOND_ELLIPSIS);
    } else {
        labels.push(Label { name: ELLIPSIS.to_owned(), mark: mark(span) });
    }
}

/// The help in place of an index, `element` being how to write a single element, if that may be meant.
fn instead_of(item: &[TokenTree], element: Option<&str>) -> String {
    let has_name = item.iter().any(|token| matches!(token, TokenTree::Ident(_)));
    let is_operator = |token: &TokenTree| ['+', '-', '*', '/', '%'].iter().any(|operator| is_punct(token, *operator));
    let has_operator = item.iter().any(is_operator);
    let select = match item {
        [colon] if is_punct(colon, ':') => "every axis has a label, or `..` stands for all others",
        _ if has_name && has_operator => {
            "an axis has one label: shift or stride the operand with `slice` before its bracket, and add up several \
             shifts with `+=` in a loop"
        }
        _ if element.is_some() => "",
        _ => "labels are identifiers: select a part of the operand before its bracket, for instance with `index_axis`",
    };
    match element {
        None => select.to_owned(),
        Some(element) if select.is_empty() => element.to_owned(),
        Some(element) if !element.starts_with("write") => select.to_owned(),
        Some(element) => format!("{select}; or {element}"),
    }
}

fn not_a_label(item: &[TokenTree], help: &str, errors: &mut Errors) {
    if let Some(span) = span_of(item) {
        errors.push(span, format!("`{}` is not a label\nhelp: {help}", text_of(item)));
    }
}

/// The tokens without the invisible groups in which a `macro_rules!` passes on what it was given. An expression with operators, as `a + b` of
/// `$x:expr`, is in parentheses instead: it is one value, whatever is around it.
pub(in crate::parse) fn flat(tokens: TokenStream) -> Vec<TokenTree> {
    let tokens = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            if has_operators(&group) {
                vec![TokenTree::Group(in_parentheses(&group))]
            } else {
                flat(group.stream())
            }
        }
        token => vec![token],
    });
    tokens.flatten().collect()
}

/// Whether an operator in this group might bind less than one beside it.
fn has_operators(group: &Group) -> bool {
    let is_number = |value: &Expr| matches!(value, Expr::Lit(_));
    let Ok(expression) = syn::parse2(group.stream()) else { return false };
    match expression {
        Expr::Unary(negated) => !matches!(negated.op, UnOp::Neg(_)) || !is_number(&negated.expr),
        expression => matches!(
            expression,
            Expr::Binary(_)
                | Expr::Cast(_)
                | Expr::Reference(_)
                | Expr::Range(_)
                | Expr::Closure(_)
                | Expr::If(_)
                | Expr::Match(_)
        ),
    }
}

fn in_parentheses(group: &Group) -> Group {
    let mut parentheses = Group::new(Delimiter::Parenthesis, group.stream());
    parentheses.set_span(group.span());
    parentheses
}

pub(super) fn mark((first, last): (Span, Span)) -> Mark {
    Mark::Tokens(first, last)
}
