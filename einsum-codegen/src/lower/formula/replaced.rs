//! Expressions of which parts are replaced by others.

use crate::ir::formula::{Condition, Expression};

/// The expression with those parts replaced for which there is another, outermost first.
pub(super) fn replaced(
    expression: &Expression,
    replace: &mut impl FnMut(&Expression) -> Option<Expression>,
) -> Expression {
    if let Some(other) = replace(expression) {
        return other;
    }
    match expression {
        Expression::Read(_) | Expression::Literal(_) | Expression::Index(_) | Expression::Extent(_) => {
            expression.clone()
        }
        Expression::Call(function, arguments) => {
            Expression::Call(*function, arguments.iter().map(|argument| replaced(argument, replace)).collect())
        }
        Expression::User(number, derivative, arguments) => {
            let arguments = arguments.iter().map(|argument| replaced(argument, replace)).collect();
            Expression::User(*number, *derivative, arguments)
        }
        Expression::Select(condition, values) => {
            let condition = replaced_condition(condition, replace);
            let values = values.each_ref().map(|value| replaced(value, replace));
            Expression::Select(Box::new(condition), Box::new(values))
        }
    }
}

fn replaced_condition(condition: &Condition, replace: &mut impl FnMut(&Expression) -> Option<Expression>) -> Condition {
    match condition {
        Condition::Numbers(comparison, numbers) => {
            Condition::Numbers(*comparison, Box::new(numbers.each_ref().map(|number| replaced(number, replace))))
        }
        Condition::Indices(..) => condition.clone(),
        Condition::And(both) => Condition::And(Box::new(both.each_ref().map(|one| replaced_condition(one, replace)))),
        Condition::Or(both) => Condition::Or(Box::new(both.each_ref().map(|one| replaced_condition(one, replace)))),
        Condition::Not(condition) => Condition::Not(Box::new(replaced_condition(condition, replace))),
    }
}
