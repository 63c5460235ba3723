//! How a step is computed: what decides, the numbers that it compares with, and what it can decide for.
//!
//! | module | holds |
//! | --- | --- |
//! | [`tuning`] | the numbers |
//! | [`way`] | a plan, as data that prints |
//! | `choose` | the decision, read from top to bottom |
//! | `trace` | a line for each step that is computed, with `EINSUM_TRACE=1` |
//! | `ran` | what ran, for tests of what is planned |

#[cfg(feature = "kernels")]
pub(crate) mod choose;
#[cfg(feature = "kernels")]
pub(crate) mod ran;
#[cfg(feature = "kernels")]
pub(crate) mod trace;
#[cfg_attr(not(feature = "kernels"), allow(dead_code, reason = "most numbers are those of kernels"))]
pub mod tuning;
#[cfg(feature = "kernels")]
pub mod way;
