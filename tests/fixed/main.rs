//! Arrays of fixed size, as operands and results of every macro.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test crate")]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_lossless,
    reason = "numbers are small"
)]
#![allow(clippy::float_cmp, reason = "numbers are small and whole: sums of them are exact")]
#![allow(clippy::type_complexity, reason = "types of operands and results are what is tested")]

mod bits;
mod expressions;
mod formulas;
mod functions;
mod gradients;
mod operands;
mod oracle;
mod values;
