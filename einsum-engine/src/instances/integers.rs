//! The kernels of integers: products of packed factors.
//!
//! Signed and unsigned ones wrap to the same bits: there is a kernel for each width.

#[cfg(target_arch = "x86_64")]
use crate::{
    instances::x86::{Avx512F32, Avx512F64},
    machine::{isa::Level, sums::x86},
};
use crate::{
    kernel::{Packed, block::Block, integers::tiles_integer, pack::pack_real, panels::Panels},
    machine::{isa, lanes::Plain},
};

/// Implements a kernel: its tiles, and for each instruction set the sums, vectors and rows of a part of one, and columns.
macro_rules! integer {
    ($Name:ident($T:ty): $MR:literal x $NR:literal, by [$P:ty; $PV:literal] $PR:literal x $PN:literal,
        avx2 [$V:ty; $VV:literal] $VR:literal x $VN:literal, avx512 [$W:ty; $WV:literal] $WR:literal x $WN:literal
        $(, packed as $Float:ident)?) => {
        pub(crate) struct $Name;

        impl Packed for $Name {
            type Element = $T;
            type Narrow = Self;
            const MR: usize = $MR;
            const NR: usize = $NR;

            #[inline(never)]
            unsafe fn pack_a(panels: &Panels<'_, $T>, to: *mut $T) {
                $(integer!(@float $Float, $T, pack_a(panels, to));)?
                // SAFETY: by the contract of the method, whose clauses are those of the function; plain vectors need the baseline alone.
                unsafe { pack_real::<$P, $MR>(panels, to) }
            }

            #[inline(never)]
            unsafe fn pack_b(panels: &Panels<'_, $T>, to: *mut $T) {
                $(integer!(@float $Float, $T, pack_b(panels, to));)?
                // SAFETY: as above.
                unsafe { pack_real::<$P, $NR>(panels, to) }
            }

            unsafe fn tiles(block: &Block<'_, $T>) {
                /// # Safety
                /// - The processor has AVX2 and FMA; then as for [`Packed::tiles`].
                #[cfg(target_arch = "x86_64")]
                #[target_feature(enable = "avx2,fma")]
                unsafe fn avx2(block: &Block<'_, $T>) {
                    // SAFETY: by the contract of the method, whose clauses are those of the function.
                    unsafe { tiles_integer::<$V, $VV, $VR, $MR, $VN, $NR>(block) }
                }

                /// # Safety
                /// - The processor has AVX-512 F, VL, BW and DQ, AVX2 and FMA; then as for [`Packed::tiles`].
                #[cfg(target_arch = "x86_64")]
                #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
                unsafe fn avx512(block: &Block<'_, $T>) {
                    // SAFETY: by the contract of the method, whose clauses are those of the function.
                    unsafe { tiles_integer::<$W, $WV, $WR, $MR, $WN, $NR>(block) }
                }

                match isa::current().level() {
                    // SAFETY: an `Isa` of a level exists only where the processor has its instructions; these are the ones that the
                    // function enables.
                    #[cfg(target_arch = "x86_64")]
                    Level::Avx512 => unsafe { avx512(block) },
                    // SAFETY: as above.
                    #[cfg(target_arch = "x86_64")]
                    Level::Avx2 => unsafe { avx2(block) },
                    // SAFETY: plain vectors need the baseline alone; by the contract of the method.
                    _ => unsafe { tiles_integer::<$P, $PV, $PR, $MR, $PN, $NR>(block) },
                }
            }
        }
    };
    // Micro-panels of floats of as many bits are packed by vectors, where they have the shape of those of integers.
    (@float $Float:ident, $T:ty, $pack:ident($panels:ident, $to:ident)) => {
        #[cfg(target_arch = "x86_64")]
        if isa::current().level() == Level::Avx512 {
            const {
                assert!(<$Float as Packed>::MR == Self::MR && <$Float as Packed>::NR == Self::NR);
                assert!(size_of::<<$Float as Packed>::Element>() == size_of::<$T>());
            }
            // SAFETY: by the contract of the method, whose clauses are the same: numbers have as many bits, every pattern of which is a
            // float, panels have as many rows, and the processor has the instruction set of the kernel.
            return unsafe { $Float::$pack(&$panels.cast(), $to.cast()) };
        }
    };
}

integer!(Bytes(i8): 64 x 12, by [Plain<i8, 16>; 1] 16 x 4, avx2 [x86::I8x32; 1] 32 x 6, avx512 [x86::I8x64; 1] 64 x 12);
integer!(Words16(i16): 64 x 12, by [Plain<i16, 8>; 2] 16 x 4, avx2 [x86::I16x16; 2] 32 x 6, avx512 [x86::I16x32; 2] 64 x 12);
integer!(Words32(i32): 32 x 12, by [Plain<i32, 4>; 2] 8 x 4, avx2 [x86::I32x8; 2] 16 x 6, avx512 [x86::I32x16; 2] 32 x 12, packed as Avx512F32);
integer!(Words64(i64): 16 x 12, by [Plain<i64, 2>; 2] 4 x 4, avx2 [x86::I64x4; 1] 4 x 6, avx512 [x86::I64x8; 2] 16 x 12, packed as Avx512F64);
