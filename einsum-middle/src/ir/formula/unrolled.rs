//! Sums over windows of a few indices, as many as literals say, as sums of so many terms.
//!
//! `sum[p](x[i + p])` with a `p` of 3 is `x[i] + x[i + 1] + x[i + 2]`, and then no reduction: what reads it can be computed with it, and its
//! gradient is of terms that are taken together. A window is one whose labels are beside others in forms, and on no axis of their own: what is
//! multiplied by weights of the window is a product of tensors.

use super::{
    Affine, Amount, Expression, Formula, Function, Index, Literals, Outside, Reduction, Statement, TensorKind,
};
use crate::{
    ir::Label,
    tuning::{EXPRESSION_MAX_PARTS, UNROLLED_MAX_TERMS},
};

impl Formula {
    /// The formula with the sums over windows of a few indices as sums of terms, and these computed where one statement alone reads them.
    #[must_use]
    pub fn unrolled(&self, literals: Literals<'_>) -> Self {
        let mut formula = self.clone();
        for number in 0..formula.statements.len() {
            let statement = &formula.statements[number];
            if let Some(value) = self.terms(statement, literals) {
                let statement = &mut formula.statements[number];
                statement.value = value;
                statement.reduced.clear();
            }
        }
        let is_new = |(new, old): (&Statement, &Statement)| new.reduced.len() < old.reduced.len();
        let new: Vec<bool> = formula.statements.iter().zip(&self.statements).map(is_new).collect();
        for number in (0..new.len()).filter(|number| new[*number]).rev() {
            formula.put_into_its_reader(number);
        }
        debug_assert_eq!(formula.verify(), Ok(()), "{formula}");
        formula
    }

    /// The terms of a sum over a window, added up.
    fn terms(&self, statement: &Statement, literals: Literals<'_>) -> Option<Expression> {
        if statement.reduction != Reduction::Sum || statement.reduced.is_empty() || self.broadcasts {
            return None;
        }
        let is_window = statement.reduced.iter().all(|label| is_beside_others(&statement.value, label));
        let lengths = statement.reduced.iter().map(|label| self.known_extent(label, literals));
        let lengths: Vec<u64> = lengths.collect::<Option<_>>()?;
        let count = lengths.iter().try_fold(1u64, |count, length| count.checked_mul(*length))?;
        let size = statement.value.size();
        let is_few = (1..=UNROLLED_MAX_TERMS).contains(&count)
            && usize::try_from(count).is_ok_and(|count| count * size <= EXPRESSION_MAX_PARTS);
        if !is_window || !is_few {
            return None;
        }
        let mut terms = vec![statement.value.clone()];
        for (label, length) in statement.reduced.iter().zip(lengths) {
            let each = |term: &Expression| -> Vec<Expression> {
                (0..length).filter_map(|index| Some(term.at(label, i64::try_from(index).ok()?))).collect()
            };
            terms = terms.iter().flat_map(each).collect();
        }
        terms.into_iter().reduce(|sum, term| Expression::Call(Function::Add, vec![sum, term]))
    }

    /// Computes an intermediate where it is read, if that is once, at the same indices and by no more labels.
    fn put_into_its_reader(&mut self, number: usize) {
        let Statement { target, value, adds, .. } = self.statements[number].clone();
        let is_local = self.tensor(target.tensor).kind == TensorKind::Local && !self.results.contains(&target.tensor);
        let writers = self.statements.iter().filter(|other| other.target.tensor == target.tensor).count();
        let mut readers = self.statements.iter().enumerate().flat_map(|(number, other)| {
            let reads = other.reads().into_iter().filter(|access| access.tensor == target.tensor);
            reads.map(move |access| (number, access.clone()))
        });
        let (Some((reader, access)), None) = (readers.next(), readers.next()) else { return };
        let labels = self.statements[reader].labels().count();
        let is_same = access == target && labels == self.statements[number].free.len();
        let is_number = self.statements[reader].value != value && reads(&self.statements[reader].value, &access);
        if is_local && writers == 1 && !adds && self.statements[number].writes_plainly() && is_same && is_number {
            let new = self.statements[reader].value.replaced(&mut |part| match part {
                Expression::Read(read) if *read == access => Some(value.clone()),
                _ => None,
            });
            self.statements[reader].value = new;
            self.statements.remove(number);
        }
    }
}

/// Whether an element is read as a number.
fn reads(value: &Expression, access: &super::Access) -> bool {
    let mut reads = false;
    value.visit_reads(&mut |read| reads |= read == access);
    reads
}

/// Whether a label is in forms of reads alone, and beside another label in each, of elements that are within their tensors.
fn is_beside_others(value: &Expression, label: &Label) -> bool {
    let has = |form: &Affine| form.terms.iter().any(|(_, other)| other == label);
    let (mut is_beside, mut is_there) = (true, false);
    value.visit(&mut |part| match part {
        Expression::Read(access) => {
            for axis in &access.axes {
                match &axis.index {
                    Index::Affine(form) if has(form) => {
                        is_there = true;
                        // (Of a tensor with what is around it each term would read another copy.)
                        is_beside &= form.terms.len() > 1 && axis.outside == Outside::Error;
                    }
                    Index::Affine(_) => {}
                    Index::Gather(_) => is_beside = false,
                }
            }
        }
        Expression::Index(form) => is_beside &= !has(form),
        Expression::Select(condition, _) => is_beside &= !condition.compares_indices(),
        _ => {}
    });
    is_there && is_beside
}

impl Expression {
    /// The value at an index of a label.
    fn at(&self, label: &Label, index: i64) -> Self {
        self.replaced(&mut |part| {
            let Self::Read(access) = part else { return None };
            let mut access = access.clone();
            for axis in &mut access.axes {
                if let Index::Affine(form) = &mut axis.index {
                    *form = form.at(label, index);
                }
            }
            Some(Self::Read(access))
        })
    }
}

impl Affine {
    /// The form at an index of a label.
    fn at(&self, label: &Label, index: i64) -> Self {
        let mut form = self.clone();
        for (factor, _) in form.terms.extract_if(.., |(_, other)| other == label) {
            form.constant = form.constant.plus(&Amount::times(&factor, index));
        }
        form
    }
}
