//! Kernels, compiled once for every instruction set.

#[cfg(target_arch = "x86_64")]
use crate::machine::isa::Level;
use crate::{
    machine::{
        isa,
        lanes::{Lanes, Plain, Widen},
        streaming,
    },
    number::Number,
};

/// Loops over elements, all of whose callees are inlined into it, so that the compiler uses the
/// instructions of whoever calls it.
pub(super) trait Vectorized {
    /// Runs the kernel with the instructions of `V`.
    ///
    /// # Safety
    /// - The contract in the `# Safety` section of the kernel's type holds for its fields.
    /// - The processor has the instructions of `V`.
    unsafe fn run<V: Instructions>(self);
}

/// Runs a kernel with the best instructions that the processor has, but for AVX-512: kernels of their own for that would be half
/// as much code again, and most gain less than the noise. The loops around kernels are compiled once.
///
/// # Safety
/// - The contract in the `# Safety` section of the kernel's type holds for its fields.
// Inlined: a kernel that is handed on is copied, and waits for words that were just written.
#[inline(always)]
pub(super) unsafe fn call<K: Vectorized>(kernel: K) {
    // SAFETY: by the contract that of the kernel holds; an `Isa` of a level exists only where the processor has its instructions
    // and those of the levels below.
    unsafe {
        match isa::current().level() {
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 | Level::Avx512 => x86::call_avx2(kernel),
            _ => call_portable(kernel),
        }
    }
}

/// Runs a kernel with the widest vectors that there are: one of which it is known that it gains from them.
///
/// # Safety
/// - The contract in the `# Safety` section of the kernel's type holds for its fields.
#[inline(always)]
pub(super) unsafe fn call_wide<K: Vectorized>(kernel: K) {
    // SAFETY: by the contract that of the kernel holds; an `Isa` of a level exists only where the processor has its instructions.
    unsafe {
        match isa::current().level() {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => x86::call_avx512(kernel),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => x86::call_avx2(kernel),
            _ => call_portable(kernel),
        }
    }
}

/// Runs a kernel with the baseline of the target.
///
/// # Safety
/// - The contract in the `# Safety` section of the kernel's type holds for its fields.
// Not inlined, as kernels of other instructions cannot be: in every loop around them they would be
// twice the code of those.
#[inline(never)]
unsafe fn call_portable<K: Vectorized>(kernel: K) {
    // SAFETY: by the contract that of the kernel holds; every processor has the baseline.
    unsafe { kernel.run::<Portable>() }
}

/// Makes elements that were streamed visible to other threads, at the next synchronisation with them.
#[inline]
pub(super) fn fence<T: Number>() {
    if const { T::FAMILY.has_kernels() } {
        streaming::settle();
    }
}

/// Instructions, as a kernel is compiled for them.
pub(super) trait Instructions {
    /// A vector of `f32`.
    type F32: Lanes<Real = f32>;
    /// A vector of `f64`.
    type F64: Widen;

    /// Copies to memory, past the caches if there are instructions for that: the lines of `target`
    /// are not read first, which saves a third of the traffic. Kernels only. [`fence`]
    /// has to be called at the end.
    ///
    /// # Safety
    /// - The processor has the instructions of `Self`.
    /// - `source` is valid for reads of `len` initialised elements, without padding if `Self` has instructions for that.
    /// - `target` is valid for writes of `len` elements, which are none of these.
    unsafe fn stream<T: Copy>(source: *const T, len: usize, target: *mut T);
}

/// The baseline of the target.
struct Portable;

impl Instructions for Portable {
    type F32 = Plain<f32, 4>;
    type F64 = Plain<f64, 2>;

    #[inline(always)]
    unsafe fn stream<T: Copy>(source: *const T, len: usize, target: *mut T) {
        // SAFETY: by the contract `len` elements are valid on both sides, and do not overlap.
        unsafe { target.copy_from_nonoverlapping(source, len) }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{__m256, __m256d, __m512, __m512d, _mm256_loadu_ps, _mm256_stream_ps};

    use super::{Instructions, Vectorized};
    use crate::{extents, machine::workspace::LINE};

    /// AVX2 and FMA.
    pub(super) struct Avx2;

    /// AVX-512, where [`call_wide`](super::call_wide) asks for it.
    pub(super) struct Avx512;

    /// Runs a kernel that is compiled for AVX2.
    ///
    /// # Safety
    /// - The contract in the `# Safety` section of the kernel's type holds for its fields.
    /// - The processor has AVX2 and FMA.
    #[target_feature(enable = "avx2,fma")]
    pub(super) unsafe fn call_avx2<K: Vectorized>(kernel: K) {
        // SAFETY: by this function's contract, which has the same clauses.
        unsafe { kernel.run::<Avx2>() }
    }

    /// Runs a kernel that is compiled for AVX-512.
    ///
    /// # Safety
    /// - The contract in the `# Safety` section of the kernel's type holds for its fields.
    /// - The processor has AVX-512 F, VL, BW and DQ, AVX2 and FMA.
    #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
    pub(super) unsafe fn call_avx512<K: Vectorized>(kernel: K) {
        // SAFETY: by this function's contract, which has the same clauses.
        unsafe { kernel.run::<Avx512>() }
    }

    /// Copies bytes past the caches, but for the ends of lines.
    ///
    /// # Safety
    /// - `source` is valid for reads of `len` initialised bytes.
    /// - `target` is valid for writes of `len` bytes, which are none of these.
    /// - The processor has AVX2.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn stream(source: *const u8, len: usize, target: *mut u8) {
        let head = target.align_offset(LINE).min(len);
        let body = (len - head) / LINE * LINE;
        // SAFETY: by the contract: the three parts are as long as all together; the body begins with
        // a line, if it is not empty.
        unsafe {
            target.copy_from_nonoverlapping(source, head);
            for n in (head..head + body).step_by(LINE) {
                let halves = [0, 32].map(|half| _mm256_loadu_ps(source.add(n + half).cast()));
                _mm256_stream_ps(target.add(n).cast(), halves[0]);
                _mm256_stream_ps(target.add(n + 32).cast(), halves[1]);
            }
            let done = head + body;
            target.add(done).copy_from_nonoverlapping(source.add(done), len - done);
        }
    }

    /// Copies, by AVX2.
    macro_rules! memory {
        () => {
            #[inline(always)]
            unsafe fn stream<T: Copy>(source: *const T, len: usize, target: *mut T) {
                // SAFETY: by the contract: the processor has the instructions, AVX2 among them; elements are initialised
                // and have no padding, so that their bytes are, and both sides are valid and do not overlap.
                unsafe { stream(source.cast(), extents::bytes::<T>(len), target.cast()) }
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
