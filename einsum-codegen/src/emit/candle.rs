//! Einsums of candle's tensors: a function of arrays that returns its errors, and a type that tells candle how it is called.
//!
//! ```text
//! fn einsum_<T, D0, D1>((x0_, x1_): (&ArrayRef<T, D0>, &ArrayRef<T, D1>)) -> Result<Array<T, Ix2>, EinsumError> { .. }
//! mod einsum_ { .. }
//! struct Program_ { numbers_: [usize; 0] }
//! impl Program for Program_ {
//!     const SITE: Site = Site::new("ij,jk->ik", &[Operand { text: "x", .. }, ..]);
//!     fn value<T: Float>(&self, operands_: &Operands<'_, T>) -> Outcome<ArrayD<T>> { Ok(array(einsum_((operands_.array(0), ..))?)) }
//!     fn backward<T: Float>(..) -> Outcome<Vec<ArrayD<T>>> { .. }
//!     fn backward_one<T: Float>(..) -> Outcome<ArrayD<T>> { .. }
//!     fn double_backward<T: Float>(..) -> Outcome<Vec<ArrayD<T>>> { .. }
//! }
//! ```

mod program;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::{Expr, ext::IdentExt};

pub(crate) use self::program::{Program, Read};
use super::{errors, names};
use crate::{
    ast::{Function, Operand},
    error::Errors,
    few::numbered,
};

/// The path of the crate whose functions are of arrays.
pub(crate) fn arrays(runtime: &TokenStream) -> TokenStream {
    quote_spanned!(Span::mixed_site()=> #runtime::__private::einsum)
}

/// Emits an expression, with the items of the function that it calls.
pub(crate) fn expression(
    program: &Program<'_>,
    items: &TokenStream,
    operands: &[Operand],
    numbers: &[Expr],
) -> TokenStream {
    let private = program.private();
    let sources: Vec<Ident> = numbered(operands.len(), names::source);
    let expressions = operands.iter().map(|operand| {
        let (expression, span) = (&operand.expression, operand.span);
        // What is wrong with an operand is told where it is written.
        let borrowed = quote_spanned!(span.0=> &(#expression));
        quote_spanned!(Span::mixed_site().located_at(span.0)=> #private::operand(#borrowed))
    });
    let given: Vec<Ident> = numbered(numbers.len(), names::given_number);
    let implementation = program.items();
    quote_spanned! { Span::mixed_site()=>
        match (#(#expressions,)* #(#private::number(#numbers),)*) {
            (#(#sources,)* #(#given,)*) => {
                #items
                #implementation
                #private::compute(Program_ { numbers_: [#(#given),*] }, &[#(#sources),*])
            }
        }
    }
}

/// Emits a function of tensors, with the items of the function that it calls.
pub(crate) fn function(program: &Program<'_>, items: &TokenStream, function: &Function) -> TokenStream {
    let private = program.private();
    let implementation = program.items();
    let sources = function.parameters.iter().map(|parameter| &parameter.name);
    let numbers: Vec<&Ident> = function.sizes().collect();
    let body = quote_spanned! { Span::mixed_site()=>
        #items
        #implementation
        #private::compute(Program_ { numbers_: [#(#numbers),*] }, &[#(#private::operand(&#sources)),*])
    };
    signature(program, function, &body)
}

/// Emits the signature of a function with mistakes, and these.
pub(crate) fn outline(program: &Program<'_>, function: &Function, mistakes: &Errors) -> TokenStream {
    let mistakes = errors::items(&mistakes.0.iter().collect::<Vec<_>>());
    let names = function.parameters.iter().map(|parameter| &parameter.name);
    let numbers: Vec<&Ident> = function.sizes().collect();
    let body = quote_spanned! { Span::mixed_site()=> let _ = (#(#names,)* #(#numbers,)*); loop {} };
    let function = signature(program, function, &body);
    quote_spanned! { Span::mixed_site()=> #mistakes #function }
}

fn signature(program: &Program<'_>, function: &Function, body: &TokenStream) -> TokenStream {
    let private = program.private();
    let Function { attributes, visibility, name, .. } = function;
    let runtime = program.runtime;
    let parameters = function.parameters.iter().zip(&program.operands).map(|(parameter, read)| {
        let name = &parameter.name;
        if read.is_number {
            quote_spanned!(Span::mixed_site()=> #name: impl #runtime::Operand)
        } else {
            quote_spanned!(Span::mixed_site()=> #name: &#private::Tensor)
        }
    });
    let numbers: Vec<&Ident> = function.sizes().collect();
    let about = format!(
        "The einsum\n\n```text\n{}\n```\n\n# Errors\nIf the operands of `{}` do not fit it, or are not on the CPU.",
        program.text,
        name.unraw()
    );
    quote_spanned! { Span::mixed_site()=>
        #(#attributes)*
        #[doc = #about]
        #visibility fn #name(#(#parameters,)* #(#numbers: #private::usize,)*) -> #private::Result<#private::Tensor> { #body }
    }
}
