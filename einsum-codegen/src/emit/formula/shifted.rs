//! Terms that are added to a tensor at shifted indices: all at once where they all lead, and near the border each by itself.
//!
//! ```text
//! let gradient_0_ = {
//!     let inner_ = runtime::Inner::all(shape_0_);
//!     let inner_ = runtime::Inner::and(inner_, [extent_i_], [runtime::shift(runtime::form([1], 1), 0, runtime::Outside::Error)]);
//!     ..
//!     let inner_ = runtime::Inner::unless_few(inner_);
//!     let mut shifted_ = {
//!         struct Body_; ..
//!         let (extents_, starts_) = ([runtime::Inner::extent(&inner_, 0)], [runtime::Inner::start(&inner_, 0)]);
//!         SITE_.shifted(element_, runtime::Heap, &inner_, extents_, Body_, [runtime::Reach::new(extents_, cotangent_, [runtime::form([1], -1).moved(starts_)]), ..])?
//!     };
//!     { struct Body_; .. runtime::pieces(&inner_, [extent_i_], [..], |piece_| runtime::map(piece_.extents, Body_, [..], .., runtime::Onto::Add)); }
//!     ..
//!     shifted_
//! };
//! ```

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::{
    body::Body,
    forms::{self, FormLabels},
    parts,
    shapes::{self, FormulaSteps},
    targets,
};
use crate::{
    emit::names,
    few::numbered,
    ir::{
        Label,
        formula::{Access, Axis},
    },
    lower::formula::{Map, Shifted, Term},
};

/// The terms of a tensor, which are added to what is there, or written to a new one.
pub(super) fn shifted(steps: FormulaSteps<'_>, shifted: &Shifted, is_first: bool) -> TokenStream {
    let tensor = shifted.target().tensor;
    let inner = inner(steps, shifted);
    let is_new = is_first && !steps.lowered.targets.contains(&tensor);
    let view = if is_new {
        quote_spanned! { Span::mixed_site()=> runtime::Tensor::view_mut(&mut shifted_) }
    } else {
        targets::view(steps, tensor)
    };
    let pieces = alike(&shifted.terms).into_iter().map(|terms| pieces(steps, &terms, &view));
    if !is_new {
        let cleared = targets::cleared(steps, (shifted.target(), shifted.adds), true);
        let all = shifted.all.as_ref().map(|all| onto(steps, all, &view));
        return quote_spanned! { Span::mixed_site()=> #cleared { #inner #all #(#pieces)* } };
    }
    let (variable, mutable) = (forms::variable(&steps.lowered.formula, tensor), steps.mutable(tensor));
    let (memory, element) = (shapes::memory_in(steps, tensor), shapes::element(steps, tensor));
    let new = match &shifted.all {
        Some(all) => new(steps, all, (&element, &memory)),
        None => {
            let lengths = shapes::lengths(steps, tensor);
            quote_spanned! { Span::mixed_site()=> SITE_.zeros(#element, #memory, #lengths)? }
        }
    };
    quote_spanned! { Span::mixed_site()=>
        let #mutable #variable = { #inner let mut shifted_ = #new; #(#pieces)* shifted_ };
    }
}

/// The elements that all terms lead to.
fn inner(steps: FormulaSteps<'_>, shifted: &Shifted) -> TokenStream {
    let lengths = shapes::lengths(steps, shifted.target().tensor);
    if shifted.all.is_none() {
        return quote_spanned! { Span::mixed_site()=> let inner_ = runtime::Inner::none(#lengths); };
    }
    let terms = shifted.terms.iter().map(|term| {
        let (extents, along) = (forms::extents(&term.map.labels), along(term));
        quote_spanned! { Span::mixed_site()=> let inner_ = runtime::Inner::and(inner_, #extents, #along); }
    });
    quote_spanned! { Span::mixed_site()=>
        let inner_ = runtime::Inner::all(#lengths);
        #(#terms)*
        let inner_ = runtime::Inner::unless_few(inner_);
    }
}

/// `[runtime::shift(runtime::form([1, 1], 0), 0, runtime::Outside::Zero), ..]`
fn along(term: &Term) -> TokenStream {
    let (labels, over) = (&term.map.labels, FormLabels::labels(&term.map.labels));
    let axes = term.map.target.axes.iter().zip(&term.along).map(|(axis, label)| {
        let form = axis.affine().map(|form| over.form(form));
        let number = labels.iter().position(|other| other == label).map(names::number);
        let outside = parts::outside(axis.outside);
        quote_spanned! { Span::mixed_site()=> runtime::shift(#form, #number, #outside) }
    });
    quote_spanned! { Span::mixed_site()=> [#(#axes),*] }
}

/// The map of all terms into a new tensor.
fn new(steps: FormulaSteps<'_>, all: &Map, (element, memory): (&TokenStream, &TokenStream)) -> TokenStream {
    let Body { item, value } = Body::new(steps, all);
    let (places, reads) = (places(all), reads_of_all(steps, all));
    quote_spanned! { Span::mixed_site()=> {
        #item
        #places
        SITE_.shifted(#element, #memory, &inner_, extents_, #value, #reads)?
    } }
}

/// The map of all terms, added to what is there.
fn onto(steps: FormulaSteps<'_>, all: &Map, view: &TokenStream) -> TokenStream {
    let Body { item, value } = Body::new(steps, all);
    let (places, reads) = (places(all), reads_of_all(steps, all));
    quote_spanned! { Span::mixed_site()=> {
        #item
        #places
        let target_ = runtime::ReachMut::new(extents_, #view, runtime::Inner::forms(&inner_));
        runtime::map(extents_, #value, #reads, target_, runtime::Onto::Add);
    } }
}

/// How many indices the labels of the map of all terms have, and where they begin.
fn places(all: &Map) -> TokenStream {
    let (axes, windows) = all.labels.split_at(all.free);
    let axes = numbered(axes.len(), names::number);
    let (extents, zeros) = (windows.iter().map(names::extent), windows.iter().map(|_| names::number(0)));
    // (Of numbers alone nobody asks where they are.)
    let has_axes = all.reads.iter().any(|read| !read.axes.is_empty());
    let starts = has_axes.then(|| {
        quote_spanned! { Span::mixed_site()=> let starts_ = [#(runtime::Inner::start(&inner_, #axes),)* #(#zeros),*]; }
    });
    quote_spanned! { Span::mixed_site()=>
        let extents_ = [#(runtime::Inner::extent(&inner_, #axes),)* #(#extents),*];
        #starts
    }
}

/// The reads of the map of all terms.
fn reads_of_all(steps: FormulaSteps<'_>, all: &Map) -> TokenStream {
    let reads = all.reads.iter().map(|read| {
        let part = steps.lowered.parts.get(&read.tensor);
        let forms = read.axes.iter().enumerate().map(|(number, axis)| {
            // (A part begins at the least of the indices that it is for.)
            let of_part = part.and_then(|part| part.axes[number].as_ref());
            let less = of_part.map(|(form, _)| {
                let (extents, form) = shapes::over_own(form);
                quote_spanned! { Span::mixed_site()=> .less(runtime::least(#extents, #form)) }
            });
            let form = form(&all.labels, axis);
            quote_spanned! { Span::mixed_site()=> #form #less.moved(starts_) }
        });
        let view = forms::view(&steps.lowered.formula, read.tensor);
        quote_spanned! { Span::mixed_site()=> runtime::Reach::new(extents_, #view, [#(#forms),*]) }
    });
    quote_spanned! { Span::mixed_site()=> [#(#reads),*] }
}

/// The terms, those of one value together: they have one body.
fn alike(terms: &[Term]) -> Vec<Vec<&Term>> {
    let mut alike: Vec<Vec<&Term>> = Vec::new();
    for term in terms {
        let is_alike = |other: &Map| other.labels == term.map.labels && other.value == term.map.value;
        match alike.iter_mut().find(|terms| terms.first().is_some_and(|other| is_alike(&other.map))) {
            Some(terms) => terms.push(term),
            None => alike.push(vec![term]),
        }
    }
    alike
}

/// The pieces of terms of one value, each added by itself.
fn pieces(steps: FormulaSteps<'_>, terms: &[&Term], view: &TokenStream) -> TokenStream {
    let Some(Term { map, .. }) = terms.first() else { return TokenStream::new() };
    let Body { item, value } = Body::new(steps, map);
    let extents = forms::extents(&map.labels);
    let of_each = terms.iter().map(|term| {
        let (along, reads) = (along(term), map.reads.iter().map(|read| reach(steps, &map.labels, read)));
        quote_spanned! { Span::mixed_site()=>
            runtime::pieces(&inner_, #extents, #along, |piece_| {
                let target_ = runtime::ReachMut::new(piece_.extents, #view, piece_.forms);
                runtime::map(piece_.extents, #value, [#(#reads),*], target_, runtime::Onto::Add);
            });
        }
    });
    quote_spanned! { Span::mixed_site()=> { #item #(#of_each)* } }
}

/// A read of a piece of a term.
fn reach(steps: FormulaSteps<'_>, labels: &[Label], read: &Access) -> TokenStream {
    let part = steps.lowered.parts.get(&read.tensor);
    let extents = forms::extents(labels);
    let forms = read.axes.iter().enumerate().map(|(number, axis)| {
        let is_part = part.is_some_and(|part| part.axes[number].is_some());
        let least = is_part.then(|| quote_spanned! { Span::mixed_site()=> .from_least(#extents) });
        let form = form(labels, axis);
        quote_spanned! { Span::mixed_site()=> #form #least.moved(piece_.starts) }
    });
    let view = forms::view(&steps.lowered.formula, read.tensor);
    quote_spanned! { Span::mixed_site()=> runtime::Reach::new(piece_.extents, #view, [#(#forms),*]) }
}

fn form(labels: &[Label], axis: &Axis) -> Option<TokenStream> {
    axis.affine().map(|form| FormLabels::labels(labels).form(form))
}
