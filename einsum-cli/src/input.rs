//! The command line -> the tokens that the macros would be given.

use einsum_codegen::{
    ast,
    error::{Errors, Mistake},
    explain::Explanation,
    ir::MaxIntermediate,
};
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use syn::{ext::IdentExt, parse::Parser};

use crate::{
    arguments::{self, Explain, Input},
    failure::Failure,
};

/// The explanation that is asked for.
pub(crate) fn explanation(arguments: &Explain) -> Result<Explanation, Failure> {
    let max_intermediate = arguments.max_intermediate.map(MaxIntermediate::Known);
    let tokens = invocation(&arguments.input, arguments.vjp, |_| TokenStream::new())?;
    einsum_codegen::explanation(tokens, max_intermediate).map_err(|errors| failure(&errors))
}

/// The text of an explanation of a formula, if that is what is asked about.
pub(crate) fn formula(arguments: &Explain) -> Result<Option<String>, Failure> {
    let tokens = invocation(&arguments.input, arguments.vjp, |_| TokenStream::new())?;
    match einsum_codegen::parse::explanation(tokens.clone()) {
        Ok((_, ast::Input::Formula(_))) => {
            refuse_limit(arguments, "formulas: it is for products")?;
            einsum_codegen::explained(tokens).map(Some).map_err(|errors| failure(&errors))
        }
        _ => Ok(None),
    }
}

/// The text of an explanation of a sharded einsum, if that is what is asked about: labels have axes of a mesh, or a mesh is given.
pub(crate) fn shards(arguments: &Explain) -> Result<Option<String>, Failure> {
    // A macro does not know the extents of its operands: of these the words of its plan are counted.
    let (tokens, given) = before_extents(&arguments.input, false, |_| TokenStream::new())?;
    let literals = given.iter().map(|(label, extent)| (label, Literal::u64_unsuffixed(*extent).into()));
    let extents = &arguments.input.extents;
    // (Not by the name of the label, which may be a keyword.)
    let unknown = extents.iter().map(|(label, _)| (label, Ident::new("extent_", Span::call_site()).into()));
    let tokens = with_extents(tokens, literals.chain(unknown))?;
    // (With a `/` that has its axis one without is a mistake; alone it may be meant for a division.)
    if !einsum_codegen::parse::shard::is_sharded(tokens.clone()) && arguments.mesh.is_empty() {
        return Ok(None);
    }
    refuse_limit(arguments, "sharded einsums")?;
    einsum_codegen::explained_shards(tokens, &arguments.mesh, extents).map(Some).map_err(|errors| failure(&errors))
}

/// Of a file all is explained as it is written there.
pub(crate) fn check_file(arguments: &Explain) -> Result<(), Failure> {
    let Explain { input, vjp, max_intermediate, .. } = arguments;
    let given =
        [("--vjp", *vjp), ("--extents", !input.extents.is_empty()), ("--max-intermediate", max_intermediate.is_some())];
    if let Some((option, _)) = given.iter().find(|(_, is_given)| *is_given) {
        return Err(mistake(&format!("`{option}` is not for files: macros are explained as they are written there")));
    }
    if arguments.is_drawn() {
        return Err(mistake(
            "drawings are of one einsum, not of a file\nhelp: draw the subscripts of one, such as `ij,jk->ik`",
        ));
    }
    Ok(())
}

/// Refuses a file where one macro is expanded.
pub(crate) fn refuse_file(input: &Input) -> Result<(), Failure> {
    match input.file() {
        Some(_) => Err(mistake(
            "a file is explained, and not expanded\nhelp: `cargo einsum explain src/model.rs`, or expand the subscripts of one einsum, such as `ij,jk->ik`",
        )),
        None => Ok(()),
    }
}

/// Sharded einsums are text alone.
pub(crate) fn no_drawing_of_shards() -> Failure {
    mistake("what is sent is a text, and not drawn\nhelp: draw the subscripts without the mesh, such as `ij,jk->ik`")
}

/// `einsum; "ij,jk->ik" OPERANDS; i = 3`, with `vjp,` before it if an explanation is for that. In index notation the operands are in the text.
pub(crate) fn invocation(
    input: &Input,
    for_vjp: bool,
    operands: impl FnOnce(&str) -> TokenStream,
) -> Result<TokenStream, Failure> {
    let (tokens, given) = before_extents(input, for_vjp, operands)?;
    let extents = given.iter().chain(&input.extents);
    with_extents(tokens, extents.map(|(label, extent)| (label, Literal::u64_unsuffixed(*extent).into())))
}

/// That, up to the semicolon, and the extents that the text has after one.
fn before_extents(
    input: &Input,
    for_vjp: bool,
    operands: impl FnOnce(&str) -> TokenStream,
) -> Result<(TokenStream, Vec<(String, u64)>), Failure> {
    let mut tokens = TokenStream::new();
    let name = |name: &str| TokenTree::from(Ident::new(name, Span::call_site()));
    tokens.extend([name("einsum"), punct(';')]);
    if for_vjp {
        tokens.extend([name("vjp"), punct(',')]);
    }
    let given = if is_index_notation(&input.subscripts) {
        let written: Vec<TokenTree> = parsed(&input.subscripts)?.into_iter().collect();
        if matches!(written.first(), Some(TokenTree::Ident(word)) if word == "let") {
            return Err(mistake("statements of `let` stand in braces\nhelp: write `{ let s[i] = ..; [i] = .. }`"));
        }
        let is_semicolon = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
        let end = written.iter().position(is_semicolon).unwrap_or(written.len());
        tokens.extend(written[..end].iter().cloned());
        let extents: TokenStream = written.iter().skip(end + 1).cloned().collect();
        extents_in(&extents.to_string())?
    } else {
        let (subscripts, extents) = input.subscripts.split_once(';').unwrap_or((&input.subscripts, ""));
        tokens.extend([TokenTree::from(Literal::string(subscripts))]);
        tokens.extend(operands(subscripts));
        extents_in(extents)?
    };
    Ok((tokens, given))
}

/// `.. ; i = 3, j = 4`
fn with_extents<'a>(
    mut tokens: TokenStream,
    extents: impl IntoIterator<Item = (&'a String, TokenTree)>,
) -> Result<TokenStream, Failure> {
    for (number, (label, extent)) in extents.into_iter().enumerate() {
        tokens.extend([punct(if number == 0 { ';' } else { ',' }), ident(label)?.into(), punct('='), extent]);
    }
    Ok(tokens)
}

fn ident(name: &str) -> Result<Ident, Failure> {
    Ident::parse_any.parse_str(name).map_err(|_| mistake(&format!("`{name}` is no label")))
}

/// Index notation as tokens.
fn parsed(text: &str) -> Result<TokenStream, Failure> {
    text.parse().map_err(|_| mistake("this is no index notation: a bracket or a quote is left open"))
}

/// `einsum; fn f(x, w) = ..`, if that is what is asked about: what `einsum_fn!` would be given.
pub(crate) fn functions(input: &Input) -> Result<Option<TokenStream>, Failure> {
    let Ok(written) = input.subscripts.parse::<TokenStream>() else { return Ok(None) };
    let tokens: Vec<TokenTree> = written.clone().into_iter().collect();
    let is_function = |tokens: &[TokenTree]| match tokens {
        [TokenTree::Ident(word), TokenTree::Ident(_), TokenTree::Group(parameters)] => {
            word == "fn" && parameters.delimiter() == Delimiter::Parenthesis
        }
        [TokenTree::Ident(word), TokenTree::Ident(_), TokenTree::Punct(generics)] => {
            word == "fn" && generics.as_char() == '<'
        }
        _ => false,
    };
    if !tokens.windows(3).any(is_function) {
        return Ok(None);
    }
    if let Some((label, _)) = input.extents.first() {
        let help = format!("write it in the function: after its parameters, as in `fn f(x; {label} = 7)`");
        return Err(mistake(&format!("the extent of `{label}` beside functions\nhelp: {help}")));
    }
    let runtime = [TokenTree::from(Ident::new("einsum", Span::call_site())), punct(';')];
    Ok(Some(runtime.into_iter().chain(written).collect()))
}

/// The text of an explanation of functions.
pub(crate) fn explained_functions(functions: TokenStream, arguments: &Explain) -> Result<String, Failure> {
    let help =
        "functions\nhelp: write it in the function, as in `fn f(x, w) = \"ij,jk->ik\", max_intermediate = 1000;`";
    refuse_limit(arguments, help)?;
    let form = if arguments.vjp { ast::Form::Pullback } else { ast::Form::Value };
    einsum_codegen::explained_functions(functions, form).map_err(|errors| failure(&errors))
}

/// Refuses a limit on intermediates where nothing would keep it.
fn refuse_limit(arguments: &Explain, what: &str) -> Result<(), Failure> {
    match arguments.max_intermediate {
        Some(_) => Err(mistake(&format!("`--max-intermediate` is not for {what}"))),
        None => Ok(()),
    }
}

/// Functions are text alone.
pub(crate) fn no_drawing() -> Failure {
    mistake(
        "drawings are of one einsum, not of functions\nhelp: draw the subscripts of the function, such as `ij,jk->ik`",
    )
}

/// `i = 3, j = 4`, as it stands after a semicolon.
fn extents_in(text: &str) -> Result<Vec<(String, u64)>, Failure> {
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    let extent =
        |item| arguments::extent(item).map_err(|error| mistake(&format!("`{item}` after the semicolon: {error}")));
    items.map(extent).collect()
}

/// The mistakes of an invocation, in the words of the command line.
///
/// # Errors
/// All mistakes.
pub(crate) fn check(tokens: TokenStream) -> Result<(), Failure> {
    einsum_codegen::checked_input(tokens).map_err(|errors| failure(&errors))
}

/// Brackets are in no literal.
fn is_index_notation(text: &str) -> bool {
    text.contains('[')
}

fn mistake(message: &str) -> Failure {
    Failure::Input(vec![message.to_owned()])
}

/// The messages of mistakes.
fn failure(errors: &Errors) -> Failure {
    Failure::Input(errors.0.iter().map(message).collect())
}

/// The message of a mistake, with the way to give an extent that there is here.
fn message(mistake: &Mistake) -> String {
    match (&mistake.without_extent, mistake.message.split_once("\nhelp: ")) {
        (Some(label), Some((what, _))) => {
            format!("{what}\nhelp: drop `{label}` from the output, or give its extent: `--extents {label}=7`")
        }
        _ => mistake.message.clone(),
    }
}

/// The messages of the `compile_error!`s in an expansion.
pub(crate) fn messages(expansion: &TokenStream) -> Vec<String> {
    let mut messages = Vec::new();
    let mut is_error = false;
    for token in expansion.clone() {
        match token {
            TokenTree::Ident(name) => is_error = name == "compile_error",
            TokenTree::Group(group) if is_error => messages.extend(literal(&group)),
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                messages.extend(self::messages(&group.stream()));
            }
            _ => {}
        }
    }
    messages
}

fn literal(group: &Group) -> Option<String> {
    syn::parse2::<syn::LitStr>(group.stream()).ok().map(|literal| literal.value())
}

pub(crate) fn punct(character: char) -> TokenTree {
    Punct::new(character, Spacing::Alone).into()
}
