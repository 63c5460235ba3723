//! The driver of sharded einsums: what is said of the mesh is taken out, the rest is read as any other einsum; a line for each pass.

use std::mem;

use proc_macro2::{TokenStream, TokenTree};

use crate::{
    ast::{Form, Function, Functions, Invocation, shard::Sharded},
    check,
    emit::{self, shard::Emitted},
    error::Errors,
    explaining, grad,
    ir::{
        Einsum,
        shard::{ShardedBackward, ShardedProgram},
    },
    parse, plan,
    product::checked,
};
use einsum_middle::explain;

/// Expands `einsum_mpi!`: the value, as it lies on a mesh of processes.
#[must_use]
pub fn einsum_mpi(input: TokenStream) -> TokenStream {
    expression(input, Form::Value)
}

/// Expands `try_einsum_mpi!`: the value, or what is wrong with the operands.
#[must_use]
pub fn try_einsum_mpi(input: TokenStream) -> TokenStream {
    expression(input, Form::Result)
}

/// Expands `einsum_mpi_vjp!`: the value and its pullback.
#[must_use]
pub fn einsum_mpi_vjp(input: TokenStream) -> TokenStream {
    expression(input, Form::Pullback)
}

/// Expands `einsum_mpi_fn!`: functions and the modules of their gradients.
#[must_use]
pub fn einsum_mpi_fn(input: TokenStream) -> TokenStream {
    let compiled = |input| {
        function(input).unwrap_or_else(|errors: Errors| emit::errors::items(&errors.0.iter().collect::<Vec<_>>()))
    };
    each_function(input).into_iter().map(compiled).collect()
}

/// Expands `explain_mpi!`: a text, of what is computed and sent.
#[must_use]
pub fn explain_mpi(input: TokenStream) -> TokenStream {
    explaining(input, |input| explained_shards(input, &[], &[]))
}

/// The text of what is computed and sent for subscripts that say how tensors lie on a mesh, after the path of the runtime; with the
/// numbers of processes of its axes, where these are known. The plan is that of a macro with this input: `extents` are known where words are counted, and
/// not before.
///
/// # Errors
/// The mistakes in it, as the macros tell them.
pub fn explained_shards(
    input: TokenStream,
    mesh: &[(String, usize)],
    extents: &[(String, u64)],
) -> Result<String, Errors> {
    let parse = |input| parse::product_explanation(input).map(|(_, product)| product);
    let sharded = parse::shard::sharded(input)?;
    let (_, mut compiled) = compiled(&sharded, Form::Pullback, parse)?;
    compiled.einsum.know(extents);
    Ok(compiled.explanation(&sharded, mesh))
}

/// Compiles a macro that is an expression.
fn expression(input: TokenStream, form: Form) -> TokenStream {
    let compiled = || {
        let sharded = parse::shard::sharded(input)?;
        let (invocation, compiled) = compiled(&sharded, form, parse::invocation)?;
        let text = text(&sharded, &compiled.program);
        let emitted = Emitted { operands: &invocation.operands, ..compiled.emitted(&invocation.runtime, &text) };
        let warnings = check::similar_labels(&invocation.subscripts);
        Ok(emit::warnings::expression(&warnings, emit::shard::expression(&invocation, emitted, form)))
    };
    compiled().unwrap_or_else(|errors: Errors| emit::errors::expression(&errors))
}

/// Each function, after the path of the runtime.
fn each_function(input: TokenStream) -> Vec<TokenStream> {
    let mut parts = input.into_iter().collect::<Vec<_>>();
    let is_semicolon = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
    let Some(runtime) = parts.iter().position(is_semicolon) else { return Vec::new() };
    let functions = parts.split_off(runtime + 1);
    let functions = functions.split_inclusive(|token| is_semicolon(token) || is_body(token));
    functions.map(|function| parts.iter().chain(function).cloned().collect()).collect()
}

/// The text of what is computed and sent, of a macro with its operands.
pub(crate) fn call_explanation(input: TokenStream, mesh: &[(String, usize)]) -> Result<String, Errors> {
    let sharded = parse::shard::sharded(input)?;
    let (_, compiled) = compiled(&sharded, Form::Pullback, parse::invocation)?;
    Ok(compiled.explanation(&sharded, mesh))
}

/// The texts of what functions compute and send: each with its name first.
pub(crate) fn functions_explanation(input: TokenStream, mesh: &[(String, usize)]) -> Result<String, Errors> {
    let mut texts = Vec::new();
    for input in each_function(input) {
        let sharded = parse::shard::sharded_function(input)?;
        for function in products(&sharded)?.functions {
            let compiled = compiled_function(&sharded, &function)?;
            texts.push(format!("{}\n\n{}", function.name, compiled.explanation(&sharded, mesh)));
        }
    }
    Ok(texts.join("\n\n"))
}

/// A sharded einsum that is checked, planned and differentiated.
struct Compiled {
    einsum: Einsum,
    program: ShardedProgram,
    backward: Option<ShardedBackward>,
}

impl Compiled {
    /// The text of what is computed and sent; gradients were asked for.
    fn explanation(&self, sharded: &Sharded, mesh: &[(String, usize)]) -> String {
        let backward = self.backward.as_ref().expect("gradients were asked for");
        explain::shard::text(&text(sharded, &self.program), &self.einsum, (&self.program, backward), mesh)
    }

    fn emitted<'a>(&'a self, runtime: &'a TokenStream, text: &'a str) -> Emitted<'a> {
        let Self { einsum, program, backward } = self;
        Emitted { runtime, text, einsum, program, operands: &[], backward: backward.as_ref() }
    }
}

fn compiled(
    sharded: &Sharded,
    form: Form,
    parse: impl Fn(TokenStream) -> Result<Invocation, Errors>,
) -> Result<(Invocation, Compiled), Errors> {
    let invocation = sharded.as_written(parse(sharded.plain.clone()))?;
    check::shard::shardable(sharded, &invocation)?;
    let (invocation, einsum) = sharded.as_written(checked(invocation, form))?;
    let sharding = check::shard::sharding(sharded, &invocation.subscripts, &einsum)?;
    let program = plan::shard::sharded(&einsum, &sharding).ok_or_else(|| check::shard::unplanned(sharded))?;
    let backward = form.is_pullback().then(|| grad::shard::sharded(&program, &einsum.wrt));
    Ok((invocation, Compiled { einsum, program, backward }))
}

fn function(input: TokenStream) -> Result<TokenStream, Errors> {
    let sharded = parse::shard::sharded_function(input)?;
    let parsed = products(&sharded)?;
    let mut items = TokenStream::new();
    for function in &parsed.functions {
        let compiled = compiled_function(&sharded, function)?;
        let text = text(&sharded, &compiled.program);
        let warnings = check::similar_labels(&function.subscripts);
        items.extend(emit::warnings::items(&warnings));
        items.extend(emit::shard::function(function, compiled.emitted(&parsed.runtime, &text)));
    }
    Ok(items)
}

/// Functions that are products; a formula is an error.
fn products(sharded: &Sharded) -> Result<Functions, Errors> {
    let mut parsed = sharded.as_written(parse::functions(sharded.plain.clone()))?;
    sharded.as_written(mem::take(&mut parsed.mistakes).propagate(()))?;
    match parsed.formulas.first() {
        Some(formula) => Err(parse::not_a_product(&formula.formula)),
        None => Ok(parsed),
    }
}

fn compiled_function(sharded: &Sharded, function: &Function) -> Result<Compiled, Errors> {
    check::shard::shardable_function(sharded, function)?;
    let (einsum, errors) = check::function(function);
    sharded.as_written(errors.propagate(()))?;
    let sharding = check::shard::sharding(sharded, &function.subscripts, &einsum)?;
    let program = plan::shard::sharded(&einsum, &sharding).ok_or_else(|| check::shard::unplanned(sharded))?;
    let backward = Some(grad::shard::sharded(&program, &einsum.wrt));
    Ok(Compiled { einsum, program, backward })
}

/// The subscripts as they are written, or those that index notation stands for.
fn text(sharded: &Sharded, program: &ShardedProgram) -> String {
    sharded.literal.as_ref().map_or_else(|| program.subscripts(), |literal| literal.written.clone())
}

fn is_body(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace)
}
