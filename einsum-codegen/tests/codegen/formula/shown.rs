//! Gradients are what one would write by hand.

use super::text::formula;
use einsum_codegen::{
    grad::formula::{FormulaVjp, jvp},
    ir::formula::Formula,
};

/// The statements of a formula, a line each.
fn statements(formula: &Formula) -> Vec<String> {
    formula.statements.iter().map(|statement| formula.show(statement).to_string()).collect()
}

fn backward(text: &str, wrt: &[usize]) -> Vec<String> {
    statements(&FormulaVjp::new(&formula(text), wrt).backward)
}

fn fused(text: &str, wrt: &[usize]) -> Vec<String> {
    statements(&FormulaVjp::new(&formula(text), wrt).fused())
}

const LAYER: &str = "
    x: 2, w: 2, b: 1
    z[i, j] = sum[k](x[i, k] * w[k, j])
    y[i, j] = relu(z[i, j] + b[j])";

/// The gradient of what a function is applied to is computed once, and all others are products of it.
#[test]
fn a_layer_has_one_function_and_products() {
    let products =
        ["db[j] = sum[i](dz[i, j])", "dx[i, k] = sum[j](dz[i, j] * w[k, j])", "dw[k, j] = sum[i](x[i, k] * dz[i, j])"];
    let of_result = backward(LAYER, &[0, 1, 2]);
    assert_eq!(of_result[0], "dz[i, j] = select(y[i, j] > 0, dy[i, j], 0)");
    assert_eq!(of_result[1..], products);
    let alone = fused(LAYER, &[0, 1, 2]);
    assert_eq!(alone[0], "z[i, j] = sum[k](x[i, k] * w[k, j])");
    assert_eq!(alone[1], "dz[i, j] = select(z[i, j] + b[j] > 0, dy[i, j], 0)", "the result is not computed");
    assert_eq!(alone[2..], products);
    let tangent = [
        "z[i, j] = sum[k](x[i, k] * w[k, j])",
        "dz[i, j] = sum[k](dx[i, k] * w[k, j])",
        "dz[i, j] += sum[k](x[i, k] * dw[k, j])",
        "y[i, j] = relu(z[i, j] + b[j])",
        "dy[i, j] = select(y[i, j] > 0, dz[i, j] + db[j], 0)",
    ];
    assert_eq!(statements(&jvp(&formula(LAYER), &[0, 1, 2])), tangent);
}

#[test]
fn a_gradient_alone_is_all_that_it_needs() {
    let bias = ["db[j] = sum[i](select(y[i, j] > 0, dy[i, j], 0))"];
    assert_eq!(backward(LAYER, &[2]), bias);
}

/// The exponentials are read, not computed again; those that are masked, too.
#[test]
fn attention_reads_its_exponentials() {
    let attention = "
        q: 2, k: 2, v: 2
        s[i, j] = sum[e](q[i, e] * k[j, e])
        m[i] = max[j](s[i, j])
        p[i, j] = select(j <= i, exp(s[i, j] - stop(m[i])), 0)
        l[i] = sum[j](p[i, j])
        t[i, d] = sum[j](p[i, j] * v[j, d])
        y[i, d] = t[i, d] / l[i]";
    let expected = [
        "dt[i, d] = dy[i, d] / l[i]",
        "dl[i] = sum[d](-(dt[i, d] * y[i, d]))",
        "dp[i, j] = sum[d](dt[i, d] * v[j, d])",
        "dv[j, d] = sum[i](p[i, j] * dt[i, d])",
        "dp[i, j] += dl[i]",
        "ds[i, j] = select(j <= i, dp[i, j] * p[i, j], 0)",
        "dq[i, e] = sum[j](ds[i, j] * k[j, e])",
        "dk[j, e] = sum[i](q[i, e] * ds[i, j])",
    ];
    assert_eq!(backward(attention, &[0, 1, 2]), expected);
}

/// A maximum that cancels has no derivative; one that does not, has.
#[test]
fn maxima_that_cancel_have_no_derivative() {
    let softmax = "x: 2
        m[i] = max[j](x[i, j])
        p[i, j] = exp(x[i, j] - m[i])
        l[i] = sum[j](p[i, j])
        y[i, j] = p[i, j] / l[i]";
    let expected = ["dl[i] = sum[j](-(dy[i, j] * y[i, j]))", "dx[i, j] = (dy[i, j] + dl[i]) * y[i, j]"];
    assert_eq!(backward(softmax, &[0]), expected);
    let by_hand = "x: 2
        m[i] = max[j](x[i, j])
        l[i] = sum[j](exp(x[i, j] - m[i]))
        y[i] = ln(l[i]) + m[i]";
    assert_eq!(backward(by_hand, &[0]), ["dl[i] = dy[i] / l[i]", "dx[i, j] = dl[i] * l_part[i, j]"]);
    for other in [
        // Not divided by what has the same factor.
        "x: 2\nm[i] = max[j](x[i, j])\ny[i, j] = exp(x[i, j] - m[i])",
        "x: 2\nm[i] = max[j](x[i, j])\np[i, j] = exp(x[i, j] - m[i])\nl[i] = sum[j](p[i, j])\ny[i, j] = p[i, j] / l[i] + m[i]",
        // Rows are added up, each with a factor of its own.
        "x: 2\nm[i] = max[j](x[i, j])\np[i, j] = exp(x[i, j] - m[i])\nl[j] = sum[i](p[i, j])\ny[i, j] = p[i, j] / l[j]",
        "x: 2\nm[i] = max[j](x[i, j])\np[i, j] = exp(x[i, j] - m[i])\nl[j] = sum[i](p[j, i])\ny[i, j] = p[i, j] / l[j]",
        "x: 2\nm[i] = max[j](x[i, j])\np[i, j] = exp(x[i, j] - m[i])\nl[i] = sum[j](p[i, j])\ny[i, j] = (p[i, j] + 1) / l[i]",
        // What is stopped does not cancel.
        "x: 2\nm[i] = max[j](x[i, j])\np[i, j] = exp(x[i, j] - m[i])\nl[i] = sum[j](p[i, j])\ny[i, j] = p[i, j] / stop(l[i])",
    ] {
        assert!(backward(other, &[0]).iter().any(|line| line.starts_with("m_ties")), "{other}");
    }
}

/// A dividend is not read beside its quotient by its own sum, unless something else is.
#[test]
fn a_quotient_by_its_sum_is_all_that_is_kept() {
    let quotient = "x: 2
        p[i, j] = powi(x[i, j], 2)
        l[i] = sum[j](p[i, j])
        y[i, j] = p[i, j] / l[i]";
    let kept = FormulaVjp::new(&formula(&format!("{quotient}\nz[i, j] = y[i, j] * p[i, j]")), &[0]).backward;
    assert!(statements(&kept).iter().any(|line| line.contains("p[i, j]")), "{kept}");
    let other = "x: 2, l: 1
        p[i, j] = exp(x[i, j])
        y[i, j] = p[i, j] / l[i]";
    let other = backward(other, &[0, 1]);
    assert!(other.iter().any(|line| line.contains("/ conj(l)[i]")), "{other:?}");
}

/// An intermediate that takes an instruction is not kept for the pullback, which computes it of the operands.
#[test]
fn a_difference_is_not_kept() {
    let norm = formula(
        "x: 2, g: 1
        m[n] = sum[i](x[n, i])
        c[n, i] = x[n, i] - m[n]
        v[n] = sum[i](c[n, i] * c[n, i])
        y[n, i] = c[n, i] / sqrt(v[n]) * g[i]",
    );
    let FormulaVjp { forward, backward, saved } = FormulaVjp::new(&norm, &[0, 1]).recomputed();
    let saved: Vec<&str> = saved.iter().map(|id| forward.tensor(*id).name.as_str()).collect();
    assert_eq!(saved, ["m", "v"], "{backward}");
    assert_eq!(statements(&backward)[0], "c[n, i] = x[n, i] - m[n]");
    // Of what is computed to be kept, a difference is.
    let of_local = formula("x: 2\ne[n, i] = exp(x[n, i])\nc[n, i] = e[n, i] - 1\ny[n, i] = powi(c[n, i], 2)");
    assert_eq!(FormulaVjp::new(&of_local, &[0]).recomputed().saved.len(), 2);
}

/// A function that takes longer than to read its value is computed once, by the forward; what takes more memory than all that there is, and what
/// may not be chosen, is not kept.
#[test]
fn costly_parts_are_computed_once() {
    let gated = formula("x: 2, z: 2\ny[n, i] = silu(x[n, i]) * z[n, i] + x[n, i]");
    let FormulaVjp { forward, backward, .. } = FormulaVjp::new(&gated, &[0, 1]).recomputed();
    let kept = ["y_part[n, i] = silu(x[n, i])", "y[n, i] = y_part[n, i] * z[n, i] + x[n, i]"];
    assert_eq!(statements(&forward), kept);
    assert!(statements(&backward).contains(&"dz[n, i] = y_part[n, i] * dy[n, i]".to_owned()), "{backward}");
    // Without the result it is read at one place, where it is computed.
    let gradients = statements(&FormulaVjp::new(&gated, &[0, 1]).fused());
    assert!(gradients.iter().all(|line| !line.contains("y_part")), "{gradients:?}");
    // Of the gradient of `x` alone nothing is read but the slope.
    let alone = FormulaVjp::new(&gated, &[0]);
    assert_eq!(statements(&alone.forward).len(), 1, "{alone}");
    let pairs = formula("a: 1, b: 1\ny[i] = sum[j](exp(a[i] * b[j]))");
    assert_eq!(statements(&FormulaVjp::new(&pairs, &[0, 1]).forward).len(), 1);
    let chosen = formula("x: 1, z: 1\ny[i] = select(x[i] > 0, ln(x[i]) * z[i], 0)");
    assert_eq!(statements(&FormulaVjp::new(&chosen, &[0, 1]).forward).len(), 1);
    let gates = formula("a: 1, b: 1\ny[i] = sigmoid(a[i]) * tanh(b[i])");
    let gates = FormulaVjp::new(&gates, &[0, 1]);
    assert_eq!(statements(&gates.forward).len(), 3, "{gates}");
    assert!(!gates.backward.to_string().contains("tanh("), "{gates}");
}

/// The addend of every index comes first, and a scatter is added to it.
#[test]
fn a_scatter_is_added_to_what_is_everywhere() {
    let loss = "x: 2, t: 1 indices
        l[n] = sum[i](exp(x[n, i]))
        y[] = sum[n](ln(l[n]) - x[n, t[n]])";
    let expected = ["dl[n] = dy[] / l[n]", "dx[n, i] = dl[n] * l_part[n, i]", "dx[n, t[n]] += -dy[]"];
    assert_eq!(backward(loss, &[0]), expected);
    let wrapped = "x: 1
        i: i in x[0]
        y[i] = (wrap(x)[i + 1] + wrap(x)[i + 4]) * x[i]";
    let wrapped = backward(wrapped, &[0]);
    assert!(wrapped[0].starts_with("dx[i] = ") && wrapped[1..].iter().all(|line| line.contains(" += ")), "{wrapped:?}");
    assert_eq!(wrapped.len(), 3);
}

/// What is read as 0 is dropped where it is written.
#[test]
fn a_convolution_writes_where_it_reads() {
    let convolution = "
        x: 1, w: 1
        i: i in x[0]
        p: p in w[0]
        y[i] = relu(0)
        z[i] = sum[p](zero(x)[i + p - 1] * w[p])";
    let expected = ["zero(dx)[i + p - 1] = dz[i] * conj(w)[p]", "dw[p] = sum[i](conj(zero(x))[i + p - 1] * dz[i])"];
    assert_eq!(backward(&convolution.replace("y[i] = relu(0)\n", ""), &[0, 1]), expected);
    let real = ["zero(dx)[i + p - 1] = dz[i] * w[p]", "dw[p] = sum[i](zero(x)[i + p - 1] * dz[i])"];
    assert_eq!(backward(convolution, &[0, 1]), real, "of reals, nothing is conjugated");
}

/// All pairs of points are no tensor of three axes.
#[test]
fn distances_have_no_intermediate_of_all_pairs() {
    let distances = "x: 2, z: 2\nd[i, j] = sum[k](powi(x[i, k] - z[j, k], 2))\ny[i, j] = exp(-d[i, j])";
    let expected = [
        "dd[i, j] = -(dy[i, j] * y[i, j])",
        "dx[i, k] = sum[j](2 * (dd[i, j] * (x[i, k] - z[j, k])))",
        "dz[j, k] = sum[i](-(2 * (dd[i, j] * (x[i, k] - z[j, k]))))",
    ];
    assert_eq!(backward(distances, &[0, 1]), expected);
}

/// A costly factor of several gradients is computed once.
#[test]
fn gelu_is_differentiated_once() {
    let gelu = "
        x: 2, w: 2, s: 1, b: 1
        z[i, j] = sum[k](x[i, k] * w[k, j])
        y[i, j] = gelu(z[i, j] * s[j] + b[j])";
    let expected = [
        "dy_factor[i, j] = dy[i, j] * gelu_derivative(z[i, j] * s[j] + b[j])",
        "dz[i, j] = dy_factor[i, j] * s[j]",
        "ds[j] = sum[i](z[i, j] * dy_factor[i, j])",
        "db[j] = sum[i](dy_factor[i, j])",
        "dx[i, k] = sum[j](dz[i, j] * w[k, j])",
        "dw[k, j] = sum[i](x[i, k] * dz[i, j])",
    ];
    assert_eq!(backward(gelu, &[0, 1, 2, 3]), expected);
}

#[test]
fn nothing_that_is_constant_has_a_gradient() {
    assert_eq!(
        backward("x: 1, w: 1\ny[i] = x[i] * stop(w[i])", &[0, 1]),
        ["dx[i] = dy[i] * stop(conj(w)[i])", "dw[i] = 0"]
    );
}
