//! The front door: which search is for which network.

use super::{
    cap,
    cost::Objective,
    dense::Dense,
    exact::{self, TooLarge},
    greedy,
    network::Network,
    path::Path,
    sample,
    splits::Splits,
    symbolic,
};
use crate::ir::{Einsum, Group, Label};

/// What is searched for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// What is minimised.
    pub objective: Objective,
    /// How many elements an intermediate may have. Where extents are not given, the splits are made
    /// for it, and [`Splits::choose_within`] observes it.
    pub max_intermediate: Option<f64>,
    /// How many splits may be left to the run time. Each is a step in the expansion, and some
    /// nanoseconds at run time. The default takes none from known kinds of up to 7 operands: a Tucker
    /// product of 6 factors has 250, a chain of 7 matrices 62, most have fewer than 30. What fewer
    /// cost is in `benches/order/README.md`.
    pub max_splits: usize,
}

/// The splits of a group of operands, and of the groups in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// What is contracted: operands, and groups in parentheses as if they were operands.
    pub network: Network,
    /// How.
    pub splits: Splits,
    /// For every operand of the network, if it is a group, the search of that.
    pub groups: Vec<Option<Search>>,
}

impl Default for Options {
    fn default() -> Self {
        Self { objective: Objective::Forward, max_intermediate: None, max_splits: 256 }
    }
}

impl Search {
    /// Whether no choice is left, in any group.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        self.splits.is_decided() && self.groups.iter().flatten().all(Self::is_decided)
    }
}

/// The splits of an einsum. Parentheses stand as they are: what is within is searched by itself.
///
/// # Errors
/// If extents are given, and every order has an intermediate that is too large.
pub fn einsum(einsum: &Einsum, extent: &dyn Fn(&Label) -> Option<f64>, options: &Options) -> Result<Search, TooLarge> {
    groups(einsum, super::outermost(einsum), extent, options)
}

fn groups(
    einsum: &Einsum,
    order: &[Group],
    extent: &dyn Fn(&Label) -> Option<f64>,
    options: &Options,
) -> Result<Search, TooLarge> {
    let network = Network::of_groups(einsum, order, extent);
    let inner = order.iter().map(|group| match group {
        Group::Operand(_) => Ok(None),
        Group::Parentheses(inner) => groups(einsum, inner, extent, options).map(Some),
    });
    let groups = inner.collect::<Result<Vec<_>, _>>()?;
    Ok(Search { splits: search(&network, options)?, network, groups })
}

/// The splits of a network. With all extents given, one of every subset that is needed.
///
/// | extents | operands | search |
/// | --- | --- | --- |
/// | given | up to 16 | [`exact`] |
/// | given | more | [`greedy`] |
/// | not all given | up to 7 | symbolic, refined at sample extents |
/// | not all given | more | the best at sample extents |
///
/// # Errors
/// If extents are given, and every path has an intermediate that is too large.
pub fn search(network: &Network, options: &Options) -> Result<Splits, TooLarge> {
    debug_assert_eq!(network.verify(), Ok(()));
    let Options { objective, max_intermediate, max_splits } = *options;
    if network.operands.len() <= 2 {
        let only = Path { operands: network.operands.len(), steps: vec![(0, 1); network.operands.len() - 1] };
        let largest = only.largest_intermediate(network);
        return match max_intermediate {
            Some(limit) if largest > limit => Err(TooLarge { limit, smallest: largest, is_exact: true }),
            _ => Ok(Splits::of_paths(network, objective, [&only])),
        };
    }
    if network.is_given() {
        let exact = exact::search(network, objective, max_intermediate);
        let path = exact.unwrap_or_else(|| greedy::search(network, objective, max_intermediate))?;
        return Ok(Splits::of_paths(network, objective, [&path]));
    }
    let dense = Dense::of_network(network).filter(|dense| dense.operands <= symbolic::MAX_OPERANDS);
    let splits = match dense {
        Some(dense) => sample::refined(network, &dense, objective, max_intermediate),
        None => sample::sampled(network, objective, max_intermediate),
    };
    Ok(cap::capped(network, objective, splits, max_splits))
}
