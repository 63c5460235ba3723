//! Which tensors have derivatives.

use super::{rewriting::depends, shifts::is_shift};
use crate::{
    few::numbered,
    ir::formula::{Formula, Reduction, TensorId},
};

/// For each tensor, whether it depends on some of these by a derivative, and results on it.
pub(super) fn active(formula: &Formula, wrt: &[TensorId]) -> Vec<bool> {
    let mut active: Vec<bool> = numbered(formula.tensors.len(), |id| wrt.contains(&TensorId(id)));
    for statement in &formula.statements {
        let finds = matches!(statement.reduction, Reduction::ArgMax | Reduction::ArgMin);
        let depends = !finds && depends(&statement.value, &active) && !is_shift(formula, statement);
        active[statement.target.tensor.0] |= depends;
    }
    active
}
