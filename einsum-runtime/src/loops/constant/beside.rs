//! Steps whose result is multiplied by `alpha`, or added to the old content: computed beside it.

use core::mem::MaybeUninit;

use super::{constant, is_here, len, place::InRoom};
use crate::{element::Element, loops::nest::Nest, tuning::SCALED_MAX_ELEMENT_BYTES};

/// A function for such a step: of its result, its factors, and `alpha` and `beta`, if there are these.
///
/// # Safety
/// - The step [is computed here](is_scaled_here). As of `constant`, for a result that nothing else reaches, valid for reads of initialised elements if there is a `beta`.
type Scaling<T> = unsafe fn(*mut T, [*const T; 2], (Option<T>, Option<T>));

/// Whether such a step is computed here: one whose result has no element off a diagonal.
pub(crate) const fn is_scaled_here<T: Element, N: Nest<L>, const L: usize>() -> bool {
    N::IS_SCALED && is_here::<T, N, L>() && N::TENSORS[0].len() == N::KEPT && size_of::<T>() <= SCALED_MAX_ELEMENT_BYTES
}

/// The function for a step that [is computed here](is_scaled_here), which keeps its result in the least room that is enough.
pub(crate) const fn scaling<T: Element, N: Nest<L>, const L: usize>() -> Scaling<T> {
    if !is_scaled_here::<T, N, L>() {
        return never::<T>;
    }
    match len::<N, L>() {
        ..=16 => beside::<T, N, L, 16>,
        17..=64 => beside::<T, N, L, 64>,
        65..=256 => beside::<T, N, L, 256>,
        _ => beside::<T, N, L, 2048>,
    }
}

/// Stands for the function of a step that is not computed here.
///
/// # Safety
/// - None: it only has the type of those that have a contract.
unsafe fn never<T>(_out: *mut T, _factors: [*const T; 2], _scale: (Option<T>, Option<T>)) {
    unreachable!("a step that is computed at the call site has constant extents, and elements for it");
}

/// Computes the step into room for it, and takes the elements to the result.
///
/// # Safety
/// - As of [`Scaling`].
#[inline(always)]
unsafe fn beside<T: Element, N: Nest<L>, const L: usize, const LEN: usize>(
    out: *mut T,
    factors: [*const T; 2],
    (alpha, beta): (Option<T>, Option<T>),
) {
    let count = const {
        assert!(len::<N, L>() <= LEN, "there is room for the result");
        len::<N, L>()
    };
    let mut room = MaybeUninit::<[T; LEN]>::uninit();
    let elements: *mut T = room.as_mut_ptr().cast();
    // SAFETY: by the contract, of a result in the room, which has as many elements, all of which are written; and of the result, whose
    // elements are as many, side by side.
    unsafe {
        constant::<T, N, InRoom, L>(elements, factors);
        for at in 0..count {
            let (out, value) = (out.add(at), elements.add(at).read());
            let scaled = alpha.map_or(value, |alpha| alpha.times(value));
            out.write(beta.map_or(scaled, |beta| scaled.plus(beta.times(out.read()))));
        }
    }
}
