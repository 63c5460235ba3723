//! Matrices and vectors of nalgebra whose extents are known at run time.

use einsum::{EinsumError, einsum, einsum_jvp, einsum_vjp, einsum_vjp_add, try_einsum};
use nalgebra::{Complex, DMatrix, DMatrixView, DVector, Dyn, Matrix3xX, MatrixXx2, RowDVector};
use ndarray::{Array1, Array2, Ix2, array};

use crate::{applied, number, numbers, product};

const EXTENTS: [usize; 5] = [0, 1, 2, 5, 13];

#[test]
fn products_of_all_extents() {
    for i in EXTENTS {
        for j in EXTENTS {
            for k in EXTENTS {
                let (a, b) = (DMatrix::from_fn(i, j, number), DMatrix::from_fn(j, k, number));
                let expected = product(&numbers(i, j), &numbers(j, k));
                assert_eq!(einsum!("ij,jk->ik", a, b), expected, "{i} {j} {k}");
                assert_eq!(einsum!("ij,jk->ik", &a, numbers(j, k)), expected);
                let mut out = DMatrix::from_element(k, i, f64::NAN);
                einsum!("ij,jk->ki", a, &b, out = &mut out);
                assert_eq!(out, (&a * &b).transpose());
            }
        }
    }
}

#[test]
fn a_matrix_of_one_column_by_its_type_is_a_vector() {
    let (a, x) = (DMatrix::from_fn(5, 3, number), DVector::from_fn(3, number));
    let expected = applied(&numbers(5, 3), &numbers(3, 1).column(0));
    let y: Array1<f64> = einsum!("ij,j->i", a, x);
    assert_eq!(y, expected);
    let mut y = DVector::zeros(5);
    einsum!("ij,j->i", a, x, out = &mut y);
    assert_eq!(y, &a * &x);
    einsum!("ij,j->i", a, x, alpha = 2.0, beta = -1.0, out = &mut y);
    assert_eq!(y, &a * &x);
    // Of one row or of one column by chance, it has two axes.
    let row = RowDVector::from_fn(3, number);
    assert_eq!(einsum!("ij,kj->ik", a, row), product(&numbers(5, 3), &numbers(1, 3).t()));
    let column = DMatrix::from_fn(3, 1, number);
    assert_eq!(einsum!("ij,jk->ik", a, column), product(&numbers(5, 3), &numbers(3, 1)));
}

#[test]
fn views_of_any_strides() {
    let a = DMatrix::from_fn(11, 13, number);
    let all = numbers(11, 13);
    let b = numbers(3, 5);
    let part = a.view((2, 3), (7, 3));
    assert_eq!(einsum!("ij,jk->ik", part, b), product(&all.slice(ndarray::s![2..9, 3..6]), &b));
    let steps = a.view_with_steps((1, 0), (4, 3), (2, 4));
    assert_eq!(einsum!("ij,jk->ik", steps, b), product(&all.slice(ndarray::s![1..11;3, 0..11;5]), &b));
    assert_eq!(einsum!("i,i->", a.row(4).transpose(), a.row(4).transpose()), all.row(4).dot(&all.row(4)));
    assert_eq!(einsum!("ij,ij->i", a.rows(1, 2), a.rows(1, 2))[1], all.row(2).dot(&all.row(2)));
    let column = a.column(7);
    assert_eq!(einsum!("i,i->", column, &column), all.column(7).dot(&all.column(7)));
    // The same elements again and again.
    let slice = [2.0, 3.0, 5.0];
    let repeated = DMatrixView::from_slice_with_strides_generic(&slice, Dyn(3), Dyn(4), Dyn(1), Dyn(0));
    assert_eq!(einsum!("ij->i", repeated), array![8.0, 12.0, 20.0]);
    let diagonal = DMatrix::from_fn(6, 6, number);
    assert_eq!(einsum!("ii->", diagonal), diagonal.trace());
}

#[test]
fn views_that_are_written() {
    let b = numbers(3, 5);
    let a = DMatrix::from_fn(4, 3, number);
    let mut all = DMatrix::from_element(9, 21, 7.0);
    let mut out = all.view_with_steps_mut((1, 0), (4, 5), (1, 3));
    einsum!("ij,jk->ik", a, b, out = &mut out);
    let expected = product(&numbers(4, 3), &b);
    for (index, &element) in all.iter().enumerate() {
        let (row, column) = (index % 9, index / 9);
        let is_written = row % 2 == 1 && row < 9 && column % 4 == 0 && column < 20;
        assert_eq!(element, if is_written { expected[[row / 2, column / 4]] } else { 7.0 }, "{row} {column}");
    }
}

#[test]
fn extents_of_which_types_know_one() {
    let (a, b) = (MatrixXx2::from_fn(5, number), Matrix3xX::from_fn(5, number));
    let y: Array2<f64> = einsum!("ij,ki->kj", a, b);
    assert_eq!(y, product(&numbers(3, 5), &numbers(5, 2)));
    let expected = applied(&numbers(5, 2), &array![1.0, 2.0]);
    assert_eq!(einsum!("ij,j->i", a, nalgebra::Vector2::new(1.0, 2.0)), expected);
}

#[test]
fn gradients_are_arrays() {
    let (a, b) = (DMatrix::from_fn(5, 3, number), DVector::from_fn(3, number));
    let (y, pullback) = einsum_vjp!("ij,j->i", a, b);
    assert_eq!(y, applied(&numbers(5, 3), &numbers(3, 1).column(0)));
    let dy = array![1.0, -2.0, 3.0, 0.0, 5.0];
    let (da, db) = pullback(&dy);
    let expected = Array2::from_shape_fn((5, 3), |(i, j)| dy[i] * number(j, 0));
    assert_eq!(da, expected);
    assert_eq!(db, applied(&numbers(5, 3).t(), &dy));

    let (mut sum_a, mut sum_b) = (Array2::ones((5, 3)), Array1::ones(3));
    let (_, pullback) = einsum_vjp_add!("ij,j->i", a, b);
    pullback(&dy, (&mut sum_a, &mut sum_b));
    assert_eq!(sum_a, expected + 1.0);
    assert_eq!(sum_b, db + 1.0);

    let (y, dy) = einsum_jvp!("ij,j->i", (a, numbers(5, 3)), (b, DVector::from_element(3, 1.0)));
    assert_eq!(y, applied(&numbers(5, 3), &numbers(3, 1).column(0)));
    assert_eq!(dy, applied(&numbers(5, 3), &numbers(3, 1).column(0)) + applied(&numbers(5, 3), &array![1.0, 1.0, 1.0]));
}

#[test]
fn other_elements() {
    let z = DMatrix::from_fn(2, 3, |i, j| Complex::new(number(i, j), number(j, i)));
    let gram: Array2<Complex<f64>> = einsum!("ij,kj->ik", z, conj(z));
    let expected = &z * z.transpose().map(|number| number.conj());
    assert!(gram.indexed_iter().all(|(index, &element)| element == expected[index]));
    let whole = DMatrix::from_fn(3, 2, |i, j| i32::try_from(i * 3 + j).unwrap());
    assert_eq!(einsum!("ij->j", whole), array![9, 12]);
    let a = DMatrix::from_fn(3, 2, |i, j| if i == j { 1.0_f32 } else { 0.5 });
    assert_eq!(einsum!("ij,j->i", a as f64, array![2.0, 4.0]), array![4.0, 5.0, 3.0]);
}

#[test]
fn formulas() {
    let (x, w) = (DMatrix::from_fn(5, 3, number), DMatrix::from_fn(3, 2, number));
    let b = DVector::from_vec(vec![1.0, -1.0]);
    let y = einsum!([i, j] = relu(sum[k](x[i, k] * w[k, j]) + b[j]));
    let linear = product(&numbers(5, 3), &numbers(3, 2)) + &array![1.0, -1.0];
    assert_eq!(y, linear.mapv(|element| element.max(0.0)));
    let mut out = DMatrix::zeros(5, 2);
    einsum!(out[i, j] = relu(sum[k](x[i, k] * w[k, j]) + b[j]));
    assert!(y.indexed_iter().all(|(index, &element)| element == out[index]));
}

#[test]
fn errors_name_the_operand() {
    let (a, b) = (DMatrix::from_element(2, 3, 1.0), DVector::from_element(4, 1.0));
    let error: EinsumError = try_einsum!("ij,j->i", a, b).unwrap_err();
    assert_eq!(error.to_string(), "einsum `ij,j->i`: label `j` has extent 3 in `a` but 4 in `b`");
}

#[test]
fn pointers_to_matrices() {
    let a = std::rc::Rc::new(DMatrix::from_fn(3, 2, number));
    let cell = std::cell::RefCell::new(DMatrix::<f64>::zeros(3, 3));
    einsum!("ij,kj->ik", a, a, out = cell.borrow_mut());
    let y = einsum!("ij->ij", cell.borrow());
    assert_eq!(y.into_dimensionality::<Ix2>().unwrap(), product(&numbers(3, 2), &numbers(3, 2).t()));
}
