//! Statements that run together block by block: the same values and gradients however small the caches are said to be.

use std::sync::Mutex;

use einsum::{einsum, einsum_fn, einsum_vjp, einsum_vjp_add};
use einsum_engine::machine::caches;
use ndarray::{Array1, Array2, Array3, Array4, array};

use crate::oracle::{near, random, sum};

/// Descriptions of caches, with which there are blocks of one index and of several, with a rest, and one block.
const CACHES: [&str; 4] = ["8,8", "64,512", "64,3000", "32K,1M"];

static FORCED: Mutex<()> = Mutex::new(());

/// Calls back with every description of the caches.
fn with_caches(test: impl Fn()) {
    let _forced = FORCED.lock();
    for described in CACHES {
        caches::force(Some(described.parse().expect("sizes of caches")));
        test();
    }
    caches::force(None);
}

einsum_fn! {
    fn attention(q, k, v) -> [h, i, d] {
        let s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0;
        let p[h, i, j] = exp(s[h, i, j] - max[j](s[h, i, j]));
        p[h, i, j] * v[h, j, d] / sum[j](p[h, i, j])
    }

    fn causal(q, k, v) -> [i, d] {
        let s[i, j] = q[i, e] * k[j, e];
        let m[i] = max[j](select(j <= 2*i + 1, s[i, j], -1e30));
        let p[i, j] = select(j <= 2*i + 1, exp(s[i, j] - m[i]), 0.0);
        p[i, j] * v[j, d] / sum[j](p[i, j]) * (1 + (i as f64))
    }

    fn from_the_left(q, k, v) -> [i, d] {
        let s[i, j] = q[i, e] * k[j, e];
        let p[i, j] = select(i >= j, exp(s[i, j]), 0.0);
        p[i, j] * v[j, d] / sum[j](p[i, j])
    }

    fn band(q, k, v) -> [i, d] {
        let s[i, j] = q[i, e] * k[j, e];
        let m[i] = max[j](select(!(j > i + 3), s[i, j], -1e30));
        let p[i, j] = select(!(j > i + 3) && i <= j + 90, exp(s[i, j] - m[i]), 0.0);
        p[i, j] * v[j, d] / sum[j](p[i, j])
    }

    fn norm(x, g, b) -> [n, i] {
        let c[n, i] = x[n, i] - mean[i](x[n, i]);
        let v[n] = mean[i](powi(c[n, i], 2));
        c[n, i] / sqrt(v[n] + 0.001) * g[i] + b[i]
    }

    fn largest(q, k) -> [i] { max[j](sum[e](q[i, e] * k[j, e])) }

    fn images(x, w, b, c) -> [n, f] {
        let y[n, f, i, j] = relu(sum[c, p, r](x[n, c, i + p, j + r] * w[f, c, p, r]) + b[f]);
        mean[i, j](y[n, f, i, j]) * c[f]
    }
}

/// Attention and its gradients by loops over indices, with a weight of 0 where `counts` says so, a scale of the scores and one of the rows.
fn by_loops(
    [q, k, v, dy]: [&Array2<f64>; 4],
    counts: impl Fn(usize, usize) -> bool,
    (scale, of_row): (f64, impl Fn(usize) -> f64),
) -> [Array2<f64>; 4] {
    let ((n, e), (m, d)) = (q.dim(), v.dim());
    let score = |i, j| scale * sum([e], |[e]: [usize; 1]| q[[i, e]] * k[[j, e]]);
    let weight = |i, j| if counts(i, j) { f64::exp(score(i, j)) } else { 0.0 };
    let p = Array2::from_shape_fn((n, m), |(i, j)| weight(i, j) / sum([m], |[j]: [usize; 1]| weight(i, j)));
    let dy = Array2::from_shape_fn((n, d), |(i, d)| dy[[i, d]] * of_row(i));
    let y = Array2::from_shape_fn((n, d), |(i, d)| of_row(i) * sum([m], |[j]: [usize; 1]| p[[i, j]] * v[[j, d]]));
    let dp = Array2::from_shape_fn((n, m), |(i, j)| sum([d], |[d]: [usize; 1]| dy[[i, d]] * v[[j, d]]));
    let mean = |i| sum([m], |[j]: [usize; 1]| p[[i, j]] * dp[[i, j]]);
    let ds = Array2::from_shape_fn((n, m), |(i, j)| scale * p[[i, j]] * (dp[[i, j]] - mean(i)));
    let dq = Array2::from_shape_fn((n, e), |(i, e)| sum([m], |[j]: [usize; 1]| ds[[i, j]] * k[[j, e]]));
    let dk = Array2::from_shape_fn((m, e), |(j, e)| sum([n], |[i]: [usize; 1]| ds[[i, j]] * q[[i, e]]));
    let dv = Array2::from_shape_fn((m, d), |(j, d)| sum([n], |[i]: [usize; 1]| p[[i, j]] * dy[[i, d]]));
    [y, dq, dk, dv]
}

#[test]
fn attention_of_rows_of_every_layout() {
    with_caches(|| {
        for (layout, (n, m)) in [(29, 13), (1, 5), (0, 3), (37, 1), (7, 2), (211, 3)].into_iter().enumerate() {
            let (q, k) = (random((n, 3), 1, layout), random((m, 3), 2, layout + 1));
            let (v, dy) = (random((m, 5), 3, layout + 2), random((n, 5), 4, layout + 3));
            let [y, dq, dk, dv] = by_loops([&q, &k, &v, &dy], |_, _| true, (1.0, |_| 1.0));
            let (value, pullback) = einsum_vjp!({
                let s[i, j] = q[i, e] * k[j, e];
                let p[i, j] = exp(s[i, j] - max[j](s[i, j]));
                [i, d] = p[i, j] * v[j, d] / sum[j](p[i, j])
            });
            let gradients = pullback(&dy);
            assert!(near(&value, &y), "{n} {m}");
            assert!(near(&gradients.0, &dq) && near(&gradients.1, &dk) && near(&gradients.2, &dv), "{n} {m}");
            let (_, pullback) = einsum_vjp_add!({
                let s[i, j] = q[i, e] * k[j, e];
                let p[i, j] = exp(s[i, j] - max[j](s[i, j]));
                [i, d] = p[i, j] * v[j, d] / sum[j](p[i, j])
            });
            let (mut twice, mut keys, mut values) = gradients.clone();
            pullback(&dy, (&mut twice, &mut keys, &mut values));
            assert!(near(&twice, &(2.0 * &dq)) && near(&keys, &(2.0 * &dk)) && near(&values, &(2.0 * &dv)));
            let mut out = Array2::from_elem((n, 5), f64::NAN);
            einsum!({
                let s[i, j] = q[i, e] * k[j, e];
                let p[i, j] = exp(s[i, j] - max[j](s[i, j]));
                out[i, d] = p[i, j] * v[j, d] / sum[j](p[i, j])
            });
            assert!(near(&out, &y), "{n} {m}");
        }
    });
}

#[test]
fn heads_and_masks() {
    with_caches(|| {
        let (q, k, v, dy) =
            (random((3, 11, 2), 1, 0), random((3, 7, 2), 2, 1), random((3, 7, 5), 3, 2), random((3, 11, 5), 4, 3));
        let (y, (dq, dk, dv)) = (attention(&q, &k, &v), attention::backward(&q, &k, &v, &dy));
        let alone = attention::backward_k(&q, &k, &v, &dy);
        for h in 0..3 {
            let [q, k, v, dy] = [&q, &k, &v, &dy].map(|x: &Array3<f64>| x.index_axis(ndarray::Axis(0), h).to_owned());
            let expected = by_loops([&q, &k, &v, &dy], |_, _| true, (0.5, |_| 1.0));
            let found = [&y, &dq, &dk, &dv].map(|x: &Array3<f64>| x.index_axis(ndarray::Axis(0), h).to_owned());
            assert!(expected.iter().zip(&found).all(|(expected, found)| near(found, expected)));
            assert!(near(&alone.index_axis(ndarray::Axis(0), h).to_owned(), &expected[2]));
        }
        let (q, k, v, dy) =
            (random((23, 2), 1, 0), random((17, 2), 2, 1), random((17, 3), 3, 2), random((23, 3), 4, 3));
        #[allow(clippy::cast_precision_loss, reason = "few rows")]
        let expected = by_loops([&q, &k, &v, &dy], |i, j| j <= 2 * i + 1, (1.0, |i| 1.0 + i as f64));
        let (dq, dk, dv) = causal::backward(&q, &k, &v, &dy);
        let found = [causal(&q, &k, &v), dq, dk, dv];
        assert!(expected.iter().zip(&found).all(|(expected, found)| near(found, expected)));
    });
}

/// Blocks end where a mask says, or some indices further on, and what is beyond is not read.
#[test]
fn masks_cut_blocks() {
    for (n, m) in [(150, 201), (203, 97), (67, 1), (1, 67)] {
        let (mut q, mut k) = (random((n, 2), 1, 0), random((m, 2), 2, 1));
        let (v, dy) = (random((m, 3), 3, 2), random((n, 3), 4, 3));
        let all = |value: Array2<f64>, (dq, dk, dv): (Array2<f64>, Array2<f64>, Array2<f64>)| [value, dq, dk, dv];
        let left = by_loops([&q, &k, &v, &dy], |i, j| j <= i, (1.0, |_| 1.0));
        let around = by_loops([&q, &k, &v, &dy], |i, j| j <= i + 3 && i <= j + 90, (1.0, |_| 1.0));
        let has_rows = (0..n).all(|i| (0..m).any(|j| j <= i + 3 && i <= j + 90));
        with_caches(|| {
            let found = all(from_the_left(&q, &k, &v), from_the_left::backward(&q, &k, &v, &dy));
            assert!(left.iter().zip(&found).all(|(left, found)| near(found, left)), "{n} {m}");
            let found = all(band(&q, &k, &v), band::backward(&q, &k, &v, &dy));
            assert!(!has_rows || around.iter().zip(&found).all(|(around, found)| near(found, around)), "{n} {m}");
            let (value, pullback) = einsum_vjp!({
                let s[i, j] = q[i, e] * k[j, e];
                let p[i, j] = select(j <= i, exp(s[i, j]), 0);
                [i, d] = p[i, j] * v[j, d] / sum[j](p[i, j])
            });
            let found = all(value, pullback(&dy));
            assert!(left.iter().zip(&found).all(|(left, found)| near(found, left)), "{n} {m}");
            let (mut onto, ..) = pullback(&dy);
            let (_, pullback) = einsum_vjp_add!({
                let s[i, j] = q[i, e] * k[j, e];
                let p[i, j] = select(j <= i, exp(s[i, j]), 0);
                [i, d] = p[i, j] * v[j, d] / sum[j](p[i, j])
            });
            let (mut keys, mut values) = (Array2::from_elem((m, 2), 5.0), Array2::from_elem((m, 3), 7.0));
            pullback(&dy, (&mut onto, &mut keys, &mut values));
            assert!(
                near(&onto, &(2.0 * &left[1])) && near(&keys, &(&left[2] + 5.0)) && near(&values, &(&left[3] + 7.0))
            );
        });
        // Two of the same: of queries that are all alike a row is the mean of what it sees.
        q.fill(0.0);
        k.fill(0.0);
        let mean = |i: usize, d: usize| sum([m.min(i + 1)], |[j]: [usize; 1]| v[[j, d]]) / m.min(i + 1) as f64;
        with_caches(|| assert!(near(&from_the_left(&q, &k, &v), &Array2::from_shape_fn((n, 3), |(i, d)| mean(i, d)))));
    }
}

/// Gradients of what all rows have in common are added up over blocks.
#[test]
fn norms() {
    with_caches(|| {
        for (layout, (n, m)) in [(31, 7), (1, 1), (0, 2), (5, 113)].into_iter().enumerate() {
            let (x, dy) = (random((n, m), 1, layout), random((n, m), 2, layout + 1));
            let (g, b) = (random(m, 3, layout), random(m, 4, layout + 1));
            let count = m as f64;
            let mean = |i| sum([m], |[j]: [usize; 1]| x[[i, j]]) / count;
            let deviation = |i| f64::sqrt(sum([m], |[j]: [usize; 1]| (x[[i, j]] - mean(i)).powi(2)) / count + 0.001);
            let c = Array2::from_shape_fn((n, m), |(i, j)| (x[[i, j]] - mean(i)) / deviation(i));
            let dc = |i, j| dy[[i, j]] * g[j];
            let dx = Array2::from_shape_fn((n, m), |(i, j)| {
                let of_mean = sum([m], |[j]: [usize; 1]| dc(i, j)) / count;
                let of_square = sum([m], |[j]: [usize; 1]| dc(i, j) * c[[i, j]]) / count;
                (dc(i, j) - of_mean - c[[i, j]] * of_square) / deviation(i)
            });
            let y = Array2::from_shape_fn((n, m), |(i, j)| c[[i, j]] * g[j] + b[j]);
            let dg = Array1::from_shape_fn(m, |j| sum([n], |[i]: [usize; 1]| dy[[i, j]] * c[[i, j]]));
            let db = Array1::from_shape_fn(m, |j| sum([n], |[i]: [usize; 1]| dy[[i, j]]));
            let found = norm::backward(&x, &g, &b, &dy);
            assert!(near(&norm(&x, &g, &b), &y) && near(&found.0, &dx), "{n} {m}");
            assert!(near(&found.1, &dg) && near(&found.2, &db), "{n} {m}");
            let (value, pullback) = einsum_vjp!({
                let c[n, i] = x[n, i] - mean[i](x[n, i]);
                let v[n] = mean[i](powi(c[n, i], 2));
                [n, i] = c[n, i] / sqrt(v[n] + 0.001) * g[i] + b[i]
            });
            let found = pullback(&dy);
            assert!(near(&value, &y) && near(&found.0, &dx) && near(&found.1, &dg) && near(&found.2, &db), "{n} {m}");
        }
    });
}

/// One tensor as queries, keys and values: its gradient is written by rows, and added to as a whole.
#[test]
fn tokens_of_one_tensor() {
    with_caches(|| {
        let (x, dy) = (random((17, 3), 1, 0), random((17, 3), 2, 1));
        let [y, dq, dk, dv] = by_loops([&x, &x, &x, &dy], |_, _| true, (1.0, |_| 1.0));
        let (value, pullback) = einsum_vjp!({
            let s[i, j] = x[i, e] * x[j, e];
            let p[i, j] = exp(s[i, j] - max[j](s[i, j]));
            [i, d] = p[i, j] * x[j, d] / sum[j](p[i, j])
        });
        assert!(near(&value, &y) && near(&pullback(&dy).0, &(dq + dk + dv)));
    });
}

/// The product is kept for the backward, which looks for those elements of it that are the largest: they have the same bits.
#[test]
fn the_largest_of_a_product() {
    with_caches(|| {
        let (q, k, dy) = (random((19, 7), 1, 0), random((13, 7), 2, 1), random(19, 3, 0));
        let score = |i, j| sum([7], |[e]: [usize; 1]| q[[i, e]] * k[[j, e]]);
        let best = |i| (0..13).max_by(|&a, &b| f64::total_cmp(&score(i, a), &score(i, b))).expect("some keys");
        let dq = Array2::from_shape_fn((19, 7), |(i, e)| dy[i] * k[[best(i), e]]);
        let dk = Array2::from_shape_fn((13, 7), |(j, e)| {
            sum([19], |[i]: [usize; 1]| if best(i) == j { dy[i] * q[[i, e]] } else { 0.0 })
        });
        let (y, pullback) = einsum_vjp!([i] = max[j](sum[e](q[i, e] * k[j, e])));
        assert!(near(&y, &Array1::from_shape_fn(19, |i| score(i, best(i)))));
        for found in [pullback(&dy), largest::backward(&q, &k, &dy)] {
            assert!(near(&found.0, &dq) && near(&found.1, &dk));
        }
    });
}

/// Blocks of images; windows and channels have none.
#[test]
fn a_layer_of_images() {
    with_caches(|| {
        let (x, w) = (random((5, 3, 7, 6), 1, 0), random((2, 3, 3, 2), 2, 1));
        let (b, c, dy) = (random(2, 3, 0), random(2, 4, 0), random((5, 2), 5, 0));
        let before = |n: usize, f: usize, i: usize, j: usize| {
            b[f] + sum([3, 3, 2], |[c, p, r]| x[[n, c, i + p, j + r]] * w[[f, c, p, r]])
        };
        let y = Array2::from_shape_fn((5, 2), |(n, f)| c[f] * sum([5, 5], |[i, j]| before(n, f, i, j).max(0.0)) / 25.0);
        let slope = |n, f, i, j| if before(n, f, i, j) > 0.0 { dy[[n, f]] * c[f] / 25.0 } else { 0.0 };
        let dw = Array4::from_shape_fn((2, 3, 3, 2), |(f, c, p, r)| {
            sum([5, 5, 5], |[n, i, j]| slope(n, f, i, j) * x[[n, c, i + p, j + r]])
        });
        let db = Array1::from_shape_fn(2, |f| sum([5, 5, 5], |[n, i, j]| slope(n, f, i, j)));
        let found = images::backward(&x, &w, &b, &c, &dy);
        assert!(near(&images(&x, &w, &b, &c), &y) && near(&found.1, &dw) && near(&found.2, &db));
    });
}

/// An operand of extent 1 repeats along a label of which there are blocks, and its gradient is a sum over all of them.
#[test]
fn operands_that_repeat() {
    with_caches(|| {
        for (rows, others) in [(13, 1), (1, 13), (13, 13)] {
            let (x, w, b) = (random((rows, 3), 1, 0), random((3, 5), 2, 1), random((others, 5), 3, 2));
            let dy = random((13, 5), 4, 0);
            let before =
                |i: usize, j: usize| b[[i % others, j]] + sum([3], |[k]: [usize; 1]| x[[i % rows, k]] * w[[k, j]]);
            let slope = |i, j| if before(i, j) > 0.0 { dy[[i, j]] } else { 0.0 };
            let (y, pullback) = einsum_vjp!([i, j] = relu(sum[k](x[i, k] * w[k, j]) + b[i, j]));
            let (dx, dw, db) = pullback(&dy);
            assert!(near(&y, &Array2::from_shape_fn((13, 5), |(i, j)| before(i, j).max(0.0))));
            let of = |count: usize, at: usize, i: usize| count == 13 && i != at;
            let expected = Array2::from_shape_fn((others, 5), |(at, j)| {
                sum([13], |[i]: [usize; 1]| if of(others, at, i) { 0.0 } else { slope(i, j) })
            });
            assert!(near(&db, &expected), "{rows} {others}");
            let expected = Array2::from_shape_fn((rows, 3), |(at, k)| {
                sum([13, 5], |[i, j]| if of(rows, at, i) { 0.0 } else { slope(i, j) * w[[k, j]] })
            });
            assert!(near(&dx, &expected), "{rows} {others}");
            let expected =
                Array2::from_shape_fn((3, 5), |(k, j)| sum([13], |[i]: [usize; 1]| slope(i, j) * x[[i % rows, k]]));
            assert!(near(&dw, &expected), "{rows} {others}");
        }
    });
}

/// What is scaled by a statement, lest its square be too large, is scaled before it is squared.
#[test]
fn scaled_before_they_are_squared() {
    let x = array![[3e200, 4e200]];
    let y = einsum!({
        let s[n] = 1.0 / max[i](abs(x[n, i]));
        let c[n, i] = x[n, i] * s[n];
        [n] = sum[i](c[n, i] * c[n, i])
    });
    assert!((y[0] - 1.5625_f64).abs() < 1e-15, "{y}");
    let x = array![3e25_f32, 4e25];
    let y: f32 = einsum!({
        let c[i] = x[i] * 1e-10;
        [] = sum[i](c[i] * c[i])
    });
    assert!((y / 2.5e31 - 1.0).abs() < 1e-6, "{y}");
    let y: f32 = einsum!({
        let c[i] = x[i] / 1024.0;
        let d[i] = c[i] / 1_048_576.0 / 1_048_576.0;
        [] = sum[i](powi(d[i], 2))
    });
    assert!((f64::from(y) / (25e50 / 2_f64.powi(100)) - 1.0).abs() < 1e-6, "{y}");
}
