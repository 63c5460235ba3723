//! What is said about mistakes that a newcomer makes, from numpy, torch, JAX, einops or Rust.
//!
//! `messages.txt` holds invocations, each with all messages below it, after the tokens that are marked. After a change:
//! `BLESS=1 cargo test -p einsum-compiler-codegen --test codegen messages`, then read the diff. To add one, add its line.

use std::{env, fs};

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/codegen/messages/messages.txt");

#[test]
fn messages_say_what_to_do() {
    let golden = fs::read_to_string(FILE).unwrap();
    let found: String = golden.lines().filter(|line| !line.starts_with(' ')).map(answered).collect();
    if env::var_os("BLESS").is_some() {
        fs::write(FILE, found).unwrap();
        return;
    }
    for (line, (expected, found)) in golden.lines().zip(found.lines()).enumerate() {
        assert_eq!(expected, found, "line {}", line + 1);
    }
    assert_eq!(golden, found);
}

/// Whatever is left out of an invocation, or written twice, it is compiled or refused.
#[test]
fn mutilated_invocations_are_read_or_refused() {
    let golden = fs::read_to_string(FILE).unwrap();
    let lines = golden.lines().filter(|line| !line.starts_with([' ', '#']) && !line.is_empty());
    let mut expanded = 0;
    for line in lines {
        let characters: Vec<char> = line.chars().collect();
        for position in 0..characters.len() {
            let (before, after) = (&characters[..position], &characters[position..]);
            for mutilated in [[before, &after[1..]].concat(), [before, &after[..1], after].concat()] {
                let mutilated: String = mutilated.into_iter().collect();
                // What is no Rust, rustc refuses before any macro sees it.
                expanded += usize::from(self::expanded(&mutilated).is_some());
            }
        }
    }
    assert!(expanded > 10_000, "{expanded}");
}

/// A line as it is, and if it is an invocation, what is said about it.
fn answered(line: &str) -> String {
    if line.is_empty() || line.starts_with('#') {
        return format!("{line}\n");
    }
    let Some(expansion) = expanded(line) else { return format!("{line}\n    this is no invocation\n") };
    let warning = warning(expansion.clone());
    let messages = messages(expansion);
    if messages.is_empty() {
        let warned = warning.map(|text| format!(", with a warning\n        {text}"));
        return format!("{line}\n    accepted{}\n", warned.unwrap_or_default());
    }
    let message = |(place, text): (String, String)| {
        let lines: Vec<String> = text.lines().map(|line| format!("        {line}").trim_end().to_owned()).collect();
        format!("    at {place}\n{}\n", lines.join("\n"))
    };
    format!("{line}\n{}", messages.into_iter().map(message).collect::<String>())
}

/// `einsum!(..)`, expanded.
fn expanded(line: &str) -> Option<TokenStream> {
    let tokens: Vec<TokenTree> = line.parse::<TokenStream>().ok()?.into_iter().collect();
    let [TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Group(content), ..] = tokens.as_slice() else {
        return None;
    };
    let expand: fn(TokenStream) -> TokenStream = match name.to_string().as_str() {
        "einsum" => einsum_codegen::einsum,
        "try_einsum" => einsum_codegen::try_einsum,
        "einsum_vjp" => einsum_codegen::einsum_vjp,
        "einsum_vjp_add" => einsum_codegen::einsum_vjp_add,
        "einsum_jvp" => einsum_codegen::einsum_jvp,
        "einsum_fn" => einsum_codegen::einsum_fn,
        "explain" => einsum_codegen::explain,
        _ => return None,
    };
    let mut input: TokenStream = "krate;".parse().ok()?;
    input.extend(content.stream());
    Some(expand(input))
}

/// Every `compile_error!` in an expansion: what it marks, and what it says.
fn messages(expansion: TokenStream) -> Vec<(String, String)> {
    let mut messages = Vec::new();
    let mut first: Option<Span> = None;
    for token in expansion {
        match token {
            TokenTree::Ident(name) if name == "compile_error" => first = Some(name.span()),
            TokenTree::Punct(punct) if punct.as_char() == '!' => {}
            TokenTree::Group(group) => match first.take() {
                Some(first) => messages.extend(message(first, &group)),
                None if group.delimiter() != Delimiter::Parenthesis => messages.extend(self::messages(group.stream())),
                None => {}
            },
            _ => first = None,
        }
    }
    messages
}

/// The text of `#[deprecated(note = "..")]`, which is a warning.
fn warning(expansion: TokenStream) -> Option<String> {
    let tokens: Vec<TokenTree> = expansion.into_iter().collect();
    let is_note = |token: &TokenTree| matches!(token, TokenTree::Ident(name) if name == "note");
    tokens.iter().enumerate().find_map(|(position, token)| match token {
        TokenTree::Group(group) => warning(group.stream()),
        _ if is_note(token) => {
            syn::parse2::<syn::LitStr>(tokens.get(position + 2)?.clone().into()).ok().map(|note| note.value())
        }
        _ => None,
    })
}

fn message(first: Span, arguments: &Group) -> Option<(String, String)> {
    let literal = arguments.stream().into_iter().next()?;
    let place = first.join(literal.span()).and_then(|span| span.source_text());
    let text = syn::parse2::<syn::LitStr>(literal.into()).ok()?.value();
    Some((place.filter(|place| !place.is_empty()).unwrap_or_else(|| "the macro".to_owned()), text))
}
