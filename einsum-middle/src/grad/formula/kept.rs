//! Costly parts of the forward that the backward has, too: each is an intermediate, which the backward reads.
//!
//! Of `silu(x[n, i]) * z[n, i]` the gradient of `z` has `silu(x[n, i])` as a factor, and of `sum[j](exp(x[i, j] - m[i]))` that of `x` has the
//! exponential. To write and read a number again takes less time than a polynomial. What has labels that no operand and no result has together
//! stays where it is: kept, it would take more memory than all that there is.

use super::{parts, terms::reads};
use crate::{
    few::{List, Set},
    ir::formula::{
        Access, Affine, Elements, Expression, Formula, FunctionCost, Reduction, Shape, Statement, Tensor, TensorKind,
    },
};

/// Keeps the costly parts that both have. They have the same tensors, labels and extents.
pub(super) fn keep(forward: &mut Formula, backward: &mut Formula) {
    while let Some((number, part)) = shared(forward, backward) {
        let statement = &forward.statements[number];
        let free = part.labels_among(statement.labels());
        let name = forward.free_name(&format!("{}_part", forward.tensor(statement.target.tensor).name));
        let shape = Shape::Needed(free.mapped(Affine::label));
        let tensor = Tensor { name, kind: TensorKind::Local, elements: Elements::Numbers, shape };
        backward.define(tensor.clone());
        let target = Access::plain(forward.define(tensor), &free);
        let kept = Expression::Read(target.clone());
        for statement in forward.statements[number..].iter_mut().chain(&mut backward.statements) {
            statement.value = statement.value.replaced(&mut |inner| (*inner == part).then(|| kept.clone()));
        }
        let (adds, reduced, reduction) = (false, Vec::new(), Reduction::Sum);
        forward.statements.insert(number, Statement { target, adds, free, reduced, reduction, value: part });
    }
}

/// The largest costly part of a statement of the forward that a statement of the backward has, and the number of the first one.
fn shared(forward: &Formula, backward: &Formula) -> Option<(usize, Expression)> {
    let there = backward.statements.iter().flat_map(|statement| parts::parts(&statement.value));
    let there: Set<u64> = there.filter(|part| is_costly(part.expression)).map(|part| part.digest).collect();
    if there.is_empty() {
        return None;
    }
    for (number, statement) in forward.statements.iter().enumerate() {
        // (What may not be chosen is not computed everywhere.)
        let own = parts::parts(&statement.value);
        let candidates = own.iter().rev().filter(|part| !part.is_guarded && there.contains(&part.digest));
        for part in candidates.filter(|part| is_costly(part.expression)) {
            let is_all = *part.expression == statement.value && statement.reduced.is_empty();
            let free = part.expression.labels_among(statement.labels());
            // (An axis of one index may stand for all of a label: then only what is written is known to be as large.)
            let is_as_large = if forward.broadcasts { statement.target.covers(&free) } else { forward.covers(&free) };
            if !is_all && is_as_large {
                return Some((number, part.expression.clone()));
            }
        }
    }
    None
}

/// Whether it is a function that takes more time than to write and read its value.
fn is_costly(part: &Expression) -> bool {
    matches!(part, Expression::Call(function, _) if function.cost() > FunctionCost::Division) && reads(part) > 0
}
