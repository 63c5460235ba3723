//! An einsum explained to people: a checked [`Einsum`](crate::ir::Einsum) -> [`Explanation`], which is shown
//! as a table.
//!
//! Everything in it is what other passes have made: the tree of the expansion with the [`Orders`] that it leaves to the run
//! time, their gradients, and their loops. Nothing here decides anything.

mod costs;
mod display;
mod explanation;
mod extents;
pub mod formula;
mod kernel;
#[cfg(feature = "shards")]
pub mod shard;
mod table;
mod trees;

pub use self::{
    costs::{Costs, Row, number, quantity, sum},
    display::{largest, nests, speed_up, step_rows},
    explanation::{Explanation, Orders, Tree},
    extents::Extents,
    kernel::Kernel,
    table::aligned,
};
