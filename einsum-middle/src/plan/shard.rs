//! Plans of sharded einsums, which say when parts are moved: [`Einsum`], [`Sharding`] -> [`ShardedProgram`].
//!
//! A program begins with operands as they lie, of which lone labels are summed first, as what is summed is smaller when it is sent. Then
//! operands meet; on each axis of the mesh one label is split at a step, or none, and what lies otherwise is moved before. A
//! contracted label that is split leaves a sum of parts. At last the result is moved to where it shall lie, and repeated along
//! labels that no operand has: after it was sent, not before. Steps between which nothing moves are one einsum of the parts.
//!
//! Of all such programs the one with the least cost is taken, for extents that are not given at ones that stand for large ones.

mod build;
mod problem;
mod search;

use self::{build::Builder, problem::Problem, search::SetSearch};
use crate::ir::{
    Einsum,
    shard::{ShardedProgram, Sharding},
};

/// So many operands can be planned: sets of them are the bits of a number.
pub const MOST_OPERANDS: usize = u32::BITS as usize - 1;

/// Plans a sharded einsum of at most [`MOST_OPERANDS`]. There is none where operands that are read at forms of labels lie such that
/// no process has the same indices of all: these are not moved along the labels of forms.
#[must_use]
pub fn sharded(einsum: &Einsum, sharding: &Sharding) -> Option<ShardedProgram> {
    let problem = Problem::new(einsum, sharding);
    let search = SetSearch::run(&problem);
    if !search.has((1 << einsum.operands.len()) - 1, &problem.target) {
        return None;
    }
    let program = Builder::build(&problem, &search);
    debug_assert_eq!(program.verify(), Ok(()), "shards of `{einsum}`:\n{program}");
    Some(program)
}
