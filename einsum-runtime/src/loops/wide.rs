//! Sums and products of a few `f32` or `f64` side by side, in registers of 16 bytes, or of 32 where there is AVX and FMA, a few of
//! them; and transpositions.
//!
//! The compiler finds vectors in what is written number by number, but not those that a nest was written for: a product of 4 x 4 it
//! computes by columns, and transposes what it read and what it writes. What is a vector here stays one.

use core::array;

use crate::element::Element;

/// The sum of two vectors, if they are registers of what the build is compiled for, or with `FUSED` of AVX and FMA.
///
/// # Safety
/// - With `FUSED`, the processor has AVX and FMA.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) unsafe fn plus<T: Element, const N: usize, const FUSED: bool>(lhs: [T; N], rhs: [T; N]) -> Option<[T; N]> {
    // SAFETY: by the contract.
    unsafe { registers::<T, N, FUSED>(Operation::Plus, [lhs, rhs, lhs]) }
}

/// The product of two vectors, if they are registers of what the build is compiled for, or with `FUSED` of AVX and FMA.
///
/// # Safety
/// - With `FUSED`, the processor has AVX and FMA.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) unsafe fn times<T: Element, const N: usize, const FUSED: bool>(lhs: [T; N], rhs: [T; N]) -> Option<[T; N]> {
    // SAFETY: by the contract.
    unsafe { registers::<T, N, FUSED>(Operation::Times, [lhs, rhs, lhs]) }
}

/// The sum of a product and a third vector, if they are registers of what the build is compiled for, or with `FUSED` of AVX and FMA:
/// with `FUSED` rounded once.
///
/// # Safety
/// - With `FUSED`, the processor has AVX and FMA.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) unsafe fn mul_add<T: Element, const N: usize, const FUSED: bool>(
    lhs: [T; N],
    rhs: [T; N],
    sum: [T; N],
) -> Option<[T; N]> {
    // SAFETY: by the contract.
    unsafe { registers::<T, N, FUSED>(Operation::MulAdd, [lhs, rhs, sum]) }
}

/// A vector of one number, if it is a register of what the build is compiled for, or with `FUSED` of AVX and FMA.
///
/// # Safety
/// - With `FUSED`, the processor has AVX and FMA.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) unsafe fn splat<T: Element, const N: usize, const FUSED: bool>(number: T) -> Option<[T; N]> {
    // SAFETY: by the contract.
    unsafe { registers::<T, N, FUSED>(Operation::Splat, [[number; N]; 3]) }
}

/// The columns of four rows of up to four numbers.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn transposed<T: Element>(rows: [[T; 4]; 4]) -> [[T; 4]; 4] {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    if const { T::FAMILY.is_real() } {
        return transposed_registers(rows);
    }
    array::from_fn(|column| rows.map(|row| row[column]))
}

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[cfg_attr(not(debug_assertions), inline(always))]
fn transposed_registers<T: Element>(rows: [[T; 4]; 4]) -> [[T; 4]; 4] {
    use core::{
        arch::x86_64::{
            __m128, __m128d, _mm_movehl_ps, _mm_movelh_ps, _mm_unpackhi_pd, _mm_unpackhi_ps, _mm_unpacklo_pd,
            _mm_unpacklo_ps,
        },
        mem::transmute_copy,
    };

    // SAFETY: rows are as many bytes as the registers, all bits are numbers, and the instructions are those of the baseline.
    unsafe {
        if const { size_of::<T>() == 4 } {
            let [x, y, z, w] = transmute_copy::<_, [__m128; 4]>(&rows);
            let (low, high) = (_mm_unpacklo_ps(x, y), _mm_unpackhi_ps(x, y));
            let (low_rest, high_rest) = (_mm_unpacklo_ps(z, w), _mm_unpackhi_ps(z, w));
            let columns = [
                _mm_movelh_ps(low, low_rest),
                _mm_movehl_ps(low_rest, low),
                _mm_movelh_ps(high, high_rest),
                _mm_movehl_ps(high_rest, high),
            ];
            return transmute_copy(&columns);
        }
        let [x, y, z, w] = transmute_copy::<_, [[__m128d; 2]; 4]>(&rows);
        let columns = [
            [_mm_unpacklo_pd(x[0], y[0]), _mm_unpacklo_pd(z[0], w[0])],
            [_mm_unpackhi_pd(x[0], y[0]), _mm_unpackhi_pd(z[0], w[0])],
            [_mm_unpacklo_pd(x[1], y[1]), _mm_unpacklo_pd(z[1], w[1])],
            [_mm_unpackhi_pd(x[1], y[1]), _mm_unpackhi_pd(z[1], w[1])],
        ];
        transmute_copy(&columns)
    }
}

/// What is done to three vectors.
#[derive(Clone, Copy)]
enum Operation {
    /// The sum of the first two.
    Plus,
    /// The product of the first two.
    Times,
    /// The product of the first two and the third, added.
    MulAdd,
    /// The first number of the first in all places.
    Splat,
}

#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
#[cfg_attr(not(debug_assertions), inline(always))]
unsafe fn registers<T: Element, const N: usize, const FUSED: bool>(_: Operation, _: [[T; N]; 3]) -> Option<[T; N]> {
    None
}

/// # Safety
/// - With `FUSED`, the processor has AVX and FMA.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[cfg_attr(not(debug_assertions), inline(always))]
unsafe fn registers<T: Element, const N: usize, const FUSED: bool>(
    operation: Operation,
    [a, b, c]: [[T; N]; 3],
) -> Option<[T; N]> {
    use core::{
        arch::x86_64::{
            __m128, __m128d, __m256, __m256d, _mm_add_pd, _mm_add_ps, _mm_fmadd_pd, _mm_fmadd_ps, _mm_mul_pd,
            _mm_mul_ps, _mm_set1_pd, _mm_set1_ps, _mm256_add_pd, _mm256_add_ps, _mm256_fmadd_pd, _mm256_fmadd_ps,
            _mm256_mul_pd, _mm256_mul_ps, _mm256_set1_pd, _mm256_set1_ps,
        },
        mem::transmute_copy,
    };

    // (No closures: what is not inlined into the function that enables the instructions has none of them.)
    macro_rules! by {
        ($F:ty, $R:ty, $splat:ident $add:ident $mul:ident $($fma:ident)?) => {{
            // SAFETY: the vectors are as many bytes as one register, two, three or six, and all bits are numbers. The instructions are those of the
            // baseline of the architecture, or by the contract the processor has them.
            unsafe {
                let number = transmute_copy::<T, $F>(&a[0]);
                if const { size_of::<[T; N]>() == size_of::<$R>() } {
                    let [a, b, c] = [transmute_copy::<_, $R>(&a), transmute_copy::<_, $R>(&b), transmute_copy::<_, $R>(&c)];
                    let result = by!(@one a, b, c, number, $splat $add $mul $($fma)?);
                    return Some(transmute_copy::<$R, [T; N]>(&result));
                }
                if const { size_of::<[T; N]>() == size_of::<[$R; 2]>() } {
                    return Some(by!(@several 2, a, b, c, number, $R, $splat $add $mul $($fma)?));
                }
                if const { size_of::<[T; N]>() == size_of::<[$R; 3]>() } {
                    return Some(by!(@several 3, a, b, c, number, $R, $splat $add $mul $($fma)?));
                }
                Some(by!(@several 6, a, b, c, number, $R, $splat $add $mul $($fma)?))
            }
        }};
        (@several $count:literal, $a:ident, $b:ident, $c:ident, $number:ident, $R:ty, $splat:ident $add:ident $mul:ident $($fma:ident)?) => {{
            let a = transmute_copy::<_, [$R; $count]>(&$a);
            let b = transmute_copy::<_, [$R; $count]>(&$b);
            let mut c = transmute_copy::<_, [$R; $count]>(&$c);
            for n in 0..$count {
                c[n] = by!(@one a[n], b[n], c[n], $number, $splat $add $mul $($fma)?);
            }
            transmute_copy::<[$R; $count], [T; N]>(&c)
        }};
        (@one $a:expr, $b:expr, $c:expr, $number:ident, $splat:ident $add:ident $mul:ident $($fma:ident)?) => {
            match operation {
                Operation::Plus => $add($a, $b),
                Operation::Times => $mul($a, $b),
                Operation::MulAdd => by!(@fma $a, $b, $c, $add $mul $($fma)?),
                Operation::Splat => $splat($number),
            }
        };
        (@fma $a:expr, $b:expr, $c:expr, $add:ident $mul:ident $fma:ident) => { $fma($a, $b, $c) };
        (@fma $a:expr, $b:expr, $c:expr, $add:ident $mul:ident) => { $add($c, $mul($a, $b)) };
    }
    if const { !T::FAMILY.is_real() } {
        return None;
    }
    match const { (size_of::<T>(), size_of::<[T; N]>(), FUSED) } {
        (4, 16 | 48, true) => by!(f32, __m128, _mm_set1_ps _mm_add_ps _mm_mul_ps _mm_fmadd_ps),
        (8, 16, true) => by!(f64, __m128d, _mm_set1_pd _mm_add_pd _mm_mul_pd _mm_fmadd_pd),
        (4, 32, true) => by!(f32, __m256, _mm256_set1_ps _mm256_add_ps _mm256_mul_ps _mm256_fmadd_ps),
        (8, 32 | 64 | 96, true) => by!(f64, __m256d, _mm256_set1_pd _mm256_add_pd _mm256_mul_pd _mm256_fmadd_pd),
        (4, 16 | 32 | 48, false) => by!(f32, __m128, _mm_set1_ps _mm_add_ps _mm_mul_ps),
        (8, 16 | 32 | 96, false) => by!(f64, __m128d, _mm_set1_pd _mm_add_pd _mm_mul_pd),
        _ => None,
    }
}
