//! `-> [i, d] { let s[i, j] = ..; s[i, j] * v[j, d] }`: the body of a function that is a formula.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::{Expr, ExprPath};

use super::{lets, mentions, reader::Reader, split};
use crate::{
    ast::{Arguments, Operand, Parameter, formula::Formula},
    error::Errors,
    few::List,
    parse::{
        body::{NamedArguments, parse_named},
        index::{
            pieces::{self, is_punct},
            tokens::{parse_all, span_of, text_of},
        },
    },
};

/// Numbers of parameters, and how many axes they are read with.
type Ranks = Vec<(usize, usize)>;

/// Parses the labels of the result and the body, and how many axes parameters are read with.
///
/// # Errors
/// All mistakes.
pub(in crate::parse) fn parse(
    runtime: &TokenStream,
    bracket: &Group,
    body: &Group,
    parameters: &[Parameter],
) -> Result<(Formula, NamedArguments, Ranks), Errors> {
    let operands: Vec<Operand> = parameters.mapped(operand);
    let mut reader = Reader { parameters: Some(operands.len()), operands, ..Reader::default() };
    let mut tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    if let Some(semicolon) = tokens.pop_if(|last| is_punct(last, ';')) {
        let what = "the last expression is the value of the function: no semicolon follows it";
        reader.errors.push((semicolon.span(), semicolon.span()), what);
    }
    if let Some((span, message)) = take_extents(&mut tokens, bracket, parameters) {
        reader.errors.push(span, message);
    }
    let written = split(&tokens, false, &mut reader);
    let mut statements = lets(&written, &mut reader);
    let last = written.last().map_or(&[][..], |last| *last);
    let (_, named) = pieces::read(last);
    let value = &last[..last.len() - named.map_or(0, <[_]>::len)];
    let before = (body.span_close(), body.span_close());
    statements.extend(reader.statement(None, bracket, value, before));
    let mut mistakes = Errors::default();
    let unread = (0..parameters.len()).filter(|number| !reader.read.contains(number));
    for Parameter { name, .. } in unread.map(|number| &parameters[number]).filter(|_| reader.errors.0.is_empty()) {
        mistakes.push((name.span(), name.span()), format!("parameter `{name}` is not read"));
    }
    let named = named.map_or(Ok(NamedArguments::default()), |named| {
        parse_all(named, body.span_close(), |input| parse_named(input, &mut mistakes))
    });
    reader.errors.0.extend(mistakes.0);
    let named = named.map_err(|error| reader.errors.0.extend(Errors::from(error).0)).unwrap_or_default();
    let text = format!("{} = {}", text_of(&[bracket.clone().into()]), text_of(&tokens));
    let span = (bracket.span(), span_of(&tokens).map_or_else(Span::call_site, |span| span.1));
    let Reader { operands, given, functions, types, ranks, errors, .. } = reader;
    let (runtime, arguments, extents) = (runtime.clone(), Arguments::default(), Vec::new());
    let has_alpha = false;
    let formula =
        Formula { runtime, text, span, operands, given, functions, types, extents, arguments, has_alpha, statements };
    errors.propagate((formula, named, ranks))
}

/// Takes extents of labels, `; j = n`, off the end of a body, where they do not belong: their place, and what is said about them.
pub(in crate::parse) fn take_extents(
    tokens: &mut Vec<TokenTree>,
    bracket: &Group,
    parameters: &[Parameter],
) -> Option<((Span, Span), String)> {
    let semicolon = tokens.iter().rposition(|token| is_punct(token, ';'))?;
    let (body, after) = (&tokens[..semicolon], &tokens[semicolon + 1..]);
    let labels = mentions::labels(body, &mentions::in_bracket(&super::flat(bracket.stream())));
    let given = after.split(|token| is_punct(token, ',')).filter(|item| !item.is_empty()).map(|item| match item {
        [TokenTree::Ident(label), equal, _, ..] if is_punct(equal, '=') && !super::is_joint(equal) => {
            Some(label.to_string()).filter(|label| labels.contains(label))
        }
        _ => None,
    });
    let given: Vec<String> = given.collect::<Option<_>>()?;
    let span = span_of(after)?;
    let names: Vec<String> = parameters.mapped(|parameter| parameter.name.to_string());
    let what = format!("the extent of `{}` within the body of a function", given.join("`, `"));
    let help = format!("take it after the operands: `({}; {})`", names.join(", "), given.join(", "));
    tokens.truncate(semicolon);
    Some((span, format!("{what}\nhelp: {help}")))
}

/// Whether a function asks for more than a product of its parameters.
pub(in crate::parse) fn is_asked(bracket: &Group, body: &Group) -> bool {
    let tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let target = mentions::in_bracket(&super::flat(bracket.stream()));
    let labels = mentions::labels(&tokens, &target);
    tokens.first().is_some_and(|first| matches!(first, TokenTree::Ident(word) if word == "let"))
        || super::flat(bracket.stream()).iter().any(is_of_form)
        || mentions::asks_for_more(&tokens, &labels)
        || super::is_certain_with(&tokens, &labels, &target)
}

/// Whether a token of a bracket is part of an index that is more than a label.
fn is_of_form(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Literal(_) | TokenTree::Group(_))
        || ['+', '-', '*'].iter().any(|sign| is_punct(token, *sign))
}

/// With how many axes each parameter is read, as far as that can be seen without an understanding of the body, and whether that is
/// within the brackets of another.
pub(in crate::parse) fn read_as(body: &Group, parameters: &[Parameter]) -> Vec<(usize, bool)> {
    let mut found = vec![(0, false); parameters.len()];
    note(&body.stream().into_iter().collect::<Vec<_>>(), false, parameters, &mut found);
    found
}

fn note(tokens: &[TokenTree], is_within: bool, parameters: &[Parameter], found: &mut [(usize, bool)]) {
    for (position, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        let content: Vec<TokenTree> = group.stream().into_iter().collect();
        let is_bracket = group.delimiter() == Delimiter::Bracket;
        if let Some(number) = position.checked_sub(1).and_then(|before| named(&tokens[before], parameters))
            && is_bracket
        {
            let axes = content.split(|token| is_punct(token, ',')).filter(|index| !index.is_empty()).count();
            found[number] = (axes, is_within);
        }
        note(&content, is_within || is_bracket, parameters, found);
    }
}

/// The parameter that stands before a bracket: `x`, or in `zero(x)`.
fn named(token: &TokenTree, parameters: &[Parameter]) -> Option<usize> {
    match token {
        TokenTree::Ident(name) => parameters.iter().position(|parameter| parameter.name == *name),
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
            let content: Vec<TokenTree> = group.stream().into_iter().collect();
            content.first().filter(|_| content.len() == 1).and_then(|only| named(only, parameters))
        }
        _ => None,
    }
}

fn operand(parameter: &Parameter) -> Operand {
    let path = ExprPath { attrs: Vec::new(), qself: None, path: parameter.name.clone().into() };
    let (cast, conj, source) = (parameter.cast.clone(), parameter.conj, parameter.name.to_string());
    let span = (parameter.name.span(), parameter.name.span());
    Operand { expression: Expr::Path(path), cast, tangent: None, conj, source, span }
}
