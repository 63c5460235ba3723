//! Expressions that are formulas, of arrays of fixed size.

use einsum::{Float, einsum, einsum_jvp, einsum_vjp, einsum_vjp_add, try_einsum};
use ndarray::{Array1, Array2, arr1, arr2, array, aview1, aview2};
use num_complex::Complex64;

use crate::{
    formulas::{slope, weighted},
    oracle::filled,
};

fn is_near<const N: usize>(found: [f64; N], expected: [f64; N]) -> bool {
    found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-12 * expected.abs().max(1.0))
}

#[test]
fn values() {
    let (x, w, bias): ([[f64; 2]; 5], [[f64; 3]; 2], [f64; 3]) = (filled(1), filled(2), filled(3));
    let linear = |b: usize, j: usize| x[b][0] * w[0][j] + x[b][1] * w[1][j] + bias[j];
    let y: [[f64; 3]; 5] = einsum!([b, j] = relu(sum[i](x[b, i] * w[i, j]) + bias[j]));
    assert_eq!(y, std::array::from_fn(|b| std::array::from_fn(|j| linear(b, j).max(0.0))));
    let y: [[f64; 3]; 5] = einsum!([b, j] = x[b, i] * w[i, j] + bias[j]);
    assert_eq!(y, std::array::from_fn(|b| std::array::from_fn(|j| linear(b, j))));
    let y: Result<[f64; 3], _> = try_einsum!([i] = abs(bias[i]));
    assert_eq!(y.unwrap(), bias.map(f64::abs));
    let y: f64 = einsum!([] = sum[i](abs(bias[i])));
    assert_eq!(y, bias.iter().map(|x| x.abs()).sum::<f64>());
    // A label of one local that is an index of another; labels of one axis that have several names.
    let y: [[f64; 2]; 5] = einsum!({
        let m[i] = max[j](x[i, j]);
        let e[p, q] = exp(x[p, q] - m[p]);
        [k, l] = e[k, l] / sum[j](e[k, j])
    });
    let softmax = |x: [f64; 2]| x.map(|one| one.exp() / (x[0].exp() + x[1].exp()));
    assert!(y.iter().zip(x).all(|(y, x)| is_near(*y, softmax(x))));
    let y: [[f64; 5]; 5] = einsum!([i, j] = sum[k](powi(x[i, k] - x[j, k], 2)));
    let square = |i: usize, j: usize| (0..2).map(|k| (x[i][k] - x[j][k]).powi(2)).sum::<f64>();
    assert_eq!(y, std::array::from_fn(|i| std::array::from_fn(|j| square(i, j))));
}

#[test]
fn diagonals_and_labels_as_numbers() {
    let x: [[f64; 4]; 4] = filled(3);
    let y: [f64; 4] = einsum!([i] = exp(x[i, i] - 1.0));
    assert!(is_near(y, std::array::from_fn(|i| (x[i][i] - 1.0).exp())));
    let y: [[f64; 4]; 4] = einsum!([i, j] = select(j <= i, x[i, j], (i as f64)));
    assert_eq!(y, std::array::from_fn(|i| std::array::from_fn(|j| if j <= i { x[i][j] } else { i as f64 })));
    let y: [[f64; 4]; 4] = einsum!([i, j] = relu(x[i, j]) - x[j, i]);
    assert_eq!(y, std::array::from_fn(|i| std::array::from_fn(|j| x[i][j].max(0.0) - x[j][i])));
    let y: [[f64; 4]; 4] = einsum!([i, i] = relu(x[i, i]); i = 4);
    assert_eq!(y, std::array::from_fn(|i| std::array::from_fn(|j| if i == j { x[i][i].max(0.0) } else { 0.0 })));
}

/// Extents of forms follow from no types: those that are given do.
#[test]
fn extents_of_forms() {
    let (x, w): ([f64; 7], [f64; 3]) = (filled(1), filled(2));
    let expected: [f64; 5] = std::array::from_fn(|i| (0..3).map(|p| x[i + p] * w[p]).sum());
    let y: [f64; 5] = einsum!([i] = x[i + p] * w[p]; i = 5);
    assert_eq!(y, expected);
    let any: Array1<f64> = einsum!([i] = x[i + p] * w[p]);
    assert_eq!(any, arr1(&expected));
    let y: [f64; 4] = einsum!([2*i + 1] = x[i]; i = 2);
    assert_eq!(y, [0.0, x[0], 0.0, x[1]]);
    let y: [f64; 7] = einsum!([i] = zero(x)[i + p - 1] * w[p]; i = 7);
    let at = |i: usize, p: usize| (i + p).checked_sub(1).and_then(|k| x.get(k)).copied().unwrap_or(0.0);
    assert_eq!(y, std::array::from_fn(|i| (0..3).map(|p| at(i, p) * w[p]).sum::<f64>()));
    let y: [f64; 3] = einsum!([i] = max[p](x[2*i + p]); i = 3, p = 2);
    assert_eq!(y, std::array::from_fn(|i| x[2 * i].max(x[2 * i + 1])));
    // A form in one factor, no form in the result.
    let rows: [[f64; 7]; 2] = filled(4);
    let y: [f64; 2] = einsum!([b] = rows[b, i + p] * w[p]);
    assert_eq!(y, rows.map(|x| (0..5).map(|i| (0..3).map(|p| x[i + p] * w[p]).sum::<f64>()).sum()));
    let given = 5;
    let any: Array1<f64> = einsum!([i] = x[i + p] * w[p]; i = given);
    assert_eq!(any, arr1(&expected));
    let (_, pullback) = einsum_vjp!([i] = x[i + p] * w[p]);
    let (dx, dw): ([f64; 7], [f64; 3]) = pullback(&arr1(&[1.0; 5]));
    assert_eq!((dx[0], dw), (w[0], std::array::from_fn(|p| x[p..p + 5].iter().sum::<f64>())));
}

#[test]
fn indices() {
    let (table, t): ([[f64; 2]; 5], [u8; 3]) = (filled(1), [4, 0, 2]);
    let y: [[f64; 2]; 3] = einsum!([l, d] = table[t[l], d]);
    assert_eq!(y, t.map(|t| table[usize::from(t)]));
    let y: [f64; 3] = einsum!([l] = tanh(table[t[l], (1)]));
    assert!(is_near(y, t.map(|t| table[usize::from(t)][1].tanh())));
    let pairs: [[i32; 3]; 2] = [[0, 4, 1], [3, 3, 2]];
    let y: [[[f64; 2]; 3]; 2] = einsum!([b, l, d] = -table[pairs[b, l], d]);
    assert_eq!(y[1], [3, 3, 2].map(|at| table[at].map(|x| -x)));
    let (_, pullback) = einsum_vjp!([l, d] = table[t[l], d]);
    let (dtable,): ([[f64; 2]; 5],) = pullback(&[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
    assert_eq!(dtable, [[3.0, 4.0], [0.0; 2], [5.0, 6.0], [0.0; 2], [1.0, 2.0]]);
    // Indices that are found, and what they lead to.
    let found: [usize; 5] = einsum!([i] = argmax[j](table[i, j]));
    assert_eq!(found, table.map(|row| usize::from(row[1] > row[0])));
    let y: [f64; 5] = einsum!({ let m[i] = argmax[j](table[i, j]); [i] = exp(table[i, m[i]]) });
    assert!(is_near(y, table.map(|row| row[0].max(row[1]).exp())));
    let found: usize = einsum!([] = argmin[i](table[i, (0)]));
    assert!(table.iter().all(|row| table[found][0] <= row[0]));
    let mut into = [9_usize; 5];
    einsum!(into[i] = argmax[j](table[i, j]));
    assert_eq!(into, table.map(|row| usize::from(row[1] > row[0])));
    assert!(try_einsum!([l, d] = table[[7_u8, 0][l], d]).is_err());
}

#[test]
fn extents_of_0_and_1() {
    let (none, one): ([[f64; 3]; 0], [[f64; 1]; 1]) = ([], [[2.0]]);
    let y: [[f64; 3]; 0] = einsum!([i, j] = relu(none[i, j]));
    assert_eq!(y.len(), 0);
    let y: [f64; 3] = einsum!([j] = sum[i](exp(none[i, j])));
    assert_eq!(y, [0.0; 3]);
    let y: [f64; 3] = einsum!([j] = max[i](none[i, j]));
    assert_eq!(y, [f64::NEG_INFINITY; 3]);
    let y: [[f64; 1]; 1] = einsum!([i, j] = sqrt(one[i, j] + 2.0));
    assert_eq!(y, [[2.0]]);
    let empty: [[f64; 0]; 2] = [[], []];
    let y: [f64; 2] = einsum!([i] = logsumexp[j](empty[i, j]));
    assert_eq!(y, [f64::NEG_INFINITY; 2]);
    let (y, pullback) = einsum_vjp!([i] = sum[j](exp(empty[i, j])));
    let (dx,): ([[f64; 0]; 2],) = pullback(&y);
    assert_eq!((y, dx), ([0.0; 2], empty));
    assert!(try_einsum!([i] = argmax[j](empty[i, j])).is_err());
}

#[test]
fn elements() {
    let x = [[1_i32, -5], [3, 4], [-7, 0]];
    let y: [i32; 3] = einsum!([i] = max[j](x[i, j]) * 2 - x[i, (0)]);
    assert_eq!(y, [1, 5, 7]);
    let (x, any) = ([[true, false], [false, false]], [false, true]);
    let y: [bool; 2] = einsum!([j] = x[i, j] * any[i] + any[j]);
    assert_eq!(y, [false, true]);
    let y: [f32; 2] = einsum!([i] = relu([1.5_f32, -2.0][i]));
    assert_eq!(y, [1.5, 0.0]);
    let z = [Complex64::new(1.0, 2.0), Complex64::new(0.0, -1.0)];
    let y: [Complex64; 2] = einsum!([i] = conj(z[i]) * z[i] + z[i]);
    assert_eq!(y, z.map(|z| z.conj() * z + z));
    let (_, pullback) = einsum_vjp!([i] = exp(z[i]));
    let (dz,): ([Complex64; 2],) = pullback(&[Complex64::ONE, Complex64::I]);
    assert!((dz[0] - z[0].exp().conj()).norm() < 1e-14 && (dz[1] - z[1].exp().conj() * Complex64::I).norm() < 1e-14);
    let small = [1.0_f32, 4.0, 9.0];
    let y: [f64; 3] = einsum!([i] = sqrt((small as f64)[i]));
    assert_eq!(y, [1.0, 2.0, 3.0]);
    let (_, pullback) = einsum_vjp!([i] = sqrt((small as f64)[i]));
    let (dx,): ([f32; 3],) = pullback(&[2.0; 3]);
    assert_eq!(dx, [1.0, 0.5, 1.0 / 3.0]);
}

#[test]
fn pointers_and_places() {
    let x: [[f64; 3]; 2] = filled(1);
    let expected = x.map(|row| row.map(|x| x.max(0.0)));
    let (reference, boxed, mut mutable) = (&&x, Box::new(x), x);
    assert_eq!(einsum!([i, j] = relu(reference[i, j])), expected);
    assert_eq!(einsum!([i, j] = relu(boxed[i, j])), expected);
    assert_eq!(einsum!([i, j] = relu((&mut mutable)[i, j])), expected);
    assert_eq!(einsum!([j] = relu((x[1])[j])), expected[1]);
    let rows: [&[f64; 3]; 2] = [&x[0], &x[1]];
    assert_eq!(einsum!([j] = relu((rows[0])[j])), expected[0]);
    let (a, y) = (2.0, einsum!([i, j] = 2.0 * relu(x[i, j])));
    assert_eq!(einsum!([i, j] = a * relu(x[i, j])), y);
    let (z, pullback) = einsum_vjp!([i, j] = a * relu(x[i, j]));
    let (da, dx): (f64, [[f64; 3]; 2]) = pullback(&[[1.0; 3]; 2]);
    assert_eq!((z, da), (y, expected.iter().flatten().sum::<f64>()));
    assert_eq!(dx, x.map(|row| row.map(|x| if x > 0.0 { 2.0 } else { 0.0 })));
}

#[test]
fn results_in_place() {
    let x: [[f64; 3]; 2] = filled(1);
    let expected = x.map(|row| row.map(|x| x.max(0.0)));
    let mut out = [[7.0; 3]; 2];
    einsum!(out[i, j] = relu(x[i, j]));
    assert_eq!(out, expected);
    einsum!(out[i, j] += relu(x[i, j]));
    assert_eq!(out, expected.map(|row| row.map(|y| 2.0 * y)));
    let mut array = Array2::zeros((2, 3));
    einsum!(array[i, j] = relu(x[i, j]));
    assert_eq!(array, arr2(&expected));
    let mut small = [[5.0; 2]; 2];
    let error = try_einsum!(small[i, j] = relu(x[i, j])).unwrap_err().to_string();
    assert_eq!(error, "einsum `small[i, j] = relu(x[i, j])`: label `j` has extent 2 in `small` but 3 in `x`");
    assert_eq!(small, [[5.0; 2]; 2]);
    let view = aview2(&x);
    einsum!(out[i, j] = relu(view[i, j]));
    assert_eq!(out, expected);
}

/// As for products: then it is one of views, extents are compared at run time, and 1 is broadcast.
#[test]
fn an_ndarray_operand_makes_the_result_one() {
    let (x, bias) = ([[0.5; 3]; 2], array![1.0, -1.0, 0.0]);
    let y: Array2<f64> = einsum!([i, j] = relu(x[i, j] + bias[j]));
    assert_eq!(y, array![[1.5, 0.0, 0.5], [1.5, 0.0, 0.5]]);
    let y: Array2<f64> = einsum!([i, j] = relu(x[i, j] + array![[1.0], [-1.0]][i, j]));
    assert_eq!(y, array![[1.5; 3], [0.0; 3]]);
    let (y, pullback) = einsum_vjp!([i, j] = relu(x[i, j] + bias[j]));
    let (dx, dbias): ([[f64; 3]; 2], Array1<f64>) = pullback(&y);
    assert_eq!((dx, dbias), ([[1.5, 0.0, 0.5]; 2], array![3.0, 0.0, 1.0]));
    let (y, pullback) = einsum_vjp!([i] = sum[j](x[i, j] * bias[j]) + 1.0);
    let (dx, dbias): ([[f64; 3]; 2], Array1<f64>) = pullback(&y);
    assert_eq!((dx, dbias), ([[1.0, -1.0, 0.0]; 2], array![1.0, 1.0, 1.0]));
    assert_eq!(y, array![1.0, 1.0]);
}

fn norm<T: Float, const N: usize, const M: usize>(x: &[[T; M]; N]) -> [T; N] {
    einsum!([i] = sqrt(sum[j](x[i, j] * x[i, j])))
}

fn layer<const B: usize, const I: usize, const J: usize>(
    x: &[[f64; I]; B],
    w: &[[f64; J]; I],
    bias: &[f64; J],
) -> [[f64; J]; B] {
    einsum!([b, j] = tanh(sum[i](x[b, i] * w[i, j]) + bias[j]))
}

fn gradients_of_a_layer<const B: usize, const I: usize, const J: usize>(
    x: &[[f64; I]; B],
    w: &[[f64; J]; I],
    bias: &[f64; J],
    dy: &[[f64; J]; B],
) -> ([[f64; I]; B], [[f64; J]; I], [f64; J]) {
    let (_, pullback) = einsum_vjp!([b, j] = tanh(sum[i](x[b, i] * w[i, j]) + bias[j]));
    pullback(dy)
}

fn square<const N: usize>(x: [[f32; N]; N]) -> [[f32; N]; N] {
    einsum!([i, j] = relu(sum[k](x[i, k] * x[k, j]) - x[j, i]))
}

#[test]
fn generic_functions() {
    assert_eq!(norm(&[[3.0_f32, 4.0], [0.0, 2.0], [1.0, 0.0]]), [5.0, 2.0, 1.0]);
    assert_eq!(norm::<f64, 0, 7>(&[]), [0.0; 0]);
    assert_eq!(square([[1.0, 2.0], [3.0, 1.0]]), [[6.0, 1.0], [4.0, 6.0]]);
    let (x, w, bias) = ([[0.5, -0.3]; 3], [[0.4, -0.2, 0.7], [0.1, 0.6, -0.9]], [0.3, 0.2, -0.1]);
    let dy: [[f64; 3]; 3] = filled(2);
    let (dx, dw, dbias) = gradients_of_a_layer(&x, &w, &bias, &dy);
    let value = |x: &[[f64; 2]; 3], w: &[[f64; 3]; 2], bias: &[f64; 3]| -> f64 {
        layer(x, w, bias).iter().zip(&dy).map(|(y, dy)| weighted(y, dy)).sum()
    };
    let moved = |mut x: [f64; 3], at: usize, by: f64| {
        x[at] += by;
        x
    };
    for k in 0..3 {
        for i in 0..2 {
            let of_x = slope(|by| {
                let mut x = x;
                x[k][i] += by;
                value(&x, &w, &bias)
            });
            let of_w = slope(|by| {
                let mut w = w;
                w[i] = moved(w[i], k, by);
                value(&x, &w, &bias)
            });
            assert!((dx[k][i] - of_x).abs() < 1e-8 && (dw[i][k] - of_w).abs() < 1e-8);
        }
        assert!((dbias[k] - slope(|by| value(&x, &w, &moved(bias, k, by)))).abs() < 1e-8);
    }
}

#[test]
fn gradients_are_finite_differences() {
    let x = [0.3, -0.7, 1.1, 0.2];
    let (dy, tangent): ([f64; 4], [f64; 4]) = (filled(5), filled(3));
    let softmax = |x: &[f64; 4]| -> [f64; 4] { einsum!([i] = exp(x[i] - logsumexp[j](x[j]))) };
    let (y, pullback) = einsum_vjp!([i] = exp(x[i] - logsumexp[j](x[j])));
    let (dx,): ([f64; 4],) = pullback(&dy);
    let (also, dot): ([f64; 4], [f64; 4]) = einsum_jvp!([i] = exp((x, tangent)[i] - logsumexp[j](x[j])));
    assert!(is_near(y, softmax(&x)) && is_near(also, y));
    let (_, adding) = einsum_vjp_add!([i] = exp(x[i] - logsumexp[j](x[j])));
    let mut sums = [1.0; 4];
    adding(&dy, (&mut sums,));
    for k in 0..4 {
        let moved = |by: f64| softmax(&std::array::from_fn(|i| x[i] + if i == k { by } else { 0.0 }));
        assert!((dx[k] - slope(|by| weighted(&moved(by), &dy))).abs() < 1e-8);
        assert!((sums[k] - dx[k] - 1.0).abs() < 1e-14);
        let along = |by: f64| softmax(&std::array::from_fn(|i| x[i] + by * tangent[i]))[k];
        assert!((dot[k] - slope(along)).abs() < 1e-8);
    }
    assert!(pullback_of_a_view_is_the_same(&x, &dy, dx));
}

fn pullback_of_a_view_is_the_same(x: &[f64; 4], dy: &[f64; 4], dx: [f64; 4]) -> bool {
    let view = aview1(x);
    let (_, pullback) = einsum_vjp!([i] = exp(view[i] - logsumexp[j](view[j])));
    let found = pullback(&aview1(dy)).0;
    found.iter().zip(dx).all(|(found, dx)| (found - dx).abs() < 1e-14)
}
