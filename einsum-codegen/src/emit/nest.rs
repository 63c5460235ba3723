//! Loop nests -> calls of the engine, one for each:
//!
//! ```text
//! let t0_ = SITE_.tensor(element_, [extent_j_, extent_k_], &[0, 1], Step::new(&[View::read(&operand_1_, &[0, 1, 2])]))?;
//! let result_ = SITE_.tensor(
//!     element_,
//!     [extent_b_, extent_i_, extent_j_],
//!     &[0, 1, 2],
//!     Step::new(&[View::read(&operand_0_, &[0, 1, 3]), View::read(&Tensor::view(&t0_), &[2, 3])]),
//! )?;
//! ```
//!
//! A number is that of a loop. [`loops`] has the loops themselves, which each step names (`.nest::<Nest0_>()`).
//!
//! A method that the user's traits may give to every type is found before one that takes `&self`,
//! but not before one that takes what is at hand by value. So functions of views and tensors are
//! called by their path.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::{loops, names, site, types};
use crate::{
    ir::{ContractionTree, Einsum, Kind, Value, ValueId},
    lower::{Access, LoopNest},
};

/// Lets the intermediates go that no step after this one reads: those that are `Option`s, and the others.
pub(super) fn releases(tree: &ContractionTree, step: usize) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let released = tree.released(step).into_iter().map(|value| tree.value(value));
    let (optional, always): (Vec<_>, Vec<_>) = released.partition(|value| value.optional);
    (optional.into_iter().map(release).collect(), always.into_iter().map(release).collect())
}

/// Lets an intermediate go.
fn release(value: &Value) -> TokenStream {
    let variable = names::value(value);
    if value.optional {
        return quote_spanned! { Span::mixed_site()=> runtime::release(&mut #variable); };
    }
    quote_spanned! { Span::mixed_site()=> runtime::drop(#variable); }
}

/// Checks that there is room for a result.
pub(super) fn fits(einsum: &Einsum, value: &Value) -> TokenStream {
    let extents = extents(einsum, value);
    match value.subscript.ellipsis() {
        Some(_) if has_own_extents(einsum, value) => {
            quote_spanned! { Span::mixed_site()=> SITE_.shape_fits(element_, &#extents)?; }
        }
        Some(place) => {
            let place = names::number(place);
            quote_spanned! { Span::mixed_site()=> SITE_.spread_fits(element_, (#place, &ellipsis_), #extents)?; }
        }
        None => quote_spanned! { Span::mixed_site()=> SITE_.fits(element_, #extents)?; },
    }
}

/// One step; `kept` are values that a pullback may have of its forward.
pub(super) fn step(
    einsum: &Einsum,
    tree: &ContractionTree,
    (number, loops, nest): (usize, &Ident, &LoopNest),
    kept: &[ValueId],
) -> TokenStream {
    let result = tree.value(nest.out.value);
    let variable = names::value(result);
    let labels = labels(&nest.out);
    let step = product(einsum, tree, (loops, nest), kept);
    let kind = || types::kind_of(einsum, tree, result);
    if nest.epilogue.out {
        return write(result, nest, &step);
    }
    if result.optional {
        let is_new = loops::is_small(tree) && tree.is_new(number);
        return accumulate(einsum, (result, &kind()), is_new, &labels, &step);
    }
    if nest.epilogue.onto {
        return add(result, &labels, &step);
    }
    let is_added_to = tree.steps.iter().filter(|step| step.result == nest.out.value).count() > 1;
    let mutable = is_added_to.then(|| quote_spanned! { Span::mixed_site()=> mut });
    if let (Kind::Gradient(number), Some(place)) = (result.kind, result.subscript.ellipsis()) {
        let (shape, place) = (names::shape(number), names::number(place));
        return quote_spanned! { Span::mixed_site()=>
            let #mutable #variable = SITE_.gradient(element_, &#shape, (#place, &ellipsis_), #labels, #step)?;
        };
    }
    let is_number = result.subscript.rank() == 0 && matches!(result.kind, Kind::Result | Kind::ResultTangent);
    if is_number && !is_added_to {
        return quote_spanned! { Span::mixed_site()=> let #variable = runtime::Number::compute(element_, kind_, #step); };
    }
    let (extents, kind) = (extents(einsum, result), kind());
    quote_spanned! { Span::mixed_site()=>
        let #mutable #variable = SITE_.tensor(element_, #kind, #extents, #labels, #step)?;
    }
}

/// Into what the user has. Off the diagonal of a repeated label the result is zero, added to what is
/// there.
fn write(result: &Value, nest: &LoopNest, step: &TokenStream) -> TokenStream {
    let labels = labels(&nest.out);
    let target = names::target(result);
    let beta = nest.epilogue.onto.then(|| match result.kind {
        Kind::Gradient(_) => quote_spanned! { Span::mixed_site()=> runtime::Element::ONE },
        _ => quote_spanned! { Span::mixed_site()=> beta_ },
    });
    if matches!(result.kind, Kind::Gradient(_)) {
        // Off a diagonal, adding zeros is nothing to do.
        return quote_spanned! { Span::mixed_site()=>
            #step.onto(#beta).within(kind_).write(runtime::ViewMut::write(#target, #labels));
        };
    }
    if result.subscript.is_diagonal() {
        let beta = beta.unwrap_or_else(|| quote_spanned! { Span::mixed_site()=> runtime::Element::ZERO });
        return quote_spanned! { Span::mixed_site()=>
            runtime::rescale(#target, #beta);
            #step.onto(runtime::Element::ONE).write(runtime::ViewMut::write(#target, #labels));
        };
    }
    let onto = beta.map(|beta| quote_spanned! { Span::mixed_site()=> .onto(#beta) });
    quote_spanned! { Span::mixed_site()=> #step #onto.within(kind_).write(runtime::ViewMut::write(#target, #labels)); }
}

/// Adds a step to the value that the steps before, those that were taken, have computed, or else makes it a new one; `is_new` if it
/// is known to be.
fn accumulate(
    einsum: &Einsum,
    (result, kind): (&Value, &TokenStream),
    is_new: bool,
    labels: &TokenStream,
    step: &TokenStream,
) -> TokenStream {
    let variable = names::value(result);
    if let (Kind::Gradient(number), Some(place)) = (result.kind, result.subscript.ellipsis()) {
        let (shape, place) = (names::shape(number), names::number(place));
        return quote_spanned! { Span::mixed_site()=>
            SITE_.accumulate_gradient(element_, &mut #variable, &#shape, (#place, &ellipsis_), #labels, #step)?;
        };
    }
    let extents = extents(einsum, result);
    let method = names::local(if is_new { "fill" } else { "accumulate" });
    quote_spanned! { Span::mixed_site()=> SITE_.#method(element_, &mut #variable, #kind, #extents, #labels, #step)?; }
}

/// To what steps before have computed.
fn add(result: &Value, labels: &TokenStream, step: &TokenStream) -> TokenStream {
    let variable = names::value(result);
    if let (Kind::Gradient(_), Some(place)) = (result.kind, result.subscript.ellipsis()) {
        let place = names::number(place);
        return quote_spanned! { Span::mixed_site()=>
            runtime::compute_onto(&mut #variable, (#place, &ellipsis_), #labels, #step);
        };
    }
    quote_spanned! { Span::mixed_site()=>
        #step.onto(runtime::Element::ONE)
            .within(kind_)
            .write(runtime::ViewMut::write(&mut runtime::Tensor::view_mut(&mut #variable), #labels));
    }
}

/// The extents of a new tensor: those of the labels, or for the cotangent of an operand its own.
pub(super) fn extents(einsum: &Einsum, value: &Value) -> TokenStream {
    if let Kind::Gradient(number) = value.kind
        && has_own_extents(einsum, value)
    {
        let shape = names::shape(number);
        return quote_spanned! { Span::mixed_site()=> #shape };
    }
    let extents = value.subscript.0.iter().map(names::extent);
    quote_spanned! { Span::mixed_site()=> [#(#extents),*] }
}

/// Whether a tensor is the cotangent of an operand that may have been broadcast.
pub(super) fn has_own_extents(einsum: &Einsum, value: &Value) -> bool {
    matches!(value.kind, Kind::Gradient(number) if site::has_shape(einsum, number))
}

/// The step of a nest: its factors, `alpha` if it is scaled, whether a label stands for several axes, and whether a factor is read as
/// another type.
pub(super) fn product(
    einsum: &Einsum,
    tree: &ContractionTree,
    (loops, nest): (&Ident, &LoopNest),
    kept: &[ValueId],
) -> TokenStream {
    let factors = nest.factors.iter().map(|factor| read(tree.value(factor.value), factor, kept));
    let labels = names::number(nest.loops.len());
    let scaled = nest.epilogue.scaled.then(|| quote_spanned! { Span::mixed_site()=> .scaled(alpha_) });
    let split = nest.loops.iter().any(|l| l.label.is_ellipsis());
    let split = split.then(|| quote_spanned! { Span::mixed_site()=> .split() });
    let is_converted = |factor: &Access| match tree.value(factor.value).kind {
        Kind::Operand(number) | Kind::Tangent(number) => einsum.converted.contains(&number),
        _ => false,
    };
    let is_given = |factor: &Access| {
        matches!(tree.value(factor.value).kind, Kind::Operand(_) | Kind::Tangent(_) | Kind::Cotangent)
    };
    let convert = if nest.factors.iter().any(is_converted) {
        Some(quote_spanned! { Span::mixed_site()=> .convert() })
    } else if nest.factors.iter().any(is_given) {
        Some(quote_spanned! { Span::mixed_site()=> .kept(element_) })
    } else {
        None
    };
    quote_spanned! { Span::mixed_site()=>
        runtime::Step::<_, #labels>::new(&[#(#factors),*]) #split #convert .nest::<#loops>() #scaled
    }
}

/// A factor: `View::read(&operand_0_, &[0, 2])`.
fn read(value: &Value, access: &Access, kept: &[ValueId]) -> TokenStream {
    let (variable, labels) = (names::value(value), labels(access));
    let view = match value.kind {
        Kind::Operand(_) | Kind::Tangent(_) | Kind::Cotangent => quote_spanned! { Span::mixed_site()=> &#variable },
        _ if kept.contains(&access.value) => {
            let kept = names::kept(value);
            quote_spanned! { Span::mixed_site()=> &runtime::Tensor::view(runtime::either(#kept, &#variable)) }
        }
        _ if value.optional => {
            quote_spanned! { Span::mixed_site()=> &runtime::Tensor::view(runtime::present(&#variable)) }
        }
        _ => quote_spanned! { Span::mixed_site()=> &runtime::Tensor::view(&#variable) },
    };
    let conj = access.conj.then(|| quote_spanned! { Span::mixed_site()=> .conj() });
    quote_spanned! { Span::mixed_site()=> runtime::View::read(#view, #labels) #conj }
}

/// The number of the label of every axis: `&[0, 2]`.
pub(super) fn labels(access: &Access) -> TokenStream {
    let numbers = access.axes.iter().map(|&axis| names::number(axis));
    quote_spanned! { Span::mixed_site()=> &[#(#numbers),*] }
}
