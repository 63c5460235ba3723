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
