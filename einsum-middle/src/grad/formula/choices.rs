//! Choices that hold for a whole tensor: `select(w[i] > 0, s[i], 0)` leaves `s[i]` a cotangent that is 0 where it is not chosen, and what `s` is
//! made of has none there either, be its derivative NaN.

use super::{rewriting::Rewriting, terms::is_zero};
use crate::{
    few::{List, Table, sort_by_key},
    ir::{
        Label,
        formula::{Access, Affine, Axis, Condition, Expression, Function, Index, Statement, TensorId},
    },
};

/// The choices that are known of cotangents: the access to each with which the condition was found.
pub(super) type Choices = Table<TensorId, (Access, Option<Condition>)>;

/// What is computed of cotangents so far.
#[derive(Clone, Copy)]
pub(super) struct Chosen<'a> {
    /// The statements.
    pub(super) rewriting: &'a Rewriting,
    /// The choices of cotangents that are complete.
    pub(super) known: &'a Choices,
}

/// The condition without which a cotangent is 0, as a choice says, over the labels that it is read with.
pub(super) fn choice(of: Chosen<'_>, cotangent: &Access) -> Option<Condition> {
    if let Some((access, condition)) = of.known.get(&cotangent.tensor) {
        return over(condition.as_ref()?, access, cotangent);
    }
    let statements = &of.rewriting.formula.statements;
    let mut writing = statements.iter().filter(|statement| statement.target.tensor == cotangent.tensor);
    let first = of_statement(of, writing.next()?, cotangent)?;
    writing.try_fold(first, |any, statement| Some(either(any, of_statement(of, statement, cotangent)?)))
}

/// Whether the derivatives of an expression are finite wherever what it reads is: it is made of sums and products.
pub(super) fn is_polynomial(expression: &Expression) -> bool {
    match expression {
        Expression::Read(_) | Expression::Literal(_) | Expression::Index(_) | Expression::Extent(_) => true,
        Expression::Call(function, arguments) => {
            let has_poles = match function {
                Function::Add
                | Function::Subtract
                | Function::Multiply
                | Function::Negate
                | Function::Conj
                | Function::Stop => false,
                Function::Divide => !matches!(arguments[1], Expression::Literal(_) | Expression::Extent(_)),
                Function::Powi(exponent) => *exponent < 0,
                _ => true,
            };
            !has_poles && arguments.iter().all(is_polynomial)
        }
        Expression::Select(..) | Expression::User(..) => false,
    }
}

/// The condition without which one statement adds 0 to each element.
fn of_statement(of: Chosen<'_>, statement: &Statement, read: &Access) -> Option<Condition> {
    over(&of_value(of, &statement.value)?, &statement.target, read)
}

/// A condition that holds of what is written, for what is read: if it depends on the indices of that alone.
fn over(condition: &Condition, written: &Access, read: &Access) -> Option<Condition> {
    let (own, others) = (bare(written)?, bare(read)?);
    let mut labels = Vec::new();
    condition.labels(&mut labels);
    labels.iter().all(|label| own.contains(label)).then_some(())?;
    let place = |label: &Label| own.iter().position(|other| other == label);
    Some(relabelled(condition, &|label| place(label).map_or_else(|| label.clone(), |axis| others[axis].clone())))
}

/// The condition without which a value is 0.
fn of_value(of: Chosen<'_>, value: &Expression) -> Option<Condition> {
    match value {
        Expression::Select(condition, cases) => {
            let [yes, no] = &**cases;
            let (own, chosen) = match (is_zero(yes), is_zero(no)) {
                (false, true) => ((**condition).clone(), yes),
                (true, false) => (Condition::Not(condition.clone()), no),
                _ => return None,
            };
            Some(match of_value(of, chosen) {
                Some(inner) => both(own, inner),
                None => own,
            })
        }
        Expression::Read(access) => choice(of, access),
        Expression::Call(Function::Multiply, factors) => factors.iter().find_map(|factor| of_value(of, factor)),
        Expression::Call(Function::Divide | Function::Negate | Function::Conj, arguments) => {
            of_value(of, &arguments[0])
        }
        Expression::Call(Function::Add | Function::Subtract, terms) => {
            Some(either(of_value(of, &terms[0])?, of_value(of, &terms[1])?))
        }
        _ => None,
    }
}

/// The labels of an access to a tensor all of whose axes are labels, each another.
fn bare(access: &Access) -> Option<Vec<Label>> {
    let labels: Option<Vec<Label>> = access.axes.iter().map(|axis| axis.bare().cloned()).collect();
    labels.filter(|labels| (1..labels.len()).all(|axis| !labels[..axis].contains(&labels[axis])))
}

fn both(one: Condition, other: Condition) -> Condition {
    if one == other { one } else { Condition::And(Box::new([one, other])) }
}

fn either(one: Condition, other: Condition) -> Condition {
    if one == other { one } else { Condition::Or(Box::new([one, other])) }
}

/// A condition over other labels.
fn relabelled(condition: &Condition, new: &dyn Fn(&Label) -> Label) -> Condition {
    let all = |conditions: &[Condition; 2]| Box::new(conditions.each_ref().map(|one| relabelled(one, new)));
    match condition {
        Condition::Numbers(comparison, sides) => {
            let change = |side: &Expression| side.replaced(&mut |part| moved(part, new));
            Condition::Numbers(*comparison, Box::new(sides.each_ref().map(change)))
        }
        Condition::Indices(comparison, left, right) => {
            Condition::Indices(*comparison, moved_form(left, new), moved_form(right, new))
        }
        Condition::And(conditions) => Condition::And(all(conditions)),
        Condition::Or(conditions) => Condition::Or(all(conditions)),
        Condition::Not(inner) => Condition::Not(Box::new(relabelled(inner, new))),
    }
}

/// What has labels itself, over other labels.
fn moved(part: &Expression, new: &dyn Fn(&Label) -> Label) -> Option<Expression> {
    match part {
        Expression::Read(access) => Some(Expression::Read(moved_access(access, new))),
        Expression::Index(form) => Some(Expression::Index(moved_form(form, new))),
        Expression::Extent(label) => Some(Expression::Extent(new(label))),
        Expression::Select(condition, cases) => {
            let cases = cases.each_ref().map(|case| case.replaced(&mut |part| moved(part, new)));
            Some(Expression::Select(Box::new(relabelled(condition, new)), Box::new(cases)))
        }
        _ => None,
    }
}

fn moved_access(access: &Access, new: &dyn Fn(&Label) -> Label) -> Access {
    let axes = access.axes.iter().map(|axis| {
        let index = match &axis.index {
            Index::Affine(form) => Index::Affine(moved_form(form, new)),
            Index::Gather(inner) => Index::Gather(Box::new(moved_access(inner, new))),
        };
        Axis { index, ..axis.clone() }
    });
    Access { axes: axes.collect(), ..access.clone() }
}

fn moved_form(form: &Affine, new: &dyn Fn(&Label) -> Label) -> Affine {
    let mut terms: Vec<_> = form.terms.mapped(|(factor, label)| (factor.clone(), new(label)));
    sort_by_key(&mut terms, |(_, label)| label.id().0);
    Affine { terms, ..form.clone() }
}
