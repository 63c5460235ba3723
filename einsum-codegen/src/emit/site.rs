//! The constant and the checks of one call site:
//!
//! ```text
//! const SITE_: Site = Site { subscripts: "bik,jkl->bij", operands: &[("x", "bik"), ..], labels: &["b", ..] };
//!
//! let array_0_ = known_.array(source_0_).same(element_);
//! let array_1_ = known_.array(source_1_).same(element_);
//! let operand_0_ = Axes::<3>::operand(SITE_, element_, 0, &array_0_)?;
//! let extent_k_ = SITE_.extent(2, [(0, operand_0_.extent(2)), (1, operand_1_.extent(1))])?;
//! ```

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::{ellipsis, names};
use crate::{
    ast::Out,
    emit::tokens::concatenated,
    ir::{Einsum, Label, Subscript},
};

/// The call site as a constant, from which messages at run time are made.
pub(super) fn constant(text: &str, einsum: &Einsum, sources: &[String], out: Option<&str>) -> TokenStream {
    let operands = einsum.operands.iter().zip(sources).map(|(operand, source)| {
        let subscript = operand.subscript.to_string();
        quote! { (#source, #subscript) }
    });
    let output = einsum.output.to_string();
    let operands = operands.chain(out.map(|out| quote! { (#out, #output) }));
    let labels = einsum.labels.all().iter().map(Label::name);
    quote_spanned! { Span::mixed_site()=>
        const SITE_: runtime::Site = runtime::Site {
            subscripts: #text,
            operands: &[#(#operands),*],
            labels: &[#(#labels),*],
        };
    }
}

/// Views an array of the rank of an operand. A wrong rank is refused where the operand is, from its first token to its
/// last: the compiler marks the argument that has the dimension type.
pub(super) fn operand(einsum: &Einsum, number: usize, mut array: Ident, (first, last): (Span, Span)) -> TokenStream {
    array.set_span(last);
    let array = quote_spanned! { first=> &#array };
    let (rank, number) = (names::number(einsum.operands[number].subscript.rank()), names::number(number));
    quote_spanned! { first=> runtime::Axes::<#rank>::operand(SITE_, element_, #number, #array)? }
}

/// Views what the result, of this rank, is written to: number `number` of the operands, and whether the result holds indices.
pub(super) fn target(rank: usize, (number, is_indices): (usize, bool), out: &Out) -> TokenStream {
    let (first, last) = (Span::mixed_site().located_at(out.span.0), Span::mixed_site().located_at(out.span.1));
    let mut loaded = names::variable("loaded_target");
    loaded.set_span(last);
    let loaded = quote_spanned! { first=> &mut #loaded };
    let (rank, number) = (names::number(rank), names::number(number));
    let element = if is_indices {
        quote_spanned! { Span::mixed_site()=> runtime::PhantomData }
    } else {
        names::variable("element").to_token_stream()
    };
    quote_spanned! { first=> &mut runtime::Axes::<#rank>::target(SITE_, #element, #number, #loaded)? }
}

/// An operand as an array to compute with: the first, or another of the same elements, or one that is read as them.
pub(super) fn array(
    number: usize,
    is_first: bool,
    (source, read_as): (&TokenStream, Option<TokenStream>),
    span: Span,
) -> TokenStream {
    let array = names::array(number);
    if is_first && read_as.is_none() {
        return quote_spanned! { Span::mixed_site()=> let #array = known_.first(#source); };
    }
    let given = given((source, read_as), span);
    quote_spanned! { Span::mixed_site()=> let #array = #given; }
}

/// A number that is written, as an array of elements.
pub(super) fn written(number: usize, source: &TokenStream, span: Span) -> TokenStream {
    let (array, mut same) = (names::array(number), names::local("same"));
    same.set_span(span);
    quote_spanned! { Span::mixed_site()=> let #array = runtime::written(#source).#same(element_); }
}

/// The array of an operand, of elements that are computed with: maps read no others.
pub(super) fn copied(array: &Ident) -> TokenStream {
    quote_spanned! { Span::mixed_site()=> let #array = #array.copied(); }
}

pub(super) fn given((source, read_as): (&TokenStream, Option<TokenStream>), span: Span) -> TokenStream {
    let mut same = names::local("same");
    same.set_span(span);
    match read_as {
        None => quote_spanned! { Span::mixed_site()=> known_.array(#source).#same(element_) },
        Some(read_as) => quote_spanned! { Span::mixed_site()=> runtime::cast(#read_as, #source) },
    }
}

/// Views a tangent, which must have the extents of its operand.
pub(super) fn tangent(
    einsum: &Einsum,
    number: usize,
    (source, copied): ((&TokenStream, Option<TokenStream>), Option<TokenStream>),
    span: (Span, Span),
) -> TokenStream {
    let (array, tangent, shape) = (names::tangent_array(number), names::tangent(number), names::shape(number));
    let subscript = &einsum.operands[number].subscript;
    let position = names::number(number);
    let given = given(source, span.0);
    let array = quote_spanned! { Span::mixed_site()=> let #array = #given; #copied };
    if let Some(place) = subscript.ellipsis() {
        let (view, fuse) = ellipsis::tangent(number, subscript, place);
        return quote_spanned! { Span::mixed_site()=>
            #array
            #view
            SITE_.tangent_fits(#position, &#tangent.shape(), &#shape)?;
            #fuse
        };
    }
    let view = operand(einsum, number, names::tangent_array(number), span);
    quote_spanned! { Span::mixed_site()=>
        #array
        let #tangent = #view;
        SITE_.tangent_fits(#position, &#tangent.extents(), &#shape)?;
    }
}

/// Views what a gradient is added to, which must have the extents of its operand.
pub(super) fn gradient_target(einsum: &Einsum, number: usize, source: &TokenStream) -> TokenStream {
    let (target, shape, position) = (names::gradient_target(number), names::shape(number), names::number(number));
    let subscript = &einsum.operands[number].subscript;
    let (rank, loaded) = (names::number(subscript.rank()), names::loaded_target(number));
    if let Some(place) = subscript.ellipsis().map(names::number) {
        return quote_spanned! { Span::mixed_site()=>
            let mut #loaded = #source;
            let #target = SITE_.spread_target::<_, _, #rank>(element_, #position, &mut #loaded, #place)?;
            SITE_.gradient_fits(#position, #target.shape(), &#shape)?;
            let #target = &mut #target.fuse(&ellipsis_);
            let #target = &mut #target.view_mut();
        };
    }
    quote_spanned! { Span::mixed_site()=>
        let mut #loaded = #source;
        let #target = &mut runtime::Axes::<#rank>::target(SITE_, element_, #position, &mut #loaded)?;
        SITE_.gradient_fits(#position, &#target.extents(), &#shape)?;
    }
}

/// Stores what was added to a gradient.
pub(super) fn store_gradient(number: usize) -> TokenStream {
    let loaded = names::loaded_target(number);
    quote_spanned! { Span::mixed_site()=> #loaded.store(); }
}

/// Finds the extent of every label, and checks that all operands agree on it.
pub(super) fn extents(einsum: &Einsum) -> TokenStream {
    concatenated(einsum.labels.all().iter().map(|label| extent(einsum, label)))
}

fn extent(einsum: &Einsum, label: &Label) -> TokenStream {
    let extent = names::extent(label);
    if label.is_ellipsis() {
        return ellipsis::counted(einsum);
    }
    let operands = einsum.operands.iter().enumerate().filter(|(_, operand)| operand.subscript.has(label));
    let on_target = einsum.output.0.iter().position(|other| other == label).map(names::number);
    let operands: Vec<(Literal, TokenStream)> =
        operands.map(|(operand, of)| (names::number(operand), operand_extent(label, operand, &of.subscript))).collect();
    let pairs = operands.iter().map(|(operand, extent)| quote_spanned! { Span::mixed_site()=> (#operand, #extent) });
    let number = names::label(label);
    let value = match operands.as_slice() {
        _ if einsum.given.contains(label) => {
            let given = names::given(label);
            quote_spanned! { Span::mixed_site()=> SITE_.given(#number, #given, [#(#pairs),*])? }
        }
        [(_, only)] => only.clone(),
        [] => quote_spanned! { Span::mixed_site()=> target_.extent(#on_target) },
        _ if !einsum.broadcast => quote_spanned! { Span::mixed_site()=> SITE_.equal_extent(#number, [#(#pairs),*])? },
        _ => quote_spanned! { Span::mixed_site()=> SITE_.extent(#number, [#(#pairs),*])? },
    };
    quote_spanned! { Span::mixed_site()=> let #extent = #value; }
}

/// The extent of an operand along a label: `operand_0_.extent(2)`.
fn operand_extent(label: &Label, operand: usize, subscript: &Subscript) -> TokenStream {
    let view = names::operand(operand);
    let on_axis = |(axis, other): (usize, &Label)| (other == label).then(|| names::number(axis));
    let axes: Vec<Literal> = subscript.0.iter().enumerate().filter_map(on_axis).collect();
    let (number, operand) = (names::label(label), names::number(operand));
    match axes.as_slice() {
        [only] => quote_spanned! { Span::mixed_site()=> #view.extent(#only) },
        axes => quote_spanned! { Span::mixed_site()=>
            SITE_.diagonal(#number, #operand, [#(#view.extent(#axes)),*])?
        },
    }
}

/// Whether an operand may have to be broadcast.
pub(super) fn may_broadcast(einsum: &Einsum, operand: usize) -> bool {
    einsum.operands[operand].subscript.0.iter().any(|label| einsum.may_broadcast(label))
}

/// Remembers the extents of an operand: those of its cotangent.
pub(super) fn shape(einsum: &Einsum, operand: usize) -> TokenStream {
    let (shape, view) = (names::shape(operand), names::operand(operand));
    if einsum.operands[operand].subscript.ellipsis().is_some() {
        return quote_spanned! { Span::mixed_site()=> let #shape = #view.shape(); };
    }
    quote_spanned! { Span::mixed_site()=> let #shape = #view.extents(); }
}

/// Whether the shape of an operand must be kept for its cotangent.
pub(super) fn has_shape(einsum: &Einsum, operand: usize) -> bool {
    may_broadcast(einsum, operand) || einsum.operands[operand].subscript.ellipsis().is_some()
}
