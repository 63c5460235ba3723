//! The generated Rust, formatted.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use crate::{
    arguments::Expand,
    failure::Failure,
    input::{self, punct},
};

/// The expansion of a macro.
pub(crate) fn expansion(arguments: &Expand) -> Result<String, Failure> {
    input::refuse_file(&arguments.input)?;
    if let Some(functions) = input::functions(&arguments.input)? {
        let expansion = einsum_codegen::einsum_fn(functions);
        let messages = input::messages(&expansion);
        return if messages.is_empty() { items(expansion) } else { Err(Failure::Input(messages)) };
    }
    let tokens = input::invocation(&arguments.input, false, operands)?;
    input::check(tokens.clone())?;
    let expansion = if arguments.vjp { einsum_codegen::einsum_vjp(tokens) } else { einsum_codegen::einsum(tokens) };
    let messages = input::messages(&expansion);
    if !messages.is_empty() {
        return Err(Failure::Input(messages));
    }
    formatted(expansion)
}

/// `, a, b`: one for each comma, which may not be right, but then the subscripts are not either.
fn operands(subscripts: &str) -> TokenStream {
    let inputs = subscripts.split("->").next().unwrap_or_default();
    let names = (0..=inputs.matches(',').count()).map(name);
    names.flat_map(|name| [punct(','), Ident::new(&name, Span::call_site()).into()]).collect()
}

/// `a` to `z`, then `x26`, and so on.
fn name(number: usize) -> String {
    let letter = u8::try_from(number).ok().and_then(|number| ('a'..='z').nth(number.into()));
    letter.map_or_else(|| format!("x{number}"), String::from)
}

/// Functions and modules.
fn items(items: TokenStream) -> Result<String, Failure> {
    let file = syn::parse2(items)
        .map_err(|error| Failure::File(format!("the expansion is not Rust, which is a bug of `einsum`: {error}")))?;
    Ok(prettyplease::unparse(&file))
}

/// An expression as it would stand in a function.
fn formatted(expression: TokenStream) -> Result<String, Failure> {
    let words = ["fn", "expansion"].map(|word| TokenTree::from(Ident::new(word, Span::call_site())));
    let none = Group::new(Delimiter::Parenthesis, TokenStream::new());
    let body = Group::new(Delimiter::Brace, expression);
    let function = words.into_iter().chain([none.into(), body.into()]).collect();
    let text = items(function)?;
    let mut lines: Vec<&str> = text.lines().skip(1).map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
    lines.pop();
    Ok(lines.join("\n") + "\n")
}
