//! The targets of steps: new tensors, tensors that earlier steps have written, and arrays of the user's.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::{
    forms,
    shapes::{self, FormulaSteps},
};
use crate::{
    emit::names,
    ir::formula::{Access, TensorId, TensorKind},
};

/// A mutable view of a tensor.
pub(super) fn view(steps: FormulaSteps<'_>, tensor: TensorId) -> TokenStream {
    let formula = &steps.lowered.formula;
    if steps.lowered.targets.contains(&tensor) {
        let target = match formula.tensor(tensor).kind {
            TensorKind::Gradient(number) => names::gradient_target(number),
            _ => names::variable("target"),
        };
        return quote_spanned! { Span::mixed_site()=> runtime::ViewMut::reborrow(#target) };
    }
    let variable = forms::variable(formula, tensor);
    quote_spanned! { Span::mixed_site()=> runtime::Tensor::view_mut(&mut #variable) }
}

/// Declares a tensor of zeros, if nothing is there yet.
pub(super) fn declared(steps: FormulaSteps<'_>, tensor: TensorId, is_first: bool) -> Option<TokenStream> {
    if !is_first || steps.lowered.targets.contains(&tensor) {
        return None;
    }
    let formula = &steps.lowered.formula;
    let (variable, lengths) = (forms::variable(formula, tensor), shapes::lengths(steps, tensor));
    let (element, memory) = (shapes::element(steps, tensor), shapes::memory_in(steps, tensor));
    Some(quote_spanned! { Span::mixed_site()=> let mut #variable = SITE_.zeros(#element, #memory, #lengths)?; })
}

/// Declares a tensor that grows by each block.
pub(super) fn growing(steps: FormulaSteps<'_>, tensor: TensorId) -> TokenStream {
    let formula = &steps.lowered.formula;
    let (variable, lengths) = (forms::variable(formula, tensor), shapes::lengths(steps, tensor));
    let (element, memory) = (shapes::element(steps, tensor), shapes::memory_in(steps, tensor));
    quote_spanned! { Span::mixed_site()=> let mut #variable = SITE_.growing(#element, #memory, #lengths)?; }
}

/// Writes zeros to what the user has, if steps add to it what should take its place.
pub(super) fn cleared(
    steps: FormulaSteps<'_>,
    (target, adds): (&Access, bool),
    is_added_to: bool,
) -> Option<TokenStream> {
    if adds || !is_added_to || !steps.lowered.targets.contains(&target.tensor) {
        return None;
    }
    let view = view(steps, target.tensor);
    Some(quote_spanned! { Span::mixed_site()=> runtime::rescale(&mut #view, runtime::Element::ZERO); })
}
