//! The compiler as a library: its passes, what it shows of them, what it expands to; and the documents beside it. A module is
//! run alone by `cargo test --test compiler passes::`.

#![allow(missing_docs, clippy::unwrap_used, reason = "a test may panic, and needs no documentation")]

#[path = "../common/mod.rs"]
mod common;
mod cost;
mod documentation;
mod expansion;
mod ir;
mod passes;
#[cfg(feature = "engine")]
mod plans;
