//! Values and gradients against oracles that share no code with the library: of all subscripts, elements, layouts and targets.
//! A module is run alone by `cargo test --test values gradients::`.
#![allow(missing_docs, clippy::float_cmp, clippy::unwrap_used, reason = "a test crate; all numbers are exact")]

mod cast;
#[path = "../common/mod.rs"]
mod common;
mod cross;
mod elements;
mod forward;
mod gradients;
mod known_extents;
