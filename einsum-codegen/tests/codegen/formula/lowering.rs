//! Statements become contractions, maps and copies.

use super::text::formula;
use einsum_codegen::lower::formula::{Around, lower};

/// The steps of a formula.
fn steps(text: &str) -> String {
    lower(&formula(text), Around::default()).to_string()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(steps(text), expected.join("\n"), "{text}");
}

#[test]
fn a_layer_is_a_contraction_and_a_map() {
    check(
        "x: 2, w: 2, b: 1
         z[i, j] = sum[k](x[i, k] * w[k, j])
         y[i, j] = relu(z[i, j] + b[j])",
        &[
            "for each block of i",
            "  contract y[i, j] = x[i, k] * w[k, j] | ik,kj->ij",
            "  map y[i, j] = relu(y[i, j] + b[j])",
        ],
    );
}

#[test]
fn what_is_read_elsewhere_or_later_is_not_written_over() {
    let transposed = steps(
        "x: 2
         z[i, j] = exp(x[i, j])
         y[i, j] = z[i, j] * z[j, i]",
    );
    assert!(transposed.contains("z[i, j] = exp(x[i, j])"), "{transposed}");
    let later = steps(
        "x: 2
         z[i, j] = exp(x[i, j])
         s[i, j] = sin(z[i, j])
         y[i, j] = z[i, j] + s[i, j]",
    );
    assert!(later.contains("y[i, j] = exp(x[i, j])") && later.contains("s[i, j] = sin(y[i, j])"), "{later}");
}

#[test]
fn a_convolution_is_a_contraction_of_a_view() {
    check(
        "x: 3, w: 3
         i: 2*i + p in x[2]
         y[n, f, i] = sum[c, p](x[n, c, 2*i + p] * w[f, c, p])",
        &["contract y[n, f, i] = x[n, c, 2*i + p] * w[f, c, p] | ncip,fcp->nfi"],
    );
}

#[test]
fn what_lies_apart_is_copied_element_by_element() {
    check(
        "x: 1, w: 1
         y[i] = zero(x)[1000*i - 3] + w[i]",
        &["gather x_gathered[i] = zero(x)[1000*i - 3]", "map y[i] = x_gathered[i] + w[i]"],
    );
    // Forms of several labels overlap, and those with a factor of 1 have no gaps.
    let overlapping = steps(
        "x: 1, w: 2
         y[i] = sum[p](zero(x)[2*i + p - 1] * zero(x)[3 - i] * w[i, p])",
    );
    assert!(!overlapping.contains("gather"), "{overlapping}");
}

#[test]
fn what_is_outside_is_copied_once() {
    check(
        "x: 1, w: 1
         i: i in x[0]
         z[i] = sum[p](zero(x)[i + p - 1] * w[p])
         y[i] = max[p](zero(x)[i + p - 1] - z[i] * w[p])",
        &[
            "copy x_part[i + p - 1 or zero] of x",
            "contract z[i] = x_part[i + p - 1] * w[p] | ip,p->i",
            "map y[i] = max[p](x_part[i + p - 1] - z[i] * w[p])",
        ],
    );
}

#[test]
fn an_affine_target_is_a_step_for_each_index_of_the_window() {
    check(
        "dy: 3, w: 3
         dx[n, c, 2*i + p] = sum[f](dy[n, f, i] * w[f, c, p])",
        &["contract dx[n, c, 2*i + p] = dy[n, f, i] * w[f, c, p] | nfi,fc->nci for each p"],
    );
}

#[test]
fn indices_gather_and_scatter() {
    check(
        "x: 2, t: 1 indices
         y[b, d] = exp(x[t[b], d])",
        &["gather x_gathered[b, d] = x[t[b], d]", "map y[b, d] = exp(x_gathered[b, d])"],
    );
}

#[test]
fn what_a_row_has_in_common_is_computed_once() {
    check(
        "c: 2, v: 1, g: 1
         y[n, i] = c[n, i] / sqrt(v[n] + 0.00001) * g[i]",
        &[
            "for each block of n, of which y_hoisted are parts",
            "  map y_hoisted[n] = recip(sqrt(v[n] + 1e-5))",
            "  map y[n, i] = c[n, i] * y_hoisted[n] * g[i]",
        ],
    );
    check(
        "x: 2, s: 1
         y[i, j] = exp(x[i, j] * sigmoid(s[j])) + sigmoid(s[j]) * tanh(s[i])",
        &[
            "map y_hoisted[j] = sigmoid(s[j])",
            "for each block of i, of which y_hoisted1 are parts",
            "  map y_hoisted1[i] = tanh(s[i])",
            "  map y[i, j] = exp(x[i, j] * y_hoisted[j]) + y_hoisted[j] * y_hoisted1[i]",
        ],
    );
    check(
        "x: 2, s: 2
         y[i] = max[j, k](exp(x[i, j]) * s[j, k])",
        &[
            "for each block of i, of which y_hoisted are parts",
            "  map y_hoisted[i, j] = exp(x[i, j])",
            "  map y[i] = max[j, k](y_hoisted[i, j] * s[j, k])",
        ],
    );
}

/// What several statements have in common of a row, too, unless it has changed.
#[test]
fn what_rows_of_several_statements_have_in_common_is_computed_once() {
    check(
        "x: 2, v: 1, w: 1
         a[n] = sum[i](exp(x[n, i] / sqrt(v[n])))
         b[n] = prod[i](x[n, i] / sqrt(w[n]))
         y[n, i] = x[n, i] / sqrt(v[n]) * a[n] + b[n]",
        &[
            "for each block of n, of which a, b, a_hoisted, b_hoisted are parts",
            "  map a_hoisted[n] = recip(sqrt(v[n]))",
            "  map a[n] = sum[i](exp(x[n, i] * a_hoisted[n]))",
            "  map b_hoisted[n] = recip(sqrt(w[n]))",
            "  map b[n] = prod[i](x[n, i] * b_hoisted[n]), and drop b_hoisted",
            "  map y[n, i] = x[n, i] * a_hoisted[n] * a[n] + b[n]",
        ],
    );
}

/// Terms at shifted indices are one map where they all lead, and so are those of a window.
#[test]
fn terms_at_shifted_indices_are_taken_together() {
    check(
        "dy: 1
         dx[i + 1] = 2 * dy[i]
         dx[i] += -dy[i]",
        &[
            "map dx[axis0] = 2 * dy[axis0 - 1] + (-dy[axis0]) within, and around it dx[i + 1] += 2 * dy[i] and dx[i] += -dy[i]",
        ],
    );
    check(
        "dy: 2, w: 1
         dx[i + 2*p, j] = dy[i, j] * exp(w[p])",
        &[
            "map dx_hoisted[p] = exp(w[p])",
            "map dx[axis0, axis1] = sum[p](dy[-2*p + axis0, axis1] * dx_hoisted[p]) within, and around it dx[i + 2*p, j] += dy[i, j] * dx_hoisted[p]",
        ],
    );
    // What a condition compares has the bits of the value, and a number of which one over it is none is divided by.
    check(
        "x: 1, y: 1, dy: 1
         dx[i + 1] = select(x[i + 1] / 3 == y[i], dy[i] / 3, 0)
         dx[i] += dy[i] / 0",
        &[
            "map dx[axis0] = select(x[axis0] / 3 == y[axis0 - 1], dy[axis0 - 1] * recip(3), 0) + dy[axis0] / 0 within, and around it dx[i + 1] += select(x[i + 1] / 3 == y[i], dy[i] * recip(3), 0) and dx[i] += dy[i] / 0",
        ],
    );
    // Not those at every second index, nor along one label on two axes, and no product of tensors.
    for other in [
        "dy: 1\ndx[2*i] = dy[i]\ndx[2*i + 1] += -dy[i]",
        "dy: 1\ndx[i, i + 1] = dy[i]\ndx[i + 1, i] += -dy[i]",
        "dy: 2, w: 2\ndx[i + p] = sum[f](dy[f, i] * w[f, p])",
        "dy: 1\nc[i] = dy[i] * index(i)\ndx[i + 1] = c[i]\ndx[i] += -c[i]",
    ] {
        let steps = steps(other);
        assert!(!steps.contains("within"), "{steps}");
    }
}

/// A difference is computed where it is read, and a sum of products that reads it is a map.
#[test]
fn what_takes_an_instruction_is_computed_where_it_is_read() {
    check(
        "x: 2, m: 1, g: 1
         c[n, i] = x[n, i] - m[n]
         v[n] = sum[i](-2 * c[n, i] * c[n, i] / exp(m[n]))
         y[n, i] = c[n, i] * v[n] * g[i]",
        &[
            "for each block of n, of which v, factor are parts",
            "  map factor[n] = recip(exp(m[n]))",
            "  map v[n] = sum[i](-2 * (x[n, i] - m[n]) * (x[n, i] - m[n]) * factor[n]), and drop factor",
            "  map y[n, i] = (x[n, i] - m[n]) * v[n] * g[i]",
        ],
    );
    // A product with other labels reads it as a tensor; so does who reads other elements, and a function may take long.
    for other in [
        "x: 2, m: 1, w: 2\nc[n, i] = x[n, i] - m[n]\ny[n, k] = sum[i](c[n, i] * w[i, k])",
        "x: 2, m: 1, w: 2\nc[n, i] = x[n, i] - m[n]\ny[n, i] = c[n, i] + c[i, n]",
        "x: 2, m: 1, w: 2\nc[n, i] = exp(x[n, i] - m[n])\nv[n] = max[i](c[n, i])\ny[n, i] = c[n, i] + v[n]",
    ] {
        let steps = steps(other);
        assert_eq!(steps.matches("x[n, i]").count(), 1, "{steps}");
    }
}

/// An addend of a product that is the same for all of a row is added where the product is read.
#[test]
fn an_addend_of_a_product_is_added_where_it_is_read() {
    check(
        "a: 2, b: 2, l: 1, p: 2
         d[i, j] = l[i]
         d[i, j] += sum[k](a[i, k] * b[j, k])
         y[i, j] = d[i, j] * p[i, j]",
        &[
            "for each block of i",
            "  contract y[i, j] = a[i, k] * b[j, k] | ik,jk->ij",
            "  map y[i, j] = (y[i, j] + l[i]) * p[i, j]",
        ],
    );
}

/// Indices that a choice leaves out of a block are left out of its products.
#[test]
fn blocks_are_cut_where_a_choice_gives_0() {
    let attention = |mask: &str, other: &str| {
        steps(&format!(
            "q: 2, k: 2, v: 2, r: 1
             s[i, j] = sum[e](q[i, e] * k[j, e])
             m[i] = max[j](select({mask}, s[i, j], {other}))
             p[i, j] = select({mask}, exp(s[i, j] - m[i]), 0)
             l[i] = sum[j](p[i, j])
             t[i, d] = sum[j](p[i, j] * v[j, d])
             y[i, d] = t[i, d] / l[i]"
        ))
    };
    for (mask, cut) in [
        ("j <= i", "j <= i"),
        ("i + 1 > j", "j <= i"),
        ("j < 2*i - 3", "j <= 2*i - 4"),
        ("!(j > i + 2)", "j <= i + 2"),
        ("(j <= i && i <= j + 9)", "j <= i"),
    ] {
        let steps = attention(mask, "-1000");
        assert!(steps.contains(&format!("for each block of i ({cut}), of which")), "{mask}\n{steps}");
    }
    // The largest may be looked for beside anything that is the same for all that is left out.
    for other in ["-1000 * 2", "0 - r[i]", "r[i] * 3"] {
        let steps = attention("j <= i", other);
        assert!(steps.contains("for each block of i (j <= i), of which"), "{other}\n{steps}");
    }
    // What is left out counts: as a number of its own, where it is not 0, or where the whole tensor is asked for.
    for (mask, other) in [("j <= i", "s[i, j]"), ("(j <= i || j == 7)", "-1000"), ("j >= i", "-1000")] {
        let steps = attention(mask, other);
        assert!(!steps.contains("block of i ("), "{mask}\n{steps}");
    }
    let one = steps(
        "q: 2, k: 2, v: 2
         s[i, j] = sum[e](q[i, e] * k[j, e])
         p[i, j] = select(j <= i, exp(s[i, j]), 1)
         y[i, d] = sum[j](p[i, j] * v[j, d])",
    );
    assert!(one.contains("for each block of i, "), "{one}");
}

/// Whether a quotient is a product is seen of it alone: a statement that computes it once more has the same bits.
#[test]
fn a_quotient_by_a_sum_stays_one() {
    for divisor in ["sum[i](p[n, i])", "max[i](p[n, i])", "sum[i](sqrt(p[n, i]))"] {
        let other = format!(
            "x: 2\nm[n] = max[k](x[n, k])\np[n, i] = exp(x[n, i] - m[n])\nl[n] = {divisor}\ny[n, i] = p[n, i] / l[n]"
        );
        assert!(steps(&other).contains("/ l[n]"), "{other}");
    }
}

#[test]
fn what_is_cheap_or_large_stays_where_it_is() {
    for text in [
        // An instruction or two.
        "x: 2, s: 1
         y[i, j] = x[i, j] * relu(s[j] + 1)",
        // Of all labels.
        "x: 2, s: 1
         y[i, j] = exp(x[i, j] - s[j])",
        // A local would be larger than all tensors that there are.
        "x: 1, z: 1
         y[i] = max[j, k](exp(x[i] - z[j]) * z[k])",
        // Nothing is read.
        "x: 2
         y[i, j] = x[i, j] * exp(index(i))",
    ] {
        let steps = steps(text);
        assert_eq!(steps.lines().count(), 1, "{steps}");
    }
}

#[test]
fn factors_with_fewer_labels_are_computed_first() {
    check(
        "s: 2, v: 2, l: 1
         y[i, d] = sum[j](exp(s[i, j]) * -2 * v[j, d] / l[i])",
        &[
            "for each block of i, of which factor, factor1 are parts",
            "  map factor[i, j] = exp(s[i, j])",
            "  map factor1[i] = recip(l[i])",
            "  contract y[i, d] = -2 * factor[i, j] * v[j, d] * factor1[i] | ij,jd,i->id",
        ],
    );
}

#[test]
fn functions_of_all_labels_are_maps() {
    check(
        "x: 2, y: 2
         z[i, j] = sum[k](powi(x[i, k] - y[j, k], 2))",
        &["map z[i, j] = sum[k](powi(x[i, k] - y[j, k], 2))"],
    );
}
