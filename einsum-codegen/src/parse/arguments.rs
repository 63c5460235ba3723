//! `out = &mut y, alpha = a; l = 7`: what is named.

use syn::{Ident, Token, ext::IdentExt, parse::ParseStream, punctuated::Punctuated, token};

use super::operand::parse_operand;
use crate::ast::{Arguments, Beta, Extent, Operand, Out, Wrt};

/// Whether `name =` comes next, which is no expression that an operand could be.
pub(super) fn is_named(input: ParseStream<'_>) -> bool {
    input.peek(Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) && !input.peek2(Token![=>])
}

/// The name of the limit on intermediates.
pub(crate) const MAX_INTERMEDIATE: &str = "max_intermediate";

/// `out = &mut y`, `alpha = a`, `beta = b`, each once.
pub(super) fn parse_argument(input: ParseStream<'_>, arguments: &mut Arguments) -> syn::Result<()> {
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
pub(super) fn parse_wrt(input: ParseStream<'_>) -> syn::Result<Vec<Wrt>> {
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

pub(super) fn parse_extent(input: ParseStream<'_>) -> syn::Result<Extent> {
    let span = input.span();
    let label = input.call(Ident::parse_any).ok().filter(|_| input.peek(Token![=]) && !input.peek(Token![==]));
    let Some(label) = label else {
        let help = "expected the extent of a label, such as `l = 7`; operands come before the semicolon, after commas";
        return Err(syn::Error::new(span, help));
    };
    input.parse::<Token![=]>()?;
    Ok(Extent { label, value: input.parse()? })
}
