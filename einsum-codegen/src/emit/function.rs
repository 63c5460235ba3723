//! `einsum_fn!`: a function, and a module of the same name with its gradients.
//!
//! ```text
//! pub fn linear<T, D0, D1>(x: &ArrayRef<T, D0>, w: &ArrayRef<T, D1>) -> Array<T, Ix3>
//! where T: Storage, D0: HasAxes<3>, D1: HasAxes<3> { .. }
//!
//! pub mod linear {
//!     pub fn backward<T, D0, D1, D>(x: .., w: .., dy: &ArrayRef<T, D>) -> (Array<T, D0>, Array<T, D1>) { .. }
//!     pub fn backward_x<..>(..) -> Array<T, D0> { .. }
//!     pub fn backward_w<..>(..) -> Array<T, D1> { .. }
//! }
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::{Attribute, ext::IdentExt};

use super::{docs, ellipsis, expression, names, nest, site};
use crate::{
    ast::Function,
    grad::Vjp,
    ir::{ContractionTree, Einsum, Subscript},
    plan::plan,
};

/// Expands a function.
pub(crate) fn emit(runtime: &TokenStream, function: &Function, einsum: &Einsum) -> TokenStream {
    Context { runtime, function, einsum, content: Content::Computation }.items()
}

/// The same items, with nothing in them: what stands in for a function with mistakes, so that no
/// use of it is an error of its own.
pub(crate) fn outline(runtime: &TokenStream, function: &Function, einsum: &Einsum) -> TokenStream {
    Context { runtime, function, einsum, content: Content::Nothing }.items()
}

struct Context<'a> {
    runtime: &'a TokenStream,
    function: &'a Function,
    einsum: &'a Einsum,
    content: Content,
}

/// What the bodies of functions hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    Computation,
    Nothing,
}

/// Which cotangents a function computes.
#[derive(Clone, Copy)]
enum Gradients {
    /// All, as a tuple.
    All,
    /// That of one operand, alone.
    One(usize),
}

impl Gradients {
    fn group(self, items: impl Iterator<Item = TokenStream>) -> TokenStream {
        match self {
            Self::All => quote_spanned! { Span::mixed_site()=> (#(#items,)*) },
            Self::One(_) => items.collect(),
        }
    }
}

impl Context<'_> {
    fn items(&self) -> TokenStream {
        let (value, module) = (self.value(), self.module());
        quote_spanned! { Span::mixed_site()=> #value #module }
    }

    fn value(&self) -> TokenStream {
        let Function { attributes, visibility, name, .. } = self.function;
        let documentation = docs::value(self.einsum);
        let separator =
            attributes.iter().any(is_documentation).then(|| quote_spanned! { Span::mixed_site()=> #[doc = ""] });
        let runtime = self.runtime;
        let (generics, parameters, bounds) = (self.generics(), self.parameters(), self.bounds());
        let output = self.result_type();
        let result = expression::finished(&self.einsum.output, &names::variable("result"));
        let body = self.body(&TokenStream::new(), || plan(self.einsum), &result);
        quote_spanned! { Span::mixed_site()=>
            #(#attributes)*
            #separator
            #[doc = #documentation]
            #[must_use]
            #[track_caller]
            #visibility fn #name<T, #(#generics),*>(#(#parameters),*) -> #output
            where T: #runtime::__private::Storage, #(#bounds),*
            { #body }
        }
    }

    fn module(&self) -> TokenStream {
        let Function { attributes, visibility, name, parameters, .. } = self.function;
        let shared = attributes.iter().filter(|attribute| is_shared(attribute));
        let title = name.unraw().to_string();
        let documentation = docs::module(&title, self.einsum);
        let all = self.backward(Gradients::All);
        let named_first = |&number: &usize| !parameters[..number].contains(&parameters[number]);
        let single = (0..parameters.len()).filter(named_first).map(|number| self.backward(Gradients::One(number)));
        quote_spanned! { Span::mixed_site()=>
            #(#shared)*
            #[doc = #documentation]
            #visibility mod #name {
                #all
                #(#single)*
            }
        }
    }

    /// A function of the cotangents of the operands.
    fn backward(&self, gradients: Gradients) -> TokenStream {
        let (name, documentation) = self.heading(gradients);
        let wrt = match gradients {
            Gradients::All => (0..self.einsum.operands.len()).collect(),
            Gradients::One(number) => vec![number],
        };
        let runtime = self.runtime;
        let (generics, parameters, bounds) = (self.generics(), self.parameters(), self.bounds());
        let output = &self.einsum.output;
        let (d, dy) = (names::local("D"), names::local("dy"));
        let (cotangent_generic, cotangent_bound, cotangent_type) = match output.ellipsis() {
            Some(_) => {
                let (rank, _) = ellipsis::rank(runtime, self.einsum, dimension);
                let borrowed =
                    quote_spanned! { Span::mixed_site()=> &<#rank as #runtime::__private::ResultDim>::Borrowed<T> };
                (None, None, borrowed)
            }
            None => (generic(output, &d), self.bound(output, &d), self.reference_type(output, &d)),
        };
        let types = gradients.group(wrt.iter().map(|&number| self.gradient_type(number)));
        let values = gradients.group(wrt.iter().map(|&number| self.gradient(number)));
        let cotangent = self.bind_cotangent(&dy);
        let body = self.body(&cotangent, || Vjp::new(&plan(self.einsum), &wrt).fused(), &values);
        quote_spanned! { Span::mixed_site()=>
            #[doc = #documentation]
            #[must_use]
            #[track_caller]
            pub fn #name<T, #(#generics,)* #cotangent_generic>(#(#parameters,)* #dy: #cotangent_type) -> #types
            where T: #runtime::__private::Differentiable, #(#bounds,)* #cotangent_bound
            { #body }
        }
    }

    /// Name and documentation of a function of the cotangents.
    fn heading(&self, gradients: Gradients) -> (Ident, String) {
        let title = self.function.name.unraw().to_string();
        match gradients {
            Gradients::All => (names::local("backward"), docs::backward(&title, self.einsum)),
            Gradients::One(number) => {
                let parameter = &self.function.parameters[number];
                let name = format_ident!("backward_{}", parameter, span = Span::mixed_site());
                (name, docs::backward_one(&title, self.einsum, number))
            }
        }
    }

    /// Checks, then steps, then what is returned.
    fn body(&self, before: &TokenStream, tree: impl Fn() -> ContractionTree, result: &TokenStream) -> TokenStream {
        if self.content == Content::Nothing {
            return quote_spanned! { Span::mixed_site()=> loop {} };
        }
        let runtime = self.runtime;
        let steps = nest::steps(self.einsum, &tree());
        let sources: Vec<String> = self.einsum.operands.iter().map(|operand| operand.name.clone()).collect();
        let constant = site::constant(&self.function.subscripts.text, self.einsum, &sources, None);
        let views = self.function.parameters.iter().enumerate().map(|(number, parameter)| {
            let (operand, source) = (names::operand(number), self.source(number, parameter));
            let array = names::array(number);
            let given = site::array(number, &source, Span::mixed_site());
            if let Some(place) = self.subscript(number).ellipsis() {
                let spread = ellipsis::spread(number, self.subscript(number), place, Span::mixed_site());
                return quote_spanned! { Span::mixed_site()=> #given let #operand = #spread; };
            }
            let (rank, number) = (names::number(self.subscript(number).rank()), names::number(number));
            quote_spanned! { Span::mixed_site()=>
                #given
                let #operand: runtime::View<'_, _, #rank> = SITE_.operand(element_, #number, &#array)?;
            }
        });
        let extents = site::extents(self.einsum);
        let operands = 0..self.einsum.operands.len();
        let shapes = operands.filter(|_| !before.is_empty()).map(|number| site::shape(self.einsum, number));
        let fused = ellipsis::spread_operands(self.einsum).map(ellipsis::fuse);
        quote_spanned! { Span::mixed_site()=>
            use #runtime::__private as runtime;
            #constant
            let element_ = runtime::PhantomData::<T>;
            runtime::expect((|| -> runtime::Checked<_> {
                #(#views)*
                #extents
                #(#shapes)*
                #(#fused)*
                #before
                #steps
                runtime::Ok(#result)
            })())
        }
    }

    fn bind_cotangent(&self, dy: &Ident) -> TokenStream {
        let reference = if self.einsum.output.rank() == 0 {
            quote_spanned! { Span::mixed_site()=> &#dy }
        } else {
            dy.to_token_stream()
        };
        let view = expression::cotangent(&self.einsum.output);
        quote_spanned! { Span::mixed_site()=> let cotangent_ = #reference; #view }
    }

    fn subscript(&self, number: usize) -> &Subscript {
        &self.einsum.operands[number].subscript
    }

    fn source(&self, number: usize, parameter: &Ident) -> TokenStream {
        match self.subscript(number).rank() {
            0 => quote_spanned! { Span::mixed_site()=> &#parameter },
            _ => parameter.to_token_stream(),
        }
    }

    fn generics(&self) -> Vec<Ident> {
        let generics = self.einsum.operands.iter().enumerate();
        generics.filter_map(|(number, operand)| generic(&operand.subscript, &dimension(number))).collect()
    }

    fn bounds(&self) -> Vec<TokenStream> {
        let operands = self.einsum.operands.iter().enumerate();
        let bounds = operands.filter_map(|(number, operand)| self.bound(&operand.subscript, &dimension(number)));
        let ranks = self.einsum.output.ellipsis().map(|_| ellipsis::rank(self.runtime, self.einsum, dimension).1);
        bounds.chain(ranks.into_iter().flatten()).collect()
    }

    /// `D0: HasAxes<3>`
    fn bound(&self, subscript: &Subscript, dimension: &Ident) -> Option<TokenStream> {
        let (runtime, rank) = (self.runtime, names::number(subscript.rank()));
        if subscript.ellipsis().is_some() {
            let labels = names::number(subscript.rank() - 1);
            return Some(quote_spanned! { Span::mixed_site()=> #dimension: #runtime::__private::Ellipsis<#labels> });
        }
        (subscript.rank() > 0)
            .then(|| quote_spanned! { Span::mixed_site()=> #dimension: #runtime::__private::HasAxes<#rank> })
    }

    fn parameters(&self) -> Vec<TokenStream> {
        let parameters = self.function.parameters.iter().enumerate();
        let parameters = parameters.map(|(number, parameter)| {
            let kind = self.reference_type(self.subscript(number), &dimension(number));
            match self.content {
                Content::Computation => quote_spanned! { Span::mixed_site()=> #parameter: #kind },
                Content::Nothing => quote_spanned! { Span::mixed_site()=> _: #kind },
            }
        });
        parameters.collect()
    }

    /// How a tensor is passed: `&ArrayRef<T, D0>`, or `T`.
    fn reference_type(&self, subscript: &Subscript, dimension: &Ident) -> TokenStream {
        let runtime = self.runtime;
        match subscript.rank() {
            0 => quote_spanned! { Span::mixed_site()=> T },
            _ => quote_spanned! { Span::mixed_site()=> &#runtime::__private::ArrayRef<T, #dimension> },
        }
    }

    fn result_type(&self) -> TokenStream {
        let (runtime, output) = (self.runtime, &self.einsum.output);
        if output.ellipsis().is_some() {
            let (rank, _) = ellipsis::rank(runtime, self.einsum, dimension);
            return quote_spanned! { Span::mixed_site()=> <#rank as #runtime::__private::ResultDim>::Tensor<T> };
        }
        let dimension = site::dimension(output);
        self.tensor_type(output, &quote_spanned! { Span::mixed_site()=> #runtime::__private::#dimension })
    }

    fn gradient_type(&self, number: usize) -> TokenStream {
        self.tensor_type(self.subscript(number), &dimension(number).to_token_stream())
    }

    /// How a tensor is returned: `Array<T, Ix3>`, or `T`.
    fn tensor_type(&self, subscript: &Subscript, dimension: &TokenStream) -> TokenStream {
        let runtime = self.runtime;
        if subscript.rank() == 0 {
            return quote_spanned! { Span::mixed_site()=> T };
        }
        quote_spanned! { Span::mixed_site()=> #runtime::__private::Array<T, #dimension> }
    }

    fn gradient(&self, number: usize) -> TokenStream {
        let gradient = names::gradient(number);
        if self.subscript(number).rank() == 0 {
            return quote_spanned! { Span::mixed_site()=> #gradient.store(element_).into_scalar() };
        }
        let dimension = dimension(number);
        if self.subscript(number).ellipsis().is_some() {
            return quote_spanned! { Span::mixed_site()=> runtime::shaped::<T, #dimension>(#gradient) };
        }
        quote_spanned! { Span::mixed_site()=> #gradient.store(element_).into_array::<#dimension>() }
    }
}

/// The generic dimension type of a parameter that has axes.
fn generic(subscript: &Subscript, dimension: &Ident) -> Option<Ident> {
    (subscript.rank() > 0).then(|| dimension.clone())
}

/// `D0`
fn dimension(number: usize) -> Ident {
    names::local(&format!("D{number}"))
}

/// Whether the attribute is meant for the gradients as well: conditions, and levels of lints.
fn is_shared(attribute: &Attribute) -> bool {
    ["cfg", "allow", "warn", "deny", "forbid"].iter().any(|name| attribute.path().is_ident(name))
}

fn is_documentation(attribute: &Attribute) -> bool {
    attribute.path().is_ident("doc")
}
