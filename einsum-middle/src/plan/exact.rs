//! The best path, if all extents are given and there are up to 16 operands.

use super::{
    cost::Objective, dense::Dense, greedy, limit::TooLarge, network::Network, path::Path, programme::Programme,
};

/// The path of the fewest flops, of all. `None` if there are more than 16 operands, or
/// more kinds of labels than 128.
///
/// # Errors
/// If every path has an intermediate of more than `limit` elements.
///
/// # Panics
/// If an extent is not given.
#[must_use]
pub fn search(network: &Network, objective: Objective, limit: Option<f64>) -> Option<Result<Path, TooLarge>> {
    assert!(network.is_given(), "extents of `{network}`");
    let dense = Dense::of_network(network)?;
    let extents = dense.extents(|label| network.size(&[label]));
    let bound = greedy::quick(network, limit);
    let limit = limit.unwrap_or(f64::INFINITY);
    let programme = Programme { dense: &dense, extents: &extents, objective, limit, is_part: network.is_part };
    let cost = bound.flops(network, objective);
    let fits = bound.largest_intermediate(network) <= limit;
    let sums = network.largest_sum();
    let path = if sums <= limit { programme.cheapest(if fits { cost } else { f64::INFINITY }) } else { None };
    Some(match path {
        Some(path) => Ok(path),
        None if fits => Ok(bound),
        None => Err(TooLarge { limit, smallest: programme.smallest().max(sums), is_exact: true }),
    })
}
