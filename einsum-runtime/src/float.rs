//! One bound that is enough for code that is generic over floating-point numbers.

use core::{
    fmt::{Debug, Display},
    ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign},
};

use crate::{differentiable::Differentiable, functions::Real, storage::Storage};

/// A real floating-point number: enough for every macro, with gradients and with the functions of formulas, and for
/// arithmetic around it.
///
/// Implemented for `f32` and `f64`, and with the feature `half` for `f16` and `bf16`. What `ndarray` itself asks for is not
/// among it: for `x.dot(&w)` or `2.0 * &x` add `ndarray::NdFloat`, which `f32` and `f64` have.
///
/// # Example
///
/// ```
/// use einsum::{Float, einsum, einsum_vjp};
/// use ndarray::{Array1, Array2, array};
///
/// /// One step of gradient descent for the mean of squares of `w x - y`.
/// fn step<T: Float>(w: &mut Array2<T>, x: &Array2<T>, y: &Array2<T>, rate: T) -> T {
///     let (mut error, pullback) = einsum_vjp!("ij,bj->bi", *w, *x, wrt = [*w]);
///     einsum!(error[b, i] -= y[b, i]);
///     let (dw,) = pullback(&error);
///     let scale = T::from_f64(2.0) / T::from_f64(error.len() as f64);
///     let loss = einsum!("bi,bi->", error, error) / T::from_f64(error.len() as f64);
///     einsum!(w[i, j] += -scale * rate * dw[i, j]);
///     loss
/// }
///
/// let (mut w, x) = (Array2::<f32>::zeros((1, 2)), array![[1.0, 0.0], [0.0, 1.0]]);
/// let y = array![[3.0], [5.0]];
/// let losses: Array1<f32> = (0..50).map(|_| step(&mut w, &x, &y, 0.5)).collect();
/// assert!(losses[49] < 1e-6 * losses[0]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no floating-point number that `einsum` knows",
    note = "`einsum::Float` holds for `f32` and `f64`, and with the feature `half` for `f16` and `bf16`"
)]
pub trait Float:
    Differentiable
    + Storage<Compute: Real>
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + PartialOrd
    + Default
    + Debug
    + Display
{
    /// `number`, rounded: constants of generic code.
    #[must_use]
    fn from_f64(number: f64) -> Self;
    /// This number as an `f64`, rounded if it has more digits.
    #[must_use]
    fn to_f64(self) -> f64;
}

impl Float for f64 {
    #[inline]
    fn from_f64(number: f64) -> Self {
        number
    }

    #[inline]
    fn to_f64(self) -> f64 {
        self
    }
}

impl Float for f32 {
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "it rounds to the nearest")]
    fn from_f64(number: f64) -> Self {
        number as f32
    }

    #[inline]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

#[cfg(feature = "half")]
mod half {
    use half::{bf16, f16};

    use super::Float;

    macro_rules! half {
        ($($T:ty)*) => { $(
            impl Float for $T {
                #[inline]
                fn from_f64(number: f64) -> Self { <$T>::from_f64(number) }
                #[inline]
                fn to_f64(self) -> f64 { <$T>::to_f64(self) }
            }
        )* };
    }

    half!(f16 bf16);
}
