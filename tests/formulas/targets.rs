//! What the result is written to: added to, multiplied before, of another type, at indices that a tensor gives.

use einsum::{einsum, einsum_fn, try_einsum};
use ndarray::{Array1, Array2, array};

#[test]
fn the_old_content_is_multiplied_before_it_is_added_to() {
    let x = array![0.0, 1.0, -2.0];
    let old = array![100.0, 200.0, 300.0];
    let expected = |value: fn(f64) -> f64, alpha: f64, beta: f64| -> Array1<f64> {
        x.iter().zip(&old).map(|(x, old)| alpha * value(*x) + beta * old).collect()
    };

    let mut y = old.clone();
    einsum!(y[i] = exp(x[i]), alpha = 2.0, beta = 0.25);
    assert_eq!(y, expected(f64::exp, 2.0, 0.25));

    let mut y = old.clone();
    einsum!(y[i] = x[i] - 1.0, beta = 0.5);
    assert_eq!(y, expected(|x| x - 1.0, 1.0, 0.5));

    let mut y = old.clone();
    einsum!(y[i] -= x[i] + 1.0);
    assert_eq!(y, expected(|x| x + 1.0, -1.0, 1.0));

    let mut y = array![f64::NAN, f64::INFINITY, 1.0];
    einsum!(y[i] = x[i] - 1.0, beta = 0.0);
    assert_eq!(y, expected(|x| x - 1.0, 1.0, 0.0));
}

#[test]
fn a_target_of_another_type_is_added_to_in_its_own() {
    let x = array![1.5_f32, 2.5];
    let mut y = array![100.0_f64, 200.0];
    einsum!((y as f64)[i] += x[i] - 1.0);
    assert_eq!(y, array![100.5, 201.5]);
    einsum!((y as f64)[i] = x[i] - 1.0, beta = 0.5);
    assert_eq!(y, array![50.75, 102.25]);
    einsum!((y as f64)[i] = x[i] - 1.0);
    assert_eq!(y, array![0.5, 1.5]);
}

#[test]
fn what_meets_at_an_index_is_added_up() {
    let (bins, weights) = (array![0_usize, 2, 2, 1, 0], array![1.0, 2.0, 3.0, 4.0, 5.0]);
    let mut histogram = Array1::<f64>::ones(4);
    einsum!(histogram[bins[l]] += weights[l]);
    assert_eq!(histogram, array![7.0, 5.0, 6.0, 1.0]);
    einsum!(histogram[bins[l]] += weights[l] - 1.0);
    assert_eq!(histogram, array![11.0, 8.0, 9.0, 1.0]);
    einsum!(histogram[bins[l]] = weights[l]);
    assert_eq!(histogram, array![6.0, 4.0, 5.0, 0.0]);
}

einsum_fn! {
    fn embedding(w, e, t) -> [l, d] { e[t[l], c] * w[c, d] }
}

#[test]
fn nothing_is_written_before_an_index_is_found_to_be_outside() {
    let (x, table, t) = (array![1.0, 2.0], array![10.0, 20.0, 30.0], array![2_usize, 3]);
    let mut y = array![5.0, 6.0];
    assert!(try_einsum!(y[l] = x[l] * 2.0 + table[t[l]]).is_err());
    assert!(try_einsum!(y[l] += x[l] + exp(table[t[l]])).is_err());
    assert!(try_einsum!(y[l] = x[l] - table[t[l]], beta = 3.0).is_err());
    assert!(try_einsum!(y[t[l]] += x[l] - 1.0).is_err());
    assert!(try_einsum!(y[t[l]] = x[l]).is_err());
    assert_eq!(y, array![5.0, 6.0]);
    einsum!(y[l] += x[l] + zero(table)[t[l]]);
    assert_eq!(y, array![36.0, 8.0]);

    let (w, e, dy) = (array![[2.0]], array![[1.0], [3.0]], array![[1.0], [1.0]]);
    let (mut dw, mut de) = (array![[7.0]], array![[7.0], [7.0]]);
    let added = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        embedding::backward_add(&w, &e, &array![0, 2], &dy, (&mut dw, &mut de));
    }));
    assert!(added.is_err());
    assert_eq!((dw, de), (array![[7.0]], array![[7.0], [7.0]]));
}

/// Indices that the formula finds itself lead outside of `v`, which is shorter than `x` has columns.
#[test]
fn nothing_is_written_before_a_computed_index_is_found_to_be_outside() {
    let (x, w) = (array![[1.0, 2.0, 3.0], [6.0, 5.0, 4.0]], array![0.5, 0.25]);
    let (short, long) = (array![10.0, 20.0], array![10.0, 20.0, 30.0]);
    let old = array![5.0, 6.0];
    let mut y = old.clone();
    assert!(try_einsum!({ let a[i] = argmax[j](x[i, j]); y[i] = exp(short[a[i]]) }, beta = 3.0).is_err());
    assert!(try_einsum!({ let a[i] = argmax[j](x[i, j]); y[i] = w[i] * w[i] + short[a[i]] }).is_err());
    assert!(try_einsum!({ let a[i] = argmax[j](x[i, j]); y[i] += relu(w[i]) - x[i, j] * short[a[i]] }).is_err());
    assert!(try_einsum!({ let a[i] = argmax[j](x[i, j]); y[a[i]] = w[i] }).is_err());
    assert_eq!(y, old);
    einsum!({ let a[i] = argmax[j](x[i, j]); y[i] = w[i] * w[i] + long[a[i]] }, beta = 3.0);
    assert_eq!(y, array![15.0 + 0.25 + 30.0, 18.0 + 0.0625 + 10.0]);
}

einsum_fn! {
    fn cross_entropy(x, labels) -> [] { sum[b](logsumexp[c](x[b, c]) - x[b, labels[b]]), wrt = [x] }
}

#[test]
fn a_function_gathers_from_an_operand_that_it_reads_as_a_whole() {
    let x: Array2<f64> = Array2::from_shape_fn((3, 5), |(b, c)| ((7 * b + 3 * c) % 11) as f64 / 5.0);
    let labels = array![4_u8, 0, 2];
    let sums: Array1<f64> = x.rows().into_iter().map(|row| row.mapv(f64::exp).sum()).collect();
    let picked = labels.iter().enumerate().map(|(b, label)| x[[b, usize::from(*label)]]);
    let expected: f64 = picked.zip(&sums).map(|(x, sum)| sum.ln() - x).sum();
    assert!((cross_entropy(&x, &labels) - expected).abs() < 1e-13);

    let (dx,) = cross_entropy::backward(&x, &labels, 2.0);
    for ((b, c), dx) in dx.indexed_iter() {
        let is_label = if usize::from(labels[b]) == c { 1.0 } else { 0.0 };
        assert!((dx - 2.0 * (x[[b, c]].exp() / sums[b] - is_label)).abs() < 1e-13);
    }
}

#[test]
fn nothing_is_written_before_all_computed_indices_are_known_to_be_within() {
    // (The largest are at 1 and 2.)
    let x = array![[0.0, 5.0, 1.0], [0.0, 1.0, 5.0]];
    let (b, d) = (array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], array![[0.5, 0.0, 1.0], [2.0, 1.0, 0.0]]);
    let (c, e) = (array![1.0, -1.0, 2.0], array![2.0, 4.0, 8.0]);
    let (short, long, turned) = (array![1.0, 2.0], array![1.0, 2.0, 4.0], array![2_u8, 0, 1]);
    let old = array![10.0, 20.0];

    let mut y = old.clone();
    let sums = try_einsum!({
        let a[i] = argmax[k](x[i, k]);
        y[i] += b[i, k] * c[k] + d[i, k] * e[k] + short[a[i]]
    });
    let scaled = try_einsum!({
        let a[i] = argmax[k](x[i, k]);
        y[i] = b[i, k] * c[k] + d[i, k] * e[k] + short[a[i]]
    }, beta = 3.0);
    // Indices that indices lead to: of these, 2 is at 0.
    let given = array![1_usize, 0];
    let nested = try_einsum!(y[i] += b[i, k] * c[k] + d[i, k] * e[k] + short[turned[given[i]]]);
    let found = try_einsum!({
        let a[i] = argmin[k](x[i, k]);
        y[i] += b[i, k] * c[k] + d[i, k] * e[k] + short[turned[a[i]]]
    });
    for result in [sums, scaled, nested, found] {
        assert!(matches!(result, Err(einsum::EinsumError::Gather { index: 2, extent: 2, .. })), "{result:?}");
    }
    assert_eq!(y, old);

    einsum!({
        let a[i] = argmax[k](x[i, k]);
        y[i] = b[i, k] * c[k] + d[i, k] * e[k] + long[a[i]]
    }, beta = 3.0);
    assert_eq!(y, array![30.0 + 5.0 + 9.0 + 2.0, 60.0 + 11.0 + 8.0 + 4.0]);
    let mut y = old.clone();
    einsum!(y[i] += b[i, k] * c[k] + d[i, k] * e[k] + long[turned[given[i]]]);
    assert_eq!(y, array![10.0 + 5.0 + 9.0 + 1.0, 20.0 + 11.0 + 8.0 + 4.0]);
}

einsum_fn! {
    fn looked_up(x, table, w) -> [i] {
        let a[i] = argmax[k](x[i, k]);
        w[i] + table[a[i]]
    }
}

#[test]
fn no_gradient_is_added_before_all_computed_indices_are_known_to_be_within() {
    let (x, w, dy) = (array![[0.0, 5.0, 1.0], [0.0, 1.0, 5.0]], array![0.5, 0.25], array![1.0, 2.0]);
    let (short, long) = (array![1.0, 2.0], array![1.0, 2.0, 4.0]);
    let add = |table: &Array1<f64>| {
        let (mut dx, mut dtable, mut dw) = (x.clone(), table.clone(), w.clone());
        let added = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            looked_up::backward_add(&x, table, &w, &dy, (&mut dx, &mut dtable, &mut dw));
        }));
        (added.is_ok(), dx, dtable, dw)
    };
    assert_eq!(add(&short), (false, x.clone(), short.clone(), w.clone()));
    assert_eq!(add(&long), (true, x.clone(), array![1.0, 3.0, 6.0], array![1.5, 2.25]));
}

einsum_fn! {
    /// The gradient of `c` is a number, which is there before all others.
    fn chosen(c, x, table) -> [i] {
        let scaled[i, k] = exp(c * x[i, k]);
        let a[i] = argmax[k](scaled[i, k] + sum[l](c * x[i, l]));
        let b[] = argmin[i](mean[k](scaled[i, k]));
        table[a[i]] * table[b[]]
    }
}

#[test]
fn indices_are_computed_after_what_they_are_computed_of() {
    let (x, table) = (array![[0.0, 5.0, 1.0], [0.0, 1.0, 5.0]], array![3.0, 5.0, 7.0]);
    assert_eq!(chosen(-1.0, &x, &table), array![9.0, 9.0]);
    assert_eq!(chosen(1.0, &x, &table), array![15.0, 21.0]);

    let (dc, dx, dtable) = chosen::backward(1.0, &x, &table, &array![1.0, 10.0]);
    assert_eq!((dc, dx, dtable), (0.0, 0.0 * &x, array![5.0 + 70.0, 3.0, 30.0]));
}
