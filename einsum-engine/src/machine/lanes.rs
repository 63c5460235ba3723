//! Vectors: the operations of an instruction set that micro-kernels are written in.
//!
//! Kernels are written once, over [`Lanes`]. The portable ones are plain arrays, which the compiler
//! keeps in the registers of the baseline. Those of AVX2 and AVX-512 are intrinsics for one reason:
//! masks, so that edges need neither copies nor loops over single elements.
//!
//! All methods are inlined into functions that enable the instruction set.

use crate::extents;

/// A register's worth of numbers.
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
    /// The vector of half as many lanes, or this one if there is none.
    type Half: Lanes<Real = Self::Real>;
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
    /// Neighbours in each other's place: real and imaginary parts of complex numbers.
    unsafe fn swap(self) -> Self;
    /// One number in lanes 0, 2, 4.., the other in those between.
    unsafe fn alternate(even: Self::Real, odd: Self::Real) -> Self;
    /// The sum of all lanes: of both halves, of both halves of that, and so on.
    unsafe fn sum(self) -> Self::Real;
    /// The sums of four vectors, each as by [`Lanes::sum`], bit for bit.
    unsafe fn sums(vectors: [Self; 4]) -> [Self::Real; 4];
    /// The first `count` lanes, at most [`Lanes::LEN`].
    unsafe fn first(count: usize) -> Self::Mask;
    /// Lanes that are not in the mask are zero.
    unsafe fn load_first(from: *const Self::Real, mask: Self::Mask) -> Self;
    unsafe fn store_first(self, to: *mut Self::Real, mask: Self::Mask);

    /// Side of the squares that are transposed in registers.
    const SIDE: usize;
    /// Moves element `c` of row `r` to `to[c * step + r]`, for both below [`Lanes::SIDE`].
    ///
    /// Callers make sure that `rows` has [`Lanes::SIDE`] offsets or more, that `from` moved by each of so many is valid for
    /// reads of as many numbers, and that `to` moved by `c * step` is valid for writes of as many.
    unsafe fn square(from: *const Self::Real, rows: &[isize], to: *mut Self::Real, step: isize);
    /// Moves element `c` of row `r` to `to[c * step + r]`, for both below 4.
    ///
    /// # Safety
    /// - The processor has the instruction set of the type.
    /// - `rows` has 4 offsets or more; `from` moved by each of the first 4 is valid for reads of 4 numbers.
    /// - `to` moved by `c * step` is valid for writes of 4 numbers, for `c` below 4.
    #[inline(always)]
    unsafe fn square_of_4(from: *const Self::Real, rows: &[isize], to: *mut Self::Real, step: isize) {
        // SAFETY: by this function's contract, which has the same clauses.
        unsafe { square_of_4(from, rows, to, step) }
    }
}

/// Lanes that numbers of half the width can be added up in.
///
/// # Safety
/// Callers of `widen` make sure that
/// - the processor has the instruction set of the type;
/// - `from` is valid for reads of as many numbers as there are lanes.
pub(crate) trait Widen: Lanes<Real = f64> {
    unsafe fn widen(from: *const f32) -> Self;
}

impl<const L: usize> Widen for Plain<f64, L> {
    #[inline(always)]
    unsafe fn widen(from: *const f32) -> Self {
        // SAFETY: `from` is valid for `L` numbers.
        Self(unsafe { from.cast::<[f32; L]>().read_unaligned() }.map(f64::from))
    }
}

/// A vector as an array, in registers of the baseline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plain<T, const L: usize>([T; L]);

/// Moves element `c` of row `r` to `to[c * step + r]`, for both below 4: numbers of any type, without intrinsics.
///
/// # Safety
/// - `rows` has 4 offsets or more; `from` moved by each of the first 4 is valid for reads of 4 numbers.
/// - `to` moved by `c * step` is valid for writes of 4 numbers, for `c` below 4.
#[inline(always)]
pub(crate) unsafe fn square_of_4<R: Copy>(from: *const R, rows: &[isize], to: *mut R, step: isize) {
    // SAFETY: the rows, and the places that they go to, are valid by the contract.
    unsafe {
        let x = from.offset(rows[0]).cast::<[R; 4]>().read_unaligned();
        let y = from.offset(rows[1]).cast::<[R; 4]>().read_unaligned();
        let z = from.offset(rows[2]).cast::<[R; 4]>().read_unaligned();
        let w = from.offset(rows[3]).cast::<[R; 4]>().read_unaligned();
        for c in 0..4 {
            to.offset(extents::offset(c, step)).cast::<[R; 4]>().write_unaligned([x[c], y[c], z[c], w[c]]);
        }
    }
}

/// Defines a function that transposes a square of 4 short numbers, each row of which is a word: neighbours change places, and then halves.
/// (Element by element, to transpose 1024 x 1024 bytes takes 1.05 ms.)
macro_rules! square_of_words {
    ($name:ident($T:ty as $Word:ty): $bits:literal, $even:literal, $low:literal) => {
        /// Moves element `c` of row `r` to `to[c * step + r]`, for both below 4.
        ///
        /// # Safety
        /// - `rows` has 4 offsets or more; `from` moved by each of the first 4 is valid for reads of 4 numbers.
        /// - `to` moved by `c * step` is valid for writes of 4 numbers, for `c` below 4.
        #[inline(always)]
        unsafe fn $name(from: *const $T, rows: &[isize], to: *mut $T, step: isize) {
            // SAFETY: by the contract a row is valid for reads of 4 numbers, which are a word.
            let row = |r: usize| unsafe { from.offset(rows[r]).cast::<$Word>().read_unaligned() }.to_le();
            let [x, y, z, w] = [row(0), row(1), row(2), row(3)];
            let pairs = |a: $Word, b: $Word| [a & $even | (b & $even) << $bits, a >> $bits & $even | b & !$even];
            let ([even_xy, odd_xy], [even_zw, odd_zw]) = (pairs(x, y), pairs(z, w));
            let halves = |a: $Word, b: $Word| [a & $low | b << (2 * $bits), a >> (2 * $bits) | b & !$low];
            let ([first, third], [second, fourth]) = (halves(even_xy, even_zw), halves(odd_xy, odd_zw));
            for (c, column) in [first, second, third, fourth].into_iter().enumerate() {
                // SAFETY: by the contract, which allows to write 4 numbers, which are a word.
                unsafe {
                    to.offset(extents::offset(c, step)).cast::<$Word>().write_unaligned(<$Word>::from_le(column))
                };
            }
        }
    };
}

square_of_words!(square_of_bytes(i8 as u32): 8, 0x00ff_00ff, 0x0000_ffff);
square_of_words!(square_of_16_bits(i16 as u64): 16, 0x0000_ffff_0000_ffff, 0x0000_0000_ffff_ffff);

/// `a * b + c`: `mul_add` calls a function of libm where there is no instruction for it.
macro_rules! multiply_add {
    (float $a:expr, $b:expr, $c:expr) => {
        if cfg!(any(target_arch = "aarch64", target_feature = "fma")) { $a.mul_add($b, $c) } else { $a * $b + $c }
    };
    (integer $a:expr, $b:expr, $c:expr) => {
        $a.wrapping_mul($b).wrapping_add($c)
    };
}

/// `c - a * b`
macro_rules! multiply_subtract {
    (float $a:expr, $b:expr, $c:expr) => {
        multiply_add!(float - $a, $b, $c)
    };
    (integer $a:expr, $b:expr, $c:expr) => {
        $c.wrapping_sub($a.wrapping_mul($b))
    };
}

/// `a * b`
macro_rules! multiply {
    (float $a:expr, $b:expr) => {
        $a * $b
    };
    (integer $a:expr, $b:expr) => {
        $a.wrapping_mul($b)
    };
}

/// `a += b`
macro_rules! add {
    (float $a:expr, $b:expr) => {
        $a += $b
    };
    (integer $a:expr, $b:expr) => {
        $a = $a.wrapping_add($b)
    };
}

macro_rules! plain {
    ($($kind:ident $T:ty: $square:ident),*) => { $(
        impl<const L: usize> Lanes for Plain<$T, L> {
            type Real = $T;
            type Mask = usize;
            type Half = Self;
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
                Self(std::array::from_fn(|lane| multiply_add!($kind self.0[lane], b.0[lane], c.0[lane])))
            }

            #[inline(always)]
            unsafe fn mul_sub(self, b: Self, c: Self) -> Self {
                Self(std::array::from_fn(|lane| multiply_subtract!($kind self.0[lane], b.0[lane], c.0[lane])))
            }

            #[inline(always)]
            unsafe fn mul(self, b: Self) -> Self {
                Self(std::array::from_fn(|lane| multiply!($kind self.0[lane], b.0[lane])))
            }

            #[inline(always)]
            unsafe fn swap(self) -> Self {
                Self(std::array::from_fn(|lane| self.0[lane ^ 1]))
            }

            #[inline(always)]
            unsafe fn alternate(even: $T, odd: $T) -> Self {
                Self(std::array::from_fn(|lane| if lane % 2 == 0 { even } else { odd }))
            }

            #[inline(always)]
            unsafe fn sum(mut self) -> $T {
                let mut half = L;
                while half > 1 {
                    half /= 2;
                    for lane in 0..half {
                        add!($kind self.0[lane], self.0[lane + half]);
                    }
                }
                self.0[0]
            }

            #[inline(always)]
            unsafe fn sums(vectors: [Self; 4]) -> [$T; 4] {
                // SAFETY: the instruction set is the baseline, and `sum` asks for nothing else.
                vectors.map(|vector| unsafe { vector.sum() })
            }

            #[inline(always)]
            unsafe fn first(count: usize) -> usize {
                count
            }

            #[inline(always)]
            unsafe fn load_first(from: *const $T, mask: usize) -> Self {
                // SAFETY: `from` is valid for `mask` elements.
                Self(std::array::from_fn(|lane| if lane < mask { unsafe { *from.add(lane) } } else { <$T>::default() }))
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
            unsafe fn square(from: *const $T, rows: &[isize], to: *mut $T, step: isize) {
                // SAFETY: by this function's contract, which has the same clauses for a side of 4.
                unsafe { $square(from, rows, to, step) }
            }

            #[inline(always)]
            unsafe fn square_of_4(from: *const $T, rows: &[isize], to: *mut $T, step: isize) {
                // SAFETY: by this function's contract, which has the same clauses.
                unsafe { $square(from, rows, to, step) }
            }
        }
    )* };
}

plain!(
    float f32: square_of_4, float f64: square_of_4,
    integer i8: square_of_bytes, integer i16: square_of_16_bits, integer i32: square_of_4, integer i64: square_of_4
);

#[cfg(target_arch = "x86_64")]
mod x86;
