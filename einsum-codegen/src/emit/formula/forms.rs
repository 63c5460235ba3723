//! Forms of labels, and tensors at them: `runtime::form([2, 1], 0)`, `runtime::View::forms(operand_0_, [extent_i_, extent_p_], [..])`.

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote_spanned;

use crate::{
    emit::names,
    ir::{
        Label,
        formula::{Access, Affine, Amount, Formula, Shape, TensorId, TensorKind},
    },
    lower::formula::LoweredFormula,
};

/// The labels that forms are written over: by their numbers here. Those of a window come last, and have one index each where the
/// forms are used.
#[derive(Clone, Copy)]
pub(super) struct FormLabels<'a> {
    pub(super) labels: &'a [Label],
    pub(super) window: &'a [Label],
}

impl<'a> FormLabels<'a> {
    /// Labels of which none is that of a window.
    pub(super) fn labels(labels: &'a [Label]) -> Self {
        Self { labels, window: &[] }
    }

    /// `[extent_i_, extent_p_]`: those of the labels that are looped over.
    pub(super) fn extents(self) -> TokenStream {
        extents(self.labels)
    }

    /// `[runtime::form([2, 1], 0), ..]`: where the axes of a tensor are accessed.
    pub(super) fn forms(self, lowered: &LoweredFormula, access: &Access) -> TokenStream {
        let part = lowered.parts.get(&access.tensor);
        let forms = access.axes.iter().enumerate().map(|(number, axis)| {
            let form = axis.affine().map(|form| self.form(form));
            // A part begins at the least of its indices.
            let begins = part.is_some_and(|part| part.axes[number].is_some());
            let all: Vec<Label> = self.labels.iter().chain(self.window).cloned().collect();
            let extents = extents(&all);
            let least = begins.then(|| quote_spanned! { Span::mixed_site()=> .from_least(#extents) });
            let fixed = (!self.window.is_empty()).then(|| quote_spanned! { Span::mixed_site()=> .in_window(window_) });
            quote_spanned! { Span::mixed_site()=> #form #least #fixed }
        });
        quote_spanned! { Span::mixed_site()=> [#(#forms),*] }
    }

    /// `runtime::form([2, 1], 0)`
    pub(super) fn form(self, form: &Affine) -> TokenStream {
        let factor = |label: &Label| {
            let term = form.terms.iter().find(|(_, other)| other == label);
            term.map_or_else(|| amount(&Amount::default()), |(factor, _)| amount(factor))
        };
        let (factors, constant) = (self.labels.iter().chain(self.window).map(factor), amount(&form.constant));
        quote_spanned! { Span::mixed_site()=> runtime::form([#(#factors),*], #constant) }
    }
}

/// `[extent_i_, extent_p_]`
pub(super) fn extents(labels: &[Label]) -> TokenStream {
    let extents = labels.iter().map(names::extent);
    quote_spanned! { Span::mixed_site()=> [#(#extents),*] }
}

/// `2`, or `runtime::negative(2)`: an operator would be one to lints.
pub(super) fn integer(number: i64) -> TokenStream {
    let positive = Literal::u64_unsuffixed(number.unsigned_abs());
    if number < 0 {
        quote_spanned! { Span::mixed_site()=> runtime::negative(#positive) }
    } else {
        quote_spanned! { Span::mixed_site()=> #positive }
    }
}

/// `2`, or `runtime::amount(2, [(3, number_0_)])`
pub(super) fn amount(amount: &Amount) -> TokenStream {
    let known = integer(amount.known);
    if amount.given.is_empty() {
        return quote_spanned! { Span::mixed_site()=> #known };
    }
    let given = amount.given.iter().map(|(times, number)| {
        let (times, number) = (integer(*times), names::given_number(*number));
        quote_spanned! { Span::mixed_site()=> (#times, #number) }
    });
    quote_spanned! { Span::mixed_site()=> runtime::amount(#known, [#(#given),*]) }
}

/// A view of a tensor.
pub(super) fn view(formula: &Formula, tensor: TensorId) -> TokenStream {
    let variable = variable(formula, tensor);
    match formula.tensor(tensor).kind {
        TensorKind::Operand(_) | TensorKind::Tangent(_) | TensorKind::Cotangent => variable,
        _ => quote_spanned! { Span::mixed_site()=> runtime::Tensor::view(&#variable) },
    }
}

/// The variable of a tensor: `operand_0_`, `cotangent_`, `local_s_`, `result_`, `gradient_0_`, ..
pub(super) fn variable(formula: &Formula, tensor: TensorId) -> TokenStream {
    let found = formula.tensor(tensor);
    let name = match found.kind {
        TensorKind::Operand(number) => names::operand(number),
        TensorKind::Tangent(number) => names::tangent(number),
        TensorKind::Cotangent => names::variable("cotangent"),
        TensorKind::Local => names::formula_local(&found.name),
        TensorKind::Result => names::variable("result"),
        TensorKind::Gradient(number) => names::gradient(number),
        TensorKind::ResultTangent | TensorKind::CotangentGradient => names::variable("result_tangent"),
    };
    quote_spanned! { Span::mixed_site()=> #name }
}

/// How long the axes of a tensor are: `[extent_i_, runtime::needed(..)]`.
pub(super) fn lengths(formula: &Formula, tensor: TensorId) -> TokenStream {
    match &formula.tensor(tensor).shape {
        Shape::Given(_) => shape(formula, tensor),
        Shape::Like(other) => match &formula.tensor(*other).shape {
            Shape::Needed(_) => lengths(formula, *other),
            _ => shape(formula, *other),
        },
        Shape::Needed(forms) => {
            let lengths = forms.iter().map(length);
            quote_spanned! { Span::mixed_site()=> [#(#lengths),*] }
        }
    }
}

/// `shape_0_`: the extents of a tensor that is given.
fn shape(formula: &Formula, tensor: TensorId) -> TokenStream {
    match formula.tensor(tensor).kind {
        TensorKind::Operand(number) | TensorKind::Tangent(number) => {
            let shape = names::shape(number);
            quote_spanned! { Span::mixed_site()=> #shape }
        }
        // (Of what the user has; otherwise it is as long as its indices need.)
        TensorKind::Result => quote_spanned! { Span::mixed_site()=> runtime::ViewMut::extents(target_) },
        _ => {
            let view = view(formula, tensor);
            quote_spanned! { Span::mixed_site()=> runtime::View::extents(#view) }
        }
    }
}

/// How long an axis must be for all values of a form.
pub(super) fn length(form: &Affine) -> TokenStream {
    if let Some(label) = form.bare() {
        let extent = names::extent(label);
        return quote_spanned! { Span::mixed_site()=> #extent };
    }
    let mut labels = Vec::new();
    form.labels(&mut labels);
    let (extents, form) = (extents(&labels), FormLabels::labels(&labels).form(form));
    quote_spanned! { Span::mixed_site()=> runtime::needed(#extents, #form) }
}
