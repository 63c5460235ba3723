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
//! A number is that of a loop. The loops themselves are compiled once, in the runtime.
//!
//! A method that the user's traits may give to every type is found before one that takes `&self`,
//! but not before one that takes what is at hand by value. So functions of views and tensors are
//! called by their path.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::{names, site};
use crate::{
    ir::{ContractionTree, Einsum, Kind, Value},
    lower::{Access, LoopNest, lower},
};

/// The steps of a tree, each a tensor in a local variable. If there are several, nothing is
/// computed before it is known that there is room for all results.
pub(super) fn steps(einsum: &Einsum, tree: &ContractionTree) -> TokenStream {
    let nests = lower(tree);
    let fresh =
        tree.results.iter().filter(|&result| nests.iter().any(|nest| nest.out.value == *result && !nest.epilogue.out));
    let fits = fresh.filter(|_| nests.len() > 1).filter_map(|&result| fits(einsum, tree.value(result)));
    fits.chain(nests.iter().map(|nest| step(einsum, tree, nest))).collect()
}

/// (The cotangent of an operand with an ellipsis has the shape of the operand, whatever that is.)
fn fits(einsum: &Einsum, value: &Value) -> Option<TokenStream> {
    if has_own_extents(einsum, value) && value.subscript.ellipsis().is_some() {
        return None;
    }
    let extents = extents(einsum, value);
    Some(quote_spanned! { Span::mixed_site()=> SITE_.fits(element_, #extents)?; })
}

fn step(einsum: &Einsum, tree: &ContractionTree, nest: &LoopNest) -> TokenStream {
    let result = tree.value(nest.out.value);
    let variable = names::value(result);
    let labels = labels(&nest.out);
    let step = product(tree, nest);
    if nest.epilogue.out {
        return write(result, nest, &step);
    }
    if let (Kind::Gradient(number), Some(place)) = (result.kind, result.subscript.ellipsis()) {
        let (shape, place) = (names::shape(number), names::number(place));
        return quote_spanned! { Span::mixed_site()=>
            let #variable = runtime::computed(element_, &#shape, (#place, &ellipsis_), #labels, #step);
        };
    }
    let extents = extents(einsum, result);
    quote_spanned! { Span::mixed_site()=> let #variable = SITE_.tensor(element_, #extents, #labels, #step)?; }
}

/// Into what the user has. Off the diagonal of a repeated label the result is zero, added to what is
/// there.
fn write(result: &Value, nest: &LoopNest, step: &TokenStream) -> TokenStream {
    let labels = labels(&nest.out);
    let beta = nest.epilogue.onto.then(|| quote_spanned! { Span::mixed_site()=> beta_ });
    if result.subscript.is_diagonal() {
        let beta = beta.unwrap_or_else(|| quote_spanned! { Span::mixed_site()=> runtime::Element::ZERO });
        return quote_spanned! { Span::mixed_site()=>
            runtime::rescale(target_, #beta);
            #step.onto(runtime::Element::ONE).write(runtime::ViewMut::write(target_, #labels));
        };
    }
    let onto = beta.map(|beta| quote_spanned! { Span::mixed_site()=> .onto(#beta) });
    quote_spanned! { Span::mixed_site()=> #step #onto.write(runtime::ViewMut::write(target_, #labels)); }
}

/// The extents of a new tensor: those of the labels, or for the cotangent of an operand its own.
fn extents(einsum: &Einsum, value: &Value) -> TokenStream {
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

/// What is computed: factors, what they are multiplied by, and the label that stands for several
/// axes.
fn product(tree: &ContractionTree, nest: &LoopNest) -> TokenStream {
    let factors = nest.factors.iter().map(|factor| read(tree.value(factor.value), factor));
    let scaled = nest.epilogue.scaled.then(|| quote_spanned! { Span::mixed_site()=> .scaled(alpha_) });
    let ellipsis = nest.loops.iter().position(|l| l.label.is_ellipsis()).map(|number| {
        let number = names::number(number);
        quote_spanned! { Span::mixed_site()=> .spread(#number, &ellipsis_) }
    });
    quote_spanned! { Span::mixed_site()=> runtime::Step::new(&[#(#factors),*]) #scaled #ellipsis }
}

/// A factor: `View::read(&operand_0_, &[0, 2])`.
fn read(value: &Value, access: &Access) -> TokenStream {
    let (variable, labels) = (names::value(value), labels(access));
    let view = match value.kind {
        Kind::Operand(_) | Kind::Cotangent => quote_spanned! { Span::mixed_site()=> &#variable },
        _ => quote_spanned! { Span::mixed_site()=> &runtime::Tensor::view(&#variable) },
    };
    let conj = access.conj.then(|| quote_spanned! { Span::mixed_site()=> .conj() });
    quote_spanned! { Span::mixed_site()=> runtime::View::read(#view, #labels) #conj }
}

/// The number of the label of every axis: `&[0, 2]`.
fn labels(access: &Access) -> TokenStream {
    let numbers = access.axes.iter().map(|&axis| names::number(axis));
    quote_spanned! { Span::mixed_site()=> &[#(#numbers),*] }
}
