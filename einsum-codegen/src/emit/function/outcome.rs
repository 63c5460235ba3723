//! A function panics with what is wrong with its operands, or returns it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::context::Context;
use crate::{
    ast::Form,
    emit::{derivative::Derivative, names},
};

impl Context<'_> {
    /// The type that is returned, of a value of this type.
    pub(super) fn outcome(&self, value: &TokenStream) -> TokenStream {
        let runtime = self.runtime;
        if self.returns_errors() {
            quote_spanned! { Span::mixed_site()=> #runtime::__private::Result<#value, #runtime::EinsumError> }
        } else {
            value.clone()
        }
    }

    /// How the body is called: it panics with its error, or returns it.
    pub(super) fn called(&self) -> Ident {
        names::local(if self.returns_errors() { "checked" } else { "expected" })
    }

    /// `#[must_use]`, unless that is so of the type that is returned.
    pub(super) fn must_use(&self) -> TokenStream {
        if self.returns_errors() {
            TokenStream::new()
        } else {
            quote_spanned! { Span::mixed_site()=> #[must_use] }
        }
    }

    /// Whether the module of the gradients has a function. A front end that returns errors calls those alone that give cotangents.
    pub(super) fn is_called(&self, derivative: Derivative) -> bool {
        !self.returns_errors() || !matches!(derivative, Derivative::BackwardAdd | Derivative::Jvp)
    }

    pub(super) fn returns_errors(&self) -> bool {
        self.function.form == Form::Result
    }
}
