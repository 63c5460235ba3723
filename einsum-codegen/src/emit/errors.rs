//! Mistakes -> `compile_error!`s. As expressions they are of the error type, which fits every use.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::{
    emit::tokens::concatenated,
    error::{Errors, Mistake},
};

/// All mistakes, as an expression of the error type.
pub(crate) fn expression(errors: &Errors) -> TokenStream {
    let mistakes = errors.0.iter().map(mistake);
    quote! { { #(#mistakes);* } }
}

/// All mistakes, as items.
pub(crate) fn items(mistakes: &[&Mistake]) -> TokenStream {
    concatenated(mistakes.iter().copied().map(mistake))
}

/// `compile_error!` at the place of the mistake, and without a trace of the macros around it.
fn mistake(Mistake { span: (first, last), message, .. }: &Mistake) -> TokenStream {
    let (first, last): (Span, Span) = (*first, *last);
    let mut literal = Literal::string(message);
    literal.set_span(last);
    let path = quote_spanned! { first=> ::core::compile_error! };
    let arguments = quote_spanned! { last=> { #literal } };
    quote! { #path #arguments }
}
