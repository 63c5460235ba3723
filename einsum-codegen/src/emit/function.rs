//! `einsum_fn!`: a function, and a module of the same name with its derivatives.
//!
//! ```text
//! pub fn linear<T, D0, D1>(x: &ArrayRef<T, D0>, w: &ArrayRef<T, D1>) -> Array<T, Ix3>
//! where T: Storage, D0: HasAxes<3>, D1: HasAxes<3> { .. }
//!
//! pub mod linear {
//!     pub fn backward<T, D0, D1, D>(x: .., w: .., dy: &ArrayRef<T, D>) -> (Array<T, D0>, Array<T, D1>) { .. }
//!     pub fn backward_x<..>(..) -> Array<T, D0> { .. }
//!     pub fn backward_w<..>(..) -> Array<T, D1> { .. }
//!     pub fn backward_add<..>(.., (dx, dw): (&mut ArrayRef<T, D0>, &mut ArrayRef<T, D1>)) { .. }
//!     pub fn double_backward<..>(.., ddx: &ArrayRef<T, D0>, ddw: ..) -> (Array<T, D0>, Array<T, D1>, Array<T, Ix3>) { .. }
//!     pub fn jvp<..>((x, dx): (&ArrayRef<T, D0>, &ArrayRef<T, D0>), ..) -> (Array<T, Ix3>, Array<T, Ix3>) { .. }
//! }
//! ```

mod derivative;
mod signature;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::{Attribute, ext::IdentExt};

use self::derivative::Derivative;
use super::{docs, ellipsis, expression, names, nest, site};
use crate::{
    ast::{self, Function},
    ir::{ContractionTree, Einsum},
    plan::Plans,
};

/// Expands a function.
pub(crate) fn emit(runtime: &TokenStream, function: &Function, einsum: &Einsum, plans: &Plans) -> TokenStream {
    Context { runtime, function, einsum, content: Content::Computation(plans) }.items()
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
    content: Content<'a>,
}

/// What the bodies of functions hold.
#[derive(Clone, Copy)]
enum Content<'a> {
    /// The steps of these plans.
    Computation(&'a Plans),
    Nothing,
}

/// What a body computes.
struct Computation {
    /// Views what is given beside the operands.
    views: TokenStream,
    /// Whether the shapes of operands are asked for.
    has_shapes: bool,
    /// The steps.
    tree: ContractionTree,
    /// What is returned.
    result: TokenStream,
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
        let (generics, bounds) = (self.generics(), self.bounds());
        let (elements, element_bounds) = (self.element_generics(), self.element_bounds(None));
        let (parameters, extents) = (self.parameters(), self.extent_parameters());
        let output = self.result_type();
        let result = expression::finished(&self.einsum.output, &names::variable("result"));
        let body = self.body(|plans| {
            let (views, tree) = (TokenStream::new(), plans.value.clone());
            Computation { views, has_shapes: false, tree, result }
        });
        quote_spanned! { Span::mixed_site()=>
            #(#attributes)*
            #separator
            #[doc = #documentation]
            #[must_use]
            #[track_caller]
            #visibility fn #name<#(#elements,)* #(#generics),*>(#(#parameters,)* #(#extents,)*) -> #output
            where #(#element_bounds,)* #(#bounds),*
            { #body }
        }
    }

    fn module(&self) -> TokenStream {
        let Function { attributes, visibility, name, .. } = self.function;
        let shared = attributes.iter().filter(|attribute| is_shared(attribute));
        let title = name.unraw().to_string();
        let documentation = docs::module(&title, self.einsum);
        let is_named_first = |&&number: &&usize| {
            let parameters = &self.function.parameters;
            parameters[..number].iter().all(|before| before.name != parameters[number].name)
        };
        let single = self.einsum.wrt.iter().filter(is_named_first).map(|&number| Derivative::BackwardOne(number));
        let left_out = self.left_out();
        let others = [Derivative::BackwardAdd, Derivative::DoubleBackward, Derivative::Jvp];
        let all = [Derivative::Backward].into_iter().chain(single).chain(others);
        let functions = all.map(|derivative| self.derivative(derivative));
        let imported = self.imported_element();
        // What constants are called by must hold here and around the module: `crate::N`.
        quote_spanned! { Span::mixed_site()=>
            #(#shared)*
            #[doc = #documentation]
            #visibility mod #name {
                #imported
                #(#functions)*
                #left_out
            }
        }
    }

    /// Functions in place of the gradients that `wrt` leaves out, which say so where they are called.
    fn left_out(&self) -> TokenStream {
        let parameters = &self.function.parameters;
        let is_asked =
            |number: &usize| self.einsum.wrt.iter().any(|asked| parameters[*asked].name == parameters[*number].name);
        let is_first =
            |number: &usize| parameters[..*number].iter().all(|other| other.name != parameters[*number].name);
        let outline = Context { content: Content::Nothing, ..*self };
        let left_out = (0..parameters.len()).filter(|number| is_first(number) && !is_asked(number));
        // `backward_add` is another function.
        let left_out = left_out.filter(|&number| parameters[number].name.unraw() != "add");
        left_out.map(|number| outline.derivative(Derivative::LeftOut(number))).collect()
    }

    /// Checks, then steps, then what is returned.
    fn body(&self, computation: impl FnOnce(&Plans) -> Computation) -> TokenStream {
        let Content::Computation(plans) = self.content else {
            return quote_spanned! { Span::mixed_site()=> loop {} };
        };
        let Computation { views, has_shapes, tree, result } = computation(plans);
        let (runtime, element) = (self.runtime, self.element());
        let (choices, steps) = (nest::choices(self.einsum, &tree), nest::steps(self.einsum, &tree));
        let sources: Vec<String> = self.einsum.operands.iter().map(|operand| operand.name.clone()).collect();
        let constant = site::constant(&self.function.subscripts.text, self.einsum, &sources, None);
        let operands = (0..self.einsum.operands.len()).map(|number| self.operand(number));
        let given = self.given();
        let extents = site::extents(self.einsum);
        let shapes = (0..self.einsum.operands.len()).filter(|_| has_shapes);
        let shapes = shapes.map(|number| site::shape(self.einsum, number));
        let fused = ellipsis::spread_operands(self.einsum).map(ellipsis::fuse);
        let limit =
            self.function.max_intermediate.as_ref().and_then(|limit| {
                nest::limit(&tree, &quote_spanned! { Span::mixed_site()=> runtime::elements(#limit) })
            });
        let negated = self.einsum.epilogue.scaled.then(|| {
            quote_spanned! { Span::mixed_site()=> let alpha_ = runtime::negated(element_, runtime::None); }
        });
        quote_spanned! { Span::mixed_site()=>
            use #runtime::__private as runtime;
            #constant
            let element_ = runtime::PhantomData::<#element>;
            #given
            runtime::expected(|| -> runtime::Checked<_> {
                #(#operands)*
                #extents
                #(#shapes)*
                #(#fused)*
                #views
                #negated
                #limit
                #choices
                #steps
                runtime::Ok(#result)
            })
        }
    }

    /// Views an operand.
    fn operand(&self, number: usize) -> TokenStream {
        let (operand, array) = (names::operand(number), names::array(number));
        let ast::Parameter { name, cast, .. } = &self.function.parameters[number];
        let source = self.source(number, name);
        // What is read as another type is read as the elements of all.
        let read_as = cast.as_ref().map(|_| names::variable("element"));
        let given = site::array(number, number == 0, (&source, read_as.as_ref()), Span::mixed_site());
        if let Some(place) = self.subscript(number).ellipsis() {
            let spread =
                ellipsis::spread(number, self.subscript(number), place, (Span::mixed_site(), Span::mixed_site()));
            return quote_spanned! { Span::mixed_site()=> #given let #operand = #spread; };
        }
        let view = site::operand(self.einsum, number, array, (Span::mixed_site(), Span::mixed_site()));
        quote_spanned! { Span::mixed_site()=> #given let #operand = #view; }
    }

    /// Binds the extents that are given.
    fn given(&self) -> TokenStream {
        let extents = self.function.extents.iter().zip(&self.einsum.given);
        let given = extents.map(|(extent, label)| {
            let (variable, name) = (names::given(label), &extent.label);
            match &extent.value {
                Some(value) => quote_spanned! { Span::mixed_site()=> let #variable = runtime::extent(#value); },
                None => quote_spanned! { Span::mixed_site()=> let #variable = #name; },
            }
        });
        given.collect()
    }
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
