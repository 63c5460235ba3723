//! Whether there is room for a tensor, and arrays of computed elements.

use alloc::{vec, vec::Vec};

use einsum_engine::machine::pages::{advise_large, room};
use ndarray::{Array, Dimension};

use crate::{element::Element, tuning::TRIED_ALLOCATION_MIN_BYTES};

/// The number of elements of extents, if their bytes can be addressed and allocated. An extent of 0
/// does not excuse the others: `ndarray` has no array whose other extents multiply to more than
/// `isize`.
pub(crate) fn len<T>(extents: &[usize]) -> Option<usize> {
    let (mut bytes, mut len) = (size_of::<T>().max(1), 1);
    for &extent in extents {
        bytes = bytes.checked_mul(extent.max(1))?;
        len *= extent; // bounded: by the bytes
    }
    isize::try_from(bytes).ok()?;
    if bytes >= TRIED_ALLOCATION_MIN_BYTES {
        reserve::<T>(len)?;
    }
    Some(len)
}

/// Whether there is room for a tensor of these extents as it has few bytes.
#[inline(always)]
pub(crate) fn is_little<T, const RANK: usize>(extents: [usize; RANK]) -> bool {
    extents.into_iter().fold(size_of::<T>().max(1), |bytes, extent| bytes.saturating_mul(extent.max(1)))
        < TRIED_ALLOCATION_MIN_BYTES
}

#[cold]
fn reserve<T>(len: usize) -> Option<()> {
    Vec::<T>::new().try_reserve_exact(len).ok()
}

/// So many zeros, in huge pages if these are worth it.
pub(crate) fn zeros<T: Element>(len: usize) -> Vec<T> {
    if const { T::FAMILY.is_complex() } {
        // (`vec!` would write them, before anybody is asked for pages.)
        let mut zeros = room(len);
        zeros.resize(len, T::ZERO);
        return zeros;
    }
    let zeros = vec![T::ZERO; len];
    advise_large(zeros.as_ptr(), len);
    zeros
}

/// Row-major elements as an array.
///
/// # Panics
/// If they are not as many as the extents say, or if `D` has another static rank.
pub(crate) fn dynamic<T, D: Dimension>(extents: &[usize], elements: Vec<T>) -> Array<T, D> {
    let mut dimension = D::zeros(extents.len());
    dimension.slice_mut().copy_from_slice(extents);
    Array::from_shape_vec(dimension, elements).expect("a tensor has as many elements as its extents say")
}
