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

mod context;
pub(super) mod derivative;
mod fixed;
mod formula;
mod outcome;
mod signature;

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{Attribute, ext::IdentExt};

use self::context::{Computation, Content, Context};
use super::{derivative::Derivative, docs, formula::function::FormulaBodies, names, output};
use crate::{ast::Function, emit::tokens::concatenated, grad::FunctionPrograms, ir::Einsum, lower::Lowered};

/// Expands a function.
pub(crate) fn emit(
    runtime: &TokenStream,
    function: &Function,
    (einsum, cotangents): (&Einsum, &[Einsum]),
    programs: &FunctionPrograms<Lowered>,
) -> TokenStream {
    Context { runtime, function, einsum, cotangents, content: Content::Computation(programs) }.items()
}

/// Expands a function that is a formula; `einsum` has operands and a result of the same ranks.
pub(crate) fn emit_formula(
    function: &Function,
    (einsum, cotangents): (&Einsum, &[Einsum]),
    formula: &FormulaBodies<'_>,
) -> TokenStream {
    Context { runtime: formula.runtime(), function, einsum, cotangents, content: Content::Formula(formula) }.items()
}

/// Makes the items of a function with nothing in them: what stands in for a function with mistakes, so that no
/// use of it is an error of its own.
pub(crate) fn outline(
    runtime: &TokenStream,
    function: &Function,
    (einsum, cotangents): (&Einsum, &[Einsum]),
) -> TokenStream {
    Context { runtime, function, einsum, cotangents, content: Content::Nothing }.items()
}

impl Context<'_> {
    fn items(&self) -> TokenStream {
        let (value, module) = (self.value(), self.module());
        quote_spanned! { Span::mixed_site()=> #value #module }
    }

    fn value(&self) -> TokenStream {
        let Function { attributes, visibility, name, .. } = self.function;
        let documentation = match self.content {
            Content::Formula(formula) => formula.value_docs(),
            _ => docs::value(self.einsum),
        };
        let separator =
            attributes.iter().any(is_documentation).then(|| quote_spanned! { Span::mixed_site()=> #[doc = ""] });
        let (generics, bounds) = (self.generics(), self.bounds());
        let users = self.users_generics();
        let (elements, element_bounds) = (self.element_generics(), self.element_bounds(None, None));
        let (parameters, extents) = (self.parameters(), self.extent_parameters());
        let (output, must_use) = (self.outcome(&self.result_type()), self.must_use());
        let result = output::computed(&self.einsum.output, &names::variable("result"));
        let body = match self.content {
            Content::Formula(formula) => self.formula_body(formula, None),
            _ => self.body(|programs| Computation {
                views: TokenStream::new(),
                has_shapes: false,
                lowered: &programs.value,
                result,
            }),
        };
        quote_spanned! { Span::mixed_site()=>
            #(#attributes)*
            #separator
            #[doc = #documentation]
            #must_use
            #[track_caller]
            #visibility fn #name<#(#users,)* #(#elements,)* #(#generics),*>(#(#parameters,)* #(#extents,)*) -> #output
            where #(#element_bounds)* #(#bounds),*
            { #body }
        }
    }

    fn module(&self) -> TokenStream {
        let Function { attributes, visibility, name, .. } = self.function;
        let shared = attributes.iter().filter(|attribute| is_shared(attribute));
        let title = name.unraw().to_string();
        let documentation = match self.content {
            Content::Formula(formula) => formula.module_docs(&title),
            _ => docs::module(&title, self.einsum, self.cotangents),
        };
        let is_named_first = |&&number: &&usize| {
            let parameters = &self.function.parameters;
            parameters[..number].iter().all(|before| before.name != parameters[number].name)
        };
        let single = self.einsum.wrt.iter().filter(is_named_first).map(|&number| Derivative::BackwardOne(number));
        let left_out = self.left_out();
        let others = [Derivative::BackwardAdd, Derivative::DoubleBackward, Derivative::Jvp];
        let all = [Derivative::Backward].into_iter().chain(single).chain(others);
        let all = all.filter(|derivative| !self.gives_indices() && self.is_called(*derivative));
        let functions = all.map(|derivative| self.derivative(derivative));
        let imported = self.imported_element();
        let called = match self.content {
            Content::Formula(formula) => formula.imported_functions(),
            _ => TokenStream::new(),
        };
        // What constants are called by must hold here and around the module: `crate::N`.
        quote_spanned! { Span::mixed_site()=>
            #(#shared)*
            #[doc = #documentation]
            #visibility mod #name {
                #imported
                #called
                #(#functions)*
                #left_out
            }
        }
    }

    /// Whether the result holds indices, which have no gradient.
    fn gives_indices(&self) -> bool {
        matches!(self.content, Content::Formula(formula) if formula.gives_indices())
    }

    /// Functions in place of the gradients that `wrt` leaves out, which say so where they are called.
    fn left_out(&self) -> TokenStream {
        let parameters = &self.function.parameters;
        let is_asked =
            |number: &usize| self.einsum.wrt.iter().any(|asked| parameters[*asked].name == parameters[*number].name);
        let is_first =
            |number: &usize| parameters[..*number].iter().all(|other| other.name != parameters[*number].name);
        let outline = Context { content: Content::Nothing, ..*self };
        let left_out = self.numbers().into_iter().filter(|number| is_first(number) && !is_asked(number));
        // `backward_add` is another function.
        let left_out = left_out.filter(|&number| parameters[number].name.unraw() != "add");
        concatenated(left_out.map(|number| outline.derivative(Derivative::LeftOut(number))))
    }
}

/// Whether the attribute is meant for the gradients as well: conditions, and levels of lints.
fn is_shared(attribute: &Attribute) -> bool {
    ["cfg", "allow", "warn", "deny", "forbid"].iter().any(|name| attribute.path().is_ident(name))
}

fn is_documentation(attribute: &Attribute) -> bool {
    attribute.path().is_ident("doc")
}
