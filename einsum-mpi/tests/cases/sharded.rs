//! Whole tensors in parts, and back.

use einsum_mpi::{Mesh, Sharded, blocks::block};
use ndarray::{Array0, Array1, Array3, Axis, Slice, arr0};

use super::{EXTENTS, numbered};
use crate::on_meshes;

pub(crate) const PLACEMENTS: [&str; 13] = [
    "_ _ _",
    "dp _ _",
    "_ dp _",
    "_ _ tp",
    "dp tp _",
    "tp dp _",
    "_ tp dp",
    "dp _ tp",
    "dp _ _ //tp",
    "_ tp _ //dp",
    "_ _ _ //dp",
    "_ _ _ //dp //tp",
    "_ dp _ //tp",
];

/// What a rank has of a tensor, by the definition: blocks of what is sharded, everything on the first rank of what is partial.
fn expected(mesh: &Mesh, whole: &Array3<i64>, placement: &str) -> Array3<i64> {
    let mut part = whole.clone();
    let (axes, partial) = placement.split_once("//").unwrap_or((placement, ""));
    for (axis, name) in axes.split_whitespace().enumerate().filter(|(_, name)| *name != "_") {
        let range = block(whole.shape()[axis], mesh.size(name).unwrap(), mesh.index(name).unwrap());
        part = part.slice_axis(Axis(axis), Slice::from(range)).to_owned();
    }
    let is_first = |name: &&str| mesh.index(name.trim()).unwrap() == 0;
    if partial.split("//").filter(|name| !name.is_empty()).all(|name| is_first(&name)) {
        part
    } else {
        Array3::zeros(part.dim())
    }
}

pub(crate) fn parts_are_blocks_and_together_the_whole() {
    on_meshes(|mesh| {
        for extents in EXTENTS {
            let whole = numbered(extents);
            for placement in PLACEMENTS {
                let sharded = Sharded::from_whole(mesh, &whole, placement).unwrap();
                assert_eq!(sharded.local(), expected(mesh, &whole, placement), "{extents:?} {placement}");
                assert_eq!((sharded.extents(), sharded.placement().to_string()), (&extents[..], placement.to_owned()));
                assert_eq!(sharded.gather(), whole, "{extents:?} {placement}");
                let root = mesh.ranks().size() - 1;
                let gathered = sharded.gather_to(root);
                assert_eq!(gathered, (mesh.ranks().rank() == root).then(|| whole.clone()), "{extents:?} {placement}");
                let local = sharded.into_local();
                let again = Sharded::from_local(mesh, local, placement).unwrap();
                assert_eq!((again.extents(), again.gather()), (&extents[..], whole.clone()));
            }
        }
    });
}

pub(crate) fn any_rank_scatters() {
    on_meshes(|mesh| {
        for (number, extents) in EXTENTS.into_iter().enumerate() {
            let root = number % mesh.ranks().size();
            let whole = numbered(extents);
            let given = (mesh.ranks().rank() == root).then_some(&*whole);
            for placement in PLACEMENTS {
                let sharded = Sharded::scatter(mesh, root, given, placement).unwrap();
                assert_eq!(sharded.local(), expected(mesh, &whole, placement), "{extents:?} {placement}");
            }
            let dynamic = whole.clone().into_dyn();
            let given = (mesh.ranks().rank() == root).then_some(&*dynamic);
            assert_eq!(Sharded::scatter(mesh, root, given, "_ tp dp").unwrap().gather(), dynamic);
        }
    });
}

pub(crate) fn every_placement_leads_to_every_other() {
    on_meshes(|mesh| {
        for extents in [[7, 5, 11], [1, 3, 2], [2, 0, 3]] {
            let whole = numbered(extents);
            for from in PLACEMENTS {
                for to in PLACEMENTS {
                    let start = Sharded::from_whole(mesh, &whole, from).unwrap();
                    let moved = start.reshard(to).unwrap();
                    let context = format!("{extents:?} {from} to {to}");
                    assert_eq!(
                        (moved.placement().to_string(), moved.extents()),
                        (to.to_owned(), &extents[..]),
                        "{context}"
                    );
                    assert_eq!(moved.gather(), whole, "{context}");
                    if !to.contains("//") {
                        assert_eq!(moved.local(), expected(mesh, &whole, to), "{context}");
                    }
                }
            }
        }
    });
}

pub(crate) fn sums_of_terms_are_values() {
    on_meshes(|mesh| {
        let whole = numbered([7, 5, 2]);
        let ranks = i64::try_from(mesh.ranks().size()).unwrap();
        let terms = Sharded::from_local(mesh, whole.clone(), "_ _ _ //dp //tp").unwrap();
        assert_eq!(terms.gather(), &whole * ranks);
        for placement in ["dp _ _", "_ tp dp", "_ dp _ //tp"] {
            assert_eq!(terms.reshard(placement).unwrap().gather(), &whole * ranks);
        }
        let number = Sharded::from_local(mesh, arr0(3), "//dp//tp").unwrap();
        assert_eq!(number.gather(), Array0::from_elem((), 3 * ranks));
        assert_eq!(number.extents(), [0; 0]);
    });
}

pub(crate) fn elementwise_on_parts() {
    on_meshes(|mesh| {
        let whole = numbered([7, 5, 2]);
        let sharded = Sharded::from_whole(mesh, &whole, "dp tp _").unwrap();
        let halves = sharded.map(|&number| number as f64 / 2.0).unwrap();
        assert_eq!(halves.gather(), whole.map(|&number| number as f64 / 2.0));
        let sums = sharded.zip(&halves, |&number, half| number as f64 + half).unwrap();
        assert_eq!(sums.gather(), whole.map(|&number| number as f64 * 1.5));
        let mut doubled = sharded.clone();
        doubled.local_mut().map_inplace(|number| *number *= 2);
        assert_eq!(doubled.gather(), &whole * 2);
        assert_eq!(sharded.gather(), whole);
        let vector = Array1::from_elem(5, mesh.ranks().rank());
        assert_eq!(Sharded::replicate(mesh, vector.clone()).unwrap().gather(), vector);
    });
}
