//! Layers of networks: attention, norms, losses, multi-layer perceptrons, embeddings.

use einsum::einsum_fn;

use crate::programs::reference::{indices, operand};

einsum_fn! {
    /// Causal attention of several heads.
    fn attention(q, k, v) -> [b, h, i, d] {
        let s[b, h, i, j] = q[b, h, i, e] * k[b, h, j, e] / 2.0;
        let m[b, h, i] = max[j](select(j <= i, s[b, h, i, j], -1e30));
        let p[b, h, i, j] = select(j <= i, exp(s[b, h, i, j] - m[b, h, i]), 0.0);
        p[b, h, i, j] * v[b, h, j, d] / sum[j](p[b, h, i, j])
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
    let (q, k, v) = (operand(0, (1, 2, 5, 3)), operand(1, (1, 2, 5, 3)), operand(2, (1, 2, 5, 2)));
    check!("attention", attention(&q, &k, &v) -> [dq: "0", dk: "1", dv: "2"]);
    check_second!(attention(q, k, v) -> [dq, dk, dv]);
}

#[test]
fn softmax_of_rows() {
    let x = &operand(0, (3, 7));
    check!("softmax", softmax(x) -> [dx: "0"]);
}

#[test]
fn norms() {
    let (x, g, b) = (operand(0, (3, 7)), operand(1, 7), operand(2, 7));
    check!("layer_norm", layer_norm(&x, &g, &b) -> [dx: "0", dg: "1", db: "2"]);
    check_second!(layer_norm(x, g, b) -> [dx, dg, db]);
    let (x, g) = (&operand(0, (3, 7)), &operand(1, 7));
    check!("rms_norm", rms_norm(x, g) -> [dx: "0", dg: "1"]);
    let (x, g, b) = (&operand(0, (5, 3)), &operand(1, 3), &operand(2, 3));
    check!("batch_norm", batch_norm(x, g, b) -> [dx: "0", dg: "1", db: "2"]);
}

#[test]
fn cross_entropy_with_integer_targets() {
    let (x, t) = (&operand(0, (5, 7)), &indices(5, 7));
    check!("cross_entropy", cross_entropy(x, t) -> [dx: "0"]);
}

#[test]
fn perceptrons() {
    let shapes = (operand(0, (3, 5)), operand(1, (5, 7)));
    let (x, w, b, v, c) = (shapes.0.clone(), shapes.1.clone(), operand(2, 7), operand(3, (7, 2)), operand(4, 2));
    check!("gelu_mlp", gelu_mlp(&x, &w, &b, &v, &c) -> [dx: "0", dw: "1", db: "2", dv: "3", dc: "4"]);
    let (x, gate) = shapes;
    let (up, down, bias) = (operand(2, (5, 7)), operand(3, (7, 2)), operand(4, 2));
    check!("swiglu", swiglu(&x, &gate, &up, &down, &bias) -> [dx: "0", dg: "1", du: "2", dd: "3", db: "4"]);
}

#[test]
fn embeddings_scatter_their_gradient() {
    let (e, t, w) = (&operand(0, (5, 3)), &indices((2, 7), 5), &operand(2, (3, 2)));
    check!("embedding", embedding(e, t, w) -> [de: "0", dw: "2"]);
}
