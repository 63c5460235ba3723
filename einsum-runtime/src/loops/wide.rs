//! Sums and products of a few `f32` or `f64` side by side, in registers of 16 bytes, or of 32 where there is AVX and FMA, a few of
//! them; sums of what is in one; and transpositions.
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

/// The sum of the numbers of each row, in the order of a tree: the first half and the second, number by number, and so on; of 12 first the
/// thirds. (Else `P` is a power of two.)
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn sums<T: Element, const P: usize, const R: usize>(rows: [[T; P]; R]) -> [T; R] {
    const { assert!(P.is_power_of_two() || P == 12, "rows have halves") };
    if const { P == 8 } {
        return self::sums(halved::<T, P, R, 4>(rows));
    }
    if const { P == 12 } {
        return self::sums(of_thirds(rows));
    }
    if const { P == 4 && size_of::<T>() == 8 } {
        return self::sums(halved::<T, P, R, 2>(rows));
    }
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    if const { T::FAMILY.is_real() && size_of::<[T; P]>() == 16 } {
        return sums_of_registers(rows);
    }
    let mut sums = [T::ZERO; R];
    for row in 0..R {
        let (mut numbers, mut len) = (rows[row], P);
        while len > 1 {
            len /= 2;
            for n in 0..len {
                numbers[n] = numbers[n].plus(numbers[n + len]);
            }
        }
        sums[row] = numbers[0];
    }
    sums
}

/// The sums of the thirds of each row of 12 numbers.
#[cfg_attr(not(debug_assertions), inline(always))]
fn of_thirds<T: Element, const P: usize, const R: usize>(rows: [[T; P]; R]) -> [[T; 4]; R] {
    let mut most = [[T::ZERO; 8]; R];
    let mut rest = [[T::ZERO; 4]; R];
    for row in 0..R {
        most[row].copy_from_slice(&rows[row][..8]);
        rest[row].copy_from_slice(&rows[row][8..]);
    }
    let halves = halved::<T, 8, R, 4>(most);
    for row in 0..R {
        // SAFETY: instructions of the baseline are asked for.
        let whole = unsafe { plus::<T, 4, false>(halves[row], rest[row]) };
        rest[row] = whole.unwrap_or_else(|| array::from_fn(|n| halves[row][n].plus(rest[row][n])));
    }
    rest
}

/// The sums of the halves of each row, of `H` numbers.
#[cfg_attr(not(debug_assertions), inline(always))]
fn halved<T: Element, const P: usize, const R: usize, const H: usize>(rows: [[T; P]; R]) -> [[T; H]; R] {
    let mut halves = [[T::ZERO; H]; R];
    for row in 0..R {
        let (mut first, mut second) = ([T::ZERO; H], [T::ZERO; H]);
        first.copy_from_slice(&rows[row][..H]);
        second.copy_from_slice(&rows[row][H..]);
        // SAFETY: instructions of the baseline are asked for.
        let whole = unsafe { plus::<T, H, false>(first, second) };
        halves[row] = whole.unwrap_or_else(|| array::from_fn(|n| first[n].plus(second[n])));
    }
    halves
}

/// The sum of the numbers of each row, one register: of the first half and the second, and of these two.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[cfg_attr(not(debug_assertions), inline(always))]
fn sums_of_registers<T: Element, const P: usize, const R: usize>(rows: [[T; P]; R]) -> [T; R] {
    use core::{
        arch::x86_64::{
            __m128, __m128d, _mm_add_pd, _mm_add_ps, _mm_movehl_ps, _mm_movelh_ps, _mm_shuffle_ps, _mm_unpackhi_pd,
            _mm_unpackhi_ps, _mm_unpacklo_pd, _mm_unpacklo_ps,
        },
        mem::transmute_copy,
    };

    let mut sums = [T::ZERO; R];
    for first in (0..R).step_by(P) {
        let count = (R - first).min(P);
        let row = |n: usize| rows[first + n % count];
        // SAFETY: rows are as many bytes as the register, all bits are numbers, and the instructions are those of the baseline.
        let some = unsafe {
            if const { size_of::<T>() == 8 } {
                let register = |n: usize| transmute_copy::<[T; P], __m128d>(&row(n));
                let (x, y) = (register(0), register(1));
                let sums = _mm_add_pd(_mm_unpacklo_pd(x, y), _mm_unpackhi_pd(x, y));
                transmute_copy::<__m128d, [T; P]>(&sums)
            } else {
                let register = |n: usize| transmute_copy::<[T; P], __m128>(&row(n));
                let (x, y, z, w) = (register(0), register(1), register(2), register(3));
                let sums = if count == 1 {
                    let two = _mm_add_ps(x, _mm_movehl_ps(x, x));
                    _mm_add_ps(two, _mm_shuffle_ps::<1>(two, two))
                } else {
                    let of_two = _mm_add_ps(_mm_unpacklo_ps(x, y), _mm_unpackhi_ps(x, y));
                    let of_rest = _mm_add_ps(_mm_unpacklo_ps(z, w), _mm_unpackhi_ps(z, w));
                    _mm_add_ps(_mm_movelh_ps(of_two, of_rest), _mm_movehl_ps(of_rest, of_two))
                };
                transmute_copy::<__m128, [T; P]>(&sums)
            }
        };
        sums[first..first + count].copy_from_slice(&some[..count]);
    }
    sums
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
