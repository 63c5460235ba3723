//! Numbers that are written, and types of elements that no operand says.

use core::marker::PhantomData;

use crate::{
    element::Element,
    functions::{Field, Ring},
    storage::Storage,
    tensor::view::View,
};

/// An integer as an element. Of an element that is an integer it has the lowest bits.
#[must_use]
pub fn integer<S: Storage<Compute: Ring>>(_element: PhantomData<S>, number: i64) -> S::Compute {
    let positive = S::Compute::from_u64(number.unsigned_abs());
    if number < 0 { positive.negated() } else { positive }
}

/// A number as an element.
#[must_use]
pub fn literal<S: Storage<Compute: Field>>(_element: PhantomData<S>, number: f64) -> S::Compute {
    S::Compute::from_f64(number)
}

/// Refuses an integer that is written where it is none of the elements: an error of the compiler's, once it knows these.
pub fn integer_fits<const MAGNITUDE: u64, const IS_NEGATIVE: bool, S: Storage<Compute: Ring>>(
    _element: PhantomData<S>,
) {
    const {
        let [negative, positive] = S::Compute::LITERALS;
        assert!(
            MAGNITUDE <= if IS_NEGATIVE { negative } else { positive },
            "an integer that is written in this formula is out of range of its elements"
        );
    }
}

/// Refuses a number that is written, of these bits, where it would be infinite: an error of the compiler's, once it knows the elements.
pub fn float_fits<const BITS: u64, S: Storage<Compute: Field>>(_element: PhantomData<S>) {
    const {
        assert!(
            f64::from_bits(BITS) < S::Compute::TOO_LARGE,
            "a number that is written in this formula is out of range of its elements"
        );
    }
}

/// An element of the other sign.
#[must_use]
pub fn less<S: Storage<Compute: Ring>>(_element: PhantomData<S>, number: S::Compute) -> S::Compute {
    number.negated()
}

/// The type of the elements of a view.
#[inline]
#[must_use]
pub fn elements_of_view<T: Element, const N: usize>(_view: View<'_, T, N>) -> PhantomData<T> {
    PhantomData
}
