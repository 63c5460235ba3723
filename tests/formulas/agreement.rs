//! Values and gradients that must agree where a formula can be computed in several ways: extents that are given, extents of 1 that repeat,
//! complex numbers, choices that are not taken, intermediates that are computed twice.

use einsum::{einsum, einsum_fn, einsum_vjp, try_einsum};
use ndarray::{Array1, Array2, Axis, array, s};
use num_complex::Complex64;

use crate::oracle::{assert_close, assert_gradient, differences, random};

einsum_fn! {
    fn rows(x, w; a = 2) -> [a] { x[a, k] * w[k] + 0 }
    fn forms(x, w; a = 2, b = 2) -> [a, b] { w[a] * x[a, b] + w[a + b] * 2 }
    fn roots(x, w; a = 2, b = 2, c = 2) -> [a, b, c] { w[a + b + c] + sqrt(x[a, b] + 3) }
    fn bounded(x, w) -> [k] { x[i] * w[k] + x[i + 1] * w[k] }
}

/// Gradients of a function of two operands against differences of its values, and those of gradients against differences of gradients.
macro_rules! assert_gradients {
    ($name:ident, $x:expr, $w:expr) => {{
        let (x, w) = ($x, $w);
        let y = $name(&x, &w);
        let dy = random(y.raw_dim(), 7, 0);
        let (dx, dw) = $name::backward(&x, &w, &dy);
        assert_gradient(&dx, &differences(&x, |x| ($name(x, &w) * &dy).sum()));
        assert_gradient(&dw, &differences(&w, |w| ($name(&x, w) * &dy).sum()));
        let (ex, ew) = (random(x.raw_dim(), 8, 0), random(w.raw_dim(), 9, 0));
        let along = |x: &_, w: &_, dy: &_| {
            let (dx, dw) = $name::backward(x, w, dy);
            (dx * &ex).sum() + (dw * &ew).sum()
        };
        let (gx, gw, gdy) = $name::double_backward(&x, &w, &dy, &ex, &ew);
        assert_gradient(&gx, &differences(&x, |x| along(x, &w, &dy)));
        assert_gradient(&gw, &differences(&w, |w| along(&x, w, &dy)));
        assert_gradient(&gdy, &differences(&dy, |dy| along(&x, &w, dy)));
        let (mut ax, mut aw) = (ex.clone(), ew.clone());
        $name::backward_add(&x, &w, &dy, (&mut ax, &mut aw));
        assert_close(&ax, &(&ex + &dx));
        assert_close(&aw, &(&ew + &dw));
    }};
}

#[test]
fn given_extents_need_not_exhaust_an_axis() {
    for layout in 0..4 {
        let (x, w, n) = (random((4, 3), 1, layout), random(3, 2, layout), 2);
        let sum = x.slice(s![.., ..2]).dot(&w.slice(s![..2]));
        assert_close(&einsum!([a] = x[a, k] * w[k] + 0; k = n), &sum);
        assert_close(&einsum!([a] = relu(sum[k](x[a, k] * w[k])); k = n), &sum.mapv(|sum| sum.max(0.0)));
        assert_close(&einsum!([a] = x[a, k] + 1; k = n), &(x.slice(s![.., ..2]).sum_axis(Axis(1)) + 1.0));
        assert_close(
            &einsum!([a] = mean[k](x[a, k]); k = n),
            &x.slice(s![.., ..2]).mean_axis(Axis(1)).expect("columns"),
        );
        let first = try_einsum!([a] = x[a, k] * w[k] + 1; a = n).expect("rows that are there");
        assert_close(&first, &(x.slice(s![..2, ..]).dot(&w) + 1.0));
        assert!(try_einsum!([a] = x[a, k] * w[k] + 1; k = 4).is_err());

        let (y, pullback) = einsum_vjp!([a] = sum[k](exp(x[a, k]) * w[k]); a = n, k = n);
        let value = |x: &Array2<f64>, w: &Array1<f64>| x.slice(s![..2, ..2]).mapv(f64::exp).dot(&w.slice(s![..2]));
        assert_close(&y, &value(&x, &w));
        let dy = random(2, 3, 0);
        let (dx, dw) = pullback(&dy);
        assert_gradient(&dx, &differences(&x, |x| (value(x, &w) * &dy).sum()));
        assert_gradient(&dw, &differences(&w, |w| (value(&x, w) * &dy).sum()));

        let (x, w) = (random((4, 4), 1, layout), random(4, 2, layout));
        assert_close(&rows(&x, &w), &x.slice(s![..2, ..]).dot(&w));
        assert_gradients!(rows, x.clone(), w.clone());
        assert_gradients!(forms, x.clone(), w.clone());
        assert_gradients!(roots, x, w);
    }
}

#[test]
fn a_label_that_another_index_bounds_goes_no_further() {
    let (x, w) = (random(5, 1, 2), random(3, 2, 1));
    let sum = x.slice(s![..4]).sum() + x.slice(s![1..]).sum();
    assert_close(&bounded(&x, &w), &(&w * sum));
    assert_gradients!(bounded, x, w);
}

einsum_fn! {
    fn plus(m, b) -> [i] { m[i, k] + b[i, k] }
    fn doubled(m, b) -> [i] { (m[i, k] + b[i, k]) * 2 }
    fn squares(m, b) -> [i] { m[i, k] * 2 + b[i, k] * b[i, k] }
    fn product(m, b) -> [i, j] { m[i, k] * m[j, k] + b[i, k] * b[j, k] }
    fn outer(m, b) -> [i, j] { sum[k](m[i, k] * b[j, k] - b[i, k] * b[j, k]) + m[j, i] }
}

/// All of a repeated matrix.
fn wide(b: &Array2<f64>, like: &Array2<f64>) -> Array2<f64> {
    b.broadcast(like.raw_dim()).expect("an extent of 1").to_owned()
}

#[test]
fn what_repeats_along_a_summed_label_counts_for_each_index() {
    for shape in [(3, 1), (1, 3), (1, 1), (3, 3)] {
        let (m, b) = (random((3, 3), 1, 0), random(shape, 2, 1));
        let all = wide(&b, &m);
        let sum = (&m + &all).sum_axis(Axis(1));
        assert_close(&plus(&m, &b), &sum);
        assert_close(&einsum!([i] = sum[k](m[i, k] + b[i, k])), &sum);
        assert_close(&einsum!([i] = sum[k](b[i, k] + m[i, k])), &sum);
        assert_close(&doubled(&m, &b), &(&sum * 2.0));
        assert_close(&squares(&m, &b), &(&m * 2.0 + &all * &all).sum_axis(Axis(1)));
        assert_close(&product(&m, &b), &(m.dot(&m.t()) + all.dot(&all.t())));
        assert_close(&outer(&m, &b), &(m.dot(&all.t()) - all.dot(&all.t()) + m.t()));
        let w = random(3, 4, 0);
        assert_close(&einsum!([i] = m[i, k] * w[k] + b[i, k]), &(m.dot(&w) + all.sum_axis(Axis(1))));
        assert_close(
            &Array1::from_elem(1, einsum!([] = m[i, k] + b[i, k])),
            &Array1::from_elem(1, m.sum() + all.sum()),
        );
        assert_gradients!(plus, m.clone(), b.clone());
        assert_gradients!(doubled, m.clone(), b.clone());
        assert_gradients!(squares, m.clone(), b.clone());
        assert_gradients!(product, m.clone(), b.clone());
        assert_gradients!(outer, m, b);
    }
}

#[test]
fn products_keep_the_conjugates_of_other_gradients() {
    let c = Complex64::new;
    let (z, w) = (array![c(1.0, 2.0), c(-0.5, 0.3)], array![c(0.5, 1.0), c(2.0, -1.0)]);
    let one = Array1::from_elem(2, c(1.0, 0.0));
    let (_, pullback) = einsum_vjp!([i] = z[i] * z[i] + prod[k](w[k]), wrt = [z]);
    assert_eq!(pullback(&one).0, z.map(|z| 2.0 * z.conj()));
    // By differences along the real and the imaginary axis, of the real part.
    let of = |z: &Array1<Complex64>| einsum!([i] = conj(z[i]) * exp(z[i]) * prod[k](w[k]));
    let (_, pullback) = einsum_vjp!([i] = conj(z[i]) * exp(z[i]) * prod[k](w[k]), wrt = [z]);
    let found = pullback(&one).0;
    for i in 0..2 {
        let along = |step: Complex64| {
            let (mut after, mut before) = (z.clone(), z.clone());
            after[i] += step * 1e-5;
            before[i] -= step * 1e-5;
            (of(&after)[i] - of(&before)[i]).re / 2e-5
        };
        assert!((found[i] - c(along(c(1.0, 0.0)), along(c(0.0, 1.0)))).norm() < 1e-6, "{found}");
    }
}

#[test]
fn reductions_that_are_not_chosen_have_no_gradient() {
    let (x, w, dy) = (array![[-1.0, 4.0], [1.0, 4.0]], array![-1.0, 1.0], array![1.0, 1.0]);
    let want = array![[0.0, 0.0], [0.5, 0.25]];
    let (_, pullback) = einsum_vjp!([i] = sum[k](select(w[i] > 0, sqrt(x[i, k]), 0)), wrt = [x]);
    assert_eq!(pullback(&dy).0, want);
    let (_, pullback) = einsum_vjp!([i] = select(w[i] > 0, sum[k](sqrt(x[i, k])), 0), wrt = [x]);
    assert_eq!(pullback(&dy).0, want);
    let (_, pullback) = einsum_vjp!([i] = select(w[i] <= 0, 0, sum[k](sqrt(x[i, k]))), wrt = [x]);
    assert_eq!(pullback(&dy).0, want);
    let (_, pullback) = einsum_vjp!({ let s[i] = sum[k](sqrt(x[i, k])); [j] = select(w[j] > 0, s[j], 0) }, wrt = [x]);
    assert_eq!(pullback(&dy).0, want);
    // Through an intermediate, and read twice.
    let (_, pullback) = einsum_vjp!({
        let t[i, k] = sqrt(x[i, k]);
        let s[i] = sum[k](t[i, k]);
        [j] = select(w[j] > 0, 3 * s[j], 0) + select(w[j] > 0 && w[j] < 2, s[j], 0)
    }, wrt = [x]);
    assert_eq!(pullback(&dy).0, &want * 4.0);
    // Of which one is chosen where the other is not.
    let (_, pullback) = einsum_vjp!({
        let s[i] = sum[k](sqrt(x[i, k] + 2));
        [i] = select(w[i] > 0, s[i], 0) + select(w[i] < 0, 2 * s[i], 0)
    }, wrt = [x]);
    let slope = x.map(|x| 0.5 / (x + 2.0_f64).sqrt());
    assert_close(&pullback(&dy).0, &(slope * array![[2.0], [1.0]]));
    let (_, pullback) = einsum_vjp!([i] = select(w[i] > 0, prod[k](ln(x[i, k])), 0), wrt = [x]);
    assert_close(&pullback(&dy).0, &array![[0.0, 0.0], [4.0_f64.ln(), 0.0]]);
}

#[test]
fn what_a_choice_compares_with_its_maximum_has_the_same_bits() {
    for (queries, keys, depth) in [(257, 301, 67), (3, 2, 1)] {
        let q = random((queries, depth), 1, 0).mapv(|x| x as f32);
        let k = random((keys, depth), 2, 0).mapv(|x| x as f32);
        let v = random((keys, 2), 3, 0).mapv(|x| x as f32);
        let (y, pullback) = einsum_vjp!({
            let s[i, j] = q[i, e] * k[j, e];
            let m[i] = max[j](s[i, j]);
            let t[i, j] = s[i, j] - m[i];
            let h[i, j] = select(t[i, j] >= 0, s[i, j], 0) + select(!(s[i, j] < m[i]), s[i, j], 0);
            [i, d] = h[i, j] * v[j, d]
        });
        let (dq, ..) = pullback(&y.mapv(|_| 1.0));
        let is_lost = |row: ndarray::ArrayView1<'_, f32>| row.iter().all(|x| *x == 0.0);
        assert!(!dq.rows().into_iter().any(is_lost));
    }
}

/// A quotient has the same bits wherever it is: in the value and in the pullback, where what it divides by is there already, and in statements
/// of more labels.
#[test]
fn quotients_equal_themselves() {
    let x = Array2::from_shape_fn((8, 5), |(i, j)| (1.7 * (5 * i + j) as f64).sin());
    let w = Array1::from_shape_fn(5, |j| 1.0 + 0.3 * (0.9 * (j * j) as f64).sin());
    let (y, pullback) = einsum_vjp!({
        let m[i] = max[j](x[i, j]);
        let p[i, j] = exp(x[i, j] - m[i]);
        let l[i] = sum[j](p[i, j]);
        [i] = min[j](w[j] * p[i, j] / l[i])
    });
    let (_, dw) = pullback(&Array1::ones(8));
    // The minimum is linear in w.
    assert!(((&dw * &w).sum() - y.sum()).abs() < 1e-12, "{dw}");

    let u = Array2::<f64>::ones((8, 5));
    let (y, pullback) = einsum_vjp!({
        let m[i] = max[j](x[i, j]);
        let p[i, j] = exp(x[i, j] - m[i]);
        let l[i] = sum[j](p[i, j]);
        let t[i] = max[j](w[j] * p[i, j] / l[i]);
        [i] = sum[j](select(w[j] * p[i, j] / l[i] >= t[i], u[i, j], 0))
    }, wrt = [u]);
    assert_eq!(y, Array1::ones(8));
    assert_eq!(pullback(&Array1::ones(8)).0.sum(), 8.0);

    let z = Array2::<f64>::ones((8, 2));
    for s in 1..=8 {
        let s = f64::from(s);
        let c = Array1::from_shape_fn(8, |i| (1.3 * i as f64 * s).sin() + 1.5);
        let v = Array1::from_shape_fn(8, |i| (0.7 * i as f64 * s).cos() + 1.5);
        let chosen = einsum!({
            let m[] = max[i](c[i] / sqrt(v[i]));
            [i, k] = select(c[i] / sqrt(v[i]) >= m, z[i, k], 0)
        });
        assert_eq!(chosen.sum(), 2.0, "{s}");
    }
}
