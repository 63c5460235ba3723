//! Ways to write formulas.

use einsum::{einsum, einsum_fn};
use ndarray::array;

use super::oracle::assert_close;

einsum_fn! {
    fn squared(x) -> [i] { x[i, j] * x[i, j] }

}

#[test]
fn labels_are_numbers_and_variables_are_not_labels() {
    let (x, i) = (array![1.0, 2.0, 4.0], 10.0);
    assert_close(&einsum!([i] = x[i] * (i as f64) + { i }), &array![10.0, 12.0, 18.0]);
    assert_close(&einsum!([i] = x[i] + (i as _)), &array![1.0, 3.0, 6.0]);
    assert_close(&einsum!([i] = x[i] * ((2 * i + 1) as f64)), &array![1.0, 6.0, 20.0]);
    let n = 2;
    assert_close(&einsum!([i] = select(i < n && i != 0, x[i], -1)), &array![-1.0, 2.0, -1.0]);
}

#[test]
fn a_parameter_is_read_twice() {
    assert_close(&squared(&array![[1.0, 2.0], [3.0, 4.0]]), &array![5.0, 25.0]);
}

/// What a `macro_rules!` takes as `$x:expr` is one value, wherever it passes that on.
#[test]
fn expressions_of_other_macros_are_one_value() {
    macro_rules! exponentials {
        ($x:expr, $a:expr) => {
            einsum!([i] = exp($a * $x[i]))
        };
    }
    macro_rules! total {
        ($x:expr, $a:expr) => {
            einsum!([] = sum[i]($x[i] / $a) - 0)
        };
    }
    macro_rules! larger {
        ($x:expr, $a:expr) => {
            einsum!([i] = max($a * $x[i], -$a))
        };
    }
    macro_rules! steps {
        ($x:expr, $a:expr) => { einsum!({ let y[i] = $a * $x[i]; [i] = select(2 * $a < y[i], ($a * y[i]), -$a) }) };
    }
    macro_rules! shifted {
        ($x:expr, $n:expr) => { einsum!([i] = exp($x[2 * $n - i]); i = 2) };
    }
    macro_rules! inverted {
        ($x:expr, $n:literal) => {
            einsum!([i] = powi($x[i], $n) * relu($n + $x[i]))
        };
    }
    let (x, q, n) = (array![1.0, 2.0, 4.0], 1.0, 0);
    let exponential = x.mapv(|x: f64| (2.0 * x).exp());
    assert_close(&exponentials!(x, 1.0 + 1.0), &exponential);
    assert_close(&exponentials!(x, q + 1.0), &exponential);
    assert_close(&exponentials!(&x, 2.0), &exponential);
    assert_close(&exponentials!(&x + &x, q), &exponential);
    assert_close(&exponentials!(x.clone(), if q > 0.0 { 2.0 } else { 1.0 }), &exponential);
    assert!((total!(x, q + 1.0) - 3.5_f64).abs() < 1e-12);
    assert_close(&larger!(x, 1.0 - 3.0), &array![2.0, 2.0, 2.0]);
    assert_close(&steps!(x, q + 1.0), &array![-2.0, -2.0, 16.0]);
    assert_close(&shifted!(x, n + 1), &array![4_f64.exp(), 2_f64.exp()]);
    assert_close(&inverted!(x, -1), &array![0.0, 0.5, 0.75]);
}

/// Names of operands that an expansion could have for something of its own.
#[test]
fn operands_have_names_of_expansions() {
    let of_0 = array![0.0, 1.0, -2.0];
    let (shared_0, joined, factor, reads, at) = (&of_0, &of_0, &of_0, &of_0, &of_0);
    let expected = of_0.mapv(|x: f64| (2.0 * x).exp() + x);
    assert_close(&einsum!([i] = exp(of_0[i]) * exp(of_0[i]) + of_0[i]), &expected);
    assert_close(&einsum!([i] = exp(shared_0[i]) * exp(shared_0[i]) + shared_0[i]), &expected);
    let expected = of_0.mapv(|x| of_0.iter().map(|y| (x - y) * (x - y)).sum::<f64>());
    assert_close(&einsum!([i] = sum[j](powi(joined[i] - factor[j], 2))), &expected);
    assert_close(&einsum!([i] = -sum[j](-powi(factor[i] - joined[j], 2))), &expected);
    assert_close(&einsum!([i] = sum[j]((reads[i] - at[j]) * (reads[i] - at[j] + 0 * (j as f64)))), &expected);
}
