//! Vectors: what a micro-kernel asks of an instruction set.
//!
//! Kernels are written once, over [`Lanes`]. The portable ones are plain arrays, which the compiler
//! keeps in the registers of the baseline. Those of AVX2 and AVX-512 are intrinsics for one reason:
//! masks, so that edges need neither copies nor loops over single elements.
//!
//! All methods are inlined into functions that enable the instruction set.

/// A register's worth of real numbers.
///
/// # Safety
/// Callers of every method make sure that
/// - the processor has the instruction set of the type;
/// - a pointer is valid for as many elements as are read or written there: [`Lanes::LEN`], or the
///   count that the mask was made of.
pub(crate) trait Lanes: Copy {
    /// The number in a lane.
    type Real: Copy;
    /// Which lanes are read or written: the first few.
    type Mask: Copy;
    /// How many lanes there are.
    const LEN: usize;

    unsafe fn splat(value: Self::Real) -> Self;
    unsafe fn load(from: *const Self::Real) -> Self;
    unsafe fn store(self, to: *mut Self::Real);
    /// `self * b + c`
    unsafe fn mul_add(self, b: Self, c: Self) -> Self;
    /// `c - self * b`
    unsafe fn mul_sub(self, b: Self, c: Self) -> Self;
    unsafe fn mul(self, b: Self) -> Self;
    /// The first `count` lanes, at most [`Lanes::LEN`].
    unsafe fn first(count: usize) -> Self::Mask;
    /// Lanes that are not in the mask are zero.
    unsafe fn load_first(from: *const Self::Real, mask: Self::Mask) -> Self;
    unsafe fn store_first(self, to: *mut Self::Real, mask: Self::Mask);
}

/// Lanes of the baseline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plain<T, const L: usize>([T; L]);

/// `mul_add` calls a function of libm where there is no instruction for it.
macro_rules! multiply_add {
    ($a:expr, $b:expr, $c:expr) => {
        if cfg!(any(target_arch = "aarch64", target_feature = "fma")) { $a.mul_add($b, $c) } else { $a * $b + $c }
    };
}
macro_rules! plain {
    ($($T:ty)*) => { $(
        impl<const L: usize> Lanes for Plain<$T, L> {
            type Real = $T;
            type Mask = usize;
            const LEN: usize = L;

            #[inline(always)]
            unsafe fn splat(value: $T) -> Self {
                Self([value; L])
            }

            #[inline(always)]
            unsafe fn load(from: *const $T) -> Self {
                // SAFETY: `from` is valid for `L` elements.
                Self(unsafe { from.cast::<[$T; L]>().read_unaligned() })
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut $T) {
                // SAFETY: `to` is valid for `L` elements.
                unsafe { to.cast::<[$T; L]>().write_unaligned(self.0) }
            }

            #[inline(always)]
            unsafe fn mul_add(self, b: Self, c: Self) -> Self {
                Self(std::array::from_fn(|lane| multiply_add!(self.0[lane], b.0[lane], c.0[lane])))
            }

            #[inline(always)]
            unsafe fn mul_sub(self, b: Self, c: Self) -> Self {
                Self(std::array::from_fn(|lane| multiply_add!(-self.0[lane], b.0[lane], c.0[lane])))
            }

            #[inline(always)]
            unsafe fn mul(self, b: Self) -> Self {
                Self(std::array::from_fn(|lane| self.0[lane] * b.0[lane]))
            }

            #[inline(always)]
            unsafe fn first(count: usize) -> usize {
                count
            }

            #[inline(always)]
            unsafe fn load_first(from: *const $T, mask: usize) -> Self {
                // SAFETY: `from` is valid for `mask` elements.
                Self(std::array::from_fn(|lane| if lane < mask { unsafe { *from.add(lane) } } else { 0.0 }))
            }

            #[inline(always)]
            unsafe fn store_first(self, to: *mut $T, mask: usize) {
                for lane in 0..L.min(mask) {
                    // SAFETY: `to` is valid for `mask` elements.
                    unsafe { *to.add(lane) = self.0[lane] }
                }
            }
        }
    )* };
}

plain!(f32 f64);

#[cfg(target_arch = "x86_64")]
pub(crate) mod x86 {
    //! The registers of AVX2 and AVX-512.

    use std::arch::x86_64::*;

    use super::Lanes;

    macro_rules! lanes {
        (
            $V:ident: [$T:ty; $L:literal], mask $Mask:ty = $first:expr,
            $splat:ident $load:ident $store:ident $fma:ident $fnma:ident $mul:ident
            $masked_load:ident $masked_store:ident $($order:ident)?
        ) => {
            impl Lanes for $V {
                type Real = $T;
                type Mask = $Mask;
                const LEN: usize = $L;

                #[inline(always)]
                unsafe fn splat(value: $T) -> Self {
                    // SAFETY: by the contract of the trait; the same holds below.
                    unsafe { $splat(value) }
                }

                #[inline(always)]
                unsafe fn load(from: *const $T) -> Self {
                    // SAFETY: as above.
                    unsafe { $load(from) }
                }

                #[inline(always)]
                unsafe fn store(self, to: *mut $T) {
                    // SAFETY: as above.
                    unsafe { $store(to, self) }
                }

                #[inline(always)]
                unsafe fn mul_add(self, b: Self, c: Self) -> Self {
                    // SAFETY: as above.
                    unsafe { $fma(self, b, c) }
                }

                #[inline(always)]
                unsafe fn mul_sub(self, b: Self, c: Self) -> Self {
                    // SAFETY: as above.
                    unsafe { $fnma(self, b, c) }
                }

                #[inline(always)]
                unsafe fn mul(self, b: Self) -> Self {
                    // SAFETY: as above.
                    unsafe { $mul(self, b) }
                }

                #[inline(always)]
                unsafe fn first(count: usize) -> $Mask {
                    // SAFETY: as above.
                    unsafe { $first(count) }
                }

                #[inline(always)]
                unsafe fn load_first(from: *const $T, mask: $Mask) -> Self {
                    // SAFETY: as above.
                    unsafe { lanes!(@load $masked_load(from, mask) $($order)?) }
                }

                #[inline(always)]
                unsafe fn store_first(self, to: *mut $T, mask: $Mask) {
                    // SAFETY: as above.
                    unsafe { $masked_store(to, mask, self) }
                }
            }
        };
        (@load $load:ident($from:ident, $mask:ident)) => { $load($from, $mask) };
        (@load $load:ident($from:ident, $mask:ident) swapped) => { $load($mask, $from) };
    }

    /// All ones, then all zeros: a window into it is a mask.
    static WINDOW_32: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
    static WINDOW_64: [i64; 8] = [-1, -1, -1, -1, 0, 0, 0, 0];

    #[inline(always)]
    unsafe fn first_8(count: usize) -> __m256i {
        // SAFETY: `count` is at most 8 by the contract of `Lanes::first`, the instruction set there.
        unsafe { _mm256_loadu_si256(WINDOW_32.as_ptr().add(8 - count).cast()) }
    }

    #[inline(always)]
    unsafe fn first_4(count: usize) -> __m256i {
        // SAFETY: `count` is at most 4 by the contract of `Lanes::first`, the instruction set there.
        unsafe { _mm256_loadu_si256(WINDOW_64.as_ptr().add(4 - count).cast()) }
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "the mask is that long")]
    unsafe fn bits_16(count: usize) -> __mmask16 {
        ((1_u32 << count) - 1) as __mmask16
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "the mask is that long")]
    unsafe fn bits_8(count: usize) -> __mmask8 {
        ((1_u32 << count) - 1) as __mmask8
    }

    lanes!(__m256: [f32; 8], mask __m256i = first_8,
        _mm256_set1_ps _mm256_loadu_ps _mm256_storeu_ps _mm256_fmadd_ps _mm256_fnmadd_ps _mm256_mul_ps
        _mm256_maskload_ps _mm256_maskstore_ps);
    lanes!(__m256d: [f64; 4], mask __m256i = first_4,
        _mm256_set1_pd _mm256_loadu_pd _mm256_storeu_pd _mm256_fmadd_pd _mm256_fnmadd_pd _mm256_mul_pd
        _mm256_maskload_pd _mm256_maskstore_pd);
    lanes!(__m512: [f32; 16], mask __mmask16 = bits_16,
        _mm512_set1_ps _mm512_loadu_ps _mm512_storeu_ps _mm512_fmadd_ps _mm512_fnmadd_ps _mm512_mul_ps
        _mm512_maskz_loadu_ps _mm512_mask_storeu_ps swapped);
    lanes!(__m512d: [f64; 8], mask __mmask8 = bits_8,
        _mm512_set1_pd _mm512_loadu_pd _mm512_storeu_pd _mm512_fmadd_pd _mm512_fnmadd_pd _mm512_mul_pd
        _mm512_maskz_loadu_pd _mm512_mask_storeu_pd swapped);
}
