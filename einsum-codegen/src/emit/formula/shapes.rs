//! How long tensors are, and of what elements.

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote_spanned;
use syn::Expr;

use super::{
    forms::{self, FormLabels},
    signature::{Length, Signature},
};
use crate::{
    emit::{names, types},
    few::List,
    ir::{
        Einsum, Label,
        formula::{Affine, Elements, Formula, TensorId, TensorKind},
    },
    lower::formula::{LoweredFormula, Part, Run},
    tuning::{FORMULA_INLINED_MAX_STEPS, TYPED_MAX_LABELS},
};

/// A lowered formula, and what of the user's is in it.
#[derive(Clone, Copy)]
pub(super) struct FormulaSteps<'a> {
    pub(super) lowered: &'a LoweredFormula,
    pub(super) functions: &'a [Expr],
    /// The numbers by which the checks of the site call tensors.
    pub(super) operands: usize,
    /// The lengths of tensors that types say.
    pub(super) signature: &'a Signature,
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

/// The memory of a tensor: that of its extents, if types say them, or the heap.
pub(super) fn memory(signature: &Signature, formula: &Formula, tensor: TensorId) -> TokenStream {
    memory_of(signature, &signature.of_tensor(formula, tensor))
}

/// The memory of a tensor, also of a part of another.
pub(super) fn memory_in(steps: FormulaSteps<'_>, tensor: TensorId) -> TokenStream {
    match steps.lowered.parts.get(&tensor) {
        Some(part) => memory_of_part(steps, part),
        None => memory(steps.signature, &steps.lowered.formula, tensor),
    }
}

/// The memory of a part of a tensor.
fn memory_of_part(steps: FormulaSteps<'_>, part: &Part) -> TokenStream {
    let (signature, formula) = (steps.signature, &steps.lowered.formula);
    let whole = signature.of_tensor(formula, part.of);
    let lengths = part.axes.iter().zip(whole).map(|(form, whole)| match form {
        None => whole,
        Some((form, _)) => signature.known(|literals| formula.known_span(form, literals)),
    });
    memory_of(signature, &lengths.collect::<Vec<_>>())
}

/// The memory of a tensor with an axis for each of these labels.
pub(super) fn memory_of_labels(steps: FormulaSteps<'_>, labels: &[Label]) -> TokenStream {
    let lengths = labels.mapped(|label| steps.signature.of_label(&steps.lowered.formula, label));
    memory_of(steps.signature, &lengths)
}

fn memory_of(signature: &Signature, lengths: &[Length]) -> TokenStream {
    if lengths.is_empty() {
        return quote_spanned! { Span::mixed_site()=> runtime::Single };
    }
    if !signature.einsum.typed || lengths.contains(&Length::Open) {
        return quote_spanned! { Span::mixed_site()=> runtime::Heap };
    }
    let lengths = listed(lengths);
    quote_spanned! { Span::mixed_site()=> runtime::memory(kind_, runtime::PhantomData::<#lengths>) }
}

/// The kind of a contraction, whose labels have numbers of their own, and the contraction with a note whether it is typed. One of many
/// steps calls what computes it.
pub(super) fn kind(steps: FormulaSteps<'_>, einsum: &Einsum) -> (Option<TokenStream>, Einsum) {
    let typed = steps.signature.einsum.typed && einsum.labels.all().len() <= TYPED_MAX_LABELS;
    let own = steps.signature.einsum.typed.then(|| if typed { relabelled(steps, einsum) } else { of_arrays() });
    let kind = if steps.lowered.steps.len() > FORMULA_INLINED_MAX_STEPS {
        let kind = own.unwrap_or_else(|| quote_spanned! { Span::mixed_site()=> kind_ });
        Some(quote_spanned! { Span::mixed_site()=> runtime::called(#kind) })
    } else {
        own
    };
    let declared = kind.map(|kind| quote_spanned! { Span::mixed_site()=> let kind_ = #kind; });
    (declared, Einsum { typed, ..einsum.clone() })
}

fn of_arrays() -> TokenStream {
    quote_spanned! { Span::mixed_site()=> runtime::OfArrays }
}

fn relabelled(steps: FormulaSteps<'_>, einsum: &Einsum) -> TokenStream {
    let formula = &steps.lowered.formula;
    let lengths = einsum.labels.all().mapped(|label| {
        let of_formula = formula.labels.all().iter().find(|other| other.name() == label.name());
        of_formula.map_or(Length::Open, |label| steps.signature.of_label(formula, label))
    });
    let lengths = listed(&lengths);
    quote_spanned! { Span::mixed_site()=> runtime::relabelled(kind_, runtime::PhantomData::<#lengths>) }
}

/// Lengths as a list of types.
fn listed(lengths: &[Length]) -> TokenStream {
    types::list(lengths.iter().map(|length| match length {
        Length::Of(label) => {
            let label = names::label(label);
            quote_spanned! { Span::mixed_site()=> runtime::Numbered<#label> }
        }
        Length::Known(extent) => {
            let extent = Literal::u64_unsuffixed(*extent);
            quote_spanned! { Span::mixed_site()=> runtime::Extent<#extent> }
        }
        Length::Open => quote_spanned! { Span::mixed_site()=> runtime::Open },
    }))
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
