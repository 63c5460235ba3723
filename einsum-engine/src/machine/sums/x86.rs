//! Sums of products of integers in the registers of AVX2 and AVX-512.

#![allow(clippy::wildcard_imports, reason = "two dozen intrinsics")]

use std::arch::x86_64::*;

use crate::machine::sums::Sums;

/// Sums that there are instructions for.
macro_rules! sums {
    ($Name:ident($V:ident): [$T:ty; $L:literal], $zero:ident $load:ident $store:ident $splat:ident $mul:ident $add:ident) => {
        #[derive(Clone, Copy)]
        pub(crate) struct $Name($V);

        impl Sums for $Name {
            type Number = $T;
            type Rows = $V;
            type Factor = $V;
            const LEN: usize = $L;

            #[inline(always)]
            unsafe fn zero() -> Self {
                // SAFETY: by the contract of `Sums` the processor has the instruction set, and pointers are valid for as many
                // numbers as are read or written; so it is in all methods below.
                Self(unsafe { $zero() })
            }

            #[inline(always)]
            unsafe fn rows(from: *const $T) -> $V {
                // SAFETY: by the contract of `Sums`.
                unsafe { $load(from.cast()) }
            }

            #[inline(always)]
            unsafe fn factor(number: $T) -> $V {
                // SAFETY: by the contract of `Sums`.
                unsafe { $splat(number) }
            }

            #[inline(always)]
            unsafe fn add_product(self, rows: $V, factor: $V) -> Self {
                // SAFETY: by the contract of `Sums`.
                Self(unsafe { $add(self.0, $mul(rows, factor)) })
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut $T) {
                // SAFETY: by the contract of `Sums`.
                unsafe { $store(to.cast(), self.0) }
            }
        }
    };
}

sums!(I16x16(__m256i): [i16; 16],
    _mm256_setzero_si256 _mm256_loadu_si256 _mm256_storeu_si256 _mm256_set1_epi16 _mm256_mullo_epi16 _mm256_add_epi16);
sums!(I32x8(__m256i): [i32; 8],
    _mm256_setzero_si256 _mm256_loadu_si256 _mm256_storeu_si256 _mm256_set1_epi32 _mm256_mullo_epi32 _mm256_add_epi32);
sums!(I16x32(__m512i): [i16; 32],
    _mm512_setzero_si512 _mm512_loadu_si512 _mm512_storeu_si512 _mm512_set1_epi16 _mm512_mullo_epi16 _mm512_add_epi16);
sums!(I32x16(__m512i): [i32; 16],
    _mm512_setzero_si512 _mm512_loadu_si512 _mm512_storeu_si512 _mm512_set1_epi32 _mm512_mullo_epi32 _mm512_add_epi32);
sums!(I64x8(__m512i): [i64; 8],
    _mm512_setzero_si512 _mm512_loadu_si512 _mm512_storeu_si512 _mm512_set1_epi64 _mm512_mullo_epi64 _mm512_add_epi64);

/// Sums of `i8`, which no instruction multiplies. The low byte of a product of 16 bits is right whatever the high bytes of its
/// factors are: rows of even number are multiplied as they lie, two in 16 bits, and those of odd number moved down.
macro_rules! sums_of_bytes {
    (
        $Name:ident($V:ident): $L:literal, $zero:ident $load:ident $store:ident $splat:ident $splat_16:ident $mul:ident $add:ident
        $shift_right:ident $shift_left:ident $and:ident $or:ident
    ) => {
        #[derive(Clone, Copy)]
        pub(crate) struct $Name {
            even: $V,
            odd: $V,
        }

        impl Sums for $Name {
            type Number = i8;
            type Rows = [$V; 2];
            type Factor = $V;
            const LEN: usize = $L;

            #[inline(always)]
            unsafe fn zero() -> Self {
                // SAFETY: by the contract of `Sums` the processor has the instruction set, and pointers are valid for as many
                // numbers as are read or written; so it is in all methods below.
                unsafe { Self { even: $zero(), odd: $zero() } }
            }

            #[inline(always)]
            unsafe fn rows(from: *const i8) -> [$V; 2] {
                // SAFETY: by the contract of `Sums`.
                unsafe {
                    let rows = $load(from.cast());
                    [rows, $shift_right::<8>(rows)]
                }
            }

            #[inline(always)]
            unsafe fn factor(number: i8) -> $V {
                // SAFETY: by the contract of `Sums`.
                unsafe { $splat(number) }
            }

            #[inline(always)]
            unsafe fn add_product(self, [even, odd]: [$V; 2], factor: $V) -> Self {
                // SAFETY: by the contract of `Sums`.
                unsafe { Self { even: $add(self.even, $mul(even, factor)), odd: $add(self.odd, $mul(odd, factor)) } }
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut i8) {
                // SAFETY: by the contract of `Sums`.
                unsafe { $store(to.cast(), $or($and(self.even, $splat_16(0xff)), $shift_left::<8>(self.odd))) }
            }
        }
    };
}

sums_of_bytes!(I8x32(__m256i): 32,
    _mm256_setzero_si256 _mm256_loadu_si256 _mm256_storeu_si256 _mm256_set1_epi8 _mm256_set1_epi16 _mm256_mullo_epi16 _mm256_add_epi16
    _mm256_srli_epi16 _mm256_slli_epi16 _mm256_and_si256 _mm256_or_si256);
sums_of_bytes!(I8x64(__m512i): 64,
    _mm512_setzero_si512 _mm512_loadu_si512 _mm512_storeu_si512 _mm512_set1_epi8 _mm512_set1_epi16 _mm512_mullo_epi16 _mm512_add_epi16
    _mm512_srli_epi16 _mm512_slli_epi16 _mm512_and_si512 _mm512_or_si512);

/// Sums of `i64` of AVX2, which multiplies numbers of 32 bits alone: a product is that of the lower halves, and 2^32 times those
/// of one lower and one higher half. These are added up apart, in 32 bits, as no more of them is left.
#[derive(Clone, Copy)]
pub(crate) struct I64x4 {
    low: __m256i,
    /// In 32 bits, sums of products of lower halves of rows, and in the next 32 bits of higher halves of rows.
    cross: __m256i,
}

impl Sums for I64x4 {
    type Number = i64;
    type Rows = __m256i;
    /// The number, and it with its halves in each other's place.
    type Factor = [__m256i; 2];
    const LEN: usize = 4;

    #[inline(always)]
    unsafe fn zero() -> Self {
        // SAFETY: by the contract of `Sums` the processor has the instruction set, and pointers are valid for as many numbers as are
        // read or written; so it is in all methods below.
        unsafe { Self { low: _mm256_setzero_si256(), cross: _mm256_setzero_si256() } }
    }

    #[inline(always)]
    unsafe fn rows(from: *const i64) -> __m256i {
        // SAFETY: by the contract of `Sums`.
        unsafe { _mm256_loadu_si256(from.cast()) }
    }

    #[inline(always)]
    unsafe fn factor(number: i64) -> [__m256i; 2] {
        // SAFETY: by the contract of `Sums`.
        unsafe {
            let number = _mm256_set1_epi64x(number);
            [number, _mm256_shuffle_epi32::<0b10_11_00_01>(number)]
        }
    }

    #[inline(always)]
    unsafe fn add_product(self, rows: __m256i, [number, swapped]: [__m256i; 2]) -> Self {
        // SAFETY: by the contract of `Sums`.
        unsafe {
            Self {
                low: _mm256_add_epi64(self.low, _mm256_mul_epu32(rows, number)),
                cross: _mm256_add_epi32(self.cross, _mm256_mullo_epi32(rows, swapped)),
            }
        }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut i64) {
        // SAFETY: by the contract of `Sums`.
        unsafe {
            let cross = _mm256_add_epi32(self.cross, _mm256_slli_epi64::<32>(self.cross));
            let high = _mm256_and_si256(cross, _mm256_set1_epi64x(!0xffff_ffff));
            _mm256_storeu_si256(to.cast(), _mm256_add_epi64(self.low, high));
        }
    }
}
