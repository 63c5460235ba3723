//! Ranks in rows and columns, with names.

use std::{cell::Cell, fmt, hash::Hash, rc::Rc};

use crate::{
    agree::agree,
    collective::Collective,
    error::Error,
    placement::{Placement, is_name},
};

/// The ranks of a communicator as a grid, whose axes have names: what tensors are sharded on.
///
/// The last axis varies fastest with the rank: on `[("dp", 2), ("tp", 3)]` rank 4 has index 1 on `dp` and 1 on `tp`. A clone is the
/// same mesh, at the cost of a counter.
///
/// ```
/// use einsum_mpi::{Mesh, threads};
///
/// let indices = threads(6, |communicator| {
///     let mesh = Mesh::new(&communicator, [("dp", 2), ("tp", 3)])?;
///     Ok::<_, einsum_mpi::Error>((mesh.index("dp")?, mesh.index("tp")?))
/// });
/// assert_eq!(indices[4], Ok((1, 1)));
/// ```
#[derive(Clone)]
pub struct Mesh {
    grid: Rc<Grid>,
}

struct Grid {
    axes: Vec<Axis>,
    ranks: Box<dyn Collective>,
    checks: Cell<bool>,
}

struct Axis {
    name: String,
    /// The ranks that differ from this one on this axis alone.
    ranks: Box<dyn Collective>,
}

impl Mesh {
    /// The mesh of all ranks of a communicator, with these axes and how many ranks each has. All ranks call it; it communicates by
    /// duplicates of the communicator, which it splits along each axis.
    ///
    /// # Errors
    /// On all ranks: if the sizes do not multiply to the number of ranks, if a name is no identifier or is there twice, and if ranks
    /// give different axes.
    pub fn new<C: Collective + ?Sized, N: Into<String>>(
        communicator: &C,
        axes: impl IntoIterator<Item = (N, usize)>,
    ) -> Result<Mesh, Error> {
        let axes: Vec<(String, usize)> = axes.into_iter().map(|(name, size)| (name.into(), size)).collect();
        let ranks = communicator.split(0);
        if !agree(&*ranks, check(&axes, ranks.size()).map(|()| &axes))? {
            return Err(Error::Differ { what: "axes for their mesh".to_owned(), range: None });
        }
        let (mut split, mut inner) = (Vec::new(), ranks.size());
        for (name, size) in axes {
            let rank = ranks.rank();
            let outer = inner;
            inner /= size;
            // (The ranks of an axis have all but its own index in common.)
            split.push(Axis { name, ranks: ranks.split(rank / outer * inner + rank % inner) });
        }
        Ok(Mesh { grid: Rc::new(Grid { axes: split, ranks, checks: Cell::new(true) }) })
    }

    /// Turns on or off, for all clones of the mesh, the checks by which all ranks agree on extents and placements before they compute
    /// or send. A check is a reduction of a few numbers over the mesh, or over the mesh axis of a [move](crate::moves). Without it, ranks that were told different things wait for each
    /// other forever, or compute with what was not meant for them. All ranks must say the same. Checks are on at first.
    pub fn check(&self, on: bool) {
        self.grid.checks.set(on);
    }

    /// Whether ranks check that they agree.
    #[must_use]
    pub fn checks(&self) -> bool {
        self.grid.checks.get()
    }

    /// How many ranks the axis has.
    ///
    /// # Errors
    /// If the mesh does not have the axis.
    pub fn size(&self, axis: &str) -> Result<usize, Error> {
        Ok(self.communicator(axis)?.size())
    }

    /// The index of this rank on the axis, from 0.
    ///
    /// # Errors
    /// If the mesh does not have the axis.
    pub fn index(&self, axis: &str) -> Result<usize, Error> {
        Ok(self.communicator(axis)?.rank())
    }

    /// The ranks that have the same index as this one on all other axes, in the order of this axis.
    ///
    /// # Errors
    /// If the mesh does not have the axis.
    pub fn communicator(&self, axis: &str) -> Result<&dyn Collective, Error> {
        let found = self.grid.axes.iter().find(|found| found.name == axis);
        found.map(|found| &*found.ranks).ok_or_else(|| Error::UnknownAxis { name: axis.to_owned(), axes: self.axes() })
    }

    /// All ranks of the mesh.
    #[must_use]
    pub fn ranks(&self) -> &dyn Collective {
        &*self.grid.ranks
    }

    /// The names of the axes, and how many ranks each has.
    #[must_use]
    pub fn axes(&self) -> Vec<(String, usize)> {
        self.grid.axes.iter().map(|axis| (axis.name.clone(), axis.ranks.size())).collect()
    }

    /// Whether the other is a clone of this mesh.
    #[must_use]
    pub fn is(&self, other: &Mesh) -> bool {
        Rc::ptr_eq(&self.grid, &other.grid)
    }

    /// The index on each axis of a rank of the mesh.
    pub(crate) fn indices(&self, rank: usize) -> Vec<usize> {
        let mut rest = rank;
        let mut indices: Vec<usize> = self
            .grid
            .axes
            .iter()
            .rev()
            .map(|axis| {
                let index = rest % axis.ranks.size();
                rest /= axis.ranks.size();
                index
            })
            .collect();
        indices.reverse();
        indices
    }

    /// The rank of the mesh that has this index on an axis, and on all others that of this rank.
    pub(crate) fn rank_on(&self, axis: &str, index: usize) -> Result<usize, Error> {
        let own = self.index(axis)?;
        let inner = self.grid.axes.iter().rev().take_while(|other| other.name != axis).map(|other| other.ranks.size());
        let distance = inner.product::<usize>();
        Ok(self.ranks().rank() - own * distance + index * distance)
    }

    /// Checks, if checks are on, that all ranks have the same `own`; an error on one rank is an error on all.
    pub(crate) fn agree(&self, own: Result<impl Hash, Error>) -> Result<bool, Error> {
        if self.checks() { agree(self.ranks(), own) } else { own.map(|_| true) }
    }

    /// Checks that the mesh has all axes that a placement names, and the placement a word for each of so many axes.
    pub(crate) fn check_placement(&self, placement: &Placement, axes: usize) -> Result<(), Error> {
        let words = placement.axes().len();
        if words != axes {
            return Err(placement.wrong(format!(
                "has {words} words, and the array has {axes} axes: write one for each, `_` where it is not sharded"
            )));
        }
        placement.names().try_for_each(|name| self.communicator(name).map(drop))
    }
}

fn check(axes: &[(String, usize)], ranks: usize) -> Result<(), Error> {
    for (at, (name, _)) in axes.iter().enumerate() {
        if !is_name(name) {
            return Err(Error::AxisName { name: name.clone() });
        }
        if axes[..at].iter().any(|(earlier, _)| earlier == name) {
            return Err(Error::AxisTwice { name: name.clone() });
        }
    }
    let product = axes.iter().try_fold(1_usize, |product, (_, size)| product.checked_mul(*size));
    if product == Some(ranks) { Ok(()) } else { Err(Error::MeshSize { axes: axes.to_vec(), ranks }) }
}

impl fmt::Debug for Mesh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mesh").field("axes", &self.axes()).field("rank", &self.ranks().rank()).finish()
    }
}
