//! `einsum!`, `try_einsum!` and `einsum_vjp!`:
//!
//! ```text
//! match (&x, &w) {
//!     (source_0, source_1) => {
//!         use $crate::__private as runtime;
//!         const SITE: ..;
//!         let known_ = elements_of(&*source_0_).known();
//!         let element_ = known_.0;
//!         known_.expected(|| -> Checked<_> { .. Ok(result_.store(element_).into_array::<Ix3>()) })
//!     }
//! }
//! ```
//!
//! A pullback is a second closure, which owns the sources that it reads (references to places,
//! values of other expressions), the intermediates and the extents.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Expr, Type, spanned::Spanned as _};

use super::{choices, ellipsis, names, nest, output, rank, site, slices, steps};
use crate::{
    ast::{self, Form, Invocation},
    grad::{Program, Vjp},
    ir::{ContractionTree, Einsum, Kind, Label, Subscript, Value, ValueId},
};

/// Expands an invocation.
pub(crate) fn emit(invocation: &Invocation, einsum: &Einsum, program: &Program, form: Form) -> TokenStream {
    let runtime = &invocation.runtime;
    let operands = &invocation.operands;
    let given = operands.iter().flat_map(|operand| {
        let tangent = operand.tangent.as_ref().map(|tangent| {
            let expression = &tangent.expression;
            quote_spanned! { Span::mixed_site()=> &#expression }
        });
        // Here, and not within, a type is what it is to the user.
        let types = operand.casts().into_iter().flatten().map(|ty| {
            quote_spanned! { Span::mixed_site()=> #runtime::__private::PhantomData::<#ty> }
        });
        [given(operand, form)].into_iter().chain(tangent).chain(types)
    });
    let sources = operands.iter().enumerate().flat_map(|(number, operand)| {
        let tangent = operand.tangent.as_ref().map(|_| names::tangent_source(number));
        let [read_as, tangent_read_as] = operand.casts();
        let types = read_as.map(|_| names::read_as(number)).into_iter();
        let types = types.chain(tangent_read_as.map(|_| names::tangent_read_as(number)));
        [names::source(number)].into_iter().chain(tangent).chain(types)
    });
    let extents = invocation.extents.iter().map(|extent| {
        let value = &extent.value;
        quote_spanned! { Span::mixed_site()=> #runtime::__private::extent(#value) }
    });
    let labels = einsum.given.iter().map(names::given);
    let (arguments, patterns) = output::given(runtime, &invocation.arguments, program.forward());
    let texts: Vec<String> = operands.iter().map(|operand| operand.source.clone()).collect();
    let out = invocation.arguments.out.as_ref().map(|out| out.source.as_str());
    let constant = site::constant(&invocation.subscripts.text, einsum, &texts, out);
    let value = match program {
        Program::Forward(tree) => result(invocation, einsum, tree, form),
        Program::Pullback(vjp) => pullback(invocation, einsum, vjp, form),
    };
    let traits = borrowing_traits(invocation, form);
    let element = element(operands, form);
    let expansion = quote_spanned! { Span::mixed_site()=>
        match (#(#given,)* #(#extents,)* #(#arguments,)*) {
            (#(#sources,)* #(#labels,)* #(#patterns,)*) => {
                use #runtime::__private as runtime;
                #constant
                #element
                #value
            }
        }
    };
    if traits.is_empty() {
        return expansion;
    }
    quote_spanned! { Span::mixed_site()=> { #(use #runtime::__private::#traits as _;)* #expansion } }
}

/// The type that an operand is read as, if that was written: compared with that of the elements, unless it is where that is from.
fn read_as(number: usize, operands: &[ast::Operand]) -> Option<TokenStream> {
    let ty = operands[number].cast.as_ref()?;
    let is_first = in_order(operands).first() == Some(&number);
    Some(if is_first { names::variable("element").to_token_stream() } else { same(&names::read_as(number), ty) })
}

/// The type that a tangent is read as, if that was written.
fn tangent_read_as(number: usize, tangent: &ast::Tangent) -> Option<TokenStream> {
    tangent.cast.as_ref().map(|ty| same(&names::tangent_read_as(number), ty))
}

/// A type that is written, compared with that of the elements. Another one is refused where it is written.
fn same(named: &Ident, ty: &Type) -> TokenStream {
    let mut same = names::local("same");
    same.set_span(Span::mixed_site().located_at(ty.span()));
    quote_spanned! { Span::mixed_site()=> runtime::as_named(#named).#same(element_) }
}

/// The traits whose methods borrow places, needed around the expressions of the user's: in a block of
/// its own, an expression would drop what it borrows from.
fn borrowing_traits(invocation: &Invocation, form: Form) -> Vec<Ident> {
    let place = form.is_pullback().then(|| names::local("Place"));
    let out = invocation.arguments.out.as_ref().filter(|out| ast::is_place(&out.expression));
    place.into_iter().chain(out.map(|_| names::local("Target"))).collect()
}

/// The operand as it enters the expansion: borrowed, or for a pullback to own, by value.
fn given(operand: &ast::Operand, form: Form) -> TokenStream {
    let expression = &operand.expression;
    if form.is_pullback() && !operand.is_place() {
        return expression.to_token_stream();
    }
    if form.is_pullback() {
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

/// The forward, and its tangent if there is one, as a closure that is called at once: in it, `?`
/// leaves before anything is computed.
fn result(invocation: &Invocation, einsum: &Einsum, tree: &ContractionTree, form: Form) -> TokenStream {
    let arguments = &invocation.arguments;
    let (factors, target) = (output::factors(arguments), output::view(einsum, arguments));
    let (checks, check) = (checks(&invocation.operands, einsum, form), output::check(einsum));
    let (choices, store) = (steps::choices(einsum, tree), output::store(arguments));
    let limit = choices::limit(tree, &quote_spanned! { Span::mixed_site()=> limit_ });
    let result = finished(&einsum.output, &names::variable("result"));
    let steps = steps::steps(einsum, tree);
    let result = if form == Form::Tangent {
        let tangent = finished(&einsum.output, &names::variable("result_tangent"));
        quote_spanned! { Span::mixed_site()=> (#result, #tangent) }
    } else {
        output::finished(arguments, &result)
    };
    let call = names::local(if form == Form::Result { "checked" } else { "expected" });
    quote_spanned! { Span::mixed_site()=>
        known_.#call(|| -> runtime::Checked<_> {
            #target
            #checks
            #check
            #factors
            #limit
            #choices
            #steps
            #store
            runtime::Ok(#result)
        })
    }
}

/// The type of the elements: that of the first operand, or what it is read as. What is no number, or has no gradient where one
/// is asked for, is refused here and nowhere else.
fn element(operands: &[ast::Operand], form: Form) -> Option<TokenStream> {
    let number = *in_order(operands).first()?;
    let operand = &operands[number];
    let is_differentiated = form.is_pullback() || form == Form::Tangent;
    let mut known = names::local(if is_differentiated { "differentiable" } else { "known" });
    let known = if let Some(ty) = &operand.cast {
        let (mut read_as, span) = (names::read_as(number), Span::mixed_site().located_at(ty.span()));
        read_as.set_span(span);
        known.set_span(span);
        quote_spanned! { span=> runtime::named(#read_as).#known() }
    } else {
        let ((first, last), source) = (located(operand), source(number, operand, form));
        known.set_span(first);
        let mut source = Group::new(Delimiter::Parenthesis, source);
        source.set_span(last);
        quote_spanned! { first=> runtime::elements_of #source.#known() }
    };
    Some(quote_spanned! { Span::mixed_site()=>
        let known_ = #known;
        let element_ = known_.0;
    })
}

/// Views the operands and finds the extents.
fn checks(operands: &[ast::Operand], einsum: &Einsum, form: Form) -> TokenStream {
    let views = in_order(operands).into_iter().map(|number| view(einsum, number, operands, form));
    let extents = site::extents(einsum);
    let shapes = einsum.wrt.iter().copied().filter(|&number| keeps_shape(einsum, number, form));
    let shapes = shapes.map(|number| site::shape(einsum, number));
    let tangents = operands
        .iter()
        .enumerate()
        .filter_map(|(number, operand)| operand.tangent.as_ref().map(|tangent| self::tangent(einsum, number, tangent)));
    let fused = ellipsis::spread_operands(einsum).map(ellipsis::fuse);
    quote_spanned! { Span::mixed_site()=> #(#views)* #extents #(#shapes)* #(#tangents)* #(#fused)* }
}

/// The operands in the order in which they are viewed: literals last, so that the first, which says what the type of the
/// elements is, is none if there is another, and `2` is refused among floats, not the floats beside it.
fn in_order(operands: &[ast::Operand]) -> Vec<usize> {
    let (literals, others): (Vec<usize>, Vec<usize>) =
        (0..operands.len()).partition(|&number| is_literal(&operands[number].expression));
    others.into_iter().chain(literals).collect()
}

fn is_literal(expression: &Expr) -> bool {
    match expression {
        Expr::Lit(_) => true,
        Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Neg(_)) && is_literal(&unary.expr),
        Expr::Paren(inner) => is_literal(&inner.expr),
        Expr::Group(inner) => is_literal(&inner.expr),
        _ => false,
    }
}

/// Whether the extents of an operand are asked for later: by its cotangent, by what that is added to,
/// or by a tangent.
fn keeps_shape(einsum: &Einsum, operand: usize, form: Form) -> bool {
    match form {
        Form::Value | Form::Result => false,
        Form::Pullback => site::has_shape(einsum, operand),
        Form::AddingPullback | Form::Tangent => true,
    }
}

/// Views a tangent, which must be like its operand.
fn tangent(einsum: &Einsum, number: usize, tangent: &ast::Tangent) -> TokenStream {
    let (first, last) = ast::spanned(&tangent.expression);
    let (first, last) = (Span::mixed_site().located_at(first), Span::mixed_site().located_at(last));
    let mut source = names::tangent_source(number);
    source.set_span(last);
    let source = quote_spanned! { first=> &*#source };
    site::tangent(einsum, number, (&source, tangent_read_as(number, tangent)), (first, last))
}

fn view(einsum: &Einsum, number: usize, operands: &[ast::Operand], form: Form) -> TokenStream {
    let (variable, operand) = (names::operand(number), &operands[number]);
    let source = source(number, operand, form);
    let (first, last) = located(operand);
    let is_first = in_order(operands).first() == Some(&number);
    let array = site::array(number, is_first, (&source, read_as(number, operands)), first);
    let subscript = &einsum.operands[number].subscript;
    if let Some(place) = subscript.ellipsis() {
        let spread = ellipsis::spread(number, subscript, place, (first, last));
        return quote_spanned! { Span::mixed_site()=> #array let #variable = #spread; };
    }
    let view = site::operand(einsum, number, names::array(number), (first, last));
    quote_spanned! { Span::mixed_site()=> #array let #variable = #view; }
}

/// A reference to the operand.
fn source(number: usize, operand: &ast::Operand, form: Form) -> TokenStream {
    let (first, last) = located(operand);
    let mut source = names::source(number);
    source.set_span(last);
    if form.is_pullback() && !operand.is_place() {
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
    let dimension = rank::dimension(subscript);
    quote_spanned! { Span::mixed_site()=> #tensor.store(element_).into_array::<runtime::#dimension>() }
}

fn pullback(invocation: &Invocation, einsum: &Einsum, vjp: &Vjp, form: Form) -> TokenStream {
    let operands = &invocation.operands;
    let saved = saved(vjp, einsum, form);
    let checks = checks(operands, einsum, form);
    let factors = output::factors(&invocation.arguments);
    let (choices, forward) = (steps::choices(einsum, &vjp.forward), steps::steps(einsum, &vjp.forward));
    let limit = choices::limit(&vjp.forward, &quote_spanned! { Span::mixed_site()=> limit_ });
    let result = finished(&einsum.output, &names::variable("result"));
    let likes = einsum.wrt.iter().map(|&number| names::like(number));
    let witnesses = einsum.wrt.iter().map(|&number| {
        let source = source(number, &operands[number], Form::Pullback);
        match read_as(number, operands) {
            None => quote_spanned! { Span::mixed_site()=> known_.like(#source) },
            Some(read_as) => quote_spanned! { Span::mixed_site()=> runtime::like_cast(#source, #read_as) },
        }
    });
    let backward = backward(invocation, einsum, vjp, form);
    quote_spanned! { Span::mixed_site()=>
        let (#(#likes,)*) = (#(#witnesses,)*);
        let (result_, #(#saved,)*) = known_.expected(|| -> runtime::Checked<_> {
            #checks
            #factors
            #limit
            #choices
            #forward
            runtime::Ok((#result, #(#saved,)*))
        });
        (result_, known_.pullback(#backward))
    }
}

/// What the pullback keeps of the forward: intermediates, and the extents that it loops over.
fn saved(vjp: &Vjp, einsum: &Einsum, form: Form) -> Vec<Ident> {
    let intermediates = vjp.forward.results[1..].iter().map(|&value| names::value(vjp.forward.value(value)));
    let shapes = einsum.wrt.iter().copied().filter(|&number| keeps_shape(einsum, number, form)).map(names::shape);
    let ellipsis = ellipsis::spread_operands(einsum).next().map(|_| names::variable("ellipsis"));
    let rest = einsum.output.ellipsis().map(|_| names::variable("rest"));
    let extents = looped(vjp, einsum, form);
    let choices = (0..vjp.forward.choices.len()).map(names::choice);
    let blocks = vjp.forward.is_sliced().then(|| names::variable("blocks"));
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
/// is not of the extents of an operand.
fn looped(vjp: &Vjp, einsum: &Einsum, form: Form) -> Vec<Label> {
    let results = vjp.backward.steps.iter().map(|step| vjp.backward.value(step.result));
    let has_extents = |value: &Value| match value.kind {
        Kind::Gradient(_) => form == Form::AddingPullback || nest::has_own_extents(einsum, value),
        _ => false,
    };
    let of_labels = results.filter(|value| !has_extents(value));
    let used = of_labels.flat_map(|value| value.subscript.0.clone());
    let used: Vec<Label> = used.chain(einsum.output.0.iter().cloned()).collect();
    einsum.labels().into_iter().filter(|label| used.contains(label)).collect()
}

fn backward(invocation: &Invocation, einsum: &Einsum, vjp: &Vjp, form: Form) -> TokenStream {
    let number = |value: &Value| if let Kind::Operand(number) = value.kind { Some(number) } else { None };
    // Of several blocks nothing is kept: the steps of the forward are taken again.
    let is_sliced = vjp.forward.is_sliced();
    let backward = if is_sliced { vjp.fused() } else { vjp.backward.clone() };
    let read = backward.sources.iter().filter_map(|&source| number(backward.value(source)));
    let views = read.map(|number| {
        let view = view(einsum, number, &invocation.operands, Form::Pullback);
        let fuse = einsum.operands[number].subscript.ellipsis().map(|_| ellipsis::fuse(number));
        quote_spanned! { Span::mixed_site()=> #view #fuse }
    });
    let factors = output::factors(&invocation.arguments);
    let cotangent = cotangent(&einsum.output);
    // Where the subscripts are: the compiler marks the parameter if what is passed has another rank or other elements.
    let subscripts = Span::mixed_site().located_at(invocation.subscripts.span.0);
    let parameter = cotangent_parameter(&einsum.output, subscripts);
    let Gradients { parameters, targets, stores, tree, result } = if form == Form::AddingPullback {
        added_gradients(invocation, einsum, &backward)
    } else {
        new_gradients(invocation, einsum, backward.clone())
    };
    let steps = if is_sliced {
        let again: Vec<ValueId> = vjp.forward.steps.iter().map(|step| step.result).collect();
        slices::steps(einsum, &tree, slices::Forward { kept: &vjp.forward.results[1..], again: &again })
    } else {
        steps::steps(einsum, &tree)
    };
    quote_spanned! { Span::mixed_site()=>
        move |#parameter #parameters| {
            runtime::expected(|| -> runtime::Checked<_> {
                #cotangent
                #(#views)*
                #targets
                #factors
                #steps
                #stores
                runtime::Ok(#result)
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
    /// The steps.
    tree: ContractionTree,
    /// The value of the closure.
    result: TokenStream,
}

/// Gradients that are returned, each like its operand.
fn new_gradients(invocation: &Invocation, einsum: &Einsum, tree: ContractionTree) -> Gradients {
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
    Gradients { parameters, targets, stores, tree, result }
}

/// Gradients that are added to what the user has, which the pullback is given.
fn added_gradients(invocation: &Invocation, einsum: &Einsum, tree: &ContractionTree) -> Gradients {
    let targets: Vec<Ident> = einsum.wrt.iter().map(|&number| names::gradient_target(number)).collect();
    let views = einsum.wrt.iter().zip(&targets).map(|(&number, target)| {
        let like = names::like(number);
        let target = match invocation.operands[number].cast {
            None => quote_spanned! { Span::mixed_site()=> runtime::Like::target(#like, element_, #target) },
            Some(_) => quote_spanned! { Span::mixed_site()=> runtime::LikeCast::target(#like, #target) },
        };
        site::gradient_target(einsum, number, &target)
    });
    let views = views.collect();
    let types = targets.iter().map(|_| quote_spanned! { Span::mixed_site()=> &mut _ });
    Gradients {
        parameters: quote_spanned! { Span::mixed_site()=> , (#(#targets,)*): (#(#types,)*) },
        targets: views,
        stores: einsum.wrt.iter().map(|&number| site::store_gradient(number)).collect(),
        tree: Vjp::adding(tree),
        result: quote_spanned! { Span::mixed_site()=> () },
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

fn cotangent_parameter(output: &Subscript, span: Span) -> TokenStream {
    if output.rank() == 0 || output.ellipsis().is_some() {
        return quote_spanned! { span=> cotangent_: &_ };
    }
    let mut dimension = rank::dimension(output);
    dimension.set_span(span);
    quote_spanned! { span=> cotangent_: &runtime::ArrayRef<_, runtime::#dimension> }
}
