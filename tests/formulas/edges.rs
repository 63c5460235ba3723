//! Constructs at their edges: far outside of a tensor, reductions of nothing, NaN, the largest integers, extents of 1.

use einsum::{einsum, einsum_fn, einsum_jvp, einsum_vjp, einsum_vjp_add, try_einsum};
use ndarray::{Array, Array1, Array2, Array3, ArrayD, array};
use num_complex::Complex64;

use crate::oracle::{assert_close, assert_gradient, differences, random};

#[test]
fn around() {
    let x = random([5], 1, 1);
    let at = |k: isize| x[k as usize];
    let n = 9;
    assert_close(
        &einsum!([i] = clamp(x)[3*i - 100] + 0; i = n),
        &Array1::from_shape_fn(9, |i| at((3 * i as isize - 100).clamp(0, 4))),
    );
    assert_close(
        &einsum!([i] = clamp(x)[100 - 30*i] + 0; i = n),
        &Array1::from_shape_fn(9, |i| at((100 - 30 * i as isize).clamp(0, 4))),
    );
    assert_close(
        &einsum!([i] = wrap(x)[7 - 3*i] + 0; i = n),
        &Array1::from_shape_fn(9, |i| at((7 - 3 * i as isize).rem_euclid(5))),
    );
    assert_close(
        &einsum!([i] = wrap(x)[i - 1_000_003] + 0; i = n),
        &Array1::from_shape_fn(9, |i| at((i as isize - 1_000_003).rem_euclid(5))),
    );
    assert_close(
        &einsum!([i] = zero(x)[3 - i] * 2; i = n),
        &Array1::from_shape_fn(9, |i| if i <= 3 { 2.0 * at(3 - i as isize) } else { 0.0 }),
    );
    assert_close(&einsum!([i] = zero(x)[i - 1_000_000] + 1; i = n), &Array1::ones(9));
    let big = usize::MAX;
    assert_close(&einsum!([i] = zero(x)[i + (big)] + 1; i = n), &Array1::ones(9));
    assert_close(&einsum!([i] = clamp(x)[i + (big)] + 0; i = n), &Array1::from_elem(9, x[4]));
    let e = Array1::<f64>::zeros(0);
    assert!(try_einsum!([i] = clamp(e)[i] + 0; i = n).is_err());
    assert!(try_einsum!([i] = wrap(e)[i] + 0; i = n).is_err());
    assert_close(&einsum!([i] = zero(e)[i] + 0; i = n), &Array1::zeros(9));
    for by in [-3isize, 0, 2] {
        let by = by.rem_euclid(5) as usize;
        let (y, pull) = einsum_vjp!([i] = wrap(x)[i + (by)] * clamp(x)[2*i - 3] * zero(x)[i - 2]; i = n);
        let f = |x: &Array1<f64>| {
            Array1::from_shape_fn(9, |i| {
                x[(i + by) % 5]
                    * x[(2 * i as isize - 3).clamp(0, 4) as usize]
                    * if (2..7).contains(&i) { x[i - 2] } else { 0.0 }
            })
        };
        assert_close(&y, &f(&x));
        let dy = random([9], 3, 3);
        assert_gradient(&pull(&dy).0, &differences(&x, |x| (f(x) * &dy).sum()));
    }
}

/// What lies between the indices is not copied: there would be 20 billion elements of it.
#[test]
fn far_apart() {
    let (x, m) = (random([5], 1, 1), random((5, 3), 2, 2));
    let (n, by) = (20_000, 1_000_003);
    let first = Array1::from_shape_fn(n, |i| if i == 0 { x[0] } else { 0.0 });
    assert_close(&einsum!([i] = zero(x)[1_000_003*i] + 0; i = n), &first);
    assert_close(&einsum!([i] = zero(x)[(by)*i] + 0; i = n), &first);
    let wrapped = |k: isize| k.rem_euclid(5) as usize;
    for (n, rows) in [(7, 2), (1, 1), (0, 3)] {
        let (y, pull) = einsum_vjp!(
            [i, r] = wrap(x)[7 - 100_003*i] * zero(m)[4 - 3*i, 2*r - 1] + clamp(x)[(by)*i]; i = n, r = rows
        );
        let f = |x: &Array1<f64>, m: &Array2<f64>| {
            Array2::from_shape_fn((n, rows), |(i, r)| {
                let at = (4 - 3 * i as isize, 2 * r as isize - 1);
                let is_within = (0..5).contains(&at.0) && (0..3).contains(&at.1);
                let element = if is_within { m[[at.0 as usize, at.1 as usize]] } else { 0.0 };
                x[wrapped(7 - 100_003 * i as isize)] * element + x[(by * i).min(4)]
            })
        };
        assert_close(&y, &f(&x, &m));
        let dy = random((n, rows), 3, 3);
        let (dx, dm) = pull(&dy);
        assert_gradient(&dx, &differences(&x, |x| (f(x, &m) * &dy).sum()));
        assert_gradient(&dm, &differences(&m, |m| (f(&x, m) * &dy).sum()));
    }
}

#[test]
fn integers_as_they_are_written() {
    let x = array![1.0_f64, 2.0, 3.0, 4.0];
    assert_eq!(einsum!([i] = select(i < 0x2, x[i], 0)), array![1.0, 2.0, 0.0, 0.0]);
    assert_eq!(einsum!([i] = select(i < 0_1, x[i], 0)), array![1.0, 0.0, 0.0, 0.0]);
    assert_eq!(einsum!([i] = select(i >= 3usize, x[i], 0)), array![0.0, 0.0, 0.0, 4.0]);
    assert_eq!(einsum!([i] = x[i] + ((0x1 + 1_0 * i) as f64)), array![2.0, 13.0, 24.0, 35.0]);
    assert_eq!(einsum!([] = x[0x3]), 4.0);
    assert_eq!(einsum!([i] = powi(x[i], -2_147_483_648)), array![1.0, 0.0, 0.0, 0.0]);
    // (The power below the least one is odd.)
    let sides = array![-1.0, 1.0];
    let (_, pullback) = einsum_vjp!([i] = powi(sides[i], -2_147_483_648));
    let (slopes,) = pullback(&array![1.0, 1.0]);
    assert_eq!(slopes, array![2_147_483_648.0, -2_147_483_648.0]);
    assert_eq!(einsum!([i] = 0.5_f64 * (i as _); i = 3), array![0.0, 0.5, 1.0]);
    let (s, u) = (array![0_i64, 1, -1], array![0_u64, 1, 2]);
    assert_eq!(einsum!([i] = s[i] + -9_223_372_036_854_775_808), array![i64::MIN, i64::MIN + 1, i64::MAX]);
    assert_eq!(einsum!([i] = u[i] + 9_223_372_036_854_775_808), array![1 << 63, (1 << 63) + 1, (1 << 63) + 2]);
    let (bytes, small) = (array![0_u8, 1], array![0_i8, 1]);
    assert_eq!(einsum!([i] = bytes[i] + 255), array![255, 0]);
    assert_eq!(einsum!([i] = small[i] + -128), array![-128, -127]);
    assert_eq!(einsum!([i] = small[i] - 127), array![-127, -126]);
    assert_eq!(einsum!([] = sum[i](small[i] * 127)), 127);
    let singles = array![0.0_f32, 1.0];
    assert_eq!(einsum!([i] = singles[i] * 3.402_823_5e38), array![0.0, f32::MAX]);
    let doubles = array![0.0_f64, 1.0];
    assert_eq!(einsum!([i] = doubles[i] * 1e300), array![0.0, 1e300]);
}

#[test]
fn gathers() {
    let table = random((5, 3, 2), 1, 1);
    let (t, u) = (array![[4_i8, 0, 1], [2, 2, 3]], array![2_u64, 0, 1]);
    let (y, pull) = einsum_vjp!([b, l, d] = table[t[b, l], u[l], d] * 2);
    assert_close(
        &y,
        &Array3::from_shape_fn((2, 3, 2), |(b, l, d)| 2.0 * table[[t[[b, l]] as usize, u[l] as usize, d]]),
    );
    let dy = random((2, 3, 2), 2, 2);
    let mut want = Array3::zeros((5, 3, 2));
    for ((b, l, d), v) in dy.indexed_iter() {
        want[[t[[b, l]] as usize, u[l] as usize, d]] += 2.0 * v;
    }
    assert_close(&pull(&dy).0, &want);
    let x = random([5], 1, 1);
    let t = array![-1_i32, 4, 5, -6, 0, i32::MIN, i32::MAX];
    assert!(try_einsum!([l] = x[t[l]] + 0).is_err());
    let m = |l: usize| i64::from(t[l]).rem_euclid(5) as usize;
    assert_close(&einsum!([l] = wrap(x)[t[l]] + 0), &Array1::from_shape_fn(7, |l| x[m(l)]));
    assert_close(&einsum!([l] = clamp(x)[t[l]] + 0), &Array1::from_shape_fn(7, |l| x[t[l].clamp(0, 4) as usize]));
    assert_close(
        &einsum!([l] = zero(x)[t[l]] + 1),
        &Array1::from_shape_fn(7, |l| 1.0 + if (0..5).contains(&t[l]) { x[t[l] as usize] } else { 0.0 }),
    );
    let (_, pull) = einsum_vjp!([l] = wrap(x)[t[l]] * clamp(x)[t[l]] + zero(x)[t[l]], wrt = [x]);
    let f = |x: &Array1<f64>| {
        Array1::from_shape_fn(7, |l| {
            x[m(l)] * x[t[l].clamp(0, 4) as usize] + if (0..5).contains(&t[l]) { x[t[l] as usize] } else { 0.0 }
        })
    };
    let dy = random([7], 4, 4);
    assert_gradient(&pull(&dy).0, &differences(&x, |x| (f(x) * &dy).sum()));
    for wide in [u128::MAX, 1 << 70] {
        let t = array![wide];
        assert!(try_einsum!([l] = x[t[l]] + 0).is_err());
        assert_close(&einsum!([l] = zero(x)[t[l]] + 0), &Array1::zeros(1));
        assert_close(&einsum!([l] = clamp(x)[t[l]] + 0), &Array1::from_elem(1, x[4]));
        assert_close(&einsum!([l] = wrap(x)[t[l]] + 0), &Array1::from_elem(1, x[(wide % 5) as usize]));
    }
    let t = array![i128::MIN, -1];
    assert_close(&einsum!([l] = wrap(x)[t[l]] + 0), &array![x[i128::MIN.rem_euclid(5) as usize], x[4]]);
    let mut y = Array2::<f64>::zeros((5, 2));
    let (t, w) = (array![1_u8, 1, 4], random((3, 2), 6, 6));
    einsum!(y[t[i], j] += relu(w[i, j]) + 1);
    let mut want = Array2::zeros((5, 2));
    for ((i, j), v) in w.indexed_iter() {
        want[[t[i] as usize, j]] += v.max(0.0) + 1.0;
    }
    assert_close(&y, &want);
    // Gather of nothing, from nothing.
    let (none, t) = (Array2::<f64>::zeros((0, 3)), Array1::<usize>::zeros(0));
    assert_eq!(einsum!([l, d] = none[t[l], d] + 0).dim(), (0, 3));
    let t = Array1::<usize>::zeros(2);
    assert!(try_einsum!([l, d] = none[t[l], d] + 0).is_err());
}

#[test]
fn reductions_of_nothing_and_nan() {
    let e = Array2::<f64>::zeros((2, 0));
    assert_eq!(einsum!([i] = max[j](e[i, j])), array![f64::NEG_INFINITY, f64::NEG_INFINITY]);
    assert_eq!(einsum!([i] = min[j](e[i, j])), array![f64::INFINITY, f64::INFINITY]);
    assert_eq!(einsum!([i] = prod[j](e[i, j])), array![1.0, 1.0]);
    assert_eq!(einsum!([i] = logsumexp[j](e[i, j])), array![f64::NEG_INFINITY, f64::NEG_INFINITY]);
    assert!(einsum!([i] = mean[j](e[i, j])).iter().all(|x| x.is_nan()));
    assert!(try_einsum!([i] = argmax[j](e[i, j])).is_err());
    let z = Array2::<i8>::zeros((1, 0));
    assert_eq!(einsum!([i] = max[j](z[i, j])), array![i8::MIN]);
    assert_eq!(einsum!([i] = min[j](z[i, j])), array![i8::MAX]);
    let x = array![[1.0, f64::NAN, 3.0, f64::NAN], [3.0, 3.0, -1.0, -1.0]];
    assert!(einsum!([i] = max[j](x[i, j]))[0].is_nan() && einsum!([i] = min[j](x[i, j]))[0].is_nan());
    assert_eq!(einsum!([i] = argmax[j](x[i, j])), array![1, 0]);
    assert_eq!(einsum!([i] = argmin[j](x[i, j])), array![1, 2]);
    let inf = array![[f64::NEG_INFINITY, f64::NEG_INFINITY], [f64::INFINITY, 1.0]];
    assert_eq!(einsum!([i] = logsumexp[j](inf[i, j])), array![f64::NEG_INFINITY, f64::INFINITY]);
    assert_eq!(einsum!([i] = argmax[j](inf[i, j])), array![0, 0]);
    let (y, pull) = einsum_vjp!([i] = max[j](x[i, j]) + 0);
    assert!(y[0].is_nan());
    assert_close(&pull(&array![1.0, 1.0]).0, &array![[0.0, 0.0, 0.0, 0.0], [0.5, 0.5, 0.0, 0.0]]);
    let (_, pull) = einsum_vjp!([i] = max[j](e[i, j]) + 0);
    assert_eq!(pull(&array![1.0, 1.0]).0.dim(), (2, 0));
}

#[test]
fn complex_and_integers() {
    let z = array![
        [Complex64::new(1.0, 2.0), Complex64::new(0.5, -1.0)],
        [Complex64::new(-1.0, 0.0), Complex64::new(0.0, 3.0)]
    ];
    let w = array![Complex64::new(0.0, 1.0), Complex64::new(2.0, -0.5)];
    let y = einsum!([i] = exp(sum[j](conj(z)[i, j] * w[j])) / w[i] + z[i, i]);
    for i in 0..2 {
        let want = (z[[i, 0]].conj() * w[0] + z[[i, 1]].conj() * w[1]).exp() / w[i] + z[[i, i]];
        assert!((y[i] - want).norm() < 1e-12);
    }
    let p = einsum!([i] = prod[j](z[i, j]) + sum[j](powi(z[i, j], 2)));
    for i in 0..2 {
        assert!((p[i] - (z[[i, 0]] * z[[i, 1]] + z[[i, 0]].powi(2) + z[[i, 1]].powi(2))).norm() < 1e-12);
    }
    let x = array![200_u8, 100, 7];
    assert_eq!(einsum!([i] = x[i] + x[i]), array![144, 200, 14]);
    assert_eq!(einsum!([] = max[i](x[i]) - min[i](x[i])), 193);
    assert_eq!(einsum!([i] = select(x[i] > 50 && !(x[i] == 100), x[i] - 50, 0)), array![150, 0, 0]);
    let s = array![-3_i64, 4];
    assert_eq!(einsum!([i, j] = abs(s[i]) * (j as i64) - min(s[i], s[j])), array![[3, 3 + 3], [3, 4 - 4]]);
    assert_eq!(einsum!([i] = relu(s[i])), array![0, 4]);
}

#[test]
fn broadcasting() {
    let (x, b, c) = (random((3, 5), 1, 1), random((1, 5), 2, 2), random((3, 1), 3, 3));
    let (y, pull) = einsum_vjp!([i, j] = tanh(x[i, j] * c[i, j] + b[i, j]) * c[i, j]);
    let f = |x: &Array2<f64>, b: &Array2<f64>, c: &Array2<f64>| (x * c + b).mapv(f64::tanh) * c;
    assert_close(&y, &f(&x, &b, &c));
    let dy = random((3, 5), 4, 4);
    let (dx, dc, db) = pull(&dy);
    assert_gradient(&dx, &differences(&x, |x| (f(x, &b, &c) * &dy).sum()));
    assert_gradient(&db, &differences(&b, |b| (f(&x, b, &c) * &dy).sum()));
    assert_gradient(&dc, &differences(&c, |c| (f(&x, &b, c) * &dy).sum()));
    assert!(try_einsum!([i, j] = x[i, j] + b[i, j], broadcast = false).is_err());
    let (m, one) = (random((1, 1), 5, 5), random([1], 6, 6));
    let y = einsum!([i, j] = max[k](x[i, k] + m[i, k]) * b[i, j] + one[j]);
    assert_close(
        &y,
        &Array2::from_shape_fn((3, 5), |(i, j)| {
            (0..5).map(|k| x[[i, k]] + m[[0, 0]]).fold(f64::MIN, f64::max) * b[[0, j]] + one[0]
        }),
    );
}

#[test]
fn shapes() {
    let x = random((2, 2, 2, 3, 5), 1, 1);
    let (y, pull) = einsum_vjp!([c, 2*i + p, 2*j + q] = relu(x[c, p, q, i, j]));
    assert_close(&y, &Array3::from_shape_fn((2, 6, 10), |(c, i, j)| x[[c, i % 2, j % 2, i / 2, j / 2]].max(0.0)));
    let dy = random((2, 6, 10), 2, 2);
    assert_close(
        &pull(&dy).0,
        &Array::from_shape_fn((2, 2, 2, 3, 5), |(c, p, q, i, j)| {
            if x[[c, p, q, i, j]] > 0.0 { dy[[c, 2 * i + p, 2 * j + q]] } else { 0.0 }
        }),
    );
    let v = random([12], 3, 3);
    let (n, m) = (3, 4);
    let (w, pull) = einsum_vjp!([a, b] = v[(m)*a + b]; a = n, b = m);
    assert_close(&w, &Array2::from_shape_fn((3, 4), |(a, b)| v[4 * a + b]));
    assert_close(&pull(&w).0, &v);
    let (h, pull) = einsum_vjp!([i, j] = v[i + j] * 2; i = n, j = m);
    assert_close(&h, &Array2::from_shape_fn((3, 4), |(a, b)| 2.0 * v[a + b]));
    let dy = random((3, 4), 4, 4);
    let mut want = Array1::zeros(12);
    for ((i, j), d) in dy.indexed_iter() {
        want[i + j] += 2.0 * d;
    }
    assert_close(&pull(&dy).0, &want);
    let len = v.len();
    let (r, pull) = einsum_vjp!([i] = exp(v[(len - 1) - i]); i = len);
    assert_close(&r, &Array1::from_shape_fn(12, |i| v[11 - i].exp()));
    let dy = random([12], 5, 5);
    assert_close(&pull(&dy).0, &Array1::from_shape_fn(12, |i| v[i].exp() * dy[11 - i]));
    let one_hot = einsum!([i, c] = select((c as f64) == v[i] * 0 + 1, 1, 0); c = 3, i = 2);
    assert_close(&one_hot, &array![[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]);
    let nested = einsum!([] = sum[i](max[j](w[i, j] - min[i](w[i, j]))));
    let want: f64 = (0..3)
        .map(|i| {
            (0..4).map(|j| w[[i, j]] - (0..3).map(|k| w[[k, j]]).fold(f64::MAX, f64::min)).fold(f64::MIN, f64::max)
        })
        .sum();
    assert!((nested - want).abs() < 1e-12);
    let d: ArrayD<f64> = w.clone().into_dyn();
    assert_close(&einsum!([j, i] = relu(d[i, j])), &w.t().mapv(|x| x.max(0.0)));
    let f = [[1.0_f64, -2.0], [3.0, 4.0]];
    let y = einsum!([i] = max[j](f[i, j]) + 0.5);
    assert_eq!(y.to_vec(), [1.5, 4.5]);
    let (dm, t) = {
        let (m, a) = (random([3], 1, 1), 2.0);
        let mut da = 1.0;
        let mut dm = Array1::ones(3);
        let (_, pull) = einsum_vjp_add!([i] = a * m[i] + exp(a));
        pull(&array![1.0, 2.0, 3.0], (&mut da, &mut dm));
        assert!((da - (1.0 + m[0] + 2.0 * m[1] + 3.0 * m[2] + 6.0 * 2.0_f64.exp())).abs() < 1e-12);
        (dm, einsum_jvp!([i] = (a, 1.0)[] * m[i] + 1).1)
    };
    assert_close(&dm, &array![3.0, 5.0, 7.0]);
    assert_close(&t, &random([3], 1, 1));
}

#[cfg(feature = "half")]
#[test]
fn halves() {
    use half::{bf16, f16};

    let x = random((3, 5), 1, 1);
    let (h, b) = (x.mapv(f16::from_f64), x.mapv(bf16::from_f64));
    let y = einsum!([i] = logsumexp[j](h[i, j]) + relu(h[i, 0]));
    let by = |x: &Array2<f64>| {
        Array1::from_shape_fn(3, |i| (0..5).map(|j| x[[i, j]].exp()).sum::<f64>().ln() + x[[i, 0]].max(0.0))
    };
    let want = by(&h.mapv(f64::from));
    for i in 0..3 {
        assert!((f64::from(y[i]) - want[i]).abs() < 1e-3 * (1.0 + want[i].abs()));
    }
    let (y, pull) = einsum_vjp!([i] = max[j](b[i, j] * 2) + tanh(b[i, 0]));
    assert_eq!(y.len(), 3);
    let (db,) = pull(&y);
    assert_eq!(db.dim(), (3, 5));
    let z = einsum!([i, j] = zero(h)[i, j + p - 1] * 2 + 1; i = 3, j = 5, p = 3);
    assert_eq!(z.dim(), (3, 5));
    let t = array![2_u8, 0];
    assert_eq!(einsum!([l, j] = b[t[l], j] + 0).row(1), b.row(0));
    assert_eq!(einsum!([i] = argmax[j](h[i, j])), einsum!([i] = argmax[j](x[i, j])));
}

#[test]
fn arrays_of_fixed_size() {
    let a = [[1.0_f32, 2.0], [3.0, 4.0], [5.0, 6.0]];
    let v = [1.0_f32, -1.0];
    let (y, pull) = einsum_vjp!([i] = relu(sum[j](a[i, j] * v[j])) + 1);
    assert_eq!(y.to_vec(), [1.0; 3]);
    let (da, dv): ([[f32; 2]; 3], [f32; 2]) = pull(&y);
    assert_eq!((da, dv), ([[0.0; 2]; 3], [0.0; 2]));
}

#[test]
fn nothing_repeats_beside_an_index_from_a_tensor() {
    let (narrow, wide, tokens) = (array![[1.0], [2.0], [4.0]], random([3, 5], 1, 1), array![2_u8, 0]);
    let w = array![1.0, 2.0, 3.0, 5.0, 7.0];
    assert!(try_einsum!([l, d] = narrow[tokens[l], d] * w[d]).is_err());
    let expected = Array2::from_shape_fn((2, 5), |(l, d)| wide[[usize::from(tokens[l]), d]] * w[d]);
    assert_close(&einsum!([l, d] = wide[tokens[l], d] * w[d]), &expected);
    let mut y = Array2::<f64>::zeros((3, 1));
    let values = random([2, 5], 2, 0);
    assert!(try_einsum!(y[tokens[l], d] = values[l, d] * w[d]).is_err());
    assert_eq!(y, Array2::<f64>::zeros((3, 1)));
}

#[test]
fn targets_of_intermediates_are_checked() {
    let x = array![1.0, 2.0, 4.0];
    let shifted = |n: usize, m: usize| try_einsum!({ let s[i + (m) - (n)] = x[i]; [j] = s[j] * s[j] });
    assert!(matches!(shifted(1, 0), Err(einsum::EinsumError::Form { range: (-1, 1), .. })));
    assert_eq!(shifted(1, 2).expect("within"), array![0.0, 1.0, 4.0, 16.0]);
    let reversed = |n: usize| try_einsum!({ let s[(n) - i] = x[i]; [j] = s[j] + 1 });
    assert!(reversed(1).is_err());
    assert_eq!(reversed(2).expect("within"), array![5.0, 3.0, 2.0]);
}

#[test]
fn literals_are_multiplied_and_inverted_only_within_range() {
    let x = array![[1.0, 2.0], [0.5, 0.25]];
    let sums = array![3.0, 0.75];
    let large = einsum!([i] = 10000000000 * x[i, k] * 10000000000 + x[i, k]);
    assert_close(&large, &(&sums * 1e20 + &sums));
    let product = einsum!([i] = 10000000000 * x[i, k] * 10000000000 * sums[k] + x[i, k]);
    assert_close(&product, &(x.dot(&sums) * 1e20 + &sums));
    let cancelled = einsum!([i] = 1e200 * (x[i, k] * 1e-200) * 1e200 + 0 * x[i, k]);
    assert_close(&cancelled, &(&sums * 1e200));
    let tiny = array![[0.0, 2e-310], [0.0, 0.0]];
    assert_eq!(einsum!([i] = tiny[i, k] / 1e-310 + tiny[i, k]), array![2.0, 0.0]);
    // The product of both factors is 0, that of all three is not.
    let huge = array![1e300];
    let product: f64 = einsum!([] = sum[i](1e-200 * huge[i] * 1e-200));
    assert!((product / 1e-100 - 1.0).abs() < 1e-14, "{product:e}");
    let single = array![[0.0_f32, 2e-39], [0.0, 0.0]];
    assert_eq!(einsum!([i] = single[i, k] / 1e-40 + single[i, k]).mapv(f32::round), array![20.0, 0.0]);
    assert_eq!(einsum!([i] = x[i, k] / 4 + 0 * x[i, k]), array![0.75, 0.1875]);
}

einsum_fn! {
    fn gated(x) -> [i] { gelu(x[i]) }
}

/// Far out the second derivative of `gelu` is 0, though the square of its argument is infinite.
#[test]
fn second_derivatives_of_gelu_end() {
    let x = array![-1e20_f32, -1.0, 0.0, 1.0, 1e20];
    let ones = array![1.0_f32, 1.0, 1.0, 1.0, 1.0];
    let (dx, _) = gated::double_backward(&x, &ones, &ones);
    let density = |x: f32| (-0.5 * x * x).exp() * 0.398_942_3 * (2.0 - x * x);
    let expected = [0.0, density(-1.0), density(0.0), density(1.0), 0.0];
    assert!(dx.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-6), "{dx}");
}

/// Windows that have no end: an index is added to the largest number.
#[test]
fn labels_are_compared_with_the_largest_numbers() {
    let (x, none) = (array![1.0, 2.0, 3.0], usize::MAX);
    assert_eq!(einsum!([i] = select(i + (none) > i, x[i], 0)), x);
    assert_eq!(einsum!([i] = select(i - (none) < 1 - i, x[i], 0)), x);
    assert_eq!(
        einsum!([i, j] = select(j <= i && i < j + (none), x[j], 0); i = 3),
        array![[1.0, 0.0, 0.0], [1.0, 2.0, 0.0], [1.0, 2.0, 3.0]]
    );
    assert_eq!(einsum!([i] = select(i + (none) <= (none), x[i], 0)), array![1.0, 0.0, 0.0]);
    let most = einsum!([i] = select(i + 9223372036854775807 < 9223372036854775807, x[i], 0));
    assert_eq!(most, array![0.0, 0.0, 0.0]);
    assert_eq!(einsum!([i] = select(i - 9223372036854775807 < -i, x[i], 0)), x);
}

einsum_fn! {
    fn stopped(x) -> [i] { stop(x[i]) }
    fn stopped_apart(x, w) -> [i + 2*j, k] { stop(x[i, k]) + 2 * stop(w[j]) }
    fn without_x(x) -> [] { 0 * sum[i](x[i]) }
}

/// Nothing reads the cotangent of the result: its own cotangent is 0 all the same.
#[test]
fn no_gradient_depends_on_the_cotangent() {
    let (x, dy, ddx) = (array![1.0, -2.0], array![3.0, 4.0], array![5.0, 6.0]);
    let zero = array![0.0, 0.0];
    assert_eq!(stopped(&x), x);
    assert_eq!(stopped::backward(&x, &dy), (zero.clone(),));
    assert_eq!(stopped::jvp((&x, &ddx)), (x.clone(), zero.clone()));
    assert_eq!(stopped::double_backward(&x, &dy, &ddx), (zero.clone(), zero.clone()));
    let mut dx = ddx.clone();
    stopped::backward_add(&x, &dy, (&mut dx,));
    assert_eq!(dx, ddx);

    let (y, w) = (array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], array![7.0, 8.0, 9.0, 10.0]);
    let apart = stopped_apart(&y, &w);
    assert_eq!(apart.dim(), (8, 3));
    let (dy, dw) = stopped_apart::backward(&y, &w, &apart);
    assert_eq!((&dy, &dw), (&Array2::zeros((2, 3)), &Array1::zeros(4)));
    let (gy, gw, gdy) = stopped_apart::double_backward(&y, &w, &apart, &y, &w);
    assert_eq!((gy, gw, gdy), (dy, dw, Array2::zeros((8, 3))));

    assert_eq!(without_x::backward(&x, &1.0), (zero.clone(),));
    assert_eq!(without_x::double_backward(&x, &1.0, &ddx), (zero, 0.0));
}
