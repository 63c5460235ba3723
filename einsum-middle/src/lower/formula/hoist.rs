//! Parts of a map that depend on fewer labels than it has: computed once for each index of these, into a local.
//!
//! In `c[n, i] / sqrt(v[n] + 0.00001)` there is a root for each `n`, and not for each element. The elements of a map are computed in
//! vectors, and the compiler does not see that a read is the same for all of a row. Quotients by a root are products with one over it, which
//! is computed once: an instruction that divides takes as long as sixteen that multiply.

use super::{Lowering, Work, map};
use crate::ir::{
    Label,
    formula::{Access, Elements, Expression, Function, FunctionCost, Reduction, Statement, TensorId},
};

impl Lowering {
    /// The value of a map, with the parts that are worth it in locals that are computed before, once for all statements that have them.
    pub(super) fn hoisted(&mut self, statement: &Statement) -> Expression {
        products(statement, &statement.value).replaced(&mut |part| {
            let labels = labels(statement, part)?;
            let local = self.hoist(part).unwrap_or_else(|| {
                let name = format!("{}_hoisted", self.lowered.formula.tensor(statement.target.tensor).name);
                let local = self.define_over(&name, Elements::Numbers, &labels);
                self.push(Work::Map(map(Statement {
                    target: local.clone(),
                    adds: false,
                    free: labels,
                    reduced: Vec::new(),
                    reduction: Reduction::Sum,
                    value: part.clone(),
                })));
                self.hoists.push((part.clone(), local.clone()));
                local
            });
            Some(Expression::Read(local))
        })
    }

    /// The local that has a part of statements, if it was computed before.
    pub(super) fn hoist(&self, part: &Expression) -> Option<Access> {
        self.hoists.iter().find(|(computed, _)| computed == part).map(|(_, local)| local.clone())
    }

    /// Forgets the parts that read a tensor which is written now.
    pub(super) fn forget_hoists(&mut self, written: TensorId) {
        self.hoists.retain(|(part, _)| {
            let mut reads = false;
            part.visit_reads(&mut |access| reads |= access.tensor == written);
            !reads
        });
    }
}

/// An expression in which quotients by a root that fewer labels have are products with one over it, which is computed once. It is rounded once
/// more, and as good: one over a root is neither subnormal nor infinite where the root is not. Whether a quotient is one of these can be seen of
/// it alone, so that it has the same bits in every statement, and in the backward.
fn products(statement: &Statement, value: &Expression) -> Expression {
    value.replaced(&mut |part| {
        let Expression::Call(Function::Divide, arguments) = part else { return None };
        let [numerator, divisor @ Expression::Call(Function::Sqrt, _)] = arguments.as_slice() else { return None };
        let inverse = Expression::Call(Function::Recip, vec![divisor.clone()]);
        let inverse_labels = labels(statement, &inverse)?;
        let has_more = part.labels_among(statement.labels()).len() > inverse_labels.len();
        let mut is_covered = false;
        part.visit(&mut |inner| {
            let is_read = matches!(inner, Expression::Read(_));
            is_covered |= is_read && inner.labels_among(inverse_labels.iter()).len() == inverse_labels.len();
        });
        (has_more && is_covered)
            .then(|| Expression::Call(Function::Multiply, vec![products(statement, numerator), inverse]))
    })
}

/// The labels that a part depends on, in the order of the statement, if it is worth a local over them: costly, of some labels but not of
/// all, and no larger than what is written, or than something that is read.
fn labels(statement: &Statement, part: &Expression) -> Option<Vec<Label>> {
    if !is_costly(part) {
        return None;
    }
    let labels = part.labels_among(statement.labels());
    let is_partial = !labels.is_empty() && labels.len() < statement.labels().count();
    (is_partial && statement.covers(&labels)).then_some(labels)
}

/// Whether it reads something, and has a function that takes more time than to read its value; none of a user, who may count the
/// calls.
fn is_costly(part: &Expression) -> bool {
    let (mut reads, mut costs, mut is_ours) = (false, false, true);
    part.visit(&mut |inner| match inner {
        Expression::Read(_) => reads = true,
        Expression::User(..) => is_ours = false,
        Expression::Call(function, _) => costs |= function.cost() > FunctionCost::Instruction,
        _ => {}
    });
    reads && costs && is_ours
}
