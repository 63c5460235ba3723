//! [`ast`] -> [`Einsum`]: the rules.
//!
//! One function per rule; all are asked, so that all mistakes are shown at once.
//!
//! AFTER THIS POINT: every label is bound, the output is explicit, and there are as many operands
//! as subscripts. No later pass can fail on what a user wrote.

mod arguments;
mod extents;
mod fixed;
mod formula;
mod operands;
#[cfg(feature = "shards")]
pub mod shard;
mod similar;
#[cfg(feature = "candle")]
pub(crate) mod tensors;

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;

pub use self::{
    arguments::arguments,
    formula::{Checked, formula, formula_function},
    similar::similar_labels,
};
use self::{
    extents::{Known, check_bound, check_extents, check_numbers},
    fixed::may_be_typed,
    operands::{asked_of, check_count, check_elements, check_list, check_out, check_parameters, name},
};
use crate::{
    ast::{self, Arguments, Form, Function, Invocation, Mark, Subscripts, integer},
    error::Errors,
    few::List,
    ir::{Einsum, Epilogue, Label, Labels, MaxIntermediate},
    parse,
    plan::slicing::AboveLimit,
};

/// Checks an expression macro.
///
/// # Errors
/// All mistakes.
pub fn invocation(invocation: &Invocation, form: Form) -> Result<Einsum, Errors> {
    let spans: Vec<(Span, Span)> = invocation.operands.mapped(|operand| operand.span);
    let names = invocation.operands.iter().enumerate().map(|(number, operand)| name(number, operand));
    let names: Vec<String> = names.collect();
    let mut errors = Errors::default();
    let extents: Vec<&Ident> = invocation.extents.mapped(|extent| &extent.label);
    let unlabelled = unlabelled(invocation);
    let out = invocation.arguments.out.is_some();
    let known = Known { extents: &extents, out, is_function: false, unlabelled: &unlabelled };
    check_numbers(&invocation.subscripts, &known, &mut errors);
    check_bound(&invocation.subscripts, &known, &mut errors);
    check_extents(&invocation.subscripts, &extents, &mut errors);
    if !check_list(&invocation.subscripts, &invocation.operands, &mut errors) {
        check_count(&invocation.subscripts, &spans, "operand", form.is_pullback(), &mut errors);
    }
    check_out(invocation.arguments.out.as_ref(), &invocation.operands, &mut errors);
    let wrt = wrt(invocation, form, &mut errors);
    let mut einsum = errors.propagate(resolve(&invocation.subscripts, &names))?;
    for (operand, written) in einsum.operands.iter_mut().zip(&invocation.operands) {
        operand.conj = written.conj;
    }
    einsum.converted = numbers(&invocation.operands, |operand| operand.casts().iter().any(Option::is_some));
    let Arguments { out, alpha, beta, negated, .. } = &invocation.arguments;
    einsum.epilogue = Epilogue { scaled: alpha.is_some() || *negated, out: out.is_some(), onto: beta.is_some() };
    einsum.given = extents.into_iter().map(|extent| label_of(extent, &mut einsum.labels)).collect();
    let values = invocation.extents.iter().map(|extent| &extent.value);
    einsum.known = einsum.given.iter().cloned().zip(values).filter_map(literal).collect();
    einsum.wrt = wrt;
    einsum.typed = may_be_typed(&einsum);
    einsum.broadcast = invocation.arguments.broadcast.unwrap_or(true);
    einsum.max_intermediate = invocation.arguments.max_intermediate.as_ref().map(max_intermediate);
    debug_assert_eq!(einsum.verify(), Ok(()), "check of `{einsum}`");
    Ok(einsum)
}

/// Checks a function of `einsum_fn!`. With mistakes, the einsum is what could be understood all
/// the same, one operand for each parameter: enough for the types of its signature.
#[must_use]
pub fn function(function: &Function) -> (Einsum, Errors) {
    let names: Vec<String> = function.parameters.mapped(|parameter| parameter.source.clone());
    let extents: Vec<&Ident> = function.extents.mapped(|extent| &extent.label);
    let mut errors = Errors::default();
    if function.mistakes.0.is_empty() {
        let unlabelled: Vec<_> = parameters_of(function, |_, labels| labels == Some(0));
        let known = Known { extents: &extents, out: false, is_function: true, unlabelled: &unlabelled };
        let unbound = extents::unbound(&function.subscripts, &known);
        // A parameter of that name was meant for the extent, which is told already.
        let is_extent = |name: &str| unbound.iter().any(|label| label.name == *name);
        let spans = parameters_of(function, |name, labels| labels.is_some() || !is_extent(name));
        let spans: Vec<(Span, Span)> = spans.into_iter().map(|(_, span)| span).collect();
        check_numbers(&function.subscripts, &known, &mut errors);
        check_bound(&function.subscripts, &known, &mut errors);
        check_extents(&function.subscripts, &extents, &mut errors);
        check_count(&function.subscripts, &spans, "parameter", false, &mut errors);
        fixed::check_axes(function, &mut errors);
        fixed::check_extents(function, &mut errors);
    }
    let wrt: Vec<usize> = match &function.wrt {
        Some(asked) => {
            let names: Vec<_> = names.mapped(|name| vec![name.clone()]);
            asked_of(asked, &names, &mut errors)
        }
        None => (0..names.len()).collect(),
    };
    check_parameters(function, &wrt, &mut errors);
    check_elements(function, &mut errors);
    let mut einsum = resolve(&function.subscripts, &names);
    for (operand, written) in einsum.operands.iter_mut().zip(&function.parameters) {
        operand.conj = written.conj;
    }
    einsum.converted = numbers(&function.parameters, |parameter| parameter.cast.is_some());
    einsum.epilogue.scaled = function.negated;
    einsum.given = extents.into_iter().map(|extent| label_of(extent, &mut einsum.labels)).collect();
    let given = einsum.given.iter().cloned().zip(&function.extents);
    einsum.known = given.filter_map(|(label, extent)| literal((label, extent.value.as_ref()?))).collect();
    einsum.wrt = wrt;
    einsum.broadcast = function.broadcast.unwrap_or(true);
    fixed::resolve(function, &mut einsum);
    einsum.max_intermediate = function.max_intermediate.as_ref().map(max_intermediate);
    (einsum, errors)
}

/// No order keeps a limit on intermediates, as the plan says; where that is not `written`, what is marked is `otherwise`.
pub(crate) fn above_limit(
    einsum: &Einsum,
    error: &AboveLimit,
    written: Option<&syn::Expr>,
    otherwise: (Span, Span),
) -> Errors {
    let mut errors = Errors::default();
    errors.push(written.map_or(otherwise, ast::spanned), format!("einsum `{einsum}`: {error}"));
    errors
}

/// The extents and the limit of what is explained are literals: nothing is evaluated for an explanation.
pub(crate) fn all_are_numbers(invocation: &Invocation) -> Result<(), Errors> {
    const NOT_A_NUMBER: &str = "expected a number: an explanation is written while the program is compiled";
    let mut errors = Errors::default();
    let values = invocation.extents.iter().map(|extent| &extent.value).chain(&invocation.arguments.max_intermediate);
    for value in values.filter(|value| integer(value).is_none()) {
        errors.push(ast::spanned(value), NOT_A_NUMBER);
    }
    errors.propagate(())
}

/// The limit, if it is a literal.
fn max_intermediate(value: &syn::Expr) -> MaxIntermediate {
    integer(value).map_or(MaxIntermediate::Given, MaxIntermediate::Known)
}

/// The operands that have gradients or tangents: all, but for `alpha`, unless others are asked for.
fn wrt(invocation: &Invocation, form: Form, errors: &mut Errors) -> Vec<usize> {
    let operands = invocation.operands.iter().enumerate();
    match &invocation.arguments.wrt {
        _ if form == Form::Tangent => {
            operands.filter(|(_, operand)| operand.tangent.is_some()).map(|(number, _)| number).collect()
        }
        Some(asked) => {
            let sources: Vec<Vec<String>> = invocation.operands.mapped(parse::names);
            asked_of(asked, &sources, errors)
        }
        None => {
            let all: Vec<usize> = (0..invocation.operands.len() - usize::from(invocation.has_alpha)).collect();
            let given = all.iter().copied().filter(|&number| !is_constant(invocation, number)).collect::<Vec<_>>();
            if given.is_empty() { all } else { given }
        }
    }
}

/// Whether an operand is a factor of index notation that is written as a number, `2.0 * x[i]`: as in a formula, it has no gradient.
fn is_constant(invocation: &Invocation, number: usize) -> bool {
    let is_number = parse::number(&invocation.operands[number].expression).is_some();
    let subscript = invocation.subscripts.inputs.get(number);
    let has_labels = subscript.is_none_or(|subscript| !subscript.labels.is_empty());
    is_number && !has_labels && subscript.is_some_and(|subscript| matches!(subscript.mark, Mark::Tokens(..)))
}

/// The positions of the elements of which a condition holds.
fn numbers<T>(all: &[T], holds: impl Fn(&T) -> bool) -> Vec<usize> {
    all.iter().enumerate().filter(|(_, one)| holds(one)).map(|(number, _)| number).collect()
}

/// An extent that is a literal.
fn literal((label, value): (Label, &syn::Expr)) -> Option<(Label, u64)> {
    Some((label, integer(value)?))
}

fn label_of(name: &Ident, labels: &mut Labels) -> Label {
    labels.intern(&name.unraw().to_string())
}

/// The operands that are no literals, and have no labels.
fn unlabelled(invocation: &Invocation) -> Vec<(String, (Span, Span))> {
    let operands = invocation.operands.iter().zip(&invocation.subscripts.inputs);
    let is_unlabelled = |(operand, input): &(&ast::Operand, &ast::Subscript)| {
        input.labels.is_empty() && !matches!(operand.expression, syn::Expr::Lit(_))
    };
    operands.filter(is_unlabelled).map(|(operand, _)| (operand.source.clone(), operand.span)).collect()
}

/// The parameters that are wanted, by their names and how many labels their subscripts have, if these exist.
fn parameters_of(function: &Function, is_wanted: impl Fn(&str, Option<usize>) -> bool) -> Vec<(String, (Span, Span))> {
    let labels = |number: usize| function.subscripts.inputs.get(number).map(|input| input.labels.len());
    let parameters = function.parameters.iter().enumerate();
    let parameters =
        parameters.map(|(number, parameter)| (parameter.name.to_string(), parameter.name.span(), labels(number)));
    parameters
        .filter(|(name, _, labels)| is_wanted(name, *labels))
        .map(|(name, span, _)| (name, (span, span)))
        .collect()
}

/// The einsum of subscripts, and the numbers of its labels.
fn resolve(subscripts: &Subscripts, names: &[String]) -> Einsum {
    let inputs: Vec<Vec<&str>> = subscripts.inputs.mapped(label_names);
    let output = subscripts.output.as_ref().map(label_names);
    Einsum { order: subscripts.order.clone(), ..Einsum::written(names, &inputs, output) }
}

fn label_names(subscript: &ast::Subscript) -> Vec<&str> {
    subscript.labels.mapped(|label| label.name.as_str())
}
