//! Messages about what index notation has no words for: sums, quotients, powers, functions.

use proc_macro2::{Group as TokenGroup, Span, TokenTree};

use super::{
    pieces::{self, Piece, PieceKind, is_punct, parenthesized},
    tokens::{bracket_text, is_bracket, span_of, text_of, tokens_of},
};

/// The methods that numbers have, and arrays have not, or not all.
const OF_NUMBERS: [&str; 31] = [
    "abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "ceil", "cos", "cosh", "exp", "exp2", "exp_m1",
    "floor", "ln", "ln_1p", "log10", "log2", "max", "min", "powf", "powi", "recip", "round", "signum", "sin", "sinh",
    "sqrt", "tan", "tanh",
];

/// The target of the result, for statements that add to it.
pub(super) struct Target {
    /// How such a statement begins, in the words of a message.
    pub(super) text: String,
    /// Whether what was written is subtracted.
    pub(super) is_subtracted: bool,
}

/// The message about an operator other than `*` between the pieces before and after it; `target` is what
/// the result is written to, if this is all of the right side.
pub(super) fn operator(operator: &str, before: &[Piece<'_>], after: &[Piece<'_>], target: Option<&Target>) -> String {
    let after = &after[..after.iter().position(|piece| piece.kind == PieceKind::Operator).unwrap_or(after.len())];
    let factor = &after[..after.iter().position(|piece| piece.kind == PieceKind::Times).unwrap_or(after.len())];
    let what = format!("`{operator}` between factors, which only `*` joins");
    let help = match operator {
        _ if operator.ends_with('=') || operator == "<-" => return format!("unexpected `{operator}` in a product"),
        "+" | "-" => sum(operator, before, after, target),
        "/" => quotient(factor),
        "^" => "write a factor as often as it is taken".to_owned(),
        _ => in_parentheses(operator),
    };
    format!("{what}\nhelp: {help}")
}

/// The message about an operator other than `*` in a function of `einsum_fn!`, whose factors are parameters.
pub(super) fn operator_in_function(operator: &str) -> String {
    let help = match operator {
        "=" => "write the product alone: the labels of the result stand before the braces",
        _ => "a function is one product of its parameters: compute the rest with what is passed, or what it returns",
    };
    format!("`{operator}` between factors, which only `*` joins\nhelp: {help}")
}

fn in_parentheses(operator: &str) -> String {
    format!("write `(a {operator} b)[i]` for an operand, or `(a {operator} b)` for a number")
}

fn sum(operator: &str, before: &[Piece<'_>], after: &[Piece<'_>], target: Option<&Target>) -> String {
    let has_labels = |pieces: &[Piece<'_>]| pieces.iter().any(|piece| piece.kind == PieceKind::Bracket);
    let text = text_of(&tokens_of(after));
    match (has_labels(before), has_labels(after), target) {
        (true, true, Some(target)) => {
            let sign = if (operator == "-") == target.is_subtracted { "+" } else { "-" };
            format!("add products one after the other: {} {sign}= {text})`", target.text)
        }
        (true, true, None) => match (labelled(before), labelled(after)) {
            (Some((a, labels)), Some((b, others))) if labels == others => {
                format!(
                    "write `(&{a} {operator} &{b}){labels}`, or add products one after the other, with `{operator}=`"
                )
            }
            _ => format!("multiply out, and add products one after the other, with `{operator}=`"),
        },
        (true, false, _) if !text.is_empty() => {
            format!(
                "apply `{operator} {text}` to the result; a number in a product has parentheses, `(a {operator} b)`"
            )
        }
        _ => in_parentheses(operator),
    }
}

fn quotient(divisor: &[Piece<'_>]) -> String {
    match labelled(divisor) {
        Some((operand, labels)) => format!("multiply by `({operand}.mapv(|e| 1.0 / e)){labels}`"),
        None => format!("multiply by `(1.0 / {})`", text_of(&tokens_of(divisor))),
    }
}

/// An operand, and its bracket of labels, if that is all.
fn labelled(pieces: &[Piece<'_>]) -> Option<(String, String)> {
    let (last, before) = pieces.split_last()?;
    let is_one = before.first().is_some_and(|first| first.kind == PieceKind::Beginning)
        && before[1..].iter().all(|piece| matches!(piece.kind, PieceKind::Value | PieceKind::Bracket));
    let bracket = is_bracket(last).filter(|_| is_one && last.kind == PieceKind::Bracket)?;
    Some((text_of(&tokens_of(before)), bracket_text(Some(bracket))))
}

/// A call with labels in its arguments, as in `exp(x[i])`: where its name is, and what to write.
pub(super) fn call(pieces: &[Piece<'_>], is_product: &dyn Fn(&[TokenTree]) -> bool) -> Option<((Span, Span), String)> {
    let (last, before) = pieces.split_last()?;
    let arguments = parenthesized(last).filter(|_| last.kind == PieceKind::Value && !before.is_empty())?;
    let is_path = before.iter().all(|piece| match piece.tokens.first() {
        Some(TokenTree::Ident(_)) => true,
        Some(token) => is_punct(token, ':'),
        None => false,
    });
    let tokens: Vec<TokenTree> = arguments.stream().into_iter().collect();
    let mut items = tokens.split(|token| is_punct(token, ','));
    if !is_path || !items.any(is_product) {
        return None;
    }
    let (name, span) = (text_of(&tokens_of(before)), span_of(&tokens_of(before))?);
    let (read, rest) = pieces::read(&tokens);
    let argument = labelled(&read).filter(|_| rest.is_none());
    let help = match (name.as_str(), argument) {
        (name, _) if name.starts_with("sum") => {
            format!("labels that are not on the result are summed over: write `{}`", text_of(&tokens))
        }
        ("mean", _) => "labels that are not on the result are summed over: multiply by `(1.0 / n)`".to_owned(),
        ("relu", Some((x, labels))) => format!("write `({x}.mapv(|e| e.max(0.0))){labels}`"),
        ("max" | "min" | "powf" | "powi", _) => "compute it before or after, with `ndarray`".to_owned(),
        (_, Some((x, labels))) if OF_NUMBERS.contains(&name.as_str()) => {
            format!("write `({x}.mapv(|e| e.{name}())){labels}`")
        }
        (_, Some((x, labels))) => format!("write `({x}.mapv({name})){labels}`, if it is a function of a number"),
        (_, None) => "apply it to arrays before, or to the result, for instance with `mapv`".to_owned(),
    };
    Some((span, format!("`{name}` of elements: an einsum multiplies and adds\nhelp: {help}")))
}

/// The message about what comes after the labels, as in `x[i].sqrt()`.
pub(super) fn after_labels(before: &[Piece<'_>], after: &[Piece<'_>]) -> String {
    let (all, rest) = (text_of(&[tokens_of(before), tokens_of(after)].concat()), text_of(&tokens_of(after)));
    let help = match (labelled(before), method(after)) {
        (Some((x, labels)), Some((name, _))) if name == "conj" => format!("write `conj({x}{labels})`"),
        (Some((x, labels)), Some((name, _))) if name == "sum" => {
            format!("labels that are not on the result are summed over: write `{x}{labels}`")
        }
        (Some(_), Some((_, arguments))) if arguments.contains('[') => {
            "compute it before, for instance with `ndarray::Zip`".to_owned()
        }
        (Some((x, labels)), Some((name, arguments))) if OF_NUMBERS.contains(&name.as_str()) => {
            format!("write `({x}.mapv(|e| e.{name}{arguments})){labels}`")
        }
        (Some((x, labels)), Some(_)) => format!("write `{x}{rest}{labels}`, with the labels of its axes"),
        _ => format!("write `({all})` for a number, or a bracket of labels after it"),
    };
    format!("labels come last in a factor\nhelp: {help}")
}

/// Labels before the last bracket, which cannot be an index of Rust, as in `x[i, j].w[j, k]`.
pub(super) fn early_labels(pieces: &[Piece<'_>]) -> Option<((Span, Span), String)> {
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
pub(super) fn one_bracket(pieces: &[Piece<'_>], known: &[String]) -> Option<((Span, Span), String)> {
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

/// `sum[j](..)`: a reduction over labels that it names.
pub(super) fn reduction(pieces: &[Piece<'_>]) -> Option<((Span, Span), String)> {
    let [first, bracket, arguments] = pieces else { return None };
    let name = text_of(first.tokens);
    is_bracket(bracket)?;
    let arguments: &TokenGroup = parenthesized(arguments)?;
    let help = match name.as_str() {
        "sum" => {
            let inner: Vec<TokenTree> = arguments.stream().into_iter().collect();
            format!("labels that are not on the result are summed over: write `{}`", text_of(&inner))
        }
        "max" | "min" | "prod" | "mean" | "argmax" | "argmin" | "logsumexp" => {
            "a sum is the one reduction of an einsum: compute others with `ndarray`, for instance with `fold_axis`"
                .to_owned()
        }
        _ => return None,
    };
    let span = (first.tokens.first()?.span(), first.tokens.last()?.span());
    Some((span, format!("`{name}` over labels\nhelp: {help}")))
}

/// The message about an operator before a factor.
pub(super) fn before_factor(text: &str, prefix: &[Piece<'_>], pieces: &[Piece<'_>]) -> String {
    let is_power = text == "*" && pieces.len() == 1 && matches!(pieces[0].tokens, [TokenTree::Literal(_)]);
    let help = match text {
        "*" if is_power => "write a factor as often as it is taken; there are no powers".to_owned(),
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
