//! Products of complex numbers, as vectors like them.
//!
//! Real and imaginary parts alternate in memory. Taking them apart, or `a b` as it is written, costs
//! several shuffles for each vector; instead two sums are kept, of `(re re, im im)` and of
//! `(re im, im re)`, which takes one shuffle for each vector of one factor, and what belongs
//! together is put together once, at the end, when it is also known what is conjugated.

use std::any::TypeId;

use num_complex::{Complex, Complex32, Complex64};

use crate::{
    extents,
    machine::lanes::Lanes,
    number::Number,
    problem::Axis,
    streams::real::{Sides, all},
};

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

/// The sums of products, over `rows` and `len` complex numbers of each, of `N` lanes at once: of each a vector whose lanes add up to the
/// real part, and one whose lanes add up to the imaginary part; in `U` vectors of both meanwhile, which hides the latency of an
/// addition. Second factors are conjugated if `conj`; `minus` is -1.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - Both factors are valid for reads of `len` complex numbers, real parts first, from their sides on, at every index of `rows`.
#[inline(always)]
pub(super) unsafe fn sums<R: Number, V: Lanes<Real = R>, const N: usize, const U: usize>(
    mut sides: [Sides<R>; N],
    rows: &Axis,
    len: usize,
    (conj, minus): (bool, R),
) -> [[V; 2]; N] {
    let len = extents::count([len, 2]);
    // SAFETY: the instruction set is there by the contract; `n + V::LEN` is at most `len`, of numbers with two parts each, for vectors
    // that are read as a whole, and the mask is of the parts that are left.
    unsafe {
        let mut same = [[V::splat(R::ZERO); U]; N];
        let mut cross = same;
        for _ in 0..rows.extent {
            let mut n = 0;
            while n + U * V::LEN <= len {
                for u in 0..U {
                    let at = n + u * V::LEN;
                    for (lane, side) in sides.iter().enumerate() {
                        let [a, b]: [V; 2] = [V::load(side.lhs.add(at)), V::load(side.rhs.add(at))];
                        same[lane][u] = a.mul_add(b, same[lane][u]);
                        cross[lane][u] = a.mul_add(b.swap(), cross[lane][u]);
                    }
                }
                n += U * V::LEN;
            }
            while n + V::LEN <= len {
                for (lane, side) in sides.iter().enumerate() {
                    let [a, b]: [V; 2] = [V::load(side.lhs.add(n)), V::load(side.rhs.add(n))];
                    same[lane][0] = a.mul_add(b, same[lane][0]);
                    cross[lane][0] = a.mul_add(b.swap(), cross[lane][0]);
                }
                n += V::LEN;
            }
            if n < len {
                let mask = V::first(len - n);
                for (lane, side) in sides.iter().enumerate() {
                    let [a, b]: [V; 2] = [V::load_first(side.lhs.add(n), mask), V::load_first(side.rhs.add(n), mask)];
                    same[lane][U - 1] = a.mul_add(b, same[lane][U - 1]);
                    cross[lane][U - 1] = a.mul_add(b.swap(), cross[lane][U - 1]);
                }
            }
            for side in &mut sides {
                side.lhs = side.lhs.wrapping_offset(extents::offset(2, rows.lhs));
                side.rhs = side.rhs.wrapping_offset(extents::offset(2, rows.rhs));
            }
        }
        // (re re - im im, re im + im re), or with the second factor conjugated (re re + im im, im re - re im).
        let [re_signs, im_signs] = if conj {
            [V::splat(R::ONE), V::alternate(minus, R::ONE)]
        } else {
            [V::alternate(R::ONE, minus), V::splat(R::ONE)]
        };
        let mut totals = [[V::splat(R::ZERO); 2]; N];
        for (total, (same, cross)) in totals.iter_mut().zip(same.iter().zip(&cross)) {
            *total = [all(same).mul(re_signs), all(cross).mul(im_signs)];
        }
        totals
    }
}
