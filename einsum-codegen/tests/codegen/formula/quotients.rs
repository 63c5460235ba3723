//! Quotients by what has fewer labels, of which one division makes many.

use proc_macro2::TokenStream;

/// Whether an expansion has quotients that are computed by one over the divisor.
fn is_by_inverses(expand: fn(TokenStream) -> TokenStream, content: &str) -> bool {
    let expansion = expand(format!("krate; {content}").parse().expect("tokens"));
    expansion.to_string().contains("by_inverses")
}

#[test]
fn quotients_by_what_has_fewer_labels_are_products() {
    assert!(is_by_inverses(einsum_codegen::einsum, "[n, k] = x[n, k] / d[n]"));
    assert!(is_by_inverses(einsum_codegen::einsum, "[n, k] = select(x[n, k] > d[n], x[n, k] / d[n], 0)"));
    assert!(!is_by_inverses(einsum_codegen::einsum, "[n, k] = x[n, k] / d[n, k]"));
    assert!(!is_by_inverses(einsum_codegen::einsum, "[n] = max[k](x[n, k] / d[n])"));
}

#[test]
fn quotients_that_are_compared_are_those_that_were_reduced() {
    let largest = "{ let m[n] = max[k](x[n, k] / d[n]); [n, k] = select(x[n, k] / d[n] == m[n], 1, 0) }";
    assert!(!is_by_inverses(einsum_codegen::einsum, largest));
    assert!(!is_by_inverses(einsum_codegen::einsum_vjp, "[n] = max[k](x[n, k] / d[n])"));
    assert!(!is_by_inverses(einsum_codegen::einsum_fn, "fn f(x, d) -> [n] { min[k](abs(x[n, k] / d[n])) }"));
}
