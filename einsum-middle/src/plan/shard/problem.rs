//! The problem of planning: operands without lone labels, the output before it is repeated, and extents to compare costs by.

use std::collections::HashSet;

use crate::tuning::{SHARDED_EXTENT, SHARDED_PROCESSES};
use crate::{
    few::List,
    ir::{
        Einsum, Label, Subscript,
        formula::Outside,
        shard::{Layout, Placement, Sharding, Window},
    },
};

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
        // What is read at forms of labels has all of them, until it meets others: sums of it would have an element for each index.
        let is_read_in_place = |number: usize| einsum.operands.len() > 1 && !sharding.windows[number].is_empty();
        let kept = |(number, subscript): (usize, &Subscript)| {
            let labels = subscript.distinct().into_iter();
            labels.filter(|label| is_read_in_place(number) || !is_lone(label)).collect()
        };
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
            einsum.known_extent(label).map_or(f64::from(SHARDED_EXTENT), |extent| extent as f64)
        };
        Self {
            leaves: operands().enumerate().map(kept).collect(),
            target: Layout(sharding.output.0.mapped(before)),
            candidates: candidates.collect(),
            extents: einsum.labels.all().mapped(extent),
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
        Layout(self.sharding.operands[operand].0.mapped(summed))
    }

    /// The labels of the product of some operands: those of theirs that the output has, or another operand.
    pub(super) fn labels(&self, operands: u32) -> Subscript {
        let all = (1 << self.leaves.len()) - 1;
        if operands == all {
            return self.output.clone();
        }
        if self.is_read_at_forms(operands) {
            return self.leaves[operands.trailing_zeros() as usize].clone();
        }
        let has = |set: u32, label: &Label| {
            self.leaves.iter().enumerate().any(|(number, leaf)| set >> number & 1 == 1 && leaf.has(label))
        };
        let is_kept = |label: &Label| has(operands, label) && (self.output.has(label) || has(all & !operands, label));
        self.einsum.labels().into_iter().filter(is_kept).collect()
    }
}

impl Problem<'_> {
    /// Whether this is one operand that is read at forms of labels, by an einsum with others: it lies as it does along these.
    pub(super) fn is_read_at_forms(&self, operands: u32) -> bool {
        operands.is_power_of_two()
            && self.leaves.len() > 1
            && !self.sharding.windows[operands.trailing_zeros() as usize].is_empty()
    }

    /// How such an operand lies before it has its halos, if it shall lie so with them.
    pub(super) fn before_halos(&self, operand: usize, layout: &Layout) -> Layout {
        let lies = &self.sharding.operands[operand];
        let placement = |(placement, before): (&Placement, &Placement)| match placement {
            Placement::Varying(label) if placement != before && self.is_in_window(operand, label) => {
                Placement::Replicate
            }
            other => other.clone(),
        };
        Layout(layout.0.iter().zip(&lies.0).map(placement).collect())
    }

    /// Whether such an operand can be read where it lies so: a label of a form that is sharded stays so, and a form has one at most, which
    /// is in no other.
    pub(super) fn can_be_read(&self, operand: usize, layout: &Layout) -> bool {
        let lies = &self.sharding.operands[operand];
        let stays = lies.0.iter().zip(&layout.0).all(|(before, after)| match before {
            Placement::Varying(label) if self.is_in_window(operand, label) => before == after,
            _ => true,
        });
        let subscript = &self.einsum.operands[operand].subscript;
        let is_alone = |label: &&Label| subscript.0.iter().filter(|other| other == label).count() == 1;
        let has_one = |window: &Window| {
            let labels = &subscript.0[window.positions()];
            let sharded: Vec<&Label> = labels.iter().filter(|label| layout.axis_of(label).is_some()).collect();
            sharded.len() <= 1 && sharded.iter().all(is_alone)
        };
        stays && self.sharding.windows[operand].iter().all(has_one)
    }

    /// How many elements there are for each index of such an operand's labels: a window has fewer.
    pub(super) fn elements_of_indices(&self, operand: usize) -> f64 {
        self.sharding.windows[operand].iter().map(|window| self.share(operand, window)).product()
    }

    /// How many elements there are for each index of the labels of a window.
    fn share(&self, operand: usize, window: &Window) -> f64 {
        let labels = &self.einsum.operands[operand].subscript.0[window.positions()];
        let extents = labels.iter().map(|label| self.extents[label.id().0].max(1.0));
        #[expect(clippy::cast_precision_loss, reason = "costs are estimates")]
        let terms = extents.clone().zip(window.factors.iter().map(|factor| *factor as f64));
        let elements = match window.outside {
            Outside::Error => terms.map(|(extent, factor)| factor * (extent - 1.0)).sum::<f64>() + 1.0,
            _ => terms.map(|(extent, factor)| factor * extent).fold(0.0, f64::max),
        };
        elements / extents.product::<f64>()
    }

    /// The words of such an operand's halos where it lies so: the most that a process sends. Nothing is sent for an axis that all processes have.
    pub(super) fn halo_words(&self, operand: usize, layout: &Layout) -> f64 {
        let subscript = &self.einsum.operands[operand].subscript;
        let windows = &self.sharding.windows[operand];
        let extent = |label: &Label| self.einsum.known_extent(label).unwrap_or(SHARDED_EXTENT.into());
        let extents = |labels: &[Label]| labels.mapped(extent);
        let part = |label: &Label| {
            let processes = if layout.axis_of(label).is_some() { f64::from(SHARDED_PROCESSES) } else { 1.0 };
            self.extents[label.id().0] / processes
        };
        let words = |window: &Window| {
            let labels = &subscript.0[window.positions()];
            let lies = |label: &Label| self.sharding.operands[operand].axis_of(label).is_some();
            let sharded = labels.iter().position(lies)?;
            let indices =
                window.halo(sharded, &extents(labels), SHARDED_PROCESSES.into())?.sent()?.into_iter().max()?;
            let is_other = |position: &usize| !window.positions().contains(position);
            let others = (0..subscript.0.len()).filter(is_other).map(|position| part(&subscript.0[position]));
            #[expect(clippy::cast_precision_loss, reason = "costs are estimates")]
            let indices = indices as f64;
            let other_windows = windows.iter().filter(|other| *other != window);
            let shares = other_windows.map(|other| self.share(operand, other)).product::<f64>();
            Some(indices * others.product::<f64>() * shares)
        };
        windows.iter().filter_map(words).sum()
    }

    fn is_in_window(&self, operand: usize, label: &Label) -> bool {
        let subscript = &self.einsum.operands[operand].subscript;
        self.sharding.windows[operand].iter().any(|window| subscript.0[window.positions()].contains(label))
    }
}

/// The labels that a layout shards.
pub(super) fn labels_of(layout: &Layout) -> impl Iterator<Item = &Label> {
    layout.0.iter().filter_map(|placement| match placement {
        Placement::Varying(label) => Some(label),
        _ => None,
    })
}
