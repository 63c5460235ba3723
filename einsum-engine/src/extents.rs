//! Products of extents.
//!
//! Extents are the user's, and need not be those of anything in memory: a view that repeats one element has any extents,
//! the product of which may be far beyond `usize`. So nothing here or elsewhere multiplies extents by `*`, and
//! `.ci/products` refuses it. There is a function for each purpose:
//!
//! | for | function | if that is too much |
//! | --- | --- | --- |
//! | decisions: is it small, how long does it take, which is less | [`count`], [`bytes`], `usize::saturating_mul` | as much as there can be |
//! | what must be exact: lengths to allocate, extents of fused axes, how often a loop runs | [`exact`] | nothing |
//! | where an element is: an index times a stride | [`offset`] | wraps, but no element is there |

use core::borrow::Borrow;

/// How many indices there are along axes of these extents, or `usize::MAX` if that is too large a number: to compare and to
/// estimate by, not to allocate or to count by.
#[inline(always)]
pub fn count<E: Borrow<usize>>(extents: impl IntoIterator<Item = E>) -> usize {
    extents.into_iter().fold(1, |count: usize, extent| count.saturating_mul(*extent.borrow()))
}

/// How many bytes so many elements have, or `usize::MAX`: to compare and to estimate by.
#[inline(always)]
#[must_use]
pub const fn bytes<T>(count: usize) -> usize {
    count.saturating_mul(size_of::<T>())
}

/// Exactly how many indices there are along axes of these extents; nothing if they are more than `isize::MAX`, the most that
/// an extent may be. An extent of 0 makes it 0, whatever the others are.
#[inline(always)]
pub fn exact<E: Borrow<usize>>(extents: impl IntoIterator<Item = E>) -> Option<usize> {
    let (mut count, mut is_too_large, mut is_empty) = (1usize, false, false);
    for extent in extents {
        let (product, has_wrapped) = count.overflowing_mul(*extent.borrow());
        count = product;
        is_too_large |= has_wrapped;
        is_empty |= *extent.borrow() == 0;
    }
    if is_empty {
        return Some(0);
    }
    if is_too_large || count > isize::MAX.cast_unsigned() { None } else { Some(count) }
}

/// How far, in elements, an index moves along an axis of this stride.
///
/// Of an index below the extent of an axis of a tensor it is exact, since an element is there. Other products may wrap: who
/// computes how far all of an axis reaches, or uses strides of a tensor without elements, moves a pointer by it with
/// `wrapping_offset`, and reads nothing there.
#[inline(always)]
#[must_use]
pub const fn offset(index: usize, stride: isize) -> isize {
    index.cast_signed().wrapping_mul(stride)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: usize = 1 << (usize::BITS / 2);

    #[test]
    fn counts_stop_at_the_largest_number() {
        assert_eq!(count([3, 5, 7]), 105);
        assert_eq!(count([HALF, HALF]), usize::MAX);
        assert_eq!(count([HALF, HALF, 0]), 0);
        assert_eq!(count([0, HALF, HALF]), 0);
        assert_eq!(count::<usize>([]), 1);
        assert_eq!(bytes::<f64>(usize::MAX / 2), usize::MAX);
        assert_eq!(bytes::<[f32; 3]>(5), 60);
    }

    #[test]
    fn exact_products_are_right_or_nothing() {
        assert_eq!(exact([3, 5, 7]), Some(105));
        assert_eq!(exact([HALF, HALF]), None);
        assert_eq!(exact([HALF, HALF / 2, 3]), None);
        assert_eq!(exact([HALF, HALF / 2 - 1]), Some(isize::MAX.cast_unsigned() - HALF + 1));
        assert_eq!(exact([HALF, HALF / 2]), None);
        assert_eq!(exact([HALF, HALF, 0]), Some(0));
        assert_eq!(exact([HALF, 0, HALF, HALF]), Some(0));
        assert_eq!(exact([HALF, HALF, HALF, 1]), None);
        assert_eq!(exact::<usize>([]), Some(1));
    }

    #[test]
    fn offsets_go_back_as_well() {
        assert_eq!(offset(7, -3), -21);
        assert_eq!(offset(usize::MAX, 0), 0);
    }
}
