//! Elements with gradients.

use core::ops::Neg;

use num_complex::{Complex32, Complex64};

use crate::storage::Storage;

/// An element, or another [`Storage`], with gradients: `plus` and `times` of what it is computed with are the ordinary sum
/// and product of a field, so that the derivative of a product is the other factor.
///
/// A marker: implementing it is the promise. Implemented for `f32`, `f64`, `Complex32` and
/// `Complex64`, and with the feature `half` for `f16` and `bf16`; gradients of complex elements follow torch, that is, the
/// partner is conjugated by [`Element::conjugate`](crate::Element::conjugate). Integers have no gradient. Elements of a field have negatives, so
/// that a function of any `T: Differentiable` may subtract (`y[i] -= x[i]`).
///
/// In a generic function `T: Differentiable` is all that the macros with gradients need: see
/// [generics](https://docs.rs/einsum-compiler/latest/einsum/generics/index.html).
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no gradient",
    label = "elements of type `{Self}` cannot be differentiated",
    note = "gradients exist for `f32`, `f64`, `Complex32`, `Complex64`, and types that implement `einsum::Differentiable`",
    note = "in a generic function, bound the type by `einsum::Differentiable`, or by `einsum::Float`"
)]
pub trait Differentiable: Storage<Compute: Neg<Output = <Self as Storage>::Compute>> {}

macro_rules! differentiable {
    ($($T:ty)*) => { $(
        #[diagnostic::do_not_recommend]
        impl Differentiable for $T {}
    )* };
}

differentiable!(f32 f64 Complex32 Complex64);

#[cfg(feature = "half")]
differentiable!(half::f16 half::bf16);
