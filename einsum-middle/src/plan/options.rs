//! The options of a search.

use super::cost::Objective;
use crate::{ir::MaxIntermediate, tuning::ANY_MAX_SPLITS};

/// The kind of path that is searched for, and how many splits are left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// The cost that is minimised.
    pub objective: Objective,
    /// How many elements an intermediate may have. Where that or extents are not known, splits are
    /// among them that matter for small intermediates alone, and [`Splits::choose_within`](super::splits::Splits::choose_within) observes it.
    pub max_intermediate: Option<MaxIntermediate>,
    /// How many splits may be left to the run time. Each is a step in the expansion, and some
    /// nanoseconds at run time. The default takes none from known kinds of up to 7 operands: a Tucker
    /// product of 6 factors has 250, a chain of 7 matrices 62, most have fewer than 30. What fewer
    /// cost is in `benches/order/README.md`.
    pub max_splits: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { objective: Objective::Forward, max_intermediate: None, max_splits: ANY_MAX_SPLITS }
    }
}
