//! Room for values between the kernels that compute them and the tensor that they are for.

use std::mem::MaybeUninit;

/// A third of a first-level cache, on the stack, that begins with a cache line.
#[repr(C, align(64))]
pub(super) struct Buffer([MaybeUninit<u8>; BYTES]);

const BYTES: usize = 16 << 10;

impl Buffer {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self([const { MaybeUninit::uninit() }; BYTES])
    }

    /// How many elements there is room for.
    #[inline(always)]
    pub(super) const fn room<T>() -> usize {
        const { assert!(size_of::<T>() <= BYTES && align_of::<T>() <= 64, "elements are small") }
        if size_of::<T>() == 0 { BYTES } else { BYTES / size_of::<T>() }
    }

    /// The first element: room for [`Self::room`] of them, not initialised.
    #[inline(always)]
    pub(super) fn elements<T>(&mut self) -> *mut T {
        self.0.as_mut_ptr().cast()
    }
}
