//! Numbers side by side, and their arithmetic.

use core::array;

use einsum_engine::extents;

use super::wide;
use crate::element::Element;

/// A number of elements that are computed at a time, and how: the numbers of a nest.
pub trait Vectors<T>: Copy {
    /// A vector.
    type Value: Copy;

    /// Zeros: sums of nothing.
    #[must_use]
    fn zero() -> Self::Value;
    /// Sums.
    #[must_use]
    fn plus(lhs: Self::Value, rhs: Self::Value) -> Self::Value;
    /// Products.
    #[must_use]
    fn times(lhs: Self::Value, rhs: Self::Value) -> Self::Value;
    /// Sums of a product and `sum`: rounded once where the processor has an instruction for that.
    #[must_use]
    fn mul_add(lhs: Self::Value, rhs: Self::Value, sum: Self::Value) -> Self::Value;
    /// Complex conjugates.
    #[must_use]
    fn conj(value: Self::Value) -> Self::Value;

    /// A vector of one number.
    #[doc(hidden)]
    fn splat(number: T) -> Self::Value;

    /// Reads elements; the same one in all of a vector if it does not lie along the lane.
    ///
    /// # Safety
    /// - `pointer` moved by `n * apart.lane + m * apart.rows`, for every element `n` of every row `m` of a vector, is valid for reads.
    /// - If these vectors are of elements side by side, the lane's stride is 1, or there is none.
    #[doc(hidden)]
    unsafe fn read(pointer: *const T, apart: Apart) -> Self::Value;

    /// Writes elements.
    ///
    /// # Safety
    /// - `pointer` moved by `n * apart.lane + m * apart.rows`, for every element `n` of every row `m` of a vector, is valid for writes.
    /// - If these vectors are of elements side by side, the lane's stride is 1.
    #[doc(hidden)]
    unsafe fn write(pointer: *mut T, apart: Apart, value: Self::Value);
}

/// How far apart the elements of a vector are: along the lane, if the tensor has its label, and from one row of the vector to the next.
#[derive(Clone, Copy, Debug)]
pub struct Apart {
    pub(crate) lane: Option<isize>,
    pub(crate) rows: isize,
}

/// Vectors of `N` elements. If they are `DENSE`, elements lie side by side in every tensor that has several of them, and `f32` and `f64` are
/// computed with as registers (`wide.rs`), not number by number; if they are `FUSED`, the processor multiplies and adds in one
/// instruction, and on x86-64 has AVX. If they are `TERMS`, every sum has a term at least, and begins with the first: with -0.0, which no
/// number is changed by, so that the compiler leaves the addition out.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lanes<const N: usize, const DENSE: bool, const FUSED: bool, const TERMS: bool = false> {}

impl<T: Element, const N: usize, const DENSE: bool, const FUSED: bool, const TERMS: bool> Vectors<T>
    for Lanes<N, DENSE, FUSED, TERMS>
{
    type Value = [T; N];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn zero() -> [T; N] {
        [if TERMS { T::FAMILY.nothing().unwrap_or(T::ZERO) } else { T::ZERO }; N]
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn plus(lhs: [T; N], mut rhs: [T; N]) -> [T; N] {
        // SAFETY: vectors are `FUSED` where the processor has such instructions.
        if DENSE && unsafe { wide::plus::<T, N, FUSED, false>(&lhs, &mut rhs) } {
            return rhs;
        }
        array::from_fn(|n| lhs[n].plus(rhs[n]))
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn times(lhs: [T; N], mut rhs: [T; N]) -> [T; N] {
        // SAFETY: as in `plus`.
        if DENSE && unsafe { wide::times::<T, N, FUSED, false>(&lhs, &mut rhs) } {
            return rhs;
        }
        array::from_fn(|n| lhs[n].times(rhs[n]))
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn mul_add(lhs: [T; N], rhs: [T; N], mut sum: [T; N]) -> [T; N] {
        // SAFETY: as in `plus`.
        if DENSE && unsafe { wide::mul_add::<T, N, FUSED, false>(&lhs, &rhs, &mut sum) } {
            return sum;
        }
        let add = |n: usize| if FUSED { T::FAMILY.fused(lhs[n], rhs[n], sum[n]) } else { None };
        array::from_fn(|n| add(n).unwrap_or_else(|| sum[n].plus(lhs[n].times(rhs[n]))))
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn conj(value: [T; N]) -> [T; N] {
        array::from_fn(|n| value[n].conjugate())
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn splat(number: T) -> [T; N] {
        let mut value = [number; N];
        if DENSE {
            // SAFETY: as in `plus`.
            unsafe { wide::splat::<T, N, FUSED, false>(number, &mut value) };
        }
        value
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn read(pointer: *const T, apart: Apart) -> [T; N] {
        // SAFETY: by the contract each of the elements is valid for reads, and if there is a lane `DENSE` ones are side by side.
        unsafe {
            match apart.lane {
                None => Self::splat(pointer.read()),
                Some(_) if DENSE => pointer.cast::<[T; N]>().read(),
                Some(stride) => array::from_fn(|n| pointer.offset(extents::offset(n, stride)).read()),
            }
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn write(pointer: *mut T, apart: Apart, value: [T; N]) {
        if DENSE {
            // SAFETY: by the contract these are `N` elements side by side.
            return unsafe { pointer.cast::<[T; N]>().write(value) };
        }
        for (n, element) in value.into_iter().enumerate() {
            // SAFETY: by the contract each of the elements is valid for writes.
            unsafe { pointer.offset(extents::offset(n, apart.lane.unwrap_or(0))).write(element) };
        }
    }
}
