//! Layers of networks: attention, norms, losses, multi-layer perceptrons, embeddings.

use einsum::einsum_fn;

use super::{A1, A2, A4, T1, T2};

pub(super) const ALL: &[fn()] = &[
    attention_of_several_heads_with_a_causal_mask,
    attention_to_itself,
    softmax_of_rows,
    norms,
    cross_entropy_with_integer_targets,
    perceptrons,
    embeddings_scatter_their_gradient,
];

einsum_fn! {
    /// Causal attention of several heads.
    fn attention(q, k, v) -> [b, h, i, d] {
        let s[b, h, i, j] = q[b, h, i, e] * k[b, h, j, e] / 2.0;
        let m[b, h, i] = max[j](select(j <= i, s[b, h, i, j], -1e30));
        let p[b, h, i, j] = select(j <= i, exp(s[b, h, i, j] - m[b, h, i]), 0.0);
        p[b, h, i, j] * v[b, h, j, d] / sum[j](p[b, h, i, j])
    }

    /// All of the same tensor.
    fn self_attention(x) -> [i, d] {
        let p[i, j] = exp(sum[e](x[i, e] * x[j, e]));
        p[i, j] * x[j, d] / sum[j](p[i, j])
    }

    fn softmax(x) -> [i, j] { exp(x[i, j] - logsumexp[j](x[i, j])) }

    fn layer_norm(x, g, b) -> [n, i] {
        let c[n, i] = x[n, i] - mean[i](x[n, i]);
        let s[n] = sqrt(mean[i](c[n, i] * c[n, i]) + 0.001);
        c[n, i] / s[n] * g[i] + b[i]
    }

    fn rms_norm(x, g) -> [n, i] { x[n, i] / sqrt(mean[i](powi(x[n, i], 2)) + 0.001) * g[i] }

    fn batch_norm(x, g, b) -> [n, i] {
        let c[n, i] = x[n, i] - mean[n](x[n, i]);
        let s[i] = sqrt(mean[n](c[n, i] * c[n, i]) + 0.001);
        c[n, i] / s[i] * g[i] + b[i]
    }

    fn cross_entropy(x, t) -> [] { mean[n](logsumexp[c](x[n, c]) - x[n, t[n]]) }

    fn gelu_mlp(x, w, b, v, c) -> [n, k] {
        let h[n, j] = gelu(sum[i](x[n, i] * w[i, j]) + b[j]);
        h[n, j] * v[j, k] + c[k]
    }

    fn swiglu(x, gate, up, down, bias) -> [n, k] {
        let h[n, j] = silu(sum[i](x[n, i] * gate[i, j])) * sum[i](x[n, i] * up[i, j]);
        h[n, j] * down[j, k] + bias[k]
    }

    fn embedding(e, t, w) -> [b, l, k] { e[t[b, l], c] * w[c, k] }
}

#[test]
fn attention_of_several_heads_with_a_causal_mask() {
    check!("3 attention", "attention", attention(q: A4, k: A4, v: A4) -> [q: dq, k: dk, v: dv]);
}

#[test]
fn attention_to_itself() {
    check!("3 attention", "self_attention", self_attention(x: A2) -> [x: dx]);
}

#[test]
fn softmax_of_rows() {
    check!("3 attention", "softmax", softmax(x: A2) -> [x: dx]);
}

#[test]
fn norms() {
    check!("4 norms and losses", "layer_norm", layer_norm(x: A2, g: A1, b: A1) -> [x: dx, g: dg, b: db]);
    check!("4 norms and losses", "rms_norm", rms_norm(x: A2, g: A1) -> [x: dx, g: dg]);
    check!("4 norms and losses", "batch_norm", batch_norm(x: A2, g: A1, b: A1) -> [x: dx, g: dg, b: db]);
}

#[test]
fn cross_entropy_with_integer_targets() {
    check!("4 norms and losses", "cross_entropy", cross_entropy(x: A2, t: T1) -> [x: dx]);
}

#[test]
fn perceptrons() {
    check!("5 perceptrons", "gelu_mlp", gelu_mlp(x: A2, w: A2, b: A1, v: A2, c: A1) -> ([x: dx, w: dw, b: db, v: dv, c: dc]));
    check!("5 perceptrons", "swiglu", swiglu(x: A2, g: A2, u: A2, d: A2, b: A1) -> ([x: dx, g: dg, u: du, d: dd, b: db]));
}

#[test]
fn embeddings_scatter_their_gradient() {
    check!("9 tables", "embedding", embedding(e: A2, t: T2, w: A2) -> [e: de, w: dw]);
}
