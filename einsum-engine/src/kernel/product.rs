//! Runs of small GEMMs straight on the operands, as kernels take them.

use crate::kernel::tile::Ahead;

/// A run of GEMMs: how many there are, and how far each is from the one before, in `a`, `b` and `out`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// At least one.
    pub(crate) count: usize,
    pub(crate) steps: [isize; 3],
    /// The part of `b` to fetch while columns are computed.
    pub(crate) ahead: Ahead,
}

impl Run {
    /// One product.
    pub(crate) const ONE: Self = Self { count: 1, steps: [0; 3], ahead: Ahead::NOTHING };
}

/// More columns than this are for one vector of rows: of two, the sums do not stay in registers. (One vector times 8
/// columns is as many sums as it takes to wait for none; 16 x 16 in 54 ns, 62 by 8 columns.)
pub(crate) const WIDE: usize = 8;
