//! Functions of formulas, and all that is in their modules.

use einsum::{einsum_fn, einsum_jvp, einsum_vjp, einsum_vjp_add};
use ndarray::{Array1, Array2, array};
use num_complex::Complex64;

use super::oracle::{LAYOUTS, assert_close, assert_gradient, differences, random, sum};

einsum_fn! {
    /// A layer.
    pub fn layer(x, w, b) -> [i, j] { tanh(sum[k](x[i, k] * w[k, j]) + b[j]) }

    /// Attention of one head.
    pub fn attention(q, k, v) -> [i, d] {
        let s[i, j] = q[i, e] * k[j, e];
        let p[i, j] = exp(s[i, j] - max[j](s[i, j]));
        p[i, j] * v[j, d] / sum[j](p[i, j])
    }
}

fn expected(x: &Array2<f64>, w: &Array2<f64>, b: &Array1<f64>) -> Array2<f64> {
    Array2::from_shape_fn([x.nrows(), w.ncols()], |(i, j)| {
        (sum([x.ncols()], |[k]| x[[i, k]] * w[[k, j]]) + b[j]).tanh()
    })
}

#[test]
fn a_layer() {
    for layout in 0..LAYOUTS {
        let (x, w, b) = (random([5, 3], 1, layout), random([3, 7], 2, layout + 1), random([7], 3, layout + 2));
        assert_close(&layer(&x, &w, &b), &expected(&x, &w, &b));
        let dy = random([5, 7], 4, layout);
        let (dx, dw, db) = layer::backward(&x, &w, &b, &dy);
        assert_gradient(&dx, &differences(&x, |x| (expected(x, &w, &b) * &dy).sum()));
        assert_gradient(&dw, &differences(&w, |w| (expected(&x, w, &b) * &dy).sum()));
        assert_gradient(&db, &differences(&b, |b| (expected(&x, &w, b) * &dy).sum()));
        assert_close(&layer::backward_x(&x, &w, &b, &dy), &dx);
        assert_close(&layer::backward_w(&x, &w, &b, &dy), &dw);
        assert_close(&layer::backward_b(&x, &w, &b, &dy), &db);
        let (mut ax, mut aw, mut ab) = (x.clone(), w.clone(), b.clone());
        layer::backward_add(&x, &w, &b, &dy, (&mut ax, &mut aw, &mut ab));
        assert_close(&ax, &(&x + &dx));
        assert_close(&aw, &(&w + &dw));
        assert_close(&ab, &(&b + &db));
        let (y, pullback) = einsum_vjp!([i, j] = tanh(sum[k](x[i, k] * w[k, j]) + b[j]));
        assert_close(&y, &expected(&x, &w, &b));
        let (px, pw, pb) = pullback(&dy);
        assert_close(&px, &dx);
        assert_close(&pw, &dw);
        assert_close(&pb, &db);
        let (y, pullback) = einsum_vjp_add!([i, j] = tanh(sum[k](x[i, k] * w[k, j]) + b[j]));
        assert_close(&y, &expected(&x, &w, &b));
        let (mut ax, mut aw, mut ab) = (x.clone(), w.clone(), b.clone());
        pullback(&dy, (&mut ax, &mut aw, &mut ab));
        assert_close(&ax, &(&x + &dx));
        assert_close(&aw, &(&w + &dw));
        assert_close(&ab, &(&b + &db));
        let (ex, ew, eb) = (random([5, 3], 5, 1), random([3, 7], 6, 2), random([7], 7, 0));
        let (y, ey) = layer::jvp((&x, &ex), (&w, &ew), (&b, &eb));
        assert_close(&y, &expected(&x, &w, &b));
        let step = 1e-6;
        let moved = |t: f64| expected(&(&x + &ex * t), &(&w + &ew * t), &(&b + &eb * t));
        assert_gradient(&ey, &((moved(step) - moved(-step)) / (2.0 * step)));
        let (y, again) = einsum_jvp!([i, j] = tanh(sum[k]((x, ex)[i, k] * (w, ew)[k, j]) + (b, eb)[j]));
        assert_close(&y, &expected(&x, &w, &b));
        assert_close(&again, &ey);
    }
}

#[test]
fn a_layer_twice() {
    let (x, w, b) = (random([2, 3], 1, 0), random([3, 5], 2, 1), random([5], 3, 2));
    let dy = random([2, 5], 4, 0);
    let (ex, ew, eb) = (random([2, 3], 5, 1), random([3, 5], 6, 2), random([5], 7, 0));
    let inner = |x: &Array2<f64>, w: &Array2<f64>, b: &Array1<f64>, dy: &Array2<f64>| {
        let (dx, dw, db) = layer::backward(x, w, b, dy);
        (dx * &ex).sum() + (dw * &ew).sum() + (db * &eb).sum()
    };
    let (gx, gw, gb, gdy) = layer::double_backward(&x, &w, &b, &dy, &ex, &ew, &eb);
    assert_gradient(&gx, &differences(&x, |x| inner(x, &w, &b, &dy)));
    assert_gradient(&gw, &differences(&w, |w| inner(&x, w, &b, &dy)));
    assert_gradient(&gb, &differences(&b, |b| inner(&x, &w, b, &dy)));
    assert_gradient(&gdy, &differences(&dy, |dy| inner(&x, &w, &b, dy)));
}

fn attended(q: &Array2<f64>, k: &Array2<f64>, v: &Array2<f64>) -> Array2<f64> {
    let weight = |i: usize, j: usize| sum([q.ncols()], |[e]| q[[i, e]] * k[[j, e]]).exp();
    Array2::from_shape_fn([q.nrows(), v.ncols()], |(i, d)| {
        sum([k.nrows()], |[j]| weight(i, j) * v[[j, d]]) / sum([k.nrows()], |[j]| weight(i, j))
    })
}

#[test]
fn an_attention() {
    let (q, k, v) = (random([5, 3], 1, 1), random([7, 3], 2, 2), random([7, 2], 3, 3));
    assert_close(&attention(&q, &k, &v), &attended(&q, &k, &v));
    let dy = random([5, 2], 4, 0);
    let (dq, dk, dv) = attention::backward(&q, &k, &v, &dy);
    assert_gradient(&dq, &differences(&q, |q| (attended(q, &k, &v) * &dy).sum()));
    assert_gradient(&dk, &differences(&k, |k| (attended(&q, k, &v) * &dy).sum()));
    assert_gradient(&dv, &differences(&v, |v| (attended(&q, &k, v) * &dy).sum()));
}

#[test]
fn gradients_of_complex_quotients_are_conjugated() {
    let z = array![Complex64::new(1.0, 2.0), Complex64::new(-0.5, 0.25)];
    let dy = array![Complex64::new(0.5, -0.25), Complex64::new(2.0, 3.0)];
    let expected = z.mapv(|z| (-(z * z).inv()).conj()) * &dy;
    let (_, of_recip) = einsum_vjp!([i] = recip(z[i]));
    let (_, of_quotient) = einsum_vjp!([i] = 1.0 / z[i]);
    for (dz,) in [of_recip(&dy), of_quotient(&dy)] {
        assert!((dz - &expected).iter().all(|difference| difference.norm() < 1e-12));
    }
}

einsum_fn! {
    fn residual(r, x, w) -> [i, j] {
        let h[i, j] = x[i, k] * w[k, j];
        r[i, j] + h[i, j]
    }
    fn skipped(b, w) -> [i] {
        let s[i] = sin(w[i]) * w[i];
        b[i] + s[i]
    }
}

#[test]
fn sums_of_an_operand_and_an_intermediate() {
    let (r, x, w, dy) = (random([5, 7], 1, 1), random([5, 3], 2, 2), random([3, 7], 3, 3), random([5, 7], 4, 0));
    let (dr, dx, dw) = residual::backward(&r, &x, &w, &dy);
    assert_close(&residual(&r, &x, &w), &(&r + &x.dot(&w)));
    assert_close(&dr, &dy);
    assert_close(&dx, &dy.dot(&w.t()));
    assert_close(&dw, &x.t().dot(&dy));
    let (mut ar, mut ax, mut aw) = (r.clone(), x.clone(), w.clone());
    residual::backward_add(&r, &x, &w, &dy, (&mut ar, &mut ax, &mut aw));
    assert_close(&ar, &(&r + &dr));
    assert_close(&ax, &(&x + &dx));
    assert_close(&aw, &(&w + &dw));
    let (er, ex, ew) = (random([5, 7], 5, 0), random([5, 3], 6, 1), random([3, 7], 7, 2));
    let (gr, gx, gw, gdy) = residual::double_backward(&r, &x, &w, &dy, &er, &ex, &ew);
    assert_close(&gr, &(&r * 0.0));
    assert_close(&gx, &dy.dot(&ew.t()));
    assert_close(&gw, &ex.t().dot(&dy));
    assert_close(&gdy, &(&er + &ex.dot(&w) + &x.dot(&ew)));

    let (b, w, dy) = (random([7], 1, 1), random([7], 2, 2), random([7], 3, 3));
    let slope = w.mapv(|w| w.cos() * w + w.sin());
    let (mut ab, mut aw) = (b.clone(), w.clone());
    skipped::backward_add(&b, &w, &dy, (&mut ab, &mut aw));
    assert_close(&ab, &(&b + &dy));
    assert_close(&aw, &(&w + &(&slope * &dy)));
    let (_, pullback) = einsum_vjp_add!({ let s[i] = sin(w[i]) * w[i]; [i] = b[i] + s[i] });
    let (mut ab, mut aw) = (b.clone(), w.clone());
    pullback(&dy, (&mut aw, &mut ab));
    assert_close(&ab, &(&b + &dy));
    assert_close(&aw, &(&w + &(&slope * &dy)));
}

#[test]
fn a_sum_of_what_repeats_and_a_maximum() {
    let (b, x, dy) = (array![0.5], array![[1.0, 0.0], [0.0, 1.0]], array![1.0, 10.0]);
    let (y, pullback) = einsum_vjp!([i] = b[i] + max[k](x[i, k]));
    assert_eq!(y, array![1.5, 1.5]);
    assert_eq!(pullback(&dy), (array![11.0], array![[1.0, 0.0], [0.0, 10.0]]));
    let (_, pullback) = einsum_vjp_add!([i] = b[i] + max[k](x[i, k]));
    let (mut db, mut dx) = (array![100.0], array![[100.0, 200.0], [300.0, 400.0]]);
    pullback(&dy, (&mut db, &mut dx));
    assert_eq!((db, dx), (array![111.0], array![[101.0, 200.0], [300.0, 410.0]]));
}
