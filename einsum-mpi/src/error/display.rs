//! The words of errors.

use std::fmt;

use super::Error;

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
