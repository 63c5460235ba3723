//! The ellipsis of a formula, which is one axis with a stride to its steps:
//!
//! ```text
//! let spread_0_ = &SITE_.spread::<_, _, 1, 2>(element_, 0, 0, &array_0_)?;    // 1 label, 2 axes
//! let ellipsis_ = SITE_.ellipsis([(0, spread_0_.ellipsis())])?;
//! let rest_ = spread_0_.rest().extend::<1>();
//! let fused_0_ = &spread_0_.fuse(&ellipsis_);
//! let straight_0_ = &SITE_.straight(fused_0_)?;
//! let operand_0_ = straight_0_.view();
//! ..
//! unfuse(result_.store(element_), 0, &ellipsis_, rest_)
//! ```

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};

use crate::{
    emit::{ellipsis, names},
    ir::Einsum,
};

/// Views an operand, if it has an ellipsis.
pub(in crate::emit) fn spread(
    einsum: &Einsum,
    number: usize,
    is_indices: bool,
    span: (Span, Span),
) -> Option<TokenStream> {
    let subscript = &einsum.operands[number].subscript;
    let place = subscript.ellipsis()?;
    let element = if is_indices {
        quote_spanned! { Span::mixed_site()=> runtime::PhantomData }
    } else {
        names::variable("element").to_token_stream()
    };
    let (variable, spread) = (names::spread(number), ellipsis::spread_of(&element, (number, subscript, place), span));
    Some(quote_spanned! { Span::mixed_site()=> let #variable = #spread; })
}

/// Finds what all ellipses stand for together, and the rank of the result.
pub(in crate::emit) fn common(einsum: &Einsum, broadcasts: bool) -> Option<TokenStream> {
    let is_there = ellipsis::spread_operands(einsum).next().is_some();
    is_there.then(|| ellipsis::common(einsum, broadcasts, names::spread))
}

/// Makes one axis of the ellipsis of an operand, if it has one.
pub(in crate::emit) fn straight(einsum: &Einsum, number: usize) -> Option<TokenStream> {
    einsum.operands[number].subscript.ellipsis()?;
    let (spread, fused, straight) = (names::spread(number), names::fused(number), names::straight(number));
    let view = names::operand(number);
    Some(quote_spanned! { Span::mixed_site()=>
        let #fused = &#spread.fuse(&ellipsis_);
        let #straight = &SITE_.straight(#fused)?;
        let #view = #straight.view();
    })
}

/// Remembers the extents of an operand with all axes of its ellipsis, if it has one.
pub(in crate::emit) fn shape(einsum: &Einsum, number: usize) -> Option<TokenStream> {
    einsum.operands[number].subscript.ellipsis()?;
    let (shape, spread) = (names::array_shape(number), names::spread(number));
    Some(quote_spanned! { Span::mixed_site()=> let #shape = #spread.shape(); })
}

/// Views a tangent, if its operand has an ellipsis, of which it must have the extents.
pub(in crate::emit) fn tangent(einsum: &Einsum, number: usize) -> Option<TokenStream> {
    let subscript = &einsum.operands[number].subscript;
    let (view, fuse) = ellipsis::tangent(number, subscript, subscript.ellipsis()?);
    let (tangent, fused) = (names::tangent(number), names::tangent_fused(number));
    let (straight, shape, position) =
        (names::tangent_straight(number), names::array_shape(number), names::number(number));
    Some(quote_spanned! { Span::mixed_site()=>
        #view
        SITE_.tangent_fits(#position, &#tangent.shape(), &#shape)?;
        #fuse
        let #straight = &SITE_.straight(#fused)?;
        let #tangent = #straight.view();
    })
}

/// Views what a gradient is added to, if its operand has an ellipsis, of which it must have the extents.
pub(in crate::emit) fn gradient_target(einsum: &Einsum, number: usize, source: &TokenStream) -> Option<TokenStream> {
    let subscript = &einsum.operands[number].subscript;
    let (place, rank) = (names::number(subscript.ellipsis()?), names::number(subscript.rank()));
    let (target, loaded, fused) =
        (names::gradient_target(number), names::loaded_target(number), names::fused_target(number));
    let (straight, shape, position) =
        (names::straight_target(number), names::array_shape(number), names::number(number));
    Some(quote_spanned! { Span::mixed_site()=>
        let mut #loaded = #source;
        let #target = SITE_.spread_target::<_, _, #rank>(element_, #position, &mut #loaded, #place)?;
        SITE_.gradient_fits(#position, #target.shape(), &#shape)?;
        let mut #fused = #target.fuse(&ellipsis_);
        let mut #straight = SITE_.straight_gradient(&mut #fused)?;
        let #target = &mut #straight.view_mut();
    })
}

/// Writes what was added to a gradient where that is, if its operand has an ellipsis.
pub(in crate::emit) fn finish_gradient(einsum: &Einsum, number: usize) -> Option<TokenStream> {
    einsum.operands[number].subscript.ellipsis()?;
    let straight = names::straight_target(number);
    Some(quote_spanned! { Span::mixed_site()=> #straight.finish(); })
}

/// A gradient in the shape of its operand, if that has an ellipsis.
pub(in crate::emit) fn gradient(einsum: &Einsum, number: usize) -> Option<TokenStream> {
    let place = names::number(einsum.operands[number].subscript.ellipsis()?);
    let (gradient, shape) = (names::gradient(number), names::array_shape(number));
    Some(quote_spanned! { Span::mixed_site()=>
        SITE_.unfused_gradient(element_, #gradient, &#shape, (#place, &ellipsis_))?
    })
}

/// Views the cotangent of a result of these lengths, if that has an ellipsis.
pub(super) fn cotangent(einsum: &Einsum, lengths: &TokenStream) -> Option<TokenStream> {
    let place = names::number(einsum.output.ellipsis()?);
    Some(quote_spanned! { Span::mixed_site()=>
        let loaded_ = &runtime::load_spread(element_, cotangent_, rest_).copied();
        let fused_ = &SITE_.spread_cotangent(element_, loaded_, (#place, &ellipsis_), #lengths)?;
        let straight_ = &SITE_.straight(fused_)?;
        let cotangent_ = straight_.view();
    })
}

/// A result as the user gets it, if it has an ellipsis.
pub(in crate::emit) fn finished(einsum: &Einsum, stored: &TokenStream) -> Option<TokenStream> {
    let place = names::number(einsum.output.ellipsis()?);
    Some(quote_spanned! { Span::mixed_site()=> runtime::unfuse(#stored, #place, &ellipsis_, rest_) })
}

/// Views the target, number `number` of the operands, if the result has an ellipsis.
pub(super) fn target(einsum: &Einsum, number: usize, element: &TokenStream) -> Option<TokenStream> {
    let place = names::number(einsum.output.ellipsis()?);
    let (rank, number) = (names::number(einsum.output.rank()), names::number(number));
    Some(quote_spanned! { Span::mixed_site()=>
        let spread_target_ =
            SITE_.spread_target::<_, _, #rank>(#element, #number, &mut loaded_target_, #place)?;
    })
}

/// Makes one axis of the ellipsis of the target, if it has one.
pub(super) fn straight_target(einsum: &Einsum, number: usize) -> Option<TokenStream> {
    let place = names::number(einsum.output.ellipsis()?);
    let number = names::number(number);
    Some(quote_spanned! { Span::mixed_site()=>
        let mut fused_target_ = SITE_.fused_target(#number, spread_target_, (#place, &ellipsis_))?;
        let mut straight_target_ = SITE_.straight_target(&mut fused_target_)?;
        let target_ = &mut straight_target_.view_mut();
    })
}

/// Writes the result where the target is, if that has an ellipsis.
pub(super) fn finish_target(einsum: &Einsum) -> Option<TokenStream> {
    einsum.output.ellipsis()?;
    Some(quote_spanned! { Span::mixed_site()=> straight_target_.finish(); })
}
