//! The choices that the extents decide, before the steps:
//!
//! ```text
//! let choice_0_ = choose_in(kind_, &[&[], &[], &[], &[Alternative { parts: [0, 1], coefficient: 2.0, labels: &[0, 1, 2] }], ..],
//!     &[extent_i_, extent_j_, extent_k_, extent_l_]);
//! if Chosen::taken(&choice_0_, 3, 0) { .. }
//! ```

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote_spanned;

use super::names;
use crate::{
    emit::tokens::concatenated,
    ir::{Choice, ContractionTree, Einsum, Guard, Label},
};

/// Chooses an order for each group of operands of which the extents decide.
pub(super) fn choices(einsum: &Einsum, tree: &ContractionTree) -> TokenStream {
    let labels = einsum.labels();
    let extents = labels.iter().map(names::extent);
    let extents = quote_spanned! { Span::mixed_site()=> &[#(#extents),*] };
    let choices = tree.choices.iter().enumerate().map(|(choice, subsets)| {
        let (variable, subsets) = (names::choice(choice), alternatives(subsets));
        quote_spanned! { Span::mixed_site()=> let #variable = runtime::choose_in(kind_, #subsets, #extents); }
    });
    concatenated(choices)
}

/// Whether a guarded step is taken.
pub(super) fn taken(Guard { choice, subset, alternative }: Guard) -> TokenStream {
    let (choice, subset, alternative) = (names::choice(choice), names::number(subset), names::number(alternative));
    quote_spanned! { Span::mixed_site()=> runtime::Chosen::taken(&#choice, #subset, #alternative) }
}

/// The ways to compute subsets of operands: `&[&[], &[], &[Alternative { .. }]]`.
pub(super) fn alternatives(choice: &Choice) -> TokenStream {
    let subsets = choice.subsets.iter().map(|alternatives| {
        let alternatives = alternatives.iter().map(|alternative| {
            let parts = alternative.parts.map(names::number);
            let coefficient = Literal::f64_unsuffixed(alternative.coefficient);
            let labels = numbers(&alternative.labels);
            quote_spanned! { Span::mixed_site()=>
                runtime::Alternative { parts: [#(#parts),*], coefficient: #coefficient, labels: #labels }
            }
        });
        quote_spanned! { Span::mixed_site()=> &[#(#alternatives),*] }
    });
    quote_spanned! { Span::mixed_site()=> &[#(#subsets),*] }
}

/// The numbers of labels: `&[0, 2]`.
pub(super) fn numbers(labels: &[Label]) -> TokenStream {
    let numbers = labels.iter().map(names::label);
    quote_spanned! { Span::mixed_site()=> &[#(#numbers),*] }
}

/// The limit on intermediates, of what the user gives.
pub(super) fn limit(tree: &ContractionTree, given: &TokenStream) -> Option<TokenStream> {
    tree.limit.as_ref().map(|limit| {
        let mut kind = names::local(if limit.is_exact { "exact" } else { "estimated" });
        kind.set_span(Span::mixed_site());
        quote_spanned! { Span::mixed_site()=> let limit_ = runtime::Limit::#kind(#given); }
    })
}
