//! Sums of products of integers, which wrap: what micro-kernels of integers are written in.
//!
//! Rows, factors and sums are types of their own, as each is kept in the form that makes the product cheap: of `i8`, rows of even and
//! of odd number apart; of `i64` without an instruction to multiply them, the parts of a product apart until all are added up.
//!
//! All methods are inlined into functions that enable the instruction set.

use crate::machine::lanes::{Lanes, Plain};

/// A register's worth of sums of products, or a few registers'.
///
/// # Safety
/// Callers of every method make sure that
/// - the processor has the instruction set of the type;
/// - a pointer is valid for reads or writes of [`Sums::LEN`] numbers.
pub(crate) trait Sums: Copy {
    /// The integer.
    type Number: Copy;
    /// Rows, side by side, that are multiplied.
    type Rows: Copy;
    /// The number that all rows are multiplied by.
    type Factor: Copy;
    /// How many sums there are.
    const LEN: usize;

    unsafe fn zero() -> Self;
    unsafe fn rows(from: *const Self::Number) -> Self::Rows;
    unsafe fn factor(number: Self::Number) -> Self::Factor;
    /// `self + rows * factor`
    unsafe fn add_product(self, rows: Self::Rows, factor: Self::Factor) -> Self;
    unsafe fn store(self, to: *mut Self::Number);
}

impl<T: Copy + Default, const L: usize> Sums for Plain<T, L>
where
    Self: Lanes<Real = T>,
{
    type Number = T;
    type Rows = Self;
    type Factor = Self;
    const LEN: usize = L;

    #[inline(always)]
    unsafe fn zero() -> Self {
        // SAFETY: by the contract of `Sums`, which is that of `Lanes`; so it is in all methods below.
        unsafe { Self::splat(T::default()) }
    }

    #[inline(always)]
    unsafe fn rows(from: *const T) -> Self {
        // SAFETY: by the contract of `Sums`.
        unsafe { Self::load(from) }
    }

    #[inline(always)]
    unsafe fn factor(number: T) -> Self {
        // SAFETY: by the contract of `Sums`.
        unsafe { Self::splat(number) }
    }

    #[inline(always)]
    unsafe fn add_product(self, rows: Self, factor: Self) -> Self {
        // SAFETY: by the contract of `Sums`.
        unsafe { rows.mul_add(factor, self) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut T) {
        // SAFETY: by the contract of `Sums`.
        unsafe { Lanes::store(self, to) }
    }
}

#[cfg(target_arch = "x86_64")]
pub(crate) mod x86;
