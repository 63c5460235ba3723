//! Cleans statements up: equal ones are computed once, copies are read where they are from, what is read once is computed there, and
//! what nothing reads is not computed.

use super::{
    rewriting::is_value_of,
    terms::{add, conj, is_product, reads, replaced},
};
use crate::{
    few::sort_by_key,
    ir::formula::{Access, Elements, Expression, Formula, Literal, Reduction, Shape, Statement, TensorId, TensorKind},
    tuning::EXPRESSION_MAX_PARTS,
};

/// Cleans a formula up.
pub(super) fn tidy(formula: &mut Formula) {
    loop {
        let before = formula.statements.len();
        merge_equal(formula);
        merge_copies(formula);
        merge_additions(formula);
        inline(formula);
        if formula.statements.len() == before {
            break;
        }
    }
    prune(formula);
}

/// Lets an addition at every index of a tensor come before one at some of its elements, such as a scatter: it writes them all, and there
/// need be no zeros before.
pub(super) fn plain_first(formula: &mut Formula) {
    for result in formula.results.clone() {
        let writes = |statement: &Statement| statement.target.tensor == result;
        let Some(first) = formula.statements.iter().position(writes) else { continue };
        let is_plain = |statement: &Statement| statement.reduced.is_empty() && statement.writes_plainly();
        let is_later = |statement: &Statement| writes(statement) && is_plain(statement);
        let begins = &formula.statements[first];
        if begins.adds || begins.target.is_plain() {
            continue;
        }
        if let Some(later) = formula.statements.iter().position(is_later) {
            formula.statements[first].adds = true;
            formula.statements[later].adds = false;
            // (Nothing reads a tensor that is not complete: all other additions can come after this one.)
            sort_by_key(&mut formula.statements[first..=later], |statement| match writes(statement) {
                true if statement.adds => 2,
                is_first => u8::from(is_first),
            });
        }
    }
}

/// Drops the statements that no result needs.
pub(super) fn prune(formula: &mut Formula) {
    let mut needed = vec![false; formula.tensors.len()];
    for result in &formula.results {
        needed[result.0] = true;
    }
    let mut kept = Vec::new();
    for statement in formula.statements.drain(..).rev() {
        if needed[statement.target.tensor.0] {
            for access in statement.reads() {
                needed[access.tensor.0] = true;
            }
            kept.push(statement);
        }
    }
    kept.reverse();
    formula.statements = kept;
}

/// Whether a statement is all of an intermediate that nobody asked for.
fn is_local(formula: &Formula, statement: &Statement) -> bool {
    let (id, tensor) = (statement.target.tensor, formula.tensor(statement.target.tensor));
    let is_local = tensor.kind == TensorKind::Local && tensor.elements == Elements::Numbers;
    is_local && !formula.results.contains(&id) && is_value_of(formula, statement)
}

/// Intermediates that are computed in the same way are one. A result is none of them: it may be added to what the user has, and
/// nothing reads it.
fn merge_equal(formula: &mut Formula) {
    let mut at = 0;
    while at < formula.statements.len() {
        let statement = &formula.statements[at];
        let is_equal = |other: &&Statement| {
            let same = statement.free == other.free && statement.reduced == other.reduced;
            let same = same && statement.reduction == other.reduction && statement.value == other.value;
            let same = same && statement.target.axes == other.target.axes;
            same && !formula.results.contains(&other.target.tensor) && is_value_of(formula, other)
        };
        let first = is_local(formula, statement).then(|| formula.statements[..at].iter().find(is_equal)).flatten();
        match first.map(|first| first.target.tensor) {
            Some(first) => {
                let second = formula.statements.remove(at).target.tensor;
                rename(formula, second, first);
            }
            None => at += 1,
        }
    }
}

/// Makes one addition of those to the same elements at each index of the same labels.
fn merge_additions(formula: &mut Formula) {
    let mut at = 0;
    while at < formula.statements.len() {
        let later = &formula.statements[at];
        let is_earlier = |other: &Statement| {
            let is_simple = other.reduced.is_empty() && later.reduced.is_empty() && later.adds;
            is_simple && other.target == later.target
        };
        match formula.statements[..at].iter().position(is_earlier) {
            Some(earlier) => {
                let tensor = formula.statements[earlier].target.tensor;
                let writes = |statement: &&mut Statement| statement.target.tensor == tensor;
                let begins = formula.statements.iter_mut().find(writes).is_some_and(|first| !first.adds);
                let first = formula.statements.remove(earlier).value;
                let later = &mut formula.statements[at - 1];
                let second = std::mem::replace(&mut later.value, Expression::Literal(Literal::Integer(0)));
                later.value = add(first, second);
                if let Some(first) = formula.statements.iter_mut().find(writes) {
                    first.adds = !begins;
                }
            }
            None => at += 1,
        }
    }
}

/// An intermediate that is copied into another is that one; a copy of a cotangent that is given is the cotangent.
fn merge_copies(formula: &mut Formula) {
    let mut at = 0;
    while at < formula.statements.len() {
        match source_of_copy(formula, &formula.statements[at]) {
            Some(source) if formula.tensor(source).kind.is_given() => {
                let copy = formula.statements.remove(at).target.tensor;
                rename(formula, copy, source);
            }
            Some(source) => {
                let copy = formula.statements.remove(at).target.tensor;
                rename(formula, source, copy);
                for statement in &mut formula.statements {
                    if statement.target.tensor == source {
                        statement.target.tensor = copy;
                    }
                }
            }
            None => at += 1,
        }
    }
}

/// The tensor, an intermediate or a cotangent that is given, that a statement copies into an intermediate of the same labels.
fn source_of_copy(formula: &Formula, copy: &Statement) -> Option<TensorId> {
    let Expression::Read(read) = &copy.value else { return None };
    let is_whole = copy.reduced.is_empty() && !read.conj && read.axes == copy.target.axes;
    if !is_whole || !is_local(formula, copy) {
        return None;
    }
    let (given, local) = (formula.tensor(read.tensor), formula.tensor(copy.target.tensor));
    if given.kind.is_given() {
        return (matches!(given.shape, Shape::Needed(_)) && given.shape == local.shape).then_some(read.tensor);
    }
    let source = formula.statements.iter().find(|statement| statement.target.tensor == read.tensor)?;
    is_local(formula, source).then_some(read.tensor)
}

/// Computes an intermediate where it is read, if that is at one place, by the same labels, and no contraction.
fn inline(formula: &mut Formula) {
    let mut at = 0;
    while at < formula.statements.len() {
        match reader(formula, at) {
            Some(reader) => {
                let Statement { target, value, .. } = formula.statements[at].clone();
                let new = |inner: &Expression| match inner {
                    Expression::Read(access) if access.tensor == target.tensor => {
                        Some(if access.conj { conj(value.clone()) } else { value.clone() })
                    }
                    _ => None,
                };
                formula.statements[reader].value = replaced(&formula.statements[reader].value, &new);
                formula.statements.remove(at);
            }
            None => at += 1,
        }
    }
}

/// The only statement that reads an intermediate, if it can be computed there.
fn reader(formula: &Formula, at: usize) -> Option<usize> {
    let statement = &formula.statements[at];
    if !statement.reduced.is_empty() || !is_local(formula, statement) {
        return None;
    }
    let tensor = statement.target.tensor;
    let mut readers = formula.statements.iter().enumerate().flat_map(|(number, other)| {
        other.reads().into_iter().filter(|access| access.tensor == tensor).map(move |access| (number, access))
    });
    let (number, access) = readers.next()?;
    let reader = &formula.statements[number];
    let is_same = access.axes == statement.target.axes && reader.labels().count() == statement.free.len();
    let is_alone = readers.next().is_none();
    let gives_up_product = is_contraction(reader) && !is_product(&statement.value);
    let is_small = statement.value.size() + reader.value.size() <= EXPRESSION_MAX_PARTS;
    (is_alone && is_same && is_small && !gives_up_product && reads_number(&reader.value, access)).then_some(number)
}

/// Whether an element is read as a number, not as an index.
fn reads_number(value: &Expression, access: &Access) -> bool {
    let mut found = false;
    value.visit_reads(&mut |read| found |= std::ptr::eq(read, access));
    found
}

fn is_contraction(statement: &Statement) -> bool {
    let is_sum = statement.reduction == Reduction::Sum && !statement.reduced.is_empty();
    is_sum && is_product(&statement.value) && reads(&statement.value) > 1
}

/// Reads another tensor instead.
fn rename(formula: &mut Formula, from: TensorId, to: TensorId) {
    let new = |inner: &Expression| match inner {
        Expression::Read(access) if access.tensor == from => {
            Some(Expression::Read(Access { tensor: to, ..access.clone() }))
        }
        _ => None,
    };
    for statement in &mut formula.statements {
        statement.value = replaced(&statement.value, &new);
    }
}
