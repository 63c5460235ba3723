//! Indices that a block of a run leaves out, as what is there counts nowhere.
//!
//! Of the scores `s[i, j]` of causal attention, `select(j <= i, exp(s[i, j] - m[i]), 0)` takes those with `j <= i`. For a block of indices `i` all
//! others are 0 from some `j` on: neither they are computed, nor what is multiplied by them. In the middle that is half of the work.
//!
//! A label is cut where all that is made of its other indices in the steps of the run is 0 wherever it is added up, added to something that is
//! there, or multiplied; the largest or smallest is looked for among numbers of which these are all the same, and one of them is left. (So 0 times
//! what is infinite or NaN may be left out.) Of what else is at these indices of locals nothing asks.

use super::{Contraction, Cut, LoweredFormula, Map, Run, Work};
use crate::{
    few::sort_by_key,
    ir::{
        Label,
        formula::{Access, Affine, Comparison, Condition, Expression, Function, Literal, Reduction, TensorId},
    },
};

/// An expression at an index that is cut off.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Beyond {
    /// 0, of either sign.
    Zero,
    /// A number that is written.
    Number(Literal),
    /// A number that is the same at all indices of the label that are cut off.
    Same,
    /// Nobody knows.
    Unknown,
}

impl LoweredFormula {
    /// The label that blocks of a run may be cut by, if there is one.
    pub(super) fn cut(&self, run: &Run) -> Option<Cut> {
        if self.formula.broadcasts {
            return None;
        }
        let mut found: Vec<Cut> = Vec::new();
        for step in &self.steps[run.steps.clone()] {
            let Work::Map(map) = &step.work else { continue };
            map.value.visit(&mut |part| {
                if let Expression::Select(condition, _) = part {
                    cuts(condition, &mut found);
                }
            });
        }
        let is_divided = |cut: &Cut| run.labels.contains(&cut.by) && !run.labels.contains(&cut.label);
        found.into_iter().find(|cut| is_divided(cut) && self.may_cut(run, cut))
    }

    /// Whether nothing that is beyond counts.
    fn may_cut(&self, run: &Run, cut: &Cut) -> bool {
        let mut known: Vec<(TensorId, Beyond)> = Vec::new();
        run.steps.clone().all(|number| self.may_cut_step((run, number), cut, &mut known))
    }

    fn may_cut_step(&self, (run, number): (&Run, usize), cut: &Cut, known: &mut Vec<(TensorId, Beyond)>) -> bool {
        let Some(target) = self.target(number) else { return false };
        let all: Vec<&Access> = self.used(&(number..number + 1)).collect();
        if self.counts(number, &cut.label) || !all.iter().all(|access| self.is_cut_along(run, access, cut)) {
            return false;
        }
        if !self.labels_of_step(number).contains(&cut.label) {
            return true;
        }
        let (value, adds) = match &self.steps[number].work {
            Work::Map(map) => (beyond(&map.value, cut, known), map.adds),
            Work::Contraction(contraction) => (product(contraction, cut, known), contraction.adds),
            _ => return false,
        };
        let has_label = target.axes.iter().any(|axis| axis.bare() == Some(&cut.label));
        if !has_label {
            return match &self.steps[number].work {
                Work::Map(Map { reduction: Reduction::Max | Reduction::Min, .. }) => value != Beyond::Unknown,
                Work::Map(Map { reduction: Reduction::Sum, .. }) | Work::Contraction(_) => value == Beyond::Zero,
                _ => false,
            };
        }
        if !run.locals.contains(&target.tensor) {
            return adds && value == Beyond::Zero;
        }
        let before = known.iter().position(|(tensor, _)| *tensor == target.tensor).map(|at| known.swap_remove(at).1);
        let is_zero = value == Beyond::Zero && (!adds || before == Some(Beyond::Zero));
        known.push((target.tensor, if adds && !is_zero { Beyond::Unknown } else { value }));
        true
    }

    /// Whether the label is an index itself wherever it is in an access; and of locals of the run on the very axis that is as long as it.
    fn is_cut_along(&self, run: &Run, access: &Access, cut: &Cut) -> bool {
        let own = |axis: usize| {
            let is_local = run.locals.contains(&access.tensor);
            is_local
                && self
                    .used(&run.steps)
                    .any(|other| other.tensor == access.tensor && other.axes[axis].bare() == Some(&cut.label))
        };
        let mut count = 0;
        access.axes.iter().enumerate().all(|(axis, index)| match index.bare() {
            Some(label) if *label == cut.label => {
                count += 1;
                count == 1 && self.goes_along(access.tensor, axis, label)
            }
            Some(_) => !own(axis),
            None => {
                let avoids = |form: &Affine| form.terms.iter().all(|(_, label)| *label != cut.label);
                !own(axis) && index.affine().is_some_and(avoids)
            }
        })
    }
}

/// The product of a contraction at indices that are cut off.
fn product(contraction: &Contraction, cut: &Cut, known: &[(TensorId, Beyond)]) -> Beyond {
    let is_zero = |factor: &Access| read(factor, cut, known) == Beyond::Zero;
    if contraction.factors.iter().any(is_zero) { Beyond::Zero } else { Beyond::Unknown }
}

fn read(access: &Access, cut: &Cut, known: &[(TensorId, Beyond)]) -> Beyond {
    if !access.axes.iter().any(|axis| axis.bare() == Some(&cut.label)) {
        return Beyond::Same;
    }
    known.iter().find(|(tensor, _)| *tensor == access.tensor).map_or(Beyond::Unknown, |(_, beyond)| *beyond)
}

/// An expression at indices that are cut off.
fn beyond(value: &Expression, cut: &Cut, known: &[(TensorId, Beyond)]) -> Beyond {
    let of = |part: &Expression| beyond(part, cut, known);
    let is_zero = |part: &Expression| of(part) == Beyond::Zero;
    match value {
        Expression::Literal(Literal::Integer(0)) => Beyond::Zero,
        Expression::Literal(Literal::Float(number)) if *number == 0.0 => Beyond::Zero,
        Expression::Literal(literal) => Beyond::Number(*literal),
        Expression::Read(access) => read(access, cut, known),
        Expression::Select(condition, cases) => match holds(condition, cut) {
            Some(true) => of(&cases[0]),
            Some(false) => of(&cases[1]),
            None if of(&cases[0]) == of(&cases[1]) && of(&cases[0]) != Beyond::Same => of(&cases[0]),
            None => Beyond::Unknown,
        },
        Expression::Call(function, arguments) => {
            let is_zero = match function {
                Function::Multiply => arguments.iter().any(is_zero),
                Function::Divide => is_zero(&arguments[0]),
                Function::Add | Function::Subtract | Function::Negate | Function::Conj | Function::Stop => {
                    arguments.iter().all(is_zero)
                }
                _ => false,
            };
            let is_same = || arguments.iter().all(|part| of(part) != Beyond::Unknown);
            match is_zero {
                true => Beyond::Zero,
                false if is_same() => Beyond::Same,
                false => Beyond::Unknown,
            }
        }
        _ => Beyond::Unknown,
    }
}

/// Whether a condition holds at indices that are cut off, where that is known.
fn holds(condition: &Condition, cut: &Cut) -> Option<bool> {
    match condition {
        Condition::Numbers(..) => None,
        Condition::Indices(comparison, one, other) => {
            // (What holds for fewer indices than those that are left holds for none of the others.)
            let is_left_of = |found: Option<Cut>| {
                found.is_some_and(|found| found.plus <= cut.plus && Cut { plus: cut.plus, ..found } == *cut)
            };
            let opposite = negated(*comparison);
            if is_left_of(compared(*comparison, one, other)) {
                Some(false)
            } else {
                is_left_of(compared(opposite, one, other)).then_some(true)
            }
        }
        Condition::And(parts) => match parts.each_ref().map(|part| holds(part, cut)) {
            [Some(false), _] | [_, Some(false)] => Some(false),
            [Some(true), Some(true)] => Some(true),
            _ => None,
        },
        Condition::Or(parts) => match parts.each_ref().map(|part| holds(part, cut)) {
            [Some(true), _] | [_, Some(true)] => Some(true),
            [Some(false), Some(false)] => Some(false),
            _ => None,
        },
        Condition::Not(part) => holds(part, cut).map(|holds| !holds),
    }
}

/// The cuts of the comparisons in a condition.
fn cuts(condition: &Condition, found: &mut Vec<Cut>) {
    match condition {
        Condition::Numbers(..) => {}
        Condition::Indices(comparison, one, other) => {
            let both = [*comparison, negated(*comparison)];
            found.extend(both.into_iter().filter_map(|comparison| compared(comparison, one, other)));
        }
        Condition::And(parts) | Condition::Or(parts) => parts.iter().for_each(|part| cuts(part, found)),
        Condition::Not(part) => cuts(part, found),
    }
}

/// `label <= factor * by + plus`, if a comparison of two forms is that.
fn compared(comparison: Comparison, one: &Affine, other: &Affine) -> Option<Cut> {
    // The difference of both, and what it is at most.
    let (one, other, most): (_, _, i64) = match comparison {
        Comparison::Less => (one, other, -1),
        Comparison::LessOrEqual => (one, other, 0),
        Comparison::Greater => (other, one, -1),
        Comparison::GreaterOrEqual => (other, one, 0),
        Comparison::Equal | Comparison::NotEqual => return None,
    };
    let mut terms: Vec<(i64, &Label)> = Vec::new();
    for (form, sign) in [(one, 1), (other, -1)] {
        for (factor, label) in &form.terms {
            let factor = factor.given.is_empty().then_some(factor.known)?.checked_mul(sign)?;
            match terms.iter_mut().find(|(_, other)| *other == label) {
                Some((sum, _)) => *sum = sum.checked_add(factor)?,
                None => terms.push((factor, label)),
            }
        }
    }
    let is_known = one.constant.given.is_empty() && other.constant.given.is_empty();
    let constant = one.constant.known.checked_sub(other.constant.known)?;
    sort_by_key(&mut terms, |(factor, _)| -factor);
    match terms.as_slice() {
        [(1, label), (factor, by)] if *factor < 0 && is_known => Some(Cut {
            label: (*label).clone(),
            by: (*by).clone(),
            factor: factor.checked_neg()?,
            plus: most.checked_sub(constant)?,
        }),
        _ => None,
    }
}

/// The comparison that holds where another does not.
fn negated(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::GreaterOrEqual => Comparison::Less,
        Comparison::Greater => Comparison::LessOrEqual,
    }
}
