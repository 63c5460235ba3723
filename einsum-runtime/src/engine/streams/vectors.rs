//! Kernels, compiled once for every instruction set.

#[cfg(target_arch = "x86_64")]
use crate::engine::isa::{Isa, Level};

use crate::engine::lanes::{Lanes, Plain};

use super::blocks;

/// Loops over elements, all of whose callees are inlined into it, so that the compiler uses the
/// instructions of whoever calls it.
pub(crate) trait Kernel {
    /// What it returns.
    type Output;

    /// # Safety
    /// - What the type of the kernel asks of its fields is true.
    unsafe fn run<V: Vectors>(self) -> Self::Output;
}

/// Instructions that the processor has: a value is the proof.
pub(crate) trait Vectors: Copy + Send + Sync {
    /// A vector of `f32`.
    type F32: Lanes<Real = f32>;
    /// A vector of `f64`.
    type F64: Lanes<Real = f64>;

    /// Runs a kernel with these instructions.
    ///
    /// # Safety
    /// - Those of the kernel.
    unsafe fn call<K: Kernel>(self, kernel: K) -> K::Output;

    /// The same with the widest vectors that there are: for kernels of which it is known that they gain from them,
    /// as all others would only be compiled once more.
    ///
    /// # Safety
    /// - Those of the kernel.
    unsafe fn call_wide<K: Kernel>(self, kernel: K) -> K::Output {
        // SAFETY: by the contract.
        unsafe { self.call(kernel) }
    }

    /// Copies to memory, past the caches if there are instructions for that: the lines of `target`
    /// are not read first, which saves a third of the traffic. Kernels only. [`fence`](Self::fence)
    /// has to be called at the end.
    ///
    /// # Safety
    /// - The processor has the instructions of `Self`.
    /// - `source` is valid for reads of `len` elements without padding.
    /// - `target` is valid for writes likewise, and is none of these.
    unsafe fn stream<T: Copy>(source: *const T, len: usize, target: *mut T);

    /// Makes what is streamed visible to other threads, at the next synchronisation with them.
    fn fence(self);

    /// Transposes as many whole blocks as there are: the element at `[q, p]` goes to `[p, q]`.
    /// Returns how many indices `p` and `q` are done; kernels only.
    ///
    /// # Safety
    /// - The processor has the instructions of `Self`.
    /// - `source + q * stride + p` is valid for reads for all indices below `[p, q]`.
    /// - `target + p * stride + q` is valid for writes likewise, and is none of these.
    unsafe fn transpose<T: Copy>(source: blocks::From<T>, target: blocks::To<T>, extents: [usize; 2]) -> [usize; 2];
}

/// The baseline of the target.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

impl Vectors for Portable {
    type F32 = Plain<f32, 4>;
    type F64 = Plain<f64, 2>;

    // Not inlined, as kernels of other instructions cannot be: into every loop around them they were
    // twice the code of those.
    #[inline(never)]
    unsafe fn call<K: Kernel>(self, kernel: K) -> K::Output {
        // SAFETY: by the contract.
        unsafe { kernel.run::<Self>() }
    }

    #[inline(always)]
    unsafe fn stream<T: Copy>(source: *const T, len: usize, target: *mut T) {
        // SAFETY: by the contract.
        unsafe { target.copy_from_nonoverlapping(source, len) }
    }

    #[inline(always)]
    fn fence(self) {}

    #[inline(always)]
    unsafe fn transpose<T: Copy>(source: blocks::From<T>, target: blocks::To<T>, extents: [usize; 2]) -> [usize; 2] {
        // SAFETY: by the contract.
        unsafe { blocks::portable(source, target, extents) }
    }
}

/// AVX2 and FMA, and AVX-512 for sums of real numbers: other kernels of its own made half as much code again,
/// and gained less than the noise.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
pub(crate) struct Avx2 {
    has_avx512: bool,
}

/// AVX-512, where [`Vectors::call_wide`] asks for it.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
pub(crate) struct Avx512(());

#[cfg(target_arch = "x86_64")]
impl Avx2 {
    /// The proof that the processor has these instructions, if it is one.
    #[inline]
    pub(crate) fn new(isa: Isa) -> Option<Self> {
        (isa.level() >= Level::Avx2).then_some(Self { has_avx512: isa.level() >= Level::Avx512 })
    }
}

/// Copies and transpositions, by AVX2.
#[cfg(target_arch = "x86_64")]
macro_rules! memory {
    () => {
        #[inline(always)]
        unsafe fn stream<T: Copy>(source: *const T, len: usize, target: *mut T) {
            // SAFETY: by the contract.
            unsafe { blocks::stream(source.cast(), len * size_of::<T>(), target.cast()) }
        }

        #[inline]
        fn fence(self) {
            blocks::fence();
        }

        #[inline(always)]
        unsafe fn transpose<T: Copy>(
            source: blocks::From<T>,
            target: blocks::To<T>,
            extents: [usize; 2],
        ) -> [usize; 2] {
            // SAFETY: by the contract.
            unsafe { blocks::avx2(source, target, extents) }
        }
    };
}

#[cfg(target_arch = "x86_64")]
impl Vectors for Avx2 {
    type F32 = std::arch::x86_64::__m256;
    type F64 = std::arch::x86_64::__m256d;

    #[inline]
    unsafe fn call<K: Kernel>(self, kernel: K) -> K::Output {
        /// # Safety
        /// - Those of the kernel.
        #[target_feature(enable = "avx2,fma")]
        unsafe fn call<K: Kernel>(kernel: K) -> K::Output {
            // SAFETY: by the contract.
            unsafe { kernel.run::<Avx2>() }
        }
        // SAFETY: that of the kernel by the contract; the features are there, since the only way to
        // `self` is an `Isa` of their level or above.
        unsafe { call(kernel) }
    }

    #[inline]
    unsafe fn call_wide<K: Kernel>(self, kernel: K) -> K::Output {
        // SAFETY: by the contract; an `Isa` of that level is where `self` comes from.
        unsafe { if self.has_avx512 { Avx512(()).call(kernel) } else { self.call(kernel) } }
    }

    memory!();
}

#[cfg(target_arch = "x86_64")]
impl Vectors for Avx512 {
    type F32 = std::arch::x86_64::__m512;
    type F64 = std::arch::x86_64::__m512d;

    #[inline]
    unsafe fn call<K: Kernel>(self, kernel: K) -> K::Output {
        /// # Safety
        /// - Those of the kernel.
        #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
        unsafe fn call<K: Kernel>(kernel: K) -> K::Output {
            // SAFETY: by the contract.
            unsafe { kernel.run::<Avx512>() }
        }
        // SAFETY: that of the kernel by the contract; the features are there where there is a `self`.
        unsafe { call(kernel) }
    }

    memory!();
}
