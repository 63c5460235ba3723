//! How long tensors are, and of what elements.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Expr;

use super::forms::{self, FormLabels};
use crate::{
    emit::names,
    ir::formula::{Affine, Elements, TensorId, TensorKind},
    lower::formula::{LoweredFormula, Part, Run},
};

/// A lowered formula, and what of the user's is in it.
#[derive(Clone, Copy)]
pub(super) struct FormulaSteps<'a> {
    pub(super) lowered: &'a LoweredFormula,
    pub(super) functions: &'a [Expr],
    /// The numbers by which the checks of the site call tensors.
    pub(super) operands: usize,
    /// The run that the step is one of.
    pub(super) run: Option<&'a Run>,
}

/// How long the axes of a tensor are, also of a part of another.
pub(super) fn lengths(steps: FormulaSteps<'_>, tensor: TensorId) -> TokenStream {
    let formula = &steps.lowered.formula;
    let is_given = steps.lowered.targets.contains(&tensor) && formula.tensor(tensor).kind == TensorKind::Result;
    match steps.lowered.parts.get(&tensor) {
        Some(part) => of_part(steps, part),
        None if is_given => {
            let axes = (0..formula.rank(tensor)).map(names::number);
            quote_spanned! { Span::mixed_site()=> [#(target_.extent(#axes)),*] }
        }
        None => forms::lengths(formula, tensor),
    }
}

/// The memory of all tensors of formulas: the heap.
pub(super) fn memory() -> TokenStream {
    quote_spanned! { Span::mixed_site()=> runtime::Heap }
}

/// The type of the elements of a tensor.
pub(super) fn element(steps: FormulaSteps<'_>, tensor: TensorId) -> TokenStream {
    match steps.lowered.formula.tensor(tensor).elements {
        Elements::Numbers => quote_spanned! { Span::mixed_site()=> element_ },
        Elements::Indices => {
            let whole = steps.lowered.whole(tensor);
            let view = forms::view(&steps.lowered.formula, whole);
            quote_spanned! { Span::mixed_site()=> runtime::elements_of_view(#view) }
        }
    }
}

/// The lengths of the axes of a part.
pub(super) fn of_part(steps: FormulaSteps<'_>, part: &Part) -> TokenStream {
    let whole = lengths(steps, part.of);
    let lengths = part.axes.iter().enumerate().map(|(axis, form)| match form {
        None => {
            let axis = names::number(axis);
            quote_spanned! { Span::mixed_site()=> runtime::at(#whole, #axis) }
        }
        Some((form, _)) => {
            let (extents, form) = over_own(form);
            quote_spanned! { Span::mixed_site()=> runtime::spanned(#extents, #form) }
        }
    });
    quote_spanned! { Span::mixed_site()=> [#(#lengths),*] }
}

/// A form over its own labels, and their extents.
pub(super) fn over_own(form: &Affine) -> (TokenStream, TokenStream) {
    let mut labels = Vec::new();
    form.labels(&mut labels);
    (forms::extents(&labels), FormLabels::labels(&labels).form(form))
}
