//! The constant of a formula's call site, and its checks:
//!
//! ```text
//! const SITE_: Site = Site { subscripts: "[n, f, i] = x[n, c, 2*i + p] * w[f, c, p]", operands: &[("x", "[n, c, 2*i + p]"), ..], .. };
//!
//! let extent_p_ = operand_1_.extent(2);
//! let extent_i_ = runtime::largest(0, [0, extent_p_], [(operand_0_.extent(2), runtime::form([2, 1], 0))]);
//! SITE_.form((0, 2, "2*i + p"), operand_0_.extent(2), [extent_i_, extent_p_], runtime::form([2, 1], 0))?;
//! ```

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::forms::{self, FormLabels};
use crate::{
    emit::names,
    few::List,
    ir::{
        Label,
        formula::{
            Access, Affine, Amount, Axis, Extent, ExtentFrom, Formula, Index, Outside, Reduction, Shape, TensorId,
            TensorKind,
        },
    },
};

/// A formula as its site sees it.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    /// The forward, whose accesses are checked.
    pub(super) formula: &'a Formula,
    /// The extents that are found: of all labels that any step has.
    pub(super) extents: &'a [Extent],
    /// The text of it, as written.
    pub(super) text: &'a str,
    /// Texts of operands.
    pub(super) operands: &'a [String],
    /// The text of `out`.
    pub(super) out: Option<&'a str>,
    /// Texts of numbers within forms of labels.
    pub(super) given: &'a [String],
}

/// A form along an axis of a tensor, which must lead to elements.
#[derive(PartialEq)]
struct Within {
    tensor: TensorId,
    axis: usize,
    form: Affine,
    outside: Outside,
}

/// The number by which errors call a tensor: operands first, then the others.
fn number(formula: &Formula, operands: usize, tensor: TensorId) -> usize {
    match formula.tensor(tensor).kind {
        TensorKind::Operand(number) | TensorKind::Gradient(number) | TensorKind::Tangent(number) => number,
        TensorKind::Result => operands,
        _ => operands + 1 + tensor.0,
    }
}

/// How errors call an axis that is indexed by a tensor: `(0, 1, "t[i]")`.
pub(super) fn called(
    formula: &Formula,
    operands: usize,
    (tensor, axis): (TensorId, usize),
    indices: &Access,
) -> TokenStream {
    let (number, axis) = (names::number(number(formula, operands, tensor)), names::number(axis));
    let text = formula.labels.written(&formula.show(indices).to_string());
    quote_spanned! { Span::mixed_site()=> (#number, #axis, #text) }
}

impl Site<'_> {
    /// The call site as a constant, from which messages at run time are made.
    pub(super) fn constant(self) -> TokenStream {
        let text = self.text;
        let operands = self.operands.iter().enumerate().map(|(number, source)| {
            let tensor = self.formula.find(TensorKind::Operand(number));
            let subscript = tensor.map_or_else(String::new, |tensor| self.subscript(tensor));
            quote! { (#source, #subscript) }
        });
        let result = self.formula.find(TensorKind::Result);
        let (out, subscript) = (self.out.unwrap_or("result"), result.map_or_else(String::new, |id| self.subscript(id)));
        let others = self.formula.tensors.iter().map(|tensor| {
            let name = &tensor.name;
            quote! { (#name, "") }
        });
        let labels = self.formula.labels.all().iter().map(|label| self.formula.labels.written(label.name()));
        quote_spanned! { Span::mixed_site()=>
            const SITE_: runtime::Site = runtime::Site {
                subscripts: #text,
                operands: &[#(#operands,)* (#out, #subscript), #(#others),*],
                labels: &[#(#labels),*],
            };
        }
    }

    /// `[n, c, 2*i + p]`: the indices at which a tensor is accessed first.
    fn subscript(self, tensor: TensorId) -> String {
        let accesses = self
            .formula
            .statements
            .iter()
            .flat_map(|statement| [&statement.target].into_iter().chain(statement.reads()));
        let mut accesses = accesses.filter(|access| access.tensor == tensor);
        let axes = accesses.next().map_or(&[][..], |access| &access.axes);
        let axes: Vec<String> = axes.mapped(|axis| self.written(&self.formula.show(axis).to_string()));
        format!("[{}]", axes.join(", "))
    }

    /// A form with the labels and the numbers of the user's as they are written.
    fn written(self, form: &str) -> String {
        let mut form = self.formula.labels.written(form);
        for (number, text) in self.given.iter().enumerate().rev() {
            form = form.replace(&format!("(0 + 1*#{number})"), &format!("({text})"));
            form = form.replace(&format!("1*#{number}"), text).replace(&format!("#{number}"), text);
        }
        form
    }

    /// Finds all extents, and checks that every access is within its tensor.
    pub(super) fn checks(self) -> TokenStream {
        let extents = self.extents.iter().map(|extent| self.extent(extent));
        let mut checked: Vec<Within> = Vec::new();
        let mut checks = TokenStream::new();
        for statement in &self.formula.statements {
            if let (Reduction::ArgMax | Reduction::ArgMin, [label]) = (statement.reduction, &*statement.reduced) {
                let (name, number) = (statement.reduction.to_string(), names::label(label));
                let extent = names::extent(label);
                checks.extend(quote_spanned! { Span::mixed_site()=> SITE_.not_empty(#name, #number, #extent)?; });
            }
            for access in [&statement.target].into_iter().chain(statement.reads()) {
                for (number, axis) in access.axes.iter().enumerate() {
                    let within = self.unchecked((access.tensor, number), axis);
                    if let Some(within) = within.filter(|within| !checked.contains(within)) {
                        checks.extend(self.check(&within));
                        checked.push(within);
                    }
                }
            }
        }
        quote_spanned! { Span::mixed_site()=> #(#extents)* #checks }
    }

    /// The condition on the form of an axis that has to be checked, unless it is known to hold.
    fn unchecked(self, (tensor, number): (TensorId, usize), axis: &Axis) -> Option<Within> {
        let Index::Affine(form) = &axis.index else { return None };
        let within = Within { tensor, axis: number, form: form.clone(), outside: axis.outside };
        match axis.outside {
            Outside::Error => {}
            Outside::Zero => return None,
            Outside::Wrap | Outside::Clamp => return Some(within),
        }
        if let Shape::Needed(forms) = &self.formula.tensor(tensor).shape
            && forms.get(number) == Some(form)
            && !may_be_negative(form)
            && (self.out.is_none() || form.bare().is_some() || self.formula.tensor(tensor).kind != TensorKind::Result)
        {
            return None;
        }
        let is_known = self.formula.extents.iter().any(|extent| match &extent.from {
            ExtentFrom::Axes(axes) => form.bare() == Some(&extent.label) && axes.contains(&(tensor, number)),
            ExtentFrom::Largest(axes) => {
                !may_be_negative(form) && axes.iter().any(|(t, a, f)| (*t, *a) == (tensor, number) && f == form)
            }
            ExtentFrom::Given(_) => false,
        });
        (!is_known).then_some(within)
    }

    /// Checks that a form is within an axis, or, if the tensor goes on around it, that there is an element.
    fn check(self, Within { tensor, axis, form, outside }: &Within) -> TokenStream {
        let mut labels = Vec::new();
        form.labels(&mut labels);
        let text = self.written(&form.to_string());
        let number = names::number(number(self.formula, self.operands.len(), *tensor));
        let extent = self.axis(*tensor, *axis);
        let (extents, form) = (forms::extents(&labels), FormLabels::labels(&labels).form(form));
        let axis = names::number(*axis);
        let method = names::local(if *outside == Outside::Error { "form" } else { "form_around" });
        quote_spanned! { Span::mixed_site()=> SITE_.#method((#number, #axis, #text), #extent, #extents, #form)?; }
    }

    /// How long an axis is.
    fn axis(self, tensor: TensorId, axis: usize) -> TokenStream {
        let number = names::number(axis);
        match (self.formula.tensor(tensor).kind, &self.formula.tensor(tensor).shape) {
            (TensorKind::Result, _) if self.out.is_some() => {
                quote_spanned! { Span::mixed_site()=> runtime::ViewMut::extent(target_, #number) }
            }
            (_, Shape::Needed(forms)) => forms::length(&forms[axis]),
            _ => {
                let view = forms::view(self.formula, tensor);
                quote_spanned! { Span::mixed_site()=> #view.extent(#number) }
            }
        }
    }

    fn extent(self, extent: &Extent) -> TokenStream {
        let (label, variable) = (names::label(&extent.label), names::extent(&extent.label));
        let value = match &extent.from {
            _ if extent.label.is_fused() => quote_spanned! { Span::mixed_site()=> ellipsis_.count() },
            ExtentFrom::Given(_) => names::given(&extent.label).to_token_stream(),
            ExtentFrom::Axes(axes) => self.agreed(&label.to_token_stream(), axes),
            ExtentFrom::Largest(axes) => self.largest(&extent.label, axes),
        };
        quote_spanned! { Span::mixed_site()=> let #variable = #value; }
    }

    /// The extent of axes that must agree.
    fn agreed(self, label: &TokenStream, axes: &[(TensorId, usize)]) -> TokenStream {
        let mut tensors: Vec<TensorId> = axes.mapped(|(tensor, _)| *tensor);
        tensors.dedup();
        let pairs = tensors.mapped(|tensor| {
            let number = names::number(number(self.formula, self.operands.len(), *tensor));
            let own = axes.iter().filter(|(other, _)| other == tensor);
            let extents: Vec<TokenStream> = own.map(|(tensor, axis)| self.axis(*tensor, *axis)).collect();
            let extent = match extents.as_slice() {
                [only] => only.clone(),
                all => quote_spanned! { Span::mixed_site()=> SITE_.diagonal(#label, #number, [#(#all),*])? },
            };
            (number, extent)
        });
        if let [(_, only)] = pairs.as_slice() {
            return only.clone();
        }
        let method = names::local(if self.formula.broadcasts { "extent" } else { "equal_extent" });
        let pairs = pairs.iter().map(|(number, extent)| quote_spanned! { Span::mixed_site()=> (#number, #extent) });
        quote_spanned! { Span::mixed_site()=> SITE_.#method(#label, [#(#pairs),*])? }
    }

    /// The largest extent with which forms stay within their axes.
    fn largest(self, label: &Label, axes: &[(TensorId, usize, Affine)]) -> TokenStream {
        let mut labels = vec![label.clone()];
        for (_, _, form) in axes {
            form.labels(&mut labels);
        }
        // What is known is not 0.
        let mut factors = axes.iter().flat_map(|(_, _, form)| &form.terms).filter(|(_, other)| other == label);
        let is_known = factors.any(|(factor, _)| factor.given.is_empty());
        let extents = labels[1..].iter().map(names::extent);
        let over = FormLabels::labels(&labels);
        let axes = axes.iter().map(|(tensor, axis, form)| {
            let (extent, form) = (self.axis(*tensor, *axis), over.form(form));
            quote_spanned! { Span::mixed_site()=> (#extent, #form) }
        });
        let largest = quote_spanned! { Span::mixed_site()=> runtime::largest(0, [0, #(#extents),*], [#(#axes),*]) };
        if is_known {
            return largest;
        }
        let number = names::label(label);
        quote_spanned! { Span::mixed_site()=> SITE_.bounded(#number, #largest)? }
    }

    /// The extents that a target of the user's must have.
    pub(super) fn expected(self, result: TensorId) -> TokenStream {
        let mut targets = self.formula.statements.iter().map(|statement| &statement.target);
        let axes = targets.find(|target| target.tensor == result).map_or(&[][..], |target| &target.axes);
        let lengths = axes.iter().enumerate().map(|(number, axis)| match axis.bare() {
            Some(label) => names::extent(label).to_token_stream(),
            None => self.axis(result, number),
        });
        quote_spanned! { Span::mixed_site()=> [#(#lengths),*] }
    }
}

/// Whether a form may be less than 0.
fn may_be_negative(form: &Affine) -> bool {
    let is_negative = |amount: &Amount| amount.known < 0 || amount.given.iter().any(|(times, _)| *times < 0);
    is_negative(&form.constant) || form.terms.iter().any(|(factor, _)| is_negative(factor))
}
