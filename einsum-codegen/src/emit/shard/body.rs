//! An expression of operands that are in variables.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Expr;

use super::{emitted::Emitted, steps::EmittedSteps};
use crate::ast::Form;

impl Emitted<'_> {
    /// A value, a value and its pullback, or a `Result` of either.
    pub(super) fn body(&self, given: &[Expr], form: Form) -> TokenStream {
        let private = self.private();
        let (site, before) = (self.site(), self.before(given, form));
        let value = if form.is_pullback() { self.pullback() } else { self.value() };
        let computed = quote_spanned! { Span::mixed_site()=>
            || { #before #private::Ok::<_, #private::Error>(#value) }
        };
        let outcome = if form == Form::Result {
            quote_spanned!(Span::mixed_site()=> #private::computed(#computed))
        } else {
            quote_spanned!(Span::mixed_site()=> #private::expected(&SITE_, #computed))
        };
        quote_spanned! { Span::mixed_site()=> { #site #outcome } }
    }

    /// The value: the result, as it lies.
    fn value(&self) -> TokenStream {
        let steps = EmittedSteps { emitted: *self, form: Form::Value }.all();
        let result = self.result();
        quote_spanned!(Span::mixed_site()=> { #steps #result })
    }
}
