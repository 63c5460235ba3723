//! The einsum compiler: an ordinary library, so that it can be tested, fuzzed and used by other
//! front ends. The procedural macros of `einsum-macros` only call it.
//!
//! The passes, in order; each reads only what those before it have written:
//!
//! | pass | from -> to | afterwards |
//! | --- | --- | --- |
//! | [`parse`] | tokens -> [`ast`] | the surface syntax is well formed |
//! | [`check`] | [`ast`] -> [`ir::Einsum`] | every label is bound, the output is explicit, the operands are counted; nothing after this makes user errors |
//! | [`plan`] | [`ir::Einsum`] -> [`ir::ContractionTree`] | steps of one or two factors; a label is contracted only where both factors have it |
//! | [`grad`] | [`ir::ContractionTree`] -> [`grad::Vjp`] | gradients are steps of the same kind |
//! | [`lower`] | [`ir::ContractionTree`] -> [`lower::LoopNest`]s | loops are explicit, outermost first, and the leaf kernel is chosen |
//! | [`emit`] | all of it -> tokens | the only `quote!` |
//!
//! [`mod@explain`] makes a text of what they have made.

pub mod ast;
pub mod check;
pub mod emit;
pub mod error;
pub mod explain;
pub mod grad;
pub mod ir;
pub mod lower;
pub mod parse;
pub mod plan;

use ast::Form;
use error::Errors;
use explain::Explanation;
use plan::search::Options;
use proc_macro2::TokenStream;

/// Expands `einsum!`: its value.
#[must_use]
pub fn einsum(input: TokenStream) -> TokenStream {
    expression(input, Form::Value)
}

/// Expands `try_einsum!`: its value, or what is wrong with the operands.
#[must_use]
pub fn try_einsum(input: TokenStream) -> TokenStream {
    expression(input, Form::Result)
}

/// Expands `einsum_vjp!`: its value and its pullback.
#[must_use]
pub fn einsum_vjp(input: TokenStream) -> TokenStream {
    expression(input, Form::Pullback)
}

/// Expands `einsum_vjp_add!`: its value and a pullback that adds to what the user has.
#[must_use]
pub fn einsum_vjp_add(input: TokenStream) -> TokenStream {
    expression(input, Form::AddingPullback)
}

/// Expands `einsum_jvp!`: its value and its tangent.
#[must_use]
pub fn einsum_jvp(input: TokenStream) -> TokenStream {
    expression(input, Form::Tangent)
}

/// Expands `explain!`: a text, of what another macro would compute.
#[must_use]
pub fn explain(input: TokenStream) -> TokenStream {
    let explained = || {
        let runtime = parse::runtime(input.clone())?;
        Ok((runtime, Explanation::parse(input, &Options::default())?))
    };
    match explained() {
        Ok((runtime, explanation)) => emit::explanation::emit(&runtime, &explanation.to_string()),
        Err(errors) => emit::errors::expression(&errors),
    }
}

/// Expands `einsum_fn!`: functions and the modules of their gradients.
#[must_use]
pub fn einsum_fn(input: TokenStream) -> TokenStream {
    match parse::functions(input) {
        Err(errors) => emit::errors::items(&errors.0.iter().collect::<Vec<_>>()),
        Ok(block) => {
            let mut tokens = emit::errors::items(&block.mistakes.0.iter().collect::<Vec<_>>());
            tokens.extend(block.functions.iter().map(|function| self::function(&block.runtime, function)));
            tokens
        }
    }
}

fn expression(input: TokenStream, form: Form) -> TokenStream {
    match compile(input, form) {
        Ok((invocation, einsum)) => {
            let warnings = check::similar_labels(&invocation.subscripts);
            emit::warnings::expression(&warnings, emit::expression::emit(&invocation, &einsum, form))
        }
        Err(errors) => emit::errors::expression(&errors),
    }
}

fn compile(input: TokenStream, form: Form) -> Result<(ast::Invocation, ir::Einsum), Errors> {
    let mut invocation = parse::invocation(input)?;
    check::arguments(&invocation.arguments, form)?;
    if form.differentiates() {
        invocation.take_alpha();
    }
    if form == Form::Tangent {
        parse::tangents(&mut invocation)?;
    }
    let einsum = check::invocation(&invocation, form)?;
    Ok((invocation, einsum))
}

fn function(runtime: &TokenStream, function: &ast::Function) -> TokenStream {
    let (einsum, errors) = check::function(function);
    let mistakes: Vec<_> = function.mistakes.0.iter().chain(&errors.0).collect();
    let mut tokens = emit::errors::items(&mistakes);
    if mistakes.is_empty() {
        tokens.extend(emit::warnings::items(&check::similar_labels(&function.subscripts)));
    }
    tokens.extend(if mistakes.is_empty() {
        emit::function::emit(runtime, function, &einsum)
    } else {
        emit::function::outline(runtime, function, &einsum)
    });
    tokens
}
