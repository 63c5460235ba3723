//! Formulas: values and gradients against loops over indices.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "numbers are small, and some results exact"
)]

mod agreement;
mod blocks;
mod constructs;
mod convolutions;
mod edges;
mod ellipsis;
mod gradients;
mod literals;
mod models;
mod oracle;
mod programs;
mod rewritten;
mod stencils;
mod targets;
mod users;
mod written;
