//! The numbers of a vector as functions give them to each other.

use core::mem::MaybeUninit;

/// The numbers of a vector, on their way from one function to another. (It is more than two words, so that it stays in memory until the
/// compiler has inlined what it goes through: an array of 16 bytes goes by as an integer, of which LLVM makes numbers one by one, and of these
/// other registers than those that were read.)
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Held<T, const N: usize> {
    /// The numbers.
    pub(crate) numbers: [T; N],
    room: MaybeUninit<[u64; 2]>,
}

impl<T: Copy, const N: usize> Held<T, N> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn splat(number: T) -> Self {
        Self { numbers: [number; N], room: MaybeUninit::uninit() }
    }
}
