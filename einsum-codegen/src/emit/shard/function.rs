//! `einsum_mpi_fn!`: a function, and the module of its gradients.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Expr;

use super::{
    emitted::Emitted,
    steps::{self, EmittedSteps},
};
use crate::{
    ast::{Form, Function},
    emit::names,
    few::{List, numbered},
    ir::shard::{Local, ShardedStep},
};

/// Emits a function.
pub(crate) fn emit(function: &Function, emitted: Emitted<'_>) -> TokenStream {
    let private = emitted.private();
    let Function { attributes, visibility, name, .. } = function;
    let parameters = emitted.parameters(function);
    let result = emitted.tensor(emitted.einsum.output.rank());
    let given = extents(function);
    let (sources, body) = (bound(function), emitted.body(&given, Form::Value));
    let text = documentation(emitted.text, "The sharded einsum");
    let inner = emitted.module(function, &given);
    quote_spanned! { Span::mixed_site()=>
        #(#attributes)*
        #[doc = #text]
        #[must_use]
        #[track_caller]
        #visibility fn #name<T: #private::Word>(#parameters) -> #result { #sources #body }
        #inner
    }
}

impl Emitted<'_> {
    fn module(&self, function: &Function, given: &[Expr]) -> TokenStream {
        let private = self.private();
        let Function { visibility, name, .. } = function;
        let parameters = self.parameters(function);
        let result = self.tensor(self.einsum.output.rank());
        let cotangent = Ident::new(&self.einsum.cotangent_name(), Span::call_site());
        let gradients = self.program.values[..self.program.operands].mapped(|value| self.tensor(value.axes().len()));
        let text = documentation(self.text, "The cotangents of the operands of");
        let backward = self.backward_body(function, given, &cotangent);
        let about = format!(" Gradients of [`{name}`](fn@{name}).");
        quote_spanned! { Span::mixed_site()=>
            #[doc = #about]
            #visibility mod #name {
                #[doc = #text]
                #[must_use]
                #[track_caller]
                pub fn backward<T: #private::Word + #private::Differentiable>(
                    #parameters #cotangent: &#result,
                ) -> (#(#gradients,)*) { #backward }
            }
        }
    }

    /// `x: &Sharded<Array<T, Ix2>>,` for every operand, and `l: usize,` for extents that are parameters.
    fn parameters(&self, function: &Function) -> TokenStream {
        let private = self.private();
        let operands = function.parameters.iter().zip(&self.program.values).map(|(parameter, value)| {
            let (name, tensor) = (&parameter.name, self.tensor(value.axes().len()));
            quote_spanned!(Span::mixed_site()=> #name: &#tensor,)
        });
        let extents =
            function.extent_parameters().map(|label| quote_spanned!(Span::mixed_site()=> #label: #private::usize,));
        operands.chain(extents).collect()
    }

    /// `Sharded<Array<T, Ix2>>`
    fn tensor(&self, rank: usize) -> TokenStream {
        let (runtime, private) = (self.runtime, self.private());
        let dimension = names::local(&if rank <= 6 { format!("Ix{rank}") } else { "IxDyn".to_owned() });
        quote_spanned!(Span::mixed_site()=> #runtime::Sharded<#private::Array<T, #private::#dimension>>)
    }

    /// The result of the last einsum is not computed for its cotangents.
    fn backward_body(&self, function: &Function, given: &[Expr], cotangent: &Ident) -> TokenStream {
        let private = self.private();
        let sources = bound(function);
        let (site, before) = (self.site(), self.before(given, Form::Value));
        let last = self.program.steps.iter().rposition(|step| matches!(step, ShardedStep::Local(_))).unwrap_or(0);
        let steps = EmittedSteps { emitted: *self, form: Form::Value }.first(last);
        let functions = self.program.steps.iter().enumerate().filter_map(|(number, step)| match step {
            ShardedStep::Local(local) => Some(self.local_function(number, local)),
            ShardedStep::Move(_) | ShardedStep::Halo(_) => None,
        });
        let pulled = self.pulled(&|step, cotangent| {
            let ShardedStep::Local(local) = &self.program.steps[step] else { unreachable!("an einsum is pulled back") };
            let name = steps::pull(step);
            let operands = local.operands.iter().map(|id| {
                let variable = self.variable(id.0);
                if self.program.value(*id).subscript.0.is_empty() {
                    quote_spanned!(Span::mixed_site()=> #private::number(&#variable))
                } else {
                    quote_spanned!(Span::mixed_site()=> &#variable)
                }
            });
            let extents = self.extents(local).into_iter().map(|(_, extent)| extent);
            let call = quote_spanned!(Span::mixed_site()=> #name::backward(#(#operands,)* #(#extents,)* #cotangent));
            self.as_arrays(local, call)
        });
        quote_spanned! { Span::mixed_site()=>
            #(#functions)*
            #sources
            let cotangent_ = #cotangent;
            #site
            #private::expected(&SITE_, || { #before #steps #pulled })
        }
    }

    /// The function of an einsum of the parts.
    fn local_function(&self, number: usize, local: &Local) -> TokenStream {
        let private = self.private();
        let name = steps::pull(number);
        let parameters = local.operands.iter().enumerate().map(|(number, id)| {
            let name = names::operand(number);
            // (Of what is read at forms the element is conjugated.)
            if self.is_conjugated(*id) && self.program.value(*id).windows.is_empty() {
                quote_spanned!(Span::mixed_site()=> conj(#name))
            } else {
                name.to_token_stream()
            }
        });
        let extents: Vec<Ident> = self.extents(local).into_iter().map(|(letter, _)| letter).collect();
        let extents = (!extents.is_empty()).then(|| quote!(; #(#extents),*));
        if self.has_forms(local) {
            let (output, value) = self.formula(local, &|number| names::operand(number).into_token_stream());
            return quote_spanned! { Span::mixed_site()=>
                #private::einsum::einsum_fn! { fn #name(#(#parameters),* #extents) -> #output { #value } }
            };
        }
        let subscripts = Literal::string(&self.subscripts(local));
        quote_spanned! { Span::mixed_site()=>
            #private::einsum::einsum_fn! { fn #name(#(#parameters),* #extents) = #subscripts, broadcast = false; }
        }
    }

    /// Cotangents of operands without axes are numbers.
    fn as_arrays(&self, local: &Local, call: TokenStream) -> TokenStream {
        let private = self.private();
        let is_number = |id: &crate::ir::shard::ShardedId| self.program.value(*id).subscript.0.is_empty();
        if !local.operands.iter().any(is_number) {
            return call;
        }
        let names: Vec<Ident> = numbered(local.operands.len(), names::gradient);
        let arrays = names.iter().zip(&local.operands).map(|(name, id)| {
            if is_number(id) {
                quote_spanned!(Span::mixed_site()=> #private::scalar(#name))
            } else {
                name.to_token_stream()
            }
        });
        quote_spanned!(Span::mixed_site()=> { let (#(#names,)*) = #call; (#(#arrays,)*) })
    }
}

/// Extents of labels, as expressions.
fn extents(function: &Function) -> Vec<Expr> {
    function.extents.mapped(|extent| {
        let label = &extent.label;
        extent.value.clone().unwrap_or_else(|| syn::parse_quote!(#label))
    })
}

/// `let source_0_ = x;`
fn bound(function: &Function) -> TokenStream {
    let parameters = function.parameters.iter().enumerate().map(|(number, parameter)| {
        let (source, name) = (names::source(number), &parameter.name);
        quote_spanned!(Span::mixed_site()=> let #source = #name;)
    });
    parameters.collect()
}

fn documentation(text: &str, what: &str) -> String {
    format!(" {what} `{text}`.\n\n # Panics\n On every process, if operands lie otherwise or their extents do not fit.")
}
