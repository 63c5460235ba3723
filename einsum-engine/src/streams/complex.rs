//! Products of complex numbers, as vectors like them.
//!
//! Real and imaginary parts alternate in memory. Taking them apart, or `a b` as it is written, costs
//! several shuffles for each vector; instead two sums are kept, of `(re re, im im)` and of
//! `(re im, im re)`, which takes one shuffle for each vector of one factor, and what belongs
//! together is put together once, at the end, when it is also known what is conjugated.

use std::any::TypeId;

use num_complex::{Complex, Complex32, Complex64};

use crate::number::Number;

/// The two sums, of numbers that are not put together yet.
#[derive(Clone, Copy)]
pub(super) struct Parts<T> {
    /// `(re re, im im)`
    same: T,
    /// `(re im, im re)`
    cross: T,
}

/// Calls a function of complex numbers with those of a generic type, which is one of them.
macro_rules! of_complex {
    (|$($number:ident),*| $call:expr) => {
        if TypeId::of::<T>() == TypeId::of::<Complex32>() {
            $( let $number: Complex32 = cast($number); )*
            cast($call)
        } else if TypeId::of::<T>() == TypeId::of::<Complex64>() {
            $( let $number: Complex64 = cast($number); )*
            cast($call)
        } else {
            unreachable!("parts are of complex numbers")
        }
    };
}

/// A value of a type as one of the same type.
#[inline(always)]
pub(super) fn cast<A: Copy + 'static, B: Copy + 'static>(value: A) -> B {
    assert!(TypeId::of::<A>() == TypeId::of::<B>(), "the types are one");
    // SAFETY: both types are one, as has been asserted: the value is `Copy`, and has the size of `B`.
    unsafe { std::mem::transmute_copy(&value) }
}

impl<T: Number> Parts<T> {
    pub(super) const ZERO: Self = Self { same: T::ZERO, cross: T::ZERO };

    /// The sum with a product.
    #[inline(always)]
    pub(super) fn add(self, a: T, b: T) -> Self {
        Self {
            same: self.same.plus(of_complex!(|a, b| Complex { re: a.re * b.re, im: a.im * b.im })),
            cross: self.cross.plus(of_complex!(|a, b| Complex { re: a.re * b.im, im: a.im * b.re })),
        }
    }

    /// The sum of both.
    #[inline(always)]
    pub(super) fn merge(self, other: Self) -> Self {
        Self { same: self.same.plus(other.same), cross: self.cross.plus(other.cross) }
    }

    /// The sum of the products, of those with conjugated second factors if `conj`.
    #[inline(always)]
    pub(super) fn total(self, conj: bool) -> T {
        let Self { same, cross } = self;
        if conj {
            of_complex!(|same, cross| Complex { re: same.re + same.im, im: cross.im - cross.re })
        } else {
            of_complex!(|same, cross| Complex { re: same.re - same.im, im: cross.re + cross.im })
        }
    }
}
