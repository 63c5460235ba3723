//! An operand that is read as another type.

use einsum_engine::ConversionOf;
use ndarray::{ArrayView, Dimension};

use crate::{
    loaded::{ReadAs, Spreading, Viewing},
    storage::Storage,
    tensor::{ellipsis::Spread, view::View},
};

/// An operand that is read as a `T`, of elements `S`.
pub struct Converted<'a, S, T: Storage, D> {
    pub(super) array: ArrayView<'a, S, D>,
    pub(super) conversion: ConversionOf<S, T::Compute>,
    /// The only element, converted.
    pub(super) only: Option<T::Compute>,
}

impl<S, T: Storage, D: Dimension> ReadAs<T> for Converted<'_, S, T, D> {
    type Dim = D;

    fn rank(&self) -> usize {
        self.array.ndim()
    }

    fn view<const N: usize>(&self) -> Viewing<'_, T::Compute, N> {
        Ok(match &self.only {
            Some(only) => (self.array.ndim() == N).then(|| View::row_major(core::slice::from_ref(only), [1; N])),
            None => View::of_converted(&self.array, self.conversion),
        })
    }

    fn spread<R: Dimension, const N: usize>(&self, place: usize) -> Spreading<'_, T::Compute, R, N> {
        Ok(Spread::converted(&self.array, self.conversion, place))
    }
}
