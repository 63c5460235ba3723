//! How a step is computed: what decides, the numbers that it compares with, and what it can decide for.
//!
//! | module | holds |
//! | --- | --- |
//! | `tuning` | the numbers |
//! | [`way`] | a plan, as data that prints |
//! | `choose` | the decision, read from top to bottom |
//! | `trace` | a line for each step that is computed, with `EINSUM_TRACE=1` |
//! | `ran` | what ran, for tests of what is planned |

pub(crate) mod choose;
pub(crate) mod ran;
pub(crate) mod trace;
pub(crate) mod tuning;
pub mod way;
