//! Tokens of many parts.

use proc_macro2::TokenStream;

/// Parts, one after the other. (To collect tokens is a thousand lines of code for each iterator: here it is one, of a list.)
pub(crate) fn concatenated(parts: impl Iterator<Item = TokenStream>) -> TokenStream {
    let mut all = Vec::new();
    for part in parts {
        all.push(part);
    }
    all.into_iter().collect()
}
