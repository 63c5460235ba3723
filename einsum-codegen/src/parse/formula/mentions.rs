//! Tells tokens of formulas, which name labels, results of `let` or functions of formulas, from Rust.

use proc_macro2::{Delimiter, Group, TokenTree};
use syn::{Expr, ext::IdentExt};

use super::{form, names, reader::Reader};
use crate::parse::index::{
    labels::{flat, is_ellipsis},
    pieces::{self, Piece, PieceKind, is_punct},
    tokens::is_bracket,
};

impl Reader {
    /// Whether a label is among the tokens.
    pub(super) fn mentions_label(&self, tokens: &[TokenTree]) -> bool {
        any(tokens, &|name, _| self.is_label(name))
    }

    /// Whether the tokens are a formula, and not Rust.
    pub(super) fn is_formula(&self, tokens: &[TokenTree]) -> bool {
        let is_named = |name: &str, next: Option<&TokenTree>| {
            let is_called = is_group(next, Delimiter::Parenthesis);
            self.is_label(name)
                || self.lets.iter().any(|local| local == name)
                || is_called && names::is_of_formulas(name)
                || is_group(next, Delimiter::Bracket) && names::reduction(name).is_some()
        };
        any(tokens, &is_named) || has_labels(tokens)
    }

    /// Whether the tokens are an affine form, of names and integers.
    pub(super) fn is_form(&self, tokens: &[TokenTree]) -> bool {
        let (pieces, comma) = pieces::read(tokens);
        let is_part = |piece: &Piece<'_>| match (piece.kind, piece.tokens) {
            (PieceKind::Beginning, [TokenTree::Ident(_)]) | (PieceKind::Times, _) => true,
            (PieceKind::Beginning, [TokenTree::Literal(number)]) => form::integer(number).is_some(),
            (PieceKind::Beginning, [TokenTree::Group(group)]) if group.delimiter() == Delimiter::Parenthesis => {
                let tokens = flat(group.stream());
                !self.mentions_label(&tokens) || self.is_form(&tokens)
            }
            (PieceKind::Operator, [operator]) => is_punct(operator, '+') || is_punct(operator, '-'),
            (PieceKind::Prefix, [operator]) => is_punct(operator, '-'),
            _ => false,
        };
        comma.is_none() && !pieces.is_empty() && pieces.iter().all(is_part)
    }
}

/// Whether there is such a name, which no dot and no path stands before.
fn any(tokens: &[TokenTree], is_one: &dyn Fn(&str, Option<&TokenTree>) -> bool) -> bool {
    tokens.iter().enumerate().any(|(position, token)| match token {
        TokenTree::Group(group) => any(&flat(group.stream()), is_one),
        TokenTree::Ident(name) => {
            let is_part = position > 0
                && matches!(&tokens[position - 1], TokenTree::Punct(punct) if matches!(punct.as_char(), '.' | ':'));
            !is_part && is_one(&name.unraw().to_string(), tokens.get(position + 1))
        }
        _ => false,
    })
}

fn is_group(token: Option<&TokenTree>, delimiter: Delimiter) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == delimiter)
}

/// Whether there is a bracket after a value that cannot be Rust's.
fn has_labels(tokens: &[TokenTree]) -> bool {
    let (pieces, rest) = pieces::read(tokens);
    let is_labels = |piece: &Piece<'_>| {
        let is_index = |bracket: &Group| syn::parse2::<Expr>(bracket.stream()).is_ok();
        piece.kind == PieceKind::Bracket && is_bracket(piece).is_some_and(|bracket| !is_index(bracket))
    };
    let is_within = |token: &TokenTree| matches!(token, TokenTree::Group(group) if has_labels(&flat(group.stream())));
    has_ellipsis(&pieces)
        || pieces.iter().any(is_labels)
        || tokens.iter().any(is_within)
        || rest.is_some_and(|rest| has_labels(&rest[1..]))
}

/// Whether there is `x[..]`, which Rust has only behind a reference, `&x[..]`, or with something after it: by itself it has no size.
fn has_ellipsis(pieces: &[Piece<'_>]) -> bool {
    let mut is_borrowed = false;
    pieces.iter().enumerate().any(|(position, piece)| match piece.kind {
        PieceKind::Beginning => {
            let before = position.checked_sub(1).map(|before| &pieces[before]);
            is_borrowed = before.is_some_and(|before| {
                before.kind == PieceKind::Prefix && before.tokens.iter().any(|token| is_punct(token, '&'))
            });
            false
        }
        PieceKind::Bracket => {
            let next = pieces.get(position + 1).map(|next| next.kind);
            let is_last = !matches!(next, Some(PieceKind::Value | PieceKind::Bracket | PieceKind::Cast));
            let is_all = |bracket: &Group| is_ellipsis(&flat(bracket.stream()));
            !is_borrowed && is_last && is_bracket(piece).is_some_and(is_all)
        }
        _ => false,
    })
}

/// The labels of a right side, each once, after those that are known from its target. In parentheses that may be Rust, a bracket
/// holds labels if one of them is known from elsewhere, or if it cannot be Rust.
pub(super) fn labels(tokens: &[TokenTree], known: &[String]) -> Vec<String> {
    let mut reader = Reader { labels: known.to_vec(), ..Reader::default() };
    loop {
        let before = reader.labels.len();
        reader.collect(tokens);
        if reader.labels.len() == before {
            return reader.labels;
        }
    }
}

impl Reader {
    /// Adds labels that are not known yet.
    fn collect(&mut self, tokens: &[TokenTree]) {
        let mut rest = Some(tokens);
        while let Some(tokens) = rest {
            let (pieces, after) = pieces::read(tokens);
            for (position, piece) in pieces.iter().enumerate() {
                let [TokenTree::Group(group)] = piece.tokens else { continue };
                let content = flat(group.stream());
                let next = pieces.get(position + 1);
                let next = next.filter(|next| matches!(next.kind, PieceKind::Value | PieceKind::Bracket));
                let is_reduction = next.is_some_and(|next| is_group(next.tokens.first(), Delimiter::Parenthesis));
                match group.delimiter() {
                    Delimiter::Bracket if piece.kind == PieceKind::Bracket && (next.is_none() || is_reduction) => {
                        for name in in_bracket(&content) {
                            self.learn(name);
                        }
                    }
                    Delimiter::Parenthesis | Delimiter::None
                        if is_called(&pieces[..position]) || self.is_formula(&content) =>
                    {
                        self.collect(&content);
                    }
                    _ => {}
                }
            }
            rest = after.map(|rest| &rest[1..]);
        }
    }

    fn learn(&mut self, name: String) {
        if !self.is_label(&name) {
            self.labels.push(name);
        }
    }
}

/// Whether what stands before parentheses is a function of formulas or a reduction.
fn is_called(before: &[Piece<'_>]) -> bool {
    let name = |piece: &Piece<'_>| match (piece.kind, piece.tokens) {
        (PieceKind::Beginning, [TokenTree::Ident(name)]) => Some(name.to_string()),
        _ => None,
    };
    match before {
        [.., called, bracket] if bracket.kind == PieceKind::Bracket => {
            name(called).is_some_and(|name| names::reduction(&name).is_some())
        }
        [.., called] => name(called).is_some_and(|name| names::is_of_formulas(&name) || name == "conj"),
        [] => false,
    }
}

/// The names in a bracket of indices, which are labels unless something follows that makes them a tensor or a path.
pub(super) fn in_bracket(tokens: &[TokenTree]) -> Vec<String> {
    let mut names = Vec::new();
    for (position, token) in tokens.iter().enumerate() {
        let next = tokens.get(position + 1);
        match token {
            TokenTree::Ident(name) => {
                let is_part = position > 0
                    && matches!(&tokens[position - 1], TokenTree::Punct(punct) if matches!(punct.as_char(), '.' | ':'));
                let continues = matches!(next, Some(TokenTree::Group(_)))
                    || matches!(next, Some(TokenTree::Punct(punct)) if matches!(punct.as_char(), '.' | ':' | '!'));
                if !is_part && !continues && name != "_" {
                    names.push(name.unraw().to_string());
                }
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                names.extend(in_bracket(&flat(group.stream())));
            }
            _ => {}
        }
    }
    names
}

/// Whether a right side asks for more than a product: sums, quotients, comparisons, functions of elements, reductions, forms.
pub(in crate::parse) fn asks_for_more(tokens: &[TokenTree], labels: &[String]) -> bool {
    let (pieces, _) = pieces::read(tokens);
    let mentions = |group: &Group| {
        let reader = Reader { labels: labels.to_vec(), ..Reader::default() };
        reader.is_formula(&flat(group.stream()))
    };
    let is_form = |bracket: &Group| {
        let tokens = flat(bracket.stream());
        let is_operator = |token: &TokenTree| ['+', '-', '*'].iter().any(|operator| is_punct(token, *operator));
        tokens.iter().any(is_operator) || tokens.iter().any(is_integer) || labels_of_gather(&tokens)
    };
    let is_last = |position: usize| {
        pieces.get(position + 1).is_none_or(|next| !matches!(next.kind, PieceKind::Value | PieceKind::Bracket))
    };
    pieces.iter().enumerate().any(|(position, piece)| match (piece.kind, piece.tokens) {
        (PieceKind::Operator, operator) => {
            let text = super::text_of(operator);
            matches!(text.as_str(), "+" | "-" | "/" | "<" | ">" | "==" | "!=" | "<=" | ">=" | "&&" | "||")
        }
        (PieceKind::Bracket, [TokenTree::Group(group)]) => is_form(group) && is_last(position),
        (PieceKind::Value, [TokenTree::Group(group)]) if group.delimiter() == Delimiter::Parenthesis => {
            position > 0 && mentions(group) && !is_list(&flat(group.stream()))
        }
        (PieceKind::Beginning, [TokenTree::Group(group)]) if group.delimiter() == Delimiter::Parenthesis => {
            asks_for_more(&flat(group.stream()), labels) && mentions(group)
        }
        _ => false,
    })
}

/// Whether there is a reduction, `sum[i](..)`, anywhere.
pub(super) fn reduces(tokens: &[TokenTree]) -> bool {
    let is_reduction = |tokens: &[TokenTree]| {
        matches!(&tokens[0], TokenTree::Ident(name) if names::reduction(&name.to_string()).is_some())
            && is_group(tokens.get(1), Delimiter::Bracket)
            && is_group(tokens.get(2), Delimiter::Parenthesis)
    };
    let is_within = |token: &TokenTree| matches!(token, TokenTree::Group(group) if reduces(&flat(group.stream())));
    tokens.windows(3).any(is_reduction) || tokens.iter().any(is_within)
}

/// Whether these are names and commas.
fn is_list(tokens: &[TokenTree]) -> bool {
    tokens.iter().all(|token| matches!(token, TokenTree::Ident(_)) || is_punct(token, ','))
}

fn is_integer(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Literal(number) if form::integer(number).is_some())
}

/// Whether there is `t[l]` among indices.
fn labels_of_gather(tokens: &[TokenTree]) -> bool {
    tokens.windows(2).any(|pair| matches!(pair[0], TokenTree::Ident(_)) && is_group(pair.get(1), Delimiter::Bracket))
}
