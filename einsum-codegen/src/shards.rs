//! The driver of sharded einsums: what is said of the mesh is taken out, the rest is read as any other einsum; a line for each pass.

use proc_macro2::{TokenStream, TokenTree};

use crate::{
    ast::{Form, Function, Invocation, shard::Sharded},
    check,
    emit::{self, shard::Emitted},
    error::Errors,
    grad,
    ir::{
        Einsum,
        shard::{ShardedBackward, ShardedProgram},
    },
    parse, plan,
    product::{checked, product},
};
use einsum_middle::explain;

/// Compiles a macro that is an expression.
pub(crate) fn expression(input: TokenStream, form: Form) -> TokenStream {
    let compiled = || {
        let sharded = parse::shard::sharded(input)?;
        let (invocation, compiled) = compiled(&sharded, form, parse::invocation)?;
        let text = text(&sharded, &compiled.program);
        let emitted = compiled.emitted(&invocation.runtime, &text);
        let warnings = check::similar_labels(&invocation.subscripts);
        Ok(emit::warnings::expression(&warnings, emit::shard::expression(&invocation, emitted, form)))
    };
    compiled().unwrap_or_else(|errors: Errors| emit::errors::expression(&errors))
}

/// Compiles functions, one after the other.
pub(crate) fn functions(input: TokenStream) -> TokenStream {
    let mut parts = input.into_iter().collect::<Vec<_>>();
    let is_semicolon = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
    let Some(runtime) = parts.iter().position(is_semicolon) else { return TokenStream::new() };
    let functions = parts.split_off(runtime + 1);
    let mut items = TokenStream::new();
    for function in functions.split_inclusive(|token| is_semicolon(token) || is_body(token)) {
        let input = parts.iter().chain(function).cloned().collect();
        items.extend(
            self::function(input).unwrap_or_else(|errors| emit::errors::items(&errors.0.iter().collect::<Vec<_>>())),
        );
    }
    items
}

/// The text of what is computed and sent.
pub(crate) fn explanation(input: TokenStream, mesh: &[(String, usize)]) -> Result<String, Errors> {
    let sharded = parse::shard::sharded(input)?;
    let parse = |input| {
        let (_, given) = parse::explanation(input)?;
        product(given)
    };
    let (_, compiled) = compiled(&sharded, Form::Pullback, parse)?;
    let Compiled { einsum, program, backward } = &compiled;
    let backward = backward.as_ref().expect("gradients were asked for");
    Ok(explain::shard::text(&text(&sharded, &compiled.program), einsum, (program, backward), mesh))
}

/// A sharded einsum that is checked, planned and differentiated.
struct Compiled {
    einsum: Einsum,
    program: ShardedProgram,
    backward: Option<ShardedBackward>,
}

impl Compiled {
    fn emitted<'a>(&'a self, runtime: &'a TokenStream, text: &'a str) -> Emitted<'a> {
        let Self { einsum, program, backward } = self;
        Emitted { runtime, text, einsum, program, backward: backward.as_ref() }
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
    let program = plan::shard::sharded(&einsum, &sharding);
    let backward = form.is_pullback().then(|| grad::shard::sharded(&program, &einsum.wrt));
    Ok((invocation, Compiled { einsum, program, backward }))
}

fn function(input: TokenStream) -> Result<TokenStream, Errors> {
    let sharded = parse::shard::sharded_function(input)?;
    let parsed = sharded.as_written(parse::functions(sharded.plain.clone()))?;
    sharded.as_written(parsed.mistakes.propagate(()))?;
    let mut items = TokenStream::new();
    for function in &parsed.functions {
        let compiled = compiled_function(&sharded, function)?;
        let text = text(&sharded, &compiled.program);
        let warnings = check::similar_labels(&function.subscripts);
        items.extend(emit::warnings::items(&warnings));
        items.extend(emit::shard::function(function, compiled.emitted(&parsed.runtime, &text)));
    }
    match parsed.formulas.first() {
        Some(formula) => Err(parse::not_a_product(&formula.formula)),
        None => Ok(items),
    }
}

fn compiled_function(sharded: &Sharded, function: &Function) -> Result<Compiled, Errors> {
    check::shard::shardable_function(sharded, function)?;
    let (einsum, errors) = check::function(function);
    sharded.as_written(errors.propagate(()))?;
    let sharding = check::shard::sharding(sharded, &function.subscripts, &einsum)?;
    let program = plan::shard::sharded(&einsum, &sharding);
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
