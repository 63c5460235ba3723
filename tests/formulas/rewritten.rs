//! The rewritings that messages suggest for functions of other libraries, against loops over indices.

use einsum::{einsum, einsum_vjp};
use ndarray::{Array1, Array2, array};

use super::oracle::assert_close;

fn vector() -> Array1<f64> {
    array![-2.5, -1.0, 0.0, 0.25, 1.0, 3.0, 40.0]
}

fn matrix() -> Array2<f64> {
    Array2::from_shape_fn((3, 5), |(i, j)| (i * 7 + j * j * 3 % 11) as f64 / 2.0 - 3.0)
}

/// `f` of each row.
fn rows(x: &Array2<f64>, f: impl Fn(&[f64]) -> f64) -> Array1<f64> {
    x.rows().into_iter().map(|row| f(&row.to_vec())).collect()
}

#[test]
#[allow(
    clippy::approx_constant,
    clippy::excessive_precision,
    clippy::unreadable_literal,
    reason = "as messages write them"
)]
fn functions_of_elements() {
    let x = vector();
    let sign = |x: f64| if x == 0.0 { 0.0 } else { x.signum() };
    assert_close(&einsum!([i] = select(x[i] > 0, 1, select(x[i] < 0, -1, 0)) + 0 * x[i]), &x.mapv(sign));
    assert_close(&einsum!([i] = max(x[i], 0.01 * x[i])), &x.mapv(|x| if x > 0.0 { x } else { 0.01 * x }));
    assert_close(
        &einsum!([i] = select(x[i] > 0, x[i], exp_m1(x[i]))),
        &x.mapv(|x| if x > 0.0 { x } else { x.exp() - 1.0 }),
    );
    assert_close(&einsum!([i] = min(max(x[i], -1), 2.5)), &x.mapv(|x| x.clamp(-1.0, 2.5)));
    let positive = x.mapv(|x| x.abs() + 0.125);
    assert_close(&einsum!([i] = ln(positive[i]) / 0.6931471805599453), &positive.mapv(f64::log2));
    assert_close(&einsum!([i] = ln(positive[i]) / 2.302585092994046), &positive.mapv(f64::log10));
    let y = x.mapv(|x| 1.0 - x * x / 100.0);
    let sums: Array1<f64> = x.iter().zip(&y).map(|(x, y)| (x.exp() + y.exp()).ln()).collect();
    assert_close(&einsum!([i] = max(x[i], y[i]) + softplus(-abs(x[i] - y[i]))), &sums);
}

/// An infinite branch that is not taken is no NaN in the gradient of the other.
#[test]
fn gradients_of_elu() {
    let x = array![-1.0, 0.5, 1000.0];
    let (_, pullback) = einsum_vjp!([i] = select(x[i] > 0, x[i], exp_m1(x[i])));
    assert_close(&pullback(&array![1.0, 1.0, 1.0]).0, &array![(-1.0_f64).exp(), 1.0, 1.0]);
}

#[test]
fn reductions() {
    let x = matrix();
    let mean = |row: &[f64]| row.iter().sum::<f64>() / row.len() as f64;
    let var = |row: &[f64]| row.iter().map(|x| (x - mean(row)).powi(2)).sum::<f64>() / row.len() as f64;
    assert_close(&einsum!([i] = mean[k](powi(x[i, k] - mean[k](x[i, k]), 2))), &rows(&x, var));
    assert_close(&einsum!([i] = sqrt(mean[k](powi(x[i, k] - mean[k](x[i, k]), 2)))), &rows(&x, |row| var(row).sqrt()));
    let norm = |row: &[f64]| row.iter().map(|x| x * x).sum::<f64>().sqrt();
    assert_close(&einsum!([i] = sqrt(sum[k](powi(x[i, k], 2)))), &rows(&x, norm));
    let count = |row: &[f64]| row.iter().filter(|x| **x > 0.0).count() as f64;
    assert_close(&einsum!([i] = sum[k](select(x[i, k] > 0, 1, 0))), &rows(&x, count));
    let sums = rows(&x, |row| row.iter().map(|x| x.exp()).sum::<f64>().ln());
    let softmax = Array2::from_shape_fn(x.dim(), |(i, k)| x[[i, k]] - sums[i]);
    assert_close(&einsum!([i, k] = x[i, k] - logsumexp[k](x[i, k])), &softmax);
}

#[test]
fn running_sums() {
    let x = vector();
    let mut sum = 0.0;
    let expected = x.mapv(|x| {
        sum += x;
        sum
    });
    assert_close(&einsum!([i] = sum[j](select(j <= i, x[j], 0)); i = x.len()), &expected);
}

/// Operands of `bool`, which conditions compare.
#[test]
fn truths_are_compared() {
    let (x, mask, flag) = (vector(), vector().mapv(|x| x > 0.5), true);
    let expected: Array1<f64> = x.iter().map(|x| if *x > 0.5 { *x } else { -1.0 }).collect();
    assert_close(&einsum!([i] = select((mask as f64)[i] > 0, x[i], -1)), &expected);
    assert_close(&einsum!([i] = select((flag as f64) > 0, x[i], -1)), &x);
}
