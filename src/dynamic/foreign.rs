//! Matrices of nalgebra and faer as operands.

use einsum_runtime::{Element, Operand, operand::marker};
use ndarray::ArrayViewD;

use super::Tensor;

// A type whose rank is that which it has in macros.
macro_rules! tensor {
    ([$($generics:tt)*] $M:ty) => {
        #[diagnostic::do_not_recommend]
        impl<T: Element, $($generics)*> Tensor<T> for $M
        where
            Self: Operand<marker::Tensor, Elem = T>,
        {
            fn view(&self) -> ArrayViewD<'_, T> {
                self.array().into_dyn()
            }
        }
    };
}

#[cfg(feature = "nalgebra")]
mod nalgebra {
    use nalgebra::{Dim, Matrix, RawStorage};

    use super::{ArrayViewD, Element, Operand, Tensor, marker};

    tensor!([R: Dim, C: Dim, S: RawStorage<T, R, C>] Matrix<T, R, C, S>);
}

#[cfg(feature = "faer")]
mod faer {
    use faer::{Col, ColMut, ColRef, Mat, MatMut, MatRef, Row, RowMut, RowRef, Shape, Stride};

    use super::{ArrayViewD, Element, Operand, Tensor, marker};

    tensor!([R: Shape, C: Shape] Mat<T, R, C>);
    tensor!([R: Shape, C: Shape, X: Stride, Y: Stride] MatRef<'_, T, R, C, X, Y>);
    tensor!([R: Shape, C: Shape, X: Stride, Y: Stride] MatMut<'_, T, R, C, X, Y>);
    tensor!([R: Shape] Col<T, R>);
    tensor!([R: Shape, X: Stride] ColRef<'_, T, R, X>);
    tensor!([R: Shape, X: Stride] ColMut<'_, T, R, X>);
    tensor!([C: Shape] Row<T, C>);
    tensor!([C: Shape, Y: Stride] RowRef<'_, T, C, Y>);
    tensor!([C: Shape, Y: Stride] RowMut<'_, T, C, Y>);
}
