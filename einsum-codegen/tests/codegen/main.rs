//! The compiler as a library: what it reads, what it says about mistakes, the orders that it finds, formulas, shards, explanations. One
//! program, which is compiled and linked once.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test may panic, and needs no documentation")]

mod explain;
mod few;
mod formula;
mod index;
mod messages;
mod order;
mod shards;
