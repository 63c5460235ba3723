//! Vectors of numbers that are added up, in the order of a tree, where they are written.

use einsum_engine::extents;

use super::{
    held::Held,
    rows::{Number, Padded, Rows},
    trees,
    vectors::{Apart, Vectors},
    wide,
};
use crate::element::Element;

/// Sums of `R` rows of `N` numbers side by side that are added up, in the order of a tree, where they are written: one number for each row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sums<const N: usize, const P: usize, const R: usize, const FUSED: bool> {}

/// `N` sums of numbers, which are added up in the order of a tree where they are written; `ALONE`, each in a register of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FewSums<const N: usize, const ALONE: bool, const FUSED: bool> {}

/// `N` numbers that are computed with one by one, whatever lies beside them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OneByOne<const N: usize, const FUSED: bool> {}

/// The arithmetic of vectors, and how they are read, by those of others.
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

        #[cfg_attr(not(debug_assertions), inline(always))]
        unsafe fn read(pointer: *const T, apart: Apart) -> Self::Value {
            // SAFETY: by the contract, which is the same.
            unsafe { <$V as Vectors<T>>::read(pointer, apart) }
        }
    };
}

impl<T: Element, const N: usize, const P: usize, const R: usize, const FUSED: bool> Vectors<T>
    for Sums<N, P, R, FUSED>
{
    type Value = [Held<T, P>; R];

    by!(Rows<Padded<N, P, FUSED>, R>);

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

impl<T: Element, const N: usize, const ALONE: bool, const FUSED: bool> Vectors<T> for FewSums<N, ALONE, FUSED> {
    type Value = [T; N];

    by!(Number<N, FUSED>);

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn write(pointer: *mut T, _apart: Apart, mut sums: [T; N]) {
        const { assert!(N.is_power_of_two(), "sums have halves") };
        let mut len = N;
        while len > 1 {
            len /= 2;
            for n in 0..len {
                let (x, y) = (sums[n], sums[n + len]);
                sums[n] = if ALONE { wide::by_itself(x).plus(wide::by_itself(y)) } else { x.plus(y) };
            }
        }
        // SAFETY: by the contract there is one element.
        unsafe { pointer.write(sums[0]) };
    }
}

impl<T: Element, const N: usize, const FUSED: bool> Vectors<T> for OneByOne<N, FUSED> {
    type Value = [T; N];

    by!(Number<N, FUSED>);

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn write(pointer: *mut T, apart: Apart, mut numbers: [T; N]) {
        for n in 0..N {
            numbers[n] = wide::by_itself(numbers[n]);
        }
        // SAFETY: by the contract.
        unsafe { Number::<N, FUSED>::write(pointer, apart, numbers) };
    }
}
