//! How long the blocks are that the steps of a formula are computed for together, so that what they hand on to each other stays in a cache.

use core::marker::PhantomData;

use einsum_engine::machine::caches;

use crate::{
    blocks::{Blocks, Cut},
    fixed::kind::Decided,
    storage::Storage,
    tuning::{RUN_BLOCK_MULTIPLE, RUN_CUT_BLOCKS, RUN_CUT_MIN_LENGTH, RUN_TIMES_ANEW},
};

/// A tensor of steps that are computed block by block.
#[derive(Clone, Copy, Debug)]
pub struct Used {
    /// How many elements it has for one index of each label that is divided.
    len: usize,
    /// The labels that are divided and on it, as bits.
    labels: u64,
}

/// A tensor with these extents along labels that are not divided, and with the labels of these bits along others.
#[inline]
#[must_use]
pub const fn used(extents: &[usize], labels: u64) -> Used {
    let (mut len, mut axis) = (1usize, 0);
    while axis < extents.len() {
        len = len.saturating_mul(extents[axis]);
        axis += 1;
    }
    Used { len, labels }
}

/// The blocks of indices of labels for which what is used fits into a cache: one block of all indices, if it does as a whole.
///
/// `tensors` are those that are used several times for a block, which have all the labels; and those that lack some, and are read anew,
/// or added to, for each block of these. A block is as large as half of the L2 cache of a core, or as a few times what is read anew for
/// it, which then takes little of its time. Labels are divided in their order. Among arrays of fixed size there is one block: where a tensor of a
/// block lies is in its type.
#[inline]
#[must_use]
pub fn in_cache<S: Storage, K: Decided, const L: usize>(
    _element: PhantomData<S>,
    _kind: K,
    extents: [usize; L],
    tensors: &[Used],
) -> Blocks<L> {
    if const { K::IS_FIXED } {
        return Blocks::whole(extents);
    }
    let mut lengths = extents;
    divide(&mut lengths, tensors, size_of::<S::Compute>());
    Blocks::new(extents, lengths)
}

/// [`in_cache`] of the labels but the last, of which each block has its indices up to `factor` times the last one that it has of the label of
/// number `by`, plus `plus`, and some more. There are several blocks of that label, if it is long.
#[inline]
#[must_use]
pub fn in_cache_cut<S: Storage, K: Decided, const L: usize>(
    _element: PhantomData<S>,
    _kind: K,
    extents: [usize; L],
    tensors: &[Used],
    (by, factor, plus): (usize, usize, isize),
) -> Blocks<L> {
    if const { K::IS_FIXED } {
        return Blocks::whole(extents);
    }
    let mut lengths = extents;
    divide(&mut lengths[..L - 1], tensors, size_of::<S::Compute>());
    if extents[by] > RUN_CUT_MIN_LENGTH {
        lengths[by] = lengths[by].min(even(extents[by], extents[by].div_ceil(RUN_CUT_BLOCKS).max(RUN_CUT_MIN_LENGTH)));
    }
    Blocks::new(extents, lengths).cut(Cut { by, factor, plus })
}

/// Shortens blocks, which are as long as labels are, to what fits into a cache, one label after the other.
#[inline(never)]
fn divide(lengths: &mut [usize], tensors: &[Used], size: usize) {
    if lengths.contains(&0) {
        return;
    }
    let limit = caches::current().l2() / 2 / size.max(1);
    for label in 0..lengths.len() {
        if elements(lengths, tensors, |used| is_whole(used, lengths.len())) <= limit {
            return;
        }
        let anew = elements(lengths, tensors, |used| !has(used, label));
        let room = limit.max(anew.saturating_mul(RUN_TIMES_ANEW));
        let whole = lengths[label];
        lengths[label] = 1;
        let each = elements(lengths, tensors, |used| is_whole(used, lengths.len()));
        lengths[label] = even(whole, (room / each.max(1)).clamp(1, whole));
    }
}

/// The length of blocks of about equal lengths, each at most `most`, and if that is many, a multiple of what kernels have in a tile.
fn even(extent: usize, most: usize) -> usize {
    let length = extent.div_ceil(extent.div_ceil(most));
    if most < RUN_BLOCK_MULTIPLE {
        length
    } else {
        length.next_multiple_of(RUN_BLOCK_MULTIPLE).min(most / RUN_BLOCK_MULTIPLE * RUN_BLOCK_MULTIPLE).min(extent)
    }
}

/// How many elements some of the tensors have for a block.
fn elements(lengths: &[usize], tensors: &[Used], counts: impl Fn(&Used) -> bool) -> usize {
    let of = |used: &Used| {
        let divided = (0..lengths.len()).filter(|label| has(used, *label));
        divided.fold(used.len, |len, label| len.saturating_mul(lengths[label]))
    };
    tensors.iter().filter(|used| counts(used)).map(of).fold(0, usize::saturating_add)
}

fn has(used: &Used, label: usize) -> bool {
    used.labels >> label & 1 == 1
}

fn is_whole(used: &Used, labels: usize) -> bool {
    (0..labels).all(|label| has(used, label))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn divided<const L: usize>(mut lengths: [usize; L], tensors: &[Used]) -> [usize; L] {
        divide(&mut lengths, tensors, 4);
        lengths
    }

    #[test]
    fn what_fits_is_one_block() {
        assert_eq!(divided([7, 5], &[used(&[11], 3), used(&[13], 1)]), [7, 5]);
        assert_eq!(divided([0, usize::MAX], &[used(&[usize::MAX], 3)]), [0, usize::MAX]);
    }

    #[test]
    fn blocks_fit_into_a_cache_or_are_as_large_as_what_is_read_anew() {
        let limit = caches::current().l2() / 2 / 4;
        let [length] = divided([limit], &[used(&[100], 1), used(&[3], 0)]);
        assert!(length * 100 <= limit && length * 200 > limit, "{length}");
        let (anew, [length]) = (limit * 3, divided([limit], &[used(&[100], 1), used(&[limit * 3], 0)]));
        let room = anew * RUN_TIMES_ANEW;
        assert!(length * 100 <= room && length * 200 > room, "{length}");
        assert_eq!(divided([5, 3], &[used(&[usize::MAX], 3)]), [1, 1]);
    }

    /// Labels are divided in their order, until a block fits.
    #[test]
    fn the_first_labels_are_divided_first() {
        let limit = caches::current().l2() / 2 / 4;
        let [first, second] = divided([5, 100], &[used(&[limit / 10], 3)]);
        assert!(first == 1 && (5..=10).contains(&second), "{first} {second}");
        assert_eq!(divided([8, 100], &[used(&[limit / 400], 3)]), [4, 100]);
    }
}
