//! Slices, where all extents are literals and no order of the operands is within the limit: blocks of indices, of
//! which the einsum is computed for one after the other. Where extents or the limit are known at run time alone,
//! `einsum-runtime/src/order/slicing.rs` takes the same steps, which are explained there.

mod orders;

use std::fmt;

use self::orders::{SliceOrders, elements};
use super::limit::TooLarge;
use crate::{
    few::{List, sort},
    ir::{ContractionTree, Einsum, Label},
    tuning::SLICE_FLOPS,
};

/// How labels are sliced, and what is chosen then.
#[derive(Clone, Debug, PartialEq)]
pub struct Slicing {
    /// The labels that are sliced, with the lengths of their blocks.
    pub lengths: Vec<(Label, u64)>,
    /// For every choice of the tree, and every subset of it, the alternative of the best order.
    pub chosen: Vec<Vec<usize>>,
}

/// No order is within a limit, however it is sliced.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AboveLimit(TooLarge);

/// Slices a tree, with the choices and the limit that the run time would have.
///
/// # Errors
/// If no slicing keeps the limit: the smallest that the largest intermediate can be.
pub fn slices(
    einsum: &Einsum,
    tree: &ContractionTree,
    extent: &dyn Fn(&Label) -> u64,
    limit: u64,
) -> Result<Slicing, u64> {
    let labels = einsum.labels();
    let orders = SliceOrders::new(&labels, tree);
    let search = BlockSearch { orders: &orders, extents: labels.mapped(extent), limit };
    let lengths = search.blocks()?;
    let spans = search.spans(&lengths);
    let chosen = orders.groups.mapped(|group| group.best(&spans, &lengths, limit).chosen);
    let sliced = labels.into_iter().zip(&lengths).zip(&search.extents).filter(|((_, length), extent)| length < extent);
    Ok(Slicing { lengths: sliced.map(|((label, length), _)| (label, *length)).collect(), chosen })
}

impl From<TooLarge> for AboveLimit {
    fn from(too_large: TooLarge) -> Self {
        Self(too_large)
    }
}

impl fmt::Display for AboveLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(TooLarge { limit, smallest, is_exact }) = self;
        let found = if *is_exact { "possible is" } else { "found has" };
        write!(f, "every order has an intermediate of more than {limit} elements, however it is sliced; ")?;
        write!(f, "the smallest {found} {smallest}")
    }
}

impl std::error::Error for AboveLimit {}

struct BlockSearch<'a> {
    orders: &'a SliceOrders,
    extents: Vec<u64>,
    limit: u64,
}

impl BlockSearch<'_> {
    fn blocks(&self) -> Result<Vec<u64>, u64> {
        let labels = self.labels();
        let mut lengths = self.extents.clone();
        if self.largest(&lengths) <= self.limit {
            return Ok(lengths);
        }
        for &label in &labels {
            lengths[label] = 1;
        }
        let smallest = self.largest(&lengths);
        if smallest > self.limit {
            return Err(smallest);
        }
        self.grow(&labels, &mut lengths);
        self.fill(&labels, &mut lengths);
        while self.exchange(&labels, &mut lengths) {}
        Ok(lengths)
    }

    /// The labels of intermediates that have more than one index, and may be sliced.
    fn labels(&self) -> Vec<usize> {
        let chosen = self.orders.groups.iter().flat_map(|group| group.sizes.iter().map(|(_, labels)| labels));
        let mut labels: Vec<usize> = self.orders.always.iter().chain(chosen).flatten().copied().collect();
        sort(&mut labels);
        labels.dedup();
        labels.retain(|label| self.extents[*label] > 1 && !self.orders.whole.contains(label));
        labels
    }

    fn grow(&self, labels: &[usize], lengths: &mut [u64]) {
        let mut least = self.cost(lengths).unwrap_or(f64::INFINITY);
        while let Some((label, cost)) = self.best_growth(labels, lengths, least) {
            lengths[label] = self.doubled(label, lengths[label]);
            least = cost;
        }
    }

    fn best_growth(&self, labels: &[usize], lengths: &mut [u64], least: f64) -> Option<(usize, f64)> {
        let mut best: Option<(usize, f64)> = None;
        for &label in labels {
            let before = lengths[label];
            lengths[label] = self.doubled(label, before);
            let cost = if lengths[label] > before { self.cost(lengths) } else { None };
            lengths[label] = before;
            if let Some(cost) = cost.filter(|cost| best.map_or(*cost <= least, |(_, other)| *cost < other)) {
                best = Some((label, cost));
            }
        }
        best
    }

    fn doubled(&self, label: usize, length: u64) -> u64 {
        length.saturating_mul(2).min(self.extents[label])
    }

    fn exchange(&self, labels: &[usize], lengths: &mut [u64]) -> bool {
        let least = self.cost(lengths).unwrap_or(f64::INFINITY);
        for &label in labels {
            for length in shorter(lengths[label]) {
                let mut trial = lengths.to_vec();
                trial[label] = length;
                let others: Vec<usize> = labels.iter().copied().filter(|other| *other != label).collect();
                self.grow(&others, &mut trial);
                self.grow(labels, &mut trial);
                self.fill(labels, &mut trial);
                if self.cost(&trial).is_some_and(|cost| cost < least) {
                    lengths.copy_from_slice(&trial);
                    return true;
                }
            }
        }
        false
    }

    fn fill(&self, labels: &[usize], lengths: &mut [u64]) {
        let mut least = self.cost(lengths).unwrap_or(f64::INFINITY);
        for &label in labels {
            let (mut fits, mut fails) = (lengths[label], self.doubled(label, lengths[label]).saturating_add(1));
            while fails - fits > 1 {
                lengths[label] = fits.midpoint(fails);
                match self.cost(lengths).filter(|cost| *cost <= least) {
                    Some(cost) => (fits, least) = (lengths[label], cost),
                    None => fails = lengths[label],
                }
            }
            let count = self.extents[label].div_ceil(fits);
            lengths[label] = self.extents[label].div_ceil(count);
        }
    }

    /// The smallest that the largest intermediate can be.
    fn largest(&self, lengths: &[u64]) -> u64 {
        let spans = self.spans(lengths);
        let always = self.orders.always.iter().map(|labels| elements(labels, lengths));
        let groups = self.orders.groups.iter().map(|group| group.best(&spans, lengths, u64::MAX).smallest);
        always.chain(groups).max().unwrap_or(0)
    }

    /// The cost of all blocks together, in the best order that is within the limit, if one is.
    fn cost(&self, lengths: &[u64]) -> Option<f64> {
        if self.orders.always.iter().any(|labels| elements(labels, lengths) > self.limit) {
            return None;
        }
        let spans = self.spans(lengths);
        let costs = self.orders.costs.iter().map(|step| step.cost(&spans));
        let mut cost = SLICE_FLOPS + costs.sum::<f64>();
        for group in &self.orders.groups {
            let best = group.best(&spans, lengths, self.limit);
            if best.smallest > self.limit {
                return None;
            }
            cost += best.cost;
        }
        let counts = self.extents.iter().zip(lengths).map(|(extent, length)| rounded(count(*extent, *length)));
        Some((cost * counts.product::<f64>()).min(f64::MAX))
    }

    /// How many indices a block of each label has on the average.
    fn spans(&self, lengths: &[u64]) -> Vec<f64> {
        let span = |(extent, length): (&u64, &u64)| rounded(*extent) / rounded(count(*extent, *length));
        self.extents.iter().zip(lengths).map(span).collect()
    }
}

/// The lengths that a block is tried with for the sake of others: half of it, and a single index.
fn shorter(length: u64) -> impl Iterator<Item = u64> {
    let half = (length > 1).then_some(length.div_ceil(2));
    half.into_iter().chain((length > 2).then_some(1))
}

/// How many blocks a label has: one, if it has no index.
#[must_use]
pub fn count(extent: u64, length: u64) -> u64 {
    if length >= extent { 1 } else { extent.div_ceil(length) }
}

fn rounded(count: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "costs are compared, not counted")]
    let rounded = count as f64;
    rounded
}
