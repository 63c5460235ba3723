//! Tokens -> [`ast`].
//!
//! AFTER THIS POINT: the subscripts are labels, every bracket and comma is in its place, and every
//! operand is an expression.

mod explanation;
mod index;
mod source;
mod subscripts;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, Expr, ExprCall, Ident, Lit, LitStr, Token,
    ext::IdentExt,
    parse::{ParseStream, Parser},
    punctuated::Punctuated,
    token,
};

use crate::{
    ast::{
        self, Arguments, Beta, Extent, Function, Functions, Invocation, Operand, Out, Parameter, ParameterExtent,
        Subscripts, Wrt,
    },
    error::Errors,
};

/// Parses `RUNTIME; "subscripts", operand, ..; label = extent, ..`.
///
/// # Errors
/// What does not fit the syntax.
pub fn invocation(input: TokenStream) -> Result<Invocation, Errors> {
    parse_invocation.parse2(input)?
}

/// Parses `RUNTIME; "subscripts", label = extent, ..`, or index notation. Operands of a literal are not given:
/// they are called `A`, `B`, and so on.
///
/// # Errors
/// What does not fit the syntax.
pub fn explanation(input: TokenStream) -> Result<Invocation, Errors> {
    explanation::parse.parse2(input)?
}

/// Parses `RUNTIME; ..`: the path.
///
/// # Errors
/// If there is no semicolon.
pub fn runtime(input: TokenStream) -> Result<TokenStream, Errors> {
    let parse = |input: ParseStream<'_>| {
        let path = parse_runtime(input)?;
        input.parse::<TokenStream>().map(|_| path)
    };
    Ok(parse.parse2(input)?)
}

/// Parses `RUNTIME; pub fn name(x, w) = "subscripts"; ..`.
///
/// # Errors
/// What does not fit the syntax outside of the subscripts; mistakes in these are kept in
/// [`Function::mistakes`], so that one function does not hide the others.
pub fn functions(input: TokenStream) -> Result<Functions, Errors> {
    let (runtime, functions) = parse_functions.parse2(input)?;
    Ok(Functions { runtime, functions })
}

fn parse_invocation(input: ParseStream<'_>) -> syn::Result<Result<Invocation, Errors>> {
    let runtime = parse_runtime(input)?;
    if input.is_empty() {
        return Err(syn::Error::new(
            Span::call_site(),
            "expected subscripts and operands, such as `\"ij,jk->ik\", x, w`",
        ));
    }
    if index::is_index_notation(input) {
        return Ok(index::invocation(runtime, input.parse()?));
    }
    let literal = parse_literal(input)?;
    let mut operands = Vec::new();
    let mut arguments = Arguments::default();
    while !input.is_empty() && !input.peek(Token![;]) {
        input.parse::<Token![,]>()?;
        if !input.is_empty() && !input.peek(Token![;]) {
            if is_named(input) {
                parse_argument(input, &mut arguments)?;
            } else {
                operands.push(parse_operand(input)?);
            }
        }
    }
    if !input.is_empty() {
        input.parse::<Token![;]>()?;
    }
    let extents = Punctuated::<Extent, Token![,]>::parse_terminated_with(input, parse_extent)?;
    if arguments.beta.is_some() && arguments.out.is_none() {
        return Err(syn::Error::new(literal.span(), "`beta` multiplies the old content of `out`, which is not there"));
    }
    let extents = extents.into_iter().collect();
    let (subscripts, errors) = subscripts::parse(&literal);
    Ok(errors.propagate(Invocation { runtime, subscripts, operands, arguments, extents, has_alpha: false }))
}

/// Whether `name =` comes next, which is no expression that an operand could be.
fn is_named(input: ParseStream<'_>) -> bool {
    input.peek(Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) && !input.peek2(Token![=>])
}

/// The name of the limit on intermediates.
pub(crate) const MAX_INTERMEDIATE: &str = "max_intermediate";

/// `out = &mut y`, `alpha = a`, `beta = b`, each once.
fn parse_argument(input: ParseStream<'_>, arguments: &mut Arguments) -> syn::Result<()> {
    let name: Ident = input.parse()?;
    input.parse::<Token![=]>()?;
    let given = match name.to_string().as_str() {
        "out" => {
            let Operand { expression, source, span, .. } = parse_operand(input)?;
            arguments.out.replace(Out { expression, source, span }).is_some()
        }
        "alpha" => arguments.alpha.replace(input.parse()?).is_some(),
        "beta" => arguments.beta.replace(Beta::Given(input.parse()?)).is_some(),
        "wrt" => arguments.wrt.replace(parse_wrt(input)?).is_some(),
        MAX_INTERMEDIATE => arguments.max_intermediate.replace(input.parse()?).is_some(),
        other => {
            let all = "`out`, `alpha`, `beta`, `wrt` and `max_intermediate`";
            let message = format!("there is no argument `{other}`: there are {all}");
            return Err(syn::Error::new(name.span(), message));
        }
    };
    if given { Err(syn::Error::new(name.span(), format!("`{name}` is given twice"))) } else { Ok(()) }
}

/// `[x, 0]`
fn parse_wrt(input: ParseStream<'_>) -> syn::Result<Vec<Wrt>> {
    let help = "expected the operands that gradients are asked of, such as `wrt = [x]`";
    if !input.peek(token::Bracket) {
        return Err(input.error(help));
    }
    let content;
    let bracket = syn::bracketed!(content in input);
    let operands = Punctuated::<Operand, Token![,]>::parse_terminated_with(&content, parse_operand)?;
    if operands.is_empty() {
        return Err(syn::Error::new(bracket.span.join(), help));
    }
    Ok(operands.into_iter().map(|Operand { source, span, .. }| Wrt { source, span }).collect())
}

fn parse_extent(input: ParseStream<'_>) -> syn::Result<Extent> {
    let span = input.span();
    let label = input.call(Ident::parse_any).ok().filter(|_| input.peek(Token![=]) && !input.peek(Token![==]));
    let Some(label) = label else {
        let help = "expected the extent of a label, such as `l = 7`; operands come before the semicolon, after commas";
        return Err(syn::Error::new(span, help));
    };
    input.parse::<Token![=]>()?;
    Ok(Extent { label, value: input.parse()? })
}

fn parse_functions(input: ParseStream<'_>) -> syn::Result<(TokenStream, Vec<Function>)> {
    let runtime = parse_runtime(input)?;
    let mut functions = Vec::new();
    while !input.is_empty() {
        functions.push(parse_function(input)?);
    }
    Ok((runtime, functions))
}

fn parse_function(input: ParseStream<'_>) -> syn::Result<Function> {
    let attributes = input.call(Attribute::parse_outer)?;
    let visibility = input.parse()?;
    input.parse::<Token![fn]>()?;
    let name = input.parse()?;
    if input.peek(Token![<]) {
        return Err(
            input.error("functions of `einsum_fn!` take no generics: they are generic over the element type already")
        );
    }
    let content;
    syn::parenthesized!(content in input);
    let mut parameters = Vec::new();
    while !content.is_empty() && !content.peek(Token![;]) {
        parameters.push(parse_parameter(&content)?);
        if !content.is_empty() && !content.peek(Token![;]) {
            content.parse::<Token![,]>()?;
        }
    }
    if !content.is_empty() {
        content.parse::<Token![;]>()?;
    }
    let extents = Punctuated::<_, Token![,]>::parse_terminated_with(&content, parse_parameter_extent)?;
    let extents = extents.into_iter().collect();
    if index::function::is_next(input) {
        let (Body { subscripts, negated, named }, mistakes) = index::function::parse(input, &mut parameters)?;
        let Named { wrt, max_intermediate } = named;
        return Ok(Function {
            attributes,
            visibility,
            name,
            parameters,
            extents,
            negated,
            wrt,
            max_intermediate,
            subscripts,
            mistakes,
        });
    }
    if !input.peek(Token![=]) {
        return Err(input.error("expected `= \"subscripts\";`: the type of the result follows from them"));
    }
    input.parse::<Token![=]>()?;
    let literal = parse_literal(input)?;
    let Named { wrt, max_intermediate } = parse_named(input)?;
    if input.is_empty() {
        return Err(syn::Error::new(literal.span(), "expected `;` after the subscripts"));
    }
    input.parse::<Token![;]>()?;
    let (subscripts, mistakes) = subscripts::parse(&literal);
    Ok(Function {
        attributes,
        visibility,
        name,
        parameters,
        extents,
        negated: false,
        wrt,
        max_intermediate,
        subscripts,
        mistakes,
    })
}

/// What is named after the subscripts of a function.
#[derive(Default)]
struct Named {
    wrt: Option<Vec<Wrt>>,
    max_intermediate: Option<Expr>,
}

/// `, wrt = [x], max_intermediate = 1000`, as far as it is there.
fn parse_named(input: ParseStream<'_>) -> syn::Result<Named> {
    let mut named = Named::default();
    while input.peek(Token![,]) {
        let comma = input.parse::<Token![,]>()?;
        if input.is_empty() || input.peek(Token![;]) {
            break;
        }
        let name = if is_named(input) { input.parse::<Ident>()?.to_string() } else { String::new() };
        let is_twice = match name.as_str() {
            "wrt" => named.wrt.replace(input.parse::<Token![=]>().and_then(|_| parse_wrt(input))?).is_some(),
            MAX_INTERMEDIATE => {
                named.max_intermediate.replace(input.parse::<Token![=]>().and_then(|_| input.parse())?).is_some()
            }
            _ => {
                let message = "expected `wrt = [x]` or `max_intermediate = 1000` after the comma: factors are joined \
                               by `*`, and all else is a parameter";
                return Err(syn::Error::new(comma.span, message));
            }
        };
        if is_twice {
            return Err(syn::Error::new(comma.span, format!("`{name}` is given twice")));
        }
    }
    Ok(named)
}

/// `x`, `conj(x)`
fn parse_parameter(input: ParseStream<'_>) -> syn::Result<Parameter> {
    let mut name: Ident = input.parse()?;
    let conj = name == "conj" && input.peek(token::Paren);
    if conj {
        let content;
        syn::parenthesized!(content in input);
        name = content.parse()?;
        if !content.is_empty() {
            return Err(content.error("expected the name of a parameter alone, such as `conj(x)`"));
        }
    }
    if input.peek(Token![:]) {
        return Err(input.error("a parameter has a name alone: its type follows from its subscript"));
    }
    Ok(Parameter { name, conj })
}

/// `l`, `l = 7`
fn parse_parameter_extent(input: ParseStream<'_>) -> syn::Result<ParameterExtent> {
    let label = input.call(Ident::parse_any)?;
    let value = if input.parse::<Option<Token![=]>>()?.is_some() { Some(input.parse()?) } else { None };
    Ok(ParameterExtent { label, value })
}

/// What a function of index notation computes.
struct Body {
    subscripts: Subscripts,
    negated: bool,
    named: Named,
}

/// Takes pairs of an operand and its tangent, `(x, dx)`, apart.
///
/// # Errors
/// If there are none.
pub fn tangents(invocation: &mut Invocation) -> Result<(), Errors> {
    for operand in &mut invocation.operands {
        let Expr::Tuple(tuple) = &operand.expression else { continue };
        if let [primal, tangent] = tuple.elems.iter().collect::<Vec<_>>().as_slice() {
            let (primal, tangent) = ((*primal).clone(), (*tangent).clone());
            let text = source::text(primal.to_token_stream());
            operand.source = if operand.conj { format!("conj({text})") } else { text };
            operand.span = ast::spanned(&primal);
            (operand.expression, operand.tangent) = (primal, Some(tangent));
        }
    }
    let mut errors = Errors::default();
    if !invocation.operands.is_empty() && invocation.operands.iter().all(|operand| operand.tangent.is_none()) {
        let help = "help: write a pair, such as `(x, dx)`, for each operand that has one";
        errors.push(invocation.subscripts.span, format!("no operand has a tangent\n{help}"));
    }
    errors.propagate(())
}

/// The path to the runtime, which the public macros put in front.
fn parse_runtime(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut path = TokenStream::new();
    while !input.peek(Token![;]) {
        path.extend([input.parse::<TokenTree>()?]);
    }
    input.parse::<Token![;]>()?;
    Ok(path)
}

/// The subscripts, also where a `macro_rules!` has passed them through `$s:literal`.
fn parse_literal(input: ParseStream<'_>) -> syn::Result<LitStr> {
    let expression: Expr = input.parse()?;
    let mut inner = &expression;
    while let Expr::Group(group) = inner {
        inner = &group.expr;
    }
    match inner {
        Expr::Lit(syn::ExprLit { lit: Lit::Str(literal), .. }) if literal.suffix().is_empty() => Ok(literal.clone()),
        _ => Err(syn::Error::new_spanned(
            &expression,
            "the subscripts must be a string literal, such as \"ij,jk->ik\": they are compiled here",
        )),
    }
}

fn parse_operand(input: ParseStream<'_>) -> syn::Result<Operand> {
    let written = input.fork();
    let expression = input.parse()?;
    let mut tokens = Vec::new();
    while written.cursor() != input.cursor() {
        tokens.push(written.parse::<TokenTree>()?);
    }
    let first = tokens.first().map_or_else(|| input.span(), TokenTree::span);
    let last = tokens.last().map_or(first, TokenTree::span);
    let (expression, conj) = strip_conj(expression);
    Ok(Operand { expression, tangent: None, conj, source: source::text(tokens), span: (first, last) })
}

/// Takes `conj(..)` off an expression, as often as it is there.
fn strip_conj(expression: Expr) -> (Expr, bool) {
    let is_conj = |call: &ExprCall| match &*call.func {
        Expr::Path(path) => path.path.is_ident("conj") && call.args.len() == 1,
        _ => false,
    };
    match expression {
        Expr::Call(call) if is_conj(&call) => match call.args.into_iter().next() {
            Some(inner) => {
                let (expression, conj) = strip_conj(inner);
                (expression, !conj)
            }
            None => (Expr::Verbatim(TokenStream::new()), false),
        },
        expression => (expression, false),
    }
}
