//! `<T, const N: usize>`: the generics of a function, which types of its parameters have.

use syn::{GenericParam, Generics, Token, Type, WhereClause, parse::ParseStream};

use crate::{
    ast::{
        Parameter,
        fixed::{mentions, name},
        spanned,
    },
    error::Errors,
};

/// The generics after the name of a function, if there are any.
pub(super) fn parse(input: ParseStream<'_>) -> syn::Result<Vec<GenericParam>> {
    if !input.peek(Token![<]) {
        return Ok(Vec::new());
    }
    Ok(input.parse::<Generics>()?.params.into_iter().collect())
}

/// A type among generics is that of the elements of an array of fixed size: all others have types that are not written. Those with
/// mistakes are left out.
pub(super) fn check(generics: Vec<GenericParam>, parameters: &[Parameter], mistakes: &mut Errors) -> Vec<GenericParam> {
    let (Some(first), Some(last)) = (generics.first(), generics.last()) else { return generics };
    if parameters.iter().all(|parameter| parameter.fixed.is_none()) {
        let what = "functions of `einsum_fn!` take no generics: they are generic over the element type already";
        let help = "generics are for arrays of fixed size, such as `fn f<T, const N: usize>(x: [T; N]) = \"i->\";`";
        mistakes.push((spanned(first).0, spanned(last).1), format!("{what}\nhelp: {help}"));
        return Vec::new();
    }
    let mut is_right = |generic: &GenericParam| match mistake(generic, parameters) {
        Some(mistake) => {
            mistakes.push(spanned(generic), mistake);
            false
        }
        None => true,
    };
    generics.into_iter().filter(|generic| is_right(generic)).collect()
}

/// The mistake in a generic, if there is one.
fn mistake(generic: &GenericParam, parameters: &[Parameter]) -> Option<String> {
    match generic {
        GenericParam::Const(_) => None,
        GenericParam::Lifetime(_) => Some("parameters are borrowed for the call: there are no lifetimes".to_owned()),
        GenericParam::Type(_) if parameters.iter().any(|parameter| has_elements(parameter, generic)) => None,
        GenericParam::Type(_) => {
            let name = name(generic);
            let what = format!("generic `{name}` is the element type of no array of fixed size");
            Some(format!(
                "{what}\nhelp: write it in the type of a parameter, such as `x: [{name}; 4]`, or leave it out"
            ))
        }
    }
}

/// Whether the elements of an array of fixed size are of a generic type.
fn has_elements(parameter: &Parameter, generic: &GenericParam) -> bool {
    let is_of = |element: &Type| mentions(element, name(generic));
    parameter.fixed.as_ref().is_some_and(|array| is_of(&array.element))
}

/// Bounds of generics stand where the generics are.
pub(super) fn refuse_where(input: ParseStream<'_>, mistakes: &mut Errors) -> syn::Result<()> {
    if input.peek(Token![where]) {
        let clause: WhereClause = input.parse()?;
        mistakes.push(spanned(&clause), "bounds stand among the generics, as in `fn f<T: Float>(x: [T; 3])`");
    }
    Ok(())
}
