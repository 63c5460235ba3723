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

/// Calls back with so many elements, all alike at first: on the stack, if they are at most `FEW`.
pub(super) fn with_filled<T: Copy, R, const FEW: usize>(
    element: T,
    count: usize,
    work: impl FnOnce(&mut [T]) -> R,
) -> R {
    with_room::<T, R, FEW>(count, |room| {
        // SAFETY: there is room for `count` elements, which nothing else reaches while `work` runs: all are written, and then used.
        let elements = unsafe {
            (0..count).for_each(|index| room.add(index).write(element));
            core::slice::from_raw_parts_mut(room, count)
        };
        work(elements)
    })
}
