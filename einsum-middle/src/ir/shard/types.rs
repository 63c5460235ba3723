//! The data that sharded einsums are made of.

use crate::ir::{Label, Subscript};
use crate::notation::Group;

/// A named axis of the mesh, by its number in [`Sharding::axes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AxisId(pub usize);

/// How a tensor lies on one axis of the mesh.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Placement {
    /// Every process of the axis has all of it.
    Replicate,
    /// Every process of the axis has some indices of this label.
    Varying(Label),
    /// The tensor is the sum of what the processes of the axis have.
    Partial,
}

/// How a tensor lies on the mesh: its placement on each axis.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Layout(pub Vec<Placement>);

/// How the operands and the output of an einsum lie on the mesh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sharding {
    /// The names of the axes, in the order in which they are written first.
    pub axes: Vec<String>,
    /// One for each operand.
    pub operands: Vec<Layout>,
    /// How the output lies.
    pub output: Layout,
}

/// A tensor of a [`ShardedProgram`], by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShardedId(pub usize);

/// A tensor: a label for each axis of it, and how it lies on the mesh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardedValue {
    /// The labels.
    pub subscript: Subscript,
    /// The placements.
    pub layout: Layout,
}

/// The program of a sharded einsum: einsums of parts, and moves of parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardedProgram {
    /// The names of the axes of the mesh.
    pub axes: Vec<String>,
    /// The operands, and then what the steps define.
    pub values: Vec<ShardedValue>,
    /// How many operands there are.
    pub operands: usize,
    /// In order. Every value but the result is used once.
    pub steps: Vec<ShardedStep>,
}

/// A step of a [`ShardedProgram`]. It defines one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShardedStep {
    /// An einsum of the parts that a process has.
    Local(Local),
    /// A move of a tensor along one axis of the mesh.
    Move(Move),
}

/// An einsum of the parts that a process has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// The factors.
    pub operands: Vec<ShardedId>,
    /// Which of them are multiplied first.
    pub order: Vec<Group>,
    /// The value that it defines.
    pub result: ShardedId,
}

/// A move: it changes how a tensor lies on one axis of the mesh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The axis.
    pub axis: AxisId,
    /// The tensor as it lies.
    pub from: ShardedId,
    /// The tensor as it shall lie.
    pub to: ShardedId,
}

/// The gradients of a [`ShardedProgram`], whose steps are pulled back in reverse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardedBackward {
    /// The names of the axes of the mesh.
    pub axes: Vec<String>,
    /// The cotangent of the result, and then what the steps define.
    pub values: Vec<ShardedValue>,
    /// In order.
    pub steps: Vec<Pull>,
    /// The operands that gradients are asked of, and these.
    pub gradients: Vec<(usize, ShardedId)>,
}

/// A step of a [`ShardedBackward`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pull {
    /// The cotangents of the operands of a local step of the forward.
    Local {
        /// The number of that step.
        step: usize,
        /// The cotangent of its result.
        cotangent: ShardedId,
        /// The operands, by their numbers in the step, that have a cotangent here.
        operands: Vec<(usize, ShardedId)>,
    },
    /// A move of a cotangent along one axis of the mesh.
    Move(Move),
}

impl Layout {
    /// The placement on an axis.
    #[must_use]
    pub fn on(&self, axis: AxisId) -> &Placement {
        &self.0[axis.0]
    }

    /// The axis that a label is sharded on.
    #[must_use]
    pub fn axis_of(&self, label: &Label) -> Option<AxisId> {
        let is_there = |placement: &Placement| matches!(placement, Placement::Varying(other) if other == label);
        self.0.iter().position(is_there).map(AxisId)
    }

    /// The axes, in order, that a placement is on.
    pub fn axes(&self, placement: &Placement) -> impl Iterator<Item = AxisId> {
        self.0.iter().enumerate().filter(move |(_, other)| *other == placement).map(|(axis, _)| AxisId(axis))
    }

    /// The layout of the cotangent of a tensor that lies so: that of a sum is wanted whole, by everyone who adds to it.
    #[must_use]
    pub fn of_cotangent(&self) -> Self {
        let transposed = |placement: &Placement| match placement {
            Placement::Partial => Placement::Replicate,
            other => other.clone(),
        };
        Self(self.0.iter().map(transposed).collect())
    }

    /// The layout with another placement on an axis.
    #[must_use]
    pub fn with(&self, axis: AxisId, placement: Placement) -> Self {
        let mut layout = self.clone();
        layout.0[axis.0] = placement;
        layout
    }
}

impl ShardedProgram {
    /// The tensor of a number.
    #[must_use]
    pub fn value(&self, id: ShardedId) -> &ShardedValue {
        &self.values[id.0]
    }

    /// The value that the last step defines.
    ///
    /// # Panics
    /// If there is no step, as there is in all that are planned.
    #[must_use]
    pub fn result(&self) -> ShardedId {
        self.steps.last().expect("a program has a step").defines()
    }

    /// A name for displays, and for local variables: `x` of an operand, else `t0`, `t1`, ..
    #[must_use]
    pub fn name(&self, id: ShardedId, operands: &[String]) -> String {
        operands.get(id.0).cloned().unwrap_or_else(|| format!("t{}", id.0 - self.operands))
    }
}

impl ShardedStep {
    /// The value that it defines.
    #[must_use]
    pub fn defines(&self) -> ShardedId {
        match self {
            Self::Local(local) => local.result,
            Self::Move(moved) => moved.to,
        }
    }

    /// The values that it reads.
    #[must_use]
    pub fn reads(&self) -> Vec<ShardedId> {
        match self {
            Self::Local(local) => local.operands.clone(),
            Self::Move(moved) => vec![moved.from],
        }
    }
}
