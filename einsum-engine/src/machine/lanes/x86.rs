//! The registers of AVX2 and AVX-512.

#![allow(clippy::wildcard_imports, reason = "two dozen intrinsics")]

use std::arch::x86_64::*;

use crate::machine::lanes::{Lanes, Widen};

macro_rules! lanes {
    (
        $V:ident: [$T:ty; $L:literal], half $Half:ty, mask $Mask:ty = $first:expr,
        $splat:ident $load:ident $store:ident $fma:ident $fnma:ident $mul:ident swap $permute:ident $swapped:literal $unpack:ident
        $masked_load:ident $masked_store:ident $($order:ident)?, sum $sum:ident $sums:ident, $side:literal $square:ident $square_of_4:ident
    ) => {
        impl Lanes for $V {
            type Real = $T;
            type Mask = $Mask;
            type Half = $Half;
            const LEN: usize = $L;

            #[inline(always)]
            unsafe fn splat(value: $T) -> Self {
                // SAFETY: by the contract of `Lanes` the processor has the instruction set, and pointers are valid for as
                // many numbers as are read or written; so it is in all methods below.
                unsafe { $splat(value) }
            }

            #[inline(always)]
            unsafe fn load(from: *const $T) -> Self {
                // SAFETY: by the contract of `Lanes`.
                unsafe { $load(from) }
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut $T) {
                // SAFETY: by the contract of `Lanes`.
                unsafe { $store(to, self) }
            }

            #[inline(always)]
            unsafe fn mul_add(self, b: Self, c: Self) -> Self {
                // SAFETY: by the contract of `Lanes`.
                unsafe { $fma(self, b, c) }
            }

            #[inline(always)]
            unsafe fn mul_sub(self, b: Self, c: Self) -> Self {
                // SAFETY: by the contract of `Lanes`.
                unsafe { $fnma(self, b, c) }
            }

            #[inline(always)]
            unsafe fn mul(self, b: Self) -> Self {
                // SAFETY: by the contract of `Lanes`.
                unsafe { $mul(self, b) }
            }

            #[inline(always)]
            unsafe fn swap(self) -> Self {
                // SAFETY: by the contract of `Lanes`.
                unsafe { $permute::<$swapped>(self) }
            }

            #[inline(always)]
            unsafe fn alternate(even: $T, odd: $T) -> Self {
                // SAFETY: by the contract of `Lanes`.
                unsafe { $unpack($splat(even), $splat(odd)) }
            }

            #[inline(always)]
            unsafe fn sum(self) -> $T {
                // SAFETY: by the contract of `Lanes`.
                unsafe { $sum(self) }
            }

            #[inline(always)]
            unsafe fn sums(vectors: [Self; 4]) -> [$T; 4] {
                // SAFETY: by the contract of `Lanes`.
                unsafe { $sums(vectors) }
            }

            #[inline(always)]
            unsafe fn first(count: usize) -> $Mask {
                // SAFETY: by the contract of `Lanes`.
                unsafe { $first(count) }
            }

            #[inline(always)]
            unsafe fn load_first(from: *const $T, mask: $Mask) -> Self {
                // SAFETY: by the contract of `Lanes`.
                unsafe { lanes!(@load $masked_load(from, mask) $($order)?) }
            }

            #[inline(always)]
            unsafe fn store_first(self, to: *mut $T, mask: $Mask) {
                // SAFETY: by the contract of `Lanes`.
                unsafe { $masked_store(to, mask, self) }
            }

            const SIDE: usize = $side;

            #[inline(always)]
            unsafe fn square(from: *const $T, rows: &[isize], to: *mut $T, step: isize) {
                // SAFETY: by the contract of `Lanes`.
                unsafe { $square(from, rows, to, step) }
            }

            #[inline(always)]
            unsafe fn square_of_4(from: *const $T, rows: &[isize], to: *mut $T, step: isize) {
                // SAFETY: by the contract of `Lanes`.
                unsafe { $square_of_4(from, rows, to, step) }
            }
        }
    };
    (@load $load:ident($from:ident, $mask:ident)) => { $load($from, $mask) };
    (@load $load:ident($from:ident, $mask:ident) swapped) => { $load($mask, $from) };
}

/// All ones, then all zeros: a window into it is a mask.
static WINDOW_32: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
static WINDOW_64: [i64; 8] = [-1, -1, -1, -1, 0, 0, 0, 0];

/// The mask of the first `count` of 8 lanes.
///
/// # Safety
/// - The processor has AVX2 and FMA.
/// - `count` is at most 8.
#[inline(always)]
unsafe fn first_8(count: usize) -> __m256i {
    // SAFETY: by this function's contract `count` is at most 8, so that the window is within the table, and the instruction set
    // is there.
    unsafe { _mm256_loadu_si256(WINDOW_32.as_ptr().add(8 - count).cast()) }
}

/// The mask of the first `count` of 4 lanes.
///
/// # Safety
/// - The processor has AVX2 and FMA.
/// - `count` is at most 4.
#[inline(always)]
unsafe fn first_4(count: usize) -> __m256i {
    // SAFETY: by this function's contract `count` is at most 4, so that the window is within the table, and the instruction set
    // is there.
    unsafe { _mm256_loadu_si256(WINDOW_64.as_ptr().add(4 - count).cast()) }
}

/// The mask of the first `count` of 4 lanes.
///
/// # Safety
/// - The processor has AVX2 and FMA.
/// - `count` is at most 4.
#[inline(always)]
unsafe fn first_4_of_32(count: usize) -> __m128i {
    // SAFETY: by this function's contract `count` is at most 4, so that the window is within the table, and the instruction set
    // is there.
    unsafe { _mm_loadu_si128(WINDOW_32.as_ptr().add(8 - count).cast()) }
}

/// The mask of the first `count` of 2 lanes.
///
/// # Safety
/// - The processor has AVX2 and FMA.
/// - `count` is at most 2.
#[inline(always)]
unsafe fn first_2_of_64(count: usize) -> __m128i {
    // SAFETY: by this function's contract `count` is at most 2, so that the window is within the table, and the instruction set
    // is there.
    unsafe { _mm_loadu_si128(WINDOW_64.as_ptr().add(4 - count).cast()) }
}

/// The mask of the first `count` of 16 lanes, a bit for each.
///
/// # Safety
/// - `count` is at most 16.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the mask is that long")]
unsafe fn bits_16(count: usize) -> __mmask16 {
    ((1_u32 << count) - 1) as __mmask16
}

/// The mask of the first `count` of 8 lanes, a bit for each.
///
/// # Safety
/// - `count` is at most 8.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the mask is that long")]
unsafe fn bits_8(count: usize) -> __mmask8 {
    ((1_u32 << count) - 1) as __mmask8
}

/// The sum of all lanes: of both halves, added, by halves.
///
/// # Safety
/// - The processor has AVX2, FMA, and AVX-512 F, VL, BW and DQ.
#[inline(always)]
unsafe fn sum_16(lanes: __m512) -> f32 {
    // SAFETY: by this function's contract the instruction set is there.
    unsafe { sum_8(_mm256_add_ps(_mm512_castps512_ps256(lanes), _mm512_extractf32x8_ps::<1>(lanes))) }
}

/// The sum of all lanes: of both halves, added, by halves.
///
/// # Safety
/// - The processor has AVX2 and FMA.
#[inline(always)]
unsafe fn sum_8(lanes: __m256) -> f32 {
    // SAFETY: by this function's contract the instruction set is there.
    unsafe { sum_4(_mm_add_ps(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps::<1>(lanes))) }
}

/// The sum of all lanes: of both halves, added, by halves.
///
/// # Safety
/// - The processor has AVX2 and FMA.
#[inline(always)]
unsafe fn sum_4(lanes: __m128) -> f32 {
    // SAFETY: by this function's contract the instruction set is there.
    unsafe {
        let both = _mm_add_ps(lanes, _mm_movehl_ps(lanes, lanes));
        _mm_cvtss_f32(_mm_add_ss(both, _mm_movehdup_ps(both)))
    }
}

/// The sum of all lanes: of both halves, added, by halves.
///
/// # Safety
/// - The processor has AVX2, FMA, and AVX-512 F, VL, BW and DQ.
#[inline(always)]
unsafe fn sum_8d(lanes: __m512d) -> f64 {
    // SAFETY: by this function's contract the instruction set is there.
    unsafe { sum_4d(_mm256_add_pd(_mm512_castpd512_pd256(lanes), _mm512_extractf64x4_pd::<1>(lanes))) }
}

/// The sum of all lanes: of both halves, added, by halves.
///
/// # Safety
/// - The processor has AVX2 and FMA.
#[inline(always)]
unsafe fn sum_4d(lanes: __m256d) -> f64 {
    // SAFETY: by this function's contract the instruction set is there.
    unsafe { sum_2d(_mm_add_pd(_mm256_castpd256_pd128(lanes), _mm256_extractf128_pd::<1>(lanes))) }
}

/// The sum of all lanes: of both halves, added, by halves.
///
/// # Safety
/// - The processor has AVX2 and FMA.
#[inline(always)]
unsafe fn sum_2d(lanes: __m128d) -> f64 {
    // SAFETY: by this function's contract the instruction set is there.
    unsafe { _mm_cvtsd_f64(_mm_add_sd(lanes, _mm_unpackhi_pd(lanes, lanes))) }
}

/// The sums of four vectors, each as if it were alone, bit for bit.
///
/// # Safety
/// - The processor has AVX2, FMA, and AVX-512 F, VL, BW and DQ.
#[inline(always)]
unsafe fn sums_16([a, b, c, d]: [__m512; 4]) -> [f32; 4] {
    // SAFETY: by this function's contract the instruction set is there.
    unsafe { sums_8([half_16(a), half_16(b), half_16(c), half_16(d)]) }
}

/// Both halves, added.
///
/// # Safety
/// - The processor has AVX2, FMA, and AVX-512 F, VL, BW and DQ.
#[inline(always)]
unsafe fn half_16(lanes: __m512) -> __m256 {
    // SAFETY: by this function's contract the instruction set is there.
    unsafe { _mm256_add_ps(_mm512_castps512_ps256(lanes), _mm512_extractf32x8_ps::<1>(lanes)) }
}

/// The sums of four vectors, each as if it were alone, bit for bit.
///
/// # Safety
/// - The processor has AVX2 and FMA.
#[inline(always)]
unsafe fn sums_8([a, b, c, d]: [__m256; 4]) -> [f32; 4] {
    // SAFETY: by this function's contract the instruction set is there.
    unsafe {
        let (ab, cd) = (halves_8(a, b), halves_8(c, d));
        let pairs = _mm256_add_ps(_mm256_shuffle_ps::<0x44>(ab, cd), _mm256_shuffle_ps::<0xee>(ab, cd));
        let sums = _mm256_add_ps(pairs, _mm256_movehdup_ps(pairs));
        let (ac, bd) = (_mm256_castps256_ps128(sums), _mm256_extractf128_ps::<1>(sums));
        array_4(_mm_blend_ps::<0b1010>(ac, _mm_moveldup_ps(bd)))
    }
}

/// Both halves of one vector, added, beside those of another.
///
/// # Safety
/// - The processor has AVX2 and FMA.
#[inline(always)]
unsafe fn halves_8(a: __m256, b: __m256) -> __m256 {
    // SAFETY: by this function's contract the instruction set is there.
    unsafe { _mm256_add_ps(_mm256_permute2f128_ps::<0x20>(a, b), _mm256_permute2f128_ps::<0x31>(a, b)) }
}

/// The sums of four vectors, each as if it were alone, bit for bit.
///
/// # Safety
/// - The processor has AVX2 and FMA.
#[inline(always)]
unsafe fn sums_4([a, b, c, d]: [__m128; 4]) -> [f32; 4] {
    // SAFETY: by this function's contract the instruction set is there.
    unsafe {
        let ab = _mm_add_ps(_mm_movelh_ps(a, b), _mm_movehl_ps(b, a));
        let cd = _mm_add_ps(_mm_movelh_ps(c, d), _mm_movehl_ps(d, c));
        array_4(_mm_add_ps(_mm_shuffle_ps::<0x88>(ab, cd), _mm_shuffle_ps::<0xdd>(ab, cd)))
    }
}

/// The lanes as an array.
///
/// # Safety
/// - The processor has AVX2 and FMA.
#[inline(always)]
unsafe fn array_4(lanes: __m128) -> [f32; 4] {
    let mut array = [0.0; 4];
    // SAFETY: by this function's contract the instruction set is there; there is room for all lanes.
    unsafe { _mm_storeu_ps(array.as_mut_ptr(), lanes) }
    array
}

/// The sums of four vectors, each as if it were alone, bit for bit.
///
/// # Safety
/// - The processor has AVX2, FMA, and AVX-512 F, VL, BW and DQ.
#[inline(always)]
unsafe fn sums_8d([a, b, c, d]: [__m512d; 4]) -> [f64; 4] {
    // SAFETY: by this function's contract the instruction set is there.
    unsafe { sums_4d([half_8d(a), half_8d(b), half_8d(c), half_8d(d)]) }
}

/// Both halves, added.
///
/// # Safety
/// - The processor has AVX2, FMA, and AVX-512 F, VL, BW and DQ.
#[inline(always)]
unsafe fn half_8d(lanes: __m512d) -> __m256d {
    // SAFETY: by this function's contract the instruction set is there.
    unsafe { _mm256_add_pd(_mm512_castpd512_pd256(lanes), _mm512_extractf64x4_pd::<1>(lanes)) }
}

/// The sums of four vectors, each as if it were alone, bit for bit.
///
/// # Safety
/// - The processor has AVX2 and FMA.
#[inline(always)]
unsafe fn sums_4d([a, b, c, d]: [__m256d; 4]) -> [f64; 4] {
    // SAFETY: by this function's contract the instruction set is there.
    unsafe {
        let (ab, cd) = (halves_4d(a, b), halves_4d(c, d));
        let acbd = _mm256_add_pd(_mm256_unpacklo_pd(ab, cd), _mm256_unpackhi_pd(ab, cd));
        let mut array = [0.0; 4];
        _mm256_storeu_pd(array.as_mut_ptr(), _mm256_permute4x64_pd::<0b11_01_10_00>(acbd));
        array
    }
}

/// Both halves of one vector, added, beside those of another.
///
/// # Safety
/// - The processor has AVX2 and FMA.
#[inline(always)]
unsafe fn halves_4d(a: __m256d, b: __m256d) -> __m256d {
    // SAFETY: by this function's contract the instruction set is there.
    unsafe { _mm256_add_pd(_mm256_permute2f128_pd::<0x20>(a, b), _mm256_permute2f128_pd::<0x31>(a, b)) }
}

/// The sums of four vectors, each as if it were alone, bit for bit.
///
/// # Safety
/// - The processor has AVX2 and FMA.
#[inline(always)]
unsafe fn sums_2d([a, b, c, d]: [__m128d; 4]) -> [f64; 4] {
    let mut array = [0.0; 4];
    // SAFETY: by this function's contract the instruction set is there; there is room for all lanes.
    unsafe {
        _mm_storeu_pd(array.as_mut_ptr(), _mm_add_pd(_mm_unpacklo_pd(a, b), _mm_unpackhi_pd(a, b)));
        _mm_storeu_pd(array.as_mut_ptr().add(2), _mm_add_pd(_mm_unpacklo_pd(c, d), _mm_unpackhi_pd(c, d)));
    }
    array
}

/// Transposes a square of 8, half of two squares of 4 at a time: of the upper rows in the lower halves of the registers, of
/// the lower rows in the upper halves.
///
/// # Safety
/// - The processor has AVX2 and FMA.
/// - `rows` has 8 offsets or more; `from` moved by each of the first 8 is valid for reads of 8 numbers.
/// - `to` moved by `c * step` is valid for writes of 8 numbers, for `c` below 8.
#[inline(always)]
unsafe fn square_8(from: *const f32, rows: &[isize], to: *mut f32, step: isize) {
    // SAFETY: by this function's contract: the instruction set is there, and there are 8 rows, from which 8
    // elements are read, and 8 places to which 8 elements are written.
    unsafe {
        for half in [0, 4_usize] {
            let mut both = [_mm256_setzero_ps(); 4];
            for i in 0..4 {
                let [upper, lower] = [from.offset(rows[i]).add(half), from.offset(rows[i + 4]).add(half)];
                both[i] = _mm256_set_m128(_mm_loadu_ps(lower), _mm_loadu_ps(upper));
            }
            let [a, b] = [_mm256_unpacklo_ps(both[0], both[1]), _mm256_unpacklo_ps(both[2], both[3])];
            let [c, d] = [_mm256_unpackhi_ps(both[0], both[1]), _mm256_unpackhi_ps(both[2], both[3])];
            let to = to.offset(half.cast_signed() * step);
            _mm256_storeu_ps(to, _mm256_shuffle_ps::<0x44>(a, b));
            _mm256_storeu_ps(to.offset(step), _mm256_shuffle_ps::<0xee>(a, b));
            _mm256_storeu_ps(to.offset(2 * step), _mm256_shuffle_ps::<0x44>(c, d));
            _mm256_storeu_ps(to.offset(3 * step), _mm256_shuffle_ps::<0xee>(c, d));
        }
    }
}

/// Transposes a square of 4.
///
/// # Safety
/// - The processor has AVX2 and FMA.
/// - `rows` has 4 offsets or more; `from` moved by each of the first 4 is valid for reads of 4 numbers.
/// - `to` moved by `c * step` is valid for writes of 4 numbers, for `c` below 4.
#[inline(always)]
unsafe fn square_4(from: *const f32, rows: &[isize], to: *mut f32, step: isize) {
    // SAFETY: by this function's contract: the instruction set is there, and there are 4 rows, from which 4
    // elements are read, and 4 places to which 4 elements are written.
    unsafe {
        let mut lines = [_mm_setzero_ps(); 4];
        for i in 0..4 {
            lines[i] = _mm_loadu_ps(from.offset(rows[i]));
        }
        let [a, b] = [_mm_unpacklo_ps(lines[0], lines[1]), _mm_unpacklo_ps(lines[2], lines[3])];
        let [c, d] = [_mm_unpackhi_ps(lines[0], lines[1]), _mm_unpackhi_ps(lines[2], lines[3])];
        _mm_storeu_ps(to, _mm_movelh_ps(a, b));
        _mm_storeu_ps(to.offset(step), _mm_movehl_ps(b, a));
        _mm_storeu_ps(to.offset(2 * step), _mm_movelh_ps(c, d));
        _mm_storeu_ps(to.offset(3 * step), _mm_movehl_ps(d, c));
    }
}

/// Transposes a square of 4, half of two squares of 2 at a time: of the upper rows in the lower halves of the registers, of
/// the lower rows in the upper halves.
///
/// # Safety
/// - The processor has AVX2 and FMA.
/// - `rows` has 4 offsets or more; `from` moved by each of the first 4 is valid for reads of 4 numbers.
/// - `to` moved by `c * step` is valid for writes of 4 numbers, for `c` below 4.
#[inline(always)]
unsafe fn square_4d(from: *const f64, rows: &[isize], to: *mut f64, step: isize) {
    // SAFETY: by this function's contract: the instruction set is there, and there are 4 rows, from which 4
    // elements are read, and 4 places to which 4 elements are written.
    unsafe {
        for half in [0, 2_usize] {
            let mut both = [_mm256_setzero_pd(); 2];
            for i in 0..2 {
                let [upper, lower] = [from.offset(rows[i]).add(half), from.offset(rows[i + 2]).add(half)];
                both[i] = _mm256_set_m128d(_mm_loadu_pd(lower), _mm_loadu_pd(upper));
            }
            let to = to.offset(half.cast_signed() * step);
            _mm256_storeu_pd(to, _mm256_unpacklo_pd(both[0], both[1]));
            _mm256_storeu_pd(to.offset(step), _mm256_unpackhi_pd(both[0], both[1]));
        }
    }
}

/// Transposes a square of 4: pairs of rows, and then halves of what has become of them. (To transpose 512 x 512 takes 90 us, 94 by
/// [`square_4d`]; but to pack `aebd,ce->dcba` of 24 each takes 4 % longer.)
///
/// # Safety
/// - The processor has AVX2 and FMA.
/// - `rows` has 4 offsets or more; `from` moved by each of the first 4 is valid for reads of 4 numbers.
/// - `to` moved by `c * step` is valid for writes of 4 numbers, for `c` below 4.
#[inline(always)]
unsafe fn square_of_4d(from: *const f64, rows: &[isize], to: *mut f64, step: isize) {
    // SAFETY: by this function's contract: the instruction set is there, and there are 4 rows, from which 4
    // elements are read, and 4 places to which 4 elements are written.
    unsafe {
        let mut lines = [_mm256_setzero_pd(); 4];
        for i in 0..4 {
            lines[i] = _mm256_loadu_pd(from.offset(rows[i]));
        }
        let [a, b] = [_mm256_unpacklo_pd(lines[0], lines[1]), _mm256_unpacklo_pd(lines[2], lines[3])];
        let [c, d] = [_mm256_unpackhi_pd(lines[0], lines[1]), _mm256_unpackhi_pd(lines[2], lines[3])];
        _mm256_storeu_pd(to, _mm256_permute2f128_pd::<0x20>(a, b));
        _mm256_storeu_pd(to.offset(step), _mm256_permute2f128_pd::<0x20>(c, d));
        _mm256_storeu_pd(to.offset(2 * step), _mm256_permute2f128_pd::<0x31>(a, b));
        _mm256_storeu_pd(to.offset(3 * step), _mm256_permute2f128_pd::<0x31>(c, d));
    }
}

lanes!(__m128: [f32; 4], half __m128, mask __m128i = first_4_of_32,
    _mm_set1_ps _mm_loadu_ps _mm_storeu_ps _mm_fmadd_ps _mm_fnmadd_ps _mm_mul_ps swap _mm_permute_ps 0b10_11_00_01 _mm_unpacklo_ps
    _mm_maskload_ps _mm_maskstore_ps, sum sum_4 sums_4, 4 square_4 square_4);
lanes!(__m128d: [f64; 2], half __m128d, mask __m128i = first_2_of_64,
    _mm_set1_pd _mm_loadu_pd _mm_storeu_pd _mm_fmadd_pd _mm_fnmadd_pd _mm_mul_pd swap _mm_permute_pd 0b01 _mm_unpacklo_pd
    _mm_maskload_pd _mm_maskstore_pd, sum sum_2d sums_2d, 4 square_4d square_of_4d);
lanes!(__m256: [f32; 8], half __m128, mask __m256i = first_8,
    _mm256_set1_ps _mm256_loadu_ps _mm256_storeu_ps _mm256_fmadd_ps _mm256_fnmadd_ps _mm256_mul_ps swap _mm256_permute_ps 0b10_11_00_01 _mm256_unpacklo_ps
    _mm256_maskload_ps _mm256_maskstore_ps, sum sum_8 sums_8, 8 square_8 square_4);
lanes!(__m256d: [f64; 4], half __m128d, mask __m256i = first_4,
    _mm256_set1_pd _mm256_loadu_pd _mm256_storeu_pd _mm256_fmadd_pd _mm256_fnmadd_pd _mm256_mul_pd swap _mm256_permute_pd 0b0101 _mm256_unpacklo_pd
    _mm256_maskload_pd _mm256_maskstore_pd, sum sum_4d sums_4d, 4 square_4d square_of_4d);
lanes!(__m512: [f32; 16], half Half16, mask __mmask16 = bits_16,
    _mm512_set1_ps _mm512_loadu_ps _mm512_storeu_ps _mm512_fmadd_ps _mm512_fnmadd_ps _mm512_mul_ps swap _mm512_permute_ps 0b10_11_00_01 _mm512_unpacklo_ps
    _mm512_maskz_loadu_ps _mm512_mask_storeu_ps swapped, sum sum_16 sums_16, 8 square_8 square_4);
lanes!(__m512d: [f64; 8], half Half8d, mask __mmask8 = bits_8,
    _mm512_set1_pd _mm512_loadu_pd _mm512_storeu_pd _mm512_fmadd_pd _mm512_fnmadd_pd _mm512_mul_pd swap _mm512_permute_pd 0b0101_0101 _mm512_unpacklo_pd
    _mm512_maskz_loadu_pd _mm512_mask_storeu_pd swapped, sum sum_8d sums_8d, 4 square_4d square_of_4d);

/// Half of a register of AVX-512: a register of AVX2 whose masks are bits. (To store lanes by a mask of AVX2 takes AMD's processors as
/// long as some ten stores.)
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Half16(__m256);

/// Half of a register of AVX-512, of `f64`.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Half8d(__m256d);

/// The operations of a register, but for those of masks.
macro_rules! half {
    ($Half:ident($V:ty): [$T:ty; $L:literal], $Quarter:ty, $masked_load:ident $masked_store:ident) => {
        impl Lanes for $Half {
            type Real = $T;
            type Mask = __mmask8;
            type Half = $Quarter;
            const LEN: usize = $L;

            #[inline(always)]
            unsafe fn splat(value: $T) -> Self {
                // SAFETY: by the contract of `Lanes` the processor has AVX-512 F, VL, BW and DQ, AVX2 and FMA, and pointers are valid
                // for as many numbers as are read or written, which are those that the contract of the register asks for; so it is
                // in all methods below.
                Self(unsafe { <$V>::splat(value) })
            }

            #[inline(always)]
            unsafe fn load(from: *const $T) -> Self {
                // SAFETY: by the contract of `Lanes`.
                Self(unsafe { <$V>::load(from) })
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut $T) {
                // SAFETY: by the contract of `Lanes`.
                unsafe { self.0.store(to) }
            }

            #[inline(always)]
            unsafe fn mul_add(self, b: Self, c: Self) -> Self {
                // SAFETY: by the contract of `Lanes`.
                Self(unsafe { self.0.mul_add(b.0, c.0) })
            }

            #[inline(always)]
            unsafe fn mul_sub(self, b: Self, c: Self) -> Self {
                // SAFETY: by the contract of `Lanes`.
                Self(unsafe { self.0.mul_sub(b.0, c.0) })
            }

            #[inline(always)]
            unsafe fn mul(self, b: Self) -> Self {
                // SAFETY: by the contract of `Lanes`.
                Self(unsafe { self.0.mul(b.0) })
            }

            #[inline(always)]
            unsafe fn swap(self) -> Self {
                // SAFETY: by the contract of `Lanes`.
                Self(unsafe { self.0.swap() })
            }

            #[inline(always)]
            unsafe fn alternate(even: $T, odd: $T) -> Self {
                // SAFETY: by the contract of `Lanes`.
                Self(unsafe { <$V>::alternate(even, odd) })
            }

            #[inline(always)]
            unsafe fn sum(self) -> $T {
                // SAFETY: by the contract of `Lanes`.
                unsafe { self.0.sum() }
            }

            #[inline(always)]
            unsafe fn sums([a, b, c, d]: [Self; 4]) -> [$T; 4] {
                // SAFETY: by the contract of `Lanes`.
                unsafe { <$V>::sums([a.0, b.0, c.0, d.0]) }
            }

            #[inline(always)]
            unsafe fn first(count: usize) -> __mmask8 {
                // SAFETY: by the contract of `Lanes` there are at most as many as lanes, of which there are at most 8.
                unsafe { bits_8(count) }
            }

            #[inline(always)]
            unsafe fn load_first(from: *const $T, mask: __mmask8) -> Self {
                // SAFETY: by the contract of `Lanes`.
                Self(unsafe { $masked_load(mask, from) })
            }

            #[inline(always)]
            unsafe fn store_first(self, to: *mut $T, mask: __mmask8) {
                // SAFETY: by the contract of `Lanes`.
                unsafe { $masked_store(to, mask, self.0) }
            }

            const SIDE: usize = <$V>::SIDE;

            #[inline(always)]
            unsafe fn square(from: *const $T, rows: &[isize], to: *mut $T, step: isize) {
                // SAFETY: by the contract of `Lanes`.
                unsafe { <$V>::square(from, rows, to, step) }
            }
        }
    };
}

half!(Half16(__m256): [f32; 8], __m128, _mm256_maskz_loadu_ps _mm256_mask_storeu_ps);
half!(Half8d(__m256d): [f64; 4], __m128d, _mm256_maskz_loadu_pd _mm256_mask_storeu_pd);

impl Widen for __m256d {
    #[inline(always)]
    unsafe fn widen(from: *const f32) -> Self {
        // SAFETY: by the contract of `Widen` the processor has the instruction set, and `from` is valid for reads of all lanes.
        unsafe { _mm256_cvtps_pd(_mm_loadu_ps(from)) }
    }
}

impl Widen for __m512d {
    #[inline(always)]
    unsafe fn widen(from: *const f32) -> Self {
        // SAFETY: by the contract of `Widen` the processor has the instruction set, and `from` is valid for reads of all lanes.
        unsafe { _mm512_cvtps_pd(_mm256_loadu_ps(from)) }
    }
}
