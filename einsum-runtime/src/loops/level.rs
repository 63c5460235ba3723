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

    /// Does the work where there is AVX-512, whose registers are twice as long, and twice as many.
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    #[inline(always)]
    fn run_wide(self)
    where
        Self: Sized,
    {
        self.run::<true>();
    }
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

/// Work on the elements at three pointers, which are in registers: what a call is given in memory the compiler takes for something that
/// others may reach, and a result that is moved after it is copied.
pub(crate) trait AtPointers<T> {
    /// Does the work; `FUSED` if the instruction set multiplies and adds in one instruction.
    ///
    /// # Safety
    /// - As the implementation says.
    /// - Where the function is `FUSED`, the processor has AVX and FMA, or what the build is compiled for does.
    unsafe fn run<const FUSED: bool>(out: *mut T, lhs: *const T, rhs: *const T);
}

/// Does the work by the best instructions that the processor has, without AVX-512. (In a build that is not optimised nothing is inlined,
/// and all instructions are those of the baseline.)
///
/// # Safety
/// - The contract of the implementation holds for the pointers.
#[inline(always)]
pub(crate) unsafe fn run_at<W: AtPointers<T>, T>(out: *mut T, lhs: *const T, rhs: *const T) {
    // (Where the build has these features nobody need ask for them.)
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    if !cfg!(debug_assertions)
        && (cfg!(all(target_feature = "avx2", target_feature = "fma")) || isa::current().level() != Level::Portable)
    {
        // SAFETY: by the contract; the processor has all of these features, as the build has them, or a level that does.
        return unsafe { avx2_at::<W, T>(out, lhs, rhs) };
    }
    // SAFETY: by the contract; where the function is `FUSED`, the build is compiled for such instructions.
    unsafe { W::run::<BASELINE_IS_FUSED>(out, lhs, rhs) }
}

/// (Inlined where it can be, so that it is compiled beside its calls, which learn what it does with the pointers.)
///
/// # Safety
/// - The contract of the implementation holds for the pointers.
/// - The processor has AVX2 and FMA.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[target_feature(enable = "avx2,fma")]
#[inline]
unsafe fn avx2_at<W: AtPointers<T>, T>(out: *mut T, lhs: *const T, rhs: *const T) {
    // SAFETY: by the contract.
    unsafe { W::run::<true>(out, lhs, rhs) }
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
    work.run_wide();
}
