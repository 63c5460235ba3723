//! The blocking of a GEMM: how many rows, columns and contracted indices at a time.

use crate::{
    kernel::Packed,
    machine::{caches, workspace::LINE},
    plan::tuning::{A_BLOCK_MAX_ACROSS, GEMM_BLOCK_MAX_DEPTH, a_block_bytes, b_block_bytes, b_micro_panel_bytes},
};

/// How many of each at a time, as the five loops of [`blocked`](crate::gemm::blocked) name them.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    pub(super) kc: usize,
    pub(super) nc: usize,
    pub(super) mc: usize,
    /// Steps across.
    pub(super) across: usize,
}

impl Sizes {
    /// The blocking by the caches of the machine, for so many rows and steps across, columns, contracted indices in strips of `lane`, and
    /// pieces for threads to share.
    pub(super) fn of<K: Packed>(
        (rows, steps): (usize, usize),
        columns: usize,
        (depth, lane): (usize, usize),
        pieces: usize,
    ) -> Self {
        let element = size_of::<K::Element>();
        let caches = caches::current();
        // Of the contracted extent, the tiles and the machine alone: the order of summation may not depend on how threads share the rest.
        let most = (b_micro_panel_bytes(caches) / (K::NR * element)).min(GEMM_BLOCK_MAX_DEPTH);
        let kc = match lane {
            1 => even(depth, most, 1),
            // Whole cache lines of both factors.
            lane => (most / (lane * LINE / element)).max(1) * (lane * LINE / element),
        };
        let nc = even(columns, b_block_bytes(caches) / (kc * element), K::NR);
        // Blocks for threads to share are of fewer rows; only if these would be too unequal, also of fewer steps across.
        // (`dcba,cebf->dfae` of 36 and 48, f32, two threads: 24 ms, 29 by blocks of 32 and of 16 rows. `dabfe,fc->edcba` of 24:
        // 2.4 ms, and 4.5 by fewer steps across.)
        let is_uneven = rows < pieces * K::MR && !rows.is_multiple_of(K::MR);
        let across =
            even(steps, if is_uneven { A_BLOCK_MAX_ACROSS.min(steps.div_ceil(pieces)) } else { A_BLOCK_MAX_ACROSS }, 1);
        let blocks = if is_uneven { pieces.div_ceil(steps.div_ceil(across)) } else { pieces };
        let mc = even(rows.div_ceil(blocks), a_block_bytes(caches) / (kc * element * across), K::MR);
        Self { kc, nc, mc, across }
    }
}

/// The least number, a multiple of `unit`, of which as many parts make `total` as there must be if each has at most `most`.
pub(super) fn even(total: usize, most: usize, unit: usize) -> usize {
    total.div_ceil(total.div_ceil(most.max(unit)).max(1)).next_multiple_of(unit)
}
