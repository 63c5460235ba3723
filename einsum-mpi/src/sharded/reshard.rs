//! From one placement to another.

use std::ops::Range;

use ndarray::{Array, Dimension};

use super::{Sharded, constructors::differ, own_part, sliced_mut};
use crate::{
    blocks,
    error::Error,
    mesh::Mesh,
    moves::agreed as moves,
    placement::{IntoPlacement, Placement},
    ring,
    words::Word,
};

/// A step along a mesh axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    /// Each rank takes its part of an axis.
    Split(usize),
    /// Sums are computed, and each rank keeps its part of an axis.
    ReduceScatter(usize),
    /// Parts of the first axis become parts of the second.
    AllToAll(usize, usize),
    /// Sums are computed, for all ranks.
    AllReduce,
    /// Parts of an axis are put together, for all ranks.
    AllGather(usize),
    /// The first rank keeps its values, others have zeros: terms of the same sum.
    Keep,
    /// Each rank has its part of an axis and zeros around: terms of the same sum.
    Pad(usize),
}

/// How a tensor lies on one mesh axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lies {
    Same,
    Sharded(usize),
    Partial,
}

impl<T: Word, D: Dimension> Sharded<Array<T, D>> {
    /// The tensor with another placement, by as few and as small messages as there are for each mesh axis:
    ///
    /// | from | to | by |
    /// | --- | --- | --- |
    /// | same on all ranks | sharded | nothing |
    /// | sharded | on another axis | all-to-all |
    /// | partial | sharded | reduce-scatter |
    /// | partial | same on all ranks | all-reduce |
    /// | sharded | same on all ranks | all-gather |
    /// | any | partial | nothing: zeros |
    ///
    /// Steps that make parts smaller are done first. Mesh axes that change places are gathered on the way. How many words that sends is what
    /// [`reshard_words`](Sharded::reshard_words) says, before it is done.
    ///
    /// # Errors
    /// On all ranks, if the placement is not one for this tensor, or ranks give different ones.
    ///
    /// ```
    /// use einsum_mpi::{Mesh, Sharded, threads};
    /// use ndarray::array;
    ///
    /// let columns = threads(2, |communicator| {
    ///     let mesh = Mesh::new(&communicator, [("tp", 2)])?;
    ///     let rows = Sharded::from_whole(&mesh, &array![[1, 2], [3, 4]], "tp _")?;
    ///     assert_eq!(rows.reshard_words("_ tp")?, 1);
    ///     Ok::<_, einsum_mpi::Error>(rows.reshard("_ tp")?.into_local())
    /// });
    /// assert_eq!(columns, [Ok(array![[1], [3]]), Ok(array![[2], [4]])]);
    /// ```
    pub fn reshard(&self, placement: impl IntoPlacement) -> Result<Self, Error> {
        let own = self.checked(placement);
        if self.mesh.agree(own.clone())? { Ok(self.moved_to(&own?)) } else { Err(differ()) }
    }

    /// How many words, numbers of this tensor's type, leave this rank in [`reshard`](Sharded::reshard), if collectives run in
    /// rings (see [`Counting`](crate::Counting)). Nothing is sent.
    ///
    /// # Errors
    /// If the placement is not one for this tensor.
    pub fn reshard_words(&self, placement: impl IntoPlacement) -> Result<usize, Error> {
        let to = self.checked(placement)?;
        let mut here = self.placement.clone();
        let mut words = 0;
        for (axis, step) in plan(&self.mesh, &here, &to) {
            words += self.words(&axis, step, &here);
            here = after(&here, &axis, step);
        }
        Ok(words)
    }

    pub(super) fn moved_to(&self, to: &Placement) -> Self {
        let mut moved = self.clone();
        for (axis, step) in plan(&self.mesh, &self.placement, to) {
            moved = moved.step(&axis, step);
        }
        moved
    }

    fn checked(&self, placement: impl IntoPlacement) -> Result<Placement, Error> {
        let placement = placement.into_placement()?;
        self.mesh.check_placement(&placement, self.extents.len())?;
        Ok(placement)
    }

    fn step(self, axis: &str, step: Move) -> Self {
        let Sharded { local, mesh, placement, extents } = self;
        let local = match step {
            Move::Split(to) => moves::split(local.view(), &mesh, axis, to, extents[to]).to_owned(),
            Move::ReduceScatter(to) => moves::reduce_scatter(local.view(), &mesh, axis, to, extents[to]),
            Move::AllToAll(from, to) => {
                moves::all_to_all(local.view(), &mesh, axis, from, to, (extents[from], extents[to]))
            }
            Move::AllReduce => moves::all_reduce(local, &mesh, axis),
            Move::AllGather(from) => moves::all_gather(local.view(), &mesh, axis, from, extents[from]),
            Move::Keep if index(&mesh, axis) == 0 => local,
            Move::Keep => Array::from_elem(local.raw_dim(), T::ZERO),
            Move::Pad(from) => padded(&local, from, extents[from], &own_part(&mesh, &placement, &extents)),
        };
        let placement = after(&placement, axis, step);
        Sharded { local, mesh, placement, extents }
    }

    /// The words that this rank sends in a step, of a tensor that is placed so before.
    fn words(&self, axis: &str, step: Move, placement: &Placement) -> usize {
        let ranks = self.mesh.communicator(axis).expect("placements are checked");
        let (size, rank) = (ranks.size(), ranks.rank());
        let part = own_part(&self.mesh, placement, &self.extents);
        // The words of each index of an axis.
        let others = |axes: &[usize]| -> usize {
            let others = part.iter().enumerate().filter(|(axis, _)| !axes.contains(axis));
            others.map(|(_, range)| range.len()).product()
        };
        let counts = |axis: usize, words: usize| -> Vec<usize> {
            blocks::counts(self.extents[axis], size).into_iter().map(|count| count * words).collect()
        };
        match step {
            Move::ReduceScatter(to) => ring::reduce_scatter(&counts(to, others(&[to])), rank),
            Move::AllToAll(_, to) => ring::all_to_all(&counts(to, others(&[to])), rank),
            Move::AllReduce => ring::all_reduce(others(&[]), size, rank),
            Move::AllGather(from) => ring::all_gather(&counts(from, others(&[from])), rank),
            Move::Split(_) | Move::Keep | Move::Pad(_) => 0,
        }
    }
}

/// The moves, with their mesh axes, that lead from one placement to another.
fn plan(mesh: &Mesh, from: &Placement, to: &Placement) -> Vec<(String, Move)> {
    let mut here = from.clone();
    let mut steps = Vec::new();
    loop {
        let open: Vec<_> =
            mesh.axes().into_iter().map(|(axis, _)| axis).filter(|axis| lies(&here, axis) != lies(to, axis)).collect();
        let possible = open.iter().filter_map(|axis| Some((axis, step(&here, to, axis)?)));
        let next = possible.min_by_key(|(_, step)| order(*step));
        // Each waits for another's axis of the tensor: one is gathered.
        let waits = || open.iter().find_map(|axis| Some((axis, Move::AllGather(here.sharded_on(axis)?))));
        let Some((axis, step)) = next.or_else(waits) else { return steps };
        here = after(&here, axis, step);
        steps.push((axis.clone(), step));
    }
}

/// The order of steps: those that make parts smaller come before those that leave them, and these before those that make them larger.
fn order(step: Move) -> usize {
    match step {
        Move::Split(_) => 0,
        Move::ReduceScatter(_) => 1,
        Move::AllToAll(..) => 2,
        Move::AllReduce => 3,
        Move::AllGather(_) => 4,
        Move::Keep => 5,
        Move::Pad(_) => 6,
    }
}

/// The move along a mesh axis, unless the axis of the tensor that it would shard is sharded on another.
fn step(here: &Placement, to: &Placement, axis: &str) -> Option<Move> {
    let step = match (lies(here, axis), lies(to, axis)) {
        (Lies::Same, Lies::Sharded(to)) => Move::Split(to),
        (Lies::Partial, Lies::Sharded(to)) => Move::ReduceScatter(to),
        (Lies::Sharded(from), Lies::Sharded(to)) => Move::AllToAll(from, to),
        (Lies::Partial, _) => Move::AllReduce,
        (Lies::Sharded(from), Lies::Same) => Move::AllGather(from),
        (Lies::Same, _) => Move::Keep,
        (Lies::Sharded(from), Lies::Partial) => Move::Pad(from),
    };
    let sharded = match step {
        Move::Split(to) | Move::ReduceScatter(to) | Move::AllToAll(_, to) => Some(to),
        _ => None,
    };
    sharded.is_none_or(|to| here.axes()[to].is_none()).then_some(step)
}

fn lies(placement: &Placement, axis: &str) -> Lies {
    match placement.sharded_on(axis) {
        Some(sharded) => Lies::Sharded(sharded),
        None if placement.is_partial_over(axis) => Lies::Partial,
        None => Lies::Same,
    }
}

/// The placement after a move.
fn after(placement: &Placement, axis: &str, step: Move) -> Placement {
    let mut axes = placement.axes().to_vec();
    let mut partial = placement.partial().to_vec();
    axes.iter_mut().filter(|sharded| sharded.as_deref() == Some(axis)).for_each(|sharded| *sharded = None);
    partial.retain(|name| name != axis);
    match step {
        Move::Split(to) | Move::ReduceScatter(to) | Move::AllToAll(_, to) => axes[to] = Some(axis.to_owned()),
        Move::Keep | Move::Pad(_) => partial.push(axis.to_owned()),
        Move::AllReduce | Move::AllGather(_) => {}
    }
    Placement::new(axes, partial).expect("the mesh axis was taken out before it was put in")
}

/// The part with zeros around, along an axis of so many indices of which it has these.
fn padded<T: Word, D: Dimension>(local: &Array<T, D>, axis: usize, extent: usize, own: &[Range<usize>]) -> Array<T, D> {
    let mut shape = local.raw_dim();
    shape[axis] = extent;
    let mut padded = Array::from_elem(shape, T::ZERO);
    let mut part: Vec<Range<usize>> = local.shape().iter().map(|&extent| 0..extent).collect();
    part[axis] = own[axis].clone();
    sliced_mut(padded.view_mut(), &part).assign(local);
    padded
}

fn index(mesh: &Mesh, axis: &str) -> usize {
    mesh.index(axis).expect("placements are checked")
}
