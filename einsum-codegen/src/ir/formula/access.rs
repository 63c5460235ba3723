//! Where a statement reads and writes.

use crate::ir::Label;

/// Number of a tensor in its formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TensorId(pub usize);

/// Elements of a tensor: at which indices.
#[derive(Clone, Debug, PartialEq)]
pub struct Access {
    /// The tensor.
    pub tensor: TensorId,
    /// One for every axis.
    pub axes: Vec<Axis>,
    /// Whether they are read conjugated.
    pub conj: bool,
}

/// The index along an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The index.
    pub index: Index,
    /// What is there if it is not within the tensor.
    pub outside: Outside,
}

/// An index along an axis.
#[derive(Clone, Debug, PartialEq)]
pub enum Index {
    /// An affine form of labels.
    Affine(Affine),
    /// An element of a tensor of indices.
    Gather(Box<Access>),
}

/// What is where an index is not within the tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Affine {
    /// Each label once, with its factor, which is not 0; in the order of their numbers.
    pub terms: Vec<(Amount, Label)>,
    /// What is added.
    pub constant: Amount,
}

/// An integer: a literal, plus expressions of the user's (`usize`), each a number of times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// What is known.
    pub known: i64,
    /// The numbers of expressions, and how often each is taken.
    pub given: Vec<(i64, usize)>,
}
