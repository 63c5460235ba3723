//! Extents as types, which those of arrays of fixed size are, and where tensors lie, which follows from them:
//!
//! ```text
//! let kind_ = decided(
//!     known_.kind(&*source_0_, known_.kind(&*source_1_, numbers())),
//!     PhantomData::<(FromAxis<0, 0>, (FromAxis<0, 1>, (FromAxis<1, 1>, ())))>,
//! );
//! agree::<Label<'k'>, 1, 1, 0, _>(kind_);
//! ..
//! let result_ = SITE_.tensor(element_, kind_, ..)?;
//! ```
//!
//! All that is known of an einsum is in the type of `kind_`; of one with an `ndarray` operand that is nothing. `FromAxis<0, 1>` is the
//! label of axis 1 of operand 0, `agree::<_, 1, 1, 0, _>` compares with label 1 axis 0 of operand 1.

use proc_macro2::{Delimiter, Group, Literal, Span, TokenStream};
use quote::quote_spanned;

use super::names;
use crate::{
    few::Set,
    ir::{ContractionTree, Einsum, Kind, Label, Value},
};

/// An operand as an expansion has it: a reference to it, and where the user wrote it.
pub(super) struct Source {
    pub(super) reference: TokenStream,
    pub(super) span: (Span, Span),
}

/// Finds the kind of an einsum, and refuses operands whose types have other extents than those of the operands before. In messages
/// the label of an axis is what it is `called`.
pub(super) fn kind<'a>(
    einsum: &'a Einsum,
    sources: &[Source],
    called: impl Fn((usize, usize), &'a Label) -> &'a Label,
) -> TokenStream {
    if !einsum.typed {
        return quote_spanned! { Span::mixed_site()=> let kind_ = runtime::OfArrays; };
    }
    let numbers = quote_spanned! { Span::mixed_site()=> runtime::numbers() };
    let kind = sources.iter().rev().fold(numbers, |others, Source { reference, .. }| {
        quote_spanned! { Span::mixed_site()=> known_.kind(#reference, #others) }
    });
    let labels = einsum.labels.all();
    let from = list(labels.iter().map(|label| from(einsum, label)));
    let others = labels.iter().flat_map(|label| others(einsum, label).map(move |axis| (label, axis)));
    let others: Vec<_> = others.map(|(label, axis)| (label, called(axis, label), axis)).collect();
    let words = words(others.iter().map(|(_, called, _)| *called));
    let agree = others.iter().map(|&(label, called, axis)| agree((label, called), axis, sources[axis.0].span));
    quote_spanned! { Span::mixed_site()=>
        let kind_ = runtime::decided(#kind, runtime::PhantomData::<#from>);
        #words
        #(#agree)*
    }
}

/// The types of labels that are words.
pub(super) fn words<'a>(labels: impl Iterator<Item = &'a Label>) -> TokenStream {
    let words: Set<&Label> = labels.filter(|label| label.name().chars().count() > 1).collect();
    let words = words.into_iter().map(names::label_type);
    quote_spanned! { Span::mixed_site()=> #(enum #words {})* }
}

/// The axes that have a label: numbers of operands, and of axes of them.
pub(super) fn axes(einsum: &Einsum, label: &Label) -> impl Iterator<Item = (usize, usize)> {
    einsum.operands.iter().enumerate().flat_map(move |(operand, of)| {
        let axes = of.subscript.0.iter().enumerate().filter(move |(_, other)| *other == label);
        axes.map(move |(axis, _)| (operand, axis))
    })
}

/// The axes that have a label, but for the one that its extent is from.
fn others(einsum: &Einsum, label: &Label) -> impl Iterator<Item = (usize, usize)> {
    axes(einsum, label).skip(usize::from(einsum.known_extent(label).is_none()))
}

/// The type that says how the extent of a label is known: by a literal, or by the first axis that has the label.
fn from(einsum: &Einsum, label: &Label) -> TokenStream {
    if let Some(extent) = einsum.known_extent(label).map(Literal::u64_unsuffixed) {
        return quote_spanned! { Span::mixed_site()=> runtime::Extent<#extent> };
    }
    match axes(einsum, label).next() {
        None => quote_spanned! { Span::mixed_site()=> runtime::Open },
        Some((operand, axis)) => {
            let (operand, axis) = (names::number(operand), names::number(axis));
            quote_spanned! { Span::mixed_site()=> runtime::FromAxis<#operand, #axis> }
        }
    }
}

/// Refuses an axis that has another extent than its label, where the user wrote the operand. The label has its number, and is `called` by a name.
pub(super) fn agree(
    (label, called): (&Label, &Label),
    (operand, axis): (usize, usize),
    (first, last): (Span, Span),
) -> TokenStream {
    let mut kind = names::variable("kind");
    kind.set_span(last);
    let (name, label) = (name(called), names::label(label));
    let (operand, axis) = (names::number(operand), names::number(axis));
    let mut argument = Group::new(Delimiter::Parenthesis, quote_spanned! { last=> #kind });
    argument.set_span(last);
    let function = quote_spanned! { first=> runtime::agree::<#name, #label, #operand, #axis, _> };
    quote_spanned! { Span::mixed_site()=> #function #argument; }
}

/// The label as a type, for messages: `Label<'k'>`, or a type of the name of a word.
fn name(label: &Label) -> TokenStream {
    let mut letters = label.name().chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => quote_spanned! { Span::mixed_site()=> runtime::Label<#letter> },
        _ => {
            let name = names::label_type(label);
            quote_spanned! { Span::mixed_site()=> #name }
        }
    }
}

/// The kind of an einsum, and where a value lies that it computes.
pub(super) fn kind_of(einsum: &Einsum, tree: &ContractionTree, value: &Value) -> TokenStream {
    match value.kind {
        Kind::Gradient(number) => {
            let kind = names::kind(number);
            quote_spanned! { Span::mixed_site()=> #kind }
        }
        // Of a block, an intermediate is shorter than its labels are.
        Kind::Intermediate if einsum.typed && tree.is_sliced() => {
            quote_spanned! { Span::mixed_site()=> runtime::OfArrays }
        }
        _ => quote_spanned! { Span::mixed_site()=> kind_ },
    }
}

/// The memory that a value is computed into.
pub(super) fn memory(einsum: &Einsum, tree: &ContractionTree, value: &Value) -> TokenStream {
    let (kind, labels) = (kind_of(einsum, tree, value), numbers(einsum, &value.subscript.0));
    quote_spanned! { Span::mixed_site()=> runtime::memory(#kind, runtime::PhantomData::<#labels>) }
}

/// The memory of a tensor with these labels.
pub(super) fn memory_of_labels(einsum: &Einsum, labels: &[Label]) -> TokenStream {
    let labels = numbers(einsum, labels);
    quote_spanned! { Span::mixed_site()=> runtime::memory(kind_, runtime::PhantomData::<#labels>) }
}

/// Labels as a list of types: `(Numbered<0>, (Numbered<2>, ()))`. Where nothing is known of extents, it is left empty.
pub(super) fn numbers(einsum: &Einsum, labels: &[Label]) -> TokenStream {
    let labels = labels.iter().filter(|_| einsum.typed).map(names::label);
    list(labels.map(|label| quote_spanned! { Span::mixed_site()=> runtime::Numbered<#label> }))
}

/// A list of types.
pub(super) fn list(types: impl DoubleEndedIterator<Item = TokenStream>) -> TokenStream {
    types.rev().fold(quote_spanned! { Span::mixed_site()=> () }, |list, first| {
        quote_spanned! { Span::mixed_site()=> (#first, #list) }
    })
}
