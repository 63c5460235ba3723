//! [`ast`] -> [`Einsum`]: the rules.
//!
//! One function per rule; all are asked, so that all mistakes are shown at once.
//!
//! AFTER THIS POINT: every label is bound, the output is explicit, and there are as many operands
//! as subscripts. No later pass can fail on what a user wrote.

use proc_macro2::Span;
use syn::ext::IdentExt;

use crate::{
    ast::{self, Arguments, Extent, Function, Invocation, Mark, Subscripts},
    error::Errors,
    ir::{ELLIPSIS, Einsum, Epilogue, Label, Operand, Subscript},
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
    let known = Known::Given { extents: &invocation.extents, out: invocation.arguments.out.is_some() };
    check_bound(&invocation.subscripts, &known, &mut errors);
    check_ellipsis(&invocation.subscripts, &mut errors);
    check_extents(&invocation.subscripts, &invocation.extents, &mut errors);
    check_count(&invocation.subscripts, &spans, "operand", &mut errors);
    let mut einsum = errors.propagate(resolve(&invocation.subscripts, &names))?;
    for (operand, written) in einsum.operands.iter_mut().zip(&invocation.operands) {
        operand.conj = written.conj;
    }
    let Arguments { out, alpha, beta, negated } = &invocation.arguments;
    einsum.epilogue = Epilogue { scaled: alpha.is_some() || *negated, out: out.is_some(), onto: beta.is_some() };
    einsum.given = invocation.extents.iter().map(|extent| Label::new(&extent.label.unraw().to_string())).collect();
    debug_assert_eq!(einsum.verify(), Ok(()), "check of `{einsum}`");
    Ok(einsum)
}

/// Checks that a macro that has no use for named arguments is given none.
///
/// # Errors
/// All mistakes.
pub fn no_arguments(arguments: &Arguments) -> Result<(), Errors> {
    let mut errors = Errors::default();
    if let Some(out) = &arguments.out {
        errors.push(out.span, "`einsum_vjp!` returns the value: it does not take `out`");
    } else if arguments.alpha.is_some() || arguments.negated {
        let span = arguments.alpha.as_ref().map_or_else(Span::call_site, syn::spanned::Spanned::span);
        let message = "`einsum_vjp!` does not take `alpha`: make it an operand, with an empty subscript";
        errors.push((span, span), message);
    }
    errors.propagate(())
}

/// Checks a function of `einsum_fn!`. With mistakes, the einsum is what could be understood all
/// the same, one operand for each parameter: enough for the types of its signature.
#[must_use]
pub fn function(function: &Function) -> (Einsum, Errors) {
    let spans: Vec<(Span, Span)> = function.parameters.iter().map(|name| (name.span(), name.span())).collect();
    let names: Vec<String> = function.parameters.iter().map(ToString::to_string).collect();
    let mut errors = Errors::default();
    if function.mistakes.0.is_empty() {
        check_bound(&function.subscripts, &Known::Operands, &mut errors);
        check_ellipsis(&function.subscripts, &mut errors);
        check_count(&function.subscripts, &spans, "parameter", &mut errors);
    }
    check_parameters(function, &mut errors);
    (resolve(&function.subscripts, &names), errors)
}

/// What says how long the result is along a label that no operand has.
enum Known<'a> {
    /// Extents after a semicolon, and if there is one, the array that the result is written to.
    Given { extents: &'a [Extent], out: bool },
    /// Nothing: functions have operands alone.
    Operands,
}

/// An extent that nothing says is unknown.
fn check_bound(subscripts: &Subscripts, known: &Known<'_>, errors: &mut Errors) {
    let labels = subscripts.output.as_ref().map_or(&[][..], |output| &output.labels);
    for (axis, label) in labels.iter().enumerate() {
        let name = &label.name;
        let is_first = labels[..axis].iter().all(|other| other.name != *name);
        let is_bound = subscripts.inputs.iter().flat_map(|input| &input.labels).any(|other| other.name == *name);
        if name == ELLIPSIS || !is_first || is_bound || known.has(name) {
            continue;
        }
        let what = format!("output label `{name}` is on no operand, so that its extent is unknown");
        let help = match known {
            Known::Given { .. } => {
                format!("drop `{name}` from the output, or give its extent after the operands: `; {name} = 7`")
            }
            Known::Operands => format!("drop `{name}` from the output, or add a parameter that has it"),
        };
        errors.mark(subscripts, &label.mark, &what, Some(&help));
    }
}

impl Known<'_> {
    fn has(&self, name: &str) -> bool {
        match self {
            Self::Given { extents, out } => *out || extents.iter().any(|extent| extent.label.unraw() == *name),
            Self::Operands => false,
        }
    }
}

/// The axes of an ellipsis are never summed over: numpy rejects that, torch does it.
fn check_ellipsis(subscripts: &Subscripts, errors: &mut Errors) {
    let Some(output) = &subscripts.output else { return };
    if subscripts.inputs.iter().any(has_ellipsis) && !has_ellipsis(output) {
        let what = "the output has no ellipsis, but an operand has one";
        let help = match output.mark {
            Mark::Text(_) => format!("write `...{output}` to keep its axes, or give them labels to sum over"),
            Mark::Tokens(..) => "write `..` in it to keep its axes, or give them labels to sum over".to_owned(),
        };
        errors.mark(subscripts, &output.mark, what, Some(&help));
    }
}

fn has_ellipsis(subscript: &ast::Subscript) -> bool {
    subscript.labels.iter().any(|label| label.name == ELLIPSIS)
}

/// An extent is that of a label, and given once.
fn check_extents(subscripts: &Subscripts, extents: &[Extent], errors: &mut Errors) {
    let all = || subscripts.inputs.iter().chain(&subscripts.output).flat_map(|subscript| &subscript.labels);
    for (number, Extent { label, .. }) in extents.iter().enumerate() {
        let span = (label.span(), label.span());
        if !all().any(|other| label.unraw() == other.name) {
            errors.push(span, format!("`{label}` is no label of `{}`", subscripts.text));
        }
        if extents[..number].iter().any(|other| other.label.unraw() == label.unraw()) {
            errors.push(span, format!("the extent of `{label}` is given twice"));
        }
    }
}

/// Every subscript has its operand.
fn check_count(subscripts: &Subscripts, operands: &[(Span, Span)], noun: &str, errors: &mut Errors) {
    let expected = subscripts.inputs.len();
    let counts = format!("{} for {}", count(operands.len(), noun), count(expected, "subscript"));
    if operands.is_empty() {
        let message = format!("there are no {noun}s: write {} after the subscripts", count(expected, noun));
        errors.push(subscripts.span, message);
    } else if let Some(missing) = subscripts.inputs.get(operands.len()) {
        let what = format!("too few {noun}s: {counts}; the {noun} for the subscript `{missing}` is missing");
        errors.mark(subscripts, &missing.mark, &what, None);
    }
    for extra in operands.iter().skip(expected) {
        errors.push(*extra, format!("too many {noun}s: {counts} in `{}`", subscripts.text));
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
    let operand = |(name, subscript): (&String, Subscript)| Operand { name: name.clone(), subscript, conj: false };
    let operands: Vec<Operand> = names.iter().zip(inputs).map(operand).collect();
    let mut output = subscripts.output.as_ref().map_or_else(|| implicit_output(subscripts), subscript);
    if !operands.iter().any(|operand| operand.subscript.ellipsis().is_some()) {
        // It stands for no axis at all.
        output.0.retain(|label| !label.is_ellipsis());
    }
    Einsum { operands, order: subscripts.order.clone(), given: Vec::new(), output, epilogue: Epilogue::default() }
}

/// Without an arrow: the ellipsis, then the labels that occur once, in the order of their code
/// points.
fn implicit_output(subscripts: &Subscripts) -> Subscript {
    let labels = subscripts.inputs.iter().flat_map(|input| &input.labels).map(|label| label.name.as_str());
    let all: Vec<&str> = labels.filter(|name| *name != ELLIPSIS).collect();
    let mut once: Vec<&str> =
        all.iter().copied().filter(|name| all.iter().filter(|other| *other == name).count() == 1).collect();
    once.sort_unstable();
    [ELLIPSIS].into_iter().chain(once).map(Label::new).collect()
}

fn subscript(subscript: &ast::Subscript) -> Subscript {
    subscript.labels.iter().map(|label| Label::new(&label.name)).collect()
}
