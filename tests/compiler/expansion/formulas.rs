//! Expansions of formulas.

use super::{EXPRESSIONS, compare, grammar, in_main, parse};

const FORMULAS: [&str; 17] = [
    "[b, j] = relu(sum[k](x[b, k] * w[k, j]) + bias[j])",
    "[n, f, i, j] = x[n, c, 2*i + p, 2*j + q] * w[f, c, p, q]",
    "[n, f, i, j] = zero(x)[n, c, i + p - 1, j + q - 1] * w[f, c, p, q]; i = height, j = width",
    "[g, (s)*i + p] = x[f, i] * w[f, g, p]",
    "[c, i, j] = max[p, q](x[c, 2*i + p, 2*j + q]); p = 2, q = 2",
    "[i, j] = exp(x[i, j] - logsumexp[j](x[i, j]))",
    "[b, d] = x[t[b], d] * 0.5",
    "[b] = -x[b, t[b]]",
    "[i, j] = select(j <= i && x[i, j] > 0, x[i, j], -2.5)",
    "[i, j] = x[i, j] * (i as f64) + mean[i](x[i, j])",
    "[i, j] = exp(-sum[k](powi(x[i, k] - y[j, k], 2)) / 2)",
    "[i] = prod[j](x[i, j])",
    "[] = sqrt(sum[i](x[i] * x[i]))",
    "[i] = x[i + 1] - x[i]",
    "[i] = wrap(x)[i + 3] - clamp(x)[i - 3]; i = 7",
    "{ let s[i, j] = q[i, e] * k[j, e]; let p[i, j] = exp(s[i, j] - max[j](s[i, j])); [i, d] = p[i, j] * v[j, d] / sum[j](p[i, j]) }",
    "{ let s[i, j] = q[i, e] * k[j, e]; let p[i, j] = select(j < i, exp(s[i, j]), 0); [i, d] = p[i, j] * v[j, d] }",
];

#[test]
fn expressions_hold_nothing_that_a_lint_could_refuse() {
    for formula in FORMULAS {
        for (name, expand) in EXPRESSIONS {
            let expansion = expand(parse(&format!("krate; {formula}")));
            assert!(!expansion.to_string().contains("compile_error"), "{name}!({formula}): {expansion}");
            let offences = grammar::offences_of_expression(expansion);
            assert_eq!(offences, [""; 0], "{name}!({formula})");
        }
    }
}

#[test]
fn functions_hold_nothing_that_a_lint_could_refuse() {
    for function in [
        "layer(x, w, b) -> [i, j] { relu(sum[k](x[i, k] * w[k, j]) + b[j]) }",
        "embed(x, t) -> [b, d] { exp(x[t[b], d]) }",
        "conv(x, w; i = 7) -> [f, i] { zero(x)[c, i + p - 1] * w[f, c, p] }",
    ] {
        let tokens = einsum_codegen::einsum_fn(parse(&format!("krate; pub fn {function}")));
        assert_eq!(grammar::offences_of_items(tokens), [""; 0], "{function}");
    }
}

#[test]
fn a_layer_with_its_backward_is_as_in_the_snapshot() {
    let input = "krate; [i, j] = relu(sum[k](x[i, k] * w[k, j]) + b[j])";
    compare("formula_layer.rs", &in_main(einsum_codegen::einsum_vjp(parse(input))));
}

#[test]
fn a_convolution_with_its_backward_is_as_in_the_snapshot() {
    let input = "krate; [n, f, i, j] = x[n, c, 2*i + p, 2*j + q] * w[f, c, p, q]";
    compare("formula_convolution.rs", &in_main(einsum_codegen::einsum_vjp(parse(input))));
}
