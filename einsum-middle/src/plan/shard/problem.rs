//! The problem of planning: operands without lone labels, the output before it is repeated, and extents to compare costs by.

use std::collections::HashSet;

use crate::ir::{
    Einsum, Label, Subscript,
    shard::{Layout, Placement, Sharding},
};
use crate::tuning::SHARDED_EXTENT;

/// A sharded einsum that is planned.
pub(super) struct Problem<'a> {
    pub(super) einsum: &'a Einsum,
    pub(super) sharding: &'a Sharding,
    /// The labels that each operand has when its lone labels are summed and its diagonals taken.
    pub(super) leaves: Vec<Subscript>,
    /// The output without labels that no operand has, each label once.
    pub(super) output: Subscript,
    /// How the output lies before it is repeated.
    pub(super) target: Layout,
    /// The labels that are sharded somewhere.
    pub(super) candidates: Vec<Label>,
    /// By the numbers of labels.
    pub(super) extents: Vec<f64>,
}

impl<'a> Problem<'a> {
    pub(super) fn new(einsum: &'a Einsum, sharding: &'a Sharding) -> Self {
        let operands = || einsum.operands.iter().map(|operand| &operand.subscript);
        let is_lone = |label: &Label| {
            !einsum.output.has(label) && operands().filter(|subscript| subscript.has(label)).count() == 1
        };
        let kept = |subscript: &Subscript| subscript.distinct().into_iter().filter(|label| !is_lone(label)).collect();
        let bound = |label: &Label| operands().any(|subscript| subscript.has(label));
        let output: Subscript = einsum.output.distinct().into_iter().filter(|label| bound(label)).collect();
        let before = |placement: &Placement| match placement {
            Placement::Varying(label) if !output.has(label) => Placement::Replicate,
            other => other.clone(),
        };
        let sharded: HashSet<&Label> = sharding.operands.iter().chain([&sharding.output]).flat_map(labels_of).collect();
        let candidates = einsum.labels().into_iter().filter(|label| sharded.contains(label));
        let extent = |label: &Label| {
            #[expect(clippy::cast_precision_loss, reason = "costs are estimates")]
            einsum.known_extent(label).map_or(SHARDED_EXTENT, |extent| extent as f64)
        };
        Self {
            leaves: operands().map(kept).collect(),
            target: Layout(sharding.output.0.iter().map(before).collect()),
            candidates: candidates.collect(),
            extents: einsum.labels.all().iter().map(extent).collect(),
            output,
            einsum,
            sharding,
        }
    }

    pub(super) fn axes(&self) -> usize {
        self.sharding.axes.len()
    }

    /// How an operand lies when its lone labels are summed.
    pub(super) fn leaf(&self, operand: usize) -> Layout {
        let summed = |placement: &Placement| match placement {
            Placement::Varying(label) if !self.leaves[operand].has(label) => Placement::Partial,
            other => other.clone(),
        };
        Layout(self.sharding.operands[operand].0.iter().map(summed).collect())
    }

    /// The labels of the product of some operands: those of theirs that the output has, or another operand.
    pub(super) fn labels(&self, operands: u32) -> Subscript {
        let all = (1 << self.leaves.len()) - 1;
        if operands == all {
            return self.output.clone();
        }
        let has = |set: u32, label: &Label| {
            self.leaves.iter().enumerate().any(|(number, leaf)| set >> number & 1 == 1 && leaf.has(label))
        };
        let is_kept = |label: &Label| has(operands, label) && (self.output.has(label) || has(all & !operands, label));
        self.einsum.labels().into_iter().filter(is_kept).collect()
    }
}

/// The labels that a layout shards.
pub(super) fn labels_of(layout: &Layout) -> impl Iterator<Item = &Label> {
    layout.0.iter().filter_map(|placement| match placement {
        Placement::Varying(label) => Some(label),
        _ => None,
    })
}
