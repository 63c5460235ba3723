//! A file of Rust -> the macros in it, explained.

use std::{fs, path::Path};

use einsum_codegen::{Explained, error::Errors};
use proc_macro2::{Ident, LineColumn, Span, TokenStream, TokenTree};
use serde_json::{Value, json};

use crate::{failure::Failure, input, json as as_json};

/// A call of a macro.
pub(crate) struct Call {
    name: String,
    place: LineColumn,
    explained: Result<Explained, Vec<(LineColumn, String)>>,
}

/// The calls of macros of this library in a file, from its first line to its last one, explained. Macros that have other names there are not seen, nor
/// what `macro_rules!` makes.
pub(crate) fn calls(file: &Path, mesh: &[(String, usize)]) -> Result<Vec<Call>, Failure> {
    let name = file.display();
    let source = fs::read_to_string(file).map_err(|error| Failure::File(format!("{name}: {error}")))?;
    let tokens: TokenStream = without_shebang(&source).parse().map_err(|error: proc_macro2::LexError| {
        let place = shown(error.span().start());
        Failure::Input(vec![format!("{name}:{place}: this is no Rust: a bracket or a quote is left open")])
    })?;
    let mut calls = Vec::new();
    collect(&tokens, mesh, &mut calls);
    Ok(calls)
}

/// The text that is printed: each call with its place first.
pub(crate) fn text(file: &Path, calls: &[Call]) -> String {
    let text = |call: &Call| {
        let explained = match call.explained.as_ref().ok()? {
            Explained::Product(explanation) => explanation.to_string(),
            Explained::Text(text) => text.clone(),
        };
        Some(format!("{}:{}: {}!\n\n{explained}\n", file.display(), shown(call.place), call.name))
    };
    calls.iter().filter_map(text).collect::<Vec<_>>().join("\n")
}

/// All calls as JSON, with their mistakes.
pub(crate) fn json(file: &Path, calls: &[Call]) -> Value {
    let call = |call: &Call| {
        let (key, value) = match &call.explained {
            Ok(Explained::Product(explanation)) => ("explanation", as_json::explanation(explanation)),
            Ok(Explained::Text(text)) => ("explanation", as_json::text(text)),
            Err(mistakes) => ("mistakes", mistakes.iter().map(mistake).collect()),
        };
        json!({ "macro": call.name, "line": call.place.line, "column": call.place.column + 1, key: value })
    };
    json!({ "file": file.display().to_string(), "calls": calls.iter().map(call).collect::<Vec<_>>() })
}

fn mistake((place, message): &(LineColumn, String)) -> Value {
    json!({ "line": place.line, "column": place.column + 1, "message": message })
}

/// Fails if there are mistakes in the file.
pub(crate) fn mistakes(file: &Path, calls: &[Call]) -> Result<(), Failure> {
    let mistakes = calls.iter().filter_map(|call| call.explained.as_ref().err()).flatten();
    let messages: Vec<String> =
        mistakes.map(|(place, message)| format!("{}:{}: {message}", file.display(), shown(*place))).collect();
    if messages.is_empty() { Ok(()) } else { Err(Failure::Input(messages)) }
}

/// All calls in tokens: in arguments of other macros, too.
fn collect(tokens: &TokenStream, mesh: &[(String, usize)], calls: &mut Vec<Call>) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut rest = tokens.as_slice();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match (first, after) {
            (
                TokenTree::Ident(name),
                [TokenTree::Punct(mark), TokenTree::Ident(_), TokenTree::Group(_), after @ ..],
            ) if name == "macro_rules" && mark.as_char() == '!' => {
                rest = after;
            }
            (TokenTree::Ident(name), [TokenTree::Punct(mark), TokenTree::Group(given), after @ ..])
                if mark.as_char() == '!' =>
            {
                calls.extend(call(name, &given.stream(), mesh));
                collect(&given.stream(), mesh, calls);
                rest = after;
            }
            (TokenTree::Group(group), _) => collect(&group.stream(), mesh, calls),
            _ => {}
        }
    }
}

/// A call of a macro of this library.
fn call(name: &Ident, given: &TokenStream, mesh: &[(String, usize)]) -> Option<Call> {
    let runtime = [TokenTree::from(Ident::new("einsum", Span::call_site())), input::punct(';')];
    let tokens = runtime.into_iter().chain(given.clone()).collect();
    let place = name.span().start();
    let explained = einsum_codegen::explained_call(&name.to_string(), tokens, mesh).transpose()?;
    Some(Call { name: name.to_string(), place, explained: explained.map_err(|errors| placed(&errors, place)) })
}

/// The mistakes of a call, each with where it is; of what has no place, where the call is.
fn placed(errors: &Errors, call: LineColumn) -> Vec<(LineColumn, String)> {
    let place = |span: Span| if span.start().line < call.line { call } else { span.start() };
    errors.0.iter().map(|mistake| (place(mistake.span.0), mistake.message.clone())).collect()
}

/// The first line of a script is for the system.
fn without_shebang(source: &str) -> &str {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let is_shebang = source.strip_prefix("#!").is_some_and(|rest| !rest.trim_start().starts_with('['));
    // (The end of that line stays, so that the others have their numbers.)
    if is_shebang { &source[source.find('\n').unwrap_or(source.len())..] } else { source }
}

/// `12:5`, as compilers count.
fn shown(place: LineColumn) -> String {
    format!("{}:{}", place.line, place.column + 1)
}
