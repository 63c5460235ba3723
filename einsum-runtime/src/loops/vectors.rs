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

    /// Reads elements.
    ///
    /// # Safety
    /// - `pointer` moved by `n * stride`, for every element `n` of a vector, is valid for reads.
    /// - If these vectors are of elements side by side, the stride is 1.
    #[doc(hidden)]
    unsafe fn read(pointer: *const T, stride: isize) -> Self::Value;

    /// Writes elements.
    ///
    /// # Safety
    /// - `pointer` moved by `n * stride`, for every element `n` of a vector, is valid for writes.
    /// - If these vectors are of elements side by side, the stride is 1.
    #[doc(hidden)]
    unsafe fn write(pointer: *mut T, stride: isize, value: Self::Value);
}

/// Vectors of `N` elements. If they are `DENSE`, elements lie side by side in every tensor that has several of them; if they are
/// `FUSED`, the processor multiplies and adds in one instruction, and on x86-64 has AVX. If they are `TERMS`, every sum has a term at
/// least, and begins with the first: with -0.0, which no number is changed by, so that the compiler leaves the addition out. If they are
/// `DENSE` or `REGISTERS`, `f32` and `f64` are computed with as registers (`wide.rs`), and not number by number.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lanes<
    const N: usize,
    const DENSE: bool,
    const FUSED: bool,
    const TERMS: bool = false,
    const REGISTERS: bool = false,
> {}

impl<T: Element, const N: usize, const DENSE: bool, const FUSED: bool, const TERMS: bool, const REGISTERS: bool>
    Vectors<T> for Lanes<N, DENSE, FUSED, TERMS, REGISTERS>
{
    type Value = [T; N];

    #[inline(always)]
    fn zero() -> [T; N] {
        [if TERMS { T::FAMILY.nothing().unwrap_or(T::ZERO) } else { T::ZERO }; N]
    }

    #[inline(always)]
    fn plus(lhs: [T; N], rhs: [T; N]) -> [T; N] {
        // SAFETY: vectors are `FUSED` where the processor has such instructions.
        let whole = if DENSE || REGISTERS { unsafe { wide::plus::<T, N, FUSED>(lhs, rhs) } } else { None };
        whole.unwrap_or_else(|| array::from_fn(|n| lhs[n].plus(rhs[n])))
    }

    #[inline(always)]
    fn times(lhs: [T; N], rhs: [T; N]) -> [T; N] {
        // SAFETY: as in `plus`.
        let whole = if DENSE || REGISTERS { unsafe { wide::times::<T, N, FUSED>(lhs, rhs) } } else { None };
        whole.unwrap_or_else(|| array::from_fn(|n| lhs[n].times(rhs[n])))
    }

    #[inline(always)]
    fn mul_add(lhs: [T; N], rhs: [T; N], sum: [T; N]) -> [T; N] {
        // SAFETY: as in `plus`.
        if DENSE && let Some(whole) = unsafe { wide::mul_add::<T, N, FUSED>(lhs, rhs, sum) } {
            return whole;
        }
        let add = |n: usize| if FUSED { T::FAMILY.fused(lhs[n], rhs[n], sum[n]) } else { None };
        array::from_fn(|n| add(n).unwrap_or_else(|| sum[n].plus(lhs[n].times(rhs[n]))))
    }

    #[inline(always)]
    fn conj(value: [T; N]) -> [T; N] {
        array::from_fn(|n| value[n].conjugate())
    }

    #[inline(always)]
    fn splat(number: T) -> [T; N] {
        // SAFETY: as in `plus`.
        let whole = if DENSE || REGISTERS { unsafe { wide::splat::<T, N, FUSED>(number) } } else { None };
        whole.unwrap_or([number; N])
    }

    #[inline(always)]
    unsafe fn read(pointer: *const T, stride: isize) -> [T; N] {
        if DENSE {
            // SAFETY: by the contract these are `N` elements side by side.
            return unsafe { pointer.cast::<[T; N]>().read() };
        }
        // SAFETY: by the contract each of the elements is valid for reads.
        array::from_fn(|n| unsafe { pointer.offset(extents::offset(n, stride)).read() })
    }

    #[inline(always)]
    unsafe fn write(pointer: *mut T, stride: isize, value: [T; N]) {
        if DENSE {
            // SAFETY: by the contract these are `N` elements side by side.
            return unsafe { pointer.cast::<[T; N]>().write(value) };
        }
        for (n, element) in value.into_iter().enumerate() {
            // SAFETY: by the contract each of the elements is valid for writes.
            unsafe { pointer.offset(extents::offset(n, stride)).write(element) };
        }
    }
}
