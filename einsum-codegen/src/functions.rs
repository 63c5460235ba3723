//! The driver of functions, and of those that are products.

use proc_macro2::TokenStream;

use crate::{
    ast, check,
    emit::{self, tokens::concatenated},
    error::Errors,
    grad::{self, FunctionPrograms},
    ir::Einsum,
    lower::lower,
    parse,
    plan::Plans,
};

/// Compiles a block of functions: the products by `product`, the formulas by `formula`, which are told the path of the runtime.
pub(crate) fn all(
    input: TokenStream,
    product: impl Fn(&TokenStream, ast::Function) -> TokenStream,
    formula: impl Fn(&TokenStream, ast::formula::FormulaFunction) -> TokenStream,
) -> TokenStream {
    match parse::functions(input) {
        Err(errors) => emit::errors::items(&errors.0.iter().collect::<Vec<_>>()),
        Ok(block) => {
            let mut tokens = emit::errors::items(&block.mistakes.0.iter().collect::<Vec<_>>());
            tokens.extend(concatenated(block.functions.into_iter().map(|written| product(&block.runtime, written))));
            tokens.extend(concatenated(block.formulas.into_iter().map(|written| formula(&block.runtime, written))));
            tokens
        }
    }
}

/// Compiles a function of `einsum_fn!`, a line for each pass. With mistakes it has them, and its signature.
pub(crate) fn function(runtime: &TokenStream, function: &ast::Function) -> TokenStream {
    let (einsum, mut errors) = check::function(function);
    let warnings = check::similar_labels(&function.subscripts);
    let plans = if function.mistakes.0.is_empty() { planned(function, &einsum, &mut errors) } else { None };
    let programs = plans.map(|plans| FunctionPrograms::new(&einsum, &plans));
    let programs = programs.map(|programs| programs.map(lower));
    let cotangents = grad::cotangents(&einsum);
    let einsum = (&einsum, cotangents.as_slice());
    let mistakes: Vec<_> = function.mistakes.0.iter().chain(&errors.0).collect();
    let items = match programs {
        None => [emit::errors::items(&mistakes), emit::function::outline(runtime, function, einsum)],
        Some(programs) => {
            [emit::warnings::items(&warnings), emit::function::emit(runtime, function, einsum, &programs)]
        }
    };
    items.into_iter().collect()
}

/// The plans of a function, if nothing is wrong with it; what is wrong with its limit is noted.
pub(crate) fn planned(function: &ast::Function, einsum: &Einsum, errors: &mut Errors) -> Option<Plans> {
    if !errors.0.is_empty() {
        return None;
    }
    let (written, otherwise) = (function.max_intermediate.as_ref(), function.subscripts.span);
    Plans::new(einsum).map_err(|error| *errors = check::above_limit(einsum, &error, written, otherwise)).ok()
}
