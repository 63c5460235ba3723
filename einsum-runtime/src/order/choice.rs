//! The order in which operands meet, chosen by their extents.

use crate::{
    blocks::Blocks,
    fixed::kind::Decided,
    order::{
        orders::{Alternative, Group, Size, rounded, span},
        programme::{CostTable, NONE},
    },
    tuning::CHOICE_MIN_MULTIPLICATIONS,
};

/// For each of `N` subsets the number of the alternative that is taken.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<const N: usize>([u8; N]);

impl<const N: usize> Chosen<N> {
    /// Whether this alternative is taken for this subset.
    #[inline]
    #[must_use]
    pub fn taken(&self, subset: usize, alternative: usize) -> bool {
        usize::from(self.0[subset]) == alternative
    }
}

/// The cheapest way to the last subset, by dynamic programming: what a subset is made of is before
/// it, and one without alternatives costs nothing. Of equals the first is taken, and of all, if no order
/// takes more time than to choose one.
#[must_use]
pub fn choose<const N: usize>(subsets: &[&[Alternative]; N], extents: &[usize]) -> Chosen<N> {
    if is_any(extents) {
        return first(subsets);
    }
    let mut costs = [0.0; N];
    let mut chosen = [NONE; N];
    for (subset, alternatives) in subsets.iter().enumerate() {
        let mut least = f64::INFINITY;
        for (number, alternative) in (0..NONE).zip(*alternatives) {
            let [lhs, rhs] = alternative.parts;
            let cost = costs[lhs] + costs[rhs] + cost(alternative, extents);
            if cost < least || chosen[subset] == NONE {
                (least, chosen[subset]) = (cost, number);
            }
        }
        costs[subset] = if alternatives.is_empty() { 0.0 } else { least };
    }
    needed(subsets, chosen)
}

/// The order that [`choose`] chooses in an einsum of this kind. Where extents are in types and any order will do, that is a constant:
/// the compiler leaves out the steps of the others.
#[inline(always)]
#[must_use]
pub fn choose_in<const N: usize, const L: usize, K: Decided>(
    _kind: K,
    subsets: &[&[Alternative]; N],
    extents: &[usize; L],
) -> Chosen<N> {
    if const { is_any_known::<K, L>() } { first(subsets) } else { choose(subsets, extents) }
}

/// Whether the extents of all labels are in types, and [`is_any`] says so of them.
const fn is_any_known<K: Decided, const L: usize>() -> bool {
    let (mut all, mut label) = (1usize, 0);
    while label < L {
        let Some(extent) = (if label < K::KNOWN.len() { K::KNOWN[label] } else { None }) else { return false };
        all = all.saturating_mul(extent);
        label += 1;
    }
    all <= CHOICE_MIN_MULTIPLICATIONS
}

/// Whether any order takes less time than to choose one.
fn is_any(extents: &[usize]) -> bool {
    extents.iter().fold(1usize, |all, &extent| all.saturating_mul(extent)) <= CHOICE_MIN_MULTIPLICATIONS
}

/// The first order.
#[inline(always)]
fn first<const N: usize>(subsets: &[&[Alternative]; N]) -> Chosen<N> {
    let mut chosen = [NONE; N];
    for (chosen, alternatives) in chosen.iter_mut().zip(subsets) {
        *chosen = if alternatives.is_empty() { NONE } else { 0 };
    }
    needed(subsets, chosen)
}

/// How many elements an intermediate may have.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub(crate) elements: usize,
    /// Whether no order that was left out while compiling has smaller intermediates.
    pub(crate) is_exact: bool,
}

impl Limit {
    /// A limit, where one of the orders that are chosen from has the smallest intermediates of all.
    #[inline]
    #[must_use]
    pub fn exact(elements: usize) -> Self {
        Self { elements, is_exact: true }
    }

    /// A limit, where there may be orders of smaller intermediates than those that are chosen from.
    #[inline]
    #[must_use]
    pub fn estimated(elements: usize) -> Self {
        Self { elements, is_exact: false }
    }
}

/// The cheapest way to the last subset with intermediates of at most as many elements as the limit says, and the
/// smallest that the largest intermediate of any order can be. If that is above the limit, there is nothing to choose.
#[must_use]
pub fn choose_within<const N: usize>(
    subsets: &[&[Alternative]; N],
    sizes: &[Size<'_>],
    extents: &[usize],
    limit: Limit,
) -> (Chosen<N>, usize) {
    let (mut costs, mut largest, mut chosen) = ([0.0; N], [0; N], [NONE; N]);
    let rows = CostTable { costs: &mut costs, largest: &mut largest, chosen: &mut chosen };
    let cost = |_, alternative: &Alternative| cost(alternative, extents);
    rows.fill((subsets, sizes), cost, extents, limit.elements);
    (needed(subsets, chosen), largest.last().copied().unwrap_or(0))
}

/// The order of an einsum that may be sliced: if it is not, the order that [`choose_within`] has chosen, and if it is,
/// the best for its blocks. There is one within the limit, since blocks are chosen so.
#[must_use]
pub fn choose_in_blocks<const N: usize, const L: usize>(
    chosen: Chosen<N>,
    group: &Group<'_>,
    blocks: &Blocks<L>,
    limit: Limit,
) -> Chosen<N> {
    if !blocks.are_several() {
        return chosen;
    }
    let (mut costs, mut largest, mut chosen) = ([0.0; N], [0; N], [NONE; N]);
    let rows = CostTable { costs: &mut costs, largest: &mut largest, chosen: &mut chosen };
    let (extents, lengths) = (blocks.extents(), blocks.lengths());
    let span = |label| span(extents[label], lengths[label]);
    let cost = |subset, alternative: &Alternative| group.cost(subset, alternative, span);
    rows.fill((group.subsets, group.sizes), cost, lengths, limit.elements);
    needed(group.subsets, chosen)
}

#[inline]
fn cost(alternative: &Alternative, extents: &[usize]) -> f64 {
    alternative.labels.iter().fold(alternative.coefficient, |cost, &label| cost * rounded(extents[label])) // bounded: it is no integer
}

/// Leaves out the subsets that the last one is not made of.
#[inline(always)]
fn needed<const N: usize>(subsets: &[&[Alternative]], mut chosen: [u8; N]) -> Chosen<N> {
    let mut is_needed = [false; N];
    if let Some(last) = is_needed.last_mut() {
        *last = true;
    }
    for subset in (0..N).rev() {
        if !is_needed[subset] {
            chosen[subset] = NONE;
        } else if let Some(alternative) = subsets[subset].get(usize::from(chosen[subset])) {
            alternative.parts.iter().for_each(|&part| is_needed[part] = true);
        }
    }
    Chosen(chosen)
}

/// A tensor that is there whatever was chosen.
///
/// # Panics
/// If it is not.
#[inline]
#[must_use]
pub fn required<V>(value: Option<V>) -> V {
    value.expect("a result is computed whatever the order")
}

/// A tensor that a step which is taken reads.
///
/// # Panics
/// If it was not computed.
#[inline]
#[must_use]
pub fn present<V>(value: &Option<V>) -> &V {
    value.as_ref().expect("what a step reads was computed")
}

/// A tensor that was kept, or else was computed again for a block.
///
/// # Panics
/// If neither is there.
#[inline]
#[must_use]
pub fn either<'a, V>(kept: &'a Option<V>, again: &'a Option<V>) -> &'a V {
    kept.as_ref().or(again.as_ref()).expect("what is not kept is computed again")
}

/// Lets an intermediate go that is there in any case. (Clippy has a word on the `drop` of the standard library, where that of an array of
/// fixed size has nothing to do.)
#[inline(always)]
pub fn drop<T>(_intermediate: T) {}

/// Lets a tensor go that no later step reads, of those that are taken.
#[inline]
pub fn release<V>(value: &mut Option<V>) {
    *value = None;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A chain of three matrices, i x j, j x k and k x l.
    const CHAIN: [&[Alternative]; 6] = [
        &[],
        &[],
        &[],
        &[Alternative { parts: [0, 1], coefficient: 2.0, labels: &[0, 1, 2] }],
        &[Alternative { parts: [1, 2], coefficient: 2.0, labels: &[1, 2, 3] }],
        &[
            Alternative { parts: [0, 4], coefficient: 2.0, labels: &[0, 1, 3] },
            Alternative { parts: [2, 3], coefficient: 2.0, labels: &[0, 2, 3] },
        ],
    ];

    #[test]
    fn the_cheaper_order_is_taken_and_nothing_else() {
        let left = choose(&CHAIN, &[2, 100, 3, 100]);
        assert_eq!(left.0, [NONE, NONE, NONE, 0, NONE, 1]);
        let right = choose(&CHAIN, &[100, 3, 100, 2]);
        assert!(right.taken(4, 0) && right.taken(5, 0) && !right.taken(3, 0));
    }

    #[test]
    fn the_first_order_is_taken_where_any_takes_less_time_than_to_choose() {
        assert!(choose(&CHAIN, &[1, 8, 8, 16]).taken(5, 0));
        assert!(choose(&CHAIN, &[1, 8, 8, 17]).taken(5, 1));
    }

    #[test]
    fn a_limit_is_kept_at_any_cost() {
        let sizes = [Size { subset: 3, labels: &[0, 2] }, Size { subset: 4, labels: &[1, 3] }];
        let within = |elements| choose_within(&CHAIN, &sizes, &[100, 3, 100, 2], Limit::exact(elements));
        let (cheapest, smallest) = within(6);
        assert!(cheapest.taken(5, 0) && smallest == 6);
        assert_eq!(within(5).1, 6);
        let (slow, smallest) = choose_within(&CHAIN, &sizes, &[2, 4, 3, 50], Limit::exact(6));
        assert!(slow.taken(5, 1) && !slow.taken(4, 0) && smallest == 6);
        assert_eq!(choose_within(&CHAIN, &sizes, &[usize::MAX; 4], Limit::estimated(6)).1, usize::MAX);
    }

    #[test]
    fn extents_of_0_and_extents_without_end_have_an_order() {
        assert!(choose(&CHAIN, &[0, 0, 0, 0]).taken(5, 0));
        assert!(choose(&CHAIN, &[usize::MAX; 4]).taken(5, 0));
    }
}
