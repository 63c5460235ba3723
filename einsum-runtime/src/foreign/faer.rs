//! Matrices, columns and rows of faer.

use faer::{
    Col, ColMut, ColRef, Mat, MatMut, MatRef, Row, RowMut, RowRef, Shape, Stride,
    reborrow::{Reborrow, ReborrowMut},
};
use ndarray::{ArrayView, ArrayView2, ArrayViewMut, ArrayViewMut2, Axis, Ix1, Ix2};

use super::strided;
use crate::operand::{ArrayForm, Operand, OperandMut, marker};

/// The view of a matrix.
#[inline]
fn view<T, R: Shape, C: Shape, X: Stride, Y: Stride>(matrix: MatRef<'_, T, R, C, X, Y>) -> ArrayView2<'_, T> {
    let matrix = matrix.as_dyn().as_dyn_stride();
    let (extents, strides) = ([matrix.nrows(), matrix.ncols()], [matrix.row_stride(), matrix.col_stride()]);
    // SAFETY: a `MatRef` has an element, in one allocation, at each index below its shape, at its pointer moved by its strides, and borrows
    // them for `'a`: who makes one of other pointers, or of elements that are not initialised, vouches for it by an unsafe function.
    unsafe { strided::view(matrix.as_ptr(), extents, strides) }
}

/// The view of a matrix to be written.
#[inline]
fn view_mut<T, R: Shape, C: Shape, X: Stride, Y: Stride>(matrix: MatMut<'_, T, R, C, X, Y>) -> ArrayViewMut2<'_, T> {
    let matrix = matrix.as_dyn_mut().as_dyn_stride_mut();
    let (extents, strides) = ([matrix.nrows(), matrix.ncols()], [matrix.row_stride(), matrix.col_stride()]);
    // SAFETY: as in `view`; a `MatMut` borrows its elements mutably for `'a`, and is consumed here.
    unsafe { strided::view_mut(matrix.as_ptr_mut(), extents, strides) }
}

// A type, its dimension type, and how a borrow of it becomes an array view; `mut` of one that can be written, as well.
macro_rules! operand {
    (read [$($generics:tt)*] $M:ty, $D:ty, $matrix:ident => $view:expr) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Operand<marker::Tensor> for $M {
            type Elem = T;
            type Dim = $D;
            type Form = ArrayForm<$D>;

            #[inline]
            fn array(&self) -> ArrayView<'_, T, $D> {
                let $matrix = self.rb();
                $view
            }
        }
    };
    (write [$($generics:tt)*] $M:ty, $D:ty, $matrix:ident => $view:expr) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> OperandMut<marker::Tensor> for $M {
            type Elem = T;
            type Dim = $D;

            #[inline]
            fn array_mut(&mut self) -> ArrayViewMut<'_, T, $D> {
                let $matrix = self.rb_mut();
                $view
            }
        }
    };
}

operand!(read [T, R: Shape, C: Shape] Mat<T, R, C>, Ix2, matrix => view(matrix));
operand!(write [T, R: Shape, C: Shape] Mat<T, R, C>, Ix2, matrix => view_mut(matrix));
operand!(read [T, R: Shape, C: Shape, X: Stride, Y: Stride] MatRef<'_, T, R, C, X, Y>, Ix2, matrix => view(matrix));
operand!(read [T, R: Shape, C: Shape, X: Stride, Y: Stride] MatMut<'_, T, R, C, X, Y>, Ix2, matrix => view(matrix));
operand!(write [T, R: Shape, C: Shape, X: Stride, Y: Stride] MatMut<'_, T, R, C, X, Y>, Ix2, matrix => view_mut(matrix));

operand!(read [T, R: Shape] Col<T, R>, Ix1, column => view(column.as_mat()).index_axis_move(Axis(1), 0));
operand!(write [T, R: Shape] Col<T, R>, Ix1, column => view_mut(column.as_mat_mut()).index_axis_move(Axis(1), 0));
operand!(read [T, R: Shape, X: Stride] ColRef<'_, T, R, X>, Ix1, column => view(column.as_mat()).index_axis_move(Axis(1), 0));
operand!(read [T, R: Shape, X: Stride] ColMut<'_, T, R, X>, Ix1, column => view(column.as_mat()).index_axis_move(Axis(1), 0));
operand!(write [T, R: Shape, X: Stride] ColMut<'_, T, R, X>, Ix1, column => view_mut(column.as_mat_mut()).index_axis_move(Axis(1), 0));

operand!(read [T, C: Shape] Row<T, C>, Ix1, row => view(row.as_mat()).index_axis_move(Axis(0), 0));
operand!(write [T, C: Shape] Row<T, C>, Ix1, row => view_mut(row.as_mat_mut()).index_axis_move(Axis(0), 0));
operand!(read [T, C: Shape, Y: Stride] RowRef<'_, T, C, Y>, Ix1, row => view(row.as_mat()).index_axis_move(Axis(0), 0));
operand!(read [T, C: Shape, Y: Stride] RowMut<'_, T, C, Y>, Ix1, row => view(row.as_mat()).index_axis_move(Axis(0), 0));
operand!(write [T, C: Shape, Y: Stride] RowMut<'_, T, C, Y>, Ix1, row => view_mut(row.as_mat_mut()).index_axis_move(Axis(0), 0));
