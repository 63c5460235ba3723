//! Between the dynamic rank of the tests' data and the static rank of the results under test.

use ndarray::{Array, ArrayD, ArrayView, ArrayViewD, Dimension};

use super::number::Number;

/// What `einsum!` and pullbacks return: a number, or an array of any rank.
pub(crate) trait Tensor<T> {
    type View<'a>
    where
        T: 'a;

    fn into_dynamic(self) -> ArrayD<T>;

    /// `view`, with the rank of this tensor.
    fn ranked_alike<'a>(&self, view: &ArrayViewD<'a, T>) -> Self::View<'a>;
}

impl<T: Number> Tensor<T> for T {
    type View<'a> = T;

    fn into_dynamic(self) -> ArrayD<T> {
        ndarray::arr0(self).into_dyn()
    }

    fn ranked_alike(&self, view: &ArrayViewD<T>) -> T {
        view[[]]
    }
}

impl<T: Number, D: Dimension> Tensor<T> for Array<T, D> {
    type View<'a> = ArrayView<'a, T, D>;

    fn into_dynamic(self) -> ArrayD<T> {
        self.into_dyn()
    }

    fn ranked_alike<'a>(&self, view: &ArrayViewD<'a, T>) -> ArrayView<'a, T, D> {
        ranked(view)
    }
}

/// `view`, with a rank that the compiler knows.
pub(crate) fn ranked<'a, T, D: Dimension>(view: &ArrayViewD<'a, T>) -> ArrayView<'a, T, D> {
    let ranked = view.clone().into_dimensionality();
    ranked.expect("the case names the rank of its operands")
}
