//! The data that sharded einsums are made of.

use super::halo::HaloExtents;
use crate::notation::Group;
use crate::{
    few::List,
    ir::{Label, Subscript, formula::Outside},
};

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
    /// The axes of each operand that are read at forms of labels.
    pub windows: Vec<Vec<Window>>,
}

/// `2*i + p - 1`: an axis that is read at a form of labels. A subscript has its labels instead of it, one after the other, as if each
/// of their indices had an element of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The number of the window in the einsum: extents of their axes come after those of labels.
    pub number: usize,
    /// The position of the first of its labels in the subscript.
    pub position: usize,
    /// The factors of the labels, which are at least 1.
    pub factors: Vec<usize>,
    /// The number that is added to the terms.
    pub constant: i64,
    /// The element at an index that the tensor does not have.
    pub outside: Outside,
    /// Whether a process has what its indices of the labels read, and nothing else: a halo is there, and the first index is 0.
    pub is_own: bool,
}

/// An axis of a tensor.
#[derive(Clone, Copy, Debug)]
pub enum ShardedAxis<'a> {
    /// The axis of a label.
    Label(&'a Label),
    /// An axis that is read at a form of these labels.
    Window(&'a Window, &'a [Label]),
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
    /// Axes that are read at forms of labels, in order; only operands have them.
    pub windows: Vec<Window>,
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
    /// A move of what a process reads of an axis at a form of labels.
    Halo(Halo),
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

/// What the indices of a process read of an axis at a form of labels, of which one is sharded.
///
/// In a program it is fetched from the processes that have it, or cut out of an axis that all have. In gradients it is the adjoint: what was
/// computed for it is added to the elements that it was read from, on the processes that have these, or in a sum of parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Halo {
    /// The axis of the mesh.
    pub axis: AxisId,
    /// The window, by its place in [`ShardedValue::windows`].
    pub window: usize,
    /// The tensor as it is.
    pub from: ShardedId,
    /// The tensor as it becomes.
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
    /// The adjoint of a halo.
    Halo(Halo),
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
        Self(self.0.mapped(transposed))
    }

    /// The layout with another placement on an axis.
    #[must_use]
    pub fn with(&self, axis: AxisId, placement: Placement) -> Self {
        let mut layout = self.clone();
        layout.0[axis.0] = placement;
        layout
    }
}

impl Window {
    /// How long the axis is, by the extents of the labels: no longer than it must be, though at a stride it may be; and where it is read outside, as
    /// long as what is computed of it.
    #[must_use]
    pub fn axis_extent(&self, labels: &[u64]) -> Option<u64> {
        let mut terms = self.factors.iter().map(|factor| *factor as u64).zip(labels.iter().copied());
        if self.outside != Outside::Error {
            return terms.try_fold(0, |longest: u64, (factor, extent)| Some(longest.max(factor.checked_mul(extent)?)));
        }
        if labels.contains(&0) {
            return Some(0);
        }
        let reach = terms.try_fold(0_u64, |sum, (factor, extent)| sum.checked_add(factor.checked_mul(extent - 1)?))?;
        reach.checked_add_signed(self.constant)?.checked_add(1)
    }

    /// How far it reaches along its axis where the label at a position of the form is sharded, by the extents of all of its labels.
    #[must_use]
    pub fn halo(&self, sharded: usize, labels: &[u64], processes: u64) -> Option<HaloExtents> {
        let mut others: Vec<(u64, u64)> =
            self.factors.iter().map(|factor| *factor as u64).zip(labels.iter().copied()).collect();
        // (Also what is outside is counted.)
        let add = |sum: u64, (factor, extent): &(u64, u64)| sum.checked_add(factor.checked_mul(*extent)?);
        others.iter().try_fold(self.constant.unsigned_abs(), add)?;
        let (extent, sharded) = (self.axis_extent(labels)?, others.remove(sharded));
        Some(HaloExtents { processes, extent, constant: self.constant, sharded, others, outside: self.outside })
    }

    /// The positions of its labels in the subscript.
    #[must_use]
    pub fn positions(&self) -> std::ops::Range<usize> {
        self.position..self.position + self.factors.len()
    }
}

impl ShardedValue {
    /// A tensor whose axes are labels.
    #[must_use]
    pub fn new(subscript: Subscript, layout: Layout) -> Self {
        Self { subscript, layout, windows: Vec::new() }
    }

    /// The axes of the tensor.
    #[must_use]
    pub fn axes(&self) -> Vec<ShardedAxis<'_>> {
        let mut axes = Vec::new();
        let mut position = 0;
        while let Some(label) = self.subscript.0.get(position) {
            match self.windows.iter().find(|window| window.position == position) {
                Some(window) => {
                    axes.push(ShardedAxis::Window(window, &self.subscript.0[window.positions()]));
                    position += window.factors.len();
                }
                None => {
                    axes.push(ShardedAxis::Label(label));
                    position += 1;
                }
            }
        }
        axes
    }

    /// The number of the axis that a label is, or that a window is.
    #[must_use]
    pub fn axis_at(&self, position: usize) -> usize {
        let before = self.windows.iter().filter(|window| window.position < position);
        position - before.map(|window| window.factors.len() - 1).sum::<usize>()
    }

    /// The axis of the mesh over which an axis of the tensor is cut into blocks.
    #[must_use]
    pub fn mesh_axis(&self, axis: &ShardedAxis<'_>) -> Option<AxisId> {
        match axis {
            ShardedAxis::Label(label) => self.layout.axis_of(label),
            ShardedAxis::Window(window, _) if window.is_own => None,
            ShardedAxis::Window(_, labels) => labels.iter().find_map(|label| self.layout.axis_of(label)),
        }
    }

    /// Whether a label is in a form that the tensor is read at.
    #[must_use]
    pub fn is_in_window(&self, label: &Label) -> bool {
        self.windows.iter().any(|window| self.subscript.0[window.positions()].contains(label))
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
            Self::Halo(halo) => halo.to,
        }
    }

    /// The values that it reads.
    #[must_use]
    pub fn reads(&self) -> Vec<ShardedId> {
        match self {
            Self::Local(local) => local.operands.clone(),
            Self::Move(moved) => vec![moved.from],
            Self::Halo(halo) => vec![halo.from],
        }
    }
}
