//! Forward mode: after each statement, the one that computes its tangent over the same box.

use super::{
    active::active,
    derivatives::{derivative, user_derivative},
    reductions::{extremum, others},
    rewriting::{Rewriting, depends, is_value_of},
    terms::{add, divide, integer, select, times},
};
use crate::ir::{
    Label,
    formula::{Access, Elements, Expression, Formula, Reduction, Shape, Statement, TensorId, TensorKind},
};

/// A walk through a formula from its operands to its results.
pub(super) struct Tangents<'a> {
    forward: &'a Formula,
    rewriting: Rewriting,
    active: Vec<bool>,
    /// The tangent of each tensor of the forward, once there is one.
    found: Vec<Option<TensorId>>,
}

impl<'a> Tangents<'a> {
    /// The formula that computes the results and their tangents, from the operands and tangents of those of these numbers.
    pub(super) fn of(forward: &'a Formula, wrt: &[usize]) -> Formula {
        let operands: Vec<TensorId> =
            wrt.iter().filter_map(|&number| forward.find(TensorKind::Operand(number))).collect();
        let mut tangents = Self {
            forward,
            rewriting: Rewriting::new(forward),
            active: active(forward, &operands),
            found: vec![None; forward.tensors.len()],
        };
        for (&number, &operand) in wrt.iter().zip(&operands) {
            let name = format!("d{}", forward.tensor(operand).name);
            let shape = Shape::Like(operand);
            let tangent = tangents.rewriting.define(&name, TensorKind::Tangent(number), shape);
            tangents.found[operand.0] = Some(tangent);
        }
        for statement in &forward.statements {
            tangents.rewriting.formula.statements.push(statement.clone());
            tangents.statement(statement);
        }
        tangents.rewriting.formula.results.clone_from(&forward.results);
        for &result in &forward.results {
            let tangent = tangents.tangent(result);
            tangents.rewriting.formula.results.extend(tangent);
        }
        tangents.rewriting.formula
    }

    /// The tangent of a tensor of numbers, which is defined where there is none.
    fn define(&mut self, of: TensorId) -> TensorId {
        if let Some(tangent) = self.found[of.0] {
            return tangent;
        }
        let tensor = self.forward.tensor(of);
        let kind = match tensor.kind {
            TensorKind::Result => TensorKind::ResultTangent,
            _ => TensorKind::Local,
        };
        let shape = self.rewriting.shape_of(of);
        let tangent = self.rewriting.define(&format!("d{}", tensor.name), kind, shape);
        self.found[of.0] = Some(tangent);
        tangent
    }

    /// The tangent of what a statement writes.
    fn statement(&mut self, statement: &Statement) {
        if !self.active[statement.target.tensor.0] || !depends(&statement.value, &self.active) {
            return;
        }
        let is_at_hand = statement.reduced.is_empty() && is_value_of(self.forward, statement);
        let value = if is_at_hand { Expression::Read(statement.target.clone()) } else { statement.value.clone() };
        let tangent = self.expression(&statement.value, &value);
        let tangent = match statement.reduction {
            Reduction::Sum => tangent,
            Reduction::Max | Reduction::Min => {
                extremum(&mut self.rewriting, self.forward, statement, |_, count| divide(tangent, count))
            }
            Reduction::Product => times(others(&mut self.rewriting, self.forward, statement), tangent),
            Reduction::ArgMax | Reduction::ArgMin => return,
        };
        let labels: Vec<Label> = statement.labels().cloned().collect();
        let tensor = self.define(statement.target.tensor);
        self.rewriting.push(&Access { tensor, ..statement.target.clone() }, &labels, tangent);
    }

    /// The tangent of an expression; `value` is the expression, or an element that is equal to it and at hand.
    fn expression(&mut self, expression: &Expression, value: &Expression) -> Expression {
        match expression {
            Expression::Read(access) => match self.found[access.tensor.0] {
                Some(tensor) => Expression::Read(Access { tensor, ..access.clone() }),
                None => integer(0),
            },
            Expression::Literal(_) | Expression::Index(_) | Expression::Extent(_) => integer(0),
            Expression::Call(function, arguments) => {
                let mut sum = integer(0);
                for (position, argument) in arguments.iter().enumerate() {
                    if depends(argument, &self.active) {
                        let by = self.expression(argument, argument);
                        let part = derivative(*function, position, arguments, value, by);
                        sum = add(sum, part.unwrap_or_else(|| integer(0)));
                    }
                }
                sum
            }
            Expression::Select(condition, cases) => {
                let [yes, no] = cases.each_ref().map(|case| self.expression(case, case));
                select((**condition).clone(), yes, no)
            }
            Expression::User(number, known, arguments) => {
                let mut sum = integer(0);
                for (position, argument) in arguments.iter().enumerate() {
                    if depends(argument, &self.active) {
                        let slope = user_derivative(*number, known, position, arguments);
                        sum = add(sum, times(slope, self.expression(argument, argument)));
                    }
                }
                sum
            }
        }
    }

    /// The tangent of a result: 0 if it depends on none of the operands.
    fn tangent(&mut self, of: TensorId) -> Option<TensorId> {
        if self.forward.tensor(of).elements == Elements::Indices {
            return None;
        }
        let tangent = self.define(of);
        let formula = &self.rewriting.formula;
        if !formula.statements.iter().any(|statement| statement.target.tensor == tangent) {
            let target = &self.forward.statements.iter().find(|statement| statement.target.tensor == of)?.target;
            self.rewriting.push(&Access { tensor: tangent, ..target.clone() }, &[], integer(0));
        }
        Some(tangent)
    }
}
