//! What can be wrong.

use core::{error, fmt};
use std::{string::String, vec::Vec};

/// Why an einsum cannot be computed: its subscripts are wrong, or operands do not fit them. Operands are counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The subscripts are wrong.
    Subscripts {
        /// All mistakes, each with the characters marked.
        message: String,
    },
    /// There are more operands than subscripts, or fewer.
    Operands {
        /// The subscripts.
        subscripts: String,
        /// How many operands there are.
        found: usize,
        /// How many subscripts there are.
        expected: usize,
    },
    /// An operand has another number of axes than its subscript has labels.
    Rank {
        /// The subscripts.
        subscripts: String,
        /// The subscript of the operand.
        subscript: String,
        /// The number of the operand.
        operand: usize,
        /// The number of axes that it has.
        axes: usize,
        /// The number of axes that it must have, at least if its subscript has an ellipsis.
        expected: usize,
    },
    /// A label has one extent in one operand and another in the next, and neither is 1.
    Extents {
        /// The subscripts.
        subscripts: String,
        /// The label.
        label: String,
        /// The operand in which the label was met first, and its extent there.
        first: (usize, usize),
        /// The operand that disagrees, and its extent.
        second: (usize, usize),
    },
    /// A label is repeated in one operand, on axes of unequal extents: there is no diagonal.
    Diagonal {
        /// The subscripts.
        subscripts: String,
        /// The label.
        label: String,
        /// The number of the operand.
        operand: usize,
        /// The extents of the two axes.
        extents: (usize, usize),
    },
    /// A label has another extent in an operand than the one given for it.
    Given {
        /// The subscripts.
        subscripts: String,
        /// The label.
        label: String,
        /// The extent given.
        given: usize,
        /// The operand, and its extent.
        operand: (usize, usize),
    },
    /// The array that the result is written to, or the cotangent, has other extents than the result.
    Result {
        /// The subscripts.
        subscripts: String,
        /// `the array to write to`, or `the cotangent`.
        what: &'static str,
        /// The extents that it has.
        found: Vec<usize>,
        /// The extents of the result.
        expected: Vec<usize>,
    },
    /// The result or an intermediate is too large to address or allocate.
    TooLarge {
        /// The subscripts.
        subscripts: String,
        /// The extents of the tensor.
        extents: Vec<usize>,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subscripts { message } => f.write_str(message),
            Self::Operands { subscripts, found, expected } => {
                let plural = if *expected == 1 { "operand" } else { "operands" };
                write!(f, "einsum `{subscripts}`: the subscripts are for {expected} {plural}, but there are {found}")
            }
            Self::Rank { subscripts, subscript, operand, axes, expected } => {
                let plural = if *axes == 1 { "axis" } else { "axes" };
                let least = if subscript.contains("...") { "at least " } else { "" };
                write!(
                    f,
                    "einsum `{subscripts}`: operand {operand} has {axes} {plural}, but its subscript `{subscript}` needs {least}{expected}"
                )
            }
            Self::Extents { subscripts, label, first: (first, m), second: (second, n) } => write!(
                f,
                "einsum `{subscripts}`: label `{label}` has extent {m} in operand {first} but {n} in operand {second}"
            ),
            Self::Diagonal { subscripts, label, operand, extents: (m, n) } => write!(
                f,
                "einsum `{subscripts}`: repeated label `{label}` needs axes of equal extents, but in operand {operand} they are {m} and {n}"
            ),
            Self::Given { subscripts, label, given, operand: (operand, extent) } => write!(
                f,
                "einsum `{subscripts}`: label `{label}` is given the extent {given} but has {extent} in operand {operand}"
            ),
            Self::Result { subscripts, what, found, expected } => {
                write!(f, "einsum `{subscripts}`: {what} has extents {found:?}, but the result has {expected:?}")
            }
            Self::TooLarge { subscripts, extents } => {
                write!(f, "einsum `{subscripts}`: a tensor of extents {extents:?} is too large to allocate")
            }
        }
    }
}

impl error::Error for Error {}
