//! Matrices of nalgebra and faer as operands.

use std::vec::Vec;

use einsum_runtime::{Element, Operand, operand::marker};
use ndarray::ArrayViewD;

use super::Tensor;

// A type whose rank is that which it has in macros, and the extents of one.
macro_rules! tensor {
    ([$($generics:tt)*] $M:ty, $matrix:ident => $extents:expr) => {
        #[diagnostic::do_not_recommend]
        impl<T: Element, $($generics)*> Tensor<T> for $M
        where
            Self: Operand<marker::Tensor, Elem = T>,
        {
            fn view(&self) -> ArrayViewD<'_, T> {
                self.array().into_dyn()
            }

            fn checked_view(&self) -> Result<ArrayViewD<'_, T>, Vec<usize>> {
                let $matrix = self;
                checked(&$extents)?;
                Ok(Tensor::view(self))
            }
        }
    };
}

/// Matrices of these libraries that repeat one element can have any extents; views of `ndarray` have no more than `isize::MAX` indices.
fn checked(extents: &[usize]) -> Result<(), Vec<usize>> {
    let count =
        extents.iter().filter(|&&extent| extent != 0).try_fold(1_usize, |count, &extent| count.checked_mul(extent));
    count.filter(|&count| isize::try_from(count).is_ok()).map(drop).ok_or_else(|| extents.to_vec())
}

#[cfg(feature = "nalgebra")]
mod nalgebra {
    use nalgebra::{Dim, Matrix, RawStorage};

    use super::{ArrayViewD, Element, Operand, Tensor, Vec, checked, marker};

    tensor!([R: Dim, C: Dim, S: RawStorage<T, R, C>] Matrix<T, R, C, S>, matrix => [matrix.nrows(), matrix.ncols()]);
}

#[cfg(feature = "faer")]
mod faer {
    use faer::{Col, ColMut, ColRef, Mat, MatMut, MatRef, Row, RowMut, RowRef, Shape, Stride};

    use super::{ArrayViewD, Element, Operand, Tensor, Vec, checked, marker};

    tensor!([R: Shape, C: Shape] Mat<T, R, C>, matrix => [matrix.nrows().unbound(), matrix.ncols().unbound()]);
    tensor!([R: Shape, C: Shape, X: Stride, Y: Stride] MatRef<'_, T, R, C, X, Y>, matrix => [matrix.nrows().unbound(), matrix.ncols().unbound()]);
    tensor!([R: Shape, C: Shape, X: Stride, Y: Stride] MatMut<'_, T, R, C, X, Y>, matrix => [matrix.nrows().unbound(), matrix.ncols().unbound()]);
    tensor!([R: Shape] Col<T, R>, column => [column.nrows().unbound()]);
    tensor!([R: Shape, X: Stride] ColRef<'_, T, R, X>, column => [column.nrows().unbound()]);
    tensor!([R: Shape, X: Stride] ColMut<'_, T, R, X>, column => [column.nrows().unbound()]);
    tensor!([C: Shape] Row<T, C>, row => [row.ncols().unbound()]);
    tensor!([C: Shape, Y: Stride] RowRef<'_, T, C, Y>, row => [row.ncols().unbound()]);
    tensor!([C: Shape, Y: Stride] RowMut<'_, T, C, Y>, row => [row.ncols().unbound()]);
}
