//! The macros that are expressions. That of `einsum!` and `try_einsum!`:
//!
//! ```text
//! match (&x, &w) {
//!     (source_0, source_1) => {
//!         use $crate::__private as runtime;
//!         const SITE: ..;
//!         let known_ = elements_of(&*source_0_).known();
//!         let element_ = known_.0;
//!         let kind_ = ..;
//!         known_.expected(kind_, || -> Checked<_> { .. Ok(computed(kind_, result_.store(element_).into_array::<Ix3>())) })
//!     }
//! }
//! ```
//!
//! `pullback` has what is in the `match` of `einsum_vjp!`.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::{choices, names, operands, output, pullback, site, steps, types};
use crate::{
    ast::{Form, Invocation},
    few::List,
    grad::Program,
    ir::Einsum,
    lower::Lowered,
};

/// Expands an invocation.
pub(crate) fn emit(invocation: &Invocation, einsum: &Einsum, program: &Program<Lowered>, form: Form) -> TokenStream {
    let runtime = &invocation.runtime;
    let given = invocation.operands.iter().flat_map(|operand| {
        let tangent = operand.tangent.as_ref().map(|tangent| {
            let expression = &tangent.expression;
            quote_spanned! { Span::mixed_site()=> &#expression }
        });
        // Here, and not within, a type is what it is to the user.
        let types = operand.casts().into_iter().flatten().map(|ty| {
            quote_spanned! { Span::mixed_site()=> #runtime::__private::PhantomData::<#ty> }
        });
        [operands::given(operand, form)].into_iter().chain(tangent).chain(types)
    });
    let sources = invocation.operands.iter().enumerate().flat_map(|(number, operand)| {
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
    let (arguments, patterns) = output::given(runtime, &invocation.arguments, &program.forward().tree);
    let texts: Vec<String> = invocation.operands.mapped(|operand| operand.source.clone());
    let out = invocation.arguments.out.as_ref().map(|out| out.source.as_str());
    let constant = site::constant(&invocation.subscripts.text, einsum, &texts, out);
    let value = match program {
        Program::Forward(lowered) => result(invocation, einsum, lowered, form),
        Program::Pullback(vjp) => pullback::emit(invocation, einsum, vjp, form),
    };
    let traits = operands::borrowing_traits(invocation, form);
    let element = operands::element(&invocation.operands, form);
    let kind = types::kind(einsum, &operands::sources(&invocation.operands, form), |_, label| label);
    let expansion = quote_spanned! { Span::mixed_site()=>
        match (#(#given,)* #(#extents,)* #(#arguments,)*) {
            (#(#sources,)* #(#labels,)* #(#patterns,)*) => {
                use #runtime::__private as runtime;
                #constant
                #element
                #kind
                #value
            }
        }
    };
    if traits.is_empty() {
        return expansion;
    }
    quote_spanned! { Span::mixed_site()=> { #(use #runtime::__private::#traits as _;)* #expansion } }
}

/// The forward, and its tangent if there is one, as a closure that is called at once: in it, `?`
/// leaves before anything is computed.
fn result(invocation: &Invocation, einsum: &Einsum, lowered: &Lowered, form: Form) -> TokenStream {
    let arguments = &invocation.arguments;
    let (factors, target) = (output::factors(arguments), output::view(einsum, arguments));
    let (checks, check) = (operands::checks(&invocation.operands, einsum, form), output::check(einsum));
    let (choices, store) = (steps::choices(einsum, &lowered.tree), output::store(arguments));
    let limit = choices::limit(&lowered.tree, &quote_spanned! { Span::mixed_site()=> limit_ });
    let result = output::computed(&einsum.output, &names::variable("result"));
    let steps = steps::steps(einsum, lowered);
    let result = if form == Form::Tangent {
        let tangent = output::computed(&einsum.output, &names::variable("result_tangent"));
        quote_spanned! { Span::mixed_site()=> (#result, #tangent) }
    } else {
        output::finished(arguments, &result)
    };
    let call = names::local(if form == Form::Result { "checked" } else { "expected" });
    quote_spanned! { Span::mixed_site()=>
        known_.#call(kind_, || -> runtime::Checked<_> {
            #target
            #checks
            #check
            #factors
            #limit
            #choices
            #steps
            #store
            runtime::Ok(runtime::computed(kind_, #result))
        })
    }
}
