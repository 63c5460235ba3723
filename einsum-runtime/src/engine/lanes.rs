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

    /// Side of the squares that are transposed in registers.
    const SIDE: usize;
    /// Moves element `c` of row `r` to `to[c * step + r]`, for both below [`Lanes::SIDE`].
    ///
    /// The pointers are valid for these elements: rows begin at `from` moved by `rows`, of which there are
    /// [`Lanes::SIDE`].
    unsafe fn square(from: *const Self::Real, rows: &[isize], to: *mut Self::Real, step: usize);
    /// The same for a side of 4.
    ///
    /// # Safety
    /// That of the trait.
    #[inline(always)]
    unsafe fn square_of_4(from: *const Self::Real, rows: &[isize], to: *mut Self::Real, step: usize) {
        // SAFETY: the contract is the same.
        unsafe { square_of_4(from, rows, to, step) }
    }
}

/// Lanes of the baseline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plain<T, const L: usize>([T; L]);

/// [`Lanes::square`] of any numbers, for a side of 4.
///
/// # Safety
/// That of [`Lanes::square`]
#[inline(always)]
unsafe fn square_of_4<R: Copy>(from: *const R, rows: &[isize], to: *mut R, step: usize) {
    // SAFETY: the rows, and the places that they go to, are valid by the contract.
    unsafe {
        let x = from.offset(rows[0]).cast::<[R; 4]>().read_unaligned();
        let y = from.offset(rows[1]).cast::<[R; 4]>().read_unaligned();
        let z = from.offset(rows[2]).cast::<[R; 4]>().read_unaligned();
        let w = from.offset(rows[3]).cast::<[R; 4]>().read_unaligned();
        for c in 0..4 {
            to.add(c * step).cast::<[R; 4]>().write_unaligned([x[c], y[c], z[c], w[c]]);
        }
    }
}

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

            const SIDE: usize = 4;

            #[inline(always)]
            unsafe fn square(from: *const $T, rows: &[isize], to: *mut $T, step: usize) {
                // SAFETY: the contract is the same.
                unsafe { square_of_4(from, rows, to, step) }
            }
        }
    )* };
}

plain!(f32 f64);

#[cfg(target_arch = "x86_64")]
pub(crate) mod x86 {
    //! The registers of AVX2 and AVX-512.

    #[expect(clippy::wildcard_imports, reason = "two dozen intrinsics")]
    use std::arch::x86_64::*;

    use super::Lanes;

    macro_rules! lanes {
        (
            $V:ident: [$T:ty; $L:literal], mask $Mask:ty = $first:expr,
            $splat:ident $load:ident $store:ident $fma:ident $fnma:ident $mul:ident
            $masked_load:ident $masked_store:ident $($order:ident)?, $side:literal $square:ident $square_of_4:ident
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

                const SIDE: usize = $side;

                #[inline(always)]
                unsafe fn square(from: *const $T, rows: &[isize], to: *mut $T, step: usize) {
                    // SAFETY: as above.
                    unsafe { $square(from, rows, to, step) }
                }

                #[inline(always)]
                unsafe fn square_of_4(from: *const $T, rows: &[isize], to: *mut $T, step: usize) {
                    // SAFETY: as above.
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

    /// Half of two squares of 4 at a time: of the upper rows in the lower halves of the registers, of
    /// the lower rows in the upper halves.
    #[inline(always)]
    unsafe fn square_8(from: *const f32, rows: &[isize], to: *mut f32, step: usize) {
        // SAFETY: by the contract of `Lanes::square`: 8 rows, from which 8 elements are read, and 8
        // places to which 8 elements are written.
        unsafe {
            for half in [0, 4] {
                let mut both = [_mm256_setzero_ps(); 4];
                for i in 0..4 {
                    let [upper, lower] = [from.offset(rows[i]).add(half), from.offset(rows[i + 4]).add(half)];
                    both[i] = _mm256_set_m128(_mm_loadu_ps(lower), _mm_loadu_ps(upper));
                }
                let [a, b] = [_mm256_unpacklo_ps(both[0], both[1]), _mm256_unpacklo_ps(both[2], both[3])];
                let [c, d] = [_mm256_unpackhi_ps(both[0], both[1]), _mm256_unpackhi_ps(both[2], both[3])];
                let to = to.add(half * step);
                _mm256_storeu_ps(to, _mm256_shuffle_ps::<0x44>(a, b));
                _mm256_storeu_ps(to.add(step), _mm256_shuffle_ps::<0xee>(a, b));
                _mm256_storeu_ps(to.add(2 * step), _mm256_shuffle_ps::<0x44>(c, d));
                _mm256_storeu_ps(to.add(3 * step), _mm256_shuffle_ps::<0xee>(c, d));
            }
        }
    }

    /// A square of 4.
    #[inline(always)]
    unsafe fn square_4(from: *const f32, rows: &[isize], to: *mut f32, step: usize) {
        // SAFETY: by the contract of `Lanes::square`: 4 rows, from which 4 elements are read, and 4
        // places to which 4 elements are written.
        unsafe {
            let mut lines = [_mm_setzero_ps(); 4];
            for i in 0..4 {
                lines[i] = _mm_loadu_ps(from.offset(rows[i]));
            }
            let [a, b] = [_mm_unpacklo_ps(lines[0], lines[1]), _mm_unpacklo_ps(lines[2], lines[3])];
            let [c, d] = [_mm_unpackhi_ps(lines[0], lines[1]), _mm_unpackhi_ps(lines[2], lines[3])];
            _mm_storeu_ps(to, _mm_movelh_ps(a, b));
            _mm_storeu_ps(to.add(step), _mm_movehl_ps(b, a));
            _mm_storeu_ps(to.add(2 * step), _mm_movelh_ps(c, d));
            _mm_storeu_ps(to.add(3 * step), _mm_movehl_ps(d, c));
        }
    }

    /// As [`square_8`], of squares of 2.
    #[inline(always)]
    unsafe fn square_4d(from: *const f64, rows: &[isize], to: *mut f64, step: usize) {
        // SAFETY: by the contract of `Lanes::square`: 4 rows, from which 4 elements are read, and 4
        // places to which 4 elements are written.
        unsafe {
            for half in [0, 2] {
                let mut both = [_mm256_setzero_pd(); 2];
                for i in 0..2 {
                    let [upper, lower] = [from.offset(rows[i]).add(half), from.offset(rows[i + 2]).add(half)];
                    both[i] = _mm256_set_m128d(_mm_loadu_pd(lower), _mm_loadu_pd(upper));
                }
                let to = to.add(half * step);
                _mm256_storeu_pd(to, _mm256_unpacklo_pd(both[0], both[1]));
                _mm256_storeu_pd(to.add(step), _mm256_unpackhi_pd(both[0], both[1]));
            }
        }
    }

    lanes!(__m256: [f32; 8], mask __m256i = first_8,
        _mm256_set1_ps _mm256_loadu_ps _mm256_storeu_ps _mm256_fmadd_ps _mm256_fnmadd_ps _mm256_mul_ps
        _mm256_maskload_ps _mm256_maskstore_ps, 8 square_8 square_4);
    lanes!(__m256d: [f64; 4], mask __m256i = first_4,
        _mm256_set1_pd _mm256_loadu_pd _mm256_storeu_pd _mm256_fmadd_pd _mm256_fnmadd_pd _mm256_mul_pd
        _mm256_maskload_pd _mm256_maskstore_pd, 4 square_4d square_4d);
    lanes!(__m512: [f32; 16], mask __mmask16 = bits_16,
        _mm512_set1_ps _mm512_loadu_ps _mm512_storeu_ps _mm512_fmadd_ps _mm512_fnmadd_ps _mm512_mul_ps
        _mm512_maskz_loadu_ps _mm512_mask_storeu_ps swapped, 8 square_8 square_4);
    lanes!(__m512d: [f64; 8], mask __mmask8 = bits_8,
        _mm512_set1_pd _mm512_loadu_pd _mm512_storeu_pd _mm512_fmadd_pd _mm512_fnmadd_pd _mm512_mul_pd
        _mm512_maskz_loadu_pd _mm512_mask_storeu_pd swapped, 4 square_4d square_4d);
}
