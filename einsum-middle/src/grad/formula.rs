//! Differentiates formulas: one rule over statements, from [`Formula`] to [`Formula`].
//!
//! A statement `t[T] = sum(value)` that reads `x[A]` becomes `dx[A] += sum(dt[T] * d value / d x[A])` over the same box of labels:
//! the axes of the read are the target's, and those of the target are read, as they are written. So affine forms, gathers and what is outside
//! of a tensor need no rules of their own: what is read as 0 is dropped, what wraps is added where it is. Reductions are the same with a
//! derivative of their own, and functions have their derivatives in one table.
//!
//! Complex cotangents follow torch: derivatives are conjugated. Choices differentiate to choices, never to products with a mask, so that
//! what was not chosen does not matter, be it NaN.
//!
//! AFTER THIS POINT: gradients and tangents are formulas like any other, and can be differentiated.

mod active;
mod choices;
mod derivatives;
mod kept;
mod normalised;
mod parts;
mod recomputed;
mod reductions;
mod reverse;
mod rewriting;
mod shared;
mod shifts;
mod tangent;
mod terms;
mod tidy;

use std::fmt;

use self::{
    reverse::ReverseFormula,
    rewriting::simplified,
    tangent::Tangents,
    tidy::{plain_first, prune, tidy},
};
use crate::{
    few::{List, Table, sort, sort_by_key},
    ir::formula::{Elements, Formula, Statement, TensorId, TensorKind},
};

/// A formula, and the statements that turn a cotangent of its result into cotangents of its operands. Both have the same tensors.
#[derive(Clone, Debug, PartialEq)]
pub struct FormulaVjp {
    /// Computes the result, and after it what the backward reads: see `saved`.
    pub forward: Formula,
    /// Computes the cotangents that are asked for, in order, from the operands, the cotangent and what is saved.
    pub backward: Formula,
    /// The tensors that the forward writes and the backward reads: intermediates, and the result where its elements spare a function.
    pub saved: Vec<TensorId>,
}

/// The formulas behind a function of `einsum_fn!` and the functions in its module.
#[derive(Clone, Debug, PartialEq)]
pub struct FormulaPrograms {
    /// The value.
    pub value: Formula,
    /// All gradients that are asked for.
    pub backward: Formula,
    /// Each of these alone, by the number of its operand.
    pub backward_one: Table<usize, Formula>,
    /// All gradients, added to what the user has.
    pub backward_add: Formula,
    /// The cotangents of all operands of numbers, and of the cotangent, from those of the gradients that are asked for.
    pub double_backward: Formula,
    /// The value and its tangent.
    pub jvp: Formula,
}

impl FormulaPrograms {
    /// Differentiates a formula in all ways that a function has, with respect to the operands of these numbers.
    #[must_use]
    pub fn new(formula: &Formula, wrt: &[usize]) -> Self {
        let vjp = FormulaVjp::new(formula, wrt);
        let backward = vjp.fused();
        let one = |number: usize| (number, FormulaVjp::new(formula, &[number]).fused());
        Self {
            value: formula.clone(),
            backward_one: wrt.iter().map(|&number| one(number)).collect(),
            backward_add: adding(&backward),
            double_backward: vjp.second(),
            jvp: jvp(formula, wrt),
            backward,
        }
    }
}

impl FormulaVjp {
    /// Differentiates a formula with respect to the operands of these numbers.
    #[must_use]
    pub fn new(formula: &Formula, wrt: &[usize]) -> Self {
        let wrt: Vec<TensorKind> = wrt.mapped(|&number| TensorKind::Operand(number));
        Self::of(formula, &wrt)
    }

    /// Differentiates any formula with respect to tensors of these kinds that are given.
    #[must_use]
    pub fn of(formula: &Formula, wrt: &[TensorKind]) -> Self {
        let wrt: Vec<TensorId> = wrt.iter().filter_map(|&kind| formula.find(kind)).collect();
        let mut backward = ReverseFormula::of(&simplified(formula), &wrt);
        tidy(&mut backward);
        normalised::simplify(&mut backward, formula);
        plain_first(&mut backward);
        let mut forward = formula.clone();
        forward.tensors.clone_from(&backward.tensors);
        forward.labels.clone_from(&backward.labels);
        forward.extents.clone_from(&backward.extents);
        kept::keep(&mut forward, &mut backward);
        let saved = saved(&backward);
        let new = saved.iter().filter(|id| !formula.results.contains(id));
        forward.results.extend(new);
        debug_assert_eq!(forward.verify(), Ok(()), "{forward}");
        debug_assert_eq!(backward.verify_given(&saved), Ok(()), "backward of\n{formula}\nis\n{backward}");
        Self { forward, backward, saved }
    }

    /// The cotangents alone, computed from the operands and the cotangent: the forward's statements that they need, then the backward's.
    #[must_use]
    pub fn fused(&self) -> Formula {
        let mut formula = self.backward.clone();
        formula.statements.splice(0..0, self.forward.statements.iter().cloned());
        for id in 0..formula.tensors.len() {
            let is_written = !formula.tensors[id].kind.is_given();
            if is_written && !formula.results.contains(&TensorId(id)) {
                formula.tensors[id].kind = TensorKind::Local;
            }
        }
        // (First, so that what the gradients alone read is seen to be read once.)
        prune(&mut formula);
        tidy(&mut formula);
        debug_assert_eq!(formula.verify(), Ok(()), "{formula}");
        formula
    }

    /// The backward of the backward: from the operands, the cotangent of the result, and a cotangent of each gradient to the cotangents of
    /// all operands of numbers, and of the cotangent.
    #[must_use]
    pub fn second(&self) -> Formula {
        let is_source = |tensor: &&crate::ir::formula::Tensor| {
            let is_operand = matches!(tensor.kind, TensorKind::Operand(_)) && tensor.elements == Elements::Numbers;
            is_operand || tensor.kind == TensorKind::Cotangent
        };
        let fused = self.fused();
        let mut wrt: Vec<TensorKind> = fused.tensors.iter().filter(is_source).map(|tensor| tensor.kind).collect();
        sort_by_key(&mut wrt, |kind| match kind {
            TensorKind::Operand(number) => *number,
            _ => usize::MAX,
        });
        Self::of(&fused, &wrt).fused()
    }
}

/// A formula of gradients, with each added to what the user has.
#[must_use]
pub fn adding(formula: &Formula) -> Formula {
    let mut formula = formula.clone();
    for statement in &mut formula.statements {
        statement.adds |= formula.results.contains(&statement.target.tensor);
    }
    debug_assert_eq!(formula.verify_given(&saved(&formula)), Ok(()), "{formula}");
    formula
}

/// The formula of the value and its tangent, from the operands, and tangents of the operands of these numbers.
#[must_use]
pub fn jvp(formula: &Formula, wrt: &[usize]) -> Formula {
    let mut tangent = Tangents::of(formula, wrt);
    tidy(&mut tangent);
    debug_assert_eq!(tangent.verify(), Ok(()), "tangent of\n{formula}\nis\n{tangent}");
    tangent
}

/// The tensors that the backward reads, and that are neither given nor written by it.
fn saved(backward: &Formula) -> Vec<TensorId> {
    let written: Vec<TensorId> = backward.statements.mapped(|statement| statement.target.tensor);
    let reads = backward.statements.iter().flat_map(Statement::reads).map(|access| access.tensor);
    let mut saved: Vec<TensorId> =
        reads.filter(|id| !written.contains(id) && !backward.tensor(*id).kind.is_given()).collect();
    sort(&mut saved);
    saved.dedup();
    saved
}

impl fmt::Display for FormulaVjp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "forward\n{}\nbackward\n{}", self.forward, self.backward)
    }
}
