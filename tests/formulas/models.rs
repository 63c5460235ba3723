//! Programs that nobody has asked for: their values against loops over indices, and their gradients against differences of these.

use einsum::{einsum, einsum_fn, einsum_vjp};
use ndarray::{Array1, Array2, Array3, array};

use crate::oracle::{assert_close, assert_gradient, differences, random};

#[test]
fn rotary() {
    let (x, f) = (random((3, 2, 10), 1, 1), random([5], 2, 2));
    let n = 5;
    let (y, pull) = einsum_vjp!({
        let c[t, d] = cos((t as f64) * f[d]);
        let s[t, d] = sin((t as f64) * f[d]);
        [t, h, 2*d + e] = select(e == 0, x[t, h, 2*d] * c[t, d] - x[t, h, 2*d + 1] * s[t, d],
            x[t, h, 2*d + 1] * c[t, d] + x[t, h, 2*d] * s[t, d])
    }; e = 2, t = 3, d = n);
    let by = |x: &Array3<f64>, f: &Array1<f64>| {
        Array3::from_shape_fn((3, 2, 10), |(t, h, k)| {
            let (d, e) = (k / 2, k % 2);
            let (c, s) = ((t as f64 * f[d]).cos(), (t as f64 * f[d]).sin());
            if e == 0 {
                x[[t, h, 2 * d]] * c - x[[t, h, 2 * d + 1]] * s
            } else {
                x[[t, h, 2 * d + 1]] * c + x[[t, h, 2 * d]] * s
            }
        })
    };
    assert_close(&y, &by(&x, &f));
    let dy = random((3, 2, 10), 3, 3);
    let (df, dx) = {
        let (a, b) = pull(&dy);
        (a, b)
    };
    assert_gradient(&df, &differences(&f, |f| (by(&x, f) * &dy).sum()));
    assert_gradient(&dx, &differences(&x, |x| (by(x, &f) * &dy).sum()));
}

#[test]
fn scans() {
    let x = random([7], 1, 1);
    let n = 7;
    let (y, pull) = einsum_vjp!([i] = sum[j](select(j <= i, x[j], 0)); i = n);
    assert_close(&y, &Array1::from_shape_fn(7, |i| (0..=i).map(|j| x[j]).sum()));
    let dy = random([7], 2, 2);
    assert_close(&pull(&dy).0, &Array1::from_shape_fn(7, |j| (j..7).map(|i| dy[i]).sum()));
    let (p, pull) = einsum_vjp!([i] = prod[j](select(j <= i, x[j], 1)); i = n);
    let by = |x: &Array1<f64>| Array1::from_shape_fn(7, |i| (0..=i).map(|j| x[j]).product());
    assert_close(&p, &by(&x));
    assert_gradient(&pull(&dy).0, &differences(&x, |x| (by(x) * &dy).sum()));
    let ranks = einsum!([i] = sum[j](select(x[j] < x[i], 1, 0)));
    assert_close(&ranks, &Array1::from_shape_fn(7, |i| (0..7).filter(|&j| x[j] < x[i]).count() as f64));
}

#[test]
fn ising() {
    let s = random((3, 5), 1, 1);
    let (h, w) = (3, 5);
    let (e, pull) = einsum_vjp!([] = -sum[i, j](s[i, j] * (wrap(s)[i + 1, j] + wrap(s)[i, j + 1])); i = h, j = w);
    let by = |s: &Array2<f64>| {
        -(0..3)
            .flat_map(|i| (0..5).map(move |j| (i, j)))
            .map(|(i, j)| s[[i, j]] * (s[[(i + 1) % 3, j]] + s[[i, (j + 1) % 5]]))
            .sum::<f64>()
    };
    assert!((e - by(&s)).abs() < 1e-12);
    assert_gradient(&pull(&2.0).0, &differences(&s, |s| 2.0 * by(s)));
}

einsum_fn! {
    fn gru(x, h, w, u, b) -> [s, j] {
        let z[s, j] = sigmoid(sum[k](x[s, k] * w[0, k, j]) + sum[k](h[s, k] * u[0, k, j]) + b[0, j]);
        let r[s, j] = sigmoid(sum[k](x[s, k] * w[1, k, j]) + sum[k](h[s, k] * u[1, k, j]) + b[1, j]);
        let c[s, j] = tanh(sum[k](x[s, k] * w[2, k, j]) + r[s, j] * sum[k](h[s, k] * u[2, k, j]) + b[2, j]);
        (1 - z[s, j]) * c[s, j] + z[s, j] * h[s, j]
    }
    fn sinkhorn(c, a, b) -> [i, j] {
        let f[i] = -logsumexp[j](-c[i, j]) + ln(a[i]);
        let g[j] = -logsumexp[i](f[i] - c[i, j]) + ln(b[j]);
        exp(f[i] + g[j] - c[i, j])
    }
    fn penalty(x, w) -> [] { sum[f, i](powi(relu(sum[c, p](x[c, i + p] * w[f, c, p])), 2)) }
}

#[test]
fn cells() {
    let (x, h, w, u, b) = (
        random((2, 3), 1, 1),
        random((2, 5), 2, 2),
        random((3, 3, 5), 3, 3),
        random((3, 5, 5), 4, 4),
        random((3, 5), 5, 5),
    );
    let f = |x: &Array2<f64>, h: &Array2<f64>, w: &Array3<f64>, u: &Array3<f64>, b: &Array2<f64>| {
        Array2::from_shape_fn((2, 5), |(s, j)| {
            let xw = |g: usize, j: usize| (0..3).map(|k| x[[s, k]] * w[[g, k, j]]).sum::<f64>();
            let hu = |g: usize, j: usize| (0..5).map(|k| h[[s, k]] * u[[g, k, j]]).sum::<f64>();
            let sg = |x: f64| 1.0 / (1.0 + (-x).exp());
            let z = sg(xw(0, j) + hu(0, j) + b[[0, j]]);
            let r = sg(xw(1, j) + hu(1, j) + b[[1, j]]);
            let c = (xw(2, j) + r * hu(2, j) + b[[2, j]]).tanh();
            (1.0 - z) * c + z * h[[s, j]]
        })
    };
    assert_close(&gru(&x, &h, &w, &u, &b), &f(&x, &h, &w, &u, &b));
    let dy = random((2, 5), 6, 6);
    let (dx, dh, dw, du, db) = gru::backward(&x, &h, &w, &u, &b, &dy);
    assert_gradient(&dx, &differences(&x, |x| (f(x, &h, &w, &u, &b) * &dy).sum()));
    assert_gradient(&dh, &differences(&h, |h| (f(&x, h, &w, &u, &b) * &dy).sum()));
    assert_gradient(&dw, &differences(&w, |w| (f(&x, &h, w, &u, &b) * &dy).sum()));
    assert_gradient(&du, &differences(&u, |u| (f(&x, &h, &w, u, &b) * &dy).sum()));
    assert_gradient(&db, &differences(&b, |b| (f(&x, &h, &w, &u, b) * &dy).sum()));
    let (c, a, b) = (random((3, 5), 1, 1), random([3], 2, 2).mapv(|x| x + 2.0), random([5], 3, 3).mapv(|x| x + 2.0));
    let g = |c: &Array2<f64>, a: &Array1<f64>, b: &Array1<f64>| {
        let f = Array1::from_shape_fn(3, |i| -(0..5).map(|j| (-c[[i, j]]).exp()).sum::<f64>().ln() + a[i].ln());
        let g = Array1::from_shape_fn(5, |j| -(0..3).map(|i| (f[i] - c[[i, j]]).exp()).sum::<f64>().ln() + b[j].ln());
        Array2::from_shape_fn((3, 5), |(i, j)| (f[i] + g[j] - c[[i, j]]).exp())
    };
    assert_close(&sinkhorn(&c, &a, &b), &g(&c, &a, &b));
    let dy = random((3, 5), 7, 7);
    let (dc, da, db) = sinkhorn::backward(&c, &a, &b, &dy);
    assert_gradient(&dc, &differences(&c, |c| (g(c, &a, &b) * &dy).sum()));
    assert_gradient(&da, &differences(&a, |a| (g(&c, a, &b) * &dy).sum()));
    assert_gradient(&db, &differences(&b, |b| (g(&c, &a, b) * &dy).sum()));
    let (x, w) = (random((2, 7), 1, 1), random((3, 2, 3), 2, 2));
    let (dx, _) = penalty::backward(&x, &w, 1.0);
    let e = random((2, 7), 3, 3);
    let (gx, gw, _) = penalty::double_backward(&x, &w, 1.0, &e, &Array3::zeros((3, 2, 3)));
    assert_gradient(&dx, &differences(&x, |x| penalty(x, &w)));
    assert_gradient(&gx, &differences(&x, |x| (penalty::backward(x, &w, 1.0).0 * &e).sum()));
    assert_gradient(&gw, &differences(&w, |w| (penalty::backward(&x, w, 1.0).0 * &e).sum()));
}

einsum_fn! {
    fn resize(x, t, u, f) -> [i, c] { (1 - f[i]) * x[t[i], c] + f[i] * x[u[i], c] }
    fn mixture(x, m, s, w) -> [] { -mean[n](logsumexp[k](w[k] - ln(s[k]) - sum[d](powi((x[n, d] - m[k, d]) / s[k], 2)) / 2)) }
    fn lstm(x, h, c, w, u) -> [b, j] {
        let g[b, q, j] = x[b, k] * w[q, k, j] + h[b, l] * u[q, l, j];
        let e[b, j] = sigmoid(g[b, 0, j]) * c[b, j] + sigmoid(g[b, 1, j]) * tanh(g[b, 2, j]);
        sigmoid(g[b, 3, j]) * tanh(e[b, j])
    }
    fn gated(x, w) -> [b, i] {
        let a[b, i] = x[b, k] * w[k, i];
        let h[b, i] = a[b, i] * sigmoid(1.702 * a[b, i]);
        h[b, i] - mean[i](h[b, i])
    }
    fn best_of(x, v) -> [i, d] {
        let a[i] = argmax[j](x[i, j]);
        v[a[i], d] * 2 + x[i, a[i]]
    }
    fn huber(x, y, d) -> [] { mean[n](select(abs(x[n] - y[n]) <= d, powi(x[n] - y[n], 2) / 2, d * (abs(x[n] - y[n]) - d / 2))) }
    fn deep(x) -> [i] {
        let a[i, j] = max(x[i], x[j]) * min(x[i], x[j]);
        let m[j] = max[i](a[i, j]);
        let s[] = sum[j](m[j] * m[j]);
        prod[j](select(i == j, 1, x[j] - x[i])) / (s + 1)
    }
    fn sobel(x; i, j) -> [i, j] {
        let g[i, j] = clamp(x)[i + 1, j] - clamp(x)[i - 1, j];
        let h[i, j] = clamp(x)[i, j + 1] - clamp(x)[i, j - 1];
        sqrt(powi(g[i, j], 2) + powi(h[i, j], 2) + 0.01)
    }
}

#[test]
fn elements_between_two_rows() {
    let (x, f) = (random((5, 3), 1, 1), random([7], 2, 2));
    let (t, u) = (array![0_u16, 1, 2, 3, 0, 1, 1], array![1_usize, 2, 3, 4, 0, 2, 4]);
    let by = |x: &Array2<f64>, f: &Array1<f64>| {
        Array2::from_shape_fn((7, 3), |(i, c)| (1.0 - f[i]) * x[[t[i] as usize, c]] + f[i] * x[[u[i], c]])
    };
    assert_close(&resize(&x, &t, &u, &f), &by(&x, &f));
    let dy = random((7, 3), 3, 3);
    let (dx, df) = resize::backward(&x, &t, &u, &f, &dy);
    assert_gradient(&dx, &differences(&x, |x| (by(x, &f) * &dy).sum()));
    assert_gradient(&df, &differences(&f, |f| (by(&x, f) * &dy).sum()));
}

#[test]
fn a_mixture_of_gaussians() {
    let (x, m, s, w) =
        (random((7, 2), 1, 1), random((3, 2), 2, 2), random([3], 3, 3).mapv(|s| s.abs() + 0.5), random([3], 4, 4));
    let by = |x: &Array2<f64>, m: &Array2<f64>, s: &Array1<f64>, w: &Array1<f64>| {
        -(0..7)
            .map(|n| {
                (0..3)
                    .map(|k| {
                        (w[k] - s[k].ln() - (0..2).map(|d| ((x[[n, d]] - m[[k, d]]) / s[k]).powi(2)).sum::<f64>() / 2.0)
                            .exp()
                    })
                    .sum::<f64>()
                    .ln()
            })
            .sum::<f64>()
            / 7.0
    };
    assert!((mixture(&x, &m, &s, &w) - by(&x, &m, &s, &w)).abs() < 1e-12);
    let (dx, dm, ds, dw) = mixture::backward(&x, &m, &s, &w, 1.5);
    assert_gradient(&dx, &differences(&x, |x| 1.5 * by(x, &m, &s, &w)));
    assert_gradient(&dm, &differences(&m, |m| 1.5 * by(&x, m, &s, &w)));
    assert_gradient(&ds, &differences(&s, |s| 1.5 * by(&x, &m, s, &w)));
    assert_gradient(&dw, &differences(&w, |w| 1.5 * by(&x, &m, &s, w)));
    let (gx, _, _, _, _) = mixture::double_backward(&x, &m, &s, &w, 1.5, (&x, &m, &s, &w));
    assert_gradient(
        &gx,
        &differences(&x, |y| {
            let (a, b, c, d) = mixture::backward(y, &m, &s, &w, 1.5);
            (a * &x).sum() + (b * &m).sum() + (c * &s).sum() + (d * &w).sum()
        }),
    );
}

#[test]
fn a_cell_with_gates() {
    let (x, h, c, w, u) = (
        random((2, 3), 1, 1),
        random((2, 5), 2, 2),
        random((2, 5), 3, 3),
        random((4, 3, 5), 4, 4),
        random((4, 5, 5), 5, 5),
    );
    let by = |x: &Array2<f64>, h: &Array2<f64>, c: &Array2<f64>, w: &Array3<f64>, u: &Array3<f64>| {
        Array2::from_shape_fn((2, 5), |(b, j)| {
            let g = |q: usize| {
                (0..3).map(|k| x[[b, k]] * w[[q, k, j]]).sum::<f64>()
                    + (0..5).map(|k| h[[b, k]] * u[[q, k, j]]).sum::<f64>()
            };
            let sg = |x: f64| 1.0 / (1.0 + (-x).exp());
            sg(g(3)) * (sg(g(0)) * c[[b, j]] + sg(g(1)) * g(2).tanh()).tanh()
        })
    };
    assert_close(&lstm(&x, &h, &c, &w, &u), &by(&x, &h, &c, &w, &u));
    let dy = random((2, 5), 6, 6);
    let (dx, dh, dc, dw, du) = lstm::backward(&x, &h, &c, &w, &u, &dy);
    assert_gradient(&dx, &differences(&x, |x| (by(x, &h, &c, &w, &u) * &dy).sum()));
    assert_gradient(&dh, &differences(&h, |h| (by(&x, h, &c, &w, &u) * &dy).sum()));
    assert_gradient(&dc, &differences(&c, |c| (by(&x, &h, c, &w, &u) * &dy).sum()));
    assert_gradient(&dw, &differences(&w, |w| (by(&x, &h, &c, w, &u) * &dy).sum()));
    assert_gradient(&du, &differences(&u, |u| (by(&x, &h, &c, &w, u) * &dy).sum()));
}

#[test]
fn a_gate_and_its_mean() {
    let (x, w) = (random((2, 3), 1, 1), random((3, 5), 2, 2));
    let dy = random((2, 5), 3, 3);
    let (dx, dw) = gated::backward(&x, &w, &dy);
    assert_gradient(&dx, &differences(&x, |x| (gated(x, &w) * &dy).sum()));
    assert_gradient(&dw, &differences(&w, |w| (gated(&x, w) * &dy).sum()));
}

#[test]
fn the_best_of_each_row() {
    let (x, v) = (random((4, 5), 1, 1), random((5, 2), 2, 2));
    let dy = random((4, 2), 3, 3);
    let (dx, dv) = best_of::backward(&x, &v, &dy);
    assert_gradient(&dx, &differences(&x, |x| (best_of(x, &v) * &dy).sum()));
    assert_gradient(&dv, &differences(&v, |v| (best_of(&x, v) * &dy).sum()));
}

#[test]
fn a_loss_that_is_linear_far_away() {
    let (x, y) = (random([9], 1, 1), random([9], 2, 2));
    let by = |x: &Array1<f64>, y: &Array1<f64>, d: f64| {
        (0..9)
            .map(|n| {
                let e = (x[n] - y[n]).abs();
                if e <= d { e * e / 2.0 } else { d * (e - d / 2.0) }
            })
            .sum::<f64>()
            / 9.0
    };
    assert!((huber(&x, &y, 0.5) - by(&x, &y, 0.5)).abs() < 1e-12);
    let (dx, dy, dd) = huber::backward(&x, &y, 0.5, 1.0);
    assert_gradient(&dx, &differences(&x, |x| by(x, &y, 0.5)));
    assert_gradient(&dy, &differences(&y, |y| by(&x, y, 0.5)));
    assert!((dd - (by(&x, &y, 0.5 + 1e-6) - by(&x, &y, 0.5 - 1e-6)) / 2e-6).abs() < 1e-6);
}

#[test]
fn statements_upon_statements() {
    let x = random([5], 7, 7);
    let by = |x: &Array1<f64>| {
        let m = |j: usize| (0..5).map(|i| x[i].max(x[j]) * x[i].min(x[j])).fold(f64::MIN, f64::max);
        let s = (0..5).map(|j| m(j) * m(j)).sum::<f64>();
        Array1::from_shape_fn(5, |i| (0..5).filter(|&j| j != i).map(|j| x[j] - x[i]).product::<f64>() / (s + 1.0))
    };
    assert_close(&deep(&x), &by(&x));
    let dy = random([5], 3, 3);
    assert_gradient(&deep::backward(&x, &dy).0, &differences(&x, |x| (by(x) * &dy).sum()));
    let (gx, _) = deep::double_backward(&x, &dy, &x);
    assert_gradient(&gx, &differences(&x, |y| (deep::backward(y, &dy).0 * &x).sum()));
}

#[test]
fn edges_of_an_image() {
    let x = random((5, 7), 1, 1);
    let dy = random((5, 7), 2, 2);
    let (dx,) = sobel::backward(&x, 5, 7, &dy);
    assert_gradient(&dx, &differences(&x, |x| (sobel(x, 5, 7) * &dy).sum()));
    let (gx, _) = sobel::double_backward(&x, 5, 7, &dy, &x);
    assert_gradient(&gx, &differences(&x, |y| (sobel::backward(y, 5, 7, &dy).0 * &x).sum()));
}

#[test]
fn an_image_of_twice_the_size() {
    let x = random((5, 7), 1, 1);
    let n = 2;
    let up = einsum!([2*i + p, 2*j + q] = x[i, j] * 1; p = n, q = 2);
    assert_close(&up, &Array2::from_shape_fn((10, 14), |(i, j)| x[[i / 2, j / 2]]));
}
