//! The front door: which search is for which network.

use super::{
    cap, cost::Objective, dense::Dense, equals, exact, greedy, limit::TooLarge, network::Network, options::Options,
    path::Path, sample, splits::Splits,
};
use crate::{
    few::List,
    ir::{Einsum, Label, MaxIntermediate},
    notation::Group,
    tuning::{DENSE_MAX_OPERANDS, SAMPLED_EXACT_MAX_OPERANDS, SEARCH_LIMITS, SYMBOLIC_MAX_OPERANDS},
};

/// The splits of a group of operands, and of the groups in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// The tensors that are contracted: operands, and groups in parentheses as if they were operands.
    pub network: Network,
    /// The splits of the network that may be the best.
    pub splits: Splits,
    /// For every operand of the network, if it is a group, the search of that.
    pub groups: Vec<Option<Search>>,
}

impl Search {
    /// Whether, whatever the extents are, the order is there whose largest intermediate is smallest.
    #[must_use]
    pub fn has_smallest(&self) -> bool {
        self.splits.has_smallest && self.groups.iter().flatten().all(Self::has_smallest)
    }

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
    groups(einsum, Group::outermost(&einsum.order), extent, options)
}

fn groups(
    einsum: &Einsum,
    order: &[Group],
    extent: &dyn Fn(&Label) -> Option<f64>,
    options: &Options,
) -> Result<Search, TooLarge> {
    let network = Network::of_groups(einsum, order, extent);
    let inner = order.mapped(|group| match group {
        Group::Operand(_) => Ok(None),
        Group::Parentheses(inner) => groups(einsum, inner, extent, options).map(Some),
    });
    let groups: Vec<Result<Option<Search>, TooLarge>> = inner;
    let splits = search(&network, options);
    let errors = groups.iter().filter_map(|group| group.as_ref().err()).chain(splits.as_ref().err());
    if let Some(error) = errors.copied().reduce(TooLarge::and) {
        return Err(error);
    }
    Ok(Search { splits: splits?, network, groups: groups.into_iter().collect::<Result<_, _>>()? })
}

/// The splits of a network. With all extents given, one of every subset that is needed.
///
/// | extents | operands | search |
/// | --- | --- | --- |
/// | given | up to 16 | [`exact`] |
/// | given | more | [`greedy`] |
/// | given, a limit is not | | [`exact`] or [`greedy`], within several limits |
/// | not all given | up to 7 | symbolic, refined at sample extents |
/// | not all given | more | the best at sample extents |
///
/// # Errors
/// If extents are given, and every path has an intermediate that is too large.
pub fn search(network: &Network, options: &Options) -> Result<Splits, TooLarge> {
    debug_assert_eq!(network.verify(), Ok(()));
    let Options { objective, max_intermediate, max_splits } = *options;
    if network.operands.len() <= 2 {
        return only(network, options);
    }
    if network.is_given() {
        let paths = match max_intermediate {
            Some(MaxIntermediate::Given) => trade_offs(network, objective),
            None => vec![equals::among_equals(network, objective, best(network, objective, None)?)],
            Some(limit) => vec![best(network, objective, limit.known())?],
        };
        let has_smallest = network.operands.len() <= DENSE_MAX_OPERANDS;
        return Ok(Splits { has_smallest, ..Splits::of_paths(network, objective, &paths) });
    }
    let dense = Dense::of_network(network).filter(|dense| dense.operands <= SYMBOLIC_MAX_OPERANDS);
    let splits = match &dense {
        Some(dense) => sample::refined(network, dense, objective, max_intermediate),
        None => sample::sampled(network, objective, max_intermediate),
    };
    let has_smallest = max_intermediate.is_some() && dense.is_some() && splits.len() <= max_splits;
    Ok(Splits { has_smallest, ..cap::capped(network, options, splits) })
}

/// The only way to multiply two operands, or one.
fn only(network: &Network, options: &Options) -> Result<Splits, TooLarge> {
    let path = Path { operands: network.operands.len(), steps: vec![(0, 1); network.operands.len() - 1] };
    let smallest = path.largest_intermediate(network);
    match options.max_intermediate.and_then(MaxIntermediate::known).filter(|_| network.is_given()) {
        Some(limit) if smallest > limit => Err(TooLarge { limit, smallest, is_exact: true }),
        _ => Ok(Splits { has_smallest: true, ..Splits::of_paths(network, options.objective, [&path]) }),
    }
}

/// The best path, if all extents are given.
fn best(network: &Network, objective: Objective, limit: Option<f64>) -> Result<Path, TooLarge> {
    exact::search(network, objective, limit).unwrap_or_else(|| greedy::search(network, objective, limit))
}

/// The paths that are best within some limit, if all extents are given, but no more than [`SEARCH_LIMITS`]: first
/// the best of all, last that whose largest intermediate is smallest. (Of many operands only these.)
fn trade_offs(network: &Network, objective: Objective) -> Vec<Path> {
    let within = |limit| best(network, objective, limit);
    let smallest = within(Some(0.0)).or_else(|error| within(Some(error.smallest)));
    let mut paths: Vec<Path> = within(None).into_iter().collect();
    while let Some(last) =
        paths.last().filter(|_| paths.len() < SEARCH_LIMITS && network.operands.len() <= SAMPLED_EXACT_MAX_OPERANDS)
    {
        match within(Some(last.largest_intermediate(network).next_down())) {
            Ok(path) => paths.push(path),
            Err(_) => break,
        }
    }
    paths.into_iter().chain(smallest).collect()
}
