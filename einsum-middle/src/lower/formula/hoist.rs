//! Parts of a map that depend on fewer labels than it has: computed once for each index of these, into a local.
//!
//! In `c[n, i] / sqrt(v[n] + 0.00001)` there is a root for each `n`, and not for each element. The elements of a map are computed in
//! vectors, and the compiler does not see that a read is the same for all of a row. Quotients by a root are products with one over it, which
//! is computed once: an instruction that divides takes as long as sixteen that multiply.

use super::{Lowering, Work, map};
use crate::ir::{
    Label,
    formula::{Access, Axis, Elements, Expression, Function, FunctionCost, Reduction, Statement},
};

impl Lowering {
    /// The value of a map, with the parts that are worth it in locals that are computed before.
    pub(super) fn hoisted(&mut self, statement: &Statement) -> Expression {
        let mut locals: Vec<(Expression, Access)> = Vec::new();
        self.products(statement, &statement.value).replaced(&mut |part| {
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

impl Lowering {
    /// An expression in which quotients by what some labels have in common are products with one over it, which is computed once, where that
    /// is as good: neither is it subnormal nor infinite where the divisor is not. (It is rounded once more.)
    fn products(&self, statement: &Statement, value: &Expression) -> Expression {
        value.replaced(&mut |part| {
            let Expression::Call(Function::Divide, arguments) = part else { return None };
            let [numerator, divisor] = arguments.as_slice() else { return None };
            let inverse = Expression::Call(Function::Recip, vec![divisor.clone()]);
            if !self.is_tame(divisor) || labels(statement, &inverse).is_none() {
                return None;
            }
            Some(Expression::Call(Function::Multiply, vec![self.products(statement, numerator), inverse]))
        })
    }

    /// Whether one over a number is as good as it: of a root, and of the sum of exponentials of which the largest is 1.
    fn is_tame(&self, number: &Expression) -> bool {
        match number {
            Expression::Call(Function::Sqrt, _) => true,
            Expression::Read(access) => self.is_sum_of_shifted(access).unwrap_or(false),
            _ => false,
        }
    }

    /// Whether a tensor is `sum[i](exp(x[n, i] - max[i](x[n, i])))`.
    fn is_sum_of_shifted(&self, access: &Access) -> Option<bool> {
        let sum = self.only_writer(access)?;
        let of_sum = match &sum.value {
            Expression::Read(read) => {
                let exponentials = self.only_writer(read)?;
                (read.axes == exponentials.target.axes).then_some(&exponentials.value)?
            }
            value => value,
        };
        let Expression::Call(Function::Exp, argument) = of_sum else { return None };
        let [Expression::Call(Function::Subtract, difference)] = argument.as_slice() else { return None };
        let [Expression::Read(read), Expression::Read(shift)] = difference.as_slice() else { return None };
        let largest = self.only_writer(shift)?;
        let Expression::Read(of_largest) = &largest.value else { return None };
        let is_same = |(one, other): (&Axis, &Axis)| match (one.bare(), other.bare()) {
            (Some(one), Some(other)) if sum.reduced.contains(one) => largest.reduced.contains(other),
            (Some(one), Some(other)) => one == other && sum.free.contains(one),
            _ => false,
        };
        let are_same = read.tensor == of_largest.tensor && read.axes.iter().zip(&of_largest.axes).all(is_same);
        let is_sum = sum.reduction == Reduction::Sum && largest.reduction == Reduction::Max;
        Some(is_sum && are_same && shift.axes == largest.target.axes && sum.reduced.len() == largest.reduced.len())
    }

    /// The only statement that writes a tensor, at every index.
    fn only_writer(&self, access: &Access) -> Option<&Statement> {
        let mut writers = self.lowered.formula.statements.iter().filter(|other| other.target.tensor == access.tensor);
        let writer = writers.next()?;
        (writers.next().is_none() && !writer.adds && writer.writes_plainly() && !access.conj).then_some(writer)
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
