//! Accesses: the elements that a statement reads and writes.

use crate::ir::Label;

/// Number of a tensor in its formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TensorId(pub usize);

/// Elements of a tensor: at which indices.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Access {
    /// The tensor.
    pub tensor: TensorId,
    /// One for every axis.
    pub axes: Vec<Axis>,
    /// Whether they are read conjugated.
    pub conj: bool,
}

/// The index along an axis.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Axis {
    /// The index.
    pub index: Index,
    /// The element at the index if that is not within the tensor.
    pub outside: Outside,
}

/// An index along an axis.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Index {
    /// An affine form of labels.
    Affine(Affine),
    /// An element of a tensor of indices.
    Gather(Box<Access>),
}

/// The element at an index that is not within the tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outside {
    /// Nothing: that is an error, found before anything is computed.
    Error,
    /// 0. What is written there is dropped.
    Zero,
    /// The tensor, repeated.
    Wrap,
    /// The nearest element.
    Clamp,
}

/// `2*i + p - 1`
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Affine {
    /// Each label once, with its factor, which is not 0; in the order of their numbers.
    pub terms: Vec<(Amount, Label)>,
    /// The number that is added to the terms.
    pub constant: Amount,
}

/// An integer: a literal, plus expressions of the user's (`usize`), each a number of times.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Amount {
    /// The part that is known while compiling.
    pub known: i64,
    /// The numbers of expressions, and how often each is taken.
    pub given: Vec<(i64, usize)>,
}

impl Amount {
    /// Whether the integer is surely 0.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.known == 0 && self.given.is_empty()
    }

    /// The sum of both.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let mut sum = Self { known: self.known.saturating_add(other.known), given: self.given.clone() };
        for &(times, number) in &other.given {
            match sum.given.iter_mut().find(|(_, there)| *there == number) {
                Some((sum, _)) => *sum = sum.saturating_add(times),
                None => sum.given.push((times, number)),
            }
        }
        sum.given.retain(|(times, _)| *times != 0);
        sum
    }

    /// The multiple.
    #[must_use]
    pub fn times(&self, factor: i64) -> Self {
        let given = self.given.iter().map(|(times, number)| (times.saturating_mul(factor), *number));
        let given = given.filter(|(times, _)| *times != 0).collect();
        Self { known: self.known.saturating_mul(factor), given }
    }

    /// The product of both, if only one of them has expressions of the user's.
    #[must_use]
    pub fn multiplied(&self, other: &Self) -> Option<Self> {
        match (self.given.is_empty(), other.given.is_empty()) {
            (true, _) => Some(other.times(self.known)),
            (_, true) => Some(self.times(other.known)),
            _ => None,
        }
    }
}
