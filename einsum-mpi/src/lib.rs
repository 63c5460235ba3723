//! Einsums over many processes: tensors that are sharded on a mesh of ranks.
//!
//! | item | is |
//! | --- | --- |
//! | [`Collective`] | a group of ranks: [`Single`], [`threads`], with the feature `mpi` a communicator of MPI |
//! | [`Mesh`] | ranks in rows and columns, with names |
//! | [`Placement`] | which axis of a tensor is sharded on which axis of the mesh: `"dp _ //tp"` |
//! | [`Sharded`] | a tensor of which each rank has a part |
//! | [`moves`] | what ranks do with their parts: all-gather, reduce-scatter, .. |
//! | [`blocks`] | which indices of an axis are whose |
//!
//! Nothing here initialises MPI, or uses a communicator that it was not given.
//!
//! The macros [`einsum_mpi!`], [`try_einsum_mpi!`], [`einsum_mpi_vjp!`] and [`einsum_mpi_fn!`] compute einsums of sharded tensors, and
//! their gradients; what must be sent is derived while compiling, and [`explain_mpi!`] shows it.
//!
//! # Example
//!
//! A layer on four ranks: the rows of a batch are on two, the columns of the weights on two. With another kind of communicator the
//! program is the same.
//!
//! ```
//! use einsum_mpi::{Mesh, Sharded, einsum_mpi_vjp, threads};
//! use ndarray::array;
//!
//! let (x, w) = (array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], array![[1.0, 1.0], [0.0, 1.0]]);
//! let results = threads(4, |communicator| {
//!     let mesh = Mesh::new(&communicator, [("dp", 2), ("tp", 2)])?;
//!     let x = Sharded::from_whole(&mesh, &x, "dp _")?;
//!     let w = Sharded::from_whole(&mesh, &w, "_ tp")?;
//!     let (y, pullback) = einsum_mpi_vjp!("b/dp i, i j/tp -> b/dp j/tp", x, w); // sends nothing
//!     let (_, dw) = pullback(&y); // sums the gradient of `w` over `dp`, that of `x` over `tp`
//!     Ok::<_, einsum_mpi::Error>((y.gather(), dw.gather()))
//! });
//! assert_eq!(results[3], Ok((x.dot(&w), x.t().dot(&x.dot(&w)))));
//! ```
#![cfg_attr(
    not(feature = "mpi"),
    doc = "# Without MPI

These pages were made without the feature `mpi`, where no MPI is installed, as on docs.rs. They have all items but one: `Mpi`, a [`Collective`] of the
ranks of MPI, which is made of a communicator of the crate `mpi` 0.8, `Mpi::new(&universe.world())`. Where there is an MPI,
`cargo doc -p einsum-compiler-mpi --open` shows it with an example."
)]
#![forbid(unsafe_code)]

mod abort;
mod agree;
pub mod blocks;
mod collective;
mod counting;
mod error;
#[doc(hidden)]
pub mod halo;
mod macros;
mod mesh;
pub mod moves;
#[cfg(feature = "mpi")]
mod mpi;
mod placement;
mod private;
mod ring;
mod sharded;
mod single;
#[doc(hidden)]
pub mod site;
mod threads;
#[cfg(feature = "mpi")]
mod tuning;
mod words;

/// Functions that expansions call. Not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::private::*;
}

#[cfg(feature = "mpi")]
pub use self::mpi::Mpi;
#[doc = include_str!("../docs/language.md")]
pub mod language {}

pub use self::{
    abort::{AbortOnPanic, abort_on_panic},
    collective::Collective,
    counting::{Counting, Sent},
    error::Error,
    mesh::Mesh,
    placement::{IntoPlacement, Placement},
    sharded::Sharded,
    single::Single,
    threads::{Threads, threads},
    words::{Reduction, Word, Words, WordsMut},
};

/// Examples of the document are run.
#[cfg(doctest)]
#[doc = include_str!("../../docs/shards.md")]
mod document {}
