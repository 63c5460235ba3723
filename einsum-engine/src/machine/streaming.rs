//! Writing past the caches: what would find no room there is not read before it is written, as a line of a cache is.

/// Bytes of a line: only whole ones, from their first byte on, are written past the caches.
pub const LINE: usize = crate::machine::workspace::LINE;

/// Whether numbers are written past the caches here.
pub const IS_PAST_CACHES: bool = cfg!(all(target_arch = "x86_64", target_feature = "sse2", not(miri)));

/// Writes numbers past the caches, if that [is so](IS_PAST_CACHES) here.
///
/// # Safety
/// - Nothing else reaches them before [`settle`], this thread neither.
/// - `to` is valid for writes, and a multiple of 16 bytes, as is the size of the numbers, of which all bytes are initialised.
#[inline(always)]
pub unsafe fn put<T: Copy, const N: usize>(to: *mut [T; N], values: [T; N]) {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2", not(miri)))]
    // SAFETY: by the contract; the program is compiled for SSE2. There is no instruction in the assembly: it hides where the pointer is from.
    unsafe {
        use core::arch::x86_64::{__m128i, _mm_stream_si128};
        // (From memory: else the compiler would compute by vectors of 16 bytes.)
        let line = Line(values);
        let mut pieces = (&raw const line).cast::<__m128i>();
        core::arch::asm!("/* {0} */", inout(reg) pieces, options(nostack, preserves_flags));
        for n in 0..size_of::<[T; N]>() / size_of::<__m128i>() {
            _mm_stream_si128(to.cast::<__m128i>().add(n), *pieces.add(n));
        }
    }
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2", not(miri))))]
    // SAFETY: by the contract.
    unsafe {
        to.write_unaligned(values);
    }
}

/// Numbers where a vector of them may be written at once.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2", not(miri)))]
#[repr(align(64))]
struct Line<T>(T);

/// Makes what this thread has written past the caches visible to others, at the next synchronisation with them.
#[inline]
pub fn settle() {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2", not(miri)))]
    // SAFETY: the program is compiled for SSE2.
    unsafe {
        core::arch::x86_64::_mm_sfence();
    }
}
