//! Mistakes -> `compile_error!`s, and in their company something that type-checks, so that nothing
//! else is reported.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::{
    ast::Function,
    error::{Errors, Mistake},
};

/// All mistakes, as an expression of the error type.
pub(crate) fn expression(errors: &Errors) -> TokenStream {
    let mistakes = errors.0.iter().map(mistake);
    quote! { { #(#mistakes);* } }
}

/// All mistakes, as items.
pub(crate) fn items(errors: &Errors) -> TokenStream {
    errors.0.iter().map(mistake).collect()
}

/// All mistakes, and the function and its module, with types that fit every use.
pub(crate) fn function(function: &Function, errors: &Errors) -> TokenStream {
    let Function { visibility, name, parameters, .. } = function;
    let Some((first, others)) = errors.0.split_first() else { return TokenStream::new() };
    let first = mistake(first);
    let others = others.iter().map(mistake);
    let given: TokenStream = parameters.iter().map(|_| quote! { _: Mistake, }).collect();
    let of_module = parameters.iter().map(|_| quote! { _: #name::Mistake });
    let one = parameters.iter().map(|parameter| quote::format_ident!("backward_{}", parameter));
    quote! {
        #(#others)*
        #visibility fn #name(#(#of_module),*) -> #name::Mistake { loop {} }
        #visibility mod #name {
            pub type Mistake = #first;
            #(pub fn #one(#given _: Mistake) -> Mistake { loop {} })*
            pub fn backward(#given _: Mistake) -> Mistake { loop {} }
        }
    }
}

/// `compile_error!` at the place of the mistake, and without a trace of the macros around it.
fn mistake(Mistake { span: (first, last), message }: &Mistake) -> TokenStream {
    let (first, last): (Span, Span) = (*first, *last);
    let mut literal = Literal::string(message);
    literal.set_span(last);
    let path = quote_spanned! { first=> ::core::compile_error! };
    let arguments = quote_spanned! { last=> { #literal } };
    quote! { #path #arguments }
}
