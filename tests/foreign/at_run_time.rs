//! Matrices as operands of einsums whose subscripts are read at run time.

use std::panic::{AssertUnwindSafe, catch_unwind};

use einsum::{
    dynamic::{self, Tensor},
    einsum, einsum_vjp, try_einsum,
};
use faer::{Col, Mat};
use nalgebra::{DMatrix, DVector, Matrix2x3, RowDVector};

use super::{number, numbers};

/// So many rows and columns have more indices than views of `ndarray` can.
const LONG: usize = 1 << 40;

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

/// A matrix whose elements are one can have more indices than views of `ndarray`: that is an error, no panic.
#[test]
fn more_indices_than_can_be_counted_are_an_error() {
    let (one, elements) = (2.0, [2.0]);
    let of_faer = faer::MatRef::from_repeated_ref(&one, LONG, LONG);
    let (rows, columns) = (nalgebra::Dyn(LONG), nalgebra::Dyn(LONG));
    let none = nalgebra::Dyn(0);
    let of_nalgebra = nalgebra::DMatrixView::from_slice_with_strides_generic(&elements, rows, columns, none, none);
    let product = dynamic::Einsum::new("i,jk->i").unwrap();
    for large in [&of_faer as &dyn Tensor<f64>, &of_nalgebra] {
        let error = product.run(&[&[1.0], large]).unwrap_err();
        assert!(
            matches!(&error, dynamic::Error::Indices { operand: 1, extents, .. } if *extents == [LONG; 2]),
            "{error}"
        );
        let message = error.to_string();
        let line =
            format!("einsum `i,jk->i`: operand 1 has extents [{LONG}, {LONG}], at more than {} indices", isize::MAX);
        assert_eq!(message.lines().next(), Some(&*line));
        let help = format!(
            "help: `k` is summed and on no other operand: if elements repeat along it, leave it and axis 1 out, and multiply the result by {LONG}"
        );
        assert_eq!(message.lines().last(), Some(&*help));
        // So it is; and of labels that are multiplied, or kept, it would be otherwise.
        let parts = product.run(&[&[3.0], &of_faer.get(0..2, 0..5)]).unwrap();
        let less = dynamic::einsum("i,j->i", &[&[3.0], &of_faer.get(0..2, 0..5).col(0)]).unwrap();
        assert_eq!(parts, less * 5.0);
        for kept in ["j,jk->k", "jk", "i,jk->jk"] {
            let operands: &[&dyn Tensor<f64>] = if kept == "jk" { &[large] } else { &[&[1.0], large] };
            let message = dynamic::einsum(kept, operands).unwrap_err().to_string();
            assert!(message.contains("help: give parts of it"), "{message}");
        }
        assert!(product.vjp(&[&[1.0], large]).is_err());
        let (_, pullback) = dynamic::einsum_vjp("i,j->ij", &[&[1.0, 2.0], &[3.0]]).unwrap();
        assert!(matches!(pullback.gradients(large), Err(dynamic::Error::Result { .. })));
    }
    // So many as can be counted are not walked through.
    let column = of_faer.col(0);
    assert_eq!(dynamic::einsum("i->", &[&column]).unwrap()[[]], 2.0_f64.powi(41));
}

/// For macros there is no such error, as operands are array views: they panic, `try_einsum!` too, before anything is written.
#[test]
fn macros_panic_where_there_are_more_indices() {
    let (one, elements, mut out) = (2.0, [2.0], 7.0);
    let of_faer = faer::MatRef::from_repeated_ref(&one, LONG, LONG);
    let (extent, none) = (nalgebra::Dyn(LONG), nalgebra::Dyn(0));
    let of_nalgebra = nalgebra::DMatrixView::from_slice_with_strides_generic(&elements, extent, extent, none, none);
    let mut refused = |einsum: &dyn Fn(&mut f64)| {
        let panic = catch_unwind(AssertUnwindSafe(|| einsum(&mut out))).unwrap_err();
        let message = panic.downcast_ref::<String>().unwrap();
        let expected = format!("a matrix of {LONG} rows and {LONG} columns has more than `isize::MAX` indices");
        assert!(message.starts_with(&expected), "{message}");
        assert_eq!(out, 7.0);
    };
    refused(&|out| try_einsum!("ij->", of_faer, out = &mut *out).unwrap());
    refused(&|out| einsum!("ij->", of_nalgebra, out = &mut *out));
    refused(&|out| einsum!(out[] += of_nalgebra[i, j] * of_faer[i, j]));
    refused(&|out| *out = einsum!([] = sum[i, j](exp(of_faer[i, j]))));
    refused(&|out| *out = einsum_vjp!("i,jk->i", [1.0], of_nalgebra).0[0]);
}

#[test]
fn gradients_are_arrays() {
    let (fixed, array) = (Matrix2x3::from_fn(number), numbers(3, 4));
    let (y, pullback) = dynamic::einsum_vjp("ij,jk->ik", &[&fixed, &array]).unwrap();
    let gradients = pullback.gradients(&y).unwrap();
    assert_eq!(gradients[0].shape(), [2, 3]);
    assert_eq!(gradients[1], einsum!("ij,ik->jk", fixed, y).into_dyn());
}
