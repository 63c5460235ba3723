//! Errors: mistakes in meshes, placements and extents.

mod display;

use std::error;

use einsum::EinsumError;

/// Why tensors could not be sharded, moved or contracted.
///
/// While checks are on (see [`Mesh::check`](crate::Mesh::check)), an error on one rank is an error on all ranks of the mesh, so that
/// none waits for another; those that did not make the mistake get [`Elsewhere`](Error::Elsewhere).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The sizes of a mesh's axes do not multiply to the number of ranks.
    MeshSize {
        /// The axes that were asked for.
        axes: Vec<(String, usize)>,
        /// How many ranks the communicator has.
        ranks: usize,
    },
    /// A name of a mesh axis that no label could be written with.
    AxisName {
        /// The name.
        name: String,
    },
    /// Two axes of a mesh have one name.
    AxisTwice {
        /// The name.
        name: String,
    },
    /// An axis that the mesh does not have.
    UnknownAxis {
        /// The name.
        name: String,
        /// The axes of the mesh.
        axes: Vec<(String, usize)>,
    },
    /// A placement that cannot be, or not for this array.
    Placement {
        /// The placement.
        placement: String,
        /// The mistake in it.
        mistake: String,
    },
    /// Ranks were told different things.
    Differ {
        /// The subject that is different.
        what: String,
        /// The least and the greatest of it, where it is a number.
        range: Option<(usize, usize)>,
    },
    /// The local parts of an array are not the blocks that its axis is cut into.
    Blocks {
        /// The placement.
        placement: String,
        /// The number of the axis, from 0.
        axis: usize,
        /// The axis of the mesh.
        mesh_axis: String,
        /// The extents of the parts, in the order of the mesh axis.
        found: Vec<usize>,
        /// The extents that blocks of their sum have.
        expected: Vec<usize>,
    },
    /// A tensor that is partial where only whole values will do.
    Partial {
        /// The operation that was asked for.
        operation: &'static str,
        /// The placement.
        placement: String,
    },
    /// Two tensors that are computed with elementwise are not placed alike.
    Unlike {
        /// Extents and placement of the first.
        first: (Vec<usize>, String),
        /// Extents and placement of the second.
        second: (Vec<usize>, String),
    },
    /// No tensor was given where there must be one, or one where there must be none.
    Root {
        /// The rank that scatters.
        root: usize,
        /// How many ranks there are.
        ranks: usize,
        /// Whether this rank gave a tensor.
        given: bool,
    },
    /// An operand lies otherwise than its subscript says.
    Operand {
        /// The subscripts.
        subscripts: &'static str,
        /// The operand as written.
        operand: &'static str,
        /// The placement that the subscript says.
        expected: String,
        /// The placement that the operand has.
        found: String,
    },
    /// Operands lie on two meshes.
    Meshes {
        /// The subscripts.
        subscripts: &'static str,
        /// An operand of each, as written.
        operands: (&'static str, &'static str),
    },
    /// A label has one extent in one operand and another in the next.
    Extents {
        /// The subscripts.
        subscripts: &'static str,
        /// The label.
        label: &'static str,
        /// The operand in which the label was met first, and its global extent there.
        first: (&'static str, usize),
        /// The operand that disagrees, and its global extent.
        second: (&'static str, usize),
    },
    /// A label has another extent in an operand than the one given for it.
    Given {
        /// The subscripts.
        subscripts: &'static str,
        /// The label.
        label: &'static str,
        /// The extent given.
        given: usize,
        /// The operand, and its global extent.
        operand: (&'static str, usize),
    },
    /// An operand is read at indices that it does not have.
    Outside {
        /// The subscripts.
        subscripts: &'static str,
        /// The operand, as written.
        operand: &'static str,
        /// The form of labels that is the index.
        form: &'static str,
        /// The least and the greatest index that are read.
        range: (i128, i128),
        /// The global extent of the axis.
        extent: usize,
    },
    /// An operand is read at more indices than can be in memory.
    Window {
        /// The subscripts.
        subscripts: &'static str,
        /// The operand, as written.
        operand: &'static str,
        /// The form of labels that is the index.
        form: &'static str,
        /// The least and the greatest index that are read.
        range: (i128, i128),
    },
    /// A label has different extents on different ranks.
    Ranks {
        /// The subscripts.
        subscripts: &'static str,
        /// The label.
        label: &'static str,
        /// The least and the greatest extent of any rank.
        range: (usize, usize),
    },
    /// A part that is not what a move along a mesh axis needs: no function returns it, as [moves](crate::moves) panic with its message.
    Move {
        /// The mistake.
        mistake: String,
    },
    /// Another rank has found a mistake.
    Elsewhere {
        /// The rank of the mesh that has found it.
        rank: usize,
        /// The message of that rank.
        message: String,
    },
    /// The local step could not be computed.
    Einsum(EinsumError),
}

impl From<EinsumError> for Error {
    fn from(error: EinsumError) -> Self {
        Error::Einsum(error)
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Error::Einsum(error) => Some(error),
            _ => None,
        }
    }
}
