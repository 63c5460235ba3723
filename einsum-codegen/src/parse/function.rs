//! `pub fn name(x, w) = "subscripts";`

use proc_macro2::{Group, TokenStream, TokenTree};
use syn::{
    Attribute, Ident, Token, Visibility,
    parse::{ParseStream, discouraged::Speculative},
    token,
};

use super::{
    arguments::{BROADCAST, parse_broadcast, parse_name},
    body::{FunctionBody, NamedArguments, parse_named},
    formula, generics, index,
    literal::parse_literal,
    parameter::parse_signature,
    subscripts::{self, rewritten},
    tokens::{is_named, parse_runtime},
};
use crate::{
    ast::{
        Form, Function, Functions, Label, Parameter, ParameterExtent, Subscripts,
        formula::{Formula, FormulaFunction},
    },
    error::Errors,
    few::{List, numbered},
};

/// Parses all functions; one that cannot be read does not hide the others.
pub(super) fn parse_functions(input: ParseStream<'_>) -> syn::Result<Functions> {
    let runtime = parse_runtime(input)?;
    let (mut functions, mut formulas, mut errors) = (Vec::new(), Vec::new(), Errors::default());
    let broadcast = parse_default(input, &mut errors)?;
    while !input.is_empty() {
        let start = input.fork();
        match parse_function(input, &runtime) {
            Ok((function, formula)) => {
                let function = Function { broadcast: function.broadcast.or(broadcast), ..function };
                match formula {
                    Some(formula) => formulas.push(FormulaFunction { function, formula }),
                    None => functions.push(function),
                }
            }
            Err(error) => {
                errors.0.extend(Errors::from(error).0);
                input.advance_to(&start);
                skip_function(input)?;
            }
        }
    }
    Ok(Functions { runtime, functions, formulas, mistakes: errors })
}

/// `broadcast = false;`, before all functions, which it is for unless they say otherwise.
fn parse_default(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Option<bool>> {
    if !is_named(input) || input.fork().parse::<Ident>()? != BROADCAST {
        return Ok(None);
    }
    parse_name(input, errors)?;
    let broadcast = parse_broadcast(input, errors)?;
    input.parse::<Token![;]>()?;
    Ok(Some(broadcast))
}

/// Skips what is up to `;`, or up to braces or the next `fn`.
fn skip_function(input: ParseStream<'_>) -> syn::Result<()> {
    let mut is_begun = false;
    while !(input.is_empty() || is_begun && input.peek(Token![fn])) {
        is_begun |= input.peek(Token![fn]);
        match input.parse()? {
            TokenTree::Punct(punct) if punct.as_char() == ';' => break,
            TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace => break,
            _ => {}
        }
    }
    Ok(())
}

/// A function, with its formula if its body is one.
fn parse_function(input: ParseStream<'_>, runtime: &TokenStream) -> syn::Result<(Function, Option<Formula>)> {
    let attributes = input.call(Attribute::parse_outer)?;
    let visibility: Visibility = input.parse()?;
    if is_named(input) {
        return Err(input.error("extents stand among the parameters, after a semicolon, as in `fn f(x; n = 7)`"));
    }
    if !input.peek(Token![fn]) {
        return Err(input.error("expected a function, such as `fn matmul(x, w) = \"ij,jk->ik\";`"));
    }
    input.parse::<Token![fn]>()?;
    let name: Ident = input.parse()?;
    let mut mistakes = Errors::default();
    let generics = generics::parse(input)?;
    let (mut parameters, extents) = parse_signature(input, &mut mistakes)?;
    let generics = generics::check(generics, &parameters, &mut mistakes);
    generics::refuse_where(input, &mut mistakes)?;
    let body = formula_tokens(input);
    let signature: Vec<_> = parameters.mapped(|parameter| (parameter.conj, parameter.cast.clone()));
    let (FunctionBody { mut subscripts, negated, mut named }, mut errors) = if index::function::is_next(input) {
        index::function::parse(input, &mut parameters)?
    } else {
        parse_body(input, &name, &parameters, &extents)?
    };
    let mut formula = None;
    if let Some((bracket, body)) = body.filter(|_| !errors.0.is_empty()) {
        for (number, (rank, is_index)) in formula::function::read_as(&body, &parameters).into_iter().enumerate() {
            set_rank(&mut subscripts, number, rank);
            parameters[number].is_index = is_index;
        }
        for (parameter, (conj, cast)) in parameters.iter_mut().zip(signature) {
            (parameter.conj, parameter.cast) = (conj, cast);
        }
        match formula::function::parse(runtime, &bracket, &body, &parameters) {
            Ok((read, of_formula, ranks)) => {
                for (number, rank) in ranks {
                    set_rank(&mut subscripts, number, rank);
                }
                (formula, named, errors) = (Some(read), of_formula, Errors::default());
            }
            Err(mistakes) if formula::function::is_asked(&bracket, &body) => errors = mistakes,
            Err(_) => {}
        }
    }
    mistakes.0.extend(errors.0);
    let NamedArguments { wrt, broadcast, max_intermediate } = named;
    let function = Function {
        attributes,
        visibility,
        name,
        generics,
        parameters,
        extents,
        numbers: Vec::new(),
        form: Form::Value,
        negated,
        wrt,
        max_intermediate,
        broadcast,
        subscripts,
        mistakes,
    };
    Ok((function, formula))
}

/// Makes a parameter have so many axes, for the signature of a function whose body is no product.
fn set_rank(subscripts: &mut Subscripts, parameter: usize, rank: usize) {
    let Some(input) = subscripts.inputs.get_mut(parameter) else { return };
    let label = |axis: usize| Label { name: format!("axis_{axis}"), mark: input.mark.clone() };
    input.labels = numbered(rank, label);
}

/// The labels of the result and the body that come next, in index notation.
fn formula_tokens(input: ParseStream<'_>) -> Option<(Group, Group)> {
    if !index::function::is_next(input) {
        return None;
    }
    let mut tokens = input.cursor().token_stream().into_iter().skip(2);
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Group(bracket)), Some(TokenTree::Group(body))) => Some((bracket, body)),
        _ => None,
    }
}

/// `= "ij,jk->ik", wrt = [x];`
fn parse_body(
    input: ParseStream<'_>,
    name: &Ident,
    parameters: &[Parameter],
    extents: &[ParameterExtent],
) -> syn::Result<(FunctionBody, Errors)> {
    let mut mistakes = Errors::default();
    let arrow = input.span();
    if input.peek(Token![=>]) || input.peek(Token![->]) && input.peek3(syn::LitStr) {
        return Err(syn::Error::new(arrow, "expected `=` before the subscripts"));
    }
    if input.peek(Token![=]) && input.peek2(token::Bracket) && input.peek3(token::Brace) {
        let what = "`=` before the labels of a result";
        return Err(syn::Error::new(arrow, format!("{what}\nhelp: write `->`, as in `fn f(x) -> [i] {{ x[i, j] }}`")));
    }
    if input.peek(Token![->]) {
        while !input.is_empty() && !input.peek(Token![=]) && !input.peek(token::Brace) && !input.peek(Token![;]) {
            input.parse::<TokenTree>()?;
        }
        let what = "a function has no type of its result, which follows from the subscripts";
        let help =
            "write `fn f(x) = \"ij->i\";`, or in index notation `fn f(x) -> [i] { x[i, j] }`, of a number `-> []`";
        let error = syn::Error::new(arrow, format!("{what}\nhelp: {help}"));
        if !input.peek(Token![=]) {
            return Err(error);
        }
        mistakes.0.extend(Errors::from(error).0);
    }
    if !input.peek(Token![=]) {
        return Err(input.error("expected `= \"subscripts\";`, or in index notation `-> [i, k] { x[i, j] * w[j, k] }`"));
    }
    input.parse::<Token![=]>()?;
    let literal = parse_literal(input)?;
    let named = parse_named(input, &mut mistakes)?;
    if input.peek(Token![;]) {
        input.parse::<Token![;]>()?;
    } else {
        let what = "a semicolon is missing at the end of this function";
        mistakes.push((literal.span(), literal.span()), what);
    }
    let title = name.to_string();
    let written =
        |subscripts: &Subscripts| rewritten::function(subscripts, &title, parameters, extents, named.wrt.as_deref());
    let (subscripts, errors) = subscripts::parse(&literal, written);
    mistakes.0.extend(errors.0);
    Ok((FunctionBody { subscripts, negated: false, named }, mistakes))
}
