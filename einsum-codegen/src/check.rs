//! [`ast`] -> [`Einsum`]: the rules.
//!
//! One function per rule; all are asked, so that all mistakes are shown at once.
//!
//! AFTER THIS POINT: every label is bound, the output is explicit, and there are as many operands
//! as subscripts. No later pass can fail on what a user wrote.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;

use crate::{
    ast::{self, Arguments, Form, Function, Invocation, Mark, Subscripts, Wrt},
    error::Errors,
    ir::{ELLIPSIS, Einsum, Epilogue, Label, MaxIntermediate, Operand, Subscript},
    parse::MAX_INTERMEDIATE,
    plan::{self, cost::Objective},
};

/// Checks an expression macro.
///
/// # Errors
/// All mistakes.
pub fn invocation(invocation: &Invocation, form: Form) -> Result<Einsum, Errors> {
    let spans: Vec<(Span, Span)> = invocation.operands.iter().map(|operand| operand.span).collect();
    let names = invocation.operands.iter().enumerate().map(|(number, operand)| name(number, operand));
    let names: Vec<String> = names.collect();
    let mut errors = Errors::default();
    let extents: Vec<&Ident> = invocation.extents.iter().map(|extent| &extent.label).collect();
    let known = Known { extents: &extents, out: invocation.arguments.out.is_some(), is_function: false };
    check_bound(&invocation.subscripts, &known, &mut errors);
    check_ellipsis(&invocation.subscripts, &mut errors);
    check_extents(&invocation.subscripts, &extents, &mut errors);
    check_count(&invocation.subscripts, &spans, "operand", &mut errors);
    let wrt = wrt(invocation, form, &mut errors);
    let mut einsum = errors.propagate(resolve(&invocation.subscripts, &names))?;
    for (operand, written) in einsum.operands.iter_mut().zip(&invocation.operands) {
        operand.conj = written.conj;
    }
    let Arguments { out, alpha, beta, negated, .. } = &invocation.arguments;
    einsum.epilogue = Epilogue { scaled: alpha.is_some() || *negated, out: out.is_some(), onto: beta.is_some() };
    einsum.given = extents.into_iter().map(label_of).collect();
    einsum.known = invocation.extents.iter().filter_map(|extent| literal(&extent.label, &extent.value)).collect();
    einsum.wrt = wrt;
    einsum.max_intermediate = invocation.arguments.max_intermediate.as_ref().map(max_intermediate);
    debug_assert_eq!(einsum.verify(), Ok(()), "check of `{einsum}`");
    let mut errors = Errors::default();
    check_limit(&einsum, invocation.arguments.max_intermediate.as_ref(), &[form.objective()], &mut errors);
    errors.propagate(einsum)
}

/// Checks that a macro is given no named argument that it has no use for.
///
/// # Errors
/// All mistakes.
pub fn arguments(arguments: &Arguments, form: Form) -> Result<(), Errors> {
    let mut errors = Errors::default();
    let name = form.name();
    if let Some(out) = arguments.out.as_ref().filter(|_| form.differentiates()) {
        errors.push(out.span, format!("`{name}` returns the value: it does not take `out`"));
    }
    if let Some(first) = arguments.wrt.iter().flatten().next().filter(|_| !form.is_pullback()) {
        let message = match form {
            Form::Tangent => "`einsum_jvp!` does not take `wrt`: the operands with a tangent are pairs, `(x, dx)`",
            _ => "gradients are asked of `einsum_vjp!`",
        };
        errors.push(first.span, message);
    }
    errors.propagate(())
}

/// Checks a function of `einsum_fn!`. With mistakes, the einsum is what could be understood all
/// the same, one operand for each parameter: enough for the types of its signature.
#[must_use]
pub fn function(function: &Function) -> (Einsum, Errors) {
    let spans = function.parameters.iter().map(|parameter| (parameter.name.span(), parameter.name.span()));
    let names: Vec<String> = function.parameters.iter().map(|parameter| parameter.name.to_string()).collect();
    let extents: Vec<&Ident> = function.extents.iter().map(|extent| &extent.label).collect();
    let mut errors = Errors::default();
    if function.mistakes.0.is_empty() {
        let known = Known { extents: &extents, out: false, is_function: true };
        check_bound(&function.subscripts, &known, &mut errors);
        check_ellipsis(&function.subscripts, &mut errors);
        check_extents(&function.subscripts, &extents, &mut errors);
        check_count(&function.subscripts, &spans.collect::<Vec<_>>(), "parameter", &mut errors);
    }
    check_parameters(function, &mut errors);
    let wrt = match &function.wrt {
        Some(asked) => asked_of(asked, &names, &mut errors),
        None => (0..names.len()).collect(),
    };
    let mut einsum = resolve(&function.subscripts, &names);
    for (operand, written) in einsum.operands.iter_mut().zip(&function.parameters) {
        operand.conj = written.conj;
    }
    einsum.epilogue.scaled = function.negated;
    einsum.given = extents.into_iter().map(label_of).collect();
    let values = function.extents.iter().filter_map(|extent| Some((&extent.label, extent.value.as_ref()?)));
    einsum.known = values.filter_map(|(label, value)| literal(label, value)).collect();
    einsum.wrt = wrt;
    einsum.max_intermediate = function.max_intermediate.as_ref().map(max_intermediate);
    if function.mistakes.0.is_empty() && errors.0.is_empty() {
        let objectives = [Objective::Forward, Objective::ForwardAndBackward];
        check_limit(&einsum, function.max_intermediate.as_ref(), &objectives, &mut errors);
    }
    (einsum, errors)
}

/// A limit on intermediates is one that some order is within; where extents or the limit are not
/// literals, the run time checks that.
fn check_limit(einsum: &Einsum, written: Option<&syn::Expr>, objectives: &[Objective], errors: &mut Errors) {
    let Some(written) = written else { return };
    if let Some(error) = objectives.iter().find_map(|objective| plan::orders(einsum, *objective).err()) {
        errors.push(ast::spanned(written), format!("einsum `{einsum}`: {error}"));
    }
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
            let sources: Vec<String> = invocation.operands.iter().map(|operand| operand.source.clone()).collect();
            asked_of(asked, &sources, errors)
        }
        None => (0..invocation.operands.len() - usize::from(invocation.has_alpha)).collect(),
    }
}

/// The operands by their positions, or as they are written.
fn asked_of(asked: &[Wrt], sources: &[String], errors: &mut Errors) -> Vec<usize> {
    let mut numbers = Vec::new();
    for Wrt { source, span } in asked {
        let is_meant = |number: &usize| sources[*number] == *source || number.to_string() == *source;
        match (0..sources.len()).filter(is_meant).collect::<Vec<_>>().as_slice() {
            [] => errors.push(*span, format!("`{source}` is no operand, nor the position of one")),
            [number] if numbers.contains(number) => errors.push(*span, format!("`{source}` is asked for twice")),
            [number] => numbers.push(*number),
            [first, second, ..] => {
                errors.push(*span, format!("`{source}` is operand {first} and operand {second}: write the position"));
            }
        }
    }
    numbers
}

/// An extent that is a literal.
fn literal(label: &Ident, value: &syn::Expr) -> Option<(Label, u64)> {
    Some((label_of(label), integer(value)?))
}

/// The value of a literal, also where a `macro_rules!` has passed it on.
pub(crate) fn integer(value: &syn::Expr) -> Option<u64> {
    match value {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) => number.base10_parse().ok(),
        syn::Expr::Group(group) => integer(&group.expr),
        _ => None,
    }
}

pub(crate) fn label_of(name: &Ident) -> Label {
    Label::new(&name.unraw().to_string())
}

/// What says how long the result is along a label that no operand has: extents after a semicolon, and
/// if there is one, the array that the result is written to.
struct Known<'a> {
    extents: &'a [&'a Ident],
    out: bool,
    is_function: bool,
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
        let help = if known.is_function {
            format!("drop `{name}` from the output, or take its extent after the operands: `(x; {name})`")
        } else {
            format!("drop `{name}` from the output, or give its extent after the operands: `; {name} = 7`")
        };
        errors.mark(subscripts, &label.mark, &what, Some(&help));
    }
}

impl Known<'_> {
    fn has(&self, name: &str) -> bool {
        self.out || self.extents.iter().any(|label| label.unraw() == *name)
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
fn check_extents(subscripts: &Subscripts, extents: &[&Ident], errors: &mut Errors) {
    let all = || subscripts.inputs.iter().chain(&subscripts.output).flat_map(|subscript| &subscript.labels);
    for (number, label) in extents.iter().enumerate() {
        let span = (label.span(), label.span());
        let is_label = all().any(|other| label.unraw() == other.name);
        if !is_label && **label == MAX_INTERMEDIATE {
            errors.push(span, "`max_intermediate` is no extent: write it before the semicolon, after a comma");
        } else if !is_label {
            errors.push(span, format!("`{label}` is no label of `{}`", subscripts.text));
        }
        if extents[..number].iter().any(|other| other.unraw() == label.unraw()) {
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
    let operands = function.parameters.iter().map(|parameter| &parameter.name);
    let extents = function.extents.iter().filter(|extent| extent.value.is_none()).map(|extent| &extent.label);
    let names: Vec<&Ident> = operands.chain(extents).collect();
    for (number, name) in names.iter().enumerate() {
        if names[..number].contains(name) {
            let span = name.span();
            errors.push((span, span), format!("parameter `{name}` is there twice: each needs a name of its own"));
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
    let (order, given, known) = (subscripts.order.clone(), Vec::new(), Vec::new());
    let epilogue = Epilogue::default();
    Einsum { operands, order, given, known, max_intermediate: None, output, epilogue, wrt: Vec::new() }
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
