//! Slices, against all that there are.

use std::collections::BTreeMap;

use einsum_codegen::{
    ir::{Einsum, Label, MaxIntermediate},
    plan::{cost::Objective, plan},
};

/// What a block costs by itself, and what it costs to read or write an element.
const BLOCK: f64 = 4096.0;
const ELEMENT: f64 = 8.0;

const NETWORKS: [&str; 8] = [
    "ab,cbe,ae->ac",
    "ij,jk,kl->il",
    "ij,jk,ki->",
    "abc,ai,bj->ijc",
    "ij,ik,il->jkl",
    "ab,bc,cd,da->",
    "ij,jk,kl,lm->im",
    "a,ab,abc->c",
];

fn einsum(subscripts: &str) -> Einsum {
    let tokens = format!("krate; {subscripts:?}").parse().expect("tokens");
    einsum_codegen::explanation(tokens, None).expect("valid").einsum
}

/// Extents by label, in order of appearance.
fn extents(einsum: &Einsum, extents: &[u64]) -> BTreeMap<Label, u64> {
    einsum.labels().into_iter().zip(extents.iter().cycle().copied()).collect()
}

/// The lengths of blocks that the planner finds; none if an order is within the limit as it is.
fn found(einsum: &Einsum, extents: &BTreeMap<Label, u64>, limit: u64) -> Option<BTreeMap<Label, u64>> {
    let known = extents.iter().map(|(label, extent)| (label.clone(), *extent)).collect();
    let einsum = Einsum { known, max_intermediate: Some(MaxIntermediate::Known(limit)), ..einsum.clone() };
    let tree = plan(&einsum, Objective::Forward).expect("a limit of 1 is kept by single indices");
    let mut lengths = extents.clone();
    lengths.extend(tree.slices.iter().cloned());
    (!tree.slices.is_empty()).then_some(lengths)
}

/// Labels of the two factors, and of the result.
type Step = [Vec<Label>; 3];

/// All orders, each as its steps.
fn orders(operands: &[Vec<Label>], output: &[Label]) -> Vec<Vec<Step>> {
    if operands.len() == 1 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for second in 1..operands.len() {
        for first in 0..second {
            let mut rest = operands.to_vec();
            let (b, a) = (rest.remove(second), rest.remove(first));
            let union = union(&a, &b);
            let is_kept = |label: &&Label| output.contains(label) || rest.iter().any(|other| other.contains(label));
            let kept: Vec<Label> = union.iter().filter(is_kept).cloned().collect();
            rest.push(kept.clone());
            for mut order in orders(&rest, output) {
                order.insert(0, [a.clone(), b.clone(), kept.clone()]);
                all.push(order);
            }
        }
    }
    all
}

fn union(a: &[Label], b: &[Label]) -> Vec<Label> {
    a.iter().chain(b.iter().filter(|label| !a.contains(label))).cloned().collect()
}

#[allow(clippy::cast_precision_loss, reason = "small")]
fn cost(order: &[Step], extents: &BTreeMap<Label, u64>, lengths: &BTreeMap<Label, u64>, limit: u64) -> Option<f64> {
    let count = |label: &Label| extents[label].div_ceil(lengths[label]);
    let is_large = |kept: &[Label]| kept.iter().map(|label| lengths[label]).product::<u64>() > limit;
    if order[..order.len() - 1].iter().any(|[_, _, kept]| is_large(kept)) {
        return None;
    }
    // As often as there are blocks of other labels.
    let all = |labels: &[Label]| {
        let all = extents.keys().map(|label| if labels.contains(label) { extents[label] } else { count(label) });
        all.product::<u64>() as f64
    };
    let step = |[a, b, kept]: &Step| {
        let union = union(a, b);
        let flops = if kept.len() < union.len() { 2.0 } else { 1.0 };
        flops * (all(&union) + ELEMENT * (all(a) + all(b) + all(kept)))
    };
    let blocks = extents.keys().map(count).product::<u64>() as f64;
    Some(order.iter().map(step).sum::<f64>() + BLOCK * blocks)
}

/// The least that all orders cost in these blocks.
fn cheapest(
    einsum: &Einsum,
    extents: &BTreeMap<Label, u64>,
    lengths: &BTreeMap<Label, u64>,
    limit: u64,
) -> Option<f64> {
    let operands = einsum.operands.iter().map(|operand| operand.subscript.distinct()).collect::<Vec<_>>();
    let orders = orders(&operands, &einsum.output.0);
    orders.iter().filter_map(|order| cost(order, extents, lengths, limit)).reduce(f64::min)
}

/// The least that all lengths of blocks and all orders cost.
fn least(einsum: &Einsum, extents: &BTreeMap<Label, u64>, limit: u64) -> Option<f64> {
    let operands = einsum.operands.iter().map(|operand| operand.subscript.distinct()).collect::<Vec<_>>();
    let orders = orders(&operands, &einsum.output.0);
    let labels: Vec<Label> = extents.keys().cloned().collect();
    let mut lengths: BTreeMap<Label, u64> = labels.iter().map(|label| (label.clone(), 1)).collect();
    let mut least: Option<f64> = None;
    loop {
        for cost in orders.iter().filter_map(|order| cost(order, extents, &lengths, limit)) {
            least = Some(least.map_or(cost, |least| least.min(cost)));
        }
        // The next length that makes another number of blocks, of the last label first.
        let Some(label) = labels.iter().rev().find(|label| lengths[*label] < extents[*label]) else { return least };
        let count = extents[label].div_ceil(lengths[label]);
        let longer = (lengths[label] + 1..=extents[label]).find(|length| extents[label].div_ceil(*length) < count);
        lengths.insert(label.clone(), longer.expect("one block is fewer"));
        for after in labels.iter().rev().take_while(|other| *other != label) {
            lengths.insert(after.clone(), 1);
        }
    }
}

#[test]
fn near_the_best_of_all() {
    let mut losses = Vec::new();
    for subscripts in NETWORKS {
        let einsum = einsum(subscripts);
        for shape in [&[7, 11, 5, 13][..], &[23, 3, 17, 2, 29]] {
            let extents = extents(&einsum, shape);
            for limit in [2, 12, 30, 200] {
                let Some(lengths) = found(&einsum, &extents, limit) else { continue };
                let cost = cheapest(&einsum, &extents, &lengths, limit).expect("the limit is kept");
                let least = least(&einsum, &extents, limit).expect("single indices keep it");
                losses.push(cost / least);
            }
        }
    }
    losses.sort_by(f64::total_cmp);
    let exact = losses.iter().filter(|loss| **loss < 1.000_001).count();
    let worst = losses[losses.len() - 1];
    println!("{exact} of {} are the best, the worst is {worst} times that", losses.len());
    assert!(exact * 10 > 8 * losses.len() && worst < 1.4, "{exact} of {}, {worst}", losses.len());
}
