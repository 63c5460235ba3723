//! Matrices as operands of einsums whose subscripts are read at run time.

use einsum::{
    dynamic::{self, Tensor},
    einsum,
};
use faer::{Col, Mat};
use nalgebra::{DMatrix, DVector, Matrix2x3, RowDVector};

use super::{number, numbers};

#[test]
fn they_have_the_ranks_that_they_have_in_macros() {
    let matrix = DMatrix::from_fn(3, 4, number);
    let (vector, row) = (DVector::from_fn(3, number), RowDVector::from_fn(4, number));
    let (mut other, column) = (Mat::from_fn(4, 5, number), Col::from_fn(5, |i| number(i, 1)));
    let y = dynamic::einsum("ij,jk,k->i", &[&matrix, &other, &column]).unwrap();
    assert_eq!(y, einsum!("ij,jk,k->i", matrix, other, column).into_dyn());
    let y = dynamic::einsum("i,ij,nj->n", &[&vector, &matrix, &row]).unwrap();
    assert_eq!(y, einsum!("i,ij,nj->n", vector, matrix, row).into_dyn());

    let (part, transposed) = (matrix.view((1, 1), (2, 3)), other.transpose());
    let views: [&dyn Tensor<f64>; 4] = [&part, &transposed.submatrix(0, 0, 5, 3), &other.col(2), &other.row(1)];
    let y = dynamic::einsum("ij,kj,b,k->ib", &views).unwrap();
    let expected = einsum!("ij,kj,b,k->ib", part, other.transpose().submatrix(0, 0, 5, 3), other.col(2), other.row(1));
    assert_eq!(y, expected.into_dyn());
    let sum = einsum!("ij->", other);
    assert_eq!(dynamic::einsum("ij->", &[&other.as_mut()]).unwrap()[[]], sum);
}

#[test]
fn gradients_are_arrays() {
    let (fixed, array) = (Matrix2x3::from_fn(number), numbers(3, 4));
    let (y, pullback) = dynamic::einsum_vjp("ij,jk->ik", &[&fixed, &array]).unwrap();
    let gradients = pullback.gradients(&y).unwrap();
    assert_eq!(gradients[0].shape(), [2, 3]);
    assert_eq!(gradients[1], einsum!("ij,ik->jk", fixed, y).into_dyn());
}
