//! The text of a literal -> [`Subscripts`] whose mistakes are blamed on the literal.
//!
//! `rewritten.rs` has the einsum in index notation, where labels of several characters belong.

pub(super) mod rewritten;

use einsum_middle::subscripts::{self as text, Letters};
use syn::LitStr;

use crate::{
    ast::{Label, Mark, Subscript, Subscripts},
    error::Errors,
    few::List,
};

/// Parses the subscripts of a literal. With mistakes, the subscripts are what could be read all the same. If their labels are
/// words, `rewritten` says what to write instead.
pub(super) fn parse(literal: &LitStr, rewritten: impl FnOnce(&Subscripts) -> String) -> (Subscripts, Errors) {
    let (written, span) = (literal.value(), literal.span());
    let of_literal = |read: &text::Subscripts| Subscripts {
        text: written.clone(),
        span: (span, span),
        inputs: read.inputs.mapped(subscript),
        order: read.order.clone(),
        output: read.output.as_ref().map(subscript),
    };
    let (read, mistakes) = text::parse(&written, Letters::LabelsOrWords, |read| {
        format!("longer labels are for index notation: `{}`", rewritten(&of_literal(read)))
    });
    let mut errors = Errors::default();
    for mistake in mistakes {
        errors.push((span, span), mistake.message(&written));
    }
    (of_literal(&read), errors)
}

fn subscript(read: &text::Subscript) -> Subscript {
    let label = |label: &text::Label| Label { name: label.name.clone(), mark: Mark::Text(label.place.clone()) };
    Subscript { labels: read.labels.mapped(label), mark: Mark::Text(read.place.clone()) }
}
