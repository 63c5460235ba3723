//! Tokens -> [`ast`].
//!
//! AFTER THIS POINT: the subscripts are labels, every bracket and comma is in its place, and every
//! operand is an expression.

mod arguments;
mod body;
mod explanation;
mod formula;
mod function;
mod generics;
mod index;
mod literal;
pub(crate) mod nearest;
mod operand;
mod parameter;
#[cfg(feature = "shards")]
pub mod shard;
pub(crate) mod source;
mod subscripts;
mod tokens;

use proc_macro2::{Span, TokenStream};
use syn::{
    Expr, Lit, LitStr, Token,
    parse::{ParseStream, Parser},
};

pub(crate) use self::arguments::{BROADCAST, MAX_INTERMEDIATE};
pub(crate) use self::formula::number;
pub(crate) use self::operand::names;
pub use self::operand::tangents;
use self::{
    arguments::{parse_argument, parse_extents},
    function::parse_functions,
    index::Reading,
    literal::parse_literal,
    operand::parse_operand,
    subscripts::rewritten,
    tokens::{comma, is_named, parse_runtime},
};
use crate::{
    ast::{self, Arguments, Beta, Extent, Form, Functions, Invocation, Operand, Subscripts},
    error::Errors,
};

/// Parses `RUNTIME; "subscripts", operand, ..; label = extent, ..`.
///
/// # Errors
/// The mistakes in what does not fit the syntax.
pub fn given(input: TokenStream) -> Result<ast::Input, Errors> {
    (|input: ParseStream<'_>| parse_given(input, Reading::Either)).parse2(input)?
}

/// Parses what is no formula.
///
/// # Errors
/// The mistakes in what does not fit the syntax, and that it is a formula.
pub fn invocation(input: TokenStream) -> Result<Invocation, Errors> {
    product((|input: ParseStream<'_>| parse_given(input, Reading::Product)).parse2(input)??)
}

/// The product that was read.
///
/// # Errors
/// If it is a formula.
pub(crate) fn product(given: ast::Input) -> Result<Invocation, Errors> {
    match given {
        ast::Input::Einsum(invocation) => Ok(*invocation),
        ast::Input::Formula(formula) => Err(not_a_product(&formula)),
    }
}

/// The error for a formula where only a product can be meant: among shards.
pub(crate) fn not_a_product(formula: &ast::formula::Formula) -> Errors {
    let mut errors = Errors::default();
    let what = "a formula where a product of operands is expected";
    let help = "a sharded einsum is a sum of products: `map` and `zip` of `Sharded` apply functions to elements where these are, and `einsum!` computes formulas of `x.local()` that sum over no sharded label";
    errors.push(formula.span, format!("{what}\nhelp: {help}"));
    errors
}

/// Parses `RUNTIME; "subscripts", label = extent, ..`, or index notation. Operands of a literal are not given:
/// they are called `A`, `B`, and so on.
///
/// # Errors
/// The mistakes in what does not fit the syntax.
pub fn explanation(input: TokenStream) -> Result<(Form, ast::Input), Errors> {
    (|input: ParseStream<'_>| explanation::parse(input, Reading::Either)).parse2(input)?
}

/// Parses what is explained, if it is a product, as [`explanation`] does.
///
/// # Errors
/// The mistakes in it, and that it is a formula.
pub fn product_explanation(input: TokenStream) -> Result<(Form, Invocation), Errors> {
    let (form, given) = (|input: ParseStream<'_>| explanation::parse(input, Reading::Product)).parse2(input)??;
    Ok((form, product(given)?))
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
/// If there is no path. All other mistakes are kept, in [`Functions::mistakes`] and, of functions that could be
/// read, in [`Function::mistakes`](ast::Function::mistakes), so that one function does not hide the others.
pub fn functions(input: TokenStream) -> Result<Functions, Errors> {
    Ok(parse_functions.parse2(input)?)
}

fn parse_given(input: ParseStream<'_>, reading: Reading) -> syn::Result<Result<ast::Input, Errors>> {
    let runtime = parse_runtime(input)?;
    if input.is_empty() {
        return Err(syn::Error::new(
            Span::call_site(),
            "expected subscripts and operands, such as `\"ij,jk->ik\", x, w`",
        ));
    }
    if index::is_index_notation(input) {
        return Ok(index::given(runtime, input.parse()?, reading));
    }
    let literal = parse_literal(input)?;
    let mut given = RestOfInvocation::default();
    let written = input.fork();
    if let Err(error) = given.parse(input, &literal) {
        let error = at_the_end(error, &written);
        given.errors.0.extend(Errors::from(error).0);
        input.parse::<TokenStream>()?;
        return Ok(Err(given.errors));
    }
    let RestOfInvocation { operands, arguments, extents, mut errors } = given;
    let written = |subscripts: &Subscripts| rewritten::invocation(subscripts, &operands, &arguments, &extents);
    let (subscripts, mistakes) = subscripts::parse(&literal, written);
    errors.0.extend(mistakes.0);
    let invocation = Invocation { runtime, subscripts, operands, arguments, extents, has_alpha: false };
    Ok(errors.propagate(ast::Input::Einsum(Box::new(invocation))))
}

/// An error at the end of the input, which has no place of its own, at the last token.
fn at_the_end(error: syn::Error, written: ParseStream<'_>) -> syn::Error {
    let message = error.to_string();
    match written.cursor().token_stream().into_iter().last() {
        Some(last) if message.starts_with("unexpected end of input") => syn::Error::new(last.span(), message),
        _ => error,
    }
}

/// The parts of an invocation after a literal.
#[derive(Default)]
struct RestOfInvocation {
    operands: Vec<Operand>,
    arguments: Arguments,
    extents: Vec<Extent>,
    errors: Errors,
}

impl RestOfInvocation {
    fn parse(&mut self, input: ParseStream<'_>, literal: &LitStr) -> syn::Result<()> {
        let letters = literal.value();
        let is_label = |name: &str| name.chars().nth(1).is_none() && letters.contains(name);
        while !input.is_empty() && !input.peek(Token![;]) {
            comma(input, &mut self.errors)?;
            if input.is_empty() || input.peek(Token![;]) {
                break;
            }
            if is_named(input) {
                parse_argument(input, &is_label, &mut self.arguments, &mut self.errors)?;
            } else if let Some(labelled) = operand::labelled(input) {
                self.errors.push(labelled.0, labelled.1);
            } else {
                self.operand(parse_operand(input)?, literal);
            }
        }
        if !input.is_empty() {
            input.parse::<Token![;]>()?;
        }
        self.extents = parse_extents(input, &mut self.errors)?;
        if let (Some(Beta::Given(beta)), None) = (&self.arguments.beta, &self.arguments.out) {
            let what = "`beta` multiplies the old content of `out`, which is not there";
            self.errors.push(ast::spanned(beta), what);
        }
        Ok(())
    }

    fn operand(&mut self, operand: Operand, literal: &LitStr) {
        match &operand.expression {
            Expr::Lit(syn::ExprLit { lit: Lit::Str(second), .. }) => {
                let (first, second) = (literal.value(), second.value());
                let comma = if second.trim_start().starts_with("->") { "" } else { "," };
                let text = format!("\"{first}{comma}{second}\"");
                self.errors.push(operand.span, format!("all subscripts are in one literal\nhelp: write `{text}`"));
            }
            Expr::Assign(_) => {
                let help = "the name of an extent has no quotes, and stands after a semicolon, as in `; j = 3`";
                self.errors.push(operand.span, format!("an assignment is no operand\nhelp: {help}"));
            }
            _ => self.operands.push(operand),
        }
    }
}
