//! Operands and parameters: how many there are, and which are asked for.

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::Expr;

use crate::{
    ast::{Function, Mark, Operand, Out, Subscripts, Wrt, spanned},
    error::Errors,
    parse::source,
};

/// Every subscript has its operand. (One too many may be meant for the pullback, if there is one.)
pub(super) fn check_count(
    subscripts: &Subscripts,
    operands: &[(Span, Span)],
    noun: &str,
    has_pullback: bool,
    errors: &mut Errors,
) {
    let expected = subscripts.inputs.len();
    let counts = format!("{} for {}", count(operands.len(), noun), count(expected, "subscript"));
    if operands.is_empty() {
        let message = format!("there are no {noun}s: write {} after the subscripts", count(expected, noun));
        errors.push(subscripts.span, message);
    } else if let Some(missing) = subscripts.inputs.get(operands.len()) {
        let what = format!("too few {noun}s: {counts}; the {noun} for the subscript `{missing}` is missing");
        errors.mark(subscripts.literal(), &missing.mark, &what, None);
    }
    if let (Some((first, _)), Some((_, last))) = (operands.get(expected), operands.last()) {
        let what = format!("too many {noun}s: {counts} in `{}`", subscripts.text);
        let help = apart(subscripts, operands.len());
        let help = help.map(|text| format!("\nhelp: a comma stands between subscripts: `{text}`"));
        let is_cotangent = has_pullback && operands.len() == expected + 1;
        let help = help.or_else(|| {
            is_cotangent.then(|| "\nhelp: cotangents are passed to the pullback: `pullback(&dy)`".to_owned())
        });
        errors.push((*first, *last), what + &help.unwrap_or_default());
    }
}

/// The subscripts with commas in place of white space, if there are then as many as operands.
fn apart(subscripts: &Subscripts, operands: usize) -> Option<String> {
    let Mark::Text(_) = subscripts.inputs.first()?.mark else { return None };
    let (inputs, output) = match subscripts.text.split_once("->") {
        Some((inputs, output)) => (inputs, format!("->{}", output.trim())),
        None => (subscripts.text.as_str(), String::new()),
    };
    let all: Vec<&str> = inputs.split([',', ' ']).filter(|subscript| !subscript.is_empty()).collect();
    (all.len() == operands).then(|| format!("{}{output}", all.join(",")))
}

/// Operands that were put in one list or tuple, as other libraries take them.
pub(super) fn check_list(subscripts: &Subscripts, operands: &[Operand], errors: &mut Errors) -> bool {
    let [only] = operands else { return false };
    let expected = subscripts.inputs.len();
    let is_list = expected > 1 && is_list_of(expected, &only.expression);
    if is_list {
        errors.push(only.span, "operands stand side by side, after commas, and in no list: `\"ij,jk->ik\", x, w`");
    }
    is_list
}

/// Whether the expression is a list of as many elements, as far as can be seen.
fn is_list_of(expected: usize, expression: &Expr) -> bool {
    match expression {
        Expr::Array(array) => array.elems.len() == expected,
        Expr::Tuple(tuple) => tuple.elems.len() == expected,
        Expr::Reference(reference) => is_list_of(expected, &reference.expr),
        Expr::Range(_) => true,
        Expr::Macro(call) => call.mac.path.is_ident("vec"),
        _ => false,
    }
}

/// The target of the result is no operand as well: one place cannot be borrowed as both.
pub(super) fn check_out(out: Option<&Out>, operands: &[Operand], errors: &mut Errors) {
    let Some(out) = out else { return };
    let Some(target) = place(&out.expression) else { return };
    let Some(read) = operands.iter().find(|operand| place(&operand.expression).as_ref() == Some(&target)) else {
        return;
    };
    let text = &target.text;
    let what = format!("`{text}` is read while it is written");
    let help = format!(
        "write the result into another array, or let it be the new `{text}`: `{text} = einsum!(..)`; the old content is what `+=`, `-=` and \
         `beta` take"
    );
    errors.push(read.span, format!("{what}\nhelp: {help}"));
}

/// The place that an expression is, borrowed or not.
fn place(expression: &Expr) -> Option<source::Place> {
    match expression {
        Expr::Reference(inner) => place(&inner.expr),
        Expr::Paren(inner) => place(&inner.expr),
        Expr::Group(inner) => place(&inner.expr).map(source::Place::by_fragment),
        // (What an index or a dereference gives may be another one each time.)
        Expr::Path(_) | Expr::Field(_) => Some(source::Place::new(expression)),
        _ => None,
    }
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// The operands by their positions, as they are written, which may be in several ways, or without `&`, `*` and `conj(..)`.
pub(super) fn asked_of(asked: &[Wrt], sources: &[Vec<String>], errors: &mut Errors) -> Vec<usize> {
    let mut numbers = Vec::new();
    for Wrt { source, span } in asked {
        let exact = |number: &usize| sources[*number].contains(source) || number.to_string() == *source;
        let alike = |number: &usize| sources[*number].iter().any(|name| bare(name) == bare(source));
        let mut meant: Vec<usize> = (0..sources.len()).filter(exact).collect();
        if meant.is_empty() {
            meant = (0..sources.len()).filter(alike).collect();
        }
        match meant.as_slice() {
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

/// `x`, of `&x`, `*x`, `(*x)`, `conj(x)` and `conj(&x)`.
fn bare(source: &str) -> &str {
    let source = source.trim();
    let in_parentheses = ["conj(", "("].iter().find_map(|open| source.strip_prefix(open)?.strip_suffix(')'));
    let within = in_parentheses.or_else(|| source.strip_prefix(['&', '*']));
    within.map_or(source, bare)
}

/// A function has one type of elements, whatever its parameters are read from.
pub(super) fn check_elements(function: &Function, errors: &mut Errors) {
    let text = |ty: &syn::Type| ty.to_token_stream().to_string();
    let Some(first) = function.element() else { return };
    for cast in function.parameters.iter().filter_map(|parameter| parameter.cast.as_ref()) {
        if text(cast) != text(first) {
            let message = format!("parameters of one function are read as `{}` and `{}`", text(first), text(cast));
            let help = "help: read all as the type that is computed with";
            errors.push(spanned(cast), format!("{message}\n{help}"));
        }
    }
    let is_read = |number: usize| function.parameters[number].cast.is_some();
    for (number, array) in function.fixed_numbers().filter(|(number, _)| !is_read(*number)) {
        if text(&array.element) != text(first) {
            let (name, element) = (&function.parameters[number].name, text(&array.element));
            let message = format!("`{name}` has elements `{element}`, where the others have `{}`", text(first));
            let help = format!("help: read it as they are: `{name} as {}: {}`", text(first), shown(&array.ty));
            errors.push(spanned(&array.element), format!("{message}\n{help}"));
        }
    }
}

/// A type as one writes it.
fn shown(ty: &syn::TypeArray) -> String {
    let text = ty.to_token_stream().to_string();
    [(" ;", ";"), ("[ ", "["), (" ]", "]")].iter().fold(text, |text, (from, to)| text.replace(from, to))
}

/// Parameters are told apart by their names, and so are the functions of their gradients.
pub(super) fn check_parameters(function: &Function, wrt: &[usize], errors: &mut Errors) {
    let operands = function.parameters.iter().map(|parameter| &parameter.name);
    let extents = function.extent_parameters();
    let names: Vec<&Ident> = operands.chain(extents).collect();
    for (number, name) in names.iter().enumerate() {
        let span = (name.span(), name.span());
        if names[..number].contains(name) {
            errors.push(span, format!("parameter `{name}` is there twice: each needs a name of its own"));
        } else if **name == "add" && wrt.contains(&number) {
            let what = "the gradient of `add` alone would be `backward_add`, which adds all gradients to what is given";
            errors.push(span, format!("{what}\nhelp: give the parameter another name"));
        }
    }
}

/// How displays call an operand: a variable by its name, any other expression by its number.
pub(super) fn name(number: usize, operand: &Operand) -> String {
    match &operand.expression {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        _ => None,
    }
    .unwrap_or_else(|| format!("x{number}"))
}
