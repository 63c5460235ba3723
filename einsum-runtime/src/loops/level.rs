//! Code that is compiled once for each instruction set.

use einsum_engine::machine::isa::{self, Level};

/// Work that is compiled for each instruction set.
pub(crate) trait Work {
    /// Whether AVX-512 is used where there is AVX2, too.
    const IS_WIDE: bool = true;

    /// Does the work; `FUSED` if the instruction set multiplies and adds in one instruction.
    ///
    /// An implementation must be inlined, and so must all that it calls, to be compiled for the instruction set.
    fn run<const FUSED: bool>(self);
}

/// Whether what the build is compiled for multiplies and adds in one instruction, which `core` has no function for.
pub(crate) const BASELINE_IS_FUSED: bool = cfg!(all(target_feature = "fma", feature = "std"));

/// Does the work by the best instructions that the processor has. (In a build that is not optimised nothing is inlined, and all
/// instructions are those of the baseline.)
#[inline]
pub(crate) fn run<W: Work>(work: W) {
    if cfg!(debug_assertions) {
        return work.run::<BASELINE_IS_FUSED>();
    }
    let level = match isa::current().level() {
        Level::Avx512 if const { !W::IS_WIDE } => Level::Avx2,
        level => level,
    };
    match level {
        Level::Portable => work.run::<BASELINE_IS_FUSED>(),
        // SAFETY: the processor has this level or a better one, which has all of these features.
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        Level::Avx2 => unsafe { avx2(work) },
        // SAFETY: as above.
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        Level::Avx512 => unsafe { avx512(work) },
        #[cfg(not(all(target_arch = "x86_64", feature = "std")))]
        _ => work.run::<BASELINE_IS_FUSED>(),
    }
}

/// # Safety
/// - The processor has AVX2 and FMA.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2(work: impl Work) {
    work.run::<true>();
}

/// # Safety
/// - The processor has AVX-512 F, VL, BW and DQ, AVX2 and FMA.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
unsafe fn avx512(work: impl Work) {
    work.run::<true>();
}
