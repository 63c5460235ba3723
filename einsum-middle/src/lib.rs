//! The middle of the einsum compiler: data and passes that know nothing of tokens. It has no dependencies, so it is compiled beside those
//! of the front end, and whoever reads subscripts at run time can have the same orders and gradients.
//!
//! | pass | from -> to | afterwards |
//! | --- | --- | --- |
//! | [`subscripts`] | text -> [`subscripts::Subscripts`] | the subscripts are labels, or something is said about a place in the text |
//! | [`plan`] | [`ir::Einsum`] -> [`ir::ContractionTree`] | steps of one or two factors; a label is contracted only where both factors have it |
//! | [`grad`] | [`ir::ContractionTree`] -> [`grad::Vjp`] | gradients are steps of the same kind |
//! | [`lower`](mod@lower) | [`ir::ContractionTree`] -> [`lower::Lowered`] | loops are explicit, and how they reach into each tensor |
//!
//! [`mod@explain`] makes a text of what they have made. Users' errors are found before: an [`ir::Einsum`] that verifies can be planned.

pub mod explain;
pub mod few;
pub mod grad;
pub mod ir;
pub mod lower;
pub mod notation;
pub mod plan;
pub mod subscripts;
mod tuning;
