//! The costs of steps: monomials and polynomials in the extents.

use std::fmt;

use crate::{
    few::{List, sort},
    ir::{ContractionTree, Label, Role, Step},
};

/// A coefficient times the extents of labels, every one once: `2ijk`.
///
/// Extents that are given are in the coefficient.
#[derive(Clone, Debug, PartialEq)]
pub struct Monomial {
    /// The factor of the extents.
    pub coefficient: f64,
    /// The labels whose extents are multiplied.
    pub labels: Vec<Label>,
}

/// A sum of monomials, no two of the same labels: `2ijk + 2ikl`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Polynomial {
    monomials: Vec<Monomial>,
}

/// The cost that a search minimises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Objective {
    /// The flops of the result.
    #[default]
    Forward,
    /// The flops of the result and of the gradients of all operands.
    ForwardAndBackward,
}

/// Which labels a step of two factors has, apart from batch labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Roles {
    pub(super) contracted: bool,
    pub(super) lhs_free: bool,
    pub(super) rhs_free: bool,
}

impl Roles {
    /// The roles of a step over so many labels, of which the product keeps some, and each factor has some.
    pub(super) fn of_counts(labels: usize, kept: usize, (lhs, rhs): (usize, usize)) -> Self {
        Self { contracted: kept < labels, lhs_free: rhs < labels, rhs_free: lhs < labels }
    }
}

impl Objective {
    /// The flops of a step of two factors, per combination of its indices.
    ///
    /// A step multiplies, and adds if it contracts. Both of its gradients run over the same labels;
    /// that of the lhs contracts what only the rhs has, and the other way round.
    pub(super) fn of_step(self, roles: Roles) -> f64 {
        let flops = |contracts: bool| if contracts { 2.0 } else { 1.0 };
        match self {
            Self::Forward => flops(roles.contracted),
            Self::ForwardAndBackward => flops(roles.contracted) + flops(roles.rhs_free) + flops(roles.lhs_free),
        }
    }

    /// The flops of a sum of one factor, per combination of its indices. Its gradient is a
    /// broadcast, which writes as much.
    pub(super) fn of_sum(self) -> f64 {
        match self {
            Self::Forward => 1.0,
            Self::ForwardAndBackward => 2.0,
        }
    }
}

impl Monomial {
    /// The value of the monomial for these extents.
    #[must_use]
    pub fn value(&self, extent: impl Fn(&Label) -> f64) -> f64 {
        self.labels.iter().map(extent).fold(self.coefficient, |product, extent| product * extent)
    }
}

impl Polynomial {
    /// The flops of all steps of a tree: a step of two factors multiplies, and adds if it contracts; a
    /// step of one writes, or adds, each element.
    #[must_use]
    pub fn of_tree(tree: &ContractionTree) -> Self {
        tree.steps.iter().map(|step| of_step(tree, step)).collect()
    }

    /// Adds a monomial.
    pub fn add(&mut self, monomial: Monomial) {
        match self.monomials.iter_mut().find(|other| other.labels == monomial.labels) {
            Some(same) => same.coefficient += monomial.coefficient,
            None => self.monomials.push(monomial),
        }
    }

    /// The monomials that are added up.
    #[must_use]
    pub fn monomials(&self) -> &[Monomial] {
        &self.monomials
    }

    /// The value of the polynomial for these extents.
    #[must_use]
    pub fn value(&self, extent: impl Fn(&Label) -> f64) -> f64 {
        self.monomials.iter().map(|monomial| monomial.value(&extent)).sum()
    }
}

fn of_step(tree: &ContractionTree, step: &Step) -> Monomial {
    let mut labels = tree.labels(step);
    sort(&mut labels);
    let contracts = labels.iter().any(|label| tree.role(step, label) == Role::Contracted);
    let adds = step.epilogue.onto || contracts;
    Monomial { coefficient: if step.factors.len() == 2 && adds { 2.0 } else { 1.0 }, labels }
}

impl FromIterator<Monomial> for Polynomial {
    fn from_iter<I: IntoIterator<Item = Monomial>>(monomials: I) -> Self {
        let mut sum = Self::default();
        monomials.into_iter().for_each(|monomial| sum.add(monomial));
        sum
    }
}

/// `2ijk`, or `2 batch*k` where labels are words.
impl fmt::Display for Monomial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.labels.mapped(Label::name);
        let are_words = names.iter().any(|name| name.chars().nth(1).is_some());
        let (space, between) = if are_words { (" ", "*") } else { ("", "") };
        match self.coefficient.to_string().as_str() {
            coefficient if names.is_empty() => f.write_str(coefficient),
            "1" => f.write_str(&names.join(between)),
            coefficient => write!(f, "{coefficient}{space}{}", names.join(between)),
        }
    }
}

/// `2ijk + 2ikl`
impl fmt::Display for Polynomial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let monomials: Vec<String> = self.monomials.mapped(ToString::to_string);
        f.write_str(if monomials.is_empty() { "0".to_owned() } else { monomials.join(" + ") }.as_str())
    }
}

impl fmt::Display for Objective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Forward => "forward",
            Self::ForwardAndBackward => "forward and backward",
        })
    }
}
