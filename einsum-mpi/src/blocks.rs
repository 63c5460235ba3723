//! Which indices of an axis are whose.

use std::ops::Range;

/// The indices of an axis of `extent` that are on rank `part` of `parts`: each rank has `extent / parts` of them, the first
/// `extent % parts` ranks have one more. Without enough for all, the last have none.
///
/// ```
/// use einsum_mpi::blocks::block;
///
/// assert_eq!((0..3).map(|part| block(7, 3, part)).collect::<Vec<_>>(), [0..3, 3..5, 5..7]);
/// assert!(block(2, 3, 2).is_empty());
/// ```
///
/// # Panics
/// If there is no such part.
#[must_use]
pub fn block(extent: usize, parts: usize, part: usize) -> Range<usize> {
    assert!(part < parts, "there is no part {part} of {parts}");
    let (least, longer) = (extent / parts, extent % parts);
    let start = least * part + part.min(longer);
    start..start + least + usize::from(part < longer)
}

/// How many indices of an axis of `extent` each of `parts` ranks has (see [`block`]).
#[must_use]
pub fn counts(extent: usize, parts: usize) -> Vec<usize> {
    (0..parts).map(|part| block(extent, parts, part).len()).collect()
}
