//! Expressions whose names are resolved, with the reductions that are still in them.

use crate::{
    ast::formula::Over,
    few::sort_by_key,
    ir::{
        Label,
        formula::{Access, Affine, Comparison, Function, Index, Literal},
    },
};

/// A number at an index, as [`Expression`](crate::ir::formula::Expression) is, and reductions.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Read(Access),
    Literal(Literal),
    Index(Affine),
    Extent(Label),
    Call(Function, Vec<Node>),
    User(usize, Vec<Node>),
    Select(Box<Test>, Box<[Node; 2]>),
    /// The labels that a reduction binds, and what it is over.
    Reduce(Over, Vec<Label>, Box<Node>),
    /// A part that is computed once for all its labels, before the expression that it is in.
    Once(Box<Node>),
}

/// Something that holds or does not.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    Numbers(Comparison, Box<[Node; 2]>),
    Indices(Comparison, Affine, Affine),
    And(Box<[Test; 2]>),
    Or(Box<[Test; 2]>),
    Not(Box<Test>),
}

impl Node {
    /// A sum, difference, product or quotient.
    pub(super) fn both(function: Function, left: Self, right: Self) -> Self {
        Self::Call(function, vec![left, right])
    }

    pub(super) fn negated(self) -> Self {
        match self {
            Self::Call(Function::Negate, mut arguments) if arguments.len() == 1 => arguments.swap_remove(0),
            other => Self::Call(Function::Negate, vec![other]),
        }
    }

    /// The labels that are free in it, each once, in order.
    pub(super) fn labels(&self) -> Vec<Label> {
        let mut labels = Vec::new();
        self.add_labels(&mut labels);
        labels
    }

    fn add_labels(&self, labels: &mut Vec<Label>) {
        match self {
            Self::Read(access) => of_access(access, labels),
            Self::Literal(_) | Self::Extent(_) => {}
            Self::Index(form) => of_form(form, labels),
            Self::Call(_, arguments) | Self::User(_, arguments) => {
                for argument in arguments {
                    argument.add_labels(labels);
                }
            }
            Self::Select(test, cases) => {
                test.add_labels(labels);
                cases.iter().for_each(|case| case.add_labels(labels));
            }
            Self::Reduce(_, bound, value) => {
                let free = value.labels().into_iter().filter(|label| !bound.contains(label));
                free.for_each(|label| add(label, labels));
            }
            Self::Once(value) => value.add_labels(labels),
        }
    }

    /// Puts another label in the place of each, also of those that are bound.
    pub(super) fn relabel(&mut self, label: &dyn Fn(&Label) -> Label) {
        match self {
            Self::Read(access) => relabel_access(access, label),
            Self::Literal(_) => {}
            Self::Extent(extent) => *extent = label(extent),
            Self::Index(form) => relabel_form(form, label),
            Self::Call(_, arguments) | Self::User(_, arguments) => {
                for argument in arguments {
                    argument.relabel(label);
                }
            }
            Self::Select(test, cases) => {
                test.relabel(label);
                cases.iter_mut().for_each(|case| case.relabel(label));
            }
            Self::Reduce(_, bound, value) => {
                for one in bound {
                    *one = label(one);
                }
                value.relabel(label);
            }
            Self::Once(value) => value.relabel(label),
        }
    }

    /// With every part of it in another form.
    pub(super) fn map(self, form: &mut dyn FnMut(Self) -> Self) -> Self {
        match self {
            Self::Read(_) | Self::Literal(_) | Self::Index(_) | Self::Extent(_) => self,
            Self::Call(function, arguments) => Self::Call(function, arguments.into_iter().map(form).collect()),
            Self::User(number, arguments) => Self::User(number, arguments.into_iter().map(form).collect()),
            Self::Select(test, cases) => Self::Select(Box::new(test.map(form)), Box::new(cases.map(form))),
            Self::Reduce(over, bound, value) => Self::Reduce(over, bound, Box::new(form(*value))),
            Self::Once(value) => Self::Once(Box::new(form(*value))),
        }
    }

    /// The factors of a product and the divisors of a quotient, in order; a divisor is `true`.
    pub(super) fn factors(self) -> Vec<(Self, bool)> {
        let is_product = |function| matches!(function, Function::Multiply | Function::Divide);
        match self {
            Self::Call(function, mut both) if is_product(function) && both.len() == 2 => {
                let right = both.pop();
                let mut factors: Vec<_> = both.into_iter().flat_map(Self::factors).collect();
                match right {
                    Some(right) if function == Function::Multiply => factors.extend(right.factors()),
                    right => factors.extend(right.map(|right| (right, true))),
                }
                factors
            }
            other => vec![(other, false)],
        }
    }

    /// The factors of a product without their signs, and whether these make it negative.
    pub(super) fn signed_factors(self) -> (Vec<(Self, bool)>, bool) {
        let mut is_negative = false;
        let mut factors = Vec::new();
        for (factor, is_divisor) in self.factors() {
            match factor {
                Self::Call(Function::Negate, mut inner) if inner.len() == 1 => {
                    is_negative = !is_negative;
                    let (within, sign) = inner.swap_remove(0).signed_factors();
                    is_negative ^= sign;
                    match (is_divisor, within) {
                        (false, within) => factors.extend(within),
                        (true, within) => factors.extend(Self::product(within).map(|divisor| (divisor, true))),
                    }
                }
                factor => factors.push((factor, is_divisor)),
            }
        }
        (factors, is_negative)
    }

    /// The product of factors, if there are any.
    pub(super) fn product(factors: impl IntoIterator<Item = (Self, bool)>) -> Option<Self> {
        factors.into_iter().fold(None, |product, (factor, is_divisor)| {
            Some(match (product, is_divisor) {
                (None, false) => factor,
                (None, true) => Self::Call(Function::Recip, vec![factor]),
                (Some(product), false) => Self::both(Function::Multiply, product, factor),
                (Some(product), true) => Self::both(Function::Divide, product, factor),
            })
        })
    }

    /// The terms of a sum; what is subtracted is `true`.
    pub(super) fn terms(self, is_negative: bool) -> Vec<(Self, bool)> {
        match self {
            Self::Call(Function::Add | Function::Subtract, ref arguments) if arguments.len() == 2 => {
                let Self::Call(function, arguments) = self else { return Vec::new() };
                let signs = [is_negative, is_negative != (function == Function::Subtract)];
                arguments.into_iter().zip(signs).flat_map(|(argument, sign)| argument.terms(sign)).collect()
            }
            Self::Call(Function::Negate, mut arguments) if arguments.len() == 1 => {
                arguments.swap_remove(0).terms(!is_negative)
            }
            other => vec![(other, is_negative)],
        }
    }

    /// The sum of terms, if there are any.
    pub(super) fn sum(terms: impl IntoIterator<Item = (Self, bool)>) -> Option<Self> {
        terms.into_iter().fold(None, |sum, (term, is_negative)| {
            Some(match (sum, is_negative) {
                (None, false) => term,
                (None, true) => term.negated(),
                (Some(sum), false) => Self::both(Function::Add, sum, term),
                (Some(sum), true) => Self::both(Function::Subtract, sum, term),
            })
        })
    }
}

impl Test {
    fn map(self, form: &mut dyn FnMut(Node) -> Node) -> Self {
        match self {
            Self::Numbers(comparison, both) => Self::Numbers(comparison, Box::new(both.map(form))),
            Self::Indices(..) => self,
            Self::And(both) => Self::And(Box::new(both.map(|one| one.map(form)))),
            Self::Or(both) => Self::Or(Box::new(both.map(|one| one.map(form)))),
            Self::Not(one) => Self::Not(Box::new(one.map(form))),
        }
    }

    fn add_labels(&self, labels: &mut Vec<Label>) {
        match self {
            Self::Numbers(_, both) => both.iter().for_each(|one| one.add_labels(labels)),
            Self::Indices(_, left, right) => [left, right].into_iter().for_each(|form| of_form(form, labels)),
            Self::And(both) | Self::Or(both) => both.iter().for_each(|one| one.add_labels(labels)),
            Self::Not(one) => one.add_labels(labels),
        }
    }

    fn relabel(&mut self, label: &dyn Fn(&Label) -> Label) {
        match self {
            Self::Numbers(_, both) => both.iter_mut().for_each(|one| one.relabel(label)),
            Self::Indices(_, left, right) => [left, right].into_iter().for_each(|form| relabel_form(form, label)),
            Self::And(both) | Self::Or(both) => both.iter_mut().for_each(|one| one.relabel(label)),
            Self::Not(one) => one.relabel(label),
        }
    }
}

fn add(label: Label, labels: &mut Vec<Label>) {
    if !labels.contains(&label) {
        labels.push(label);
    }
}

fn of_form(form: &Affine, labels: &mut Vec<Label>) {
    form.terms.iter().for_each(|(_, label)| add(label.clone(), labels));
}

/// Adds the labels of an access.
pub(super) fn of_access(access: &Access, labels: &mut Vec<Label>) {
    for axis in &access.axes {
        match &axis.index {
            Index::Affine(form) => of_form(form, labels),
            Index::Gather(access) => of_access(access, labels),
        }
    }
}

pub(super) fn relabel_access(access: &mut Access, label: &dyn Fn(&Label) -> Label) {
    for axis in &mut access.axes {
        match &mut axis.index {
            Index::Affine(form) => relabel_form(form, label),
            Index::Gather(access) => relabel_access(access, label),
        }
    }
}

/// A form with other labels, of which two may become one.
pub(super) fn relabel_form(form: &mut Affine, label: &dyn Fn(&Label) -> Label) {
    let terms = std::mem::take(&mut form.terms);
    *form = affine(terms.into_iter().map(|(factor, one)| (factor, label(&one))), std::mem::take(&mut form.constant));
}

/// A form of terms: each label once, in the order of their numbers, without those that are taken 0 times.
pub(super) fn affine(
    terms: impl IntoIterator<Item = (crate::ir::formula::Amount, Label)>,
    constant: crate::ir::formula::Amount,
) -> Affine {
    let mut sum: Vec<(crate::ir::formula::Amount, Label)> = Vec::new();
    for (factor, label) in terms {
        match sum.iter_mut().find(|(_, there)| *there == label) {
            Some((total, _)) => *total = total.plus(&factor),
            None => sum.push((factor, label)),
        }
    }
    sum.retain(|(factor, _)| !factor.is_zero());
    sort_by_key(&mut sum, |(_, label)| label.id());
    Affine { terms: sum, constant }
}
