//! What is read later, fetched ahead.
//!
//! A processor fetches what comes next by itself, but no further than a page, and loses track where a row ends or where it
//! writes past the caches meanwhile.

use crate::engine::{tile::prefetch, workspace::LINE};

/// How far ahead, in bytes, where one tensor is read: two pages.
pub(super) const AHEAD: usize = 8 << 10;

/// Fetches the lines that are [`AHEAD`] of `len` elements.
#[inline(always)]
pub(super) fn fetch_ahead<T>(from: *const T, len: usize) {
    fetch(from.wrapping_byte_add(AHEAD), len);
}

/// Fetches the lines of `len` elements.
#[inline(always)]
pub(super) fn fetch<T>(from: *const T, len: usize) {
    for line in (0..len * size_of::<T>()).step_by(LINE) {
        prefetch(from.wrapping_byte_add(line));
    }
}
