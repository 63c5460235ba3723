//! The bodies of functions that are formulas.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::context::{Content, Context};
use crate::emit::{
    derivative::Derivative,
    formula::{ellipsis, function::FormulaBodies, used},
    names, output, rank,
};

impl Context<'_> {
    /// A result as the user gets it.
    pub(super) fn computed(&self, tensor: &Ident) -> TokenStream {
        let Content::Formula(formula) = self.content else { return output::computed(&self.einsum.output, tensor) };
        let stored = if formula.gives_indices() {
            quote_spanned! { Span::mixed_site()=> #tensor }
        } else {
            quote_spanned! { Span::mixed_site()=> #tensor.store(element_) }
        };
        if self.einsum.output.rank() == 0 {
            return quote_spanned! { Span::mixed_site()=> #stored.into_scalar() };
        }
        if let Some(finished) = ellipsis::finished(self.einsum, &stored) {
            return finished;
        }
        let dimension = rank::of(&self.einsum.output);
        quote_spanned! { Span::mixed_site()=> #stored.into_array::<#dimension>() }
    }

    /// The function itself, or one of its module.
    pub(super) fn formula_body(&self, formula: &FormulaBodies<'_>, derivative: Option<Derivative>) -> TokenStream {
        let (views, result) = match derivative {
            Some(derivative) => self.ends(derivative),
            None => (TokenStream::new(), self.computed(&names::variable("result"))),
        };
        let Some(work) = formula.work(derivative) else {
            return quote_spanned! { Span::mixed_site()=> loop {} };
        };
        let (runtime, element) = (self.runtime, self.element());
        let (constant, given, checks) =
            (formula.constant(), formula.given(&self.function.extents), formula.checks(derivative));
        let operands = (0..self.einsum.operands.len()).map(|number| self.operand(number));
        let (kind, literals) = (self.kind(), formula.literals(derivative));
        let named = used([&work]);
        let is_asked = |number: &usize| derivative.is_some() || named.contains(&names::shape(*number).to_string());
        let shapes = (0..self.einsum.operands.len()).filter(is_asked);
        let shapes = shapes.map(|number| {
            let (shape, view) = (names::shape(number), names::operand(number));
            let of_array = ellipsis::shape(self.einsum, number);
            quote_spanned! { Span::mixed_site()=> let #shape = #view.extents(); #of_array }
        });
        let common = ellipsis::common(self.einsum, formula.broadcasts());
        let straight = (0..self.einsum.operands.len()).map(|number| self.straight(number));
        let called = self.called();
        quote_spanned! { Span::mixed_site()=>
            use #runtime::__private as runtime;
            #constant
            let known_ = runtime::Known(runtime::PhantomData::<#element>);
            let element_ = known_.0;
            #literals
            #kind
            #given
            runtime::#called(kind_, || -> runtime::Checked<_> {
                #(#operands)*
                #common
                #(#straight)*
                #checks
                #(#shapes)*
                #views
                #work
                runtime::Ok(runtime::computed(kind_, #result))
            })
        }
    }

    /// Makes one axis of the ellipsis of an operand of a formula, and converts it, if it is of another type.
    fn straight(&self, number: usize) -> TokenStream {
        let straight = ellipsis::straight(self.einsum, number);
        let direct = straight.is_some() && !self.is_indices(number);
        let direct = direct.then(|| self.direct(number, &names::operand(number), &names::direct(number)));
        let direct = direct.flatten();
        quote_spanned! { Span::mixed_site()=> #straight #direct }
    }
}
