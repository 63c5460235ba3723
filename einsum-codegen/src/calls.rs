//! Explanations of the calls of any macro: for programs that read the calls of a source file.

use proc_macro2::TokenStream;

use crate::{
    ast::{self, Form},
    check,
    error::Errors,
    explain::Explanation,
    explained, explained_plans, explained_product, formulas, functions, parse,
    product::checked,
    shards,
};

/// The texts of functions, as `einsum_fn!` is given them after the path of the runtime: each with its name first.
///
/// # Errors
/// The mistakes in them, as the macro tells them.
pub fn explained_functions(input: TokenStream, form: Form) -> Result<String, Errors> {
    let ast::Functions { functions, formulas, mistakes, .. } = parse::functions(input)?;
    mistakes.propagate(())?;
    let mut texts = Vec::new();
    for mut function in functions {
        std::mem::take(&mut function.mistakes).propagate(())?;
        texts.push(format!("{}\n\n{}", function.name, function_explanation(&function, form)?));
    }
    for mut function in formulas {
        std::mem::take(&mut function.function.mistakes).propagate(())?;
        texts.push(format!("{}\n\n{}", function.function.name, formulas::function_explanation(&function)?));
    }
    Ok(texts.join("\n\n"))
}

/// Explains a function of `einsum_fn!` that is a product.
fn function_explanation(function: &ast::Function, form: Form) -> Result<Explanation, Errors> {
    let (einsum, mut errors) = check::function(function);
    let plans = functions::planned(function, &einsum, &mut errors);
    let plans = errors.propagate(plans)?.ok_or_else(Errors::default)?;
    Ok(explained_plans(&einsum, &plans, form))
}

/// The explanation of a macro.
#[derive(Clone, Debug)]
pub enum Explained {
    /// A product of operands.
    Product(Box<Explanation>),
    /// A formula, functions, or what is sent between processes.
    Text(String),
}

/// Explains a call of the macro of this name, operands and all, after the path of the runtime; with the numbers of processes of
/// the axes of a mesh, where these are known. There is nothing to say of any other macro.
///
/// # Errors
/// The mistakes in it, as the macro tells them.
pub fn explained_call(name: &str, input: TokenStream, mesh: &[(String, usize)]) -> Result<Option<Explained>, Errors> {
    let form = match name {
        "einsum" => Form::Value,
        "try_einsum" => Form::Result,
        "einsum_vjp" => Form::Pullback,
        "einsum_vjp_add" => Form::AddingPullback,
        "einsum_jvp" => Form::Tangent,
        _ => return explained_text(name, input, mesh).map(|text| text.map(Explained::Text)),
    };
    let explained = match parse::given(input)? {
        ast::Input::Einsum(invocation) => {
            let (invocation, einsum) = checked(*invocation, form)?;
            Explained::Product(Box::new(explained_product(&invocation, &einsum, form)?))
        }
        ast::Input::Formula(formula) => Explained::Text(formulas::explanation(&formula, form)?),
    };
    Ok(Some(explained))
}

/// Explains a call of a macro that is more than an einsum.
fn explained_text(name: &str, input: TokenStream, mesh: &[(String, usize)]) -> Result<Option<String>, Errors> {
    match name {
        "einsum_fn" => explained_functions(input, Form::Value),
        "explain" => explained(input),
        "einsum_mpi" | "try_einsum_mpi" | "einsum_mpi_vjp" => shards::call_explanation(input, mesh),
        "einsum_mpi_fn" => shards::functions_explanation(input, mesh),
        "explain_mpi" => shards::explained_shards(input, mesh, &[]),
        _ => return Ok(None),
    }
    .map(Some)
}
