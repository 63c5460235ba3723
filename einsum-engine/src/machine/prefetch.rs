//! Fetching lines of the cache ahead of who reads them.
//!
//! A processor fetches the next lines by itself, but no further than a page, and loses track where a row ends or where it
//! writes past the caches meanwhile. Who fetches for it names a line, a run of elements side by side, or rows of them; how far
//! ahead is a matter of the loops.

#[cfg(feature = "kernels")]
use crate::{extents, machine::workspace::LINE};

/// Fetches a cache line, if it is there.
#[inline(always)]
pub fn line<R>(line: *const R) {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse"))]
    // SAFETY: prefetching reads nothing, and the build has SSE.
    unsafe {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(line.cast());
    }
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse")))]
    let _ = line;
}

/// Fetches the lines of `len` elements, which begin anywhere in one.
#[cfg(feature = "kernels")]
#[inline(always)]
pub(crate) fn run<R>(from: *const R, len: usize) {
    let before = from.addr() % LINE;
    for offset in (0..extents::bytes::<R>(len).saturating_add(before)).step_by(LINE) {
        line(from.wrapping_byte_sub(before).wrapping_byte_add(offset));
    }
}

/// Fetches rows of `len` elements that are one `stride` apart: they are so short that the processor does not see in time
/// where it goes.
#[cfg(feature = "kernels")]
#[inline]
pub(crate) fn rows<R>(from: *const R, stride: isize, [rows, len]: [usize; 2]) {
    for row in 0..rows {
        run(from.wrapping_offset(extents::offset(row, stride)), len);
    }
}
