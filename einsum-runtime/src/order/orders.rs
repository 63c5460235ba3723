//! The orders that there are to compute an einsum in, and what their steps cost.

use crate::tuning::ELEMENT_OPERATIONS;

/// One way to compute a subset of the operands: as the product of two others.
#[derive(Clone, Copy, Debug)]
pub struct Alternative {
    /// The numbers of the two subsets whose product it is.
    pub parts: [usize; 2],
    /// The factor by which the product of the extents is multiplied.
    pub coefficient: f64,
    /// The numbers of the labels whose extents multiply to the cost.
    pub labels: &'static [usize],
}

/// An intermediate: the product of a subset.
#[derive(Clone, Copy, Debug)]
pub struct Size<'a> {
    /// The number of the subset.
    pub subset: usize,
    /// The numbers of its labels.
    pub labels: &'a [usize],
}

/// The orders that there are, and what the steps and intermediates are that none of them avoids.
#[derive(Clone, Copy, Debug)]
pub struct Orders<'a> {
    /// The costs of the steps that every order has.
    pub costs: &'a [Cost<'a>],
    /// The numbers of the labels of the intermediates that every order has.
    pub always: &'a [&'a [usize]],
    /// The groups of operands that an order is chosen of.
    pub groups: &'a [Group<'a>],
    /// The numbers of the labels that are never sliced.
    pub whole: &'a [usize],
}

/// The cost of a step, as a function of the extents.
#[derive(Clone, Copy, Debug)]
pub struct Cost<'a> {
    /// The factor by which the product of the extents is multiplied.
    pub coefficient: f64,
    /// The numbers of the labels whose extents multiply to the cost.
    pub labels: &'a [usize],
    /// The numbers of the labels of each tensor that it reads or writes.
    pub tensors: &'a [&'a [usize]],
}

/// Operands that an order is chosen of: the ways to compute subsets of them, and which are intermediates.
#[derive(Clone, Copy, Debug)]
pub struct Group<'a> {
    /// For every subset the ways to compute it.
    pub subsets: &'a [&'a [Alternative]],
    /// For every subset the numbers of the labels of its product.
    pub tensors: &'a [&'a [usize]],
    /// The intermediates.
    pub sizes: &'a [Size<'a>],
}

impl Group<'_> {
    /// The cost of a step in a block in which each label has `span` of it indices.
    pub(crate) fn cost(&self, subset: usize, alternative: &Alternative, span: impl Fn(usize) -> f64) -> f64 {
        let Alternative { parts: [lhs, rhs], coefficient, labels } = alternative;
        let tensors = [*lhs, *rhs, subset].map(|tensor| self.tensors[tensor]);
        step(*coefficient, labels, &tensors, span)
    }
}

pub(crate) fn step(coefficient: f64, labels: &[usize], tensors: &[&[usize]], span: impl Fn(usize) -> f64) -> f64 {
    let product = |labels: &[usize]| labels.iter().fold(coefficient, |cost, &label| cost * span(label));
    product(labels) + ELEMENT_OPERATIONS * tensors.iter().map(|tensor| product(tensor)).sum::<f64>()
}

/// A count, rounded: costs are compared, not counted.
pub(crate) fn rounded(count: usize) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "costs are compared, not counted")]
    let rounded = count as f64;
    rounded
}

/// How many indices a block of a label has on the average.
pub(crate) fn span(extent: usize, length: usize) -> f64 {
    rounded(extent) / rounded(count(extent, length))
}

/// How many elements a tensor with these labels has. An extent of 0 counts as 1, as while compiling: where
/// nothing is computed, any order will do, but which are refused should not depend on it.
pub(crate) fn elements(labels: &[usize], extents: &[usize]) -> usize {
    labels.iter().fold(1, |product: usize, &label| product.saturating_mul(extents[label].max(1)))
}

/// How many blocks a label has: one, if it has no index.
pub(crate) fn count(extent: usize, length: usize) -> usize {
    if length >= extent { 1 } else { extent.div_ceil(length) }
}
