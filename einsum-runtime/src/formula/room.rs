//! Room for elements while a map is computed.

use alloc::vec::Vec;
use core::mem::MaybeUninit;

/// Calls back with room for elements, not initialised: on the stack, if they are at most `FEW`.
pub(super) fn with_room<T, R, const FEW: usize>(count: usize, work: impl FnOnce(*mut T) -> R) -> R {
    if const { size_of::<T>() <= 24 } && count <= FEW {
        let mut few = [const { MaybeUninit::<T>::uninit() }; FEW];
        return work(few.as_mut_ptr().cast());
    }
    work(Vec::with_capacity(count).as_mut_ptr())
}
