//! The driver of functions that are products.

use proc_macro2::TokenStream;

use crate::{
    ast, check, emit,
    error::Errors,
    grad::{self, FunctionPrograms},
    ir::Einsum,
    lower::lower,
    plan::Plans,
};

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
