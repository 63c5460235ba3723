//! Meshes, shards and moves against whole arrays: run on threads by one program, and on MPI by another, each with an `on_meshes` of its own.

pub(crate) mod collectives;
pub(crate) mod counting;
pub(crate) mod halos;
pub(crate) mod moves;
pub(crate) mod sharded;

use ndarray::{Array, Dimension, IntoDimension};

/// Meshes of one to five ranks, with one axis and with two.
pub(crate) const MESHES: [[(&str, usize); 2]; 9] = [
    [("dp", 1), ("tp", 1)],
    [("dp", 2), ("tp", 1)],
    [("dp", 1), ("tp", 2)],
    [("dp", 1), ("tp", 3)],
    [("dp", 2), ("tp", 2)],
    [("dp", 4), ("tp", 1)],
    [("dp", 1), ("tp", 4)],
    [("dp", 1), ("tp", 5)],
    [("dp", 3), ("tp", 2)],
];

/// Distinct primes, nothing, one, and fewer than an axis has ranks.
pub(crate) const EXTENTS: [[usize; 3]; 6] = [[7, 5, 11], [3, 2, 13], [1, 7, 2], [0, 3, 5], [2, 0, 1], [13, 1, 0]];

/// A tensor in which each element tells its indices.
pub(crate) fn numbered<D: Dimension>(extents: impl IntoDimension<Dim = D>) -> Array<i64, D> {
    let mut next = 0;
    Array::from_shape_simple_fn(extents, || {
        next += 1;
        next * next
    })
}

/// Does something with the name and the function of each case.
macro_rules! with_cases {
    ($each:ident) => {
        $each! {
            moves::all_gather_and_split
            moves::all_to_all
            moves::sums
            moves::dynamic_and_broadcast
            moves::elements
            sharded::parts_are_blocks_and_together_the_whole
            sharded::any_rank_scatters
            sharded::every_placement_leads_to_every_other
            sharded::sums_of_terms_are_values
            sharded::elementwise_on_parts
            counting::words_of_moves_are_those_of_rings
            counting::words_are_told_before
            halos::convolutions
            halos::borders
            halos::other_placements
            halos::functions
            halos::views
        }
    };
}
pub(crate) use with_cases;
