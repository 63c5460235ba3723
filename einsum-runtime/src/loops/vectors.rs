//! Numbers side by side, and their arithmetic.

use core::array;

use einsum_engine::extents;

use super::{trees, wide};
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
    fn plus(lhs: [T; N], rhs: [T; N]) -> [T; N] {
        // SAFETY: vectors are `FUSED` where the processor has such instructions.
        let whole = if DENSE { unsafe { wide::plus::<T, N, FUSED>(lhs, rhs) } } else { None };
        whole.unwrap_or_else(|| array::from_fn(|n| lhs[n].plus(rhs[n])))
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn times(lhs: [T; N], rhs: [T; N]) -> [T; N] {
        // SAFETY: as in `plus`.
        let whole = if DENSE { unsafe { wide::times::<T, N, FUSED>(lhs, rhs) } } else { None };
        whole.unwrap_or_else(|| array::from_fn(|n| lhs[n].times(rhs[n])))
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn mul_add(lhs: [T; N], rhs: [T; N], sum: [T; N]) -> [T; N] {
        // SAFETY: as in `plus`.
        if DENSE && let Some(whole) = unsafe { wide::mul_add::<T, N, FUSED>(lhs, rhs, sum) } {
            return whole;
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
        // SAFETY: as in `plus`.
        let whole = if DENSE { unsafe { wide::splat::<T, N, FUSED>(number) } } else { None };
        whole.unwrap_or([number; N])
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

/// Vectors of `N` numbers side by side that are computed with as `P`, a whole number of registers: the others are not written, and begin as
/// `ZEROS`, or as what takes the fewest instructions. Every sum has a term at least.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Padded<const N: usize, const P: usize, const FUSED: bool, const ZEROS: bool = false> {}

/// Rows of vectors `V`, `R` of them, which are computed at a time.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rows<V, const R: usize> {
    #[expect(dead_code, reason = "no value is made of it")]
    Of(V),
}

/// Sums of `R` rows of `N` numbers side by side that are added up, in the order of a tree, where they are written: one number for each row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sums<const N: usize, const P: usize, const R: usize, const FUSED: bool> {}

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

impl<T: Element, const N: usize, const P: usize, const FUSED: bool, const ZEROS: bool> Vectors<T>
    for Padded<N, P, FUSED, ZEROS>
{
    type Value = [T; P];

    by!(Lanes<P, true, FUSED, true>);

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn read(pointer: *const T, apart: Apart) -> [T; P] {
        const { assert!(N <= P, "there are as many numbers as are read") };
        if apart.lane.is_none() {
            // SAFETY: by the contract the element is valid for reads.
            return Self::splat(unsafe { pointer.read() });
        }
        if const { N == P } {
            // SAFETY: by the contract the elements are valid for reads, side by side.
            return unsafe { pointer.cast::<[T; P]>().read() };
        }
        // (Two numbers are read with zeros beside them. The third goes beside itself by one instruction, beside a zero by three.)
        let is_again = !ZEROS && N % 4 == 3 && size_of::<T>() == 4;
        // SAFETY: by the contract the elements are valid for reads, side by side; the array has room for them.
        unsafe {
            let mut value = [if is_again { pointer.add(N - 1).read() } else { T::ZERO }; P];
            value.as_mut_ptr().copy_from_nonoverlapping(pointer, N);
            value
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn write(pointer: *mut T, _apart: Apart, value: [T; P]) {
        // SAFETY: by the contract so many elements side by side are valid for writes; the array, which nothing else reaches, has them.
        unsafe { pointer.copy_from_nonoverlapping(value.as_ptr(), N) };
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

impl<T: Element, const N: usize, const P: usize, const R: usize, const FUSED: bool> Vectors<T>
    for Sums<N, P, R, FUSED>
{
    type Value = [[T; P]; R];

    by!(Rows<Padded<N, P, FUSED, true>, R>);

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn read(pointer: *const T, apart: Apart) -> Self::Value {
        // SAFETY: by the contract.
        unsafe { Rows::<Padded<N, P, FUSED, true>, R>::read(pointer, apart) }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn write(pointer: *mut T, apart: Apart, value: Self::Value) {
        // SAFETY: vectors are `FUSED` where the processor has such instructions.
        let sums = unsafe { trees::sums::<T, P, R, FUSED>(value) };
        for row in 0..R {
            // SAFETY: by the contract there is an element for each row.
            unsafe { pointer.offset(extents::offset(row, apart.rows)).write(sums[row]) };
        }
    }
}
