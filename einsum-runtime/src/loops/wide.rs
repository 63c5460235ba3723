//! Sums and products of a few `f32` or `f64` side by side, in registers of 16 bytes, of 32 where there is AVX and FMA, or of 64 where there is
//! AVX-512, a few of them; and transpositions.
//!
//! The compiler finds vectors in what is written number by number, but not those that a nest was written for: a product of 4 x 4 it
//! computes by columns, and transposes what it read and what it writes. What is a vector here stays one.

use core::array;

use crate::element::Element;

/// Adds a vector to another, if they are registers of what the build is compiled for, with `FUSED` of AVX and FMA, with `WIDE` of
/// AVX-512; or says that they are not.
///
/// # Safety
/// - With `FUSED`, the processor has AVX and FMA; with `WIDE`, AVX-512 F.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) unsafe fn plus<T: Element, const N: usize, const FUSED: bool, const WIDE: bool>(
    lhs: &[T; N],
    rhs: &mut [T; N],
) -> bool {
    // SAFETY: by the contract.
    unsafe { registers::<T, N, FUSED, WIDE>(Operation::Plus, lhs, lhs, rhs) }
}

/// Multiplies a vector by another, as [`plus`] adds one.
///
/// # Safety
/// - With `FUSED`, the processor has AVX and FMA; with `WIDE`, AVX-512 F.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) unsafe fn times<T: Element, const N: usize, const FUSED: bool, const WIDE: bool>(
    lhs: &[T; N],
    rhs: &mut [T; N],
) -> bool {
    // SAFETY: by the contract.
    unsafe { registers::<T, N, FUSED, WIDE>(Operation::Times, lhs, lhs, rhs) }
}

/// Adds a product to a third vector, as [`plus`] adds one: with `FUSED` rounded once.
///
/// # Safety
/// - With `FUSED`, the processor has AVX and FMA; with `WIDE`, AVX-512 F.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) unsafe fn mul_add<T: Element, const N: usize, const FUSED: bool, const WIDE: bool>(
    lhs: &[T; N],
    rhs: &[T; N],
    sum: &mut [T; N],
) -> bool {
    // SAFETY: by the contract.
    unsafe { registers::<T, N, FUSED, WIDE>(Operation::MulAdd, lhs, rhs, sum) }
}

/// Makes a vector one of a number in all places, if it is a register as [`plus`] adds; else it is as it was.
///
/// # Safety
/// - With `FUSED`, the processor has AVX and FMA; with `WIDE`, AVX-512 F.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) unsafe fn splat<T: Element, const N: usize, const FUSED: bool, const WIDE: bool>(
    number: T,
    value: &mut [T; N],
) -> bool {
    let numbers = [number; N];
    // SAFETY: by the contract.
    unsafe { registers::<T, N, FUSED, WIDE>(Operation::Splat, &numbers, &numbers, value) }
}

/// Reads three numbers and a zero, if they are of 4 bytes and a register: by one instruction that puts two registers beside each other. Says whether
/// they are, and `to` was written.
///
/// # Safety
/// - `from` is valid for reads of three numbers.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) unsafe fn read_three<T: Element, const N: usize>(from: *const T, to: &mut [T; N]) -> bool {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    if const { T::FAMILY.is_real() && size_of::<[T; N]>() == 16 && size_of::<T>() == 4 } {
        use core::arch::x86_64::{__m128, _mm_castsi128_ps, _mm_load_ss, _mm_loadu_si64, _mm_movelh_ps};

        // SAFETY: by the contract of two numbers and the third; the vector is as many bytes as the register.
        unsafe {
            let two = _mm_castsi128_ps(_mm_loadu_si64(from.cast()));
            let three = _mm_movelh_ps(two, _mm_load_ss(from.add(2).cast()));
            to.as_mut_ptr().cast::<__m128>().write_unaligned(three);
        }
        return true;
    }
    let _ = (from, to);
    false
}

/// A number that the compiler does not put into a register with others, nor reads with what is beside it. (Where it may, it makes one read of 16
/// bytes of several, of which it takes some: of rows of three which were written just before the processor then waits until they have left its
/// buffer. 3 x 3 times 3 x 3 in `f32`, one after the other: 6.4 ns, otherwise 11.4, Xeon, Sapphire Rapids. With AVX a read is part of what
/// puts the number into all places, and by itself it would be an instruction more.)
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn by_itself<T: Element>(number: T) -> T {
    // (Miri has no instructions.)
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2", not(miri)))]
    if const { T::FAMILY.is_real() } {
        use core::{arch::asm, mem::transmute_copy};

        macro_rules! in_register {
            ($F:ty) => {{
                let mut number = transmute_copy::<T, $F>(&number);
                asm!("/* {} */", inout(xmm_reg) number, options(pure, nomem, nostack, preserves_flags));
                transmute_copy::<$F, T>(&number)
            }};
        }
        // SAFETY: the number is an `f32`, or else an `f64`; there are no instructions.
        return unsafe { if const { size_of::<T>() == 4 } { in_register!(f32) } else { in_register!(f64) } };
    }
    number
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
        arch::x86_64::{__m128, __m128d, _mm_shuffle_ps, _mm_unpackhi_pd, _mm_unpacklo_pd},
        mem::transmute_copy,
    };

    // SAFETY: rows are as many bytes as the registers, all bits are numbers, and the instructions are those of the baseline.
    unsafe {
        if const { size_of::<T>() == 4 } {
            // (Two instructions of this kind a cycle, and one of those that interleave.)
            let [x, y, z, w] = transmute_copy::<_, [__m128; 4]>(&rows);
            let (even, odd) = (_mm_shuffle_ps::<0x88>(x, y), _mm_shuffle_ps::<0xdd>(x, y));
            let (even_rest, odd_rest) = (_mm_shuffle_ps::<0x88>(z, w), _mm_shuffle_ps::<0xdd>(z, w));
            let columns = [
                _mm_shuffle_ps::<0x88>(even, even_rest),
                _mm_shuffle_ps::<0x88>(odd, odd_rest),
                _mm_shuffle_ps::<0xdd>(even, even_rest),
                _mm_shuffle_ps::<0xdd>(odd, odd_rest),
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

/// How the last of three vectors changes.
#[derive(Clone, Copy)]
enum Operation {
    /// The first is added.
    Plus,
    /// It is multiplied by the first.
    Times,
    /// The product of the other two is added.
    MulAdd,
    /// It becomes the first number of the first in all places.
    Splat,
}

#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
#[cfg_attr(not(debug_assertions), inline(always))]
unsafe fn registers<T: Element, const N: usize, const FUSED: bool, const WIDE: bool>(
    _: Operation,
    _: &[T; N],
    _: &[T; N],
    _: &mut [T; N],
) -> bool {
    false
}

/// Changes the last of three vectors, if they are registers, with `WIDE` of 64 bytes; or says that they are not.
///
/// # Safety
/// - With `FUSED`, the processor has AVX and FMA; with `WIDE`, AVX-512 F.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[cfg_attr(not(debug_assertions), inline(always))]
unsafe fn registers<T: Element, const N: usize, const FUSED: bool, const WIDE: bool>(
    operation: Operation,
    a: &[T; N],
    b: &[T; N],
    c: &mut [T; N],
) -> bool {
    use core::arch::x86_64::{
        __m128, __m128d, __m256, __m256d, __m512d, _mm_add_pd, _mm_add_ps, _mm_fmadd_pd, _mm_fmadd_ps, _mm_mul_pd,
        _mm_mul_ps, _mm_set1_pd, _mm_set1_ps, _mm256_add_pd, _mm256_add_ps, _mm256_fmadd_pd, _mm256_fmadd_ps,
        _mm256_mul_pd, _mm256_mul_ps, _mm256_set1_pd, _mm256_set1_ps, _mm512_add_pd, _mm512_fmadd_pd, _mm512_mul_pd,
        _mm512_set1_pd,
    };

    // (No closures: what is not inlined into the function that enables the instructions has none of them.)
    macro_rules! by {
        ($F:ty, $R:ty, $splat:ident $add:ident $mul:ident $($fma:ident)?) => {{
            let (a, b, c) = (a.as_ptr().cast::<$R>(), b.as_ptr().cast::<$R>(), c.as_mut_ptr().cast::<$R>());
            for n in 0..const { size_of::<[T; N]>() / size_of::<$R>() } {
                // SAFETY: the vectors are as many bytes as so many registers, and all bits are numbers. The instructions are those of the
                // baseline of the architecture, or by the contract the processor has them.
                unsafe {
                    let result = match operation {
                        Operation::Plus => $add(a.add(n).read_unaligned(), c.add(n).read_unaligned()),
                        Operation::Times => $mul(a.add(n).read_unaligned(), c.add(n).read_unaligned()),
                        Operation::MulAdd => {
                            let (a, b) = (a.add(n).read_unaligned(), b.add(n).read_unaligned());
                            by!(@fma a, b, c.add(n).read_unaligned(), $add $mul $($fma)?)
                        }
                        Operation::Splat => $splat(a.cast::<$F>().read()),
                    };
                    c.add(n).write_unaligned(result);
                }
            }
            true
        }};
        (@fma $a:expr, $b:expr, $c:expr, $add:ident $mul:ident $fma:ident) => { $fma($a, $b, $c) };
        (@fma $a:expr, $b:expr, $c:expr, $add:ident $mul:ident) => { $add($c, $mul($a, $b)) };
    }
    if const { !T::FAMILY.is_real() } {
        return false;
    }
    if const { WIDE && size_of::<T>() == 8 && size_of::<[T; N]>() == 64 } {
        return by!(f64, __m512d, _mm512_set1_pd _mm512_add_pd _mm512_mul_pd _mm512_fmadd_pd);
    }
    match const { (size_of::<T>(), size_of::<[T; N]>(), FUSED) } {
        (4, 16 | 48, true) => by!(f32, __m128, _mm_set1_ps _mm_add_ps _mm_mul_ps _mm_fmadd_ps),
        (8, 16, true) => by!(f64, __m128d, _mm_set1_pd _mm_add_pd _mm_mul_pd _mm_fmadd_pd),
        (4, 32, true) => by!(f32, __m256, _mm256_set1_ps _mm256_add_ps _mm256_mul_ps _mm256_fmadd_ps),
        (8, 32 | 64 | 96, true) => by!(f64, __m256d, _mm256_set1_pd _mm256_add_pd _mm256_mul_pd _mm256_fmadd_pd),
        (4, 16 | 32 | 48, false) => by!(f32, __m128, _mm_set1_ps _mm_add_ps _mm_mul_ps),
        (8, 16 | 32 | 96, false) => by!(f64, __m128d, _mm_set1_pd _mm_add_pd _mm_mul_pd),
        _ => false,
    }
}
