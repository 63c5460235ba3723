//! Where the result of a step of constant extents lies.

use crate::tuning::{
    KNOWN_EXTENTS_IN_PLACE_INLINED_MAX_BYTES, KNOWN_EXTENTS_INLINED_MAX_BYTES, KNOWN_EXTENTS_SUMS_INLINED_MAX_BYTES,
};

/// The place of a result.
pub(crate) trait Place {
    /// Whether it has no elements before, so that all are written, whatever the nest does.
    const IS_NEW: bool;
    /// Bytes of all terms up to which the loops are inlined into the call site, of steps that sum nothing.
    const INLINED_MAX_BYTES: usize;
    /// Bytes of all terms up to which they are, of sums.
    const SUMS_INLINED_MAX_BYTES: usize = Self::INLINED_MAX_BYTES;
}

/// A variable of the call site, with elements, which the compiler keeps in registers if it can.
pub(crate) enum Local {}

impl Place for Local {
    const IS_NEW: bool = false;
    const INLINED_MAX_BYTES: usize = KNOWN_EXTENTS_INLINED_MAX_BYTES;
    const SUMS_INLINED_MAX_BYTES: usize = KNOWN_EXTENTS_SUMS_INLINED_MAX_BYTES;
}

/// Memory with elements: the user's.
pub(crate) enum InPlace {}

impl Place for InPlace {
    const IS_NEW: bool = false;
    const INLINED_MAX_BYTES: usize = KNOWN_EXTENTS_IN_PLACE_INLINED_MAX_BYTES;
}

/// Memory without elements.
pub(crate) enum InRoom {}

impl Place for InRoom {
    const IS_NEW: bool = true;
    const INLINED_MAX_BYTES: usize = KNOWN_EXTENTS_IN_PLACE_INLINED_MAX_BYTES;
}
