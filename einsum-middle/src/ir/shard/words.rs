//! The kinds of moves, and how many words each process sends.

use super::types::{AxisId, Layout, Move, Placement, ShardedId, ShardedValue};
use crate::ir::Label;

/// The kind of a move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MoveKind {
    /// Every process keeps its indices of a label. Nothing is sent.
    Split(Label),
    /// Every process gets all indices of a label.
    AllGather(Label),
    /// One label is gathered while another is split.
    AllToAll(Label, Label),
    /// Every process gets the sum.
    AllReduce,
    /// Every process gets its indices, of a label, of the sum.
    ReduceScatter(Label),
}

/// The extents of labels, and the numbers of processes of the axes, whole.
pub struct ShardExtents<'a> {
    /// Of a label.
    pub label: &'a dyn Fn(&Label) -> f64,
    /// Of an axis of the mesh.
    pub axis: &'a dyn Fn(AxisId) -> f64,
}

impl MoveKind {
    /// The move that changes one placement to the other; nothing makes parts that sum up to a tensor of one that is there.
    #[must_use]
    pub fn of(from: &Placement, to: &Placement) -> Option<Self> {
        use Placement::{Partial, Replicate, Varying};
        match (from, to) {
            (Replicate, Varying(label)) => Some(Self::Split(label.clone())),
            (Varying(label), Replicate) => Some(Self::AllGather(label.clone())),
            (Varying(from), Varying(to)) => Some(Self::AllToAll(from.clone(), to.clone())),
            (Partial, Replicate) => Some(Self::AllReduce),
            (Partial, Varying(label)) => Some(Self::ReduceScatter(label.clone())),
            _ => None,
        }
    }

    /// The kind of a move.
    ///
    /// # Panics
    /// If no move is from the one placement to the other, which [`verify`](super::ShardedProgram::verify) refuses.
    #[must_use]
    pub fn of_move(values: &[ShardedValue], moved: &Move) -> Self {
        let placement = |id: ShardedId| values[id.0].layout.on(moved.axis);
        Self::of(placement(moved.from), placement(moved.to))
            .expect("a move changes one placement to another that it can")
    }

    /// How it is called.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Split(_) => "split",
            Self::AllGather(_) => "all-gather",
            Self::AllToAll(..) => "all-to-all",
            Self::AllReduce => "all-reduce",
            Self::ReduceScatter(_) => "reduce-scatter",
        }
    }

    /// How often a process sends all elements that the processes of the axis have together, if these are `processes`: an all-reduce is
    /// a reduce-scatter and an all-gather in a ring.
    #[must_use]
    pub fn share(&self, processes: f64) -> f64 {
        let others = (processes - 1.0) / processes;
        match self {
            Self::Split(_) => 0.0,
            Self::AllGather(_) | Self::ReduceScatter(_) => others,
            Self::AllToAll(..) => others / processes,
            Self::AllReduce => 2.0 * others,
        }
    }
}

impl ShardExtents<'_> {
    /// How many elements of a tensor the processes of one axis have together.
    #[must_use]
    pub fn elements(&self, labels: &[Label], layout: &Layout, axis: AxisId) -> f64 {
        let others = (0..layout.0.len()).map(AxisId).filter(|other| *other != axis);
        let shards = others.filter(|other| matches!(layout.on(*other), Placement::Varying(_)));
        let whole: f64 = labels.iter().map(|label| (self.label)(label)).product();
        whole / shards.map(|other| (self.axis)(other)).product::<f64>()
    }

    /// How many words each process sends for a move along an axis, of a tensor that lies as it does before.
    #[must_use]
    pub fn words(&self, labels: &[Label], (layout, axis): (&Layout, AxisId), kind: &MoveKind) -> f64 {
        kind.share((self.axis)(axis)) * self.elements(labels, layout, axis)
    }
}
