//! The words for numbers, functions, reductions and comparisons in the body of a map.

use std::{
    f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI},
    num::FpCategory,
};

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

use crate::{
    emit::names,
    ir::formula::{Comparison, Function, Reduction},
};

/// `V::literal(0.5)`
pub(super) fn float(number: f64) -> TokenStream {
    let positive = positive(number);
    let literal = quote_spanned! { Span::mixed_site()=> V::literal(#positive) };
    if number.is_sign_negative() {
        quote_spanned! { Span::mixed_site()=> V::negated(#literal) }
    } else {
        literal
    }
}

/// A number without its sign.
pub(super) fn positive(number: f64) -> TokenStream {
    let constant = |name| {
        let name = names::local(name);
        quote_spanned! { Span::mixed_site()=> runtime::f64::#name }
    };
    // (Lints of the user's crate refuse the digits of those that have a name.)
    let named = NAMED.iter().find(|(value, _)| value.to_bits() == number.abs().to_bits());
    match number.classify() {
        FpCategory::Nan => constant("NAN"),
        FpCategory::Infinite => constant("INFINITY"),
        _ => named.map_or_else(
            || Literal::f64_unsuffixed(number.abs()).into_token_stream(),
            |(_, name)| {
                let name = names::local(name);
                quote_spanned! { Span::mixed_site()=> runtime::consts::#name }
            },
        ),
    }
}

/// The constants of derivatives that have a name.
const NAMED: [(f64, &str); 2] = [(FRAC_1_SQRT_2, "FRAC_1_SQRT_2"), (FRAC_2_SQRT_PI, "FRAC_2_SQRT_PI")];

pub(super) fn method(function: Function) -> &'static str {
    match function {
        Function::Add => "plus",
        Function::Subtract => "minus",
        Function::Multiply => "times",
        Function::Divide => "divided",
        Function::Negate => "negated",
        Function::Conj => "conj",
        Function::Max => "max",
        Function::Min => "min",
        Function::Exp => "exp",
        Function::ExpM1 => "exp_m1",
        Function::Ln => "ln",
        Function::Ln1p => "ln_1p",
        Function::Sqrt => "sqrt",
        Function::Recip => "recip",
        Function::Tanh => "tanh",
        Function::Sigmoid => "sigmoid",
        Function::Sin => "sin",
        Function::Cos => "cos",
        Function::Erf => "erf",
        Function::Abs => "abs",
        Function::Powi(_) => "powi",
        Function::Powf => "powf",
        Function::Relu => "relu",
        Function::Gelu => "gelu",
        Function::GeluDerivative => "gelu_derivative",
        Function::Silu => "silu",
        Function::Softplus => "softplus",
        Function::Stop => "stop",
    }
}

/// The type by which values along the other labels are put together, or searched.
pub(super) fn reduction(reduction: Reduction) -> &'static str {
    match reduction {
        Reduction::Sum => "Sum",
        Reduction::Product => "Product",
        Reduction::Max | Reduction::ArgMax => "Max",
        Reduction::Min | Reduction::ArgMin => "Min",
    }
}

pub(super) fn compared(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Less => "Less",
        Comparison::LessOrEqual => "LessOrEqual",
        Comparison::Equal => "Equal",
        Comparison::NotEqual => "NotEqual",
        Comparison::GreaterOrEqual => "GreaterOrEqual",
        Comparison::Greater => "Greater",
    }
}
