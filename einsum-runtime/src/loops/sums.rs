//! Vectors of numbers that are added up, in the order of a tree, where they are written.

use einsum_engine::extents;

use super::{
    held::Held,
    rows::{Number, Padded, Rows},
    trees,
    vectors::{Apart, Vectors},
};
use crate::element::Element;

/// Sums of `R` rows of `N` numbers side by side that are added up, in the order of a tree, where they are written: one number for each row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sums<const N: usize, const P: usize, const R: usize, const FUSED: bool> {}

/// Two sums of numbers that do not lie side by side, which are added up where they are written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TwoSums<const FUSED: bool> {}

/// The arithmetic of vectors by that of others.
macro_rules! by {
    ($V:ty) => {
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn zero() -> Self::Value {
            <$V as Vectors<T>>::zero()
        }

        #[cfg_attr(not(debug_assertions), inline(always))]
        fn plus(lhs: Self::Value, rhs: Self::Value) -> Self::Value {
            <$V as Vectors<T>>::plus(lhs, rhs)
        }

        #[cfg_attr(not(debug_assertions), inline(always))]
        fn times(lhs: Self::Value, rhs: Self::Value) -> Self::Value {
            <$V as Vectors<T>>::times(lhs, rhs)
        }

        #[cfg_attr(not(debug_assertions), inline(always))]
        fn mul_add(lhs: Self::Value, rhs: Self::Value, sum: Self::Value) -> Self::Value {
            <$V as Vectors<T>>::mul_add(lhs, rhs, sum)
        }

        #[cfg_attr(not(debug_assertions), inline(always))]
        fn conj(value: Self::Value) -> Self::Value {
            <$V as Vectors<T>>::conj(value)
        }

        #[cfg_attr(not(debug_assertions), inline(always))]
        fn splat(number: T) -> Self::Value {
            <$V as Vectors<T>>::splat(number)
        }
    };
}

impl<T: Element, const N: usize, const P: usize, const R: usize, const FUSED: bool> Vectors<T>
    for Sums<N, P, R, FUSED>
{
    type Value = [Held<T, P>; R];

    by!(Rows<Padded<N, P, FUSED>, R>);

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn read(pointer: *const T, apart: Apart) -> Self::Value {
        // SAFETY: by the contract.
        unsafe { Rows::<Padded<N, P, FUSED>, R>::read(pointer, apart) }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn write(pointer: *mut T, apart: Apart, value: Self::Value) {
        // SAFETY: vectors are `FUSED` where the processor has such instructions.
        let sums = unsafe { trees::sums::<T, P, R, FUSED>(&value) };
        for row in 0..R {
            // SAFETY: by the contract there is an element for each row.
            unsafe { pointer.offset(extents::offset(row, apart.rows)).write(sums.numbers[row]) };
        }
    }
}

impl<T: Element, const FUSED: bool> Vectors<T> for TwoSums<FUSED> {
    type Value = [T; 2];

    by!(Number<2, FUSED>);

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn read(pointer: *const T, apart: Apart) -> [T; 2] {
        // SAFETY: by the contract.
        unsafe { Number::<2, FUSED>::read(pointer, apart) }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn write(pointer: *mut T, _apart: Apart, [x, y]: [T; 2]) {
        // SAFETY: by the contract there is one element.
        unsafe { pointer.write(x.plus(y)) };
    }
}
