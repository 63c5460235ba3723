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

/// AVX2 and FMA, for AVX-512 as well: kernels of its own made half as much code again. What they gained was
/// less than the noise for most steps; but sums of 256 x 256 from the second-level cache took 2.4 to 3.6 us
/// with them and take 3.7 to 6 us without, so that this is worth measuring again on a quiet machine.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

#[cfg(target_arch = "x86_64")]
impl Avx2 {
    /// The proof that the processor has these instructions, if it is one.
    #[inline]
    pub(crate) fn new(isa: Isa) -> Option<Self> {
        (isa.level() >= Level::Avx2).then_some(Self(()))
    }
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
    unsafe fn transpose<T: Copy>(source: blocks::From<T>, target: blocks::To<T>, extents: [usize; 2]) -> [usize; 2] {
        // SAFETY: by the contract.
        unsafe { blocks::avx2(source, target, extents) }
    }
}
