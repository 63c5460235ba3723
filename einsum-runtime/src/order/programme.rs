//! Dynamic programming: the best order with intermediates within a limit.

use alloc::vec::Vec;

use crate::order::orders::{Alternative, Group, Size, elements};

/// Dynamic programming over subsets of operands, as many as there are, with rows that are allocated once for many searches.
#[derive(Debug, Default)]
pub(crate) struct Programme {
    costs: Vec<f64>,
    largest: Vec<usize>,
    chosen: Vec<u8>,
}

impl Programme {
    /// The cost of the best order that is within the limit, and the smallest that the largest intermediate
    /// can be. If that is above the limit, there is no order.
    pub(crate) fn best(&mut self, group: &Group<'_>, spans: &[f64], blocks: &[usize], limit: usize) -> (f64, usize) {
        let subsets = group.subsets.len();
        self.costs.resize(subsets, 0.0);
        self.largest.clear();
        self.largest.resize(subsets, 0);
        self.chosen.clear();
        self.chosen.resize(subsets, NONE);
        let rows = CostTable { costs: &mut self.costs, largest: &mut self.largest, chosen: &mut self.chosen };
        let cost = |subset, alternative: &Alternative| group.cost(subset, alternative, |label| spans[label]);
        rows.fill((group.subsets, group.sizes), cost, blocks, limit);
        (self.costs.last().copied().unwrap_or(0.0), self.largest.last().copied().unwrap_or(0))
    }
}

/// For every subset what it costs, its largest intermediate where that is smallest (before, 0), and the number of
/// the alternative that is taken (before, [`NONE`]).
pub(crate) struct CostTable<'a> {
    pub(crate) costs: &'a mut [f64],
    pub(crate) largest: &'a mut [usize],
    pub(crate) chosen: &'a mut [u8],
}

impl CostTable<'_> {
    /// Fills in the alternatives that are chosen, by the cost of an alternative of a subset, where intermediates have the
    /// indices of `blocks`.
    pub(crate) fn fill(
        self,
        (subsets, sizes): (&[&[Alternative]], &[Size<'_>]),
        cost: impl Fn(usize, &Alternative) -> f64,
        blocks: &[usize],
        limit: usize,
    ) {
        let Self { costs, largest, chosen } = self;
        for size in sizes {
            largest[size.subset] = elements(size.labels, blocks);
        }
        for (subset, alternatives) in subsets.iter().enumerate() {
            let mut least = f64::INFINITY;
            let mut smallest = if alternatives.is_empty() { 0 } else { usize::MAX };
            for (number, alternative) in (0..NONE).zip(*alternatives) {
                let [lhs, rhs] = alternative.parts;
                let parts = largest[lhs].max(largest[rhs]);
                smallest = smallest.min(parts);
                let cost = costs[lhs] + costs[rhs] + cost(subset, alternative);
                if parts <= limit && (cost < least || chosen[subset] == NONE) {
                    (least, chosen[subset]) = (cost, number);
                }
            }
            costs[subset] = if alternatives.is_empty() { 0.0 } else { least };
            largest[subset] = largest[subset].max(smallest);
        }
    }
}

/// In the place of an alternative: the subset is an operand, or not needed.
pub(crate) const NONE: u8 = u8::MAX;
