//! The expansion of `explain!`: a value that holds the text.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

/// The text as a value of the runtime's.
pub(crate) fn emit(runtime: &TokenStream, text: &str) -> TokenStream {
    quote_spanned! { Span::mixed_site()=> #runtime::__private::explanation(#text) }
}
