//! The bodies of functions that are formulas.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::context::Context;
use crate::emit::{
    derivative::Derivative,
    formula::{function::FormulaBodies, used},
    names, output, site,
};

impl Context<'_> {
    /// The function itself, or one of its module.
    pub(super) fn formula_body(&self, formula: &FormulaBodies<'_>, derivative: Option<Derivative>) -> TokenStream {
        let (views, result) = match derivative {
            Some(derivative) => self.ends(derivative),
            None => (TokenStream::new(), output::computed(&self.einsum.output, &names::variable("result"))),
        };
        let result = formula.result(result, derivative);
        let Some(work) = formula.work(derivative) else {
            return quote_spanned! { Span::mixed_site()=> loop {} };
        };
        let (runtime, element) = (self.runtime, self.element());
        let (constant, given, checks) =
            (formula.constant(), formula.given(&self.function.extents), formula.checks(derivative));
        let operands = (0..self.einsum.operands.len()).map(|number| self.operand(number));
        let named = used([&work]);
        let is_asked = |number: &usize| derivative.is_some() || named.contains(&names::shape(*number).to_string());
        let shapes = (0..self.einsum.operands.len()).filter(is_asked);
        let shapes = shapes.map(|number| site::shape(self.einsum, number));
        quote_spanned! { Span::mixed_site()=>
            use #runtime::__private as runtime;
            #constant
            let known_ = runtime::Known(runtime::PhantomData::<#element>);
            let element_ = known_.0;
            let kind_ = runtime::OfArrays;
            #given
            runtime::expected(kind_, || -> runtime::Checked<_> {
                #(#operands)*
                #checks
                #(#shapes)*
                #views
                #work
                runtime::Ok(runtime::computed(kind_, #result))
            })
        }
    }
}
