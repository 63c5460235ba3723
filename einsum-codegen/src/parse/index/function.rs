//! `-> [b, i, j] { x[b, i, k] * w[j, k, l] }`: what follows the parameters of a function.

use proc_macro2::TokenTree;
use syn::{Expr, Token, parse::ParseStream, token};

use super::{
    labels::{self, LABELS, known},
    pieces,
    product::ReadFactors,
    tokens::{parse_all, text_of},
};
use crate::{
    ast::{Group, Parameter, Subscript, Subscripts},
    error::Errors,
    few::List,
    parse::{
        body::{FunctionBody, NamedArguments, parse_named},
        formula::function::take_extents,
        parameter::no_parameter,
    },
};

/// Whether `-> [i, k]` comes next, after the parameters of a function.
pub(in crate::parse) fn is_next(input: ParseStream<'_>) -> bool {
    input.peek(Token![->]) && input.peek3(token::Bracket)
}

/// Parses `-> [b, i, j] { x[b, i, k] * w[j, k, l] }`: subscripts in the order of the parameters,
/// multiplied in the order of the factors. With mistakes, there is still a subscript for every
/// parameter.
///
/// # Errors
/// No bracket, or no body.
pub(in crate::parse) fn parse(
    input: ParseStream<'_>,
    parameters: &mut [Parameter],
) -> syn::Result<(FunctionBody, Errors)> {
    input.parse::<Token![->]>()?;
    let TokenTree::Group(bracket) = input.parse()? else {
        return Err(input.error("expected the labels of the result"));
    };
    if !input.peek(token::Brace) {
        return Err(input.error("expected the product that the function computes, such as `{ x[i, j] * w[j, k] }`"));
    }
    let TokenTree::Group(body) = input.parse()? else { return Err(input.error("expected a product in braces")) };
    let mut tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let mut product = ReadFactors { is_function: true, ..ReadFactors::default() };
    if let Some((span, message)) = take_extents(&mut tokens, &bracket, parameters) {
        product.errors.push(span, message);
    }
    if let Some(semicolon) = tokens.pop_if(|last| pieces::is_punct(last, ';')) {
        let what = "the product is the value of the function: no semicolon follows it";
        product.errors.push((semicolon.span(), semicolon.span()), what);
    }
    let (pieces, comma) = pieces::read(&tokens);
    let output = labels::parse(&bracket, LABELS, &mut product.errors);
    product.known = known(&pieces, Some(&bracket));
    let order = product.groups(&pieces, (body.span(), body.span()), false);
    let mut mistakes = Errors::default();
    let named = comma.map_or(Ok(NamedArguments::default()), |named| {
        parse_all(named, body.span_close(), |input| parse_named(input, &mut mistakes))
    });
    product.errors.0.extend(mistakes.0);
    let named = named.unwrap_or_else(|error| {
        product.errors.0.extend(Errors::from(error).0);
        NamedArguments::default()
    });
    let negated = product.signs.len() % 2 == 1;
    let text = format!("{} = {}", text_of(&[bracket.clone().into()]), text_of(&tokens));
    let (inputs, order, errors) = assign(product, &order, parameters);
    let subscripts = Subscripts { text, span: (bracket.span(), body.span()), inputs, order, output: Some(output) };
    Ok((FunctionBody { subscripts, negated, named }, errors))
}

/// Gives every parameter the subscript of its factor.
fn assign(product: ReadFactors, order: &[Group], parameters: &mut [Parameter]) -> (Vec<Subscript>, Vec<Group>, Errors) {
    let ReadFactors { inputs, operands, mut errors, .. } = product;
    // A factor that could not be read may be what a parameter is on.
    let is_complete = errors.0.is_empty();
    let mut found: Vec<Option<Subscript>> = parameters.mapped(|_| None);
    let mut numbers = Vec::new();
    for (operand, input) in operands.iter().zip(inputs) {
        let name = match &operand.expression {
            Expr::Path(path) => path.path.get_ident(),
            _ => None,
        };
        let number = name.and_then(|name| parameters.iter().position(|parameter| parameter.name == *name));
        numbers.push(number);
        match number.map(|number| &mut found[number]) {
            None => errors.push(operand.span, no_parameter(operand)),
            Some(Some(_)) => errors.push(operand.span, format!("parameter `{}` is on two factors", operand.source)),
            Some(slot) => {
                *slot = Some(input);
                if let Some(number) = number {
                    parameters[number].conj ^= operand.conj;
                    parameters[number].cast = parameters[number].cast.take().or_else(|| operand.cast.clone());
                }
            }
        }
    }
    let mut order = renumbered(order, &numbers);
    for (number, Parameter { name, .. }) in parameters.iter().enumerate() {
        let span = (name.span(), name.span());
        let is_new = parameters[..number].iter().all(|before| before.name != *name);
        if is_new && !numbers.contains(&Some(number)) {
            if is_complete {
                errors.push(span, format!("parameter `{name}` is on no factor"));
            }
            order.push(Group::Operand(number));
        }
        found[number].get_or_insert_with(|| Subscript { labels: Vec::new(), mark: labels::mark(span) });
    }
    (found.into_iter().flatten().collect(), order, errors)
}

/// The groups, with the numbers of parameters in place of those of factors.
fn renumbered(order: &[Group], numbers: &[Option<usize>]) -> Vec<Group> {
    let number = |group: &Group| match group {
        Group::Operand(number) => numbers.get(*number).copied().flatten().map(Group::Operand),
        Group::Parentheses(groups) => Some(Group::Parentheses(renumbered(groups, numbers))),
    };
    order.iter().filter_map(number).collect()
}
