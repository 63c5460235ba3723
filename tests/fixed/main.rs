//! Arrays of fixed size, as operands and results of every macro.
#![allow(missing_docs, reason = "a test crate")]

mod gradients;
mod operands;
mod oracle;
mod values;
