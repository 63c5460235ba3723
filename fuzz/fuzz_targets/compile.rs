//! Any text, as the subscripts of a literal and as the tokens of an invocation: the compiler never panics, what it accepts
//! keeps all invariants (which it checks itself, with debug assertions on), and every expansion is Rust, of every macro.
#![no_main]

use libfuzzer_sys::fuzz_target;
use proc_macro2::{Literal, TokenStream};

type Macro = fn(TokenStream) -> TokenStream;

/// The macros that stand where an expression does.
const EXPRESSIONS: [Macro; 6] = [
    einsum_codegen::einsum,
    einsum_codegen::try_einsum,
    einsum_codegen::einsum_vjp,
    einsum_codegen::einsum_vjp_add,
    einsum_codegen::einsum_jvp,
    einsum_codegen::explain,
];

fuzz_target!(|text: &str| {
    let names: Vec<String> = (0..=text.matches(',').count()).map(|n| format!("x{n}")).collect();
    let literal = Literal::string(text);
    let operands: String = names.iter().map(|name| format!(", {name}")).collect();
    let pairs: String = names.iter().map(|name| format!(", ({name}, d{name})")).collect();
    // Text that is no token stream never reaches a macro.
    for input in [operands.as_str(), &pairs, ""]
        .map(|rest| format!("krate; {literal}{rest}"))
        .into_iter()
        .chain([format!("krate; {text}")])
    {
        let Ok(tokens) = input.parse::<TokenStream>() else { continue };
        for expand in EXPRESSIONS {
            let expansion = expand(tokens.clone());
            assert!(syn::parse2::<syn::Expr>(expansion.clone()).is_ok(), "`{input}` is no expression: {expansion}");
        }
    }
    for input in [format!("krate; fn f({}) = {literal};", names.join(", ")), format!("krate; {text}")] {
        let Ok(tokens) = input.parse::<TokenStream>() else { continue };
        let expansion = einsum_codegen::einsum_fn(tokens);
        assert!(syn::parse2::<syn::File>(expansion.clone()).is_ok(), "`{input}` are no items: {expansion}");
    }
});
