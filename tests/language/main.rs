//! What can be written, what can be passed, and what is said where it does not fit. One crate, as each links a program of its
//! own; a module is run alone by `cargo test --test language limit::`.
#![allow(missing_docs, clippy::float_cmp, clippy::unwrap_used, reason = "a test crate; all numbers are exact")]

mod derivatives;
mod index_notation;
mod limit;
mod names;
mod operands;
mod pointers;
mod runtime_errors;
mod subscripts;
