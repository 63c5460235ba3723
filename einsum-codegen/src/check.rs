//! [`ast`] -> [`Einsum`]: the rules.
//!
//! One function per rule; all are asked, so that all mistakes are shown at once.
//!
//! AFTER THIS POINT: every label is bound, the output is explicit, and there are as many operands
//! as subscripts. No later pass can fail on what a user wrote.

use proc_macro2::Span;

use crate::{
    ast::{self, Function, Invocation, Subscripts},
    error::Errors,
    ir::{Einsum, Label, Operand, Subscript},
};

/// Checks an expression macro.
///
/// # Errors
/// All mistakes.
pub fn invocation(invocation: &Invocation) -> Result<Einsum, Errors> {
    let spans: Vec<(Span, Span)> = invocation.operands.iter().map(|operand| operand.span).collect();
    let names = invocation.operands.iter().enumerate().map(|(number, operand)| name(number, operand));
    let names: Vec<String> = names.collect();
    let mut errors = Errors::default();
    check_subscripts(&invocation.subscripts, &mut errors);
    check_count(&invocation.subscripts, &spans, "operand", &mut errors);
    let einsum = errors.propagate(resolve(&invocation.subscripts, &names))?;
    debug_assert_eq!(einsum.verify(), Ok(()), "check of `{einsum}`");
    Ok(einsum)
}

/// Checks a function of `einsum_fn!`. With mistakes, the einsum is what could be understood all
/// the same, one operand for each parameter: enough for the types of its signature.
#[must_use]
pub fn function(function: &Function) -> (Einsum, Errors) {
    let spans: Vec<(Span, Span)> = function.parameters.iter().map(|name| (name.span(), name.span())).collect();
    let names: Vec<String> = function.parameters.iter().map(ToString::to_string).collect();
    let mut errors = Errors::default();
    if function.mistakes.0.is_empty() {
        check_subscripts(&function.subscripts, &mut errors);
        check_count(&function.subscripts, &spans, "parameter", &mut errors);
    }
    check_parameters(function, &mut errors);
    (resolve(&function.subscripts, &names), errors)
}

fn check_subscripts(subscripts: &Subscripts, errors: &mut Errors) {
    let labels = subscripts.output.as_ref().map_or(&[][..], |output| &output.labels);
    for (axis, label) in labels.iter().enumerate() {
        if labels[..axis].iter().any(|other| other.name == label.name) {
            refuse_repeated(subscripts, label, errors);
        } else {
            check_bound(subscripts, label, errors);
        }
    }
}

/// Nothing says how long the result is along a label that no operand has.
fn check_bound(subscripts: &Subscripts, label: &ast::Label, errors: &mut Errors) {
    let is_bound = subscripts.inputs.iter().flat_map(|input| &input.labels).any(|other| other.name == label.name);
    if !is_bound {
        let what = format!("output label `{}` is on no operand, so that its extent is unknown", label.name);
        let help = format!("drop `{0}` from the output, or give it an extent by an operand that has it", label.name);
        errors.mark(subscripts, label.position.clone(), &what, Some(&help));
    }
}

/// To write a diagonal is not supported yet.
fn refuse_repeated(subscripts: &Subscripts, repeated: &ast::Label, errors: &mut Errors) {
    let what = format!("output label `{}` is repeated", repeated.name);
    let help = format!("keep one `{}`; a repeated output label is not supported yet", repeated.name);
    errors.mark(subscripts, repeated.position.clone(), &what, Some(&help));
}

/// Every subscript has its operand.
fn check_count(subscripts: &Subscripts, operands: &[(Span, Span)], noun: &str, errors: &mut Errors) {
    let expected = subscripts.inputs.len();
    let counts = format!("{} for {}", count(operands.len(), noun), count(expected, "subscript"));
    if operands.is_empty() {
        let message = format!("there are no {noun}s: write {} after the subscripts", count(expected, noun));
        errors.push((subscripts.span, subscripts.span), message);
    } else if let Some(missing) = subscripts.inputs.get(operands.len()) {
        let what = format!("too few {noun}s: {counts}; the {noun} for the subscript `{missing}` is missing");
        errors.mark(subscripts, missing.position.clone(), &what, None);
    }
    for extra in operands.iter().skip(expected) {
        errors.push(*extra, format!("too many {noun}s: {counts} in `{subscripts}`"));
    }
}

/// Parameters are told apart by their names.
fn check_parameters(function: &Function, errors: &mut Errors) {
    for (number, parameter) in function.parameters.iter().enumerate() {
        if function.parameters[..number].contains(parameter) {
            let span = parameter.span();
            errors.push((span, span), format!("parameter `{parameter}` is there twice: each needs a name of its own"));
        }
    }
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// How displays call an operand: a variable by its name, any other expression by its number.
fn name(number: usize, operand: &ast::Operand) -> String {
    match &operand.expression {
        syn::Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        _ => None,
    }
    .unwrap_or_else(|| format!("x{number}"))
}

fn resolve(subscripts: &Subscripts, names: &[String]) -> Einsum {
    let inputs = subscripts.inputs.iter().map(subscript).chain(std::iter::repeat(Subscript::default()));
    let operands = names.iter().zip(inputs).map(|(name, subscript)| Operand { name: name.clone(), subscript });
    let output = subscripts.output.as_ref().map_or_else(|| implicit_output(subscripts), subscript);
    Einsum { operands: operands.collect(), output }
}

/// Without an arrow: the labels that occur once, in the order of their code points.
fn implicit_output(subscripts: &Subscripts) -> Subscript {
    let all: Vec<&str> = subscripts.inputs.iter().flat_map(|input| &input.labels).map(|l| l.name.as_str()).collect();
    let mut once: Vec<&str> =
        all.iter().copied().filter(|name| all.iter().filter(|other| *other == name).count() == 1).collect();
    once.sort_unstable();
    once.into_iter().map(Label::new).collect()
}

fn subscript(subscript: &ast::Subscript) -> Subscript {
    subscript.labels.iter().map(|label| Label::new(&label.name)).collect()
}
