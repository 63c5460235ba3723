//! The body of a function: its subscripts, and what is named after its subscripts.

use syn::{Expr, Token, parse::ParseStream};

use super::{
    arguments::{BROADCAST, MAX_INTERMEDIATE, parse_broadcast, parse_name, parse_wrt, unknown},
    tokens::{comma, is_named},
};
use crate::{
    ast::{Subscripts, Wrt},
    error::Errors,
};

/// The body of a function.
pub(super) struct FunctionBody {
    pub(super) subscripts: Subscripts,
    pub(super) negated: bool,
    pub(super) named: NamedArguments,
}

/// The named arguments after the subscripts of a function.
#[derive(Default)]
pub(super) struct NamedArguments {
    pub(super) wrt: Option<Vec<Wrt>>,
    pub(super) broadcast: Option<bool>,
    pub(super) max_intermediate: Option<Expr>,
}

/// `, wrt = [x], broadcast = false, max_intermediate = 1000`, as far as it is there.
pub(super) fn parse_named(input: ParseStream<'_>, mistakes: &mut Errors) -> syn::Result<NamedArguments> {
    let mut named = NamedArguments::default();
    while input.peek(Token![,]) || is_named(input) {
        comma(input, mistakes)?;
        if input.is_empty() || input.peek(Token![;]) {
            break;
        }
        if !is_named(input) {
            return Err(input.error(
                "expected `wrt = [x]`, `broadcast = false` or `max_intermediate = 1000` after the comma: factors are \
                 joined by `*`, and all else is a parameter",
            ));
        }
        let name = parse_name(input, mistakes)?;
        let is_twice = match name.to_string().as_str() {
            "wrt" => named.wrt.replace(parse_wrt(input, mistakes)?).is_some(),
            BROADCAST => named.broadcast.replace(parse_broadcast(input, mistakes)?).is_some(),
            MAX_INTERMEDIATE => named.max_intermediate.replace(input.parse()?).is_some(),
            other => {
                mistakes.push((name.span(), name.span()), not_of_a_function(other));
                input.parse::<Expr>().is_err()
            }
        };
        if is_twice {
            mistakes.push((name.span(), name.span()), format!("`{name}` is given twice"));
        }
    }
    Ok(named)
}

/// The message about a name that a function does not take after its subscripts.
fn not_of_a_function(name: &str) -> String {
    let help = match name {
        "alpha" => "make it an operand with an empty subscript, as in `fn f(alpha, x) = \",ij->ij\";`",
        "out" | "beta" => {
            "a function returns a new array; `einsum!` writes into one, and `backward_add` adds gradients"
        }
        _ => return unknown(name, &["wrt", BROADCAST, MAX_INTERMEDIATE]),
    };
    format!("functions do not take `{name}`\nhelp: {help}")
}
