//! Sharded einsums: how tensors lie on the axes of a mesh of processes, and the program that computes with the parts.
//!
//! Every process runs the same program. Its steps compute on the parts that a process has ([`ShardedStep::Local`]), or move parts
//! between the processes of one axis of the mesh ([`ShardedStep::Move`]).

mod display;
mod halo;
mod route;
mod types;
mod verify;
mod words;

pub(crate) use self::display::sharded;
pub use self::{
    halo::{HaloExtents, block},
    route::route,
    types::{
        AxisId, Halo, Layout, Local, Move, Placement, Pull, ShardedAxis, ShardedBackward, ShardedId, ShardedProgram,
        ShardedStep, ShardedValue, Sharding, Window,
    },
    words::{MoveKind, ShardExtents},
};
