//! `einsum!`, `try_einsum!` and `einsum_vjp!`:
//!
//! ```text
//! match (&x, &w) {
//!     (source_0, source_1) => {
//!         use $crate::__private as runtime;
//!         const SITE: ..;
//!         let element_ = PhantomData;
//!         expect((|| -> Checked<_> { .. Ok(result.store(element_).into_array::<Ix3>()) })())
//!     }
//! }
//! ```
//!
//! A pullback is a second closure, which owns the sources that it reads (references to places,
//! values of other expressions), the intermediates and the extents.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;

use super::{Form, ellipsis, names, nest, output, site};
use crate::{
    ast::{self, Invocation},
    grad::Vjp,
    ir::{ContractionTree, Einsum, Kind, Label, Subscript, Value},
    plan::plan,
};

/// Expands an invocation.
pub(crate) fn emit(invocation: &Invocation, einsum: &Einsum, form: Form) -> TokenStream {
    let runtime = &invocation.runtime;
    let operands = &invocation.operands;
    let given = operands.iter().map(|operand| given(operand, form));
    let sources = (0..operands.len()).map(names::source);
    let extents = invocation.extents.iter().map(|extent| {
        let value = &extent.value;
        quote_spanned! { Span::mixed_site()=> #runtime::__private::extent(#value) }
    });
    let labels = einsum.given.iter().map(names::given);
    let (arguments, patterns) = output::given(&invocation.arguments);
    let target = output::module(runtime, einsum, &invocation.arguments);
    let texts: Vec<String> = operands.iter().map(|operand| operand.source.clone()).collect();
    let out = invocation.arguments.out.as_ref().map(|out| out.source.as_str());
    let constant = site::constant(&invocation.subscripts.text, einsum, &texts, out);
    let views = einsum.operands.iter().zip(&texts).enumerate();
    let views = views.filter(|(_, (operand, _))| operand.subscript.ellipsis().is_none());
    let checks = views.map(|(number, (operand, text))| site::operand(runtime, number, operand, text));
    let tree = plan(einsum);
    let value = match form {
        Form::Value => {
            let result = result(invocation, einsum, &tree);
            quote_spanned! { Span::mixed_site()=> runtime::expect(#result) }
        }
        Form::Result => result(invocation, einsum, &tree),
        Form::Pullback => pullback(operands, einsum, &tree),
    };
    let traits = borrowing_traits(invocation, form);
    let expansion = quote_spanned! { Span::mixed_site()=>
        match (#(#given,)* #(#extents,)* #(#arguments,)*) {
            (#(#sources,)* #(#labels,)* #(#patterns,)*) => {
                use #runtime::__private as runtime;
                #constant
                #(#checks)*
                #target
                let element_ = runtime::PhantomData;
                #value
            }
        }
    };
    if traits.is_empty() {
        return expansion;
    }
    quote_spanned! { Span::mixed_site()=> { #(use #runtime::__private::#traits as _;)* #expansion } }
}

/// The traits whose methods borrow places, needed around the expressions of the user's: in a block of
/// its own, an expression would drop what it borrows from.
fn borrowing_traits(invocation: &Invocation, form: Form) -> Vec<Ident> {
    let place = (form == Form::Pullback).then(|| names::local("Place"));
    let out = invocation.arguments.out.as_ref().filter(|out| ast::is_place(&out.expression));
    place.into_iter().chain(out.map(|_| names::local("Target"))).collect()
}

/// The operand as it enters the expansion: borrowed, or for a pullback to own, by value.
fn given(operand: &ast::Operand, form: Form) -> TokenStream {
    let expression = &operand.expression;
    if form == Form::Pullback && !operand.is_place() {
        return expression.to_token_stream();
    }
    if form == Form::Pullback {
        return quote_spanned! { located(operand).0=> (#expression).einsum_place() };
    }
    if binds_tightly(expression) {
        return quote_spanned! { located(operand).0=> &#expression };
    }
    quote_spanned! { located(operand).0=> &(#expression) }
}

/// Whether `&` before the expression applies to all of it.
fn binds_tightly(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::Path(_)
            | Expr::Field(_)
            | Expr::Index(_)
            | Expr::Call(_)
            | Expr::MethodCall(_)
            | Expr::Lit(_)
            | Expr::Paren(_)
            | Expr::Reference(_)
            | Expr::Unary(_)
            | Expr::Macro(_)
    )
}

/// Where the type of an operand is complained about: from its first token to its last.
fn located(operand: &ast::Operand) -> (Span, Span) {
    let (first, last) = operand.span;
    (Span::mixed_site().located_at(first), Span::mixed_site().located_at(last))
}

/// The forward as a closure that is called at once: in it, `?` leaves before anything is computed.
fn result(invocation: &Invocation, einsum: &Einsum, tree: &ContractionTree) -> TokenStream {
    let arguments = &invocation.arguments;
    let (factors, target) = (output::factors(arguments), output::view(einsum, arguments));
    let (checks, check) = (checks(&invocation.operands, einsum, Form::Value), output::check(einsum));
    let (steps, store) = (nest::steps(einsum, tree), output::store(arguments));
    let result = finished(&einsum.output, &names::variable("result"));
    let result = output::finished(arguments, &result);
    quote_spanned! { Span::mixed_site()=>
        (|| -> runtime::Checked<_> {
            #target
            #checks
            #check
            #factors
            #steps
            #store
            runtime::Ok(#result)
        })()
    }
}

/// Views the operands and finds the extents.
fn checks(operands: &[ast::Operand], einsum: &Einsum, form: Form) -> TokenStream {
    let views = operands.iter().enumerate().map(|(number, operand)| view(einsum, number, operand, form));
    let extents = site::extents(einsum);
    let shapes = (0..operands.len()).filter(|_| form == Form::Pullback).map(|number| site::shape(einsum, number));
    let fused = ellipsis::spread_operands(einsum).map(ellipsis::fuse);
    quote_spanned! { Span::mixed_site()=> #(#views)* #extents #(#shapes)* #(#fused)* }
}

fn view(einsum: &Einsum, number: usize, operand: &ast::Operand, form: Form) -> TokenStream {
    let (variable, mut module) = (names::operand(number), names::operand_module(number));
    let source = source(number, operand, form);
    let (first, last) = located(operand);
    let array = site::array(number, &source, first);
    let subscript = &einsum.operands[number].subscript;
    if let Some(place) = subscript.ellipsis() {
        let spread = ellipsis::spread(number, subscript, place, first);
        return quote_spanned! { Span::mixed_site()=> #array let #variable = #spread; };
    }
    module.set_span(first);
    let view = quote_spanned! { last=> ::view };
    let mut given = names::array(number);
    given.set_span(last);
    let given = quote_spanned! { first=> &#given };
    quote_spanned! { Span::mixed_site()=> #array let #variable = #module #view(SITE_, element_, #given)?; }
}

/// A reference to the operand.
fn source(number: usize, operand: &ast::Operand, form: Form) -> TokenStream {
    let (first, last) = located(operand);
    let mut source = names::source(number);
    source.set_span(last);
    if form == Form::Pullback && !operand.is_place() {
        return quote_spanned! { first=> &#source };
    }
    quote_spanned! { first=> &*#source }
}

/// The tensor as the user gets it: an array, or a number.
pub(super) fn finished(subscript: &Subscript, tensor: &Ident) -> TokenStream {
    if let Some(place) = subscript.ellipsis() {
        return ellipsis::finished(place, tensor);
    }
    if subscript.rank() == 0 {
        return quote_spanned! { Span::mixed_site()=> #tensor.store(element_).into_scalar() };
    }
    let dimension = site::dimension(subscript);
    quote_spanned! { Span::mixed_site()=> #tensor.store(element_).into_array::<runtime::#dimension>() }
}

fn pullback(operands: &[ast::Operand], einsum: &Einsum, tree: &ContractionTree) -> TokenStream {
    let all: Vec<usize> = (0..operands.len()).collect();
    let vjp = Vjp::new(tree, &all);
    let saved = saved(&vjp, einsum);
    let checks = checks(operands, einsum, Form::Pullback);
    let forward = nest::steps(einsum, &vjp.forward);
    let result = finished(&einsum.output, &names::variable("result"));
    let likes = all.iter().map(|&number| names::like(number));
    let witnesses = operands.iter().enumerate().map(|(number, operand)| {
        let source = source(number, operand, Form::Pullback);
        quote_spanned! { Span::mixed_site()=> runtime::like(#source) }
    });
    let first = operands.first().map_or_else(Span::mixed_site, |operand| located(operand).0);
    let differentiable = quote_spanned! { first=> runtime::differentiable(element_) };
    let backward = backward(operands, einsum, &vjp);
    quote_spanned! { Span::mixed_site()=>
        #differentiable;
        let (#(#likes,)*) = (#(#witnesses,)*);
        let (result_, #(#saved,)*) = runtime::expect((|| -> runtime::Checked<_> {
            #checks
            #forward
            runtime::Ok((#result, #(#saved,)*))
        })());
        (result_, #backward)
    }
}

/// What the pullback keeps of the forward: intermediates, and the extents that it loops over.
fn saved(vjp: &Vjp, einsum: &Einsum) -> Vec<Ident> {
    let intermediates = vjp.forward.results[1..].iter().map(|&value| names::value(vjp.forward.value(value)));
    let shapes = (0..einsum.operands.len()).filter(|&number| site::has_shape(einsum, number)).map(names::shape);
    let ellipsis = einsum.output.ellipsis().map(|_| [names::variable("ellipsis"), names::variable("rest")]);
    let extents = looped(vjp, einsum);
    intermediates.chain(shapes).chain(ellipsis.into_iter().flatten()).chain(extents.iter().map(names::extent)).collect()
}

/// The labels whose extents the backward asks for: those of the cotangent, and of every tensor that
/// is not of the extents of an operand.
fn looped(vjp: &Vjp, einsum: &Einsum) -> Vec<Label> {
    let results = vjp.backward.steps.iter().map(|step| vjp.backward.value(step.result));
    let of_labels = results.filter(|value| !nest::has_own_extents(einsum, value));
    let used = of_labels.flat_map(|value| value.subscript.0.clone());
    let used: Vec<Label> = used.chain(einsum.output.0.iter().cloned()).collect();
    einsum.labels().into_iter().filter(|label| used.contains(label)).collect()
}

fn backward(operands: &[ast::Operand], einsum: &Einsum, vjp: &Vjp) -> TokenStream {
    let number = |value: &Value| if let Kind::Operand(number) = value.kind { Some(number) } else { None };
    let read = vjp.backward.sources.iter().filter_map(|&source| number(vjp.backward.value(source)));
    let views = read.map(|number| {
        let view = view(einsum, number, &operands[number], Form::Pullback);
        let fuse = einsum.operands[number].subscript.ellipsis().map(|_| ellipsis::fuse(number));
        quote_spanned! { Span::mixed_site()=> #view #fuse }
    });
    let steps = nest::steps(einsum, &vjp.backward);
    let gradients = (0..operands.len()).map(|number| {
        let (like, gradient) = (names::like(number), names::gradient(number));
        match einsum.operands[number].subscript.ellipsis() {
            Some(_) => quote_spanned! { Span::mixed_site()=> #like.cotangent_array(#gradient) },
            None => quote_spanned! { Span::mixed_site()=> #like.cotangent(#gradient.store(element_)) },
        }
    });
    let cotangent = cotangent(&einsum.output);
    let cotangent_type = cotangent_type(&einsum.output);
    quote_spanned! { Span::mixed_site()=>
        move |cotangent_: #cotangent_type| {
            runtime::expect((|| -> runtime::Checked<_> {
                #cotangent
                #(#views)*
                #steps
                runtime::Ok((#(#gradients,)*))
            })())
        }
    }
}

/// Views the cotangent of the result, with a check of its extents.
pub(super) fn cotangent(output: &Subscript) -> TokenStream {
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
    quote_spanned! { Span::mixed_site()=>
        let loaded_ = &runtime::load(element_, cotangent_);
        let cotangent_ = SITE_.cotangent(element_, loaded_, [#(#extents),*])?;
    }
}

fn cotangent_type(output: &Subscript) -> TokenStream {
    if output.rank() == 0 || output.ellipsis().is_some() {
        return quote_spanned! { Span::mixed_site()=> &_ };
    }
    let dimension = site::dimension(output);
    quote_spanned! { Span::mixed_site()=> &runtime::ArrayRef<_, runtime::#dimension> }
}
