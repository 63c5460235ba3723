//! The trees that expansions run.

use super::{Vjp, jvp};
use crate::{
    few::Table,
    ir::{ContractionTree, Einsum, Form},
    plan::Plans,
};

/// The steps of a macro that is an expression: trees, or what a later pass has made of them.
#[derive(Clone, Debug, PartialEq)]
pub enum Program<Steps = ContractionTree> {
    /// The steps to the value, or to the value and its tangent.
    Forward(Box<Steps>),
    /// The steps to the value, and those of a pullback. If they are taken for one block of indices after the other,
    /// those of the pullback begin with those to the value: of several blocks nothing is kept.
    Pullback(Box<Vjp<Steps>>),
}

/// The steps of a function of `einsum_fn!`, and of the functions in its module: trees, or what a later pass has made of them.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionPrograms<Steps = ContractionTree> {
    /// The value.
    pub value: Steps,
    /// All gradients that are asked for.
    pub backward: Steps,
    /// Each of these alone, by the number of its operand.
    pub backward_one: Table<usize, Steps>,
    /// All gradients, added to what the user has.
    pub backward_add: Steps,
    /// The cotangents of all operands, and of the cotangent, from those of the gradients that are asked for.
    pub double_backward: Steps,
    /// The value and its tangent.
    pub jvp: Steps,
}

impl Program {
    /// Differentiates the tree of an einsum as far as a macro asks for it.
    #[must_use]
    pub fn new(tree: ContractionTree, wrt: &[usize], form: Form) -> Self {
        match form {
            Form::Value | Form::Result => Self::Forward(Box::new(tree)),
            Form::Tangent => Self::Forward(Box::new(jvp(&tree, wrt))),
            Form::Pullback => Self::Pullback(Box::new(pullback(&tree, wrt))),
            Form::AddingPullback => {
                let Vjp { forward, backward } = pullback(&tree, wrt);
                Self::Pullback(Box::new(Vjp { forward, backward: Vjp::adding(&backward) }))
            }
        }
    }
}

fn pullback(tree: &ContractionTree, wrt: &[usize]) -> Vjp {
    let vjp = Vjp::new(tree, wrt);
    if tree.is_sliced() { vjp.keeping_nothing() } else { vjp }
}

/// The steps of an order that is explained, to the value alone, and to the gradients after it.
#[must_use]
pub fn explained(forward: ContractionTree, wrt: &[usize]) -> Vjp {
    let vjp = Vjp::new(&forward, wrt);
    let backward = if forward.slices.is_empty() { vjp.backward } else { vjp.fused() };
    Vjp { forward, backward }
}

impl<Steps> Program<Steps> {
    /// Makes something else of every tree.
    #[must_use]
    pub fn map<Other>(self, mut made: impl FnMut(Steps) -> Other) -> Program<Other> {
        match self {
            Self::Forward(tree) => Program::Forward(Box::new(made(*tree))),
            Self::Pullback(vjp) => Program::Pullback(Box::new(vjp.map(made))),
        }
    }

    /// The steps that are taken where the macro is.
    #[must_use]
    pub fn forward(&self) -> &Steps {
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

impl<Steps> FunctionPrograms<Steps> {
    /// Makes something else of every tree.
    #[must_use]
    pub fn map<Other>(self, mut made: impl FnMut(Steps) -> Other) -> FunctionPrograms<Other> {
        FunctionPrograms {
            value: made(self.value),
            backward: made(self.backward),
            backward_one: self.backward_one.into_iter().map(|(number, tree)| (number, made(tree))).collect(),
            backward_add: made(self.backward_add),
            double_backward: made(self.double_backward),
            jvp: made(self.jvp),
        }
    }
}
