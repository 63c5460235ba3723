//! What an einsum of tensors of a run-time element type, as those of candle, cannot be given.

use proc_macro2::Span;
use quote::ToTokens;
use syn::Expr;

use crate::{
    ast::{Arguments, Function, Input, Operand, spanned},
    error::Errors,
    ir::formula::{Elements, Formula},
};

/// Checks what an expression is given beside subscripts.
///
/// # Errors
/// All mistakes.
pub(crate) fn expression(input: &Input) -> Result<(), Errors> {
    let mut errors = Errors::default();
    let (operands, arguments, types, functions) = match input {
        Input::Einsum(invocation) => (&invocation.operands, &invocation.arguments, &[][..], &[][..]),
        Input::Formula(formula) => {
            (&formula.operands, &formula.arguments, formula.types.as_slice(), formula.functions.as_slice())
        }
    };
    check_functions(functions, &mut errors);
    check_arguments(arguments, &mut errors);
    check_casts(operands, &mut errors);
    check_types(types, &mut errors);
    errors.propagate(())
}

/// Checks the signature of a function, and the types that its body reads labels as and the functions that it calls.
///
/// # Errors
/// All mistakes.
pub(crate) fn function(function: &Function, (types, functions): (&[syn::Type], &[Expr])) -> Result<(), Errors> {
    let mut errors = Errors::default();
    for parameter in &function.parameters {
        let span = (parameter.name.span(), parameter.name.span());
        if parameter.cast.is_some() {
            errors.push(span, cast(&parameter.source));
        }
        if parameter.fixed.is_some() {
            let what = format!("`{}` is a tensor, whose type is not written", parameter.source);
            errors.push(
                span,
                format!("{what}\nhelp: write the name alone; arrays of fixed size are for `einsum::einsum_fn!`"),
            );
        }
    }
    if let Some(first) = function.wrt.as_ref().and_then(|wrt| wrt.first()) {
        errors.push(first.span, WRT);
    }
    check_functions(functions, &mut errors);
    check_types(types, &mut errors);
    errors.propagate(())
}

/// Checks that the result holds numbers.
///
/// # Errors
/// If it holds indices.
pub(crate) fn result(formula: &Formula, span: (Span, Span)) -> Result<(), Errors> {
    let mut errors = Errors::default();
    if formula.results.iter().any(|result| formula.tensor(*result).elements == Elements::Indices) {
        let help = "help: `x.argmax(1)?` is a method of tensors; a formula may read by what it finds, as in `x[argmax[j](x[j])]`";
        errors.push(span, format!("the result holds indices, and not numbers as its operands\n{help}"));
    }
    errors.propagate(())
}

const WRT: &str = "`wrt` is not asked for here: each tensor knows whether it has a gradient\nhelp: leave it out; `x.detach()` has none";

fn check_arguments(arguments: &Arguments, errors: &mut Errors) {
    if let Some(out) = &arguments.out {
        let help =
            "help: the result is a new tensor: `let y = einsum!(..)?;`, or with what was there `(y + einsum!(..)?)?`";
        errors
            .push(out.span, format!("a tensor is not written to: `{}` may be read by a gradient\n{help}", out.source));
    }
    if let Some(span) = arguments.wrt_name {
        errors.push((span, span), WRT);
    }
}

fn check_casts(operands: &[Operand], errors: &mut Errors) {
    for operand in operands.iter().filter(|operand| operand.cast.is_some()) {
        errors.push(operand.span, cast(&operand.source));
    }
}

fn check_types(types: &[syn::Type], errors: &mut Errors) {
    for ty in types.iter().filter(|ty| !matches!(ty, syn::Type::Infer(_))) {
        let what = "labels are read as numbers of the element type of the tensors, which the run time knows";
        errors.push(spanned(ty), format!("{what}\nhelp: write `(i as _)`"));
    }
}

fn check_functions(functions: &[Expr], errors: &mut Errors) {
    for function in functions {
        let name = function.to_token_stream().to_string().replace(' ', "");
        let what = format!("`{name}` is a function of one type of elements, and tensors are of several");
        let help = "help: write it with functions of formulas, such as `tanh`, or as an operation of candle's";
        errors.push(spanned(function), format!("{what}\n{help}"));
    }
}

fn cast(source: &str) -> String {
    let name = source.split(" as ").next().unwrap_or(source);
    let what = format!("`{name}` is a tensor, whose element type the run time knows");
    format!("{what}\nhelp: convert it before: `{name}.to_dtype(DType::F64)?`")
}
