//! Refuses literals that elements cannot be, where the compiler knows which elements these are:
//!
//! ```text
//! runtime::integer_fits::<300, false, _>(element_);
//! runtime::float_fits::<5183643171103440896, _>(element_);
//! ```

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote_spanned;

use crate::{
    ast::formula::{Expression, ExpressionKind, Formula},
    emit::tokens::concatenated,
    ir::formula::Literal as Number,
};

/// The largest integers that are elements of any type, without and with a sign.
const OF_ANY: [u64; 2] = [127, 128];

/// The checks of all literals that are not of every type.
pub(super) fn checks(formula: &Formula) -> TokenStream {
    let mut written = Vec::new();
    for statement in &formula.statements {
        statement.value.visit(&mut |part| written.extend(signed(part)));
    }
    // (A number after its sign is visited once more without it.)
    let after_sign: Vec<*const Number> =
        written.iter().filter(|(_, is_negative)| *is_negative).map(|(number, _)| std::ptr::from_ref(*number)).collect();
    written.retain(|(number, is_negative)| *is_negative || !after_sign.contains(&std::ptr::from_ref(*number)));
    let mut distinct: Vec<(Number, bool)> = Vec::new();
    for (number, is_negative) in written {
        if !distinct.contains(&(*number, is_negative)) {
            distinct.push((*number, is_negative));
        }
    }
    concatenated(distinct.into_iter().map(|(number, is_negative)| check(number, is_negative)))
}

/// A literal, and whether a sign stands before it.
fn signed(expression: &Expression) -> Option<(&Number, bool)> {
    match &expression.kind {
        ExpressionKind::Literal(number) => Some((number, false)),
        ExpressionKind::Negate(inner) => match &inner.kind {
            ExpressionKind::Literal(number) => Some((number, true)),
            _ => None,
        },
        _ => None,
    }
}

fn check(number: Number, is_negative: bool) -> TokenStream {
    match number {
        Number::Integer(number) if number.unsigned_abs() > OF_ANY[usize::from(is_negative)] => {
            let magnitude = Literal::u64_unsuffixed(number.unsigned_abs());
            quote_spanned! { Span::mixed_site()=> runtime::integer_fits::<#magnitude, #is_negative, _>(element_); }
        }
        Number::Float(number) if number.is_finite() && number.abs() > f64::from(f32::MAX) => {
            let bits = Literal::u64_unsuffixed(number.abs().to_bits());
            quote_spanned! { Span::mixed_site()=> runtime::float_fits::<#bits, _>(element_); }
        }
        _ => TokenStream::new(),
    }
}
