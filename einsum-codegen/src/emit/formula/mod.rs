//! Formulas: `einsum!`, `try_einsum!`, `einsum_vjp!`, `einsum_vjp_add!` and `einsum_jvp!` of what is more than a product.
//!
//! ```text
//! match (&x, &w, &b) {
//!     (source_0_, source_1_, source_2_) => {
//!         use $crate::__private as runtime;
//!         const SITE_: ..;
//!         let known_ = elements_of(&*source_0_).known();
//!         let element_ = known_.0;
//!         let kind_ = ..;
//!         known_.expected(kind_, || -> Checked<_> { .. Ok(computed(kind_, result_.store(element_).into_array::<Ix2>())) })
//!     }
//! }
//! ```
//!
//! Operands are viewed, extents are found, and all accesses checked; then come the steps. A pullback is a second closure, as for
//! products.

mod body;
mod bounds;
pub(in crate::emit) mod ellipsis;
mod forms;
pub(crate) mod function;
mod literals;
mod operands;
mod parts;
mod pullback;
mod runs;
mod shapes;
mod shifted;
pub(crate) mod signature;
mod site;
mod steps;
mod targets;
mod used;
mod words;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use self::{operands::Operands, shapes::FormulaSteps, signature::Signature, site::Site};
pub(super) use self::{operands::indices, used::used};
use super::names;
use crate::{
    ast::{self, Form},
    emit::tokens::concatenated,
    few::List,
    ir::{
        Einsum,
        formula::{Elements, Formula, TensorId, TensorKind},
    },
    lower::formula::{Planned, Programs},
    notation::STATIC_AXES,
};

/// Expands a formula; `checked` is the forward, as it was written.
pub(crate) fn emit(given: &ast::formula::Formula, checked: &Formula, programs: &Programs, form: Form) -> TokenStream {
    let signature = &signature::of_expression(checked, given);
    let runtime = &given.runtime;
    let texts: Vec<String> = given.operands.mapped(|operand| operand.source.clone());
    let numbers: Vec<String> = given.given.mapped(written);
    let out = given.arguments.out.as_ref().map(|out| out.source.as_str());
    let extents = match programs {
        Programs::Forward(planned) => &planned.lowered.formula.extents,
        Programs::Pullback { forward, .. } => &forward.lowered.formula.extents,
    };
    let site = Site { formula: checked, extents, text: &given.text, operands: &texts, out, given: &numbers };
    let operands = Operands { given, checked, signature, site, form };
    let (values, patterns) = operands.matched();
    let (constant, element) = (site.constant(), operands.element());
    let value = match programs {
        Programs::Forward(planned) => operands.result(planned),
        Programs::Pullback { forward, backward, saved } => operands.pullback(forward, backward, saved),
    };
    let traits = operands.borrowing_traits();
    let (kind, types) = (operands.kind(), operands.types());
    let expansion = quote_spanned! { Span::mixed_site()=>
        match (#(#values,)*) {
            (#(#patterns,)*) => {
                use #runtime::__private as runtime;
                #constant
                #element
                #kind
                #types
                #value
            }
        }
    };
    if traits.is_empty() {
        return expansion;
    }
    quote_spanned! { Span::mixed_site()=> { #(use #runtime::__private::#traits as _;)* #expansion } }
}

/// The text of an expression.
fn written(expression: &syn::Expr) -> String {
    quote::ToTokens::to_token_stream(expression).to_string()
}

impl Operands<'_> {
    /// The forward, and its tangent if there is one, as a closure that is called at once: in it, `?` leaves before anything is
    /// computed.
    fn result(&self, planned: &Planned) -> TokenStream {
        let formula = &planned.lowered.formula;
        let steps = self.steps(planned, self.rescaled());
        let results = formula.results.mapped(|result| finished(&self.signature.einsum, formula, *result));
        let result = match (&self.given.arguments.out, results.as_slice()) {
            (Some(_), _) => quote_spanned! { Span::mixed_site()=> () },
            (None, [only]) => only.clone(),
            (None, all) => quote_spanned! { Span::mixed_site()=> (#(#all),*) },
        };
        let (target, store) = (self.target(), self.store());
        let (fits, expected) = (self.fits(planned), self.target_fits());
        let shapes = self.shapes(&used([&steps, &fits]), &[]);
        let (views, tangents, checks) = (self.views(), self.tangents(), self.site.checks());
        let call = names::local(if self.form == Form::Result { "checked" } else { "expected" });
        quote_spanned! { Span::mixed_site()=>
            known_.#call(kind_, || -> runtime::Checked<_> {
                #target
                #views
                #checks
                #shapes
                #tangents
                #expected
                #fits
                #steps
                #store
                runtime::Ok(runtime::computed(kind_, #result))
            })
        }
    }
}

impl Operands<'_> {
    fn steps(&self, planned: &Planned, before_writing: Option<TokenStream>) -> TokenStream {
        let signature = (self.given.operands.len(), self.signature);
        steps::steps(planned, &self.given.functions, signature, before_writing)
    }

    fn fits(&self, planned: &Planned) -> TokenStream {
        fits(planned, (self.given.operands.len(), self.signature))
    }
}

/// Checks what steps find out otherwise: that there is room for the results that the user has nothing for, before anything is
/// computed, and that gathers are within their tensors, before anything of the user's is written.
fn fits(planned: &Planned, (operands, signature): (usize, &Signature)) -> TokenStream {
    let lowered = &planned.lowered;
    let formula = &lowered.formula;
    let results = formula.results.iter().filter(|result| !lowered.targets.contains(result));
    let numbers = results.filter(|result| formula.tensor(**result).elements == Elements::Numbers);
    let fits = numbers.map(|result| {
        let lengths = forms::lengths(formula, *result);
        quote_spanned! { Span::mixed_site()=> SITE_.fits(element_, #lengths)?; }
    });
    let steps = FormulaSteps { lowered, functions: &[], operands, signature, run: None };
    let gathers = parts::checked(steps, &|indices| formula.tensor(indices).kind.is_given());
    concatenated(fits.chain([gathers]))
}

/// The result, or a tangent of it, as the user gets it: an array, or a number.
fn finished(einsum: &Einsum, formula: &Formula, tensor: TensorId) -> TokenStream {
    let variable = forms::variable(formula, tensor);
    let found = formula.tensor(tensor);
    let stored = match found.elements {
        Elements::Numbers => quote_spanned! { Span::mixed_site()=> #variable.store(element_) },
        Elements::Indices => variable,
    };
    if let Some(finished) = ellipsis::finished(einsum, &stored) {
        return finished;
    }
    match formula.rank(tensor) {
        0 => quote_spanned! { Span::mixed_site()=> #stored.into_scalar() },
        rank => {
            let dimension = dimension(rank);
            quote_spanned! { Span::mixed_site()=> #stored.into_array::<runtime::#dimension>() }
        }
    }
}

/// The dimension type of a tensor of so many axes.
fn dimension(rank: usize) -> Ident {
    if rank <= STATIC_AXES { names::local(&format!("Ix{rank}")) } else { names::local("IxDyn") }
}

/// The operands that gradients are computed of: those of the results.
fn wrt(formula: &Formula) -> Vec<usize> {
    let kinds = formula.results.iter().map(|result| formula.tensor(*result).kind);
    let numbers = kinds.filter_map(|kind| match kind {
        TensorKind::Gradient(number) => Some(number),
        _ => None,
    });
    numbers.collect()
}
