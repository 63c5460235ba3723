//! Einsums whose subscripts are read at run time: the cases of `tests/conformance`, errors, and what macros give.
#![allow(
    dead_code,
    missing_docs,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    clippy::unwrap_used,
    reason = "a test crate, in which sums of small integers are exact, and which uses a part of these modules"
)]

#[path = "../conformance/case.rs"]
mod case;
#[path = "../conformance/check.rs"]
mod check;
#[path = "../common/mod.rs"]
mod common;
mod elements;
mod errors;
#[path = "../conformance/grammar.rs"]
mod grammar;
#[path = "../conformance/json.rs"]
mod json;
mod letters;
#[path = "../conformance/numpy.rs"]
mod numpy;
#[path = "../conformance/oracle.rs"]
mod oracle;
mod plans;
#[path = "../conformance/trial.rs"]
mod trial;
mod values;
