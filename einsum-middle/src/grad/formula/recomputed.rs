//! Intermediates that a pullback computes once more, as keeping them would take more memory than all that is given.
//!
//! A pullback keeps what its statements read of the forward. Mostly that has the labels of something that is there anyway, an operand or the
//! result. What has not, such as the matrix of all pairs of tokens in attention, is not kept: the statements that compute it
//! come before those of the backward, with which they run block by block, so that it is nowhere as a whole.
//!
//! Nor is kept what takes a few instructions of operands, such as `x[n, i] - m[n]` in a layer norm: to read `x` again takes as long as to read
//! what was kept, which need not be written.
//!
//! A tensor that is compared for equality, as the elements of which there is a maximum, or with something that is made of it and kept, as that
//! maximum, is kept: it must have the same bits.

use std::cell::RefCell;

use super::FormulaVjp;
use crate::{
    few::sort,
    ir::formula::{Comparison, Condition, Elements, Expression, Formula, Statement, TensorId, TensorKind},
    tuning::INLINED_MAX_OPERATIONS,
};

impl FormulaVjp {
    /// The forward and the backward with intermediates computed once more, rather than kept, which have more labels than whatever is given or
    /// returned.
    #[must_use]
    pub fn recomputed(mut self) -> Self {
        let mut again: Vec<TensorId> = Vec::new();
        let mut saved: Vec<TensorId> = Vec::new();
        let mut asked = self.saved.clone();
        while let Some(tensor) = asked.pop() {
            if !self.is_recomputed(tensor) {
                saved.push(tensor);
                continue;
            }
            again.push(tensor);
            let reads = self.writing(tensor).flat_map(Statement::reads).map(|access| access.tensor);
            let new = reads.filter(|read| !self.forward.tensor(*read).kind.is_given());
            let new: Vec<TensorId> =
                new.filter(|read| ![&again, &saved, &asked].iter().any(|known| known.contains(read))).collect();
            asked.extend(new);
        }
        if again.is_empty() {
            return self;
        }
        sort(&mut saved);
        saved.dedup();
        let is_again = |statement: &&Statement| again.contains(&statement.target.tensor);
        let statements: Vec<Statement> = self.forward.statements.iter().filter(is_again).cloned().collect();
        self.backward.statements.splice(0..0, statements);
        let Formula { tensors, results, .. } = &mut self.forward;
        results.retain(|id| tensors[id.0].kind != TensorKind::Local);
        let returned = results.clone();
        results.extend(saved.iter().filter(|id| !returned.contains(id)));
        self.saved = saved;
        debug_assert_eq!(self.forward.verify(), Ok(()), "{}", self.forward);
        debug_assert_eq!(self.backward.verify_given(&self.saved), Ok(()), "{self}");
        self
    }

    /// The statements of the forward that write a tensor.
    fn writing(&self, tensor: TensorId) -> impl Iterator<Item = &Statement> {
        self.forward.statements.iter().filter(move |statement| statement.target.tensor == tensor)
    }

    /// Whether an intermediate is larger than what is there, and can be computed once more.
    fn is_recomputed(&self, tensor: TensorId) -> bool {
        let found = self.forward.tensor(tensor);
        let is_number = found.kind == TensorKind::Local && found.elements == Elements::Numbers;
        let mut writing = self.writing(tensor);
        let is_kept =
            !self.is_quick(tensor) && writing.any(|statement| self.forward.covers(&statement.free) || calls(statement));
        let is_equated = self.backward.statements.iter().any(|statement| equates(statement, tensor));
        is_number && !is_kept && !is_equated && !self.meets_itself(tensor)
    }

    /// Whether an intermediate is a few instructions of operands that have all of its labels, and of what has fewer.
    fn is_quick(&self, tensor: TensorId) -> bool {
        let mut writing = self.writing(tensor);
        let (Some(statement), None) = (writing.next(), writing.next()) else { return false };
        let is_whole = statement.reduced.is_empty() && !statement.adds && statement.writes_plainly();
        let reads = statement.reads();
        let of_all: Vec<_> = reads.iter().filter(|access| access.covers(&statement.free)).collect();
        let are_given = of_all.iter().all(|access| self.forward.tensor(access.tensor).kind.is_given());
        let is_plain = reads.iter().all(|access| access.is_plain()) && !of_all.is_empty() && are_given;
        let operations = statement.operations();
        is_whole && is_plain && operations.is_some_and(|count| count <= INLINED_MAX_OPERATIONS)
    }

    /// Whether somewhere a tensor is compared with something that is made of it, and that is kept.
    fn meets_itself(&self, tensor: TensorId) -> bool {
        let is_kept = |id: TensorId| {
            let is_local = self.forward.tensors.get(id.0).is_some_and(|found| found.kind == TensorKind::Local);
            is_local && self.writing(id).any(|statement| self.forward.covers(&statement.free))
        };
        let statements = self.forward.statements.iter().chain(&self.backward.statements);
        statements.flat_map(compared).any(|sides| {
            let all = self.made_of(sides);
            all.contains(&tensor) && all.iter().any(|&id| is_kept(id) && self.made_of(vec![id]).contains(&tensor))
        })
    }

    /// These tensors, and all that they are computed from.
    fn made_of(&self, mut all: Vec<TensorId>) -> Vec<TensorId> {
        let mut next = 0;
        while let Some(&tensor) = all.get(next) {
            let reads = self.writing(tensor).flat_map(Statement::reads).map(|access| access.tensor);
            let new: Vec<TensorId> = reads.filter(|read| !all.contains(read)).collect();
            all.extend(new);
            next += 1;
        }
        all
    }
}

/// Whether a function of the user's is called, who may count the calls.
fn calls(statement: &Statement) -> bool {
    let mut calls = false;
    statement.value.visit(&mut |part| calls |= matches!(part, Expression::User(..)));
    calls
}

/// For each comparison of numbers in a statement the tensors that it reads.
fn compared(statement: &Statement) -> Vec<Vec<TensorId>> {
    let found = RefCell::new(Vec::new());
    statement.value.visit(&mut |part| {
        let Expression::Select(condition, _) = part else { return };
        condition.any(&|one| {
            if let Condition::Numbers(_, sides) = one {
                let mut reads = Vec::new();
                sides.iter().for_each(|side| side.visit_reads(&mut |access| reads.push(access.tensor)));
                found.borrow_mut().push(reads);
            }
            false
        });
    });
    found.into_inner()
}

/// Whether a statement that reads a tensor compares for equality.
fn equates(statement: &Statement, tensor: TensorId) -> bool {
    let mut equates = false;
    statement.value.visit(&mut |part| {
        if let Expression::Select(condition, _) = part {
            equates |=
                condition.any(&|one| matches!(one, Condition::Numbers(Comparison::Equal | Comparison::NotEqual, _)));
        }
    });
    equates && statement.reads().iter().any(|access| access.tensor == tensor)
}
