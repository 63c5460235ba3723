//! What can be wrong.

use core::{error, fmt};
use std::{borrow::ToOwned, format, string::String, vec::Vec};

use einsum_middle::notation::ELLIPSIS;

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
        /// The subscripts with the characters marked that do not fit, and what to write instead.
        hint: String,
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
        /// The subscripts with the characters marked that do not fit, and what to write instead.
        hint: String,
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
        /// The subscripts with the characters marked that do not fit, and what to write instead.
        hint: String,
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
        /// The subscripts with the characters marked that do not fit, and what to write instead.
        hint: String,
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
        /// The subscripts with the characters marked that do not fit, and what to write instead.
        hint: String,
    },
    /// An operand repeats its elements at more indices than can be counted.
    Indices {
        /// The subscripts.
        subscripts: String,
        /// The number of the operand.
        operand: usize,
        /// Its extents.
        extents: Vec<usize>,
        /// What to write instead.
        hint: String,
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
            Self::Operands { subscripts, found, expected, hint } => {
                let plural = if *expected == 1 { "operand" } else { "operands" };
                let are = if *found == 1 { "is" } else { "are" };
                let what = format!("the subscripts are for {expected} {plural}, but there {are} {found}");
                write!(f, "einsum `{subscripts}`: {what}\n{hint}")
            }
            Self::Rank { subscripts, subscript, operand, axes, expected, hint } => {
                let plural = if *axes == 1 { "axis" } else { "axes" };
                let least = if subscript.contains("...") { "at least " } else { "" };
                let what = format!("operand {operand} has {axes} {plural}, but its subscript `{subscript}` needs");
                write!(f, "einsum `{subscripts}`: {what} {least}{expected}\n{hint}")
            }
            Self::Extents { subscripts, label, first: (first, m), second: (second, n), hint } => {
                let what =
                    if label == ELLIPSIS { "an axis of the ellipsis".to_owned() } else { format!("label `{label}`") };
                write!(
                    f,
                    "einsum `{subscripts}`: {what} has extent {m} in operand {first} but {n} in operand {second}\n{hint}"
                )
            }
            Self::Diagonal { subscripts, label, operand, extents: (m, n), hint } => {
                let what = format!("repeated label `{label}` needs axes of equal extents");
                write!(f, "einsum `{subscripts}`: {what}, but in operand {operand} they are {m} and {n}\n{hint}")
            }
            Self::Given { subscripts, label, given, operand: (operand, extent), hint } => {
                let what = format!("label `{label}` is given the extent {given} but has {extent} in operand {operand}");
                write!(f, "einsum `{subscripts}`: {what}\n{hint}")
            }
            Self::Indices { subscripts, operand, extents, hint } => {
                let what = format!("operand {operand} has extents {extents:?}, at more than {} indices", isize::MAX);
                write!(f, "einsum `{subscripts}`: {what}\n{hint}")
            }
            Self::Result { subscripts, what, found, expected } => {
                writeln!(f, "einsum `{subscripts}`: {what} has extents {found:?}, but the result has {expected:?}")?;
                let array = match expected.as_slice() {
                    [] => "a number".to_owned(),
                    _ => format!("an array of extents {expected:?}"),
                };
                write!(f, "help: give {array}, or other labels to the output")
            }
            Self::TooLarge { subscripts, extents } => {
                writeln!(f, "einsum `{subscripts}`: a tensor of extents {extents:?} is too large to allocate")?;
                f.write_str(
                    "help: sum over a label that the output has, or give parts of the operands one after the other",
                )
            }
        }
    }
}

impl error::Error for Error {}
