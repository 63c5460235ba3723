//! `2*i/sp + p - 1`: an index that is a form of labels, of which one may be sharded.

use proc_macro2::{Ident, Span, TokenTree};
use syn::LitInt;

use crate::{
    error::Errors,
    parse::{index::pieces::is_punct, source},
};

/// Whether an index is more than a label: a sum, or a multiple.
pub(super) fn is_form(item: &[TokenTree]) -> bool {
    item.iter().any(|token| ['+', '-', '*'].iter().any(|sign| is_punct(token, *sign)))
}

/// A form, as far as it could be read.
#[derive(Default)]
pub(super) struct Form<'t> {
    pub(super) labels: Vec<Ident>,
    pub(super) factors: Vec<i64>,
    pub(super) constant: i64,
    /// The numbers of labels with axes of the mesh, and `/` and the axis.
    pub(super) sharded: Vec<(usize, &'t TokenTree, &'t Ident)>,
    /// The form without axes of the mesh.
    pub(super) text: String,
    pub(super) errors: Errors,
}

/// Reads a form, of one token at least.
pub(super) fn read(item: &[TokenTree]) -> Form<'_> {
    let mut form = Form { text: text(item), ..Form::default() };
    let is_sign = |token: &TokenTree| is_punct(token, '+') || is_punct(token, '-');
    let mut start = 0;
    let mut sign = None;
    for position in (0..=item.len()).filter(|position| item.get(*position).is_none_or(is_sign)) {
        let term = &item[start..position];
        // (A sign before the first term is no mistake.)
        if position > 0 {
            form.term(term, sign.or(item.first()), sign.is_some_and(|sign| is_punct(sign, '-')));
        }
        sign = item.get(position);
        start = position + 1;
    }
    let span = (item[0].span(), item[item.len() - 1].span());
    form.rising(span);
    if form.labels.is_empty() && form.errors.0.is_empty() {
        let help = "slice the tensor before it is sharded, or sum it with a tensor that is 1 there";
        form.errors.push(span, format!("an index of a sharded einsum has a label\nhelp: {help}"));
    }
    form
}

impl<'t> Form<'t> {
    /// Adds `2`, `i`, `2*i/sp` or `i/sp*2`.
    fn term(&mut self, term: &'t [TokenTree], before: Option<&TokenTree>, is_negative: bool) {
        let (factor, label) = match term {
            [one] if number(one).is_some() => {
                let constant = number(one).map(|constant| if is_negative { -constant } else { constant });
                match constant.and_then(|constant| self.constant.checked_add(constant)) {
                    Some(sum) => self.constant = sum,
                    None => self.too_large(term),
                }
                return;
            }
            [factor, times, label @ ..] if is_punct(times, '*') => (number(factor), label),
            [label @ .., times, factor] if is_punct(times, '*') => (number(factor), label),
            label => (Some(1), label),
        };
        let (name, axis) = match label {
            [TokenTree::Ident(name)] => (Some(name), None),
            [TokenTree::Ident(name), slash, TokenTree::Ident(axis)] if is_punct(slash, '/') => {
                (Some(name), Some((slash, axis)))
            }
            _ => (None, None),
        };
        let (Some(factor), Some(name)) = (factor, name) else {
            let tokens = if term.is_empty() { before } else { term.first() };
            let first = tokens.map_or_else(Span::call_site, TokenTree::span);
            let last = term.last().map_or(first, TokenTree::span);
            return self.errors.push((first, last), format!("{NO_TERM}\nhelp: {TERMS}"));
        };
        let factor = if is_negative { -factor } else { factor };
        let position = self.labels.iter().position(|label| label == name).unwrap_or_else(|| {
            self.labels.push(name.clone());
            self.factors.push(0);
            self.labels.len() - 1
        });
        self.sharded.extend(axis.map(|(slash, axis)| (position, slash, axis)));
        match self.factors[position].checked_add(factor) {
            Some(sum) => self.factors[position] = sum,
            None => self.too_large(term),
        }
    }

    fn too_large(&mut self, term: &[TokenTree]) {
        if let [first, ..] = term {
            let span = (first.span(), term[term.len() - 1].span());
            self.errors.push(span, format!("a number that is too large for an index\nhelp: {LARGEST}"));
        }
    }

    /// A window begins where the first of its indices reads: labels rise.
    fn rising(&mut self, span: (Span, Span)) {
        for (label, factor) in self.labels.iter().zip(&self.factors).filter(|(_, factor)| **factor < 1) {
            let (what, help) = if *factor == 0 {
                (format!("`{label}` is multiplied by 0"), "leave it out".to_owned())
            } else {
                let what = format!("`{label}` is subtracted in an index of a sharded einsum");
                (what, format!("write `+ {label}`, and reverse the axis of `{label}` of the other operand"))
            };
            self.errors.push(span, format!("{what}\nhelp: {help}"));
        }
    }
}

const NO_TERM: &str = "no term of an index of a sharded einsum";
const LARGEST: &str = "no number of a form, and no sum of them, is greater than that of an `i64`";
const TERMS: &str = "an index is a label, or a sum of labels and literals, with literals as factors: `2*i/sp + p - 1`";

/// A literal.
fn number(token: &TokenTree) -> Option<i64> {
    match token {
        TokenTree::Literal(literal) => syn::parse_str::<LitInt>(&literal.to_string()).ok()?.base10_parse().ok(),
        _ => None,
    }
}

/// The form without axes of the mesh.
fn text(item: &[TokenTree]) -> String {
    let mut tokens = Vec::new();
    let mut rest = item.iter();
    while let Some(token) = rest.next() {
        if is_punct(token, '/') {
            rest.next();
        } else {
            tokens.push(token.clone());
        }
    }
    source::text(tokens)
}
