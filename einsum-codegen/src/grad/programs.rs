//! The trees that expansions run.

use std::collections::BTreeMap;

use super::{Vjp, jvp};
use crate::{
    ast::Form,
    ir::{ContractionTree, Einsum},
    plan::Plans,
};

/// The steps of a macro that is an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Program {
    /// The steps to the value, or to the value and its tangent.
    Forward(Box<ContractionTree>),
    /// The steps to the value, and those of a pullback.
    Pullback(Box<Vjp>),
}

/// The steps of a function of `einsum_fn!`, and of the functions in its module.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionPrograms {
    /// The value.
    pub value: ContractionTree,
    /// All gradients that are asked for.
    pub backward: ContractionTree,
    /// Each of these alone, by the number of its operand.
    pub backward_one: BTreeMap<usize, ContractionTree>,
    /// All gradients, added to what the user has.
    pub backward_add: ContractionTree,
    /// The cotangents of all operands, and of the cotangent, from those of the gradients that are asked for.
    pub double_backward: ContractionTree,
    /// The value and its tangent.
    pub jvp: ContractionTree,
}

impl Program {
    /// Differentiates the tree of an einsum as far as a macro asks for it.
    #[must_use]
    pub fn new(tree: ContractionTree, wrt: &[usize], form: Form) -> Self {
        match form {
            Form::Value | Form::Result => Self::Forward(Box::new(tree)),
            Form::Tangent => Self::Forward(Box::new(jvp(&tree, wrt))),
            Form::Pullback | Form::AddingPullback => Self::Pullback(Box::new(Vjp::new(&tree, wrt))),
        }
    }

    /// The steps that are taken where the macro is.
    #[must_use]
    pub fn forward(&self) -> &ContractionTree {
        match self {
            Self::Forward(tree) => tree,
            Self::Pullback(vjp) => &vjp.forward,
        }
    }
}

impl FunctionPrograms {
    /// Differentiates the trees of an einsum in all ways that a function has.
    #[must_use]
    pub fn new(einsum: &Einsum, plans: &Plans) -> Self {
        let tree = &plans.with_gradients;
        let vjp = Vjp::new(tree, &einsum.wrt);
        let backward = vjp.fused();
        Self {
            backward_one: einsum.wrt.iter().map(|&number| (number, Vjp::new(tree, &[number]).fused())).collect(),
            backward_add: Vjp::adding(&backward),
            double_backward: vjp.second(einsum.operands.len()),
            jvp: jvp(&plans.value, &einsum.wrt),
            value: plans.value.clone(),
            backward,
        }
    }
}
