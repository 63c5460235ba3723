//! What `explain!` becomes: a value that holds the text.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::Explanation;
use crate::{emit, parse, plan::search::Options};

/// Expands `explain!`.
#[must_use]
pub fn expand(input: TokenStream) -> TokenStream {
    let runtime = parse::runtime(input.clone());
    match runtime.and_then(|runtime| Ok((runtime, Explanation::parse(input, &Options::default())?))) {
        Ok((runtime, explanation)) => {
            let text = explanation.to_string();
            quote_spanned! { Span::mixed_site()=> #runtime::__private::explanation(#text) }
        }
        Err(errors) => emit::errors::expression(&errors),
    }
}
