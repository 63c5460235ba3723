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
//! # Example
//!
//! Rows of `x` are on two ranks, of which each computes its own rows of the product. With another kind of communicator the
//! program is the same.
//!
//! ```
//! use einsum::einsum;
//! use einsum_mpi::{Mesh, Sharded, threads};
//! use ndarray::array;
//!
//! let (x, w) = (array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], array![[1.0, 1.0], [0.0, 1.0]]);
//! let products = threads(2, |communicator| {
//!     let mesh = Mesh::new(&communicator, [("dp", 2)])?;
//!     let rows = Sharded::from_whole(&mesh, &x, "dp _")?;
//!     let product = einsum!("ij,jk->ik", rows.local(), w);
//!     Ok::<_, einsum_mpi::Error>(Sharded::from_local(&mesh, product, "dp _")?.gather())
//! });
//! assert_eq!(products[1], Ok(einsum!("ij,jk->ik", x, w)));
//! ```
#![forbid(unsafe_code)]

mod agree;
pub mod blocks;
mod collective;
mod error;
mod mesh;
pub mod moves;
mod placement;
mod ring;
mod sharded;
mod single;
#[doc(hidden)]
pub mod site;
mod threads;
mod words;

pub use self::{
    collective::Collective,
    error::Error,
    mesh::Mesh,
    placement::{IntoPlacement, Placement},
    sharded::Sharded,
    single::Single,
    threads::{Threads, threads},
    words::{Reduction, Word, Words, WordsMut},
};
