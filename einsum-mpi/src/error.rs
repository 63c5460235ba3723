//! Errors: mistakes in meshes, placements and extents.

use std::{error, fmt};

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

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::MeshSize { axes, ranks } => write!(
                f,
                "a mesh of {} has {} ranks, but the communicator has {ranks}: sizes of axes must multiply to the number of ranks",
                Axes(axes),
                product(axes)
            ),
            Error::AxisName { name } => write!(
                f,
                "`{name}` cannot be the name of a mesh axis: names are those of variables, a letter or `_` and then letters, digits \
                 and `_`, but not `_` alone"
            ),
            Error::AxisTwice { name } => {
                write!(f, "two axes of a mesh are called `{name}`: each has a name of its own")
            }
            Error::UnknownAxis { name, axes } => write!(f, "the mesh has no axis `{name}`: it has {}", Axes(axes)),
            Error::Placement { placement, mistake } => write!(f, "the placement \"{placement}\" {mistake}"),
            Error::Differ { what, range: None } => write!(f, "ranks have different {what}"),
            Error::Differ { what, range: Some((least, greatest)) } => {
                write!(f, "ranks have different {what}: from {least} to {greatest}")
            }
            Error::Blocks { placement, axis, mesh_axis, found, expected } => write!(
                f,
                "axis {axis} of an array placed as \"{placement}\" has the extents {found:?} along the mesh axis `{mesh_axis}`, but \
                 {} indices are cut into {expected:?}: `einsum_mpi::blocks::block` says which indices are whose",
                found.iter().sum::<usize>()
            ),
            Error::Partial { operation, placement } => {
                let whole = placement.split("//").next().unwrap_or_default().trim();
                write!(
                    f,
                    "`{operation}` needs values, and a tensor placed as \"{placement}\" has terms of sums: write \
                     `reshard(\"{whole}\")` first"
                )
            }
            Error::Unlike { first, second } => write!(
                f,
                "`zip` computes with tensors that lie alike, but one has extents {:?} and is placed as \"{}\", the other has extents \
                 {:?} and is placed as \"{}\"; `reshard` moves one to where the other is",
                first.0, first.1, second.0, second.1
            ),
            Error::Root { root, ranks, .. } if root >= ranks => {
                write!(f, "rank {root} is the root, but there are {ranks} ranks")
            }
            Error::Root { root, given: true, .. } => {
                write!(f, "rank {root} scatters its tensor: all other ranks give `None`")
            }
            Error::Root { root, .. } => write!(f, "rank {root} scatters a tensor, and gave `None`"),
            Error::Operand { subscripts, operand, expected, found } => write!(
                f,
                "in \"{subscripts}\" the operand `{operand}` is placed as \"{expected}\", but it is placed as \"{found}\": write it \
                 so, or `{operand}.reshard(\"{expected}\")?`"
            ),
            Error::Meshes { subscripts, operands: (first, second) } => write!(
                f,
                "the operands `{first}` and `{second}` of \"{subscripts}\" lie on two meshes: clones of one `Mesh` are one mesh, two \
                 calls of `Mesh::new` make two"
            ),
            Error::Extents { subscripts, label, first, second } => {
                write!(
                    f,
                    "label `{label}` of \"{subscripts}\" has extent {} in `{}` and {} in `{}` (of the whole tensors): nothing is broadcast \
                     among shards",
                    first.1, first.0, second.1, second.0
                )?;
                match [first, second].into_iter().find(|(_, extent)| *extent == 1) {
                    Some((operand, _)) => write!(
                        f,
                        "; give the axis of `{operand}` another label, which is on nothing else: the sum over it is its one element"
                    ),
                    None => Ok(()),
                }
            }
            Error::Given { subscripts, label, given, operand } => write!(
                f,
                "label `{label}` of \"{subscripts}\" has extent {} in `{}` (of the whole tensor), and {given} was given",
                operand.1, operand.0
            ),
            Error::Outside { subscripts, operand, form, range: (least, greatest), extent } => write!(
                f,
                "`{operand}` of \"{subscripts}\" is read at `{form}`, from {least} to {greatest}, along an axis of extent {extent} (of \
                 the whole tensor): write `zero({operand})[..]`, `wrap` or `clamp`, or a smaller extent"
            ),
            Error::Window { subscripts, operand, form, range: (least, greatest) } => write!(
                f,
                "`{operand}` of \"{subscripts}\" is read at `{form}`, from {least} to {greatest}: a rank's part of so many elements, with those \
                 between, fits in no memory"
            ),
            Error::Ranks { subscripts, label, range: (least, greatest) } => write!(
                f,
                "label `{label}` of \"{subscripts}\" has extent {least} on one rank and {greatest} on another: all ranks must have the \
                 same tensors"
            ),
            Error::Move { mistake } => f.write_str(mistake),
            Error::Elsewhere { rank, message } => write!(f, "rank {rank} says: {message}"),
            Error::Einsum(error) => error.fmt(f),
        }
    }
}

/// Axes of a mesh as they are written: `dp=2, tp=4`.
struct Axes<'a>(&'a [(String, usize)]);

impl fmt::Display for Axes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("no axes");
        }
        for (number, (name, size)) in self.0.iter().enumerate() {
            write!(f, "{}{name}={size}", if number == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// How many ranks axes have, or that these are more than can be counted.
fn product(axes: &[(String, usize)]) -> String {
    let ranks = axes.iter().try_fold(1_usize, |ranks, (_, size)| ranks.checked_mul(*size));
    ranks.map_or_else(|| "too many".to_owned(), |ranks| ranks.to_string())
}
