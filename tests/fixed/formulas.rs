//! Formulas whose parameters are arrays of fixed size.

use einsum::einsum_fn;
use ndarray::{Array1, Array2, array};

use crate::oracle::filled;

einsum_fn! {
    fn softmax(x: [f64; 7]) -> [i] {
        let e[i] = exp(x[i] - max[j](x[j]));
        e[i] / sum[j](e[j])
    }

    fn layer<T, const B: usize, const I: usize, const J: usize>(x: [[T; I]; B], w: [[T; J]; I], bias: [T; J]) -> [b, j] {
        relu(sum[i](x[b, i] * w[i, j]) + bias[j])
    }

    fn convolution(x: [f64; 7], w: [f64; 3]) -> [i] { x[i + p] * w[p] }

    fn strided(x: [[f64; 11]; 2], w: [f64; 3]) -> [b, i] { x[b, 2*i + p] * w[p] }

    fn folded(x: [f64; 3], w: [f64; 2]) -> [2*i + p + 1] { x[i] * w[p] }

    fn any_convolution<const N: usize>(x: [f64; N], w: [f64; 3]) -> [i] { x[i + p] * w[p] }

    fn rows(table: [[f64; 2]; 5], tokens: [u8; 3]) -> [l, d] { table[tokens[l], d] }

    fn distance(x: [[f64; 3]; 5], y: [f64; 3]) -> [i] { sum[k](powi(x[i, k] - y[k], 2)) }

    fn total(x: [f64; 3], a) -> [] { sum[i](exp(a * x[i])) }

    fn powers(x: [f64; 3]; k = 4) -> [k, i] { x[i] * (k as f64) }

    fn best(x: [[f64; 3]; 2]) -> [i] { argmax[j](x[i, j]) }

    fn best_of_all(x) -> [i] { argmax[j](x[i, j]) }

    fn best_of_one(x: [f64; 3]) -> [] { argmax[j](x[j]) }

    fn beside(x: [[f64; 3]; 2], bias) -> [i, j] { tanh(x[i, j] + bias[j]) }

    fn read(x as f64: [f32; 3], y: [f64; 3]) -> [i] { tanh(x[i] * y[i]) }

    fn both(x: [[f64; 3]; 3]) -> [i, j] { exp(x[i, j] - x[j, i]) }
}

#[test]
fn values() {
    let x: [f64; 7] = filled(1);
    let y: [f64; 7] = softmax(&x);
    let sum: f64 = x.iter().map(|x| x.exp()).sum();
    assert!(y.iter().zip(x).all(|(y, x)| (y - x.exp() / sum).abs() < 1e-14));
    let (x, w, bias): ([[f64; 2]; 5], [[f64; 3]; 2], [f64; 3]) = (filled(1), filled(2), filled(3));
    let y: [[f64; 3]; 5] = layer(&x, &w, &bias);
    for b in 0..5 {
        for j in 0..3 {
            assert_eq!(y[b][j], (x[b][0] * w[0][j] + x[b][1] * w[1][j] + bias[j]).max(0.0));
        }
    }
    let y: [[f64; 3]; 0] = layer(&[[0.0; 2]; 0], &w, &bias);
    assert_eq!(y, [[0.0; 3]; 0]);
    let points: [[f64; 3]; 5] = filled(4);
    let y: [f64; 5] = distance(&points, &bias);
    assert_eq!(y, points.map(|x| (0..3).map(|k| (x[k] - bias[k]).powi(2)).sum::<f64>()));
    assert_eq!(total(&[0.0, 0.0, 0.0], 2.0), 3.0);
    assert_eq!(powers(&[1.0, 2.0, 3.0]), [[0.0; 3], [1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [3.0, 6.0, 9.0]]);
    let x: [[f64; 3]; 3] = filled(1);
    let y: [[f64; 3]; 3] = both(&x);
    assert!((y[2][1] - (x[2][1] - x[1][2]).exp()).abs() < 1e-14);
}

#[test]
fn extents_of_forms() {
    let (x, w): ([f64; 7], [f64; 3]) = (filled(1), filled(2));
    let y: [f64; 5] = convolution(&x, &w);
    assert_eq!(y, std::array::from_fn(|i| (0..3).map(|p| x[i + p] * w[p]).sum::<f64>()));
    let any: Array1<f64> = any_convolution(&x, &w);
    assert_eq!(any.to_vec(), y.to_vec());
    let rows: [[f64; 11]; 2] = filled(3);
    let y: [[f64; 5]; 2] = strided(&rows, &w);
    assert_eq!(y, rows.map(|x| std::array::from_fn(|i| (0..3).map(|p| x[2 * i + p] * w[p]).sum::<f64>())));
    let y: [f64; 7] = folded(&w, &[1.0, 10.0]);
    assert_eq!(y, [0.0, w[0], 10.0 * w[0], w[1], 10.0 * w[1], w[2], 10.0 * w[2]]);
    assert_eq!(rows_of(), [[8.0, 9.0], [0.0, 1.0], [4.0, 5.0]]);
}

fn rows_of() -> [[f64; 2]; 3] {
    rows(&[[0.0, 1.0], [2.0, 3.0], [4.0, 5.0], [6.0, 7.0], [8.0, 9.0]], &[4, 0, 2])
}

#[test]
fn indices_are_results() {
    let x = [[1.0, 5.0, 3.0], [2.0, 1.0, 2.0]];
    let found: [usize; 2] = best(&x);
    assert_eq!(found, [1, 0]);
    let found: Array1<usize> = best_of_all(&ndarray::arr2(&x));
    assert_eq!(found, array![1, 0]);
    let found: usize = best_of_one(&x[0]);
    assert_eq!(found, 1);
}

/// The derivative of a function of one number, by differences that are right to about 1e-8.
pub(crate) fn slope(f: impl Fn(f64) -> f64) -> f64 {
    const STEP: f64 = 1e-4;
    (8.0 * (f(STEP) - f(-STEP)) - (f(2.0 * STEP) - f(-2.0 * STEP))) / (12.0 * STEP)
}

pub(crate) fn weighted<const N: usize>(y: &[f64; N], dy: &[f64; N]) -> f64 {
    y.iter().zip(dy).map(|(y, dy)| y * dy).sum()
}

#[test]
fn gradients_are_finite_differences() {
    let x = [0.3, -0.7, 1.1, 0.2, -0.4, 0.9, 0.5];
    let dy: [f64; 7] = filled(5);
    let (dx,): ([f64; 7],) = softmax::backward(&x, &dy);
    let mut sums = (dx,);
    softmax::backward_add(&x, &dy, (&mut sums.0,));
    let tangent: [f64; 7] = filled(3);
    let (y, dot): ([f64; 7], [f64; 7]) = softmax::jvp((&x, &tangent));
    assert_eq!(y, softmax(&x));
    for k in 0..7 {
        let moved = |by: f64| {
            let mut x = x;
            x[k] += by;
            softmax(&x)
        };
        assert!((dx[k] - slope(|by| weighted(&moved(by), &dy))).abs() < 1e-8);
        assert!((sums.0[k] - 2.0 * dx[k]).abs() < 1e-14);
        let along = |by: f64| softmax(&std::array::from_fn(|i| x[i] + by * tangent[i]))[k];
        assert!((dot[k] - slope(along)).abs() < 1e-8);
    }
    let (gx, gdy): ([f64; 7], [f64; 7]) = softmax::double_backward(&x, &dy, &tangent);
    for k in 0..7 {
        let moved = |by: f64| {
            let mut x = x;
            x[k] += by;
            weighted(&softmax::backward(&x, &dy).0, &tangent)
        };
        assert!((gx[k] - slope(moved)).abs() < 1e-7);
        assert!((gdy[k] - dot[k]).abs() < 1e-13);
    }
}

#[test]
fn gradients_of_several_operands() {
    let (x, w, bias) = ([[0.5, -0.3]; 3], [[0.4, -0.2, 0.7], [0.1, 0.6, -0.9]], [0.3, 0.2, -0.1]);
    let dy: [[f64; 3]; 3] = filled(2);
    let (dx, dw, dbias): ([[f64; 2]; 3], [[f64; 3]; 2], [f64; 3]) = layer::backward(&x, &w, &bias, &dy);
    let value = |x: &[[f64; 2]; 3], w: &[[f64; 3]; 2], bias: &[f64; 3]| -> f64 {
        layer(x, w, bias).iter().zip(&dy).map(|(y, dy)| weighted(y, dy)).sum()
    };
    let at = |f: &dyn Fn(f64) -> f64, found: f64| assert!((found - slope(f)).abs() < 1e-8);
    for i in 0..2 {
        for k in 0..3 {
            at(
                &|by| {
                    let mut x = x;
                    x[k][i] += by;
                    value(&x, &w, &bias)
                },
                dx[k][i],
            );
            at(
                &|by| {
                    let mut w = w;
                    w[i][k] += by;
                    value(&x, &w, &bias)
                },
                dw[i][k],
            );
            at(
                &|by| {
                    let mut bias = bias;
                    bias[k] += by;
                    value(&x, &w, &bias)
                },
                dbias[k],
            );
        }
    }
    assert_eq!(layer::backward_bias(&x, &w, &bias, &dy), dbias);
    let (x, w, dy) = (filled::<[f64; 7]>(1), filled::<[f64; 3]>(2), filled::<[f64; 5]>(3));
    let (dx, dw): ([f64; 7], [f64; 3]) = convolution::backward(&x, &w, &dy);
    assert_eq!(dw, std::array::from_fn(|p| (0..5).map(|i| x[i + p] * dy[i]).sum::<f64>()));
    let of = |k: usize| (0..3).filter(|p| k >= *p && k - p < 5).map(|p| w[p] * dy[k - p]).sum::<f64>();
    assert_eq!(dx, std::array::from_fn(of));
    let table: [[f64; 2]; 5] = rows::backward_table(&[[0.0; 2]; 5], &[4, 0, 4], &[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
    assert_eq!(table, [[3.0, 4.0], [0.0; 2], [0.0; 2], [0.0; 2], [6.0, 8.0]]);
    let (dx, dy): ([f32; 3], [f64; 3]) = read::backward(&[0.0; 3], &[1.0, 2.0, 3.0], &[1.0; 3]);
    assert_eq!((dx, dy), ([1.0, 2.0, 3.0], [0.0; 3]));
}

#[test]
fn beside_arrays_of_ndarray() {
    let (x, bias) = ([[0.0; 3]; 2], array![0.0, 0.0, 0.0]);
    let y: Array2<f64> = beside(&x, &bias);
    assert_eq!(y, Array2::zeros((2, 3)));
    let (dx, dbias): ([[f64; 3]; 2], Array1<f64>) =
        beside::backward(&x, &bias, &array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    assert_eq!((dx, dbias), ([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], array![5.0, 7.0, 9.0]));
}
