//! The mistakes in a formula, in words.

use proc_macro2::Span;
use quote::ToTokens;

use crate::{
    ast::{
        Label, Mark,
        formula::{Expression, ExpressionKind, Formula, Operator, Over, Tensor},
    },
    error::Errors,
    ir::formula::Elements,
    notation::FUSED,
};

type Place = (Span, Span);

/// Within a function nothing is summed silently: both ways to say what is meant.
pub(super) fn silently_summed(label: &Label, function: &Expression, target: &str, errors: &mut Errors) {
    let Mark::Tokens(first, last) = label.mark else { return };
    let name = &label.name;
    let (what, ways) = match (&function.kind, function.text.split_once('(')) {
        (ExpressionKind::Reduction(..), _) => {
            let inner = function.text.clone();
            (
                inner.split('(').next().unwrap_or_default().to_owned(),
                format!("write `sum[{name}]({inner})`, or name `{name}` beside the others"),
            )
        }
        (ExpressionKind::Call(_, arguments) | ExpressionKind::User(_, arguments), Some((call, rest)))
            if arguments.len() == 1 && !hides_a_term(&arguments[0], name) =>
        {
            let inner = rest.strip_suffix(')').unwrap_or(rest);
            // (The exponent of `powi` is no argument.)
            let exponent = inner.rsplit_once(',').filter(|_| call == "powi").map(|(_, exponent)| exponent.trim());
            let exponent = exponent.map_or_else(String::new, |exponent| format!(", {exponent}"));
            let before = format!("{call}({}{exponent})", summed(&arguments[0], name));
            let after = format!("sum[{name}]({call}({inner}))");
            (call.to_owned(), format!("write `{before}` or `{after}`"))
        }
        (ExpressionKind::Call(_, arguments), Some((call @ ("max" | "min"), _)))
            if arguments.last().is_some_and(|over| over.text == *name) =>
        {
            (call.to_owned(), format!("write `{call}[{name}]({})`", arguments[0].text))
        }
        (_, Some((call, _))) => {
            let all = &function.text;
            (
                call.to_owned(),
                format!("write `sum[{name}](..)` around what is summed within it, or `sum[{name}]({all})`"),
            )
        }
        _ => (function.text.clone(), format!("write `sum[{name}](..)`")),
    };
    let message = format!("label `{name}` is not on {target}, and within `{what}` nothing is summed silently");
    errors.push((first, last), format!("{message}\nhelp: {ways}"));
}

/// The sum over a label of those terms that have it: others would be added for each of its indices.
fn summed(value: &Expression, label: &str) -> String {
    match &value.kind {
        _ if has_in_all_terms(value, label) => format!("sum[{label}]({})", value.text),
        ExpressionKind::Binary(operator @ (Operator::Add | Operator::Subtract), both) => {
            let [left, right] = both.each_ref().map(|side| summed(side, label));
            let is_sum = matches!(both[1].kind, ExpressionKind::Binary(Operator::Add | Operator::Subtract, _));
            match operator {
                Operator::Add => format!("{left} + {right}"),
                _ if is_sum => format!("{left} - ({right})"),
                _ => format!("{left} - {right}"),
            }
        }
        _ if mentions(value, label) => format!("sum[{label}]({})", value.text),
        _ => value.text.clone(),
    }
}

/// Whether a term without the label is within a product, a quotient or a function, `a * (x[i] + b)`: a sum around all of it would be of that, too.
fn hides_a_term(value: &Expression, label: &str) -> bool {
    let is_sum = matches!(value.kind, ExpressionKind::Binary(Operator::Add | Operator::Subtract, _));
    let is_uneven = |part: &Expression| mentions(part, label) && !has_in_all_terms(part, label);
    value.parts().into_iter().any(|part| hides_a_term(part, label) || !is_sum && is_uneven(part))
}

fn has_in_all_terms(value: &Expression, label: &str) -> bool {
    match &value.kind {
        ExpressionKind::Binary(Operator::Add | Operator::Subtract, both) => {
            both.iter().all(|side| has_in_all_terms(side, label))
        }
        _ => mentions(value, label),
    }
}

/// Whether a label is in the text of an expression. (For a hint that is exact enough: reductions may name another label so.)
fn mentions(value: &Expression, label: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    (label == FUSED && value.text.contains(FUSED)) || value.text.split(|c| !is_part(c)).any(|word| word == label)
}

/// A reduction is over labels that are in it.
pub(super) fn not_in_reduction(name: &str, span: Place, reduction: &Expression, errors: &mut Errors) {
    let what = format!("label `{name}` is not in what `{}` is over", reduction.text);
    errors.push(span, format!("{what}\nhelp: leave it out, or multiply by how many there are"));
}

/// `!x[i]`, where a number cannot be negated as a condition is.
pub(super) fn not_of_number(number: &Expression, errors: &mut Errors) {
    let what = format!("`!` is of a condition, and `{}` is a number", number.text);
    errors.push(number.span, format!("{what}\nhelp: compare it, as in `!({} > 0)`", number.text));
}

/// `!x[i] > 0`, where `!` binds more than the comparison.
pub(super) fn not_of_side(written: &Expression, number: &Expression, errors: &mut Errors) {
    let what = format!("`!` is of `{}` alone, which is a number", number.text);
    let help = format!("write `!({})`", written.text.trim_start_matches('!'));
    errors.push(number.span, format!("{what}\nhelp: {help}"));
}

/// `nearest[n] == k`: an element is compared with a label, which is no number.
pub(super) fn label_beside(written: &Expression, element: &Expression, errors: &mut Errors) {
    let label = &written.text;
    let number = format!("write `({label} as _)` for the index as a number of the elements' type");
    let integers = match read_as(element, "f64") {
        Some(read) => format!(", and `{read}` for integers beside elements of `f64`"),
        None => String::new(),
    };
    let help = format!("{number}{integers}; `{{ {label} }}` is a variable of that name");
    errors.push(written.span, format!("`{label}` is a label, and no number\nhelp: {help}"));
}

/// The help for a number in the place of a condition, which an operand of `bool` is, too.
pub(super) fn compared(number: &Expression) -> String {
    let help = format!("compare it, as in `{} > 0`", number.text);
    match read_as(number, "f32") {
        Some(read) => format!("{help}; `bool` is read as a number by `{read} > 0`"),
        None => help,
    }
}

/// An element of an operand, read as another type. (A cast is of what the user has, as it stands: not of a `let`, nor of what is in `zero(..)`.)
fn read_as(element: &Expression, ty: &str) -> Option<String> {
    let ExpressionKind::Access(access) = &element.kind else { return None };
    let labels = element.text.strip_prefix(&access.source)?;
    let is_operand = matches!(access.tensor, Tensor::Operand(_));
    (is_operand && (labels.is_empty() || labels.starts_with('[')))
        .then(|| format!("({} as {ty}){labels}", access.source))
}

/// A tensor has one rank.
pub(super) fn ranks(name: &str, expected: usize, found: usize, span: Place, has_bracket: bool, errors: &mut Errors) {
    let axes = |count: usize| if count == 1 { "1 axis".to_owned() } else { format!("{count} axes") };
    let found = if has_bracket { format!("{} here", axes(found)) } else { "no bracket here".to_owned() };
    errors.push(span, format!("`{name}` has {} elsewhere, and {found}", axes(expected)));
}

/// The ellipsis of a tensor stands for the same axes wherever it is read.
pub(super) fn ellipses(name: &str, span: Place, errors: &mut Errors) {
    let what = format!("`..` of `{name}` is at another place elsewhere, or not there");
    let help = format!("write it at one place wherever `{name}` is read, or labels for its axes");
    errors.push(span, format!("{what}\nhelp: {help}"));
}

/// A tensor holds numbers or indices.
pub(super) fn elements(name: &str, used: Elements, is_local: bool, span: Place, errors: &mut Errors) {
    let message = match (used, is_local) {
        (Elements::Numbers, true) => {
            format!("`{name}` holds indices, and no numbers\nhelp: read a tensor by them, as in `x[{name}[i]]`")
        }
        (Elements::Indices, true) => format!(
            "`{name}` holds numbers, and no indices\nhelp: indices are integers that are given, or found by `argmax` and `argmin`"
        ),
        _ => format!("`{name}` is read as numbers and as indices: pass it twice, once converted"),
    };
    errors.push(span, message);
}

/// `argmax` gives indices, which are no numbers: it is a statement of its own, over one label.
pub(super) fn argument(written: &Expression, over: Over, labels: &[Label], may_find: bool, errors: &mut Errors) {
    let name = if over == Over::ArgMax { "argmax" } else { "argmin" };
    if !may_find {
        let help = format!("write `let a[i] = {};`, and read a tensor by it, as in `x[a[i]]`", written.text);
        errors.push(written.span, format!("`{name}` is an index, and no number\nhelp: {help}"));
    }
    if let Some(Mark::Tokens(first, last)) = labels.get(1).map(|label| label.mark.clone()) {
        errors.push((first, last), format!("`{name}` is over one label: an index along it is what it gives"));
    }
    for label in labels.iter().filter(|label| label.name == FUSED) {
        let Mark::Tokens(first, last) = label.mark else { continue };
        let help = "write a label for the axis";
        errors.push((first, last), format!("`{name}` over `..`, whose axes have no index of their own\nhelp: {help}"));
    }
}

/// The result of `argmax` is written as it is.
pub(super) fn argument_alone(formula: &Formula, over: Over, written: &Expression, errors: &mut Errors) {
    let name = if over == Over::ArgMax { "argmax" } else { "argmin" };
    let arguments = &formula.arguments;
    if formula.has_alpha || arguments.beta.is_some() || arguments.negated {
        errors.push(written.span, format!("`{name}` is an index: nothing is added to it, and no factor multiplies it"));
    }
}

/// The result of `argmax` has an axis for each label that is left.
pub(super) fn argument_elsewhere(written: &Expression, index: &str, span: Place, errors: &mut Errors) {
    let name = written.text.split(['[', '(']).next().unwrap_or_default();
    let what = format!("`{name}` is written at the labels of what it looks through, and not at `{index}`");
    let help =
        format!("write `let a[i] = {};` with all its other labels, and read by it, as in `x[a[i]]`", written.text);
    errors.push(span, format!("{what}\nhelp: {help}"));
}

/// There is no gradient of an index.
pub(super) fn gradient_of_argument(written: &Expression, errors: &mut Errors) {
    let name = written.text.split(['[', '(']).next().unwrap_or_default();
    let help =
        "read a tensor by it for a gradient of what is there, as in `let a[i] = argmax[j](x[i, j]); [i] = x[i, a[i]]`";
    errors.push(written.span, format!("`{name}` has no gradient\nhelp: {help}"));
}

/// The mistake that a label without an extent may be.
pub(super) enum Hint<'a> {
    /// A variable, which was taken for a label.
    Variable(&'a str),
    /// An array without labels, which was taken for a number.
    Array(&'a str),
}

/// Nothing says how far a label goes.
pub(super) fn no_extent(
    (name, span): (&str, Place),
    target: &str,
    (is_read, is_function): (bool, bool),
    hint: Option<&Hint<'_>>,
    errors: &mut Errors,
) {
    if name == FUSED {
        let what = format!("`..` of {target} is not on the right side, so that nothing says what it stands for");
        errors.push(span, format!("{what}\nhelp: write it on an operand, too"));
        return;
    }
    let give = if is_function {
        format!("take it after the operands: `(x; {name})`")
    } else {
        format!("give it after a semicolon: `; {name} = 7`")
    };
    let what = if is_read {
        format!("the extent of label `{name}` does not follow from the operands")
    } else {
        format!("label `{name}` of {target} is not on the right side, so that its extent is unknown")
    };
    let help = match hint {
        Some(Hint::Variable(variable)) if !is_function => {
            format!("{give}; if `{variable}` is a variable, write `({variable})`")
        }
        Some(Hint::Array(array)) => {
            format!("`{array}` without labels is a number: write `{array}[{name}]` for an array, or {give}")
        }
        _ => give,
    };
    errors.push(span, format!("{what}\nhelp: {help}"));
}

/// An index that is less than 0 for some labels.
pub(super) fn negative(
    (source, text, span): (&str, &str, Place),
    (is_certain, is_target): (bool, bool),
    hint: Option<&Hint<'_>>,
    errors: &mut Errors,
) {
    let can = if is_certain { "is" } else { "can be" };
    let help = if is_target {
        "add a constant, so that the least index that is written is 0".to_owned()
    } else if let Some(Hint::Variable(variable)) = hint {
        format!("if `{variable}` is a variable, write `({variable})`, which is checked at run time")
    } else if is_certain && text.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit()) {
        "indices count from the beginning; `(n - 1)` is the last, with `n` a variable".to_owned()
    } else {
        match word_within(source) {
            Some((word, operand)) => format!("write `{word}({operand})[..]`: it stands around all of the operand"),
            None => {
                format!("write `zero({source})[..]`, which reads 0 there, or `wrap({source})` or `clamp({source})`")
            }
        }
    };
    errors.push(span, format!("index `{text}` {can} negative\nhelp: {help}"));
}

/// The word of `(zero(x), dx)` or `(zero(x))`, and the operand without it.
fn word_within(source: &str) -> Option<(String, String)> {
    let text = |expression: &syn::Expr| expression.to_token_stream().to_string();
    let called = |expression: &syn::Expr| {
        let syn::Expr::Call(call) = expression else { return None };
        let word = text(&call.func);
        let is_one = call.args.len() == 1 && ["zero", "wrap", "clamp"].contains(&word.as_str());
        is_one.then(|| (word, text(&call.args[0])))
    };
    match syn::parse_str(source).ok()? {
        syn::Expr::Paren(inner) => called(&inner.expr),
        syn::Expr::Tuple(pair) if pair.elems.len() == 2 => {
            let (word, operand) = called(&pair.elems[0])?;
            Some((word, format!("({operand}, {})", text(&pair.elems[1]))))
        }
        _ => None,
    }
}

/// Whether the result of a formula is an index.
pub(super) fn finds(written: &Formula) -> bool {
    let last = written.statements.last().map(|statement| &statement.value.kind);
    matches!(last, Some(ExpressionKind::Reduction(Over::ArgMax | Over::ArgMin, ..)))
}
