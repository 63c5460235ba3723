//! Any text, as the subscripts of a literal and as the tokens of an invocation: the compiler never
//! panics, what it accepts keeps all invariants (which it checks itself, with debug assertions on),
//! and its expansion is an expression, or items.
#![no_main]

use libfuzzer_sys::fuzz_target;
use proc_macro2::{Literal, TokenStream};

fuzz_target!(|text: &str| {
    let operands = ", x".repeat(text.matches(',').count() + 1);
    let literal = format!("krate; {}{operands}", Literal::string(text));
    for input in [literal, format!("krate; {text}")] {
        // Text that is no token stream never reaches a macro.
        let Ok(tokens) = input.parse::<TokenStream>() else { continue };
        for expand in [einsum_codegen::einsum, einsum_codegen::try_einsum, einsum_codegen::einsum_vjp] {
            expand(tokens.clone());
        }
        einsum_codegen::einsum_fn(tokens);
    }
});
