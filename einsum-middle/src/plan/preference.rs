//! Which of several orders is taken where any would do: of those that multiply least often, where all extents that are not given are the
//! same, the one of the least cost, for which a step counts twice
//!
//! - if no vector runs along it (`Network::has_vectors`): its numbers are sums along rows, or are gathered;
//! - if it sums nothing: it writes a number for each multiplication.
//!
//! | ns, `f32` and `f64`, Xeon (Sapphire Rapids), arrays of fixed size, all extents 4 or 8 | so | the other, or others |
//! | --- | --- | --- |
//! | `(bi,oij),bj->bo` of 4 | 30.4, 28.4 | 44.8, 39.2 |
//! | `(bi,ioj),bj->bo` of 4 | 20.3, 21.3 | 23.6, 23.9; 28.7, 43.2 |
//! | `(bi,ij),bj->b` of 8 | 27.0, 27.7 | 35.0, 37.0 |
//! | `(ijk,j),k->i` of 4 | 7.0, 11.5 | 8.7, 12.3; 6.7, 19.2 |
//! | `(ijk,i),k->j` of 8 | 24.1, 25.8 | 49.4, 61.9; 286, 300 |
//! | `(sij,si),sj->s` of 8 | 36.9, 39.8 | 52.0, 49.7 |
//!
//! Where extents are not given, steps of this order are the first of the alternatives, which the run time takes where extents are so small
//! that none is chosen, or where others cost as much.

use super::{cost::Monomial, network::Network, path::united};
use crate::tuning::PREFERENCE_EXTENT;

/// The costs of an order, the more important first.
pub(super) type Costs = [f64; 2];

/// The cost of a step: how often it multiplies, at extents that are the same where they are not given, and as this file says. Where all are
/// given, flops are counted and not multiplications: these decide, whatever else a step costs.
pub(super) fn step(network: &Network, factors: [&[usize]; 2], flops: &Monomial) -> Costs {
    let [lhs, rhs] = factors.map(|factor| network.kept(factor));
    let (labels, operands) = (united(&lhs, &rhs), united(factors[0], factors[1]));
    let kept = network.kept(&operands);
    let multiplications = network.product(1.0, &labels).value(|_| PREFERENCE_EXTENT);
    let is_result = operands.len() == network.operands.len();
    let is_quick = kept.len() < labels.len() && network.has_vectors(factors, &kept, is_result);
    let decisive = if network.is_given() { flops.coefficient } else { multiplications };
    [decisive, if is_quick { multiplications } else { 2.0 * multiplications }]
}

pub(super) fn sum([a, b]: Costs, [c, d]: Costs) -> Costs {
    [a + c, b + d]
}
