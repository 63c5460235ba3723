//! The value of every construct, against loops over indices.

use einsum::{EinsumError, einsum, einsum_vjp, try_einsum};
use ndarray::{Array1, Array2, Array3, array};

use super::oracle::{LAYOUTS, assert_close, assert_gradient, differences, random, sum};

#[test]
fn functions_of_each_element() {
    for layout in 0..LAYOUTS {
        for (m, n) in [(5, 7), (1, 3), (0, 2), (2, 0), (17, 131)] {
            let (x, b) = (random([m, n], 1, layout), random([n], 2, layout + 1));
            let y = einsum!([i, j] = relu(x[i, j] + 2 * b[j]) - exp(x[i, j]) / 3.5);
            let expected =
                Array2::from_shape_fn([m, n], |(i, j)| (x[[i, j]] + 2.0 * b[j]).max(0.0) - x[[i, j]].exp() / 3.5);
            assert_close(&y, &expected);
            let t = einsum!([j, i] = x[i, j] * sigmoid(b[j]));
            assert_close(&t, &Array2::from_shape_fn([n, m], |(j, i)| x[[i, j]] / (1.0 + (-b[j]).exp())));
        }
    }
}

#[test]
fn terms_are_summed_over_their_own_labels() {
    let (x, w, b) = (random([5, 3], 1, 1), random([3, 7], 2, 2), random([7], 3, 0));
    let y = einsum!([i, j] = x[i, k] * w[k, j] + b[j]);
    let expected = Array2::from_shape_fn([5, 7], |(i, j)| sum([3], |[k]| x[[i, k]] * w[[k, j]]) + b[j]);
    assert_close(&y, &expected);
    let y = einsum!([j] = b[j] - x[i, k] * w[k, j] / 2);
    assert_close(&y, &Array1::from_shape_fn(7, |j| b[j] - sum([5, 3], |[i, k]| x[[i, k]] * w[[k, j]]) / 2.0));
}

#[test]
fn reductions() {
    for layout in 0..LAYOUTS {
        let x = random([5, 13], 1, layout);
        let largest = einsum!([i] = max[j](x[i, j]));
        assert_close(&largest, &Array1::from_shape_fn(5, |i| x.row(i).fold(f64::NEG_INFINITY, |a, b| a.max(*b))));
        let product = einsum!([j] = prod[i](x[i, j] + 1));
        assert_close(&product, &Array1::from_shape_fn(13, |j| x.column(j).fold(1.0, |a, b| a * (b + 1.0))));
        let mean = einsum!([i] = sum[j](x[i, j]) / 13);
        assert_close(&mean, &Array1::from_shape_fn(5, |i| sum([13], |[j]| x[[i, j]]) / 13.0));
        let softmax = einsum!([i, j] = exp(x[i, j] - logsumexp[j](x[i, j])));
        let sums = Array1::from_shape_fn(5, |i| sum([13], |[j]| x[[i, j]].exp()));
        assert_close(&softmax, &Array2::from_shape_fn([5, 13], |(i, j)| x[[i, j]].exp() / sums[i]));
        let first = einsum!([i] = argmin[j](x[i, j]));
        for i in 0..5 {
            assert!((0..13).all(|j| x[[i, j]] >= x[[i, first[i]]]));
        }
    }
}

#[test]
fn a_number_from_all() {
    let x = random([5, 13], 1, 1);
    let norm: f64 = einsum!([] = sqrt(sum[i, j](x[i, j] * x[i, j])));
    assert!((norm - (&x * &x).sum().sqrt()).abs() < 1e-12);
    let b = random([7], 2, 1);
    let norm: f64 = einsum!([] = sqrt(sum[i](b[i] * b[i])));
    assert!((norm - (&b * &b).sum().sqrt()).abs() < 1e-12);
}

#[test]
fn pairs() {
    for layout in 0..LAYOUTS {
        let (x, y) = (random([5, 3], 1, layout), random([7, 3], 2, layout + 1));
        let kernel = einsum!([i, j] = exp(-sum[k](powi(x[i, k] - y[j, k], 2)) / 2));
        let distance = |i: usize, j: usize| sum([3], |[k]| (x[[i, k]] - y[[j, k]]).powi(2));
        assert_close(&kernel, &Array2::from_shape_fn([5, 7], |(i, j)| (-distance(i, j) / 2.0).exp()));
        let w = random([3, 7], 3, layout);
        let shortest = einsum!([i, j] = min[k](x[i, k] + w[k, j]));
        let expected = |i: usize, j: usize| (0..3).map(|k| x[[i, k]] + w[[k, j]]).fold(f64::INFINITY, f64::min);
        assert_close(&shortest, &Array2::from_shape_fn([5, 7], |(i, j)| expected(i, j)));
    }
}

#[test]
fn pooling() {
    let x = random([3, 8, 9], 1, 1);
    let (y, pullback) = einsum_vjp!([c, i, j] = max[p, q](x[c, 2*i + p, 3*j + q]); p = 2, q = 3);
    let pooled = |x: &Array3<f64>| {
        Array3::from_shape_fn([3, 4, 3], |(c, i, j)| {
            let window = (0..2).flat_map(|p| (0..3).map(move |q| (p, q)));
            window.map(|(p, q)| x[[c, 2 * i + p, 3 * j + q]]).fold(f64::NEG_INFINITY, f64::max)
        })
    };
    assert_close(&y, &pooled(&x));
    let dy = random([3, 4, 3], 2, 0);
    let (dx,) = pullback(&dy);
    assert_gradient(&dx, &differences(&x, |x| (pooled(x) * &dy).sum()));
    let (mean, pullback) = einsum_vjp!([c, i] = sum[p](x[c, 3*i + p, 0]) / 3; p = 3);
    let expected = |x: &Array3<f64>| Array2::from_shape_fn([3, 2], |(c, i)| sum([3], |[p]| x[[c, 3 * i + p, 0]]) / 3.0);
    assert_close(&mean, &expected(&x));
    let dy = random([3, 2], 3, 0);
    let (dx,) = pullback(&dy);
    assert_gradient(&dx, &differences(&x, |x| (expected(x) * &dy).sum()));
}

#[test]
fn neighbours() {
    let x: Array1<f64> = random([11], 1, 2);
    let y = einsum!([i] = x[i + 1] - x[i]);
    assert_close(&y, &Array1::from_shape_fn(10, |i| x[i + 1] - x[i]));
    let variation: f64 = einsum!([] = sum[i](abs(x[i + 1] - x[i])));
    assert!((variation - sum([10], |[i]| (x[i + 1] - x[i]).abs())).abs() < 1e-12);
    let (laplace, pullback) = einsum_vjp!([i] = x[i] + (x[i + 2] - 2 * x[i + 1] + x[i]) / 4);
    let expected = |x: &Array1<f64>| Array1::from_shape_fn(9, |i| x[i] + (x[i + 2] - 2.0 * x[i + 1] + x[i]) / 4.0);
    assert_close(&laplace, &expected(&x));
    let dy = random([9], 2, 0);
    let (dx,) = pullback(&dy);
    assert_gradient(&dx, &differences(&x, |x| (expected(x) * &dy).sum()));
}

#[test]
fn labels_as_numbers() {
    let x = random([5, 7], 1, 1);
    let causal = einsum!([i, j] = select(j <= i, x[i, j], 0));
    assert_close(&causal, &Array2::from_shape_fn([5, 7], |(i, j)| if j <= i { x[[i, j]] } else { 0.0 }));
    let ramp = einsum!([i, j] = x[i, j] * (i as f64) + ((2*j + 1) as f64));
    #[allow(clippy::cast_precision_loss)]
    let expected = Array2::from_shape_fn([5, 7], |(i, j)| x[[i, j]] * i as f64 + (2 * j + 1) as f64);
    assert_close(&ramp, &expected);
}

#[test]
fn what_is_not_selected_does_not_matter() {
    let x = array![1.0, -1.0, 0.0, f64::NAN];
    let (y, pullback) = einsum_vjp!([i] = select(x[i] > 0, ln(x[i]), 0));
    assert_eq!(y, array![0.0, 0.0, 0.0, 0.0]);
    assert_eq!(pullback(&array![1.0, 1.0, 1.0, 1.0]).0, array![1.0, 0.0, 0.0, 0.0]);
}

/// Whether there are labels in them, or none.
#[test]
fn conditions_may_stand_in_parentheses() {
    let x = array![1.0, -2.0, 3.0];
    let (many, few) = (4.0, 1.0);
    assert_eq!(einsum!([i] = select((many > 3), x[i], 0)), x);
    assert_eq!(einsum!([i] = select((many > 3) && (i < 2), x[i], 0)), array![1.0, -2.0, 0.0]);
    assert_eq!(einsum!([i] = select(!(many > 3) || (few < many), x[i], 0)), x);
    assert_eq!(einsum!([i] = select((!(many > 3)), x[i], 0)), array![0.0, 0.0, 0.0]);
    assert_eq!(einsum!([i] = select(!((many > 3) && (x[i] > 0)), x[i], 0)), array![0.0, -2.0, 0.0]);
    // Elsewhere they are Rust, a number of type `bool`.
    let (flags, p, q) = (array![true, false], 1, 2);
    assert_eq!(einsum!([i] = (p < q) * flags[i] + (p > q)), array![true, false]);
}

#[test]
fn indices() {
    let x = random([5, 3], 1, 1);
    let t: Array1<i32> = array![4, 0, 4, 1];
    let (y, pullback) = einsum_vjp!([b, d] = x[t[b], d] * 2);
    let at = |b: usize| usize::try_from(t[b]).expect("an index");
    assert_close(&y, &Array2::from_shape_fn([4, 3], |(b, d)| x[[at(b), d]] * 2.0));
    let dy = random([4, 3], 2, 0);
    let (dx,) = pullback(&dy);
    let mut expected = Array2::zeros([5, 3]);
    for b in 0..4 {
        for d in 0..3 {
            expected[[at(b), d]] += 2.0 * dy[[b, d]];
        }
    }
    assert_close(&dx, &expected);
    let labels: Array1<u8> = array![2, 0, 1, 1, 2];
    let picked = einsum!([b] = -x[b, labels[b]]);
    assert_close(&picked, &Array1::from_shape_fn(5, |b| -x[[b, usize::from(labels[b])]]));
    let wrong: Array1<u8> = array![2, 0, 3, 1, 2];
    let error = try_einsum!([b] = -x[b, wrong[b]]).expect_err("3 is not within");
    assert!(matches!(error, EinsumError::Gather { index: 3, extent: 3, .. }), "{error}");
}

#[test]
fn statements_before_the_last() {
    let x = random([5, 7], 1, 1);
    let y = einsum!({
        let m[i] = sum[j](x[i, j]) / 7;
        let v[i] = sum[j](powi(x[i, j] - m[i], 2)) / 7;
        [i, j] = (x[i, j] - m[i]) / sqrt(v[i] + 0.5)
    });
    let mean = |i: usize| sum([7], |[j]| x[[i, j]]) / 7.0;
    let variance = |i: usize| sum([7], |[j]| (x[[i, j]] - mean(i)).powi(2)) / 7.0;
    assert_close(&y, &Array2::from_shape_fn([5, 7], |(i, j)| (x[[i, j]] - mean(i)) / (variance(i) + 0.5).sqrt()));
}

#[test]
fn into_what_the_user_has() {
    for layout in 0..LAYOUTS {
        let (x, w, b) = (random([5, 3], 1, layout), random([3, 7], 2, layout), random([7], 3, layout));
        let product = |i: usize, j: usize| sum([3], |[k]| x[[i, k]] * w[[k, j]]);
        let mut y = random([5, 7], 4, layout + 1);
        let before = y.clone();
        einsum!(y[i, j] += x[i, k] * w[k, j] + b[j]);
        assert_close(&y, &Array2::from_shape_fn([5, 7], |(i, j)| before[[i, j]] + product(i, j) + b[j]));
        einsum!(y[i, j] = tanh(sum[k](x[i, k] * w[k, j])));
        assert_close(&y, &Array2::from_shape_fn([5, 7], |(i, j)| product(i, j).tanh()));
        einsum!(y[i, j] = x[i, k] * w[k, j] + b[j]);
        assert_close(&y, &Array2::from_shape_fn([5, 7], |(i, j)| product(i, j) + b[j]));
    }
}

#[test]
fn integers() {
    let (x, y) = (array![[3i32, -4], [5, 6]], array![1i32, 7]);
    assert_eq!(einsum!([i, j] = max(x[i, j], y[j]) - 2 * abs(x[i, j])), array![[-3, -1], [-5, -5]]);
    assert_eq!(einsum!([i] = max[j](x[i, j] * y[j])), array![3, 42]);
    assert_eq!(einsum!([i] = x[i, j] * y[j] + 1), array![3 - 28 + 1, 5 + 42 + 1]);
}

#[test]
fn single_precision() {
    let x = random([5, 7], 1, 1).mapv(|x| x as f32);
    let y = einsum!([i, j] = gelu(x[i, j]) + 0.5);
    assert!(y.iter().zip(&x).all(|(y, x)| (y - 0.5).abs() <= x.abs()));
}

#[test]
fn refused_before_anything_is_computed() {
    let (x, w) = (random([5], 1, 0), random([3], 2, 0));
    let error = try_einsum!([i] = x[i + p] * w[p]; i = 4).expect_err("6 is not within");
    let message =
        "einsum `[i] = x[i + p] * w[p]`: index `i + p` of axis 0 of `x` goes from 0 to 5, but the axis has extent 5";
    assert_eq!(error.to_string(), message);
    let step = 0;
    let error = try_einsum!([] = sum[k](exp(x[(step) * k]))).expect_err("any number of `k` is within");
    let message = "einsum `[] = sum[k](exp(x[(step) * k]))`: label `k` has no extent, as its factor is 0 wherever it is an index; \
                   write `; k = 3`, for instance";
    assert_eq!(error.to_string(), message);
    let value = einsum!([] = sum[k](x[(step) * k] * w[k]));
    assert!((value - x[0] * w.sum()).abs() < 1e-15);
    let error = try_einsum!([i] = exp(x[i]) + w[i]).expect_err("5 is not 3");
    assert!(matches!(error, EinsumError::Extents { .. }), "{error}");
    let (column, row) = (random([4, 1], 3, 0), random([1, 3], 4, 0));
    let error = try_einsum!([i] = max[j](column[i, j] + row[0, j])).expect_err("beside a number nothing is repeated");
    let message = "einsum `[i] = max[j](column[i, j] + row[0, j])`: label `j` has extent 1 in `column` but 3 in `row`: what is missing or of \
                   extent 1 is repeated only in a formula of one statement whose indices are all labels, and without `broadcast = false`";
    assert_eq!(error.to_string(), message);
}

#[test]
fn explained() {
    let layer = einsum::explain!([i, j] = relu(sum[k](x[i, k] * w[k, j]) + b[j]));
    let expected = "i = x[0]\nj = w[1] = b[0]\nk = x[1] = w[0]\n\nvalue\n\
        \x20 for each block of i\n\
        \x20   contract y[i, j] = x[i, k] * w[k, j] | ik,kj->ij\n\
        \x20   map y[i, j] = relu(y[i, j] + b[j])\n\ngradients\n\
        \x20 for each block of i\n\
        \x20   map dt0[i, j] = select(y[i, j] > 0, dy[i, j], 0)\n\
        \x20   contract db[j] += dt0[i, j] | ij->j\n\
        \x20 contract dx[i, k] = dt0[i, j] * w[k, j] | ij,kj->ik\n\
        \x20 contract dw[k, j] = x[i, k] * dt0[i, j] | ik,ij->kj";
    assert_eq!(layer.as_str(), expected);
}

/// The matrix of all pairs is nowhere as a whole, and not kept for the backward.
#[test]
fn attention_runs_block_by_block() {
    let attention = einsum::explain!({
        let s[i, j] = q[i, e] * k[j, e];
        let p[i, j] = exp(s[i, j] - max[j](s[i, j]));
        [i, d] = p[i, j] * v[j, d] / sum[j](p[i, j])
    });
    let expected = "i = q[0]\nj = k[0] = v[0]\ne = q[1] = k[1]\nd = v[1]\n\nvalue\n\
        \x20 for each block of i, of which p, t0, t2 are parts\n\
        \x20   contract p[i, j] = q[i, e] * k[j, e] | ie,je->ij\n\
        \x20   map t0[i] = max[j](p[i, j])\n\
        \x20   map p[i, j] = exp(p[i, j] - t0[i]), and drop t0\n\
        \x20   contract y[i, d] = p[i, j] * v[j, d] | ij,jd->id\n\
        \x20   contract t2[i] = p[i, j] | ij->i, and drop p\n\
        \x20   map y[i, d] = y[i, d] / t2[i]\n\ngradients\n\
        \x20 for each block of i, of which p, dt1, dt2, ds are parts\n\
        \x20   contract p[i, j] = q[i, e] * k[j, e] | ie,je->ij\n\
        \x20   map p[i, j] = exp(p[i, j] - t0[i])\n\
        \x20   map dt1[i, d] = dy[i, d] / t2[i]\n\
        \x20   contract dt2[i] = -1 * dt1[i, d] * y[i, d] | id,id->i\n\
        \x20   contract ds[i, j] = dt1[i, d] * v[j, d] | id,jd->ij\n\
        \x20   contract dv[j, d] += p[i, j] * dt1[i, d] | ij,id->jd, and drop dt1\n\
        \x20   map ds[i, j] = (ds[i, j] + dt2[i]) * p[i, j], and drop p, dt2\n\
        \x20   contract dq[i, e] = ds[i, j] * k[j, e] | ij,je->ie\n\
        \x20   contract dk[j, e] += q[i, e] * ds[i, j] | ie,ij->je";
    assert_eq!(attention.as_str(), expected);
}

/// Sums of many numbers are sums of sums: along rows, and along columns.
#[test]
fn long_sums_keep_their_digits() {
    let x = Array2::from_elem((1 << 15, 64), 0.1_f32);
    let all = einsum!([] = sum[n, i](abs(x[n, i])));
    assert!((f64::from(all) / (f64::from(0.1_f32) * f64::from(1 << 21)) - 1.0).abs() < 1e-5, "{all}");
    let columns = einsum!([i] = sum[n](abs(x[n, i])));
    let is_near = |sum: &f32| (f64::from(*sum) / (f64::from(0.1_f32) * f64::from(1 << 15)) - 1.0).abs() < 1e-5;
    assert!(columns.iter().all(is_near), "{columns}");
}
