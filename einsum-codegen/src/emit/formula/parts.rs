//! Copies of what may be outside of a tensor, or is gathered, and the way back:
//!
//! ```text
//! let local_x_part_ = SITE_.copy(element_, [..], operand_0_, [runtime::Along::Form(form([1], -1), runtime::Outside::Zero), ..])?;
//! ```

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote_spanned;

use super::{
    forms::{self, FormLabels},
    shapes::{self, FormulaSteps, over_own},
    site, targets,
};
use crate::{
    emit::names,
    ir::{
        Label,
        formula::{Access, Index, Outside, TensorId},
    },
    lower::formula::{Part, Work, labels_of},
};

/// Fills a part of a tensor.
pub(super) fn fill(steps: FormulaSteps<'_>, part: TensorId) -> TokenStream {
    let formula = &steps.lowered.formula;
    let Some(of) = steps.lowered.parts.get(&part) else { return TokenStream::new() };
    let (variable, source) = (forms::variable(formula, part), forms::view(formula, of.of));
    let (element, memory) = (shapes::element(steps, part), shapes::memory_in(steps, part));
    let (lengths, along) = (shapes::of_part(steps, of), along(of));
    quote_spanned! { Span::mixed_site()=> let #variable = SITE_.copy(#element, #memory, #lengths, #source, #along)?; }
}

/// Adds a part of a tensor to it.
pub(super) fn store(steps: FormulaSteps<'_>, part: TensorId, adds: bool, is_first: bool) -> TokenStream {
    let formula = &steps.lowered.formula;
    let Some(of) = steps.lowered.parts.get(&part) else { return TokenStream::new() };
    let declared = targets::declared(steps, of.of, is_first);
    let access = Access { tensor: of.of, axes: Vec::new(), conj: false };
    let cleared = targets::cleared(steps, (&access, adds), true);
    let (source, target, along) = (forms::view(formula, part), targets::view(steps, of.of), along(of));
    quote_spanned! { Span::mixed_site()=> #declared #cleared runtime::scatter(#source, #target, #along); }
}

/// How the axes of a part lie along those of the tensor.
fn along(part: &Part) -> TokenStream {
    let rank = part.axes.len();
    let along = part.axes.iter().enumerate().map(|(axis, form)| {
        let factors = (0..rank).map(|other| Literal::i64_unsuffixed(i64::from(other == axis)));
        let (first, outside) = match form {
            None => (quote_spanned! { Span::mixed_site()=> 0 }, Outside::Error),
            Some((form, outside)) => {
                let (extents, form) = over_own(form);
                (quote_spanned! { Span::mixed_site()=> runtime::least(#extents, #form) }, *outside)
            }
        };
        let outside = self::outside(outside);
        quote_spanned! { Span::mixed_site()=> runtime::Along::Form(runtime::form([#(#factors),*], #first), #outside) }
    });
    quote_spanned! { Span::mixed_site()=> [#(#along),*] }
}

/// The name of what is outside.
pub(super) fn outside(outside: Outside) -> TokenStream {
    let name = names::local(match outside {
        Outside::Error => "Error",
        Outside::Zero => "Zero",
        Outside::Wrap => "Wrap",
        Outside::Clamp => "Clamp",
    });
    quote_spanned! { Span::mixed_site()=> runtime::Outside::#name }
}

/// Gathers elements into a local.
pub(super) fn gather(steps: FormulaSteps<'_>, target: &Access, access: &Access) -> TokenStream {
    let formula = &steps.lowered.formula;
    let labels = labels_of(target);
    let (positions, along) = gathered(steps, access, &labels);
    let (variable, source) = (forms::variable(formula, target.tensor), forms::view(formula, access.tensor));
    let element = match formula.tensor(target.tensor).elements {
        crate::ir::formula::Elements::Numbers => quote_spanned! { Span::mixed_site()=> element_ },
        crate::ir::formula::Elements::Indices => {
            quote_spanned! { Span::mixed_site()=> runtime::elements_of_view(#source) }
        }
    };
    let (extents, memory) = (forms::extents(&labels), shapes::memory_of_labels(steps, &labels));
    quote_spanned! { Span::mixed_site()=>
        let #variable = {
            #positions
            SITE_.copy(#element, #memory, #extents, #source, #along)?
        };
    }
}

/// Checks the elements of some tensors of indices, where something is written that the user has: before that.
pub(super) fn checked(steps: FormulaSteps<'_>, is_checked: &dyn Fn(TensorId) -> bool) -> TokenStream {
    let (lowered, formula) = (steps.lowered, &steps.lowered.formula);
    let accesses = lowered.steps.iter().filter(|_| !lowered.targets.is_empty()).filter_map(|step| match &step.work {
        Work::Gather { access, .. } | Work::Scatter { access, .. } => Some(access),
        _ => None,
    });
    let mut seen = Vec::new();
    let mut checks = TokenStream::new();
    for access in accesses {
        for (number, axis) in access.axes.iter().enumerate() {
            let Index::Gather(indices) = &axis.index else { continue };
            let place = (access.tensor, number, axis.outside, indices.tensor);
            if seen.contains(&place) || !is_checked(indices.tensor) {
                continue;
            }
            let view = forms::view(formula, indices.tensor);
            let called = site::called(formula, steps.operands, (access.tensor, number), indices);
            let (lengths, outside) = (shapes::lengths(steps, access.tensor), outside(axis.outside));
            let axis = names::number(number);
            checks.extend(quote_spanned! { Span::mixed_site()=>
                SITE_.indices_fit(#called, (runtime::at(#lengths, #axis), #outside), #view)?;
            });
            seen.push(place);
        }
    }
    checks
}

/// Adds a local to the elements that indices lead to.
pub(super) fn scatter(
    steps: FormulaSteps<'_>,
    (access, source): (&Access, &Access),
    adds: bool,
    is_first: bool,
) -> TokenStream {
    let labels = labels_of(source);
    let declared = targets::declared(steps, access.tensor, is_first);
    let cleared = targets::cleared(steps, (access, adds), true);
    let (positions, along) = gathered(steps, access, &labels);
    let (source, target) = (forms::view(&steps.lowered.formula, source.tensor), targets::view(steps, access.tensor));
    quote_spanned! { Span::mixed_site()=>
        #declared
        {
            #positions
            #cleared
            runtime::scatter(#source, #target, #along);
        }
    }
}

/// The positions that tensors of indices lead to, and how labels lie along the axes of a tensor.
fn gathered(steps: FormulaSteps<'_>, access: &Access, labels: &[Label]) -> (TokenStream, TokenStream) {
    let over = FormLabels::labels(labels);
    let mut positions = TokenStream::new();
    let along = access.axes.iter().enumerate().map(|(number, axis)| {
        let outside = outside(axis.outside);
        match &axis.index {
            Index::Affine(form) => {
                let form = over.form(form);
                quote_spanned! { Span::mixed_site()=> runtime::Along::Form(#form, #outside) }
            }
            Index::Gather(indices) => {
                let variable = names::positions(number);
                let formula = &steps.lowered.formula;
                let view = forms::view(formula, indices.tensor);
                let called = site::called(formula, steps.operands, (access.tensor, number), indices);
                let lengths = shapes::lengths(steps, access.tensor);
                let (axis, memory) = (names::number(number), shapes::memory_in(steps, indices.tensor));
                positions.extend(quote_spanned! { Span::mixed_site()=>
                    let #variable = SITE_.positions(#memory, #called, (runtime::at(#lengths, #axis), #outside), #view)?;
                });
                let (extents, forms) = (over.extents(), over.forms(steps.lowered, indices));
                quote_spanned! { Span::mixed_site()=>
                    runtime::Along::Gather(runtime::Reach::new(#extents, runtime::Tensor::view(&#variable), #forms))
                }
            }
        }
    });
    let along: Vec<_> = along.collect();
    (positions, quote_spanned! { Span::mixed_site()=> [#(#along),*] })
}
