//! Matrices, columns and rows of faer.

use einsum::{einsum, einsum_vjp, try_einsum};
use faer::{Col, Mat, Row, c64, mat};
use ndarray::{Array1, Array2, array, s};

use crate::{applied, number, numbers, product};

const EXTENTS: [usize; 5] = [0, 1, 2, 5, 13];

#[test]
fn products_of_all_extents() {
    for i in EXTENTS {
        for j in EXTENTS {
            for k in EXTENTS {
                let (a, b) = (Mat::from_fn(i, j, number), Mat::from_fn(j, k, number));
                let expected = product(&numbers(i, j), &numbers(j, k));
                assert_eq!(einsum!("ij,jk->ik", a, b), expected, "{i} {j} {k}");
                assert_eq!(einsum!("ij,jk->ik", a.as_ref(), numbers(j, k)), expected);
                let mut out = Mat::full(k, i, f64::NAN);
                einsum!("ij,jk->ki", &a, b, out = &mut out);
                assert!((0..k).all(|k| (0..i).all(|i| out[(k, i)] == expected[[i, k]])));
            }
        }
    }
}

#[test]
fn views_of_any_strides() {
    let a = Mat::from_fn(11, 13, number);
    let all = numbers(11, 13);
    let b = numbers(3, 5);
    let part = a.submatrix(2, 3, 7, 3);
    let expected = product(&all.slice(s![2..9, 3..6]), &b);
    assert_eq!(einsum!("ij,jk->ik", part, b), expected);
    assert_eq!(einsum!("ji,jk->ik", part.transpose(), b), expected);
    let reversed = part.reverse_rows();
    assert_eq!(einsum!("ij,jk->ik", reversed, b), product(&all.slice(s![2..9;-1, 3..6]), &b));
    let both = part.reverse_rows_and_cols();
    assert_eq!(einsum!("ij,jk->ik", both, b), product(&all.slice(s![2..9;-1, 3..6;-1]), &b));
    assert_eq!(einsum!("ii->", a.submatrix(0, 0, 5, 5).reverse_cols()), (0..5).map(|i| number(i, 4 - i)).sum::<f64>());
}

#[test]
fn columns_and_rows_have_one_axis() {
    let (a, x, y) = (Mat::from_fn(5, 3, number), Col::from_fn(3, |j| number(j, 0)), Row::from_fn(5, |i| number(0, i)));
    let (all, column, row) = (numbers(5, 3), numbers(3, 1), numbers(1, 5));
    let expected = applied(&all, &column.column(0));
    assert_eq!(einsum!("ij,j->i", a, x), expected);
    assert_eq!(einsum!("ij,j->i", a, x.as_ref().reverse_rows()), applied(&all.slice(s![.., ..;-1]), &column.column(0)));
    assert_eq!(einsum!("ij,i->j", a, y), applied(&all.t(), &row.row(0)));
    assert_eq!(einsum!("ij,i->j", a, y.as_ref().reverse_cols()), applied(&all.t().slice(s![.., ..;-1]), &row.row(0)));
    assert_eq!(einsum!("j,j->", a.row(2), x), all.row(2).dot(&column.column(0)));
    assert_eq!(einsum!("i,i->", a.col(1), y), all.column(1).dot(&row.row(0)));
    let (mut out, mut across) = (Col::zeros(5), Row::zeros(5));
    einsum!("ij,j->i", a, x, out = &mut out);
    einsum!("ij,j->i", a, x, out = across.as_mut());
    assert!((0..5).all(|i| out[i] == expected[i] && across[i] == expected[i]));
    einsum!("ij,j->i", a, x, out = out.as_mut().reverse_rows_mut(), beta = 1.0);
    assert!((0..5).all(|i| out[i] == expected[i] + expected[4 - i]));
}

#[test]
fn views_that_are_written() {
    let a = numbers(4, 3);
    let mut all = Mat::full(9, 7, 7.0);
    einsum!("ij,kj->ik", a, a, out = all.as_mut().submatrix_mut(1, 2, 4, 4).reverse_rows_mut());
    let expected = product(&a, &a.t());
    for row in 0..9 {
        for column in 0..7 {
            let is_written = (1..5).contains(&row) && (2..6).contains(&column);
            let element = if is_written { expected[[4 - row, column - 2]] } else { 7.0 };
            assert_eq!(all[(row, column)], element, "{row} {column}");
        }
    }
}

#[test]
fn gradients_are_arrays() {
    let (a, x) = (Mat::from_fn(5, 3, number), Col::from_fn(3, |j| number(j, 0)));
    let (_, pullback) = einsum_vjp!("ij,j->i", a, x);
    let dy = Col::from_fn(5, |i| number(i, i));
    let dy = einsum!("i->i", dy);
    let (da, dx): (Array2<f64>, Array1<f64>) = pullback(&dy);
    assert_eq!(da, Array2::from_shape_fn((5, 3), |(i, j)| dy[i] * number(j, 0)));
    assert_eq!(dx, applied(&numbers(5, 3).t(), &dy));
}

#[test]
fn other_elements_formulas_and_errors() {
    let z = mat![[c64::new(1.0, 2.0), c64::new(0.0, -1.0)]];
    assert_eq!(einsum!("ij,kj->ik", z, conj(z)), array![[c64::new(6.0, 0.0)]]);
    let x = mat![[-1.0, 2.0], [3.0, -4.0]];
    assert_eq!(einsum!([i, j] = relu(x[j, i])), array![[0.0, 3.0], [2.0, 0.0]]);
    let error = try_einsum!("ij,j->i", x, array![1.0, 2.0, 3.0]).unwrap_err();
    assert_eq!(error.to_string(), "einsum `ij,j->i`: label `j` has extent 2 in `x` but 3 in `array![1.0, 2.0, 3.0]`");
}
