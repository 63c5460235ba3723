//! Operands of any rank.

use std::vec::Vec;

use einsum_runtime::Element;
use ndarray::{ArrayBase, ArrayRef, ArrayViewD, Data, Dimension, aview0, aview1, aview2};

/// An operand: an array or a view of any rank, an array of fixed size, a number, a matrix of nalgebra or faer (with these features), or a reference
/// to one of these.
///
/// ```
/// use einsum::dynamic::{Tensor, einsum};
///
/// let x = ndarray::Array3::<f32>::ones((2, 3, 5));
/// let operands: [&dyn Tensor<f32>; 3] = [&x, &[1.0, 2.0, 3.0], &0.5];
/// assert_eq!(einsum("ijk,j,->i", &operands)?[0], 15.0);
/// # Ok::<(), einsum::dynamic::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an operand of an einsum of elements `{T}`",
    label = "neither an array of such elements, nor one of fixed size, `[T; N]` or `[[T; N]; M]`, nor a number",
    note = "a `Vec` or a slice is read by `&ndarray::aview1(&v)`, one of arrays `[T; N]` by `&ndarray::aview2(&v)`; rows of a `Vec<Vec<T>>` are copied into one array, `ndarray::Array2::from_shape_vec((rows, columns), v.concat())`",
    note = "all operands of one einsum have one type of elements"
)]
pub trait Tensor<T> {
    /// The elements.
    fn view(&self) -> ArrayViewD<'_, T>;

    /// The elements.
    ///
    /// # Errors
    /// The extents, where a view cannot have so many indices.
    #[doc(hidden)]
    fn checked_view(&self) -> Result<ArrayViewD<'_, T>, Vec<usize>> {
        Ok(self.view())
    }
}

impl<T: Element, S: Data<Elem = T>, D: Dimension> Tensor<T> for ArrayBase<S, D> {
    fn view(&self) -> ArrayViewD<'_, T> {
        let elements: &ArrayRef<T, D> = self;
        elements.view().into_dyn()
    }
}

impl<T: Element, const N: usize> Tensor<T> for [T; N] {
    fn view(&self) -> ArrayViewD<'_, T> {
        aview1(self).into_dyn()
    }
}

impl<T: Element, const N: usize, const M: usize> Tensor<T> for [[T; N]; M] {
    fn view(&self) -> ArrayViewD<'_, T> {
        aview2(self).into_dyn()
    }
}

impl<T, X: Tensor<T> + ?Sized> Tensor<T> for &X {
    fn view(&self) -> ArrayViewD<'_, T> {
        (**self).view()
    }

    fn checked_view(&self) -> Result<ArrayViewD<'_, T>, Vec<usize>> {
        (**self).checked_view()
    }
}

macro_rules! numbers {
    ($($T:ty)*) => { $(
        impl Tensor<$T> for $T {
            fn view(&self) -> ArrayViewD<'_, $T> {
                aview0(self).into_dyn()
            }
        }
    )* };
}

numbers! { f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool num_complex::Complex32 num_complex::Complex64 }
