//! The largest monomials of trees, by which these are compared where extents are not given.

use super::dense::Classes;

/// The monomials of the steps of a tree that divide no other.
#[derive(Clone, Default)]
pub(super) struct Maxima {
    terms: Vec<Term>,
    /// The largest, at one of the sample extents: what dominates has none that is larger.
    peak: f64,
    /// The labels of all of them: what dominates has no others.
    labels: Classes,
}

/// A monomial: known extents are in the coefficient.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Term {
    pub(super) coefficient: f64,
    pub(super) labels: Classes,
}

impl Maxima {
    /// Of one step, which costs so much at a sample.
    pub(super) fn of_step(term: Term, peak: f64) -> Self {
        Self { terms: vec![term], peak, labels: term.labels }
    }

    /// Of all steps of both.
    pub(super) fn union(&self, other: &Self) -> Self {
        let mut terms = self.terms.clone();
        for term in &other.terms {
            if !term.divides_some(&terms) {
                terms.retain(|other| !other.divides(term));
                terms.push(*term);
            }
        }
        Self { terms, peak: self.peak.max(other.peak), labels: self.labels | other.labels }
    }

    pub(super) fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Whether every monomial divides some of the others. (Written out: half of the time is spent
    /// here, in debug builds, where iterators are slow.)
    pub(super) fn dominates(&self, others: &Self) -> bool {
        if self.peak > others.peak || !self.labels.is_in(others.labels) {
            return false;
        }
        let (terms, others, mut number) = (self.terms.as_slice(), others.terms.as_slice(), 0);
        while number < terms.len() {
            if !terms[number].divides_some(others) {
                return false;
            }
            number += 1;
        }
        true
    }

    /// Whether it dominates the others, and they do not dominate it.
    pub(super) fn is_below(&self, others: &Self) -> bool {
        self.dominates(others) && !others.dominates(self)
    }
}

impl Term {
    /// Whether it is no larger than one of the others, for all extents from 1 on.
    fn divides_some(&self, others: &[Self]) -> bool {
        let mut number = 0;
        while number < others.len() {
            if self.coefficient <= others[number].coefficient && self.labels.is_in(others[number].labels) {
                return true;
            }
            number += 1;
        }
        false
    }

    /// Whether it is no larger than the other, for all extents from 1 on.
    fn divides(&self, other: &Self) -> bool {
        self.labels.is_in(other.labels) && self.coefficient <= other.coefficient
    }
}
