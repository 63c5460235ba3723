//! Parts of a map that depend on fewer labels than it has: computed once for each index of these, into a local.
//!
//! In `c[n, i] / sqrt(v[n] + 0.00001)` there is a root for each `n`, and not for each element. The elements of a map are computed in
//! vectors, and the compiler does not see that a read is the same for all of a row.

use super::{Lowering, Work, map};
use crate::ir::{
    Label,
    formula::{Access, Elements, Expression, FunctionCost, Reduction, Statement},
};

impl Lowering {
    /// The value of a map, with the parts that are worth it in locals that are computed before.
    pub(super) fn hoisted(&mut self, statement: &Statement) -> Expression {
        let mut locals: Vec<(Expression, Access)> = Vec::new();
        statement.value.replaced(&mut |part| {
            let labels = labels(statement, part)?;
            let known = locals.iter().find(|(computed, _)| computed == part).map(|(_, local)| local.clone());
            let local = known.unwrap_or_else(|| {
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
                locals.push((part.clone(), local.clone()));
                local
            });
            Some(Expression::Read(local))
        })
    }
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
