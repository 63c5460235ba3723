//! Matrices and vectors of nalgebra whose extents are in their types: einsums of these alone give arrays of fixed size.

use einsum::{einsum, einsum_vjp};
use nalgebra::{Matrix2x3, Matrix3, Matrix3x2, Matrix4, RowVector3, SMatrix, SVector, Vector2, Vector3};
use ndarray::{Array2, aview2};

use crate::{applied, number, numbers, product};

#[test]
fn results_are_arrays_of_fixed_size() {
    let (a, b) = (Matrix2x3::from_fn(number), Matrix3::from_fn(number));
    let y: [[f64; 3]; 2] = einsum!("ij,jk->ik", a, b);
    assert_eq!(aview2(&y), product(&numbers(2, 3), &numbers(3, 3)));
    // Arrays of arrays are of columns for nalgebra.
    let y = Matrix2x3::from(einsum!("ij,jk->ki", a, b));
    assert_eq!(y, a * b);
    let y: [f64; 2] = einsum!("ij,j->i", a, Vector3::new(1.0, 2.0, 3.0));
    assert_eq!(Vector2::from(y), a * Vector3::new(1.0, 2.0, 3.0));
    let dot: f64 = einsum!("i,i->", Vector3::new(1.0, 2.0, 3.0), b.column(1));
    assert_eq!(dot, Vector3::new(1.0, 2.0, 3.0).dot(&b.column(1)));
    let square: [[f64; 3]; 3] = einsum!("ij,ik->jk", RowVector3::new(1.0, 2.0, 3.0), RowVector3::new(5.0, 7.0, 11.0));
    assert_eq!(Matrix3::from(square), Vector3::new(5.0, 7.0, 11.0) * RowVector3::new(1.0, 2.0, 3.0));
}

#[test]
fn matrices_are_written_in_place() {
    let (a, b) = (Matrix4::from_fn(number), Matrix4::from_fn(|i, j| number(j, i + 1)));
    let mut y = Matrix4::from_element(f64::NAN);
    einsum!("ij,jk->ik", a, b, out = &mut y);
    assert_eq!(y, a * b);
    einsum!("ij,jk,kl->il", a, b, a, out = &mut y, beta = 0.5, alpha = 2.0);
    assert_eq!(y, (a * b) * 0.5 + a * b * a * 2.0);
    let mut y = SVector::<f64, 4>::zeros();
    einsum!("ij,j->i", a, b.column(2), out = &mut y);
    assert_eq!(y, a * b.column(2));
}

#[test]
fn views_of_fixed_size() {
    let a = SMatrix::<f64, 5, 7>::from_fn(number);
    let part = a.fixed_view::<2, 3>(1, 2);
    let y: [[f64; 2]; 2] = einsum!("ij,kj->ik", part, part);
    let expected = numbers(5, 7).slice_move(ndarray::s![1..3, 2..5]);
    assert_eq!(aview2(&y), product(&expected, &expected.t()));
    let every_second = a.fixed_view_with_steps::<3, 2>((0, 1), (1, 2));
    let y: [f64; 2] = einsum!("ij->j", every_second);
    assert_eq!(y, [1, 4].map(|column| [0, 2, 4].map(|row| number(row, column)).iter().sum::<f64>()));
}

#[test]
fn gradients_are_arrays_of_fixed_size() {
    let (a, x) = (Matrix3x2::from_fn(number), Vector2::new(2.0, 3.0));
    let (y, pullback) = einsum_vjp!("ij,j->i", a, x);
    let y: [f64; 3] = y;
    assert_eq!(Vector3::from(y), a * x);
    let (da, dx): ([[f64; 2]; 3], [f64; 2]) = pullback(&[1.0, -1.0, 5.0]);
    assert_eq!(da, [[2.0, 3.0], [-2.0, -3.0], [10.0, 15.0]]);
    assert_eq!(Vector2::from(dx), a.transpose() * Vector3::new(1.0, -1.0, 5.0));
}

#[test]
fn mixed_with_arrays() {
    let a = Matrix3::from_fn(number);
    let y: [[f64; 2]; 3] = einsum!("ij,jk->ik", a, [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
    assert_eq!(aview2(&y), product(&numbers(3, 3), &ndarray::array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]));
    let y: Array2<f64> = einsum!("ij,jk->ik", a, numbers(3, 5));
    assert_eq!(y, product(&numbers(3, 3), &numbers(3, 5)));
}

/// Whether a matrix of `Const<N>` columns is a vector is not known before `N` is: its elements by columns are an array of arrays.
#[test]
fn generic_extents() {
    fn squared<const N: usize>(a: &SMatrix<f64, N, N>) -> SMatrix<f64, N, N> {
        SMatrix::from(einsum!("ji,kj->ki", a.data.0, a.data.0))
    }
    let a = SMatrix::<f64, 7, 7>::from_fn(number);
    assert_eq!(squared(&a), a * a);
    assert_eq!(squared(&SMatrix::<f64, 1, 1>::new(3.0)).x, 9.0);
}

#[test]
fn formulas() {
    let (x, w) = (Matrix2x3::from_fn(number), Vector3::new(2.0, -1.0, 0.5));
    let y: [f64; 2] = einsum!([i] = max(0.0, sum[j](x[i, j] * w[j])));
    let expected = applied(&numbers(2, 3), &ndarray::array![2.0, -1.0, 0.5]).mapv(|element| element.max(0.0));
    assert_eq!(y.as_slice(), expected.as_slice().unwrap());
}
