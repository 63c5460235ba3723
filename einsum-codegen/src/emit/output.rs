//! The result: what it is written to and multiplied by (the named arguments), and as what the user gets it.
//!
//! ```text
//! match (.., a, b, (y).einsum_target()) {
//!     (.., alpha_, beta_, mut target_source_) => {
//!         let mut loaded_target_ = known_.array_mut(&mut target_source_).same(element_);
//!         let target_ = &mut Axes::<2>::target(SITE_, element_, 2, &mut loaded_target_)?;
//!         ..
//!         SITE_.target_fits(2, &target_.extents(), &[extent_i_, extent_k_])?;
//!         Step::new(..).onto(beta_).write(ViewMut::write(target_, &[0, 1]));
//!         loaded_target_.store();
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::{Expr, spanned::Spanned as _};

use super::{ellipsis, names, rank, site};
use crate::{
    ast::{self, Arguments, Beta, Out},
    few::List,
    ir::{ContractionTree, Einsum, Subscript},
};

/// The expressions of the arguments, and the patterns that bind them. (A limit on intermediates that is
/// settled while compiling is none of them.)
pub(super) fn given(
    runtime: &TokenStream,
    arguments: &Arguments,
    tree: &ContractionTree,
) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let mut expressions = Vec::new();
    let mut patterns = Vec::new();
    if let Some(alpha) = &arguments.alpha {
        expressions.push(quote_spanned! { Span::mixed_site()=> #alpha });
        patterns.push(quote_spanned! { Span::mixed_site()=> alpha_ });
    }
    if let Some(Beta::Given(beta)) = &arguments.beta {
        expressions.push(quote_spanned! { Span::mixed_site()=> #beta });
        patterns.push(quote_spanned! { Span::mixed_site()=> beta_ });
    }
    if let Some(limit) = arguments.max_intermediate.as_ref().filter(|_| tree.limit.is_some()) {
        expressions.push(quote_spanned! { Span::mixed_site()=> #runtime::__private::elements(#limit) });
        patterns.push(quote_spanned! { Span::mixed_site()=> limit_ });
    }
    if let Some(out) = &arguments.out {
        for (expression, pattern) in bound(runtime, out) {
            expressions.push(expression);
            patterns.push(pattern);
        }
    }
    (expressions, patterns)
}

/// The type that the target is written as, if that is named, and the target: expressions, and the patterns that bind them.
pub(super) fn bound(runtime: &TokenStream, out: &Out) -> impl Iterator<Item = (TokenStream, TokenStream)> {
    let ty = out.cast.as_ref().map(|ty| {
        let value = quote_spanned! { Span::mixed_site()=> #runtime::__private::PhantomData::<#ty> };
        (value, quote_spanned! { Span::mixed_site()=> written_as_ })
    });
    let (expression, first) = (&out.expression, Span::mixed_site().located_at(out.span.0));
    let place = if ast::is_place(expression) {
        quote_spanned! { first=> (#expression).einsum_target() }
    } else {
        quote_spanned! { first=> #expression }
    };
    ty.into_iter().chain([(place, quote_spanned! { Span::mixed_site()=> mut target_source_ })])
}

/// Binds the factors, in the element type of the operands. Another type is refused where the factor is.
pub(super) fn factors(arguments: &Arguments) -> TokenStream {
    let alpha = arguments.alpha.as_ref().map(|alpha| factor("alpha", alpha));
    let negated = arguments.negated.then(|| match arguments.alpha {
        Some(_) => {
            quote_spanned! { Span::mixed_site()=> let alpha_ = runtime::negated(element_, runtime::Some(alpha_)); }
        }
        None => quote_spanned! { Span::mixed_site()=> let alpha_ = runtime::negated(element_, runtime::None); },
    });
    let is_cast = arguments.out.as_ref().is_some_and(|out| out.cast.is_some());
    let later = is_cast.then(|| match arguments.beta {
        Some(_) => quote_spanned! { Span::mixed_site()=> let (beta_, later_) = runtime::later(beta_); },
        None => quote_spanned! { Span::mixed_site()=> let later_ = runtime::None; },
    });
    let beta = arguments.beta.as_ref().map(|beta| match beta {
        Beta::Given(given) => factor("beta", given),
        Beta::One => {
            quote_spanned! { Span::mixed_site()=> let beta_ = runtime::Element::ONE; }
        }
    });
    quote_spanned! { Span::mixed_site()=> #alpha #negated #beta #later }
}

/// Binds a factor, in the element type of the operands.
pub(super) fn factor(name: &str, expression: &Expr) -> TokenStream {
    let (first, last) = ast::spanned(expression);
    let (first, last) = (Span::mixed_site().located_at(first), Span::mixed_site().located_at(last));
    let (factor, mut given) = (names::variable(name), names::variable(name));
    given.set_span(last);
    let given = quote_spanned! { first=> &#given };
    let mut call = names::local("factor");
    call.set_span(first);
    quote_spanned! { Span::mixed_site()=> let #factor = known_.#call(#given); }
}

/// Views the target.
pub(super) fn view(einsum: &Einsum, arguments: &Arguments) -> Option<TokenStream> {
    let out = arguments.out.as_ref()?;
    let (rank, number) = (einsum.output.rank(), einsum.operands.len());
    let loaded = loaded(out);
    if let Some(place) = einsum.output.ellipsis() {
        let (rank, number, place) = (names::number(rank), names::number(number), names::number(place));
        return Some(quote_spanned! { Span::mixed_site()=>
            let mut loaded_target_ = #loaded;
            let target_ = SITE_.spread_target::<_, _, #rank>(element_, #number, &mut loaded_target_, #place)?;
        });
    }
    let target = site::target(rank, (number, false), out);
    Some(quote_spanned! { Span::mixed_site()=>
        let mut loaded_target_ = #loaded;
        let target_ = #target;
    })
}

/// The target as an array to compute into.
pub(super) fn loaded(out: &Out) -> TokenStream {
    let (first, last) = (Span::mixed_site().located_at(out.span.0), Span::mixed_site().located_at(out.span.1));
    let mut same = names::local("same");
    same.set_span(first);
    let mut source = names::variable("target_source");
    source.set_span(last);
    let source = quote_spanned! { first=> &mut #source };
    match &out.cast {
        None => quote_spanned! { Span::mixed_site()=> known_.array_mut(#source).#same(element_) },
        Some(ty) => {
            let mut written_as = names::variable("written_as");
            written_as.set_span(Span::mixed_site().located_at(ty.span()));
            quote_spanned! { Span::mixed_site()=> runtime::target_as(#source, #written_as).of(element_) }
        }
    }
}

/// The target as an array of integers, into which indices are written.
pub(super) fn indices(out: &Out) -> TokenStream {
    let (first, last) = (Span::mixed_site().located_at(out.span.0), Span::mixed_site().located_at(out.span.1));
    let (mut indices, mut source) = (names::local("indices"), names::variable("target_source"));
    indices.set_span(first);
    source.set_span(last);
    let source = quote_spanned! { first=> &mut #source };
    quote_spanned! { Span::mixed_site()=> known_.array_mut(#source).#indices() }
}

/// Checks that the target has the extents of the result.
pub(super) fn check(einsum: &Einsum) -> Option<TokenStream> {
    let number = names::number(einsum.operands.len());
    let extents: Vec<_> = einsum.output.0.mapped(names::extent);
    let place = einsum.output.ellipsis().map(names::number);
    einsum.epilogue.out.then(|| match place {
        Some(place) => quote_spanned! { Span::mixed_site()=>
            SITE_.spread_target_fits(#number, &target_, (#place, &ellipsis_), [#(#extents),*])?;
            let target_ = &mut target_.fuse(&ellipsis_);
            let target_ = &mut target_.view_mut();
        },
        None => {
            quote_spanned! { Span::mixed_site()=> SITE_.target_fits(#number, &target_.extents(), &[#(#extents),*])?; }
        }
    })
}

/// Stores what was written to the target.
pub(super) fn store(arguments: &Arguments) -> Option<TokenStream> {
    arguments.out.as_ref().map(|out| match out.cast {
        None => quote_spanned! { Span::mixed_site()=> loaded_target_.store(); },
        Some(_) => quote_spanned! { Span::mixed_site()=> loaded_target_.store(later_); },
    })
}

/// The value of the expansion: nothing, if the result is written to a target.
pub(super) fn finished(arguments: &Arguments, result: &TokenStream) -> TokenStream {
    match arguments.out {
        None => result.clone(),
        Some(_) => quote_spanned! { Span::mixed_site()=> () },
    }
}

/// The tensor as the user gets it: an array, or a number.
pub(super) fn computed(subscript: &Subscript, tensor: &Ident) -> TokenStream {
    if let Some(place) = subscript.ellipsis() {
        return ellipsis::finished(place, tensor);
    }
    if subscript.rank() == 0 {
        return quote_spanned! { Span::mixed_site()=> #tensor.store(element_).into_scalar() };
    }
    let dimension = rank::dimension(subscript);
    quote_spanned! { Span::mixed_site()=> #tensor.store(element_).into_array::<runtime::#dimension>() }
}
