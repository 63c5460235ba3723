//! Vectors of numbers that lie side by side in tensors of known extents, and rows of these.

use einsum_engine::extents;

use super::{
    held::Held,
    vectors::{Apart, Lanes, Vectors},
    wide,
};
use crate::element::Element;

/// Vectors of `N` numbers side by side that are computed with as `P`, a whole number of registers: the others begin as
/// zeros where vectors are read, and are not written. Every sum has a term at least. With `WIDE`, 8 numbers of 8 bytes are one register.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Padded<const N: usize, const P: usize, const FUSED: bool, const WIDE: bool = false> {}

/// Rows of vectors `V`, `R` of them, which are computed at a time.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rows<V, const R: usize> {
    #[expect(dead_code, reason = "no value is made of it")]
    Of(V),
}

/// The arithmetic of such vectors where they are no registers.
pub(super) type Number<const P: usize, const FUSED: bool> = Lanes<P, false, FUSED, true>;

impl<T: Element, const N: usize, const P: usize, const FUSED: bool, const WIDE: bool> Vectors<T>
    for Padded<N, P, FUSED, WIDE>
{
    type Value = Held<T, P>;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn zero() -> Held<T, P> {
        Held::splat(T::FAMILY.nothing().unwrap_or(T::ZERO))
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn plus(lhs: Held<T, P>, mut rhs: Held<T, P>) -> Held<T, P> {
        // SAFETY: vectors are `FUSED` where the processor has such instructions, and `WIDE` where it has those of AVX-512.
        if !unsafe { wide::plus::<T, P, FUSED, WIDE>(&lhs.numbers, &mut rhs.numbers) } {
            rhs.numbers = Number::<P, FUSED>::plus(lhs.numbers, rhs.numbers);
        }
        rhs
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn times(lhs: Held<T, P>, mut rhs: Held<T, P>) -> Held<T, P> {
        // SAFETY: as in `plus`.
        if !unsafe { wide::times::<T, P, FUSED, WIDE>(&lhs.numbers, &mut rhs.numbers) } {
            rhs.numbers = Number::<P, FUSED>::times(lhs.numbers, rhs.numbers);
        }
        rhs
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn mul_add(lhs: Held<T, P>, rhs: Held<T, P>, mut sum: Held<T, P>) -> Held<T, P> {
        // SAFETY: as in `plus`.
        if !unsafe { wide::mul_add::<T, P, FUSED, WIDE>(&lhs.numbers, &rhs.numbers, &mut sum.numbers) } {
            sum.numbers = Number::<P, FUSED>::mul_add(lhs.numbers, rhs.numbers, sum.numbers);
        }
        sum
    }

    /// (Of real numbers, nothing to do.)
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn conj(mut value: Held<T, P>) -> Held<T, P> {
        if const { !T::FAMILY.is_real() } {
            value.numbers = Number::<P, FUSED>::conj(value.numbers);
        }
        value
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn splat(number: T) -> Held<T, P> {
        let mut value = Held::splat(number);
        // SAFETY: as in `plus`.
        unsafe { wide::splat::<T, P, FUSED, WIDE>(number, &mut value.numbers) };
        value
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn read(pointer: *const T, apart: Apart) -> Held<T, P> {
        const { assert!(N <= P, "there are as many numbers as are read") };
        if apart.lane.is_none() {
            // SAFETY: by the contract the element is valid for reads.
            let number = unsafe { pointer.read() };
            // (Of rows of three.)
            let is_by_itself = const { N == 3 && !FUSED && size_of::<T>() == 4 } && apart.rows == 3;
            return Self::splat(if is_by_itself { wide::by_itself(number) } else { number });
        }
        let mut value = Held::splat(T::ZERO);
        // SAFETY: by the contract the elements are valid for reads, side by side; the array has room for them.
        unsafe {
            if const { N == 3 && P == 4 } && wide::read_three(pointer, &mut value.numbers) {
                return value;
            }
            value.numbers.as_mut_ptr().copy_from_nonoverlapping(pointer, N);
        }
        value
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn write(pointer: *mut T, _apart: Apart, value: Held<T, P>) {
        const { assert!(N <= P, "there are as many numbers as are written") };
        // SAFETY: by the contract so many elements side by side are valid for writes; the array, which nothing else reaches, has them.
        unsafe { pointer.copy_from_nonoverlapping(value.numbers.as_ptr(), N) };
    }
}

// (Loops, and no closures: what is not inlined into the function that enables instructions has none of them.)
impl<T: Element, V: Vectors<T>, const R: usize> Vectors<T> for Rows<V, R> {
    type Value = [V::Value; R];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn zero() -> Self::Value {
        [V::zero(); R]
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn plus(lhs: Self::Value, mut rhs: Self::Value) -> Self::Value {
        for row in 0..R {
            rhs[row] = V::plus(lhs[row], rhs[row]);
        }
        rhs
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn times(lhs: Self::Value, mut rhs: Self::Value) -> Self::Value {
        for row in 0..R {
            rhs[row] = V::times(lhs[row], rhs[row]);
        }
        rhs
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn mul_add(lhs: Self::Value, rhs: Self::Value, mut sum: Self::Value) -> Self::Value {
        for row in 0..R {
            sum[row] = V::mul_add(lhs[row], rhs[row], sum[row]);
        }
        sum
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn conj(mut value: Self::Value) -> Self::Value {
        for row in 0..R {
            value[row] = V::conj(value[row]);
        }
        value
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn splat(number: T) -> Self::Value {
        [V::splat(number); R]
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn read(pointer: *const T, apart: Apart) -> Self::Value {
        // SAFETY: by the contract, of the first row; of every other one below.
        let mut value = [unsafe { V::read(pointer, apart) }; R];
        if apart.rows != 0 {
            for row in 1..R {
                // SAFETY: by the contract, of this row.
                value[row] = unsafe { V::read(pointer.offset(extents::offset(row, apart.rows)), apart) };
            }
        }
        value
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn write(pointer: *mut T, apart: Apart, value: Self::Value) {
        for row in 0..R {
            // SAFETY: by the contract, of this row.
            unsafe { V::write(pointer.offset(extents::offset(row, apart.rows)), apart, value[row]) };
        }
    }
}
