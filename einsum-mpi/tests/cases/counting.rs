//! Words that leave a rank, against rings that are walked step by step.

use einsum_mpi::{Counting, Mesh, Sent, Sharded, Single, blocks, moves};

use super::{EXTENTS, numbered, sharded::PLACEMENTS};
use crate::on_meshes;

/// A mesh like this one, which counts.
fn counted(mesh: &Mesh) -> (Counting, Mesh) {
    let counting = Counting::new(mesh.ranks());
    let counted = Mesh::new(&counting, mesh.axes()).unwrap();
    counting.reset();
    (counting, counted)
}

/// What was sent since the last time.
fn take(counting: &Counting) -> Sent {
    let sent = counting.sent();
    counting.reset();
    sent
}

/// What a rank sends if in each of `p - 1` steps it sends a part to the next: `start` is the part that rank 0 sends first.
fn walked(parts: &[usize], rank: usize, start: usize) -> usize {
    let size = parts.len();
    (0..size - 1).map(|step| parts[(size + rank + start - step) % size]).sum()
}

pub(crate) fn words_of_moves_are_those_of_rings() {
    on_meshes(|mesh| {
        let (counting, mesh) = counted(mesh);
        for extents in EXTENTS {
            for (axis, dim) in [("dp", 0), ("tp", 1), ("tp", 2)] {
                let (size, rank) = (mesh.size(axis).unwrap(), mesh.index(axis).unwrap());
                let whole = numbered(extents);
                let parts = |dim: usize, words: usize| -> Vec<usize> {
                    let words = words.checked_div(extents[dim]).unwrap_or(0);
                    blocks::counts(extents[dim], size).into_iter().map(|count| count * words).collect()
                };
                let of_dim = parts(dim, whole.len());

                let part = moves::split(whole.view(), &mesh, axis, dim, extents[dim]);
                let _ = moves::all_gather(part, &mesh, axis, dim, extents[dim]);
                assert_eq!(take(&counting).all_gather, walked(&of_dim, rank, 0));
                let _ = moves::reduce_scatter(whole.view(), &mesh, axis, dim, extents[dim]);
                assert_eq!(take(&counting).reduce_scatter, walked(&of_dim, rank, size - 1));
                let _ = moves::all_reduce(whole.clone(), &mesh, axis);
                let even = blocks::counts(whole.len(), size);
                assert_eq!(take(&counting).all_reduce, walked(&even, rank, size - 1) + walked(&even, rank, 0));

                let to = (dim + 1) % 3;
                let _ = moves::all_to_all(part, &mesh, axis, dim, to, (extents[dim], extents[to]));
                let sent = parts(to, part.len());
                assert_eq!(take(&counting).total(), sent.iter().sum::<usize>() - sent[rank]);
            }
        }
    });
}

pub(crate) fn words_are_told_before() {
    on_meshes(|mesh| {
        let (counting, mesh) = counted(mesh);
        for extents in [[7, 5, 11], [1, 3, 2], [2, 0, 3]] {
            for from in PLACEMENTS {
                for to in PLACEMENTS {
                    let start = Sharded::from_whole(&mesh, &numbered(extents), from).unwrap();
                    counting.reset();
                    let words = start.reshard_words(to).unwrap();
                    assert_eq!(counting.sent().total(), 0);
                    let _ = start.reshard(to).unwrap();
                    assert_eq!(counting.sent().total(), words, "{extents:?} {from} to {to}");
                    assert_eq!(counting.sent().checks > 0, mesh.ranks().size() > 1);
                }
            }
        }
    });
    let counting = Counting::new(&Single);
    let mesh = Mesh::new(&counting, [("dp", 1)]).unwrap();
    let _ = Sharded::from_local(&mesh, numbered([7]), "_ //dp").unwrap().gather();
    assert_eq!(counting.sent().total() + counting.sent().checks, 0);
}
