//! Which names are in tokens: what they ask for is declared before them.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};

/// All names in tokens.
pub(in crate::emit) fn used<'a>(tokens: impl IntoIterator<Item = &'a TokenStream>) -> BTreeSet<String> {
    fn add(tokens: TokenStream, names: &mut BTreeSet<String>) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => _ = names.insert(ident.to_string()),
                TokenTree::Group(group) => add(group.stream(), names),
                _ => {}
            }
        }
    }
    let mut names = BTreeSet::new();
    tokens.into_iter().for_each(|tokens| add(tokens.clone(), &mut names));
    names
}
