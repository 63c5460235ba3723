//! Moves of the local parts among ranks of a mesh axis: the steps that a sharded einsum is made of.
//!
//! All ranks of the mesh axis call a move, with the same numbers; `extent` is that of the whole axis, of which each rank has its
//! [`block`]. Parts may have any strides and may be empty. Before numbers are sent they are packed, if they do not
//! lie in order already; what is received is not copied again: results have the received order of elements, under permuted strides.
//!
//! All panic if the mesh does not have the mesh axis, if the tensor does not have the axis, if a part is not the block of its rank, and if
//! ranks of the mesh axis call different moves of it, or with different extents or elements. Those that send find that out first, by one small
//! reduction over the mesh axis, and panic on all its ranks; [`Mesh::check`] turns that off. Ranks that call moves along different mesh axes are
//! not found out: they wait for each other.

#[doc(hidden)]
pub mod agreed;

use ndarray::{Array, ArrayBase, ArrayView, Data, Dimension, RawData};

use crate::{
    agree::{agree, ranges},
    blocks::block,
    error::Error,
    mesh::Mesh,
    words::Word,
};

/// The whole tensor on all ranks, from parts of its axis `dim` on each.
///
/// Each rank sends `n (p - 1) / p` numbers, of a tensor of `n`.
///
/// ```
/// use einsum_mpi::{Mesh, moves, threads};
/// use ndarray::{array, s};
///
/// let whole = array![[1, 2, 3], [4, 5, 6]];
/// let all = threads(2, |communicator| {
///     let mesh = Mesh::new(&communicator, [("tp", 2)])?;
///     let part = moves::split(whole.view(), &mesh, "tp", 1, 3);
///     Ok::<_, einsum_mpi::Error>(moves::all_gather(part, &mesh, "tp", 1, 3))
/// });
/// assert_eq!(all, [Ok(whole.clone()), Ok(whole)]);
/// ```
///
/// # Panics
/// If mesh, axes or extents are not as all [moves](self) need them.
#[must_use]
#[track_caller]
pub fn all_gather<T: Word, D: Dimension>(
    part: ArrayView<'_, T, D>,
    mesh: &Mesh,
    axis: &str,
    dim: usize,
    extent: usize,
) -> Array<T, D> {
    Told::of::<T>("all_gather", part.shape()).part(mesh, axis, dim, extent).agree(mesh, axis);
    agreed::all_gather(part, mesh, axis, dim, extent)
}

/// This rank's part of axis `dim` of a tensor that all ranks have: of a view a view, and of an array that array, which keeps its memory.
/// Nothing is sent, and nothing copied.
///
/// # Panics
/// If mesh, axes or extents are not as all [moves](self) need them.
#[must_use]
#[track_caller]
pub fn split<S: RawData, D: Dimension>(
    whole: ArrayBase<S, D>,
    mesh: &Mesh,
    axis: &str,
    dim: usize,
    extent: usize,
) -> ArrayBase<S, D> {
    agreed::split(whole, mesh, axis, dim, extent)
}

/// Parts of axis `to`, of a tensor of which each rank has a part of axis `from`. `extents` are those of both whole axes.
///
/// Each rank sends what it has, but for what stays its own: `n (p - 1) / p²` numbers, of a tensor of `n`.
///
/// # Panics
/// If mesh, axes or extents are not as all [moves](self) need them.
#[must_use]
#[track_caller]
pub fn all_to_all<T: Word, D: Dimension>(
    part: ArrayView<'_, T, D>,
    mesh: &Mesh,
    axis: &str,
    from: usize,
    to: usize,
    extents: (usize, usize),
) -> Array<T, D> {
    let told = Told::of::<T>("all_to_all", part.shape()).part(mesh, axis, from, extents.0).whole(to, extents.1);
    told.agree(mesh, axis);
    agreed::all_to_all(part, mesh, axis, from, to, extents)
}

/// The sum of the tensors of all ranks, on all of them, in standard layout.
///
/// Each rank sends `2 n (p - 1) / p` numbers, of a tensor of `n`. An array in standard layout is summed in place.
///
/// # Panics
/// If mesh, axes or extents are not as all [moves](self) need them.
#[must_use]
#[track_caller]
pub fn all_reduce<T: Word, S: Data<Elem = T>, D: Dimension>(
    terms: ArrayBase<S, D>,
    mesh: &Mesh,
    axis: &str,
) -> Array<T, D> {
    Told::of::<T>("all_reduce", terms.shape()).agree(mesh, axis);
    agreed::all_reduce(terms, mesh, axis)
}

/// The sum of the numbers of all ranks, on all of them.
///
/// # Panics
/// If mesh, axes or extents are not as all [moves](self) need them.
#[must_use]
#[track_caller]
pub fn all_reduce_number<T: Word>(term: T, mesh: &Mesh, axis: &str) -> T {
    Told::of::<T>("all_reduce_number", &[]).agree(mesh, axis);
    agreed::all_reduce_number(term, mesh, axis)
}

/// This rank's part, along axis `dim`, of the sum of the tensors of all ranks.
///
/// Each rank sends `n (p - 1) / p` numbers, of a tensor of `n`: half of what an all-reduce sends.
///
/// # Panics
/// If mesh, axes or extents are not as all [moves](self) need them.
#[must_use]
#[track_caller]
pub fn reduce_scatter<T: Word, D: Dimension>(
    terms: ArrayView<'_, T, D>,
    mesh: &Mesh,
    axis: &str,
    dim: usize,
    extent: usize,
) -> Array<T, D> {
    Told::of::<T>("reduce_scatter", terms.shape()).whole(dim, extent).agree(mesh, axis);
    agreed::reduce_scatter(terms, mesh, axis, dim, extent)
}

/// An error along a mesh axis, whose rank is an index on it, with the rank of the mesh.
fn of_mesh(error: Error, mesh: &Mesh, axis: &str) -> Error {
    match error {
        Error::Elsewhere { rank: index, message } => {
            mesh.rank_on(axis, index).map_or_else(|error| error, |rank| Error::Elsewhere { rank, message })
        }
        error => error,
    }
}

/// A move as this rank is told it.
struct Told {
    name: &'static str,
    element: &'static str,
    /// The axes that it is along.
    dims: Vec<usize>,
    /// The extents, of the whole tensor.
    shape: Vec<usize>,
    /// The first mistake that needs no other rank to be seen.
    mistake: Option<String>,
}

impl Told {
    fn of<T: Word>(name: &'static str, shape: &[usize]) -> Told {
        Told { name, element: T::words(&[]).element(), dims: Vec::new(), shape: shape.to_vec(), mistake: None }
    }

    /// Along an axis of which this rank has its block.
    #[track_caller]
    fn part(self, mesh: &Mesh, axis: &str, dim: usize, extent: usize) -> Told {
        let ranks = agreed::ranks_of(mesh, axis);
        self.along(dim, extent, block(extent, ranks.size(), ranks.rank()).len())
    }

    /// Along an axis of which this rank has all.
    fn whole(self, dim: usize, extent: usize) -> Told {
        self.along(dim, extent, extent)
    }

    fn along(mut self, dim: usize, extent: usize, own: usize) -> Told {
        let mistake = match self.shape.get_mut(dim) {
            _ if self.dims.contains(&dim) => Some(agreed::stays(self.name, dim)),
            None => Some(agreed::no_axis(self.name, dim, self.shape.len())),
            Some(found) if *found != own => Some(agreed::other_extent(self.name, dim, *found, own)),
            Some(found) => {
                *found = extent;
                None
            }
        };
        self.dims.push(dim);
        self.mistake = self.mistake.or(mistake);
        self
    }

    /// Panics on all ranks of the mesh axis, unless all are told the same.
    #[track_caller]
    fn agree(self, mesh: &Mesh, axis: &str) {
        if mesh.checks()
            && let Err(error) = self.check(mesh, axis)
        {
            panic!("{}", of_mesh(error, mesh, axis))
        }
    }

    #[track_caller]
    fn check(self, mesh: &Mesh, axis: &str) -> Result<(), Error> {
        let ranks = agreed::ranks_of(mesh, axis);
        let Told { name, element, dims, shape, mistake } = self;
        let own = mistake.map_or(Ok((name, element, &dims, &shape)), |mistake| Err(Error::Move { mistake }));
        if agree(ranks, own)? {
            return Ok(());
        }
        if !agree(ranks, Ok((name, element, &dims, shape.len())))? {
            return Err(Error::Differ { what: format!("moves to make next along `{axis}`"), range: None });
        }
        let mut ranges = ranges(ranks, &shape).into_iter().enumerate();
        let different = ranges.find(|(_, (least, greatest))| least != greatest);
        let (dim, range) =
            different.unwrap_or_else(|| unreachable!("extents of which a sum is different are different"));
        Err(Error::Differ { what: format!("extents of axis {dim} in `{name}`"), range: Some(range) })
    }
}
