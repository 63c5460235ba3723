//! Matrices and vectors of nalgebra.

use nalgebra::{Const, Dim, Dyn, Matrix, RawStorage, RawStorageMut};
use ndarray::{ArrayBase, ArrayView, ArrayViewMut, Axis, Dimension, Ix1, Ix2, RawData};

use super::strided;
use crate::{
    fixed::{extent::Extent, nested::FixedForm},
    operand::{ArrayForm, Form, Operand, OperandMut, marker},
    tensor::memory::{Rows as RowsOf, Single},
};

#[diagnostic::do_not_recommend]
impl<T, R: Rows, C: Columns, S: RawStorage<T, R, C>> Operand<marker::Tensor> for Matrix<T, R, C, S> {
    type Elem = T;
    type Dim = C::Dim;
    type Form = C::Form<R>;

    #[inline(always)]
    fn array(&self) -> ArrayView<'_, T, C::Dim> {
        let (extents, strides) = layout(&self.data);
        // SAFETY: `RawStorage` is an unsafe trait, whose implementations have an element, in one allocation, at each index below their shape, at
        // `ptr` moved by their strides. `self` is borrowed meanwhile. Elements that are not initialised are of another type, `MaybeUninit`.
        C::axes(unsafe { strided::view(self.data.ptr(), extents, strides) })
    }
}

#[diagnostic::do_not_recommend]
impl<T, R: Rows, C: Columns, S: RawStorageMut<T, R, C>> OperandMut<marker::Tensor> for Matrix<T, R, C, S> {
    type Elem = T;
    type Dim = C::Dim;

    #[inline(always)]
    fn array_mut(&mut self) -> ArrayViewMut<'_, T, C::Dim> {
        let (extents, strides) = layout(&self.data);
        // SAFETY: as in `array`; `RawStorageMut` gives a pointer that may be written by, and `self` is borrowed mutably. That elements do not
        // overlap, which strides of a view could say, is for `view_mut` to check.
        C::axes(unsafe { strided::view_mut(self.data.ptr_mut(), extents, strides) })
    }
}

#[inline(always)]
fn layout<T, R: Dim, C: Dim, S: RawStorage<T, R, C>>(storage: &S) -> ([usize; 2], [isize; 2]) {
    let ((rows, columns), (row_stride, column_stride)) = (storage.shape(), storage.strides());
    let strides = [row_stride.value(), column_stride.value()].map(usize::cast_signed);
    ([rows.value(), columns.value()], strides)
}

/// How many columns a matrix of nalgebra has: of one column it is a vector, with one axis; of any other number, `Dyn` among them, a matrix with two.
#[diagnostic::on_unimplemented(
    message = "a matrix of nalgebra of `{Self}` columns cannot be an operand of an einsum",
    label = "whether it is a vector, of one column, is not known",
    note = "numbers of columns from 0 to 127, and `Dyn`, are known; for a generic number, and for others, `m.data.0` is the array of the columns of an `SMatrix`: its subscript is `ji` where that of the matrix is `ij`"
)]
pub trait Columns: Dim {
    /// The dimension type.
    type Dim: Dimension;
    /// How tensors like a matrix of such columns are returned.
    type Form<R: Rows>: Form;

    /// The axes that count.
    fn axes<S: RawData>(matrix: ArrayBase<S, Ix2>) -> ArrayBase<S, Self::Dim>;
}

/// How many rows a matrix of nalgebra has: `Const<N>` or `Dyn`.
pub trait Rows: Dim {
    /// How tensors like a vector are returned.
    type Vector: Form;
    /// How tensors like a matrix of `C` columns are returned.
    type Matrix<const C: usize>: Form;
}

impl<const R: usize> Rows for Const<R> {
    type Vector = FixedForm<RowsOf<Single, R>, Ix1, (Extent<R>, ())>;
    type Matrix<const C: usize> = FixedForm<RowsOf<RowsOf<Single, C>, R>, Ix2, (Extent<R>, (Extent<C>, ()))>;
}

impl Rows for Dyn {
    type Vector = ArrayForm<Ix1>;
    type Matrix<const C: usize> = ArrayForm<Ix2>;
}

impl Columns for Dyn {
    type Dim = Ix2;
    type Form<R: Rows> = ArrayForm<Ix2>;

    #[inline(always)]
    fn axes<S: RawData>(matrix: ArrayBase<S, Ix2>) -> ArrayBase<S, Ix2> {
        matrix
    }
}

impl Columns for Const<1> {
    type Dim = Ix1;
    type Form<R: Rows> = R::Vector;

    #[inline(always)]
    fn axes<S: RawData>(matrix: ArrayBase<S, Ix2>) -> ArrayBase<S, Ix1> {
        matrix.index_axis_move(Axis(1), 0)
    }
}

// One by one: an implementation for all numbers would be one for 1 as well.
macro_rules! columns {
    ($($C:literal)*) => { $(
        impl Columns for Const<$C> {
            type Dim = Ix2;
            type Form<R: Rows> = R::Matrix<$C>;

            #[inline(always)]
            fn axes<S: RawData>(matrix: ArrayBase<S, Ix2>) -> ArrayBase<S, Ix2> {
                matrix
            }
        }
    )* };
}
columns! {
    0 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32
    33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64
    65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83 84 85 86 87 88 89 90 91 92 93 94 95 96
    97 98 99 100 101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116 117 118 119 120 121 122 123 124 125 126 127
}
