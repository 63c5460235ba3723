//! How sharded tensors come to be.

use ndarray::{Array, ArrayRef, Dimension};

use super::{Sharded, is_first, own_part, part_of, shape_of, sliced};
use crate::{
    agree::ranges,
    blocks,
    error::Error,
    mesh::Mesh,
    moves::agreed::slice_mut,
    placement::{IntoPlacement, Placement},
    words::Word,
};

impl<T: Word, D: Dimension> Sharded<Array<T, D>> {
    /// The tensor of which each rank gives its part. Extents of the whole are found by one reduction of a few numbers over the mesh, which
    /// also finds parts that are not [blocks](crate::blocks::block).
    ///
    /// # Errors
    /// On all ranks: if the placement is not one for this array or this mesh, if ranks give different placements, if parts are not blocks of
    /// one tensor, or if ranks that should have the same part have parts of different extents.
    ///
    /// ```
    /// use einsum_mpi::{Mesh, Sharded, Single};
    /// use ndarray::Array2;
    ///
    /// let mesh = Mesh::new(&Single, [("dp", 1)])?;
    /// let x = Sharded::from_local(&mesh, Array2::<f32>::zeros((7, 5)), "dp _")?;
    /// assert_eq!(x.extents(), [7, 5]);
    /// # Ok::<(), einsum_mpi::Error>(())
    /// ```
    pub fn from_local(mesh: &Mesh, local: Array<T, D>, placement: impl IntoPlacement) -> Result<Self, Error> {
        let placement = agreed(mesh, placement, |placement| mesh.check_placement(placement, local.ndim()))?;
        let extents = whole_extents(mesh, &placement, local.shape())?;
        Ok(Sharded { local, mesh: mesh.clone(), placement, extents })
    }

    /// The tensor that each rank has all of, and now takes its part of. Nothing is sent but a check of extents. A tensor that is to be partial
    /// is kept by the first rank of each mesh axis; the others have zeros.
    ///
    /// # Errors
    /// On all ranks: if the placement is not one for this array or this mesh, or if ranks give different placements, or arrays of different
    /// extents.
    pub fn from_whole(mesh: &Mesh, whole: &ArrayRef<T, D>, placement: impl IntoPlacement) -> Result<Self, Error> {
        let placement = agreed(mesh, placement, |placement| mesh.check_placement(placement, whole.ndim()))?;
        if !mesh.agree(Ok(whole.shape()))? {
            let axes = whole.ndim();
            return Err(different(mesh, "numbers of axes", &[axes])
                .or_else(|| different(mesh, "extents of a tensor that all should have", whole.shape()))
                .unwrap_or_else(|| unreachable!("extents of which a sum is different are different")));
        }
        let extents = whole.shape().to_vec();
        let part = sliced(whole.view(), &own_part(mesh, &placement, &extents));
        let is_term = is_first(mesh, &mesh.indices(mesh.ranks().rank()), |axis| placement.is_partial_over(axis));
        let local = if is_term { part.to_owned() } else { Array::from_elem(part.raw_dim(), T::ZERO) };
        Ok(Sharded { local, mesh: mesh.clone(), placement, extents })
    }

    /// The tensor that each rank has all of, and keeps. That all have the same extents is checked; that they have the same numbers is not.
    ///
    /// # Errors
    /// On all ranks, if arrays have different extents.
    pub fn replicate(mesh: &Mesh, whole: Array<T, D>) -> Result<Self, Error> {
        let placement = Placement::replicated(whole.ndim());
        Sharded::from_local(mesh, whole, placement)
    }

    /// The tensor that one rank of the mesh, `root`, has, of which it sends each rank its part. All others give `None`.
    ///
    /// # Errors
    /// On all ranks: if the placement is not one for this array or this mesh, if ranks give different roots or placements, or if another than
    /// the root gives a tensor, or the root none.
    pub fn scatter(
        mesh: &Mesh,
        root: usize,
        whole: Option<&ArrayRef<T, D>>,
        placement: impl IntoPlacement,
    ) -> Result<Self, Error> {
        let (rank, ranks) = (mesh.ranks().rank(), mesh.ranks().size());
        let placement = agreed(mesh, placement, |placement| {
            if root >= ranks || (rank == root) != whole.is_some() {
                return Err(Error::Root { root, ranks, given: whole.is_some() });
            }
            let axes = whole.map(|whole| whole.ndim()).or(D::NDIM);
            mesh.check_placement(placement, axes.unwrap_or(placement.axes().len()))
        })?;
        if !mesh.agree(Ok(root))? {
            return Err(different(mesh, "roots", &[root]).unwrap_or_else(|| unreachable!("roots are different")));
        }
        let mut extents = vec![0; placement.axes().len()];
        if let Some(whole) = whole {
            whole.shape().iter().zip(&mut extents).for_each(|(&extent, known)| *known = extent as u64);
        }
        mesh.ranks().largest(&mut extents);
        let extents: Vec<usize> =
            extents.into_iter().map(|extent| usize::try_from(extent).unwrap_or(usize::MAX)).collect();

        let (mut send, mut counts) = (Vec::new(), Vec::new());
        for to in 0..ranks {
            let indices = mesh.indices(to);
            let before = send.len();
            if let Some(whole) = whole.filter(|_| is_first(mesh, &indices, |axis| placement.is_partial_over(axis))) {
                send.extend(sliced(whole.view(), &part_of(mesh, &indices, &placement, &extents)).iter().copied());
            }
            counts.push(send.len() - before);
        }
        let shape: D = shape_of(own_part(mesh, &placement, &extents).into_iter().map(|range| range.len()));
        let mut local = Array::from_elem(shape, T::ZERO);
        let mut receive = vec![0; ranks];
        let is_term = is_first(mesh, &mesh.indices(rank), |axis| placement.is_partial_over(axis));
        let own = slice_mut(&mut local);
        let own = if is_term { own } else { &mut [] };
        receive[root] = own.len();
        mesh.ranks().all_to_all(T::words(&send), &counts, T::words_mut(own), &receive);
        Ok(Sharded { local, mesh: mesh.clone(), placement, extents })
    }
}

/// The placement that all ranks give, checked on each.
fn agreed(
    mesh: &Mesh,
    placement: impl IntoPlacement,
    check: impl FnOnce(&Placement) -> Result<(), Error>,
) -> Result<Placement, Error> {
    let own = placement.into_placement().and_then(|placement| check(&placement).map(|()| placement));
    if mesh.agree(own.clone())? { own } else { Err(differ()) }
}

pub(super) fn differ() -> Error {
    Error::Differ { what: "placements for one tensor".to_owned(), range: None }
}

/// The first number that is not the same on all ranks.
fn different(mesh: &Mesh, what: &str, own: &[usize]) -> Option<Error> {
    let found = ranges(mesh.ranks(), own).into_iter().find(|(least, greatest)| least != greatest);
    found.map(|range| Error::Differ { what: what.to_owned(), range: Some(range) })
}

/// The extents of the whole tensor, of which ranks have these.
///
/// Each extent has a number for each rank of the mesh axis that it is sharded on, or one: the extents of all parts, which other ranks leave
/// to those that have them. Reduced are their greatest and their least.
fn whole_extents(mesh: &Mesh, placement: &Placement, local: &[usize]) -> Result<Vec<usize>, Error> {
    let (mut greatest, mut least, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for (axis, &extent) in placement.axes().iter().zip(local) {
        let (size, index) = match axis {
            Some(axis) => (mesh.size(axis)?, mesh.index(axis)?),
            None => (1, 0),
        };
        let start = greatest.len();
        greatest.resize(start + size, 0);
        least.resize(start + size, 0);
        greatest[start + index] = extent as u64;
        least[start + index] = !(extent as u64);
        places.push(start..start + size);
    }
    let mut numbers = [greatest, least].concat();
    mesh.ranks().largest(&mut numbers);
    let (greatest, least) = numbers.split_at(numbers.len() / 2);
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);

    let mut extents = Vec::new();
    for (number_of_axis, (axis, place)) in placement.axes().iter().zip(places).enumerate() {
        if let Some(at) = place.clone().find(|&at| greatest[at] != !least[at]) {
            let what = format!("extents for axis {number_of_axis} of one part of a tensor placed as \"{placement}\"");
            return Err(Error::Differ { what, range: Some((number(!least[at]), number(greatest[at]))) });
        }
        let found: Vec<usize> = greatest[place].iter().map(|&extent| number(extent)).collect();
        let extent = found.iter().fold(0_usize, |sum, &extent| sum.saturating_add(extent));
        let expected = blocks::counts(extent, found.len());
        if let (Some(axis), true) = (axis, found != expected) {
            let (placement, mesh_axis) = (placement.to_string(), axis.clone());
            return Err(Error::Blocks { placement, axis: number_of_axis, mesh_axis, found, expected });
        }
        extents.push(extent);
    }
    Ok(extents)
}
