//! `einsum_vjp!` and `einsum_vjp_add!`: a value, and the closure that is its pullback:
//!
//! ```text
//! let (result_, t0_, shape_0_, extent_i_, ..) = known_.expected(kind_, || { .. Ok(computed(kind_, (result_, t0_, ..))) });
//! (result_, known_.pullback(move |cotangent_| { .. Ok(computed(kind_, (like_0_.cotangent(gradient_0_), ..))) }))
//! ```
//!
//! The closure owns the sources that it reads (references to places, values of other expressions), the intermediates and the
//! extents.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::{
    choices, ellipsis, names, nest,
    operands::{checks, keeps_shape, located, read_as, source, view},
    output, rank, site, slices, steps, types,
};
use crate::{
    ast::{Form, Invocation},
    emit::tokens::concatenated,
    few::List,
    grad::Vjp,
    ir::{Einsum, Kind, Label, Value, ValueId},
    lower::Lowered,
};

/// Computes the value, and makes the closure.
pub(super) fn emit(invocation: &Invocation, einsum: &Einsum, vjp: &Vjp<Lowered>, form: Form) -> TokenStream {
    let operands = &invocation.operands;
    let forward = &vjp.forward.tree;
    let saved = saved(vjp, einsum, form);
    let checks = checks(operands, einsum, form);
    let factors = output::factors(&invocation.arguments);
    let (choices, steps) = (steps::choices(einsum, forward), steps::steps(einsum, &vjp.forward));
    let limit = choices::limit(forward, &quote_spanned! { Span::mixed_site()=> limit_ });
    let result = output::computed(&einsum.output, &names::variable("result"));
    let likes = einsum.wrt.iter().map(|&number| names::like(number));
    let witnesses = einsum.wrt.iter().map(|&number| {
        let source = source(number, &operands[number], Form::Pullback);
        match read_as(number, operands) {
            None => quote_spanned! { Span::mixed_site()=> known_.like(#source) },
            Some(read_as) => quote_spanned! { Span::mixed_site()=> runtime::like_cast(#source, #read_as) },
        }
    });
    let backward = backward(invocation, einsum, vjp, form);
    let kinds = einsum.wrt.iter().filter(|_| form == Form::Pullback).map(|&number| {
        let (kind, like) = (names::kind(number), names::like(number));
        quote_spanned! { Span::mixed_site()=> let #kind = #like.within(kind_); }
    });
    quote_spanned! { Span::mixed_site()=>
        let (#(#likes,)*) = (#(#witnesses,)*);
        #(#kinds)*
        let (result_, #(#saved,)*) = known_.expected(kind_, || -> runtime::Checked<_> {
            #checks
            #factors
            #limit
            #choices
            #steps
            runtime::Ok(runtime::computed(kind_, (#result, #(#saved,)*)))
        });
        (result_, known_.pullback(#backward))
    }
}

/// The variables of the forward that the pullback keeps: intermediates, and the extents that it loops over.
fn saved(vjp: &Vjp<Lowered>, einsum: &Einsum, form: Form) -> Vec<Ident> {
    let forward = &vjp.forward.tree;
    let intermediates = forward.results[1..].iter().map(|&value| names::value(forward.value(value)));
    let shapes = einsum.wrt.iter().copied().filter(|&number| keeps_shape(einsum, number, form)).map(names::shape);
    let ellipsis = ellipsis::spread_operands(einsum).next().map(|_| names::variable("ellipsis"));
    let rest = einsum.output.ellipsis().map(|_| names::variable("rest"));
    let extents = looped(vjp, einsum, form);
    let choices = (0..forward.choices.len()).map(names::choice);
    let blocks = forward.is_sliced().then(|| names::variable("blocks"));
    intermediates
        .chain(choices)
        .chain(blocks)
        .chain(shapes)
        .chain(ellipsis)
        .chain(rest)
        .chain(extents.iter().map(names::extent))
        .collect()
}

/// The labels whose extents the backward asks for: those of the cotangent, and of every tensor that
/// is not of the extents of an operand. (Where it takes the steps of the forward again, each block has their extents.)
fn looped(vjp: &Vjp<Lowered>, einsum: &Einsum, form: Form) -> Vec<Label> {
    let Vjp { forward, backward } = vjp;
    let again: Vec<ValueId> = computed(forward).collect();
    let results = computed(backward).filter(|result| !again.contains(result)).map(|result| backward.tree.value(result));
    let has_extents = |value: &Value| match value.kind {
        Kind::Gradient(_) => form == Form::AddingPullback || nest::has_own_extents(einsum, value),
        _ => false,
    };
    let of_labels = results.filter(|value| !has_extents(value));
    let used = of_labels.flat_map(|value| value.subscript.0.clone());
    let used: Vec<Label> = used.chain(einsum.output.0.iter().cloned()).collect();
    einsum.labels().into_iter().filter(|label| used.contains(label)).collect()
}

/// The values that steps compute.
fn computed(lowered: &Lowered) -> impl Iterator<Item = ValueId> {
    lowered.tree.steps.iter().map(|step| step.result)
}

/// The closure.
fn backward(invocation: &Invocation, einsum: &Einsum, vjp: &Vjp<Lowered>, form: Form) -> TokenStream {
    let number = |value: &Value| if let Kind::Operand(number) = value.kind { Some(number) } else { None };
    let tree = &vjp.backward.tree;
    let read = tree.sources.iter().filter_map(|&source| number(tree.value(source)));
    let views = read.map(|number| {
        let view = view(einsum, number, &invocation.operands, Form::Pullback);
        let fuse = einsum.operands[number].subscript.ellipsis().map(|_| ellipsis::fuse(number));
        quote_spanned! { Span::mixed_site()=> #view #fuse }
    });
    let factors = output::factors(&invocation.arguments);
    let cotangent = cotangent(einsum, &rank::of(&einsum.output));
    // Where the subscripts are: the compiler marks the parameter if what is passed has another rank or other elements.
    let subscripts = Span::mixed_site().located_at(invocation.subscripts.span.0);
    let parameter = quote_spanned! { subscripts=> cotangent_: &_ };
    let Gradients { parameters, targets, stores, result } = if form == Form::AddingPullback {
        added_gradients(invocation, einsum)
    } else {
        new_gradients(invocation, einsum)
    };
    let steps = if tree.is_sliced() {
        let (kept, again) = (&vjp.forward.tree.results[1..], computed(&vjp.forward).collect::<Vec<_>>());
        slices::steps(einsum, &vjp.backward, slices::Forward { kept, again: &again })
    } else {
        steps::steps(einsum, &vjp.backward)
    };
    quote_spanned! { Span::mixed_site()=>
        move |#parameter #parameters| {
            runtime::expected(kind_, || -> runtime::Checked<_> {
                #cotangent
                #(#views)*
                #targets
                #factors
                #steps
                #stores
                runtime::Ok(runtime::computed(kind_, #result))
            })
        }
    }
}

/// The gradients of a pullback: how they are given back.
struct Gradients {
    /// The parameters after the cotangent.
    parameters: TokenStream,
    /// Views what gradients are added to.
    targets: TokenStream,
    /// Stores what was added to.
    stores: TokenStream,
    /// The value of the closure.
    result: TokenStream,
}

/// Gradients that are returned, each like its operand.
fn new_gradients(invocation: &Invocation, einsum: &Einsum) -> Gradients {
    let gradients = einsum.wrt.iter().map(|&number| {
        let (like, gradient) = (names::like(number), names::gradient(number));
        let operand = &invocation.operands[number];
        let is_spread = einsum.operands[number].subscript.ellipsis().is_some();
        let mut method = names::cotangent(&einsum.operands[number].subscript);
        method.set_span(located(operand).0);
        let computed = match (operand.cast.is_some(), is_spread) {
            (true, _) => quote_spanned! { Span::mixed_site()=> #gradient },
            (false, true) => quote_spanned! { Span::mixed_site()=> runtime::stored(element_, #gradient) },
            (false, false) => quote_spanned! { Span::mixed_site()=> #gradient.store(element_) },
        };
        quote_spanned! { Span::mixed_site()=> #like.#method(#computed) }
    });
    let result = quote_spanned! { Span::mixed_site()=> (#(#gradients,)*) };
    let (parameters, targets, stores) = (TokenStream::new(), TokenStream::new(), TokenStream::new());
    Gradients { parameters, targets, stores, result }
}

/// Gradients that are added to what the user has, which the pullback is given.
fn added_gradients(invocation: &Invocation, einsum: &Einsum) -> Gradients {
    let targets: Vec<Ident> = einsum.wrt.mapped(|&number| names::gradient_target(number));
    let views = einsum.wrt.iter().zip(&targets).map(|(&number, target)| {
        let like = names::like(number);
        let target = match invocation.operands[number].cast {
            None => quote_spanned! { Span::mixed_site()=> runtime::Like::target(#like, element_, #target) },
            Some(_) => quote_spanned! { Span::mixed_site()=> runtime::LikeCast::target(#like, #target) },
        };
        site::gradient_target(einsum, number, &target)
    });
    let views = concatenated(views);
    let types = targets.iter().map(|_| quote_spanned! { Span::mixed_site()=> &mut _ });
    Gradients {
        parameters: quote_spanned! { Span::mixed_site()=> , (#(#targets,)*): (#(#types,)*) },
        targets: views,
        stores: concatenated(einsum.wrt.iter().map(|&number| site::store_gradient(number))),
        result: quote_spanned! { Span::mixed_site()=> () },
    }
}

/// Views the cotangent of the result, with a check of its extents.
pub(super) fn cotangent(einsum: &Einsum, rank: &TokenStream) -> TokenStream {
    let output = &einsum.output;
    let extents = output.0.iter().map(names::extent);
    if let Some(place) = output.ellipsis() {
        return ellipsis::cotangent(output, place);
    }
    if output.rank() == 0 {
        return quote_spanned! { Span::mixed_site()=>
            let loaded_ = runtime::load_number(element_, cotangent_);
            let cotangent_ = runtime::View::scalar(&loaded_);
        };
    }
    let memory = types::memory_of_labels(einsum, &output.0);
    quote_spanned! { Span::mixed_site()=>
        let loaded_ = &runtime::load(element_, #memory, runtime::PhantomData::<#rank>, cotangent_);
        let cotangent_ = SITE_.cotangent(element_, loaded_, [#(#extents),*])?;
    }
}
