//! The order in which operands meet, chosen by their extents.

/// One way to compute a subset of the operands: as the product of two others.
#[derive(Clone, Copy, Debug)]
pub struct Alternative {
    /// The numbers of these subsets.
    pub parts: [usize; 2],
    /// What the extents are multiplied by.
    pub coefficient: f64,
    /// The numbers of the labels whose extents multiply to the cost.
    pub labels: &'static [usize],
}

/// For each of `N` subsets the number of the alternative that is taken.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<const N: usize>([u8; N]);

/// The subset is given, or not needed.
const NONE: u8 = u8::MAX;

impl<const N: usize> Chosen<N> {
    /// Whether this alternative is taken for this subset.
    #[inline]
    #[must_use]
    pub fn taken(&self, subset: usize, alternative: usize) -> bool {
        usize::from(self.0[subset]) == alternative
    }
}

/// The cheapest way to the last subset, by dynamic programming: what a subset is made of is before
/// it, and one without alternatives costs nothing. Of equals the first is taken.
#[must_use]
pub fn choose<const N: usize>(subsets: &[&[Alternative]; N], extents: &[usize]) -> Chosen<N> {
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

fn cost(alternative: &Alternative, extents: &[usize]) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "costs are compared, not counted")]
    alternative.labels.iter().fold(alternative.coefficient, |cost, &label| cost * extents[label] as f64)
}

/// Leaves out what the last subset is not made of.
fn needed<const N: usize>(subsets: &[&[Alternative]; N], mut chosen: [u8; N]) -> Chosen<N> {
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
    fn extents_of_0_and_extents_without_end_have_an_order() {
        assert!(choose(&CHAIN, &[0, 0, 0, 0]).taken(5, 0));
        assert!(choose(&CHAIN, &[usize::MAX; 4]).taken(5, 0));
    }
}
