//! How the extent of each label is found, in this order:
//!
//! 1. It is given after a semicolon.
//! 2. It is the index itself on some axes, which agree; but not of an operand of which it also is a part of a form, `x[i + 1] - x[i]`.
//! 3. In rounds: by indices of which it is the only label that is not known yet.
//! 4. It is the index itself within `zero`, `wrap` or `clamp`.
//!
//! The ellipsis is a label as any other, but that nothing can be given for it, and that it must be on an operand.
//!
//! The target counts only where the user has it, as `out`. What is not within `zero`, `wrap` or `clamp` is in bounds.

use super::{
    resolve::{KnownLabel, Resolved, WrittenForm},
    rules::{self, Hint},
};
use crate::{
    error::Errors,
    ir::{
        Label,
        formula::{Affine, Amount, ExtentFrom, TensorId},
    },
    notation::FUSED,
};

/// Sources of extents, besides tensors.
pub(super) struct Sources<'a> {
    /// The names of the extents that are given, with those that are literals.
    pub(super) given: &'a [(String, Option<u64>)],
    /// The target of the result, if the user has it.
    pub(super) out: Option<TensorId>,
    pub(super) is_function: bool,
    /// The name of an operand that is read without a bracket, and so is a number.
    pub(super) number: Option<String>,
}

/// The extents of the labels of a statement, in an order in which they can be found; what is not known is a mistake.
pub(super) fn of(
    statement: &Resolved,
    named: &[KnownLabel],
    sources: &Sources<'_>,
    target: &str,
    errors: &mut Errors,
) -> Vec<(Label, ExtentFrom)> {
    let mut found: Vec<(Label, ExtentFrom)> = Vec::new();
    for label in &statement.labels {
        let name = &named[label.id().0].name;
        let from = match sources.given.iter().position(|(given, _)| given == name) {
            Some(number) => Some(ExtentFrom::Given(number)),
            None => axes(label, statement, named, sources).map(ExtentFrom::Axes),
        };
        found.extend(from.map(|from| (label.clone(), from)));
    }
    while rounds(statement, sources, &mut found) || around(statement, &mut found) {}
    let mut known = found.clone();
    // Where one more extent would say others, that is the mistake.
    while let Some(label) = statement.labels.iter().find(|label| !is_known(label, &known)) {
        let is_read = statement.value.labels().contains(label) || named[label.id().0].is_bound;
        let KnownLabel { name, span, is_reported, .. } = &named[label.id().0];
        if !is_reported {
            let hint = hint(label, statement, named, &known).filter(|_| is_read);
            let hint = hint.or_else(|| sources.number.as_ref().filter(|_| !is_read).map(|number| Hint::Array(number)));
            rules::no_extent((name, *span), target, (is_read, sources.is_function), hint.as_ref(), errors);
        }
        known.push((label.clone(), ExtentFrom::Given(0)));
        while rounds(statement, sources, &mut known) {}
    }
    found
}

/// The label in whose form another one, which is nowhere else, may be a variable of the user's, as `n` in `[i] = x[i + n]`.
fn hint<'a>(
    label: &Label,
    statement: &Resolved,
    named: &'a [KnownLabel],
    known: &[(Label, ExtentFrom)],
) -> Option<Hint<'a>> {
    let all = || statement.forms.iter().filter(|written| !written.is_target);
    let count = |one: &Label| all().filter(|written| written.form.terms.iter().any(|(_, other)| other == one)).count();
    let mut on_target = Vec::new();
    statement.target.labels(&mut on_target);
    let is_alone = |one: &&Label| {
        let is_bare = statement.bare.iter().any(|(bare, ..)| bare == *one);
        count(one) == 1 && !is_bare && !on_target.contains(one) && !is_known(one, known) && !named[one.id().0].is_bound
    };
    let with = all().filter(|written| written.form.terms.iter().any(|(_, other)| other == label));
    let mut others = with.filter(|written| written.form.terms.len() > 1).flat_map(|written| &written.form.terms);
    others.find_map(|(_, one)| is_alone(&one).then(|| Hint::Variable(&named[one.id().0].name)))
}

fn is_known(label: &Label, found: &[(Label, ExtentFrom)]) -> bool {
    found.iter().any(|(known, _)| known == label)
}

/// The axes along which the label is the index itself.
fn axes(
    label: &Label,
    statement: &Resolved,
    named: &[KnownLabel],
    sources: &Sources<'_>,
) -> Option<Vec<(TensorId, usize)>> {
    let mut axes: Vec<(TensorId, usize)> = Vec::new();
    let is_ellipsis = named[label.id().0].name == FUSED;
    for (bare, tensor, axis) in &statement.bare {
        let is_out = sources.out == Some(*tensor) && !is_ellipsis;
        let counts = *tensor != statement.target.tensor || is_out;
        let is_new = !axes.contains(&(*tensor, *axis));
        if bare == label && counts && is_new && !only_bounds(label, *tensor, statement) {
            axes.push((*tensor, *axis));
        }
    }
    // (All axes of an ellipsis are read: also within `zero`, `wrap` and `clamp` it is known what it stands for.)
    let is_of_ellipsis = |form: &&WrittenForm| is_ellipsis && !form.is_target && form.form.bare() == Some(label);
    for form in statement.forms.iter().filter(is_of_ellipsis) {
        if !axes.contains(&(form.tensor, form.axis)) {
            axes.push((form.tensor, form.axis));
        }
    }
    (!axes.is_empty()).then_some(axes)
}

/// Finds the labels that nothing else says, and that are the index itself within `zero`, `wrap` or `clamp`, such as the first two of
/// `zero(x)[n, c, i + p - 1]`; whether there were any.
fn around(statement: &Resolved, found: &mut Vec<(Label, ExtentFrom)>) -> bool {
    let before = found.len();
    for written in statement.forms.iter().filter(|written| !gives(written) && !written.is_target) {
        let Some(label) = written.form.bare().filter(|label| !is_known(label, found)) else { continue };
        let same = statement.forms.iter().filter(|other| !gives(other) && other.form.bare() == Some(label));
        let mut axes: Vec<(TensorId, usize)> = same.map(|other| (other.tensor, other.axis)).collect();
        axes.dedup();
        found.push((label.clone(), ExtentFrom::Axes(axes)));
    }
    found.len() > before
}

/// A tensor, one of its axes, and the index there.
type Indexed = (TensorId, usize, Affine);

/// Whether the label is in a form of the same tensor.
fn only_bounds(label: &Label, tensor: TensorId, statement: &Resolved) -> bool {
    let has = |form: &Affine| form.terms.iter().any(|(_, other)| other == label);
    statement.forms.iter().any(|written| written.tensor == tensor && gives(written) && has(&written.form))
}

/// Whether an index may say how far a label goes.
fn gives(written: &WrittenForm) -> bool {
    written.outside == crate::ir::formula::Outside::Error
}

/// Finds the labels that are the only unknown ones of some index; whether there were any.
fn rounds(statement: &Resolved, sources: &Sources<'_>, found: &mut Vec<(Label, ExtentFrom)>) -> bool {
    let before = found.len();
    let bare = statement.bare.iter().map(|(label, tensor, axis)| (*tensor, *axis, Affine::label(label)));
    let forms = statement.forms.iter().filter(|written| gives(written));
    let all: Vec<_> = bare.chain(forms.map(|written| (written.tensor, written.axis, written.form.clone()))).collect();
    let is_target = |tensor: TensorId| tensor == statement.target.tensor;
    // The target is asked where nothing else says it.
    for of_target in [false, true] {
        let mut new: Vec<(Label, Vec<Indexed>)> = Vec::new();
        for (tensor, axis, form) in &all {
            if is_target(*tensor) != of_target || of_target && sources.out != Some(*tensor) {
                continue;
            }
            let unknown: Vec<_> = form.terms.iter().filter(|(_, label)| !is_known(label, found)).collect();
            let [(factor, label)] = unknown.as_slice() else { continue };
            if !is_positive(factor) {
                continue;
            }
            let entry = (*tensor, *axis, form.clone());
            match new.iter_mut().find(|(other, _)| other == label) {
                Some((_, entries)) if entries.contains(&entry) => {}
                Some((_, entries)) => entries.push(entry),
                None => new.push((label.clone(), vec![entry])),
            }
        }
        found.extend(new.into_iter().map(|(label, entries)| (label, ExtentFrom::Largest(entries))));
        if found.len() > before {
            return true;
        }
    }
    false
}

/// Whether a factor cannot be less than 0; expressions of the user's are of type `usize`.
fn is_positive(factor: &Amount) -> bool {
    factor.known >= 0 && factor.given.iter().all(|(times, _)| *times >= 0)
}

/// An index that surely is, or can be, less than 0: nothing of the user's is in it that could prevent that.
pub(super) fn check_negative(
    statement: &Resolved,
    found: &[(Label, ExtentFrom)],
    (sources, named): (&Sources<'_>, &[KnownLabel]),
    errors: &mut Errors,
) {
    for written in statement.forms.iter().filter(|written| gives(written)) {
        let form = &written.form;
        let is_known = form.constant.given.is_empty() && form.terms.iter().all(|(factor, _)| factor.given.is_empty());
        let falling = form.terms.iter().filter(|(factor, _)| factor.known < 0);
        let mut least = Some(form.constant.known);
        for (factor, label) in falling {
            let extent = found.iter().find(|(known, _)| known == label).and_then(|(_, from)| match from {
                ExtentFrom::Given(number) => sources.given[*number].1,
                _ => None,
            });
            let last = extent.and_then(|extent| i64::try_from(extent.saturating_sub(1)).ok());
            least = least.zip(last).map(|(least, last)| least.saturating_add(factor.known.saturating_mul(last)));
        }
        if is_known && least.is_none_or(|least| least < 0) {
            let is_certain = form.terms.is_empty();
            let place = (written.source.as_str(), written.text.as_str(), written.span);
            let is_least = |(factor, _): &&(Amount, Label)| factor.known < 0;
            let least = form.terms.iter().find(is_least).filter(|_| !sources.is_function);
            let hint = least.and_then(|(_, label)| hint(label, statement, named, &[]));
            rules::negative(place, (is_certain, written.is_target), hint.as_ref(), errors);
        }
    }
}
