//! The cases of other einsum libraries' test suites, and random ones: values, gradients and errors. See `README.md`.
//!
//! `BLESS=1 cargo test --test conformance` rewrites the generated files.
#![allow(
    missing_docs,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    clippy::unwrap_used,
    reason = "a test crate, in which sums of small integers are exact"
)]

mod case;
mod check;
#[path = "../common/mod.rs"]
mod common;
mod errors;
mod generate;
mod gradients;
mod grammar;
mod json;
mod numpy;
mod oracle;
mod random;
mod site;
mod summary;
mod trial;
mod values;

#[rustfmt::skip]
mod generated_dynamic;
#[rustfmt::skip]
mod generated_failing;
#[rustfmt::skip]
mod generated_random;
#[rustfmt::skip]
mod generated_static;
#[rustfmt::skip]
mod generated_values;
