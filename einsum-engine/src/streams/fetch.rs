//! Fetching elements ahead that are read later.
//!
//! A processor fetches the next lines by itself, but no further than a page, and loses track where a row ends or where it
//! writes past the caches meanwhile.

use crate::{extents, kernel::tile::prefetch_run, plan::tuning::AHEAD_BYTES};

/// Fetches the lines that are [`AHEAD_BYTES`] of `len` elements.
#[inline(always)]
pub(super) fn fetch_ahead<T>(from: *const T, len: usize) {
    prefetch_run(from.wrapping_byte_add(AHEAD_BYTES), len);
}

/// Fetches rows of `len` elements that are one `stride` apart: they are so short that the processor does not see in time
/// where it goes.
#[inline]
pub(super) fn prefetch_tile<T>(from: *const T, stride: isize, [rows, len]: [usize; 2]) {
    for row in 0..rows {
        prefetch_run(from.wrapping_offset(extents::offset(row, stride)), len);
    }
}
