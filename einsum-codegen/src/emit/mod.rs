//! All passes' results -> tokens: the only `quote!`, apart from what the parser prints.
//!
//! `tests/snapshots/einsum.rs` shows an expansion. Its rules:
//!
//! - no `unsafe`, no `allow`, no arithmetic: these live behind functions of the runtime;
//! - every token that is not the user's has a mixed-site span, so that local variables are
//!   hygienic and lints of the user's crate are silent; items and paths start from `$crate`;
//! - operands are evaluated once, from left to right, before anything else.

#[cfg(feature = "candle")]
pub(crate) mod candle;
pub mod errors;
pub(crate) mod explanation;
pub mod expression;
pub(crate) mod formula;
pub mod function;
#[cfg(feature = "shards")]
pub(crate) mod shard;
pub(crate) mod tokens;
pub(crate) mod warnings;

mod choices;
mod derivative;
mod docs;
mod ellipsis;
mod loops;
mod names;
mod nest;
mod operands;
mod output;
mod pullback;
mod rank;
mod site;
mod slices;
mod steps;
mod types;
