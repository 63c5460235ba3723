//! Formulas: values and gradients against loops over indices.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "numbers are small, and some results exact"
)]

mod blocks;
mod constructs;
mod convolutions;
mod gradients;
mod oracle;
mod programs;
mod targets;
mod users;
mod written;
