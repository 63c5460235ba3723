//! Tiles of small GEMMs of complex numbers.
//!
//! Complex numbers lie in memory as pairs, and stay pairs: a vector of rows is loaded as it is, and multiplied by the
//! real part of an element of `b` for one accumulator, by the imaginary part for another. That is as many
//! multiplications as with both parts apart, but nothing is taken apart. Only when all contracted indices are through
//! are neighbours in the second accumulator swapped, and the two added, with signs that depend on what is conjugated:
//! to conjugate costs nothing.
//!
//! n x n times n x n on one core with AVX-512, in microseconds, packed with both parts apart and as here; both from one
//! run:
//!
//! | n | 4 | 8 | 16 | 48 | 64 | 96 | 128 |
//! | --- | --- | --- | --- | --- | --- | --- | --- |
//! | `Complex32`, packed | 0.33 | 0.59 | 1.23 | 9.48 | 16.1 | 43.1 | 93.8 |
//! | here | 0.08 | 0.12 | 0.23 | 3.58 | 8.15 | 26.9 | 63.9 |
//! | `Complex64`, packed | 0.27 | 0.41 | 0.79 | 9.27 | 20.5 | 62.7 | 145 |
//! | here | 0.09 | 0.14 | 0.38 | 6.73 | 16.1 | 54.3 | 130 |
//!
//! Tiles are 2 vectors times 4 columns; of AVX2 2 times 3, which reach 96 % of the peak at n = 48 where 1 times 4 reach
//! 79 %.

use num_complex::Complex;

use crate::{
    extents,
    kernel::{
        columns::{Factors, Tiled},
        tile::{Tile, Walk, add_product, load_rows, unrelated_offset},
    },
    machine::lanes::Lanes,
    number::Number,
    product::{Conj, Product},
};

impl<R: Number> Tiled for Complex<R>
where
    Self: Number,
    R: std::ops::Neg<Output = R>,
{
    type Real = R;
    const LANES: usize = 2;

    #[inline(always)]
    unsafe fn tile<V: Lanes<Real = R>, const MV: usize, const N: usize>(
        product: &Product<Self>,
        Factors { a, b, .. }: Factors<Self>,
        (out, column): (*mut Self, isize),
        mask: Option<V::Mask>,
        beta: Option<Self>,
    ) {
        let a = Walk { pointer: a.cast(), step: extents::offset(2, product.a.2) };
        let b = Walk { pointer: b.cast(), step: extents::offset(2, product.b.1) };
        // SAFETY: by the contract, for all of the block; a complex number is two real ones.
        unsafe {
            let [by_re, by_im] =
                accumulate_pairs::<V, MV, N>(product.k, a, mask, b, extents::offset(2, product.b.2), R::ZERO);
            let signs = signs::<V>(product.conj);
            let alpha = (product.alpha != Self::ONE).then(|| SignedParts::<V>::of(product.alpha));
            let beta = beta.map(|beta| SignedParts::<V>::of(beta));
            for j in 0..N {
                let to: *mut R = out.offset(extents::offset(j, column)).cast();
                for v in 0..MV {
                    let mut value = by_re[j][v].mul_add(signs[0], by_im[j][v].swap().mul(signs[1]));
                    if let Some(alpha) = &alpha {
                        value = alpha.times(value);
                    }
                    let masked = if v + 1 == MV { mask } else { None };
                    write(value, to.add(v * V::LEN), masked, beta.as_ref());
                }
            }
        }
    }
}

/// The sums of columns of `a` times real parts of `b`, and times imaginary parts. Steps and the distance of columns are
/// in real numbers; of the last vector of `a` only the lanes of `mask` are read, if there is one.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `a` is valid for reads of `MV` vectors, as far as the mask, at every of its `depth` steps.
/// - `b` moved by `j * column` is valid for reads of two numbers at every of its `depth` steps, for `j < N`.
#[inline(always)]
unsafe fn accumulate_pairs<V: Lanes, const MV: usize, const N: usize>(
    depth: usize,
    mut a: Walk<V::Real>,
    mask: Option<V::Mask>,
    mut b: Walk<V::Real>,
    column: isize,
    zero: V::Real,
) -> [Tile<V, MV, N>; 2] {
    const { assert!(N <= 4) }
    // Otherwise pointers that wait for each other: see `accumulate_strided`.
    let offsets =
        [0, column, extents::offset(2, column), if N > 3 { unrelated_offset(extents::offset(3, column)) } else { 0 }];
    // SAFETY: by the contract: both factors are valid at every step, as far as the mask and for columns below `N`; the
    // instruction set is there.
    unsafe {
        let mut by_re = [[V::splat(zero); MV]; N];
        let mut by_im = by_re;
        for _ in 0..depth {
            let rows = load_rows::<V, MV>(a.pointer, mask, zero);
            for j in 0..N {
                let factor = b.pointer.wrapping_offset(offsets[j]);
                add_product(&mut by_re[j], &rows, *factor);
                add_product(&mut by_im[j], &rows, *factor.add(1));
            }
            a.pointer = a.pointer.wrapping_offset(a.step);
            b.pointer = b.pointer.wrapping_offset(b.step);
        }
        [by_re, by_im]
    }
}

/// The signs that both accumulators are multiplied by before they are added.
///
/// The first holds `(ar br, ai br)`, the second, swapped, `(ai bi, ar bi)`.
///
/// # Safety
/// - The processor has the instruction set of `V`.
#[inline(always)]
unsafe fn signs<V: Lanes<Real: Number + std::ops::Neg<Output = V::Real>>>(conj: Conj) -> [V; 2] {
    let sign = |is_negative: bool| if is_negative { -V::Real::ONE } else { V::Real::ONE };
    // SAFETY: by the contract the instruction set is there.
    unsafe { [V::alternate(V::Real::ONE, sign(conj.a())), V::alternate(sign(conj.a() == conj.b()), sign(conj.b()))] }
}

/// A complex number that vectors are multiplied by: its real part, and its imaginary part with signs.
struct SignedParts<V> {
    re: V,
    im: V,
}

impl<V: Lanes<Real: std::ops::Neg<Output = V::Real>>> SignedParts<V> {
    /// The number, for vectors to be multiplied by.
    ///
    /// # Safety
    /// - The processor has the instruction set of `V`.
    #[inline(always)]
    unsafe fn of(number: Complex<V::Real>) -> Self {
        // SAFETY: by the contract the instruction set is there.
        unsafe { Self { re: V::splat(number.re), im: V::alternate(-number.im, number.im) } }
    }

    /// `self * value`
    ///
    /// # Safety
    /// - The processor has the instruction set of `V`.
    #[inline(always)]
    unsafe fn times(&self, value: V) -> V {
        // SAFETY: by the contract the instruction set is there.
        unsafe { value.mul_add(self.re, value.swap().mul(self.im)) }
    }

    /// `self * value + other`
    ///
    /// # Safety
    /// - The processor has the instruction set of `V`.
    #[inline(always)]
    unsafe fn times_add(&self, value: V, other: V) -> V {
        // SAFETY: by the contract the instruction set is there.
        unsafe { value.mul_add(self.re, value.swap().mul_add(self.im, other)) }
    }
}

/// `out = value + beta * out`, for one vector, or its lanes in the mask.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `to` is valid for writes of a vector, or of the lanes in the mask, and for reads if there is a `beta`.
#[inline(always)]
unsafe fn write<V: Lanes<Real: std::ops::Neg<Output = V::Real>>>(
    value: V,
    to: *mut V::Real,
    mask: Option<V::Mask>,
    beta: Option<&SignedParts<V>>,
) {
    // SAFETY: by this function's contract, which has the clauses of the methods of `Lanes`.
    unsafe {
        match (mask, beta) {
            (None, None) => value.store(to),
            (None, Some(beta)) => beta.times_add(V::load(to), value).store(to),
            (Some(mask), None) => value.store_first(to, mask),
            (Some(mask), Some(beta)) => beta.times_add(V::load_first(to, mask), value).store_first(to, mask),
        }
    }
}
