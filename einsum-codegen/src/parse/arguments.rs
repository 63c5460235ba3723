//! `out = &mut y, alpha = a; l = 7`: what is named.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{Expr, ExprLit, Ident, Lit, Token, ext::IdentExt, parse::ParseStream, punctuated::Punctuated, token};

use super::{
    nearest::nearest,
    operand::{parse_operand, text},
    source,
    tokens::{comma, is_colon},
};
use crate::{
    ast::{Arguments, Beta, Extent, Operand, Out, Wrt, spanned},
    error::Errors,
    few::List,
};

/// The name of the limit on intermediates.
pub(crate) const MAX_INTERMEDIATE: &str = "max_intermediate";

/// The name of what says whether an extent of 1 fits every other.
pub(crate) const BROADCAST: &str = "broadcast";

/// The names that every macro takes: `wrt` is for those that give gradients.
const NAMES: [&str; 5] = ["out", "alpha", "beta", BROADCAST, MAX_INTERMEDIATE];

/// `out = &mut y`, `alpha = a`, `beta = b`, each once. There may be labels of the name that was written. A name that
/// is none is noted, and its value read all the same.
pub(super) fn parse_argument(
    input: ParseStream<'_>,
    is_label: &dyn Fn(&str) -> bool,
    arguments: &mut Arguments,
    errors: &mut Errors,
) -> syn::Result<()> {
    let before = errors.0.len();
    let name = parse_name(input, errors)?;
    let given = match name.to_string().as_str() {
        "out" => {
            let Operand { expression, cast, source, span, .. } = parse_operand(input)?;
            arguments.out.replace(Out { expression, cast, source, span }).is_some()
        }
        "alpha" => arguments.alpha.replace(input.parse()?).is_some(),
        "beta" => arguments.beta.replace(Beta::Given(input.parse()?)).is_some(),
        "wrt" => {
            arguments.wrt_name = Some(name.span());
            arguments.wrt.replace(parse_wrt(input, errors)?).is_some()
        }
        BROADCAST => arguments.broadcast.replace(parse_broadcast(input, errors)?).is_some(),
        MAX_INTERMEDIATE => arguments.max_intermediate.replace(input.parse()?).is_some(),
        other => {
            // One word on a name that is none is enough.
            errors.0.truncate(before);
            let value = value_text(input);
            let message = if is_label(other) { misplaced_extent(other, &value) } else { unknown(other, &NAMES) };
            errors.push((name.span(), name.span()), message);
            input.parse::<Expr>().map(drop)?;
            false
        }
    };
    if given {
        errors.push((name.span(), name.span()), format!("`{name}` is given twice"));
    }
    Ok(())
}

/// `false`, also where a `macro_rules!` has passed it on. A word, as it is settled while compiling.
pub(super) fn parse_broadcast(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<bool> {
    let value: Expr = input.parse()?;
    let mut inner = &value;
    while let Expr::Group(group) = inner {
        inner = &group.expr;
    }
    if let Expr::Lit(ExprLit { lit: Lit::Bool(word), .. }) = inner {
        return Ok(word.value);
    }
    let message = "expected `broadcast = false`, or `true`: what is broadcast is settled while compiling";
    errors.push(spanned(&value), message);
    Ok(true)
}

/// `alpha =`, and a word on `alpha:`.
pub(super) fn parse_name(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Ident> {
    let has_colon = is_colon(input);
    let name: Ident = input.call(Ident::parse_any)?;
    if has_colon {
        let colon = input.parse::<Token![:]>()?.span;
        errors.push((colon, colon), format!("expected `=`\nhelp: write `{name} = {}`", value_text(input)));
    } else {
        input.parse::<Token![=]>()?;
    }
    Ok(name)
}

/// The tokens up to the next comma or semicolon, as text.
fn value_text(input: ParseStream<'_>) -> String {
    let is_end = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';'));
    source::text(input.cursor().token_stream().into_iter().take_while(|token| !is_end(token)))
}

fn misplaced_extent(label: &str, value: &str) -> String {
    format!("`{label}` is a label, whose extent stands after a semicolon\nhelp: write `; {label} = {value}` at the end")
}

/// The message about a name that is none of these.
pub(super) fn unknown(name: &str, names: &[&str]) -> String {
    let what = format!("there is no argument `{name}`");
    if let Some(help) = elsewhere(name) {
        return format!("{what}\nhelp: {help}");
    }
    if let Some(meant) = nearest(name, names.iter().copied().chain(["wrt"])) {
        return format!("{what}\nhelp: did you mean `{meant}`?");
    }
    let all: Vec<String> = names.mapped(|name| format!("`{name}`"));
    match all.split_last() {
        Some((last, [])) => format!("{what}: there is {last}"),
        Some((last, others)) => format!("{what}: there are {} and {last}", others.join(", ")),
        None => what,
    }
}

/// The way to do here what an argument of this name does in numpy, torch, JAX, `opt_einsum` or BLAS.
fn elsewhere(name: &str) -> Option<&'static str> {
    Some(match name {
        "optimize" | "path" | "strategy" | "contract_path" => {
            "the order of operands is always optimised; parentheses, as in `(ij,jk),kl->il`, fix one"
        }
        "memory_limit" | "max_memory" => "`max_intermediate = n` limits the elements of every intermediate",
        "dtype" | "preferred_element_type" | "casting" | "out_dtype" => {
            "the elements of the result are those that the operands are read as: `x as f64` reads `x` as `f64`"
        }
        "precision" => "everything is computed in the element type, and `f16` and `bf16` in `f32`",
        "order" => {
            "a result is row-major: for another layout write into an array that has it, with `out = &mut y`, or take \
             the axes of the output in another order"
        }
        "scale" | "factor" | "coefficient" => "`alpha = a` multiplies the result",
        "accumulate" | "add" | "inplace" => "`out = &mut y, beta = 1.0` adds to what is in `y`",
        "requires_grad" | "grad" | "argnums" => "gradients are asked of `einsum_vjp!`, there with `wrt = [x]`",
        "axis" | "axes" | "dim" | "dims" | "keepdims" | "keepdim" => {
            "labels that are not on the output are summed over; one of extent 1 can be given: `; k = 1`"
        }
        "subscripts" | "equation" | "operands" => "write the subscripts, and then the operands, without names",
        "lhs" | "rhs" | "a" | "b" | "x" | "w" => "operands have no names: write the expression alone",
        "device" | "backend" | "out_sharding" | "use_blas" | "_numeric_decoder" | "_dot_general" | "sharding" => {
            "nothing takes its place: operands are arrays of `ndarray`, and the engine is one"
        }
        _ => return None,
    })
}

/// `[x, 0]`. That there are none is noted.
pub(super) fn parse_wrt(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Vec<Wrt>> {
    let help = "expected the operands that gradients are asked of, such as `wrt = [x]`";
    if !input.peek(token::Bracket) {
        return Err(input.error(help));
    }
    let content;
    let bracket = syn::bracketed!(content in input);
    let operands = Punctuated::<Operand, Token![,]>::parse_terminated_with(&content, parse_operand);
    content.parse::<TokenStream>()?;
    let operands = operands?;
    if operands.is_empty() {
        let span = bracket.span.join();
        errors.push((span, span), help);
    }
    let wrt = |operand: Operand| Wrt { source: text(&operand).unwrap_or(operand.source), span: operand.span };
    Ok(operands.into_iter().map(wrt).collect())
}

/// `l = 7, k = 3`, up to the end.
pub(super) fn parse_extents(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Vec<Extent>> {
    let mut extents = Vec::new();
    while !input.is_empty() {
        extents.push(parse_extent(input, errors)?);
        if !input.is_empty() {
            comma(input, errors)?;
        }
    }
    Ok(extents)
}

pub(super) fn parse_extent(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Extent> {
    let span: Span = input.span();
    let is_given = input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==]);
    if !is_given && !is_colon(input) {
        let help = "expected the extent of a label, such as `l = 7`; operands come before the semicolon, after commas";
        return Err(syn::Error::new(span, help));
    }
    Ok(Extent { label: parse_name(input, errors)?, value: input.parse()? })
}
