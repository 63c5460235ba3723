//! Tensors of which each rank of a mesh has a part.

mod constructors;
mod gather;
mod reshard;

use std::{fmt, ops::Range};

use ndarray::{Array, ArrayView, ArrayViewMut, Axis, Dimension, Slice};

use crate::{blocks::block, error::Error, mesh::Mesh, placement::Placement, words::Word};

/// A tensor of which each rank of a mesh has a part: `Sharded<Array<T, D>>`.
///
/// An axis that is sharded on a mesh axis is cut into [blocks](crate::blocks::block), one for each of its ranks; along mesh axes that the
/// [placement](Placement) does not name, all ranks have the same. If it is *partial* over a mesh axis, its value is the sum of what the
/// ranks of that axis have. Extents are those of the whole tensor, and need not be multiples of anything.
///
/// | from | | to | |
/// | --- | --- | --- | --- |
/// | [`from_local`](Sharded::from_local) | each rank gives its part | [`local`](Sharded::local), [`into_local`](Sharded::into_local) | this rank's part |
/// | [`from_whole`](Sharded::from_whole) | each rank has all of it | [`gather`](Sharded::gather) | all of it, on each rank |
/// | [`scatter`](Sharded::scatter) | one rank has it | [`gather_to`](Sharded::gather_to) | all of it, on one rank |
/// | [`replicate`](Sharded::replicate) | each has, and keeps, all | [`reshard`](Sharded::reshard) | another placement |
///
/// ```
/// use einsum_mpi::{Mesh, Sharded, threads};
/// use ndarray::array;
///
/// let whole = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
/// let rows = threads(2, |communicator| {
///     let mesh = Mesh::new(&communicator, [("dp", 2)])?;
///     let x = Sharded::from_whole(&mesh, &whole, "dp _")?;
///     assert_eq!(x.extents(), [3, 2]);
///     assert_eq!(x.gather(), whole);
///     Ok::<_, einsum_mpi::Error>(x.into_local())
/// });
/// assert_eq!(rows, [Ok(array![[1.0, 2.0], [3.0, 4.0]]), Ok(array![[5.0, 6.0]])]);
/// ```
#[derive(Clone)]
pub struct Sharded<A> {
    local: A,
    mesh: Mesh,
    placement: Placement,
    extents: Vec<usize>,
}

impl<A> Sharded<A> {
    /// This rank's part.
    #[must_use]
    pub fn local(&self) -> &A {
        &self.local
    }

    /// This rank's part.
    #[must_use]
    pub fn into_local(self) -> A {
        self.local
    }

    /// The extents of the whole tensor.
    #[must_use]
    pub fn extents(&self) -> &[usize] {
        &self.extents
    }

    /// How the tensor lies on the mesh.
    #[must_use]
    pub fn placement(&self) -> &Placement {
        &self.placement
    }

    /// The mesh that the tensor lies on.
    #[must_use]
    pub fn mesh(&self) -> &Mesh {
        &self.mesh
    }
}

impl<T, D: Dimension> Sharded<Array<T, D>> {
    /// This rank's part, to be written. (Its extents stay what they are. What is not sharded must be written the same way on all ranks.)
    #[must_use]
    pub fn local_mut(&mut self) -> ArrayViewMut<'_, T, D> {
        self.local.view_mut()
    }
}

impl<T: Word, D: Dimension> Sharded<Array<T, D>> {
    /// Applies a function to each element, on the rank that has it. Nothing is sent.
    ///
    /// # Errors
    /// If the tensor is partial: a function of terms is not that of their sum.
    pub fn map<U: Word>(&self, function: impl FnMut(&T) -> U) -> Result<Sharded<Array<U, D>>, Error> {
        self.whole_values("map")?;
        Ok(self.with_local(self.local.map(function)))
    }

    /// Applies a function to each element of two tensors that lie alike, on the rank that has them. Nothing is sent.
    ///
    /// # Errors
    /// If one is partial, or they lie on two meshes, with two placements, or have different extents.
    pub fn zip<U: Word, V: Word>(
        &self,
        other: &Sharded<Array<U, D>>,
        function: impl FnMut(&T, &U) -> V,
    ) -> Result<Sharded<Array<V, D>>, Error> {
        self.whole_values("zip")?;
        other.whole_values("zip")?;
        if !self.mesh.is(&other.mesh) {
            return Err(Error::Meshes { subscripts: "zip", operands: ("self", "other") });
        }
        if (&self.extents, &self.placement) != (&other.extents, &other.placement) {
            let described = |extents: &[usize], placement: &Placement| (extents.to_vec(), placement.to_string());
            let (first, second) =
                (described(&self.extents, &self.placement), described(&other.extents, &other.placement));
            return Err(Error::Unlike { first, second });
        }
        let local = ndarray::Zip::from(&self.local).and(&other.local).map_collect(function);
        Ok(self.with_local(local))
    }

    /// Puts together what a program has computed: a part for each rank, of the extents that follow from the others.
    #[track_caller]
    pub(crate) fn assembled(local: Array<T, D>, mesh: Mesh, placement: Placement, extents: Vec<usize>) -> Self {
        let expected: Vec<usize> = own_part(&mesh, &placement, &extents).iter().map(Range::len).collect();
        let found = local.shape();
        assert!(
            found == expected,
            "a part of {found:?} is not that of a tensor of {extents:?} placed as \"{placement}\", which has {expected:?} here"
        );
        Sharded { local, mesh, placement, extents }
    }

    fn with_local<U>(&self, local: Array<U, D>) -> Sharded<Array<U, D>> {
        let (mesh, placement, extents) = (self.mesh.clone(), self.placement.clone(), self.extents.clone());
        Sharded { local, mesh, placement, extents }
    }

    fn whole_values(&self, operation: &'static str) -> Result<(), Error> {
        match self.placement.partial() {
            [] => Ok(()),
            _ => Err(Error::Partial { operation, placement: self.placement.to_string() }),
        }
    }
}

/// The indices along each axis that a rank has, by its indices on the axes of the mesh.
fn part_of(mesh: &Mesh, indices: &[usize], placement: &Placement, extents: &[usize]) -> Vec<Range<usize>> {
    let axes = mesh.axes();
    let part = |(axis, &extent): (&Option<String>, &usize)| {
        let sharded = axis.as_ref().and_then(|axis| axes.iter().position(|(name, _)| name == axis));
        sharded.map_or(0..extent, |at| block(extent, axes[at].1, indices[at]))
    };
    placement.axes().iter().zip(extents).map(part).collect()
}

fn own_part(mesh: &Mesh, placement: &Placement, extents: &[usize]) -> Vec<Range<usize>> {
    part_of(mesh, &mesh.indices(mesh.ranks().rank()), placement, extents)
}

/// Whether a rank, by its indices on the axes of the mesh, is the first of those that differ on mesh axes which these names are, or are
/// not.
fn is_first(mesh: &Mesh, indices: &[usize], is_meant: impl Fn(&str) -> bool) -> bool {
    mesh.axes().iter().zip(indices).all(|((name, _), &index)| index == 0 || !is_meant(name))
}

/// These indices of a tensor.
fn sliced<'w, T, D: Dimension>(whole: ArrayView<'w, T, D>, part: &[Range<usize>]) -> ArrayView<'w, T, D> {
    let mut sliced = whole;
    for (axis, range) in part.iter().enumerate() {
        sliced.slice_axis_inplace(Axis(axis), Slice::from(range.clone()));
    }
    sliced
}

/// These indices of a tensor, to be written.
fn sliced_mut<'w, T, D: Dimension>(whole: ArrayViewMut<'w, T, D>, part: &[Range<usize>]) -> ArrayViewMut<'w, T, D> {
    let mut sliced = whole;
    for (axis, range) in part.iter().enumerate() {
        sliced.slice_axis_inplace(Axis(axis), Slice::from(range.clone()));
    }
    sliced
}

/// Extents as a dimension.
fn shape_of<D: Dimension>(extents: impl ExactSizeIterator<Item = usize>) -> D {
    let mut shape = D::zeros(extents.len());
    shape.slice_mut().iter_mut().zip(extents).for_each(|(extent, given)| *extent = given);
    shape
}

impl<A: fmt::Debug> fmt::Debug for Sharded<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sharded")
            .field("extents", &self.extents)
            .field("placement", &self.placement.to_string())
            .field("mesh", &self.mesh)
            .field("local", &self.local)
            .finish()
    }
}
