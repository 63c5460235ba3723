//! All orders there are, one by one.

use std::collections::BTreeSet;

use einsum_codegen::plan::network::Network;

/// The best of all orders.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Best {
    /// The fewest flops of an order whose intermediates are within the limit; infinite if there is
    /// none.
    pub flops: f64,
    /// The smallest largest intermediate of all orders.
    pub smallest: f64,
}

/// Tries all orders.
pub(crate) fn best(network: &Network, limit: f64) -> Best {
    let size = |labels: &BTreeSet<usize>| labels.iter().map(|l| network.extents[*l].expect("given")).product::<f64>();
    let is_several = network.operands.len() > 1;
    let (mut flops, mut largest, mut tensors) = (0.0, 0.0_f64, Vec::new());
    for (number, labels) in network.operands.iter().enumerate() {
        let others = || (0..network.operands.len()).filter(|other| *other != number);
        let is_needed = |label: &&usize| {
            network.output.contains(label) || others().any(|other| network.operands[other].contains(label))
        };
        let left: BTreeSet<usize> = labels.iter().filter(is_needed).copied().collect();
        if left.len() < labels.len() {
            flops += size(&labels.iter().copied().collect());
            largest = if is_several { largest.max(size(&left)) } else { largest };
        }
        tensors.push(left);
    }
    let mut best = Best { flops: f64::INFINITY, smallest: f64::INFINITY };
    go(network, &size, limit, &tensors, (flops, largest), &mut best);
    best
}

fn go(
    network: &Network,
    size: &dyn Fn(&BTreeSet<usize>) -> f64,
    limit: f64,
    tensors: &[BTreeSet<usize>],
    (flops, largest): (f64, f64),
    best: &mut Best,
) {
    if tensors.len() == 1 {
        best.flops = if largest <= limit { best.flops.min(flops) } else { best.flops };
        best.smallest = best.smallest.min(largest);
    }
    for rhs in 1..tensors.len() {
        for lhs in 0..rhs {
            let mut left = tensors.to_vec();
            let pair = [left.remove(rhs), left.remove(lhs)];
            let all: BTreeSet<usize> = pair[0].union(&pair[1]).copied().collect();
            let is_needed = |l: &&usize| network.output.contains(l) || left.iter().any(|other| other.contains(l));
            let product: BTreeSet<usize> = all.iter().filter(is_needed).copied().collect();
            let step = if product.len() < all.len() { 2.0 } else { 1.0 } * size(&all);
            let intermediate = if left.is_empty() { 0.0 } else { size(&product) };
            left.push(product);
            go(network, size, limit, &left, (flops + step, largest.max(intermediate)), best);
        }
    }
}
