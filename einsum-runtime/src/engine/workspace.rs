//! The packing buffers: workspaces of each thread, kept and used again.
//!
//! A thread keeps as many as are in use at a time, two mostly: one with B~, and one with A~. Each grows to what
//! the largest step so far has needed, and that is bounded: A~ and B~ by the blocking constants of
//! [`blocked`](super::blocked), 5 MiB together, the offset tables by one entry for every row, column and
//! contracted index of a block; sums of [`parts`](super::parts), which are one more, by 1 MiB. In a steady state nothing
//! is allocated, but for the few bytes in which rayon keeps what a thread that is none of its pool asks of it.

use std::{cell::RefCell, mem::MaybeUninit};

/// A cache line.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([u8; LINE]);

/// Bytes in a cache line.
pub(crate) const LINE: usize = 64;

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

/// Taken, not borrowed: what runs inside of `work` finds another, or makes its own.
#[inline(never)]
fn take(needed: usize) -> Vec<Line> {
    let lines = KEPT.with_borrow_mut(Vec::pop).unwrap_or_default();
    if lines.len() < needed { vec![Line([0; LINE]); needed] } else { lines }
}

#[inline(never)]
fn keep(lines: Vec<Line>) {
    KEPT.with_borrow_mut(|kept| kept.push(lines));
}

/// What [`Workspace::piece`] takes for `count` elements.
pub(crate) const fn bytes<T>(count: usize) -> usize {
    (count * size_of::<T>()).next_multiple_of(LINE)
}

/// A number of which any bytes make one.
///
/// # Safety
/// - All bit patterns are valid, and there is no padding.
pub(crate) unsafe trait Bits: Copy {}

// SAFETY: true of all primitive numbers, and of pairs of two of one type.
unsafe impl Bits for f32 {}
// SAFETY: as above.
unsafe impl Bits for f64 {}
// SAFETY: as above.
unsafe impl Bits for num_complex::Complex32 {}
// SAFETY: as above.
unsafe impl Bits for num_complex::Complex64 {}
// SAFETY: as above.
unsafe impl Bits for isize {}
// SAFETY: as above.
unsafe impl Bits for usize {}

impl<'a> Workspace<'a> {
    /// The next `count` elements, from the beginning of a cache line on, with whatever is in them.
    ///
    /// # Panics
    /// If there is no room left.
    pub(crate) fn piece<T: Bits>(&mut self, count: usize) -> &'a mut [T] {
        let (piece, rest) = std::mem::take(&mut self.rest).split_at_mut(bytes::<T>(count) / LINE);
        self.rest = rest;
        // SAFETY:
        // - the lines have at least as many bytes as the elements, are initialised, and aligned to 64;
        // - any bytes make a `T`, and any `T`s are bytes, by the contract of `Bits`;
        // - they are borrowed for `'a`, by nobody else.
        unsafe { std::slice::from_raw_parts_mut(piece.as_mut_ptr().cast(), count) }
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

    /// How many elements there is room for.
    #[inline(always)]
    pub(crate) const fn room<T>() -> usize {
        const { assert!(size_of::<T>() <= BYTES && align_of::<T>() <= LINE, "elements are small") }
        if size_of::<T>() == 0 { BYTES } else { BYTES / size_of::<T>() }
    }

    /// The first element: room for [`Self::room`] of them, not initialised.
    #[inline(always)]
    pub(crate) fn elements<T>(&mut self) -> *mut T {
        self.0.as_mut_ptr().cast()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
