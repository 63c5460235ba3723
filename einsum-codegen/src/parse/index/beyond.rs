//! Messages about what index notation has no words for, and what of it is a formula, which is read by another parser.

use proc_macro2::{Delimiter, Group as TokenGroup, Span, TokenTree};

use super::{
    pieces::{Piece, PieceKind, is_punct, parenthesized},
    tokens::{bracket_text, is_bracket, span_of, text_of, tokens_of},
};
use crate::parse::formula::names;

/// The methods that numbers have, and arrays have not, or not all.
const OF_NUMBERS: [&str; 31] = [
    "abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "ceil", "cos", "cosh", "exp", "exp2", "exp_m1",
    "floor", "ln", "ln_1p", "log10", "log2", "max", "min", "powf", "powi", "recip", "round", "signum", "sin", "sinh",
    "sqrt", "tan", "tanh",
];

/// The message about an operator other than `*`. (Those of formulas are read as such.)
pub(in crate::parse) fn operator(operator: &str, is_function: bool) -> String {
    let help = match operator {
        "=" if is_function => "write the expression alone: the labels of the result stand before the braces".to_owned(),
        _ if operator.ends_with('=') || operator == "<-" => return format!("unexpected `{operator}` in a product"),
        "^" => "write `powi(x, 2)`, or `powf(x, y)`".to_owned(),
        _ => format!("write `(a {operator} b)[i]` for an operand, or `(a {operator} b)` for a number"),
    };
    format!("`{operator}` between factors, which `*` joins\nhelp: {help}")
}

/// An operand, and its bracket of labels, if that is all.
fn labelled(pieces: &[Piece<'_>]) -> Option<(String, String)> {
    let (last, before) = pieces.split_last()?;
    let is_one = before.first().is_some_and(|first| first.kind == PieceKind::Beginning)
        && before[1..].iter().all(|piece| matches!(piece.kind, PieceKind::Value | PieceKind::Bracket));
    let bracket = is_bracket(last).filter(|_| is_one && last.kind == PieceKind::Bracket)?;
    Some((text_of(&tokens_of(before)), bracket_text(Some(bracket))))
}

/// A call with labels in its arguments, as in `exp(x[i])`, which is for a formula. Of functions that only formulas have, the arguments may
/// also be labels, `select(i < j, 1, 0)`, or forms of them, `exp(x[(n - 1) - i])`, which would be Rust if none of them were known; without any
/// argument they are a mistake.
pub(in crate::parse) fn call(
    pieces: &[Piece<'_>],
    known: &[String],
    is_product: &dyn Fn(&[TokenTree]) -> bool,
) -> Option<((Span, Span), String)> {
    let (last, before) = pieces.split_last()?;
    let arguments = parenthesized(last).filter(|_| last.kind == PieceKind::Value && !before.is_empty())?;
    let is_path = before.iter().flat_map(|piece| piece.tokens).all(|token| match token {
        TokenTree::Ident(_) | TokenTree::Literal(_) => true,
        token => [':', '<', '>', ','].iter().any(|&sign| is_punct(token, sign)),
    });
    let tokens: Vec<TokenTree> = arguments.stream().into_iter().collect();
    let mut items = tokens.split(|token| is_punct(token, ','));
    let (name, span) = (text_of(&tokens_of(before)), span_of(&tokens_of(before))?);
    if let Some(message) = names::without_arguments(&name).filter(|_| tokens.is_empty()) {
        return Some((span, message));
    }
    if let Some(message) = names::indices_within(&name, &tokens).filter(|_| has_form(&tokens, known)) {
        return Some((span, message));
    }
    let is_of_formulas = names::is_of_formulas(&name) || before.len() == 1 && name.starts_with(char::is_uppercase);
    let has_label = |item: &[TokenTree]| has_form(item, known) || names_label(item, known);
    let is_element = |item: &[TokenTree]| is_product(item) || is_of_formulas && has_label(item);
    (is_path && items.any(is_element)).then(|| (span, format!("`{name}` of elements is no factor")))
}

/// `a > 0 and b > 0`, `not a > 0`: words where Rust has signs.
pub(in crate::parse) fn word(pieces: &[Piece<'_>]) -> Option<((Span, Span), String)> {
    pieces.windows(2).find_map(|pair| {
        let is_joined = |kind| matches!(kind, PieceKind::Beginning | PieceKind::Value | PieceKind::Bracket);
        let (first, second) = (&pair[0], &pair[1]);
        let tokens = if is_word(first, "not") { first.tokens } else { second.tokens };
        let [TokenTree::Ident(word)] = tokens else { return None };
        let sign = match word.to_string().as_str() {
            "and" => "&&",
            "or" => "||",
            "not" => "!(..)",
            _ => return None,
        };
        let is_between = second.kind == PieceKind::Beginning && is_joined(first.kind);
        is_between.then(|| ((word.span(), word.span()), format!("`{word}` in a formula\nhelp: write `{sign}`")))
    })
}

fn is_word(piece: &Piece<'_>, word: &str) -> bool {
    matches!(piece.tokens, [TokenTree::Ident(name)] if name == word)
}

/// The help for `exp x[i]` and `sum[j] x[i, j]`, without parentheses: the pieces begin with a name, after which no operator stands.
pub(in crate::parse) fn without_parentheses(pieces: &[Piece<'_>]) -> String {
    let [name, rest @ ..] = pieces else { return String::new() };
    let name = text_of(name.tokens);
    if let [labels, value @ ..] = rest
        && let Some(over) = labels_of_reduction(&name, labels)
        && value.first().is_some_and(|first| first.kind == PieceKind::Beginning)
    {
        let is_sum = |piece: &Piece<'_>| matches!(piece.kind, PieceKind::Assign | PieceKind::Rest);
        let value = &value[..value.iter().position(is_sum).unwrap_or(value.len())];
        return format!("\nhelp: write `{name}[{over}]({})`", text_of(&tokens_of(value)));
    }
    let ends = |piece: &Piece<'_>| {
        matches!(piece.kind, PieceKind::Operator | PieceKind::Times | PieceKind::Assign | PieceKind::Rest)
    };
    let value = &rest[..rest.iter().position(ends).unwrap_or(rest.len())];
    let is_call = names::function(&name).is_some_and(|(count, _)| count == 1)
        && value.first().is_some_and(|first| first.kind == PieceKind::Beginning);
    if is_call { format!("\nhelp: write `{name}({})`", text_of(&tokens_of(value))) } else { String::new() }
}

/// `j` of `sum[j]` and `sum(j)`.
fn labels_of_reduction(name: &str, labels: &Piece<'_>) -> Option<String> {
    names::reduction(name)?;
    let group = is_bracket(labels).or_else(|| parenthesized(labels))?;
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let is_name = |item: &[TokenTree]| matches!(item, [TokenTree::Ident(_)]) || super::labels::is_ellipsis(item);
    let is_list = !tokens.is_empty() && tokens.split(|token| is_punct(token, ',')).all(is_name);
    is_list.then(|| text_of(&tokens))
}

/// The help for `|x[i]|`, of which the tokens are those from the first bar on.
pub(in crate::parse) fn bars(tokens: &[TokenTree]) -> String {
    let [first, rest @ ..] = tokens else { return String::new() };
    let is_bar = |token: &TokenTree| is_punct(token, '|');
    let is_element = |pair: &[TokenTree]| match pair {
        [TokenTree::Ident(_), TokenTree::Group(group)] => group.delimiter() == Delimiter::Bracket,
        _ => false,
    };
    match rest.iter().position(is_bar) {
        Some(end) if is_bar(first) && rest[..end].windows(2).any(is_element) => {
            format!("\nhelp: write `abs({})`", text_of(&rest[..end]))
        }
        _ => String::new(),
    }
}

/// The message about `(x[i] > 0) as f64`, a condition that is converted: the pieces are those before the `as`.
pub(in crate::parse) fn condition_as_number(pieces: &[Piece<'_>]) -> Option<String> {
    let [only] = pieces else { return None };
    let tokens: Vec<TokenTree> = parenthesized(only)?.stream().into_iter().collect();
    let (within, comma) = super::pieces::read(&tokens);
    let compares = |piece: &Piece<'_>| {
        let is_operator = piece.kind == PieceKind::Operator;
        is_operator && ["<", "<=", "==", "!=", ">=", ">", "&&", "||"].contains(&text_of(piece.tokens).as_str())
    };
    let is_condition = comma.is_none() && within.iter().any(compares);
    let help = format!("write `select({}, 1, 0)`", text_of(&tokens));
    is_condition.then(|| format!("`as` of a condition\nhelp: {help}"))
}

/// Whether there is a bracket with a label that is known, whatever is beside it.
pub(super) fn has_form(tokens: &[TokenTree], known: &[String]) -> bool {
    tokens.iter().any(|token| {
        let TokenTree::Group(group) = token else { return false };
        let content: Vec<TokenTree> = group.stream().into_iter().collect();
        group.delimiter() == Delimiter::Bracket && names_label(&content, known) || has_form(&content, known)
    })
}

/// Whether a label that is known is among the tokens, and no field or path of that name.
fn names_label(tokens: &[TokenTree], known: &[String]) -> bool {
    let is_part =
        |position: usize| position > 0 && ['.', ':'].iter().any(|&sign| is_punct(&tokens[position - 1], sign));
    tokens.iter().enumerate().any(|(position, token)| match token {
        TokenTree::Ident(name) => !is_part(position) && known.iter().any(|label| name == label),
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
            names_label(&group.stream().into_iter().collect::<Vec<_>>(), known)
        }
        _ => false,
    })
}

/// The message about what comes after the labels, as in `x[i].sqrt()`.
pub(in crate::parse) fn after_labels(before: &[Piece<'_>], after: &[Piece<'_>]) -> String {
    if let ([only], Some((name, arguments))) = (before, method(after))
        && let Some(group) = parenthesized(only)
    {
        return method_of_formula(group, &name, &arguments);
    }
    let (all, rest) = (text_of(&[tokens_of(before), tokens_of(after)].concat()), text_of(&tokens_of(after)));
    let help = match (labelled(before), method(after)) {
        (Some((x, labels)), Some((name, _))) if name == "conj" => format!("write `conj({x}{labels})`"),
        (Some((x, labels)), Some((name, _))) if name == "sum" => {
            format!("labels that are not on the result are summed over: write `{x}{labels}`")
        }
        (Some((x, labels)), Some((name, arguments))) if names::is_of_formulas(&name) => {
            let others = arguments.trim_start_matches('(').trim_end_matches(')');
            let comma = if others.is_empty() { "" } else { ", " };
            format!("write `{name}({x}{labels}{comma}{others})`")
        }
        (Some((x, labels)), Some((name, arguments))) if OF_NUMBERS.contains(&name.as_str()) => {
            format!("write `({x}.mapv(|e| e.{name}{arguments})){labels}`")
        }
        (Some((x, labels)), Some(_)) => format!("write `{x}{rest}{labels}`, with the labels of its axes"),
        _ => format!("write `({all})` for a number, or a bracket of labels after it"),
    };
    format!("labels come last in a factor\nhelp: {help}")
}

/// The message about a method of what is not Rust, as in `(x[i] + 1).exp()`.
fn method_of_formula(group: &TokenGroup, name: &str, arguments: &str) -> String {
    let value = text_of(&group.stream().into_iter().collect::<Vec<_>>());
    let others = arguments.trim_start_matches('(').trim_end_matches(')');
    let all = if others.is_empty() { value } else { format!("{value}, {others}") };
    if name == "conj" || names::is_of_formulas(name) {
        return format!("`.{name}{arguments}` of elements\nhelp: write `{name}({all})`");
    }
    if names::reduction(name).is_some() {
        return format!(
            "`.{name}{arguments}` of elements\nhelp: write `{name}[k]({all})`, with the labels that it is over"
        );
    }
    names::unknown_function(name, &all)
}

/// Labels before the last bracket, which cannot be an index of Rust, as in `x[i, j].w[j, k]`.
pub(in crate::parse) fn early_labels(pieces: &[Piece<'_>]) -> Option<((Span, Span), String)> {
    let has_comma = |bracket: &TokenGroup| bracket.stream().into_iter().any(|token| is_punct(&token, ','));
    let is_early = |piece: &Piece<'_>| piece.kind == PieceKind::Bracket && is_bracket(piece).is_some_and(has_comma);
    let position = pieces[..pieces.len().saturating_sub(1)].iter().position(is_early)?;
    let help = "join factors by `*`, and call methods before the labels, as in `x.t()[i, j]`";
    Some((span_of(pieces[position].tokens)?, format!("labels come last in a factor\nhelp: {help}")))
}

/// `.sqrt()`: its name, and its arguments with the parentheses.
fn method(pieces: &[Piece<'_>]) -> Option<(String, String)> {
    match tokens_of(pieces).as_slice() {
        [dot, TokenTree::Ident(name), arguments @ TokenTree::Group(_)] if is_punct(dot, '.') => {
            Some((name.to_string(), text_of(std::slice::from_ref(arguments))))
        }
        _ => None,
    }
}

/// `x(i, j)` and `x[i][j]`: labels that stand in no bracket, or in several.
pub(in crate::parse) fn one_bracket(pieces: &[Piece<'_>], known: &[String]) -> Option<((Span, Span), String)> {
    let first = pieces.iter().position(|piece| is_labels(piece, known))?;
    let (operand, labels) = pieces.split_at(first);
    let is_several = labels.len() > 1 || labels.iter().any(|piece| parenthesized(piece).is_some());
    if !is_several || !labels.iter().all(|piece| is_labels(piece, known)) {
        return None;
    }
    let groups = labels.iter().flat_map(|piece| piece.tokens);
    let names: Vec<String> = groups.filter_map(content).collect();
    let written = format!("{}[{}]", text_of(&tokens_of(operand)), names.join(", "));
    let what = format!("the labels of an operand stand in one bracket\nhelp: write `{written}`");
    Some((span_of(&tokens_of(labels))?, what))
}

/// Whether there are names of labels alone in a group, known ones if they might be something else.
fn is_labels(piece: &Piece<'_>, known: &[String]) -> bool {
    let [TokenTree::Group(group)] = piece.tokens else { return false };
    let is_kind = is_bracket(piece).is_some() || piece.kind == PieceKind::Value && parenthesized(piece).is_some();
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let mut items = tokens.split(|token| is_punct(token, ',')).filter(|item| !item.is_empty()).peekable();
    is_kind
        && items.peek().is_some()
        && items.all(|item| matches!(item, [TokenTree::Ident(name)] if known.contains(&name.to_string())))
}

fn content(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Group(group) => Some(text_of(&group.stream().into_iter().collect::<Vec<_>>())),
        _ => None,
    }
}

/// `sum[j](..)`, which is for a formula.
pub(in crate::parse) fn reduction(pieces: &[Piece<'_>]) -> Option<((Span, Span), String)> {
    let [first, bracket, arguments] = pieces else { return None };
    let name = text_of(first.tokens);
    is_bracket(bracket)?;
    parenthesized(arguments)?;
    names::reduction(&name)?;
    let span = (first.tokens.first()?.span(), first.tokens.last()?.span());
    Some((span, format!("`{name}` over labels is no factor")))
}

/// The message about an operator before a factor.
pub(in crate::parse) fn before_factor(text: &str, prefix: &[Piece<'_>], pieces: &[Piece<'_>]) -> String {
    let is_power = text == "*" && pieces.len() == 1 && matches!(pieces[0].tokens, [TokenTree::Literal(_)]);
    let help = match text {
        "*" if is_power => "write `powi(x, 2)`".to_owned(),
        "&" => format!("write `{}`: operands are borrowed as they are", text_of(&tokens_of(pieces))),
        _ => format!("write `{}`", parenthesized_prefix(prefix, pieces)),
    };
    format!("`{text}` before a factor{}\nhelp: {help}", if is_power { "" } else { " needs parentheses" })
}

/// `*x[i]` as `(*x)[i]`.
fn parenthesized_prefix(prefix: &[Piece<'_>], pieces: &[Piece<'_>]) -> String {
    let (operand, bracket) = match pieces.split_last() {
        Some((last, operand)) if last.kind == PieceKind::Bracket => (operand, text_of(last.tokens)),
        _ => (pieces, String::new()),
    };
    let mut tokens = tokens_of(prefix);
    tokens.extend(tokens_of(operand));
    format!("({}){bracket}", text_of(&tokens))
}
