//! The formulas. `formulas.py` has the functions of torch and JAX under the same names.

use einsum::{einsum, einsum_vjp};
use ndarray::{Array1, Array2, Array3, Array4};
use serde_json::Value as Json;

use crate::{
    Program,
    operands::{Operand, Results as _, Value as _},
    seconds,
};

/// A function for each program, which makes the operands and hands on what there is to run, and `with`, which finds it by its name.
macro_rules! programs {
    ($($name:ident($($x:ident: $kind:ty),*) { $($formula:tt)* })*) => {
        $(fn $name(case: &Json, run: impl FnOnce(Program)) {
            let mut k = 0..;
            $(let $x = <$kind>::of(case, k.next().expect("numbers do not end"));)*
            let forward = || einsum!($($formula)*);
            let (cotangent, facts) = {
                let value = forward();
                (value.cotangent(), value.facts())
            };
            let gradients = || {
                let (value, pullback) = einsum_vjp!($($formula)*);
                let gradients = pullback(&cotangent);
                (value, gradients)
            };
            let facts = [facts, gradients().facts()];
            run(Program { facts, seconds: [&|calls| seconds(calls, forward), &|calls| seconds(calls, gradients)] });
        })*

        /// Runs the program of a case; `false` if there is none of this name.
        pub fn with(case: &Json, run: impl FnOnce(Program)) -> bool {
            match case["program"].as_str() {
                $(Some(stringify!($name)) => $name(case, run),)*
                _ => return false,
            }
            true
        }
    };
}

programs! {
    conv_nchw(x: Array4<f32>, w: Array4<f32>) { [n, f, i, j] = x[n, c, i + p, j + q] * w[f, c, p, q] }

    conv_nhwc(x: Array4<f32>, w: Array4<f32>) { [n, i, j, f] = x[n, i + p, j + q, c] * w[p, q, c, f] }

    // With padding, so that the result has the extents of the image.
    conv_padded(x: Array4<f32>, w: Array4<f32>) {
        [n, f, i, j] = zero(x)[n, c, i + p - 1, j + q - 1] * w[f, c, p, q]; i = x.dim().2, j = x.dim().3
    }

    gelu(x: Array2<f32>) { [n, i] = gelu(x[n, i]) }

    swiglu(x: Array2<f32>, z: Array2<f32>) { [n, i] = silu(x[n, i]) * z[n, i] }

    residual_norm(x: Array2<f32>, r: Array2<f32>, g: Array1<f32>) {{
        let s[n, i] = x[n, i] + r[n, i];
        let m[n] = mean[i](powi(s[n, i], 2));
        [n, i] = s[n, i] / sqrt(m[n] + 0.00001) * g[i]
    }}

    softmax(x: Array2<f32>) {{
        let p[n, i] = exp(x[n, i] - max[i](x[n, i]));
        [n, i] = p[n, i] / sum[i](p[n, i])
    }}

    layer_norm(x: Array2<f32>, g: Array1<f32>, b: Array1<f32>) {{
        let c[n, i] = x[n, i] - mean[i](x[n, i]);
        let v[n] = mean[i](powi(c[n, i], 2));
        [n, i] = c[n, i] / sqrt(v[n] + 0.00001) * g[i] + b[i]
    }}

    cross_entropy(x: Array2<f32>, t: Array1<i64>) { [] = mean[n](logsumexp[c](x[n, c]) - x[n, t[n]]) }

    attention(q: Array3<f32>, k: Array3<f32>, v: Array3<f32>) {{
        let s[h, i, j] = q[h, i, e] * k[h, j, e] / 8.0;
        let p[h, i, j] = exp(s[h, i, j] - max[j](s[h, i, j]));
        [h, i, d] = p[h, i, j] * v[h, j, d] / sum[j](p[h, i, j])
    }}

    causal_attention(q: Array3<f32>, k: Array3<f32>, v: Array3<f32>) {{
        let s[h, i, j] = q[h, i, e] * k[h, j, e] / 8.0;
        let m[h, i] = max[j](select(j <= i, s[h, i, j], -1e30));
        let p[h, i, j] = select(j <= i, exp(s[h, i, j] - m[h, i]), 0.0);
        [h, i, d] = p[h, i, j] * v[h, j, d] / sum[j](p[h, i, j])
    }}

    distances(x: Array2<f32>, z: Array2<f32>) { [i, j] = sum[k](powi(x[i, k] - z[j, k], 2)) }

    rbf(x: Array2<f32>, z: Array2<f32>) { [i, j] = exp(-0.1 * sum[k](powi(x[i, k] - z[j, k], 2))) }

    min_plus(x: Array2<f32>, z: Array2<f32>) { [i, j] = min[k](x[i, k] + z[k, j]) }

    // A step of the heat equation, within the border.
    heat(x: Array2<f32>) {
        [i, j] = 0.6 * x[i + 1, j + 1] + 0.1 * (x[i, j + 1] + x[i + 2, j + 1] + x[i + 1, j] + x[i + 1, j + 2])
    }

    box_blur(x: Array2<f32>) { [i, j] = mean[p, q](x[i + p, j + q]); p = 3, q = 3 }

    total_variation(x: Array2<f32>) {
        [] = sum[i, j](abs(x[i + 1, j] - x[i, j])) + sum[k, l](abs(x[k, l + 1] - x[k, l]))
    }

    layer(x: Array2<f32>, w: Array2<f32>, b: Array1<f32>) { [n, j] = relu(sum[i](x[n, i] * w[i, j]) + b[j]) }
}
