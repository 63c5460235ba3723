//! Numbers that are written among the factors of a product: `0.5 * z[i]`.

use core::marker::PhantomData;

use einsum_engine::ConversionOf;
use ndarray::{Ix0, aview0};
use num_complex::Complex;

use crate::{
    cast::{As, converted::Converted},
    storage::Storage,
};

/// A number that is written. (In two calls, so that a type that it cannot be is told in words of [`Written`].)
#[derive(Debug)]
pub struct Digits<'a, E>(&'a E);

/// A number that is written.
#[inline]
#[must_use]
pub fn written<E>(number: &E) -> Digits<'_, E> {
    Digits(number)
}

impl<'a, E> Digits<'a, E> {
    /// The number as one of the elements that all operands have.
    #[inline]
    #[must_use]
    pub fn same<T: Written<E>>(self, _element: PhantomData<T>) -> Converted<'a, E, T, Ix0> {
        T::written(self.0)
    }
}

/// Elements that a number with a point and without a suffix can be, which is an `E` then: one type, so that the type checker knows it.
#[diagnostic::on_unimplemented(
    message = "operands of one einsum have different element types: `{Self}` and `{E}`",
    label = "elements of type `{E}`, where the others are `{Self}`",
    note = "a number with a point is one among floats and complex numbers: `2`, not `2.0`, is one of any numbers"
)]
pub trait Written<E>: Storage {
    /// The number, read as one of these.
    fn written(number: &E) -> Converted<'_, E, Self, Ix0>;
}

macro_rules! written {
    ($($E:ident: $($T:ty)*;)*) => { $($(
        #[diagnostic::do_not_recommend]
        impl Written<$E> for $T {
            #[inline]
            fn written(number: &$E) -> Converted<'_, $E, Self, Ix0> {
                let conversion = ConversionOf::by::<As<$E, Self>>();
                Converted { array: aview0(number), conversion, only: Some((*number).into()) }
            }
        }
    )*)* };
}

written! {
    f32: f32 Complex<f32>;
    f64: f64 Complex<f64>;
}

// (Not rounded to one of them: they are computed with as `f32`.)
#[cfg(feature = "half")]
written! {
    f32: half::f16 half::bf16;
}
