//! The names of functions and reductions.

use std::f64::consts::{LN_2, LN_10};

use proc_macro2::{Delimiter, Span, TokenTree};

use crate::{
    ast::formula::Over,
    few::List,
    ir::formula::{Function, Outside},
    parse::{
        index::{
            pieces::{Piece, is_punct},
            tokens::{is_bracket, span_of, text_of, tokens_of},
        },
        nearest::nearest,
    },
};

/// The functions of one number, and of two.
const FUNCTIONS: [(&str, usize, Function); 21] = [
    ("exp", 1, Function::Exp),
    ("exp_m1", 1, Function::ExpM1),
    ("ln", 1, Function::Ln),
    ("ln_1p", 1, Function::Ln1p),
    ("sqrt", 1, Function::Sqrt),
    ("recip", 1, Function::Recip),
    ("tanh", 1, Function::Tanh),
    ("sigmoid", 1, Function::Sigmoid),
    ("sin", 1, Function::Sin),
    ("cos", 1, Function::Cos),
    ("erf", 1, Function::Erf),
    ("abs", 1, Function::Abs),
    ("relu", 1, Function::Relu),
    ("gelu", 1, Function::Gelu),
    ("silu", 1, Function::Silu),
    ("softplus", 1, Function::Softplus),
    ("stop", 1, Function::Stop),
    ("max", 2, Function::Max),
    ("min", 2, Function::Min),
    ("powf", 2, Function::Powf),
    // The exponent is read apart.
    ("powi", 2, Function::Powi(0)),
];

/// The reductions.
const REDUCTIONS: [(&str, Over); 8] = [
    ("sum", Over::Sum),
    ("mean", Over::Mean),
    ("prod", Over::Product),
    ("max", Over::Max),
    ("min", Over::Min),
    ("logsumexp", Over::LogSumExp),
    ("argmax", Over::ArgMax),
    ("argmin", Over::ArgMin),
];

/// The function of a name, and how many numbers it takes.
pub(in crate::parse) fn function(name: &str) -> Option<(usize, Function)> {
    FUNCTIONS.iter().find(|(other, ..)| *other == name).map(|(_, count, function)| (*count, *function))
}

/// The reduction of a name.
pub(in crate::parse) fn reduction(name: &str) -> Option<Over> {
    REDUCTIONS.iter().find(|(other, _)| *other == name).map(|(_, over)| *over)
}

/// The meaning that `zero(x)`, `wrap(x)` and `clamp(x)` give to indices that are not within `x`.
pub(in crate::parse) fn outside(name: &str) -> Option<Outside> {
    Some(match name {
        "zero" => Outside::Zero,
        "wrap" => Outside::Wrap,
        "clamp" => Outside::Clamp,
        _ => return None,
    })
}

/// The message about `zero(b[i - 1])`, where the indices stand within.
pub(in crate::parse) fn indices_within(name: &str, content: &[TokenTree]) -> Option<String> {
    outside(name)?;
    let [operand @ .., TokenTree::Group(bracket)] = content else { return None };
    let is_indices = !operand.is_empty() && bracket.delimiter() == Delimiter::Bracket;
    let help = format!("write `{name}({}){}`", text_of(operand), text_of(&content[operand.len()..]));
    is_indices.then(|| format!("`{name}` stands around a tensor, and its indices after that\nhelp: {help}"))
}

/// The message about `b[zero(i - 1)]`, where the name stands around an index.
pub(in crate::parse) fn outside_in_index(pieces: &[Piece<'_>]) -> Option<((Span, Span), String)> {
    let (last, operand) = pieces.split_last()?;
    let tokens: Vec<TokenTree> = is_bracket(last)?.stream().into_iter().collect();
    let parts = tokens.split(|token| is_punct(token, ',')).map(|index| (index, within_outside(index)));
    let (index, (name, _)) = parts.clone().find_map(|(index, part)| Some((index, part?)))?;
    let indices: Vec<String> =
        parts.map(|(index, part)| part.map_or_else(|| text_of(index), |(_, form)| form)).collect();
    let written = format!("{name}({})[{}]", text_of(&tokens_of(operand)), indices.join(", "));
    let what = format!("`{name}` stands around a tensor, and its indices after that\nhelp: write `{written}`");
    Some((span_of(index)?, what))
}

/// The parts of `zero(i - 1)`.
fn within_outside(index: &[TokenTree]) -> Option<(String, String)> {
    let [TokenTree::Ident(name), TokenTree::Group(form)] = index else { return None };
    let name = name.to_string();
    outside(&name).filter(|_| form.delimiter() == Delimiter::Parenthesis)?;
    Some((name, text_of(&form.stream().into_iter().collect::<Vec<_>>())))
}

/// Whether a name before parentheses is one of formulas, whatever the arguments are.
pub(in crate::parse) fn is_of_formulas(name: &str) -> bool {
    function(name).is_some() || name == "select"
}

/// The message about a function with too many arguments, or too few.
pub(super) fn counts(name: &str, expected: usize, found: usize) -> String {
    let noun = if expected == 1 { "argument" } else { "arguments" };
    let usage = match (name, expected) {
        ("select", _) => "select(condition, a, b)".to_owned(),
        ("powi", _) => "powi(x, 2)".to_owned(),
        (_, 1) => format!("{name}(x)"),
        _ => format!("{name}(x, y)"),
    };
    format!("`{name}` takes {expected} {noun}, and not {found}\nhelp: write `{usage}`")
}

/// The message about `exp()`, a function of formulas without arguments.
pub(in crate::parse) fn without_arguments(name: &str) -> Option<String> {
    let expected = if name == "select" { 3 } else { function(name)?.0 };
    Some(format!("{}, or `({name}())` for a function of yours", counts(name, expected, 0)))
}

/// The message about a function of no such name, of which the arguments are given.
pub(in crate::parse) fn unknown_function(name: &str, arguments: &str) -> String {
    let what = format!("there is no function `{name}`");
    let help = match elsewhere(name, arguments) {
        Some(help) => help,
        None => match nearest(name, FUNCTIONS.iter().map(|(name, ..)| *name).chain(["select"])) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!(
                "a function of yours is a value of a type that implements `Function`, whose name begins with a capital letter or \
                 is a path, as in `{}({arguments})`",
                capitalised(name)
            ),
        },
    };
    format!("{what}\nhelp: {help}")
}

/// The message about a reduction of no such name, of which the labels and the value, and whether that is a condition, are given.
pub(super) fn unknown_reduction(name: &str, labels: &str, (value, is_condition): (&str, bool)) -> String {
    let all: Vec<String> = REDUCTIONS.mapped(|(name, _)| format!("`{name}`"));
    let help = match (name, nearest(name, REDUCTIONS.iter().map(|(name, _)| *name))) {
        ("product", _) => "write `prod`".to_owned(),
        ("average" | "avg", _) => "write `mean`".to_owned(),
        ("softmax", _) => format!("write `exp({value} - logsumexp[{labels}]({value}))`"),
        ("var" | "variance", _) => format!("write `mean[{labels}](powi({value} - mean[{labels}]({value}), 2))`"),
        ("std", _) => format!("write `sqrt(mean[{labels}](powi({value} - mean[{labels}]({value}), 2)))`"),
        ("norm", _) => format!("write `sqrt(sum[{labels}](powi({value}, 2)))`"),
        ("log_softmax", _) => format!("write `({value} - logsumexp[{labels}]({value}))`"),
        ("cumsum", _) => "write `sum[j](select(j <= i, x[j], 0)); i = x.len()`".to_owned(),
        ("any" | "all" | "count", _) => {
            let condition = if is_condition { value.to_owned() } else { format!("{value} > 0") };
            format!("count by `sum[{labels}](select({condition}, 1, 0))`, and compare that")
        }
        (_, Some(meant)) => format!("did you mean `{meant}`?"),
        _ => format!("there are {}", all.join(", ")),
    };
    format!("there is no reduction `{name}`\nhelp: {help}")
}

/// The way to write here a function that other libraries have.
fn elsewhere(name: &str, arguments: &str) -> Option<String> {
    let x = if has_comma(arguments) { "x" } else { arguments };
    if let Some((over, labels)) = name.split_once('_').filter(|(over, _)| reduction(over).is_some()) {
        return Some(format!("write `{over}[{labels}]({arguments})`"));
    }
    Some(match name {
        "log" => format!("write `ln({arguments})`"),
        "log1p" => format!("write `ln_1p({arguments})`"),
        "expm1" => format!("write `exp_m1({arguments})`"),
        "pow" => "write `powf(x, y)`, or `powi(x, 2)` for an integer that is written".to_owned(),
        "square" => format!("write `powi({arguments}, 2)`"),
        "rsqrt" => format!("write `recip(sqrt({arguments}))`"),
        "not" => format!("write `!({arguments})`"),
        "swish" => format!("write `silu({arguments})`"),
        "logistic" => format!("write `sigmoid({arguments})`"),
        "tan" => format!("write `(sin({x}) / cos({x}))`"),
        "log2" => format!("write `(ln({x}) / {LN_2})`"),
        "log10" => format!("write `(ln({x}) / {LN_10})`"),
        "sign" | "signum" => format!("write `select({x} > 0, 1, select({x} < 0, -1, 0))`"),
        "leaky_relu" => "write `max(x, 0.01 * x)`".to_owned(),
        "elu" => format!("write `select({x} > 0, {x}, exp_m1({x}))`"),
        "clip" => "write `min(max(x, low), high)`".to_owned(),
        "logaddexp" => "write `max(a, b) + softplus(-abs(a - b))`".to_owned(),
        "maximum" => format!("write `max({arguments})`"),
        "minimum" => format!("write `min({arguments})`"),
        "where" | "if_else" => "write `select(condition, a, b)`".to_owned(),
        "detach" | "stop_gradient" => format!("write `stop({arguments})`"),
        "softmax" => format!("write `exp({x} - logsumexp[j]({x}))`, with the label that it is over"),
        _ => return None,
    })
}

/// Whether there are several arguments.
fn has_comma(arguments: &str) -> bool {
    let mut depth = 0_usize;
    arguments.chars().any(|c| {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
}

/// `mish` as `Mish`.
fn capitalised(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
