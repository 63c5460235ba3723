//! A limit on intermediates that no order of the operands keeps is kept by *slicing*: the einsum is computed
//! for one block of indices after the other, and results of blocks are put side by side, or added up.
//!
//! A slicing gives every label the length of its blocks, for most labels their whole extent. An intermediate
//! then has as many elements as the blocks of its labels multiply to, and a step that lacks a sliced label is
//! repeated for each of its blocks. The search is for the slicing (and the order, which [`choice`](super::choice)
//! finds for each) that costs the least: operations, and elements that are read and written, as what lacks a sliced
//! label is read again for each block. (By operations alone, `ab,cbe,ae->ac` of 1000 would be sliced along `a`, and `cbe`
//! read a thousand times for a product with a single row.) Each block costs something as well.
//!
//! All labels of intermediates begin in blocks of a single index: if that does not keep the limit, nothing does.
//! Then blocks are doubled, at each time those that save the most, as long as the limit is kept and anything is
//! saved; where two labels are in each other's way, one is shortened if what can be doubled then saves more.
//! `einsum-codegen` takes the same steps (`plan/slicing.rs`) where all extents are literals.

use alloc::vec::Vec;

use crate::{
    order::{
        orders::{Orders, count, elements, rounded, span, step},
        programme::Programme,
    },
    tuning::SLICE_OPERATIONS,
};

/// The lengths that a block is tried with for the sake of others: half of it, and a single index.
fn shorter(length: usize) -> impl Iterator<Item = usize> {
    let half = (length > 1).then_some(length.div_ceil(2));
    half.into_iter().chain((length > 2).then_some(1))
}

/// The lengths of blocks by which some order is within a limit, at the least cost that is found; or, if there are
/// none, the smallest that the largest intermediate can be.
///
/// # Errors
/// If no slicing keeps the limit.
pub(crate) fn blocks(orders: &Orders<'_>, extents: &[usize], limit: usize) -> Result<Vec<usize>, usize> {
    let mut search = Search::new(orders, extents, limit);
    if search.largest(extents) <= limit {
        return Ok(extents.to_vec());
    }
    let labels = search.labels();
    let mut blocks = extents.to_vec();
    for &label in &labels {
        blocks[label] = 1;
    }
    let smallest = search.largest(&blocks);
    if smallest > limit {
        return Err(smallest);
    }
    search.grow(&labels, &mut blocks);
    search.fill(&labels, &mut blocks);
    while search.exchange(&labels, &mut blocks) {}
    Ok(blocks)
}

struct Search<'a> {
    orders: &'a Orders<'a>,
    extents: &'a [usize],
    limit: usize,
    programme: Programme,
}

impl<'a> Search<'a> {
    fn new(orders: &'a Orders<'a>, extents: &'a [usize], limit: usize) -> Self {
        Self { orders, extents, limit, programme: Programme::default() }
    }

    /// The labels of intermediates that have more than one index, and may be sliced.
    fn labels(&self) -> Vec<usize> {
        let Orders { always, groups, whole, .. } = self.orders;
        let chosen = groups.iter().flat_map(|group| group.sizes.iter().map(|size| size.labels));
        let mut labels: Vec<usize> = always.iter().copied().chain(chosen).flatten().copied().collect();
        labels.sort_unstable();
        labels.dedup();
        labels.retain(|label| self.extents[*label] > 1 && !whole.contains(label));
        labels
    }

    /// Doubles blocks, each time those that save the most.
    fn grow(&mut self, labels: &[usize], blocks: &mut [usize]) {
        let mut least = self.cost(blocks).unwrap_or(f64::INFINITY);
        while let Some((label, cost)) = self.best_growth(labels, blocks, least) {
            blocks[label] = self.doubled(label, blocks[label]);
            least = cost;
        }
    }

    /// The label whose blocks are best doubled, and what all costs then: no more than `least`.
    fn best_growth(&mut self, labels: &[usize], blocks: &mut [usize], least: f64) -> Option<(usize, f64)> {
        let mut best: Option<(usize, f64)> = None;
        for &label in labels {
            let before = blocks[label];
            blocks[label] = self.doubled(label, before);
            let cost = if blocks[label] > before { self.cost(blocks) } else { None };
            blocks[label] = before;
            if let Some(cost) = cost.filter(|cost| best.map_or(*cost <= least, |(_, other)| *cost < other)) {
                best = Some((label, cost));
            }
        }
        best
    }

    fn doubled(&self, label: usize, block: usize) -> usize {
        block.saturating_mul(2).min(self.extents[label])
    }

    /// Halves the blocks of a label for the sake of others, if that saves anything.
    fn exchange(&mut self, labels: &[usize], blocks: &mut [usize]) -> bool {
        let least = self.cost(blocks).unwrap_or(f64::INFINITY);
        for &label in labels {
            for length in shorter(blocks[label]) {
                let mut trial = blocks.to_vec();
                trial[label] = length;
                let others: Vec<usize> = labels.iter().copied().filter(|other| *other != label).collect();
                self.grow(&others, &mut trial);
                self.grow(labels, &mut trial);
                self.fill(labels, &mut trial);
                if self.cost(&trial).is_some_and(|cost| cost < least) {
                    blocks.copy_from_slice(&trial);
                    return true;
                }
            }
        }
        false
    }

    /// Makes blocks as long as the limit allows, and then those of a label as equal as they can be.
    fn fill(&mut self, labels: &[usize], blocks: &mut [usize]) {
        let mut least = self.cost(blocks).unwrap_or(f64::INFINITY);
        for &label in labels {
            let (mut fits, mut fails) = (blocks[label], self.doubled(label, blocks[label]).saturating_add(1));
            while fails - fits > 1 {
                blocks[label] = fits.midpoint(fails);
                match self.cost(blocks).filter(|cost| *cost <= least) {
                    Some(cost) => (fits, least) = (blocks[label], cost),
                    None => fails = blocks[label],
                }
            }
            let count = self.extents[label].div_ceil(fits);
            blocks[label] = self.extents[label].div_ceil(count);
        }
    }

    /// The smallest that the largest intermediate can be.
    fn largest(&mut self, blocks: &[usize]) -> usize {
        let spans = self.spans(blocks);
        let always = self.orders.always.iter().map(|labels| elements(labels, blocks));
        let mut largest = always.max().unwrap_or(0);
        for group in self.orders.groups {
            largest = largest.max(self.programme.best(group, &spans, blocks, usize::MAX).1);
        }
        largest
    }

    /// The cost of all blocks together, in the best order that is within the limit, if one is.
    fn cost(&mut self, blocks: &[usize]) -> Option<f64> {
        if self.orders.always.iter().any(|labels| elements(labels, blocks) > self.limit) {
            return None;
        }
        let spans = self.spans(blocks);
        let costs = self
            .orders
            .costs
            .iter()
            .map(|cost| step(cost.coefficient, cost.labels, cost.tensors, |label| spans[label]));
        let mut cost = SLICE_OPERATIONS + costs.sum::<f64>();
        for group in self.orders.groups {
            let (least, smallest) = self.programme.best(group, &spans, blocks, self.limit);
            if smallest > self.limit {
                return None;
            }
            cost += least;
        }
        let counts = self.extents.iter().zip(blocks).map(|(extent, block)| rounded(count(*extent, *block)));
        Some((cost * counts.product::<f64>()).min(f64::MAX)) // bounded: it is no integer
    }

    fn spans(&self, blocks: &[usize]) -> Vec<f64> {
        self.extents.iter().zip(blocks).map(|(extent, block)| span(*extent, *block)).collect()
    }
}
