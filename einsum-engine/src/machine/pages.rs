//! Large memory in huge pages: the system is asked for them before anything is written.
//!
//! New memory is given out page by page, each as it is first written. 64 MiB are 16384 pages of 4 KiB, or 32 of 2 MiB, and the pages take
//! longer than to write what is in them. Linux gives huge ones to who asks, as numpy does, if
//! `/sys/kernel/mm/transparent_hugepage/enabled` says `madvise` (the default of most distributions) or `always`; elsewhere nothing is
//! asked for. `EINSUM_HUGE_PAGES=0` in the environment, read once, is for programs that would rather not.

use alloc::vec::Vec;

use crate::{
    extents,
    plan::tuning::{HUGE_PAGE_BYTES, HUGE_PAGES_MIN_BYTES},
};

/// A vector without elements that has room for so many, in huge pages if these are worth it.
#[inline]
#[must_use]
pub fn room<T>(len: usize) -> Vec<T> {
    let room = Vec::with_capacity(len);
    advise_large(room.as_ptr(), len);
    room
}

/// Asks for huge pages for so many elements, if these are large; best before they are first written. That leaves what is in them as it is.
#[inline]
pub fn advise_large<T>(first: *const T, len: usize) {
    let bytes = extents::bytes::<T>(len);
    if bytes >= HUGE_PAGES_MIN_BYTES {
        advise(first.cast(), bytes);
    }
}

/// Asks for huge pages where there is room for whole ones: what is beside the memory, nobody has said anything about.
#[cold]
#[inline(never)]
fn advise(first: *const u8, bytes: usize) {
    let before = first.addr().wrapping_neg() % HUGE_PAGE_BYTES;
    let whole = bytes.saturating_sub(before) / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES;
    if whole > 0 {
        system::advise(first.wrapping_add(before), whole);
    }
}

#[cfg(all(target_os = "linux", feature = "std", not(miri)))]
mod system {
    use std::{
        ffi::{c_int, c_void},
        sync::LazyLock,
    };

    // In every C library that `std` is built on, so that no crate is needed for it.
    unsafe extern "C" {
        fn madvise(start: *mut c_void, length: usize, advice: c_int) -> c_int;
    }

    /// `MADV_HUGEPAGE`, the same number on all architectures.
    const HUGE_PAGES: c_int = 14;

    static IS_WANTED: LazyLock<bool> =
        LazyLock::new(|| std::env::var_os("EINSUM_HUGE_PAGES").is_none_or(|value| value != "0"));

    /// Asks for huge pages from an address on that begins one.
    pub(super) fn advise(start: *const u8, bytes: usize) {
        if *IS_WANTED {
            // SAFETY: this advice changes in what pages memory lies, and neither what is in it nor who may reach it, whoever has it;
            // where there is no memory, or no such page, that is an error, and nothing is done.
            let _refused = unsafe { madvise(start.cast_mut().cast(), bytes, HUGE_PAGES) };
        }
    }
}

#[cfg(not(all(target_os = "linux", feature = "std", not(miri))))]
mod system {
    #[inline]
    pub(super) fn advise(_start: *const u8, _bytes: usize) {}
}

#[cfg(test)]
mod tests {
    use super::{HUGE_PAGES_MIN_BYTES, advise_large, room};

    #[test]
    fn advice_changes_nothing_that_is_there() {
        let len = 3 * HUGE_PAGES_MIN_BYTES + 13;
        let mut elements: Vec<u8> = room(len);
        assert!(elements.capacity() >= len && elements.is_empty());
        elements.extend((0u8..=250).cycle().take(len));
        for skipped in [0, 1, 4095, 4096, HUGE_PAGES_MIN_BYTES] {
            advise_large(elements[skipped..].as_ptr(), len - skipped);
        }
        assert!(elements.iter().copied().eq((0u8..=250).cycle().take(len)));
    }

    #[test]
    fn where_no_memory_is_nothing_is_done() {
        advise_large(std::ptr::null::<f64>(), usize::MAX);
        advise_large(std::ptr::dangling::<f64>(), 0);
        advise_large(std::ptr::without_provenance::<u8>(usize::MAX), 2 * HUGE_PAGES_MIN_BYTES);
    }
}
