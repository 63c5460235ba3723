//! Expressions from expressions, simplified as they are built, so that a reader recognises the gradient that they are.

use crate::{
    ir::formula::{Access, Comparison, Condition, Expression, Function, Literal},
    tuning::EXPRESSION_MAX_PARTS,
};

/// The number, an integer.
pub(super) fn integer(value: i64) -> Expression {
    Expression::Literal(Literal::Integer(value))
}

/// The number.
pub(super) fn float(value: f64) -> Expression {
    Expression::Literal(Literal::Float(value))
}

/// Whether it is the number 0, as a literal.
pub(super) fn is_zero(expression: &Expression) -> bool {
    number(expression).is_some_and(|value| value == 0.0)
}

#[expect(clippy::cast_precision_loss, reason = "literals are small")]
fn number(expression: &Expression) -> Option<f64> {
    match expression {
        Expression::Literal(Literal::Integer(value)) => Some(*value as f64),
        Expression::Literal(Literal::Float(value)) => Some(*value),
        _ => None,
    }
}

fn is_one(expression: &Expression) -> bool {
    number(expression).is_some_and(|value| value.to_bits() == 1.0f64.to_bits())
}

/// A function of some numbers, simplified where it is an operator.
pub(super) fn call(function: Function, mut arguments: Vec<Expression>) -> Expression {
    match (function, arguments.len()) {
        (Function::Add | Function::Subtract | Function::Multiply | Function::Divide, 2) => {
            let (right, left) = (arguments.remove(1), arguments.remove(0));
            match function {
                Function::Add => add(left, right),
                Function::Subtract => subtract(left, right),
                Function::Multiply => times(left, right),
                _ => divide(left, right),
            }
        }
        (Function::Negate, 1) => negate(arguments.remove(0)),
        _ => Expression::Call(function, arguments),
    }
}

/// A function of one number.
pub(super) fn of(function: Function, argument: Expression) -> Expression {
    call(function, vec![argument])
}

/// `left + right`
pub(super) fn add(left: Expression, right: Expression) -> Expression {
    match (left, right) {
        (left, right) if is_zero(&right) => left,
        (left, right) if is_zero(&left) => right,
        (left, right) if is_same(&left, &right) => times(integer(2), left),
        (left, Expression::Call(Function::Negate, mut right)) => subtract(left, right.remove(0)),
        (Expression::Call(Function::Negate, mut left), right) => subtract(right, left.remove(0)),
        (Expression::Select(first, a), Expression::Select(second, b)) if first == second => {
            let ([a, c], [b, d]) = (*a, *b);
            select(*first, add(a, b), add(c, d))
        }
        (left, right) => Expression::Call(Function::Add, vec![left, right]),
    }
}

/// Whether both are equal, or products of the same two factors.
fn is_same(left: &Expression, right: &Expression) -> bool {
    let swapped = match (left, right) {
        (Expression::Call(Function::Multiply, left), Expression::Call(Function::Multiply, right)) => {
            left[0] == right[1] && left[1] == right[0]
        }
        _ => false,
    };
    swapped || left == right
}

/// `left - right`
pub(super) fn subtract(left: Expression, right: Expression) -> Expression {
    match (left, right) {
        (left, right) if is_zero(&right) => left,
        (left, right) if is_zero(&left) => negate(right),
        (left, Expression::Call(Function::Negate, mut right)) => add(left, right.remove(0)),
        (Expression::Literal(Literal::Float(left)), Expression::Literal(right)) => {
            let right = Expression::Literal(right);
            float(left - number(&right).unwrap_or_default())
        }
        (Expression::Literal(Literal::Integer(left)), Expression::Literal(Literal::Integer(right)))
            if left.checked_sub(right).is_some() =>
        {
            integer(left - right)
        }
        (left, right) => Expression::Call(Function::Subtract, vec![left, right]),
    }
}

/// `-of`
pub(super) fn negate(of: Expression) -> Expression {
    match of {
        Expression::Call(Function::Negate, mut inner) => inner.remove(0),
        Expression::Literal(Literal::Integer(value)) => integer(-value),
        Expression::Literal(Literal::Float(value)) => float(-value),
        Expression::Call(Function::Subtract, mut sides) => {
            let (right, left) = (sides.remove(1), sides.remove(0));
            subtract(right, left)
        }
        of if chooses_zero(&of) => within_cases(of, &negate),
        of => Expression::Call(Function::Negate, vec![of]),
    }
}

/// `left * right`. A choice of 0 stays a choice of 0, whatever the other factor is.
pub(super) fn times(left: Expression, right: Expression) -> Expression {
    match (left, right) {
        (left, right) if is_zero(&left) || is_zero(&right) => integer(0),
        (left, right) if is_one(&left) => right,
        (left, right) if is_one(&right) => left,
        (Expression::Call(Function::Negate, mut left), right) => negate(times(left.remove(0), right)),
        (left, Expression::Call(Function::Negate, mut right)) => negate(times(left, right.remove(0))),
        (left, right) if chooses_zero(&left) => within_cases(left, &|case| times(case, right.clone())),
        (left, right) if chooses_zero(&right) => within_cases(right, &|case| times(left.clone(), case)),
        (Expression::Literal(left), Expression::Literal(right)) => folded(left, right),
        (left, right @ Expression::Literal(_)) => times(right, left),
        (left @ Expression::Literal(_), Expression::Call(Function::Multiply, mut factors))
            if matches!(factors[0], Expression::Literal(_)) =>
        {
            let (right, middle) = (factors.remove(1), factors.remove(0));
            times(times(left, middle), right)
        }
        (left, Expression::Call(Function::Multiply, mut factors))
            if matches!(factors[0], Expression::Literal(_)) && !matches!(left, Expression::Literal(_)) =>
        {
            let (right, literal) = (factors.remove(1), factors.remove(0));
            times(literal, times(left, right))
        }
        (left, right) => Expression::Call(Function::Multiply, vec![left, right]),
    }
}

fn folded(left: Literal, right: Literal) -> Expression {
    let product = match (left, right) {
        (Literal::Integer(left), Literal::Integer(right)) => left.checked_mul(right).map(integer),
        _ => None,
    };
    let (left, right) = (Expression::Literal(left), Expression::Literal(right));
    product.unwrap_or_else(|| match (number(&left), number(&right)) {
        (Some(left), Some(right)) => float(left * right),
        _ => Expression::Call(Function::Multiply, vec![left, right]),
    })
}

/// `left / right`
pub(super) fn divide(left: Expression, right: Expression) -> Expression {
    match (left, right) {
        (left, _) if is_zero(&left) => left,
        (left, right) if is_one(&right) => left,
        (Expression::Call(Function::Negate, mut left), right) => negate(divide(left.remove(0), right)),
        (left, right) if chooses_zero(&left) => within_cases(left, &|case| divide(case, right.clone())),
        (left, right) => Expression::Call(Function::Divide, vec![left, right]),
    }
}

/// The first if the condition holds, otherwise the second.
pub(super) fn select(condition: Condition, yes: Expression, no: Expression) -> Expression {
    match holds(&condition) {
        Some(true) => yes,
        Some(false) => no,
        None if yes == no => yes,
        None => Expression::Select(Box::new(condition), Box::new([yes, no])),
    }
}

/// Whether a condition holds, where that is known.
fn holds(condition: &Condition) -> Option<bool> {
    match condition {
        Condition::Numbers(comparison, sides) => {
            let (left, right) = (number(&sides[0])?, number(&sides[1])?);
            let order = left.partial_cmp(&right)?;
            Some(match comparison {
                Comparison::Less => order.is_lt(),
                Comparison::LessOrEqual => order.is_le(),
                Comparison::Equal => order.is_eq(),
                Comparison::NotEqual => order.is_ne(),
                Comparison::GreaterOrEqual => order.is_ge(),
                Comparison::Greater => order.is_gt(),
            })
        }
        Condition::Indices(..) => None,
        Condition::And(parts) => match (holds(&parts[0]), holds(&parts[1])) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        Condition::Or(parts) => match (holds(&parts[0]), holds(&parts[1])) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        Condition::Not(part) => holds(part).map(|holds| !holds),
    }
}

/// Two numbers compared. `relu(a) > 0` where `a > 0`.
pub(super) fn compared(comparison: Comparison, left: Expression, right: Expression) -> Condition {
    match (comparison, left) {
        (Comparison::Greater, Expression::Call(Function::Relu, mut argument)) if is_zero(&right) => {
            compared(comparison, argument.remove(0), right)
        }
        (_, left) => Condition::Numbers(comparison, Box::new([left, right])),
    }
}

/// Whether it is 0 in some case that is chosen.
pub(super) fn chooses_zero(expression: &Expression) -> bool {
    match expression {
        Expression::Select(_, cases) => cases.iter().any(|case| is_zero(case) || chooses_zero(case)),
        _ => false,
    }
}

fn within_cases(choice: Expression, change: &dyn Fn(Expression) -> Expression) -> Expression {
    match choice {
        Expression::Select(condition, cases) => {
            let [yes, no] = *cases;
            select(*condition, change(yes), change(no))
        }
        other => change(other),
    }
}

/// The conjugate: of what is read, since functions of conjugates are conjugates.
pub(super) fn conj(of: Expression) -> Expression {
    match of {
        Expression::Read(access) => Expression::Read(Access { conj: !access.conj, ..access }),
        Expression::Literal(_) | Expression::Index(_) | Expression::Extent(_) => of,
        Expression::Call(Function::Conj, mut argument) => argument.remove(0),
        Expression::Call(function, arguments) => call(function, arguments.into_iter().map(conj).collect()),
        Expression::Select(condition, cases) => {
            let [yes, no] = *cases;
            select(*condition, conj(yes), conj(no))
        }
        user @ Expression::User(..) => Expression::Call(Function::Conj, vec![user]),
    }
}

/// Whether it is a product of elements and literals, which a contraction computes.
pub(super) fn is_product(expression: &Expression) -> bool {
    match expression {
        Expression::Read(_) | Expression::Literal(_) => true,
        Expression::Call(Function::Negate | Function::Multiply, factors) => factors.iter().all(is_product),
        _ => false,
    }
}

/// How many elements it reads.
pub(super) fn reads(expression: &Expression) -> usize {
    let mut count = 0;
    expression.visit_reads(&mut |_| count += 1);
    count
}

/// Whether it has so many parts that it is not copied, and no part of another expression.
pub(super) fn is_large(expression: &Expression) -> bool {
    expression.size() > EXPRESSION_MAX_PARTS
}

/// The addends of a sum.
pub(super) fn addends(expression: Expression) -> Vec<Expression> {
    match expression {
        Expression::Call(Function::Add, sides) => sides.into_iter().flat_map(addends).collect(),
        Expression::Call(Function::Subtract, mut sides) => {
            let (right, left) = (sides.remove(1), sides.remove(0));
            addends(left).into_iter().chain(addends(right).into_iter().map(negate)).collect()
        }
        other => vec![other],
    }
}

/// An expression with parts of it replaced, outermost first, and what is around these simplified.
pub(super) fn replaced(expression: &Expression, new: &dyn Fn(&Expression) -> Option<Expression>) -> Expression {
    if let Some(new) = new(expression) {
        return new;
    }
    match expression.rebuilt(&mut |part| replaced(part, new), &compared) {
        Expression::Call(function, arguments) => call(function, arguments),
        Expression::Select(condition, cases) => {
            let [yes, no] = *cases;
            select(*condition, yes, no)
        }
        rebuilt => rebuilt,
    }
}
