//! All that is in an expression, with what it takes to find equal parts quickly.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::{
    few::Table,
    ir::formula::{Condition, Expression, Literal},
};

/// A part of an expression.
#[derive(Clone, Copy)]
pub(super) struct ExpressionPart<'a> {
    /// The part.
    pub(super) expression: &'a Expression,
    /// How many parts it has itself, and it.
    pub(super) size: usize,
    /// Equal for equal parts; others differ but for chance, so that equal ones are compared once more.
    pub(super) digest: u64,
    /// Whether it is in a case of a choice, and so may be what is not chosen.
    pub(super) is_guarded: bool,
}

/// All parts of an expression, each after what is in it; the expression is the last.
pub(super) fn parts(expression: &Expression) -> Vec<ExpressionPart<'_>> {
    let mut parts = Vec::new();
    collect(expression, false, &mut parts);
    parts
}

/// The parts that are there more than once, each once, the largest first.
pub(super) fn repeated<'a>(parts: impl IntoIterator<Item = ExpressionPart<'a>>) -> Vec<ExpressionPart<'a>> {
    let mut seen: Table<u64, (ExpressionPart<'a>, usize)> = Table::default();
    let mut order = Vec::new();
    for part in parts {
        let (first, count) = seen.get_or_insert(part.digest, (part, 0));
        if *count == 0 {
            order.push(part.digest);
        }
        *count += usize::from(first.expression == part.expression);
    }
    let mut repeated: Vec<ExpressionPart<'a>> =
        order.iter().map(|digest| seen[digest]).filter(|(_, count)| *count > 1).map(|(part, _)| part).collect();
    // (Of many, and in the opposite order: nothing for a sort by insertion.)
    repeated.sort_by_key(|part| std::cmp::Reverse(part.size));
    repeated
}

fn collect<'a>(expression: &'a Expression, is_guarded: bool, parts: &mut Vec<ExpressionPart<'a>>) -> u64 {
    let begin = parts.len();
    let mut hasher = DefaultHasher::new();
    std::mem::discriminant(expression).hash(&mut hasher);
    match expression {
        Expression::Read(access) => access.hash(&mut hasher),
        Expression::Literal(Literal::Integer(value)) => value.hash(&mut hasher),
        Expression::Literal(Literal::Float(value)) => value.to_bits().hash(&mut hasher),
        Expression::Index(form) => form.hash(&mut hasher),
        Expression::Extent(label) => label.hash(&mut hasher),
        Expression::Call(function, arguments) => {
            function.hash(&mut hasher);
            for argument in arguments {
                collect(argument, is_guarded, parts).hash(&mut hasher);
            }
        }
        Expression::User(number, by, arguments) => {
            (number, by).hash(&mut hasher);
            for argument in arguments {
                collect(argument, is_guarded, parts).hash(&mut hasher);
            }
        }
        Expression::Select(condition, cases) => {
            collect_condition(condition, is_guarded, parts, &mut hasher);
            for case in cases.iter() {
                collect(case, true, parts).hash(&mut hasher);
            }
        }
    }
    let digest = hasher.finish();
    parts.push(ExpressionPart { expression, size: parts.len() - begin + 1, digest, is_guarded });
    digest
}

fn collect_condition<'a>(
    condition: &'a Condition,
    is_guarded: bool,
    parts: &mut Vec<ExpressionPart<'a>>,
    hasher: &mut DefaultHasher,
) {
    std::mem::discriminant(condition).hash(hasher);
    match condition {
        Condition::Numbers(comparison, sides) => {
            comparison.hash(hasher);
            for side in sides.iter() {
                collect(side, is_guarded, parts).hash(hasher);
            }
        }
        Condition::Indices(comparison, left, right) => (comparison, left, right).hash(hasher),
        Condition::And(both) | Condition::Or(both) => {
            for part in both.iter() {
                collect_condition(part, is_guarded, parts, hasher);
            }
        }
        Condition::Not(part) => collect_condition(part, is_guarded, parts, hasher),
    }
}
