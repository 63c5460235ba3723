//! Index notation -> [`ast`](crate::ast): `[b, i, j] = x[b, i, k] * w[j, k, l]`.
//!
//! The grammar, after what is before `;` has been cut into [`pieces`]:
//!
//! ```text
//! invocation = target ("=" | "+=" | "-=") product {"," name "=" expression} [";" extents]
//! target     = [postfix expression] "[" labels "]"
//! product    = factor {"*" factor}
//! factor     = {"-"} (postfix expression ["[" labels "]"] | "conj" "(" product ")" | "(" product ")")
//! labels     = {(identifier | ".." | "...") ","}
//! ```
//!
//! Parentheses hold a product if a bracket within them cannot be Rust or has a label that is known
//! from elsewhere. All other parentheses are part of an expression.

pub(super) mod beyond;
pub(super) mod function;
pub(super) mod labels;
pub(super) mod pieces;
pub(super) mod product;
pub(super) mod statement;
pub(super) mod tokens;

use proc_macro2::{Delimiter, Group as TokenGroup, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{ext::IdentExt, parse::ParseStream};

use self::{
    pieces::{Piece, PieceKind},
    product::ReadFactors,
    statement::Statement,
    tokens::{is_bracket, parse_all, span_of, text_of, tokens_of},
};
use super::{arguments, formula};
use crate::{
    ast::{Arguments, Beta, Extent, Input, Invocation, Subscripts},
    error::Errors,
    ir::formula::Literal,
};

/// Whether this is meant to be index notation, and not a string and operands.
pub(super) fn is_index_notation(input: ParseStream<'_>) -> bool {
    let tokens: Vec<TokenTree> = input.cursor().token_stream().into_iter().collect();
    if tokens.first().is_none_or(is_literal) {
        return false;
    }
    if formula::is_block(&tokens) {
        return true;
    }
    let (notation, _) = split_extents(&tokens);
    let (pieces, _) = pieces::read(notation);
    let brackets: Vec<&TokenGroup> = brackets(&pieces).collect();
    let is_assigned = pieces.iter().any(|piece| piece.kind == PieceKind::Assign);
    let has_comma = |bracket: &&TokenGroup| bracket.stream().into_iter().any(|token| pieces::is_punct(&token, ','));
    is_assigned && !brackets.is_empty() || brackets.iter().any(has_comma) || is_let(&tokens[0])
}

/// Parses what comes after the runtime's path and is index notation: a product, or if it asks for more, a formula.
///
/// # Errors
/// All mistakes.
pub(super) fn given(runtime: TokenStream, input: TokenStream, reading: Reading) -> Result<Input, Errors> {
    let tokens: Vec<TokenTree> = input.into_iter().collect();
    let (notation, extents) = split_extents(&tokens);
    let given = given_labels(extents);
    let is_block = formula::is_block(notation);
    let is_certain = is_block || formula::is_certain(notation, &given);
    let product = if is_certain { Err(Errors::default()) } else { invocation(runtime.clone(), notation, extents) };
    let is_left = |product: &Invocation| reading == Reading::Product || !converts_integers(product);
    if product.as_ref().is_ok_and(is_left) && !may_be_a_formula(notation, &given) {
        return product.map(|invocation| Input::Einsum(Box::new(invocation)));
    }
    let mut mistakes = Errors::default();
    let extents = parse_extents(extents, &mut mistakes);
    let formula =
        formula::invocation(formula::Parts { runtime, notation, extents }).and_then(|read| mistakes.propagate(read));
    match (formula, product) {
        (Ok(formula), _) => Ok(Input::Formula(Box::new(formula))),
        (Err(_), Ok(invocation)) => Ok(Input::Einsum(Box::new(invocation))),
        (Err(mistakes), Err(_)) if is_certain || asks_for_more(notation, &given) => Err(mistakes),
        (Err(_), Err(errors)) => Err(errors),
    }
}

/// How what can be a product and a formula is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As a product, whatever is gained if it is a formula.
    Product,
    /// As a formula, if that means the same, and allows more.
    Either,
}

/// Whether an integer that is written is a factor, `2 * x[i]`: a formula reads it as a number of the elements' type, be these floats. (Not if anything
/// else could be another thing in a formula: a limit on intermediates, or a call of a function that formulas have as well.)
fn converts_integers(product: &Invocation) -> bool {
    let numbers: Vec<_> = product.operands.iter().map(|operand| formula::number(&operand.expression)).collect();
    let has_integer = numbers.iter().any(|number| matches!(number, Some(Literal::Integer(_))));
    let calls = || product.operands.iter().any(|operand| calls_function(operand.expression.to_token_stream()));
    product.arguments.max_intermediate.is_none() && has_integer && numbers.iter().any(Option::is_none) && !calls()
}

/// Whether a function is called that is one of formulas by its name.
fn calls_function(tokens: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_call = |pair: &[TokenTree]| match pair {
        [TokenTree::Ident(name), TokenTree::Group(group)] => {
            group.delimiter() == Delimiter::Parenthesis && formula::names::is_of_formulas(&name.to_string())
        }
        _ => false,
    };
    let within = |token: &TokenTree| matches!(token, TokenTree::Group(group) if calls_function(group.stream()));
    tokens.windows(2).any(is_call) || tokens.iter().any(within)
}

/// Whether a factor in parentheses reads elements within something else, `w[i] * (exp(x[i]) - 1)`: a formula, unless it is none.
fn may_be_a_formula(notation: &[TokenTree], given: &[String]) -> bool {
    is_of_value(notation, given, |value, known| hides_elements(value, &ReadFactors { known, ..ReadFactors::default() }))
}

fn hides_elements(factors: &[Piece<'_>], product: &ReadFactors) -> bool {
    let mut groups =
        factors.iter().filter(|piece| piece.kind == PieceKind::Beginning).filter_map(pieces::parenthesized);
    groups.any(|group| {
        let tokens = labels::flat(group.stream());
        if product.is_product(&group.stream()) {
            hides_elements(&pieces::read(&tokens).0, product)
        } else {
            beyond::has_form(&tokens, &product.known)
        }
    })
}

/// Whether the right side is meant to be more than a product.
fn asks_for_more(notation: &[TokenTree], given: &[String]) -> bool {
    is_of_value(notation, given, |value, known| formula::asks_for_more(&tokens_of(value), &known))
}

/// Whether something is true of the right side and the labels that brackets name, or that are given extents; of no statement nothing is.
fn is_of_value(notation: &[TokenTree], given: &[String], is: impl FnOnce(&[Piece<'_>], Vec<String>) -> bool) -> bool {
    let (pieces, _) = pieces::read(notation);
    let known = brackets(&pieces).flat_map(labels::names_in).chain(given.iter().cloned()).collect();
    Statement::split(&pieces).is_ok_and(|statement| is(statement.value(), known))
}

/// Parses a product.
fn invocation(runtime: TokenStream, notation: &[TokenTree], extents: &[TokenTree]) -> Result<Invocation, Errors> {
    let (pieces, named) = pieces::read(notation);
    let statement = Statement::split(&pieces).map_err(|mut errors| {
        if let Some((span, message)) = statement::misplaced_target(notation) {
            errors = Errors::default();
            errors.push(span, message);
        }
        errors
    })?;
    let (output, product, order, out) = statement.read(&given_labels(extents));
    let ReadFactors { inputs, operands, signs, mut errors, .. } = product;
    let has_out = out.is_some();
    let mut arguments = Arguments { out, ..Arguments::default() };
    let is_label =
        |name: &str| inputs.iter().chain([&output]).flat_map(|input| &input.labels).any(|label| label.name == *name);
    statement.arguments(named.unwrap_or_default(), &is_label, &mut arguments, &mut errors);
    arguments.negated = (signs.len() + usize::from(statement.operator() == "-=")) % 2 == 1;
    if arguments.beta.is_none() && statement.operator() != "=" && has_out {
        arguments.beta = Some(Beta::One);
    }
    let extents = parse_extents(extents, &mut errors);
    let written = tokens_of(&pieces);
    let span = span_of(&written).unwrap_or_else(|| (Span::call_site(), Span::call_site()));
    let subscripts = Subscripts { text: text_of(&written), span, inputs, order, output: Some(output) };
    errors.propagate(Invocation { runtime, subscripts, operands, arguments, extents, has_alpha: false })
}

/// The brackets that may hold labels.
fn brackets<'p>(pieces: &'p [Piece<'_>]) -> impl Iterator<Item = &'p TokenGroup> {
    let is_labels = |(position, piece): &(usize, &Piece<'_>)| piece.kind == PieceKind::Bracket || *position == 0;
    pieces.iter().enumerate().filter(is_labels).filter_map(|(_, piece)| is_bracket(piece))
}

fn is_let(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == "let")
}

/// Whether the first token is a literal, also where a `macro_rules!` has passed it through `$s:literal`.
fn is_literal(token: &TokenTree) -> bool {
    match token {
        TokenTree::Literal(_) => true,
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            group.stream().into_iter().next().is_some_and(|first| is_literal(&first))
        }
        _ => false,
    }
}

/// The tokens before the semicolon, and those from there on.
fn split_extents(tokens: &[TokenTree]) -> (&[TokenTree], &[TokenTree]) {
    let position = tokens.iter().position(|token| pieces::is_punct(token, ';')).unwrap_or(tokens.len());
    tokens.split_at(position)
}

/// The labels that are given extents, `; l = 2`: labels also where a bracket alone, in parentheses, names them.
fn given_labels(extents: &[TokenTree]) -> Vec<String> {
    let items = extents.split(|token| [',', ';'].iter().any(|sign| pieces::is_punct(token, *sign)));
    let name = |item: &[TokenTree]| match item {
        [TokenTree::Ident(name), equal, ..] if pieces::is_punct(equal, '=') => Some(name.unraw().to_string()),
        _ => None,
    };
    items.filter_map(name).collect()
}

fn parse_extents(tokens: &[TokenTree], errors: &mut Errors) -> Vec<Extent> {
    let Some((semicolon, rest)) = tokens.split_first() else { return Vec::new() };
    let end = rest.last().unwrap_or(semicolon).span();
    let mut mistakes = Errors::default();
    let parsed = parse_all(rest, end, |input| arguments::parse_extents(input, &mut mistakes));
    errors.0.extend(mistakes.0);
    match parsed {
        Ok(extents) => extents,
        Err(error) => {
            errors.0.extend(Errors::from(error).0);
            Vec::new()
        }
    }
}
