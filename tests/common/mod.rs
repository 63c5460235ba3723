//! What the end-to-end tests share: an oracle, the table of cases, and operands of every layout.
#![allow(dead_code, unused_imports, unused_macros, reason = "each test crate uses a part of this module")]

pub(crate) mod cases;
pub(crate) mod inputs;
pub(crate) mod number;
pub(crate) mod oracle;
pub(crate) mod rank;
pub(crate) mod walk;
