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
//! | [`lower`](mod@lower) | [`ir::ContractionTree`] -> [`lower::Lowered`] | loops are explicit, and how they reach into each tensor |
//! | [`emit`] | all of it -> tokens | the only `quote!` |
//!
//! [`mod@explain`] makes a text of what they have made.

pub mod ast;
#[cfg(feature = "shards")]
mod calls;
#[cfg(feature = "candle")]
mod candle;
pub mod check;
pub mod emit;
pub mod error;
mod formulas;
mod functions;
pub mod parse;
mod product;
#[cfg(feature = "shards")]
mod shards;
mod tuning;

#[cfg(feature = "shards")]
pub use calls::{Explained, explained_call, explained_functions};
#[cfg(feature = "candle")]
pub use candle::{einsum_candle, einsum_candle_fn};
pub use einsum_middle::{explain, grad, ir, lower, notation, plan};
#[cfg(feature = "shards")]
pub use shards::{einsum_mpi, einsum_mpi_fn, einsum_mpi_vjp, explain_mpi, explained_shards, try_einsum_mpi};

use ast::Form;
use einsum_middle::few;
use error::Errors;
use explain::{Explanation, Orders};
use grad::Program;
use ir::{Einsum, MaxIntermediate};
use lower::lower;
use plan::{Plans, cost::Objective, slicing::AboveLimit};
use proc_macro2::TokenStream;
use product::checked;

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
    explaining(input, explained)
}

/// Expands `einsum_fn!`: functions and the modules of their gradients.
#[must_use]
pub fn einsum_fn(input: TokenStream) -> TokenStream {
    functions::all(
        input,
        |runtime, written| functions::function(runtime, &written),
        |runtime, written| formulas::function(runtime, &written),
    )
}

/// The text of what is in the parentheses of `explain!`, after the path of the runtime: of an einsum, or of a formula.
///
/// # Errors
/// The mistakes in it, as the other macros tell them.
pub fn explained(input: TokenStream) -> Result<String, Errors> {
    match parse::explanation(input.clone())? {
        (form, ast::Input::Formula(formula)) => formulas::explanation(&formula, form),
        _ => Ok(explanation(input, None)?.to_string()),
    }
}

/// Whether there is no mistake in what `einsum!` is given, after the path of the runtime.
///
/// # Errors
/// All mistakes.
pub fn checked_input(input: TokenStream) -> Result<(), Errors> {
    match parse::given(input)? {
        ast::Input::Einsum(invocation) => check::invocation(&invocation, Form::Value).map(drop),
        ast::Input::Formula(formula) => check::formula(&formula, Form::Value).map(drop),
    }
}

/// Explains what is in the parentheses of `explain!`, after the path of the runtime; a limit that is not written there may
/// be given.
///
/// # Errors
/// The mistakes in it, as the other macros tell them; or that no order keeps the limit, even in slices.
pub fn explanation(input: TokenStream, max_intermediate: Option<MaxIntermediate>) -> Result<Explanation, Errors> {
    let (form, invocation) = parse::product_explanation(input)?;
    let (invocation, mut einsum) = checked(invocation, form)?;
    check::all_are_numbers(&invocation)?;
    einsum.max_intermediate = einsum.max_intermediate.or(max_intermediate);
    explained_product(&invocation, &einsum, form)
}

/// Explains a product as the macro of a form computes it, and what is not known where it is written, the run time decides.
fn explained_product(invocation: &ast::Invocation, einsum: &Einsum, form: Form) -> Result<Explanation, Errors> {
    let plans = Plans::new(einsum).map_err(|error| above_limit(invocation, einsum, &error))?;
    Ok(explained_plans(einsum, &plans, form))
}

fn explained_plans(einsum: &Einsum, plans: &Plans, form: Form) -> Explanation {
    let orders = Orders::new(objective(form), plans);
    let differentiated = orders.map(|tree| grad::explained(tree, &einsum.wrt));
    let lowered = differentiated.map(|vjp| vjp.map(lower));
    Explanation::new(einsum, lowered)
}

/// A value that holds the text of an explanation.
fn explaining(input: TokenStream, explain: impl FnOnce(TokenStream) -> Result<String, Errors>) -> TokenStream {
    let explained = || {
        let runtime = parse::runtime(input.clone())?;
        Ok(emit::explanation::emit(&runtime, &explain(input)?))
    };
    explained().unwrap_or_else(|errors: Errors| emit::errors::expression(&errors))
}

fn expression(input: TokenStream, form: Form) -> TokenStream {
    compiled(input, form).unwrap_or_else(|errors| emit::errors::expression(&errors))
}

/// Compiles a macro that is an expression, a line for each pass.
fn compiled(input: TokenStream, form: Form) -> Result<TokenStream, Errors> {
    let invocation = match parse::given(input)? {
        ast::Input::Einsum(invocation) => *invocation,
        ast::Input::Formula(formula) => return formulas::expression(&formula, form),
    };
    let (invocation, einsum) = checked(invocation, form)?;
    let warnings = check::similar_labels(&invocation.subscripts);
    let tree = plan::plan(&einsum, objective(form)).map_err(|error| above_limit(&invocation, &einsum, &error))?;
    let program = Program::new(tree, &einsum.wrt, form);
    let program = program.map(lower);
    Ok(emit::warnings::expression(&warnings, emit::expression::emit(&invocation, &einsum, &program, form)))
}

/// The cost that a macro is planned for.
fn objective(form: Form) -> Objective {
    if form.is_pullback() { Objective::ForwardAndBackward } else { Objective::Forward }
}

fn above_limit(invocation: &ast::Invocation, einsum: &Einsum, error: &AboveLimit) -> Errors {
    let written = invocation.arguments.max_intermediate.as_ref();
    check::above_limit(einsum, error, written, invocation.subscripts.span)
}
