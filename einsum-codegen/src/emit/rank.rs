//! Ranks: static ones, as far as `ndarray` has them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::names;
use crate::{ir::Subscript, notation::STATIC_AXES};

/// The dimension type of a freshly computed tensor, in the runtime's private module.
pub(super) fn dimension(subscript: &Subscript) -> Ident {
    match subscript.rank() {
        rank if rank <= STATIC_AXES => names::local(&format!("Ix{rank}")),
        _ => names::local("IxDyn"),
    }
}

/// The dimension type, as an expansion names it: `runtime::Ix3`.
pub(super) fn of(subscript: &Subscript) -> TokenStream {
    let dimension = dimension(subscript);
    quote_spanned! { Span::mixed_site()=> runtime::#dimension }
}
