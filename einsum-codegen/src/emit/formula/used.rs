//! Which names are in tokens: what they ask for is declared before them.

use crate::few::Set;
use proc_macro2::{TokenStream, TokenTree};

/// All names in tokens.
pub(in crate::emit) fn used<'a>(tokens: impl IntoIterator<Item = &'a TokenStream>) -> Set<String> {
    fn add(tokens: TokenStream, names: &mut Set<String>) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => _ = names.insert(ident.to_string()),
                TokenTree::Group(group) => add(group.stream(), names),
                _ => {}
            }
        }
    }
    let mut names = Set::default();
    tokens.into_iter().for_each(|tokens| add(tokens.clone(), &mut names));
    names
}
