//! Warnings: uses of a constant that is deprecated, which is the one way that a macro has to make one.
//!
//! ```text
//! { #[deprecated(note = "label `innner` is ..")] const SIMILAR_LABEL: () = (); SIMILAR_LABEL }
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use crate::error::{Errors, Mistake};

/// An expression, after the warnings about it.
pub(crate) fn expression(warnings: &Errors, expression: TokenStream) -> TokenStream {
    if warnings.0.is_empty() {
        return expression;
    }
    let warnings = warnings.0.iter().map(warning);
    quote_spanned! { Span::mixed_site()=> { #(#warnings;)* #expression } }
}

/// All warnings, as items.
pub(crate) fn items(warnings: &Errors) -> TokenStream {
    let warnings = warnings.0.iter().map(warning);
    quote_spanned! { Span::mixed_site()=> #(const _: () = #warnings;)* }
}

/// A block that uses the constant at the place of the warning.
fn warning(Mistake { span: (first, _), message, .. }: &Mistake) -> TokenStream {
    let name = Ident::new("SIMILAR_LABEL", Span::mixed_site().located_at(*first));
    quote_spanned! { Span::mixed_site()=> {
        #[deprecated(note = #message)]
        const #name: () = ();
        #name
    } }
}
