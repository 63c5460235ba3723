//! Which tensors have derivatives.

use super::{rewriting::depends, shifts::is_shift};
use crate::ir::formula::{Formula, Reduction, TensorId};

/// For each tensor, whether it depends on some of these by a derivative, and results on it.
pub(super) fn active(formula: &Formula, wrt: &[TensorId]) -> Vec<bool> {
    let mut active: Vec<bool> = (0..formula.tensors.len()).map(|id| wrt.contains(&TensorId(id))).collect();
    for statement in &formula.statements {
        let finds = matches!(statement.reduction, Reduction::ArgMax | Reduction::ArgMin);
        let depends = !finds && depends(&statement.value, &active) && !is_shift(formula, statement);
        active[statement.target.tensor.0] |= depends;
    }
    active
}
