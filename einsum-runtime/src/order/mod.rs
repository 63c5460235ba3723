//! The order in which operands meet, and the blocks in which they do, chosen by their extents.
//!
//! | module | holds |
//! | --- | --- |
//! | [`orders`] | the orders that there are, as data, and what their steps cost |
//! | `programme` | the best of them within a limit |
//! | [`choice`] | which one is taken |
//! | [`slicing`] | blocks of indices that keep a limit on intermediates |

pub mod choice;
pub mod orders;
mod programme;
pub mod slicing;
