//! The intermediate representations between `check` and [`lower`](mod@crate::lower):
//! data without tokens. Every type has a `Display`.

mod choice;
mod einsum;
mod form;
pub mod formula;
mod label;
mod release;
#[cfg(feature = "shards")]
pub mod shard;
mod tree;
mod verify;

pub use choice::{Alternative, Choice, Cost, Guard, Limit};
pub use einsum::{Einsum, Epilogue, MaxIntermediate, Operand};
pub use form::Form;
pub use label::{Label, LabelId, Labels, Subscript};
pub use tree::{ContractionTree, Factor, Kind, Role, Step, Value, ValueId};
