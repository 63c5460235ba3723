//! Kernels, compiled once for every instruction set.

#[cfg(target_arch = "x86_64")]
use crate::machine::isa::Level;
use crate::{
    machine::{
        isa::Isa,
        lanes::{Lanes, Plain, Widen},
    },
    streams::blocks,
};

/// Loops over elements, all of whose callees are inlined into it, so that the compiler uses the
/// instructions of whoever calls it.
pub(crate) trait Kernel {
    /// The result of a run.
    type Output;

    /// Runs the kernel with the instructions of `V`.
    ///
    /// # Safety
    /// - The contract in the `# Safety` section of the kernel's type holds for its fields.
    /// - The processor has the instructions of `V`.
    unsafe fn run<V: Instructions>(self) -> Self::Output;
}

/// Which instructions a kernel is run with: a value is the proof that the processor has them.
pub(crate) trait Vectors: Copy + Send + Sync {
    /// Runs a kernel.
    ///
    /// # Safety
    /// - The contract in the `# Safety` section of the kernel's type holds for its fields.
    unsafe fn call<K: Kernel>(self, kernel: K) -> K::Output;

    /// Runs a kernel with the widest vectors that there are: for kernels of which it is known that they gain from them,
    /// as all others would only be compiled once more.
    ///
    /// # Safety
    /// - The contract in the `# Safety` section of the kernel's type holds for its fields.
    unsafe fn call_wide<K: Kernel>(self, kernel: K) -> K::Output;

    /// Makes elements that were streamed visible to other threads, at the next synchronisation with them.
    fn fence(self);
}

/// Instructions, as a kernel is compiled for them.
pub(crate) trait Instructions {
    /// A vector of `f32`.
    type F32: Lanes<Real = f32>;
    /// A vector of `f64`.
    type F64: Widen;

    /// Copies to memory, past the caches if there are instructions for that: the lines of `target`
    /// are not read first, which saves a third of the traffic. Kernels only. [`Vectors::fence`]
    /// has to be called at the end.
    ///
    /// # Safety
    /// - The processor has the instructions of `Self`.
    /// - `source` is valid for reads of `len` initialised elements, without padding if `Self` has instructions for that.
    /// - `target` is valid for writes of `len` elements, which are none of these.
    unsafe fn stream<T: Copy>(source: *const T, len: usize, target: *mut T);

    /// Transposes as many whole blocks as there are: the element at `[q, p]` goes to `[p, q]`.
    /// Returns how many indices `p` and `q` are done; kernels only.
    ///
    /// # Safety
    /// - The processor has the instructions of `Self`.
    /// - For `p` and `q` below `extents`, `source.pointer + q * source.stride + p` is valid for reads.
    /// - For these, `target.pointer + p * target.stride + q` is valid for writes, and is none of the elements that are read.
    unsafe fn transpose<T: Copy>(source: blocks::From<T>, target: blocks::To<T>, extents: [usize; 2]) -> [usize; 2];
}

/// The baseline of the target.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

impl Vectors for Portable {
    // Not inlined, as kernels of other instructions cannot be: in every loop around them they would be
    // twice the code of those.
    #[inline(never)]
    unsafe fn call<K: Kernel>(self, kernel: K) -> K::Output {
        // SAFETY: by the contract that of the kernel holds; every processor has the baseline.
        unsafe { kernel.run::<Self>() }
    }

    #[inline]
    unsafe fn call_wide<K: Kernel>(self, kernel: K) -> K::Output {
        // SAFETY: by this function's contract, which has the same clause.
        unsafe { self.call(kernel) }
    }

    #[inline(always)]
    fn fence(self) {}
}

impl Instructions for Portable {
    type F32 = Plain<f32, 4>;
    type F64 = Plain<f64, 2>;

    #[inline(always)]
    unsafe fn stream<T: Copy>(source: *const T, len: usize, target: *mut T) {
        // SAFETY: by the contract `len` elements are valid on both sides, and do not overlap.
        unsafe { target.copy_from_nonoverlapping(source, len) }
    }

    #[inline(always)]
    unsafe fn transpose<T: Copy>(source: blocks::From<T>, target: blocks::To<T>, extents: [usize; 2]) -> [usize; 2] {
        // SAFETY: by this function's contract, which has the same clauses.
        unsafe { blocks::portable(source, target, extents) }
    }
}

/// The best that the processor has, chosen for each kernel: so the loops around kernels are compiled once.
///
/// AVX-512 is for sums of real numbers: other kernels of its own would be half as much code again, and gain less
/// than the noise.
#[derive(Clone, Copy)]
pub(super) struct Best(Isa);

impl Best {
    #[inline]
    pub(super) fn new(isa: Isa) -> Self {
        Self(isa)
    }
}

impl Vectors for Best {
    // Inlined: a kernel that is handed on is copied, and waits for words that were just written.
    #[inline(always)]
    unsafe fn call<K: Kernel>(self, kernel: K) -> K::Output {
        match self.0.level() {
            // SAFETY: by the contract that of the kernel holds; an `Isa` of a level exists only where the processor
            // has its instructions and those of the levels below.
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 | Level::Avx512 => unsafe { x86::call_avx2(kernel) },
            // SAFETY: by this function's contract, which has the same clause.
            _ => unsafe { Portable.call(kernel) },
        }
    }

    #[inline(always)]
    unsafe fn call_wide<K: Kernel>(self, kernel: K) -> K::Output {
        match self.0.level() {
            // SAFETY: by the contract that of the kernel holds; an `Isa` of a level exists only where the processor has its
            // instructions.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => unsafe { x86::call_avx512(kernel) },
            // SAFETY: by this function's contract, which has the same clause.
            _ => unsafe { self.call(kernel) },
        }
    }

    #[inline]
    fn fence(self) {
        #[cfg(target_arch = "x86_64")]
        blocks::fence();
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{__m256, __m256d, __m512, __m512d};

    use super::{Instructions, Kernel, blocks};
    use crate::extents;

    /// AVX2 and FMA.
    pub(super) struct Avx2;

    /// AVX-512, where [`Vectors::call_wide`](crate::streams::Vectors::call_wide) asks for it.
    pub(super) struct Avx512;

    /// Runs a kernel that is compiled for AVX2.
    ///
    /// # Safety
    /// - The contract in the `# Safety` section of the kernel's type holds for its fields.
    /// - The processor has AVX2 and FMA.
    #[target_feature(enable = "avx2,fma")]
    pub(super) unsafe fn call_avx2<K: Kernel>(kernel: K) -> K::Output {
        // SAFETY: by this function's contract, which has the same clauses.
        unsafe { kernel.run::<Avx2>() }
    }

    /// Runs a kernel that is compiled for AVX-512.
    ///
    /// # Safety
    /// - The contract in the `# Safety` section of the kernel's type holds for its fields.
    /// - The processor has AVX-512 F, VL, BW and DQ, AVX2 and FMA.
    #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
    pub(super) unsafe fn call_avx512<K: Kernel>(kernel: K) -> K::Output {
        // SAFETY: by this function's contract, which has the same clauses.
        unsafe { kernel.run::<Avx512>() }
    }

    /// Copies and transpositions, by AVX2.
    macro_rules! memory {
        () => {
            #[inline(always)]
            unsafe fn stream<T: Copy>(source: *const T, len: usize, target: *mut T) {
                // SAFETY: by the contract: the processor has the instructions, AVX2 among them; elements are initialised
                // and have no padding, so that their bytes are, and both sides are valid and do not overlap.
                unsafe { blocks::stream(source.cast(), extents::bytes::<T>(len), target.cast()) }
            }

            #[inline(always)]
            unsafe fn transpose<T: Copy>(
                source: blocks::From<T>,
                target: blocks::To<T>,
                extents: [usize; 2],
            ) -> [usize; 2] {
                // SAFETY: by this function's contract, which has the same clauses; AVX2 is among the instructions.
                unsafe { blocks::avx2(source, target, extents) }
            }
        };
    }

    impl Instructions for Avx2 {
        type F32 = __m256;
        type F64 = __m256d;
        memory!();
    }

    impl Instructions for Avx512 {
        type F32 = __m512;
        type F64 = __m512d;
        memory!();
    }
}
