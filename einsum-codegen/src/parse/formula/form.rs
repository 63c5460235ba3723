//! `[2*i + p - 1, t[l]]`: the indices along the axes of a tensor.

use proc_macro2::{Group, Literal, Span, TokenTree};
use syn::{Expr, ext::IdentExt};

use super::reader::Reader;
use crate::{
    ast::{
        Label, Mark,
        formula::{Axis, Form, Index},
    },
    ir::formula::Amount,
    notation::FUSED,
    parse::index::{
        labels::{SECOND_ELLIPSIS, flat, is_ellipsis},
        pieces::{self, Piece, PieceKind, is_punct, parenthesized},
        tokens::{is_bracket, span_of, text_of, tokens_of},
    },
};

impl Reader {
    /// The indices in a bracket.
    pub(super) fn axes(&mut self, bracket: &Group) -> Vec<Axis> {
        let tokens = flat(bracket.stream());
        let items: Vec<&[TokenTree]> = tokens.split(|token| is_punct(token, ',')).collect();
        let mut end = 0;
        let mut axes = Vec::new();
        for item in items {
            end += item.len();
            match (span_of(item), tokens.get(end)) {
                (Some(span), _) if is_ellipsis(item) && axes.iter().any(is_of_ellipsis) => {
                    self.errors.push(span, SECOND_ELLIPSIS);
                }
                (Some(span), _) => {
                    axes.extend(self.index(item).map(|index| Axis { index, span, text: text_of(item) }));
                }
                (None, Some(comma)) => self.errors.push((comma.span(), comma.span()), "an index is missing"),
                (None, None) => {}
            }
            end += 1;
        }
        axes
    }

    fn index(&mut self, tokens: &[TokenTree]) -> Option<Index> {
        let span = span_of(tokens)?;
        if is_ellipsis(tokens) {
            let label = Label { name: FUSED.to_owned(), mark: Mark::Tokens(span.0, span.1) };
            return Some(Index::Form(of_label(label)));
        }
        let (pieces, _) = pieces::read(tokens);
        let is_gather = pieces.last().is_some_and(|last| last.kind == PieceKind::Bracket);
        let is_one = pieces.iter().enumerate().all(|(position, piece)| match piece.kind {
            PieceKind::Beginning => position == 0,
            PieceKind::Value | PieceKind::Bracket => true,
            _ => false,
        });
        if is_gather && is_one {
            return self.access(&pieces, true).map(Index::Gather);
        }
        if pieces.iter().any(|piece| piece.kind == PieceKind::Bracket) {
            let help = "an index that is read from a tensor stands alone, as in `x[t[l], j]`: add to the elements of `t` before";
            self.errors.push(span, format!("`{}` is more than an element of a tensor\nhelp: {help}", text_of(tokens)));
            return None;
        }
        self.form(tokens).map(Index::Form)
    }

    /// An affine form of labels.
    pub(super) fn form(&mut self, tokens: &[TokenTree]) -> Option<Form> {
        let (pieces, comma) = pieces::read(tokens);
        if let Some(comma) = comma.and_then(|rest| rest.first()) {
            self.errors.push((comma.span(), comma.span()), "unexpected `,`");
            return None;
        }
        self.sum(&pieces, span_of(tokens)?)
    }

    fn sum(&mut self, pieces: &[Piece<'_>], before: (Span, Span)) -> Option<Form> {
        let split = pieces.iter().rposition(|piece| piece.kind == PieceKind::Operator);
        let Some(position) = split else { return self.product(pieces, before) };
        let (left, right) = (&pieces[..position], &pieces[position + 1..]);
        let operator = pieces[position].tokens;
        let span = span_of(operator)?;
        match text_of(operator).as_str() {
            "+" => Some(added(self.sum(left, span)?, self.product(right, span)?)),
            "-" => Some(added(self.sum(left, span)?, negated(self.product(right, span)?))),
            text => {
                self.not_a_sum(&tokens_of(pieces), text);
                None
            }
        }
    }

    fn product(&mut self, pieces: &[Piece<'_>], before: (Span, Span)) -> Option<Form> {
        let split = pieces.iter().rposition(|piece| piece.kind == PieceKind::Times);
        let Some(position) = split else { return self.factor(pieces, before) };
        let span = span_of(pieces[position].tokens)?;
        let (left, right) = (self.product(&pieces[..position], span)?, self.factor(&pieces[position + 1..], span)?);
        let tokens = tokens_of(pieces);
        if !left.terms.is_empty() && !right.terms.is_empty() {
            self.not_affine(&tokens, "a product of labels in an index");
            return None;
        }
        let (factor, form) = if left.terms.is_empty() { (left.constant, right) } else { (right.constant, left) };
        let product = multiplied(&factor, &form);
        if product.is_none() {
            let help = "multiply them in Rust, within one pair of parentheses, as in `(a * b)`";
            let what = format!("`{}` multiplies two expressions", text_of(&tokens));
            self.errors.push(span_of(&tokens)?, format!("{what}\nhelp: {help}"));
        }
        product
    }

    fn factor(&mut self, pieces: &[Piece<'_>], before: (Span, Span)) -> Option<Form> {
        let Some(first) = pieces.first() else {
            self.errors.push(before, "an index is missing beside this");
            return None;
        };
        if first.kind == PieceKind::Prefix && first.tokens.iter().all(|token| is_punct(token, '-')) {
            return self.factor(&pieces[1..], span_of(first.tokens)?).map(negated);
        }
        if let ([only], Some(group)) = (pieces, parenthesized(first)) {
            let tokens: Vec<TokenTree> = flat(group.stream());
            if tokens.is_empty() {
                self.unreadable_factor(pieces);
                return None;
            }
            return if self.mentions_label(&tokens) { self.form(&tokens) } else { self.rust(only) };
        }
        match pieces {
            [Piece { tokens: [TokenTree::Ident(name)], .. }] if name != "_" => Some(self.named(name)),
            [Piece { tokens: [TokenTree::Literal(number)], .. }] => {
                let value = integer(number).and_then(|number| number.base10_parse().ok());
                if value.is_none() {
                    self.errors
                        .push((number.span(), number.span()), format!("`{number}` is no integer\nhelp: {AFFINE}"));
                }
                Some(Form { terms: Vec::new(), constant: Amount { known: value?, given: Vec::new() } })
            }
            _ => {
                self.unreadable_factor(pieces);
                None
            }
        }
    }

    /// A label; or a number of the user's, where there are no other labels.
    fn named(&mut self, name: &syn::Ident) -> Form {
        let label = name.unraw().to_string();
        if self.names_are_given && !self.is_label(&label) {
            let number = self.given(syn::parse_quote!(#name));
            return Form { terms: Vec::new(), constant: Amount { known: 0, given: vec![(1, number)] } };
        }
        let label = Label { name: label, mark: Mark::Tokens(name.span(), name.span()) };
        of_label(label)
    }

    /// `(n)`: an expression of the user's.
    fn rust(&mut self, piece: &Piece<'_>) -> Option<Form> {
        let expression = match self.expression_of(piece.tokens)? {
            Expr::Paren(inner) => *inner.expr,
            other => other,
        };
        let number = match &expression {
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) => number.base10_parse().ok(),
            _ => None,
        };
        let constant = match number {
            Some(known) => Amount { known, given: Vec::new() },
            None => Amount { known: 0, given: vec![(1, self.given(expression))] },
        };
        Some(Form { terms: Vec::new(), constant })
    }

    /// `j / 2`, `j % 2` or `1..j`, which are no sums of labels.
    fn not_a_sum(&mut self, tokens: &[TokenTree], operator: &str) {
        let Some(span) = span_of(tokens) else { return };
        let text = text_of(tokens);
        let help = match operator {
            "/" => "write `[2*j + p] = x[j]; p = 2` for two of each, or read it from an array of indices, `x[t[j]]`"
                .to_owned(),
            ".." | "..=" => RANGE.to_owned(),
            "%" => "write `wrap(x)[j]`, which goes around, or read it from an array of indices, `x[t[j]]`".to_owned(),
            _ => AFFINE.to_owned(),
        };
        self.errors.push(span, format!("`{operator}` in an index: `{text}`\nhelp: {help}"));
    }

    fn not_affine(&mut self, tokens: &[TokenTree], what: &str) {
        if let Some(span) = span_of(tokens) {
            self.errors.push(span, format!("{what}: `{}`\nhelp: {AFFINE}", text_of(tokens)));
        }
    }

    fn unreadable_factor(&mut self, pieces: &[Piece<'_>]) {
        let tokens = tokens_of(pieces);
        let (Some(span), text) = (span_of(&tokens), text_of(&tokens)) else { return };
        let is_place = pieces.iter().all(|piece| matches!(piece.kind, PieceKind::Beginning | PieceKind::Value))
            && pieces.iter().filter(|piece| piece.kind == PieceKind::Beginning).count() == 1
            && pieces.iter().all(|piece| is_bracket(piece).is_none());
        let help = match text.as_str() {
            ":" => "every axis has an index, and a label along all of it".to_owned(),
            _ if text.contains(':') && !text.contains("::") => RANGE.to_owned(),
            "_" => "give every axis a label".to_owned(),
            _ if is_place && pieces.len() > 1 => format!("write `({text})` for a number of type `usize`"),
            _ => AFFINE.to_owned(),
        };
        self.errors.push(span, format!("`{text}` is no index\nhelp: {help}"));
    }
}

/// An integer as an index can be written: `0x3`, `1_000`, `3usize`.
pub(super) fn integer(literal: &Literal) -> Option<syn::LitInt> {
    let written = syn::parse_str::<syn::LitInt>(&literal.to_string()).ok();
    written.filter(|number| ["", "usize"].contains(&number.suffix()))
}

const AFFINE: &str =
    "an index is a sum of labels, each times an integer, and integers; `(n)` is one from Rust, of type `usize`";

const RANGE: &str =
    "a label is all of an axis; a part of it is `x[i + 1]`, or a slice of the array, `x.slice(s![1..4])[i]`";

fn of_label(label: Label) -> Form {
    Form { terms: vec![(Amount { known: 1, given: Vec::new() }, label)], constant: Amount::default() }
}

/// Whether an index is the ellipsis.
fn is_of_ellipsis(axis: &Axis) -> bool {
    matches!(&axis.index, Index::Form(form) if form.terms.iter().any(|(_, label)| label.name == FUSED))
}

fn added(left: Form, right: Form) -> Form {
    let terms = left.terms.into_iter().chain(right.terms).collect();
    Form { terms, constant: left.constant.plus(&right.constant) }
}

fn negated(form: Form) -> Form {
    let terms = form.terms.into_iter().map(|(factor, label)| (factor.times(-1), label)).collect();
    Form { terms, constant: form.constant.times(-1) }
}

/// The form, multiplied, if only one of both has expressions of the user's.
fn multiplied(factor: &Amount, form: &Form) -> Option<Form> {
    let terms = form.terms.iter().map(|(amount, label)| Some((factor.multiplied(amount)?, label.clone())));
    Some(Form { terms: terms.collect::<Option<_>>()?, constant: factor.multiplied(&form.constant)? })
}
