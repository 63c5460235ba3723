//! Sums and products of a few `f32` or `f64` side by side, in registers of 16 bytes, or of 32 where there is AVX and FMA.
//!
//! The compiler finds vectors in what is written number by number, but not those that a nest was written for: a product of 4 x 4 it
//! computes by columns, and transposes what it read and what it writes. What is a vector here stays one.

use crate::element::Element;

/// The sum of two vectors, if they are registers of what the build is compiled for, or with `FUSED` of AVX and FMA.
///
/// # Safety
/// - With `FUSED`, the processor has AVX and FMA.
#[inline(always)]
pub(super) unsafe fn plus<T: Element, const N: usize, const FUSED: bool>(lhs: [T; N], rhs: [T; N]) -> Option<[T; N]> {
    // SAFETY: by the contract.
    unsafe { registers::<T, N, FUSED>(Operation::Plus, [lhs, rhs, lhs]) }
}

/// The product of two vectors, if they are registers of what the build is compiled for, or with `FUSED` of AVX and FMA.
///
/// # Safety
/// - With `FUSED`, the processor has AVX and FMA.
#[inline(always)]
pub(super) unsafe fn times<T: Element, const N: usize, const FUSED: bool>(lhs: [T; N], rhs: [T; N]) -> Option<[T; N]> {
    // SAFETY: by the contract.
    unsafe { registers::<T, N, FUSED>(Operation::Times, [lhs, rhs, lhs]) }
}

/// The sum of a product and a third vector, if they are registers of what the build is compiled for, or with `FUSED` of AVX and FMA:
/// with `FUSED` rounded once.
///
/// # Safety
/// - With `FUSED`, the processor has AVX and FMA.
#[inline(always)]
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
#[inline(always)]
pub(super) unsafe fn splat<T: Element, const N: usize, const FUSED: bool>(number: T) -> Option<[T; N]> {
    // SAFETY: by the contract.
    unsafe { registers::<T, N, FUSED>(Operation::Splat, [[number; N]; 3]) }
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

#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
unsafe fn registers<T: Element, const N: usize, const FUSED: bool>(_: Operation, _: [[T; N]; 3]) -> Option<[T; N]> {
    None
}

/// # Safety
/// - With `FUSED`, the processor has AVX and FMA.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn registers<T: Element, const N: usize, const FUSED: bool>(
    operation: Operation,
    [a, b, c]: [[T; N]; 3],
) -> Option<[T; N]> {
    use core::{
        arch::x86_64::{
            __m128, __m128d, __m256, __m256d, _mm_add_pd, _mm_add_ps, _mm_castps_si128, _mm_castsi128_ps,
            _mm_cvtsi64_si128, _mm_cvtsi128_si64, _mm_fmadd_pd, _mm_fmadd_ps, _mm_mul_pd, _mm_mul_ps, _mm_set1_pd,
            _mm_set1_ps, _mm_shuffle_ps, _mm_unpacklo_pd, _mm256_add_pd, _mm256_add_ps, _mm256_fmadd_pd,
            _mm256_fmadd_ps, _mm256_mul_pd, _mm256_mul_ps, _mm256_set1_pd, _mm256_set1_ps,
        },
        mem::transmute_copy,
    };

    // (No closures: what is not inlined into the function that enables the instructions has none of them.)
    macro_rules! by {
        ($F:ty, $R:ty, $splat:ident $add:ident $mul:ident $($fma:ident)?) => {{
            // SAFETY: the vectors are as many bytes as the register, and all bits are numbers. The instructions are those of the
            // baseline of the architecture, or by the contract the processor has them.
            unsafe {
                let number = transmute_copy::<T, $F>(&a[0]);
                let [a, b, c] = [transmute_copy::<_, $R>(&a), transmute_copy::<_, $R>(&b), transmute_copy::<_, $R>(&c)];
                let result = match operation {
                    Operation::Plus => $add(a, b),
                    Operation::Times => $mul(a, b),
                    Operation::MulAdd => by!(@fma a, b, c, $add $mul $($fma)?),
                    Operation::Splat => $splat(number),
                };
                Some(transmute_copy::<$R, [T; N]>(&result))
            }
        }};
        (@fma $a:ident, $b:ident, $c:ident, $add:ident $mul:ident $fma:ident) => { $fma($a, $b, $c) };
        (@fma $a:ident, $b:ident, $c:ident, $add:ident $mul:ident) => { $add($c, $mul($a, $b)) };
    }
    if const { !T::FAMILY.is_real() } {
        return None;
    }
    match const { (size_of::<T>(), size_of::<[T; N]>(), FUSED) } {
        (4, 16, true) => by!(f32, __m128, _mm_set1_ps _mm_add_ps _mm_mul_ps _mm_fmadd_ps),
        (8, 16, true) => by!(f64, __m128d, _mm_set1_pd _mm_add_pd _mm_mul_pd _mm_fmadd_pd),
        (4, 32, true) => by!(f32, __m256, _mm256_set1_ps _mm256_add_ps _mm256_mul_ps _mm256_fmadd_ps),
        (8, 32, true) => by!(f64, __m256d, _mm256_set1_pd _mm256_add_pd _mm256_mul_pd _mm256_fmadd_pd),
        (4, 16, false) => by!(f32, __m128, _mm_set1_ps _mm_add_ps _mm_mul_ps),
        (8, 16, false) => by!(f64, __m128d, _mm_set1_pd _mm_add_pd _mm_mul_pd),
        (8, 32, false) => {
            // SAFETY: the vectors are as many bytes as two registers; otherwise as above.
            unsafe {
                let a = transmute_copy::<_, [__m128d; 2]>(&a);
                let b = transmute_copy::<_, [__m128d; 2]>(&b);
                let c = transmute_copy::<_, [__m128d; 2]>(&c);
                let result = match operation {
                    Operation::Plus => [_mm_add_pd(a[0], b[0]), _mm_add_pd(a[1], b[1])],
                    Operation::Times => [_mm_mul_pd(a[0], b[0]), _mm_mul_pd(a[1], b[1])],
                    Operation::MulAdd => {
                        [_mm_add_pd(c[0], _mm_mul_pd(a[0], b[0])), _mm_add_pd(c[1], _mm_mul_pd(a[1], b[1]))]
                    }
                    Operation::Splat => [_mm_unpacklo_pd(a[0], a[0]); 2],
                };
                Some(transmute_copy::<[__m128d; 2], [T; N]>(&result))
            }
        }
        (4, 8, _) => {
            // SAFETY: the vectors are 8 bytes, half of a register; otherwise as above.
            unsafe {
                let a = _mm_castsi128_ps(_mm_cvtsi64_si128(transmute_copy::<_, i64>(&a)));
                let b = _mm_castsi128_ps(_mm_cvtsi64_si128(transmute_copy::<_, i64>(&b)));
                let c = _mm_castsi128_ps(_mm_cvtsi64_si128(transmute_copy::<_, i64>(&c)));
                let result = match operation {
                    Operation::Plus => _mm_add_ps(a, b),
                    Operation::Times => _mm_mul_ps(a, b),
                    Operation::MulAdd if FUSED => _mm_fmadd_ps(a, b, c),
                    Operation::MulAdd => _mm_add_ps(c, _mm_mul_ps(a, b)),
                    Operation::Splat => _mm_shuffle_ps::<0>(a, a),
                };
                Some(transmute_copy::<i64, [T; N]>(&_mm_cvtsi128_si64(_mm_castps_si128(result))))
            }
        }
        _ => None,
    }
}
