//! The choices that the extents decide at run time: in which order operands meet.

use std::fmt;

use super::{Label, Subscript};
use crate::few::List;

/// Subsets of operands, and the ways to compute each: those of fewer operands first, so that what a
/// subset is made of is before it. The last is all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// For every subset its alternatives; none for what is there from the start.
    pub subsets: Vec<Vec<Alternative>>,
}

/// One way to compute a subset: as the product of two others.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// The numbers of these subsets.
    pub parts: [usize; 2],
    /// The factor of the extents.
    pub coefficient: f64,
    /// The labels whose extents multiply to the cost.
    pub labels: Vec<Label>,
}

/// The figures of a forward by which a limit on the elements of intermediates is kept at run time: the steps and the intermediates that every
/// order has, and those that a choice adds. (The intermediates of gradients have the same labels.)
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// The steps that every order has.
    pub costs: Vec<Cost>,
    /// The labels of the intermediates that every order has.
    pub always: Vec<Subscript>,
    /// For every choice the subsets whose products are intermediates, and the labels of these.
    pub chosen: Vec<Vec<(usize, Subscript)>>,
    /// For every choice the labels of the products of all its subsets.
    pub tensors: Vec<Vec<Vec<Label>>>,
    /// Whether no order that is left out has a smaller largest intermediate.
    pub is_exact: bool,
}

/// The cost of a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// The factor of the extents.
    pub coefficient: f64,
    /// The labels whose extents multiply to the cost.
    pub labels: Vec<Label>,
    /// The labels of each tensor that it reads or writes.
    pub tensors: Vec<Vec<Label>>,
}

/// When a step is taken: if this is the alternative chosen for this subset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guard {
    /// Number of the choice in its tree.
    pub choice: usize,
    /// Number of the subset in the choice.
    pub subset: usize,
    /// Number of the alternative.
    pub alternative: usize,
}

impl Alternative {
    /// The cost for these extents.
    #[must_use]
    pub fn cost(&self, extent: impl Fn(&Label) -> f64) -> f64 {
        self.labels.iter().map(extent).fold(self.coefficient, |cost, extent| cost * extent)
    }
}

impl Limit {
    /// Whether there is anything to limit.
    #[must_use]
    pub fn has_intermediates(&self) -> bool {
        !self.always.is_empty() || self.chosen.iter().any(|sizes| !sizes.is_empty())
    }
}

impl Choice {
    /// Checks that parts are before what is made of them, and that there is a way to all.
    ///
    /// # Errors
    /// A sentence that says what is wrong first.
    pub fn verify(&self) -> Result<(), String> {
        for (number, alternatives) in self.subsets.iter().enumerate() {
            if alternatives.iter().any(|alternative| alternative.parts.iter().any(|part| *part >= number)) {
                return Err(format!("subset {number} is made of one that is not before it"));
            }
        }
        match self.subsets.last() {
            Some(all) if !all.is_empty() => Ok(()),
            _ => Err("there is no way to compute all".to_owned()),
        }
    }
}

/// A line for every subset with alternatives: `4 = 0 1 (2 i j k) | 1 2 (2 j k l)`.
impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line_break = "";
        for (number, alternatives) in self.subsets.iter().enumerate().filter(|(_, all)| !all.is_empty()) {
            let texts: Vec<String> = alternatives.mapped(ToString::to_string);
            write!(f, "{line_break}{number} = {}", texts.join(" | "))?;
            line_break = "\n";
        }
        Ok(())
    }
}

/// `within the limit: jk, 0.4 jl`: what every order has, then, after the numbers of choice and subset,
/// what some have.
impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chosen = self.chosen.iter().enumerate();
        let chosen = chosen.flat_map(|(choice, sizes)| {
            sizes.iter().map(move |(subset, labels)| format!("{choice}.{subset} {labels}"))
        });
        let all: Vec<String> = self.always.iter().map(ToString::to_string).chain(chosen).collect();
        write!(f, "within the limit: {}", all.join(", "))
    }
}

impl fmt::Display for Alternative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [lhs, rhs] = self.parts;
        write!(f, "{lhs} {rhs} ({}", self.coefficient)?;
        self.labels.iter().try_for_each(|label| write!(f, " {label}"))?;
        f.write_str(")")
    }
}
