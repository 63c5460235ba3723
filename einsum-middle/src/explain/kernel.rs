//! The kinds of computation that steps are, in words.

use std::fmt;

use crate::ir::{ContractionTree, Role, Step};

/// The kind of a step of a tree, by the roles of its labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// Nothing is added up: the result is zero.
    Zeros,
    /// One factor, as it is.
    Copy,
    /// One factor, its axes in another order.
    Permutation,
    /// One factor of which the diagonal is read, or written.
    Diagonal,
    /// One factor, summed along some of its axes.
    Reduction,
    /// One factor, repeated along axes of the result.
    Broadcast,
    /// Two factors, of which one has all labels, and none is contracted.
    Elementwise,
    /// Two factors without a contracted label, each with labels of its own.
    OuterProduct {
        /// Whether there are batch labels.
        batched: bool,
    },
    /// Two factors of contracted labels alone.
    InnerProduct {
        /// Whether there are batch labels.
        batched: bool,
    },
    /// Two factors with contracted labels, of which one has free labels.
    MatrixVectorProduct {
        /// Whether there are batch labels.
        batched: bool,
    },
    /// Two factors with contracted labels, and both with free labels.
    MatrixProduct {
        /// Whether there are batch labels.
        batched: bool,
    },
}

impl Kernel {
    /// The kind of a step.
    #[must_use]
    pub fn of(tree: &ContractionTree, step: &Step) -> Self {
        let labels = tree.labels(step);
        let has = |role| labels.iter().any(|label| tree.role(step, label) == role);
        match step.factors.as_slice() {
            [] => Self::Zeros,
            [_] if has(Role::Contracted) => Self::Reduction,
            [_] if has(Role::Broadcast) => Self::Broadcast,
            [factor] => {
                let (from, to) = (tree.subscript(factor.value), tree.subscript(step.result));
                match (from.is_diagonal() || to.is_diagonal(), from == to) {
                    (true, false) => Self::Diagonal,
                    (_, true) => Self::Copy,
                    (false, false) => Self::Permutation,
                }
            }
            _ => {
                let batched = has(Role::Batch);
                match (has(Role::Contracted), has(Role::LhsFree), has(Role::RhsFree)) {
                    (true, true, true) => Self::MatrixProduct { batched },
                    (true, false, false) => Self::InnerProduct { batched },
                    (true, _, _) => Self::MatrixVectorProduct { batched },
                    (false, true, true) => Self::OuterProduct { batched },
                    (false, _, _) => Self::Elementwise,
                }
            }
        }
    }
}

impl fmt::Display for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (batched, name) = match *self {
            Self::Zeros => (false, "zeros"),
            Self::Copy => (false, "copy"),
            Self::Permutation => (false, "permutation"),
            Self::Diagonal => (false, "diagonal"),
            Self::Reduction => (false, "reduction"),
            Self::Broadcast => (false, "broadcast"),
            Self::Elementwise => (false, "elementwise"),
            Self::OuterProduct { batched } => (batched, "outer product"),
            Self::InnerProduct { batched } => (batched, "inner product"),
            Self::MatrixVectorProduct { batched } => (batched, "matrix-vector product"),
            Self::MatrixProduct { batched } => (batched, "matrix product"),
        };
        write!(f, "{}{name}", if batched { "batched " } else { "" })
    }
}
