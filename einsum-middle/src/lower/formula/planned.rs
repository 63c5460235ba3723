//! Lowered formulas, with the order in which the factors of each contraction meet.

use super::LoweredFormula;
use crate::{
    few::Table,
    ir::{Einsum, formula::TensorId},
    lower,
};

/// A lowered formula, and the steps of its contractions.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// The steps.
    pub lowered: LoweredFormula,
    /// The lowered einsum of each contraction, in order.
    pub contractions: Vec<lower::Lowered>,
}

impl Planned {
    /// Plans the contractions of a lowered formula, and lowers these. The second argument of `plan` is how many contractions have an order to be
    /// chosen.
    #[must_use]
    pub fn new(lowered: LoweredFormula, mut plan: impl FnMut(&Einsum, usize) -> lower::Lowered) -> Self {
        let count = lowered.einsums().filter(|einsum| einsum.operands.len() > 2).count();
        let contractions = lowered.einsums().map(|einsum| plan(einsum, count)).collect();
        Self { lowered, contractions }
    }
}

/// The steps of a function of `einsum_fn!`, and of the functions in its module.
#[derive(Clone, Debug, PartialEq)]
pub struct LoweredFunction {
    /// The value.
    pub value: Planned,
    /// All gradients that are asked for.
    pub backward: Planned,
    /// Each of these alone, by the number of its operand.
    pub backward_one: Table<usize, Planned>,
    /// All gradients, added to what the user has.
    pub backward_add: Planned,
    /// The cotangents of all operands, and of the cotangent.
    pub double_backward: Planned,
    /// The value and its tangent.
    pub jvp: Planned,
}

/// The steps of a macro that is an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Programs {
    /// The steps to the value, or to the value and its tangent.
    Forward(Box<Planned>),
    /// The steps to the value, and the steps of a pullback.
    Pullback {
        /// The steps to the value.
        forward: Box<Planned>,
        /// The steps to the gradients.
        backward: Box<Planned>,
        /// The tensors of the forward that the backward reads.
        saved: Vec<TensorId>,
    },
}
