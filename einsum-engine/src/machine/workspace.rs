//! The packing buffers: workspaces of each thread, kept and used again.
//!
//! A thread keeps as many as are in use at a time, two mostly: one with B~, and one with A~. Each grows to what
//! the largest step so far has needed, and that is bounded: A~ and B~ by the sizes of the caches, 5 MiB together where these
//! are 1 and 32 MiB, and at most 12 (`A_BLOCK_MAX_BYTES`, `B_BLOCK_MAX_BYTES`), the offset tables by one entry for every row, column and
//! contracted index of a block; sums of [`parts`](crate::gemm::parts), which are one more, by 1 MiB, and so are blocks of factors of
//! another type ([`converted`](crate::converted)), by 4 MiB for both. In a steady state nothing is allocated, but for the few
//! bytes of a call for help (see [`threads`](crate::machine::threads)), those in which rayon keeps it, and the sums of a span of a
//! [long](crate::streams::long) sum.

use alloc::{vec, vec::Vec};
use core::mem::MaybeUninit;
#[cfg(feature = "std")]
use std::cell::RefCell;

use crate::extents;

/// A cache line.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([u8; LINE]);

/// Bytes in a cache line.
pub(crate) const LINE: usize = 64;

#[cfg(feature = "std")]
thread_local! {
    /// The last one is that which was in use first.
    static KEPT: RefCell<Vec<Vec<Line>>> = const { RefCell::new(Vec::new()) };
}

/// Memory of a step, handed out from the front.
pub(crate) struct Workspace<'a> {
    rest: &'a mut [Line],
}

/// Calls `work` with room for at least `bytes`, if every piece is rounded up to whole lines.
pub(crate) fn with<R>(bytes: usize, work: impl FnOnce(&mut Workspace<'_>) -> R) -> R {
    let mut lines = take(bytes.div_ceil(LINE));
    let result = work(&mut Workspace { rest: &mut lines });
    keep(lines);
    result
}

/// Takes a workspace of so many lines from those that the thread keeps, or makes one. It is taken, not borrowed: an einsum
/// inside of `work` finds another, or makes its own, as does one that runs while the thread ends and what it has kept is gone.
#[inline(never)]
fn take(needed: usize) -> Vec<Line> {
    let lines = kept().unwrap_or_default();
    if lines.len() < needed { vec![Line([0; LINE]); needed] } else { lines }
}

#[cfg(feature = "std")]
fn kept() -> Option<Vec<Line>> {
    KEPT.try_with(|kept| kept.borrow_mut().pop()).ok().flatten()
}

#[cfg(feature = "std")]
#[inline(never)]
fn keep(lines: Vec<Line>) {
    let _ = KEPT.try_with(|kept| kept.borrow_mut().push(lines));
}

/// Nothing is kept without threads that have something of their own.
#[cfg(not(feature = "std"))]
fn kept() -> Option<Vec<Line>> {
    None
}

#[cfg(not(feature = "std"))]
fn keep(lines: Vec<Line>) {
    drop(lines);
}

/// How many bytes [`Workspace::piece`] takes for `count` elements.
pub(crate) const fn bytes<T>(count: usize) -> usize {
    lines::<T>(count).saturating_mul(LINE)
}

const fn lines<T>(count: usize) -> usize {
    extents::bytes::<T>(count).div_ceil(LINE)
}

/// A number that any bytes are: memory of workspaces can be read as it.
///
/// # Safety
/// - All bit patterns are valid, and there is no padding.
pub(crate) unsafe trait Bits: Copy {}

// SAFETY: every bit pattern is an `f32`, and it has no padding.
unsafe impl Bits for f32 {}
// SAFETY: every bit pattern is an `f64`, and it has no padding.
unsafe impl Bits for f64 {}
// SAFETY: a `repr(C)` pair of `f32`: every bit pattern is one, and there is no padding.
unsafe impl Bits for num_complex::Complex32 {}
// SAFETY: a `repr(C)` pair of `f64`: every bit pattern is one, and there is no padding.
unsafe impl Bits for num_complex::Complex64 {}
// SAFETY: every bit pattern is an `i8`, and it has no padding.
unsafe impl Bits for i8 {}
// SAFETY: every bit pattern is an `i16`, and it has no padding.
unsafe impl Bits for i16 {}
// SAFETY: every bit pattern is an `i32`, and it has no padding.
unsafe impl Bits for i32 {}
// SAFETY: every bit pattern is an `i64`, and it has no padding.
unsafe impl Bits for i64 {}
// SAFETY: every bit pattern is an `isize`, and it has no padding.
unsafe impl Bits for isize {}
// SAFETY: every bit pattern is a `usize`, and it has no padding.
unsafe impl Bits for usize {}

impl<'a> Workspace<'a> {
    /// The next `count` elements, from the beginning of a cache line on, with whatever is in them.
    ///
    /// # Panics
    /// If there is no room left.
    pub(crate) fn piece<T: Bits>(&mut self, count: usize) -> &'a mut [T] {
        let (piece, rest) = core::mem::take(&mut self.rest).split_at_mut(lines::<T>(count));
        self.rest = rest;
        // SAFETY:
        // - the lines have at least as many bytes as the elements, are initialised, and aligned to 64;
        // - any bytes make a `T`, and any `T`s are bytes, by the contract of `Bits`;
        // - they are borrowed for `'a`, by nobody else.
        unsafe { core::slice::from_raw_parts_mut(piece.as_mut_ptr().cast(), count) }
    }
}

/// Bytes on the stack, which begin with a cache line, with whatever is in them.
#[repr(C, align(64))]
pub(crate) struct Room<const BYTES: usize>([MaybeUninit<u8>; BYTES]);

impl<const BYTES: usize> Room<BYTES> {
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Self([const { MaybeUninit::uninit() }; BYTES])
    }

    /// How many elements there is room for: none that have to be aligned to more than a line.
    #[inline(always)]
    pub(crate) const fn room<T>() -> usize {
        if align_of::<T>() > LINE {
            0
        } else if size_of::<T>() == 0 {
            BYTES
        } else {
            BYTES / size_of::<T>()
        }
    }

    /// The first of `count` elements, not initialised.
    ///
    /// # Panics
    /// If there is no [room](Self::room) for so many.
    #[inline(always)]
    pub(crate) fn elements<T>(&mut self, count: usize) -> *mut T {
        assert!(count <= Self::room::<T>(), "there is no room for {count} elements");
        self.0.as_mut_ptr().cast()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_no_more_than_fits() {
        #[repr(align(128))]
        struct Aligned;
        type Small = Room<100>;
        assert_eq!([Small::room::<()>(), Small::room::<[u8; 33]>(), Small::room::<[u8; 101]>()], [100, 3, 0]);
        assert_eq!(Small::room::<Aligned>(), 0);
        let _ = Small::new().elements::<[u8; 33]>(3);
        std::panic::catch_unwind(|| Small::new().elements::<[u8; 33]>(4)).expect_err("there is no room");
        std::panic::catch_unwind(|| Small::new().elements::<Aligned>(1)).expect_err("there is no room");
    }

    #[test]
    #[should_panic(expected = "mid > len")]
    fn a_piece_that_is_too_large_is_refused() {
        with(64, |workspace| {
            let _ = workspace.piece::<f64>(1 << (usize::BITS - 3));
        });
    }

    #[test]
    fn pieces_are_aligned_and_apart() {
        with(bytes::<f32>(3) + bytes::<f64>(9), |workspace| {
            let (a, b) = (workspace.piece::<f32>(3), workspace.piece::<f64>(9));
            a.fill(1.0);
            b.fill(2.0);
            assert!(a.iter().all(|&a| a.to_bits() == 1.0_f32.to_bits()));
            assert_eq!((a.as_ptr().addr() % LINE, b.as_ptr().addr() % LINE), (0, 0));
        });
    }
}
