//! Operands and results with an ellipsis, whose rank is known to the type system alone:
//!
//! ```text
//! let operand_0_ = &SITE_.spread::<_, _, 2, 3>(element_, 0, 0, &array_0_)?;    // 2 labels, 3 axes
//! let ellipsis_ = SITE_.ellipsis([(0, operand_0_.ellipsis()), (1, operand_1_.ellipsis())])?;
//! let extent_ellipsis_ = ellipsis_.count();
//! let rest_ = operand_0_.rest().max(operand_1_.rest()).extend::<2>();             // the rank of the result
//! let fused_0_ = operand_0_.fuse(&ellipsis_);
//! let operand_0_ = fused_0_.view();
//! ..
//! unfuse(result_.store(element_), 0, &ellipsis_, rest_)
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

use super::names;
use crate::{
    ir::{Einsum, Subscript},
    notation::STATIC_AXES,
};

/// Views an operand, at a place of the user's, from its first token to its last.
pub(super) fn spread(number: usize, subscript: &Subscript, place: usize, span: (Span, Span)) -> TokenStream {
    spread_of(&names::variable("element").to_token_stream(), (number, subscript, place), span)
}

/// Views an operand of some elements.
pub(super) fn spread_of(
    element: &TokenStream,
    (number, subscript, place): (usize, &Subscript, usize),
    (first, last): (Span, Span),
) -> TokenStream {
    let mut spread = names::local("spread");
    spread.set_span(first);
    let (rank, labels) = (names::number(subscript.rank()), names::number(subscript.rank() - 1));
    let mut array = names::array(number);
    array.set_span(last);
    let array = quote_spanned! { first=> &#array };
    let (number, place) = (names::number(number), names::number(place));
    quote_spanned! { Span::mixed_site()=>
        &SITE_.#spread::<_, _, #labels, #rank>(#element, #number, #place, #array)?
    }
}

/// Finds what all ellipses stand for together, how many combinations of indices, and the rank of the result, if that has one.
pub(super) fn counted(einsum: &Einsum) -> TokenStream {
    let common = common(einsum, einsum.broadcast, names::operand);
    quote_spanned! { Span::mixed_site()=> #common let extent_ellipsis_ = ellipsis_.count(); }
}

/// Finds what all ellipses stand for together, and the rank of the result, if that has one.
pub(super) fn common(einsum: &Einsum, broadcasts: bool, name: impl Fn(usize) -> Ident) -> TokenStream {
    let views: Vec<(usize, Ident)> = spread_operands(einsum).map(|number| (number, name(number))).collect();
    let pairs = views.iter().map(|(number, view)| {
        let number = names::number(*number);
        quote_spanned! { Span::mixed_site()=> (#number, #view.ellipsis()) }
    });
    let method = names::local(if broadcasts { "ellipsis" } else { "equal_ellipsis" });
    let rest = einsum.output.ellipsis().map(|_| {
        let ranks = views.iter().map(|(_, view)| quote_spanned! { Span::mixed_site()=> #view.rest() });
        let rest = ranks.reduce(|all, rank| quote_spanned! { Span::mixed_site()=> #all.max(#rank) });
        let extend = extend(einsum);
        quote_spanned! { Span::mixed_site()=> let rest_ = #rest #extend; }
    });
    quote_spanned! { Span::mixed_site()=>
        let ellipsis_ = SITE_.#method([#(#pairs),*])?;
        #rest
    }
}

/// The operands that bear an ellipsis.
pub(super) fn spread_operands(einsum: &Einsum) -> impl Iterator<Item = usize> {
    let operands = einsum.operands.iter().enumerate();
    operands.filter(|(_, operand)| operand.subscript.ellipsis().is_some()).map(|(number, _)| number)
}

/// Adds the labels of the output to the rank.
fn extend(einsum: &Einsum) -> TokenStream {
    match einsum.output.rank() - 1 {
        labels if labels <= STATIC_AXES => {
            let labels = names::number(labels);
            quote_spanned! { Span::mixed_site()=> .extend::<#labels>() }
        }
        _ => quote_spanned! { Span::mixed_site()=> .dynamic() },
    }
}

/// Makes one axis of the ellipsis of an operand.
pub(super) fn fuse(operand: usize) -> TokenStream {
    let (view, fused) = (names::operand(operand), names::fused(operand));
    quote_spanned! { Span::mixed_site()=>
        let #fused = &#view.fuse(&ellipsis_);
        let #view = #fused.view();
    }
}

/// Views a tangent, and makes one axis of its ellipsis.
pub(super) fn tangent(number: usize, subscript: &Subscript, place: usize) -> (TokenStream, TokenStream) {
    let (tangent, array, fused) = (names::tangent(number), names::tangent_array(number), names::tangent_fused(number));
    let (rank, labels) = (names::number(subscript.rank()), names::number(subscript.rank() - 1));
    let (number, place) = (names::number(number), names::number(place));
    let view = quote_spanned! { Span::mixed_site()=>
        let #tangent = &SITE_.spread::<_, _, #labels, #rank>(element_, #number, #place, &#array)?;
    };
    let fuse = quote_spanned! { Span::mixed_site()=>
        let #fused = &#tangent.fuse(&ellipsis_);
        let #tangent = #fused.view();
    };
    (view, fuse)
}

/// The result as the user gets it.
pub(super) fn finished(place: usize, tensor: &Ident) -> TokenStream {
    let place = names::number(place);
    quote_spanned! { Span::mixed_site()=> runtime::unfuse(#tensor.store(element_), #place, &ellipsis_, rest_) }
}

/// Views the cotangent of the result.
pub(super) fn cotangent(output: &Subscript, place: usize) -> TokenStream {
    let (place, extents) = (names::number(place), output.0.iter().map(names::extent));
    quote_spanned! { Span::mixed_site()=>
        let loaded_ = &runtime::load_spread(element_, cotangent_, rest_);
        let fused_ = &SITE_.spread_cotangent(element_, loaded_, (#place, &ellipsis_), [#(#extents),*])?;
        let cotangent_ = fused_.view();
    }
}

/// The type of the rank of the result of a function, and what must hold for it to exist.
pub(super) fn rank(
    runtime: &TokenStream,
    einsum: &Einsum,
    dimension: impl Fn(usize) -> Ident,
) -> (TokenStream, Vec<TokenStream>) {
    let runtime = quote_spanned! { Span::mixed_site()=> #runtime::__private };
    let mut bounds = Vec::new();
    let rests = spread_operands(einsum).map(|number| {
        let (dimension, labels) = (dimension(number), names::number(einsum.operands[number].subscript.rank() - 1));
        quote_spanned! { Span::mixed_site()=> <#dimension as #runtime::Ellipsis<#labels>>::Rest }
    });
    let all = rests.reduce(|all, rest| {
        bounds.push(quote_spanned! { Span::mixed_site()=> #all: #runtime::DimMax<#rest> });
        quote_spanned! { Span::mixed_site()=> <#all as #runtime::DimMax<#rest>>::Output }
    });
    match einsum.output.rank() - 1 {
        labels if labels <= STATIC_AXES => {
            let labels = names::number(labels);
            bounds.push(quote_spanned! { Span::mixed_site()=> #all: #runtime::Extend<#labels> });
            (quote_spanned! { Span::mixed_site()=> <#all as #runtime::Extend<#labels>>::Dim }, bounds)
        }
        _ => (quote_spanned! { Span::mixed_site()=> #runtime::IxDyn }, bounds),
    }
}
