//! Mistakes are errors, which say what to write, and on all ranks.

use std::panic::{AssertUnwindSafe, catch_unwind};

use einsum_mpi::{Error, Mesh, Sharded, Single, moves, site::Site, threads};
use ndarray::{Array1, Array2, ArrayD, array};

use crate::on_square;

fn text<T>(result: Result<T, Error>) -> String {
    result.err().expect("an error").to_string()
}

#[test]
fn meshes() {
    let mesh = |axes: &[(&str, usize)]| text(Mesh::new(&Single, axes.iter().copied()));
    assert_eq!(
        mesh(&[("dp", 2), ("tp", 3)]),
        "a mesh of dp=2, tp=3 has 6 ranks, but the communicator has 1: sizes of axes must multiply to the number of ranks"
    );
    assert!(mesh(&[("a b", 1)]).starts_with("`a b` cannot be the name of a mesh axis"));
    assert!(mesh(&[("_", 1)]).starts_with("`_` cannot"));
    assert_eq!(mesh(&[("dp", 1), ("dp", 1)]), "two axes of a mesh are called `dp`: each has a name of its own");
    assert!(mesh(&[("dp", usize::MAX), ("tp", 3)]).contains("has too many ranks"));
    let all = threads(2, |ranks| text(Mesh::new(&ranks, [(["dp", "tp"][einsum_mpi::Collective::rank(&ranks)], 2)])));
    assert_eq!(all, ["ranks have different axes for their mesh"; 2]);
}

#[test]
fn placements() {
    let all = on_square(|mesh| {
        let placed = |placement: &str| text(Sharded::from_whole(mesh, &array![[1, 2]], placement));
        assert_eq!(
            placed("dp"),
            "the placement \"dp\" has 1 words, and the array has 2 axes: write one for each, `_` where it is not sharded"
        );
        assert_eq!(placed("dp pp"), "the mesh has no axis `pp`: it has dp=2, tp=2");
        assert!(placed("dp dp").contains("names `dp` twice"));
        assert!(placed("dp _ //dp").contains("names `dp` twice"));
        assert!(placed("dp,_").contains("has the word `dp,_`: write the name of a mesh axis for each axis"));
        assert!(placed("_ _ //").contains("after `//`"));
        assert!(placed("_ _ //dp tp").contains("has `dp tp` after `//`"));
        assert_eq!(text(mesh.size("x")), "the mesh has no axis `x`: it has dp=2, tp=2");
        Ok(())
    });
    assert!(all.iter().all(Result::is_ok));
}

/// One rank errs, and none waits.
#[test]
fn on_all_ranks() {
    let all = on_square(|mesh| {
        let placement = if mesh.ranks().rank() == 2 { "pp _" } else { "dp _" };
        Sharded::from_whole(mesh, &array![[1, 2]], placement).map(drop)
    });
    let all: Vec<String> = all.into_iter().map(text).collect();
    assert_eq!(all[2], "the mesh has no axis `pp`: it has dp=2, tp=2");
    assert_eq!(all[0], format!("rank 2 says: {}", all[2]));
    assert_eq!((&all[1], &all[3]), (&all[0], &all[0]));

    let all = on_square(|mesh| {
        let placement = if mesh.ranks().rank() == 2 { "_ dp" } else { "dp _" };
        Sharded::from_whole(mesh, &array![[1, 2]], placement).map(drop)
    });
    assert!(all.into_iter().all(|error| text(error) == "ranks have different placements for one tensor"));

    let all =
        on_square(|mesh| Sharded::from_whole(mesh, &Array1::<u8>::zeros(5 + mesh.ranks().rank() / 3), "dp").map(drop));
    assert!(
        all.into_iter()
            .all(|error| text(error) == "ranks have different extents of a tensor that all should have: from 5 to 6")
    );
}

#[test]
fn local_parts() {
    // (Seven rows, of which the second half is one too long.)
    let all =
        on_square(|mesh| Sharded::from_local(mesh, Array2::<u8>::zeros((3 + mesh.index("dp")?, 2)), "dp _").map(drop));
    let expected = "axis 0 of an array placed as \"dp _\" has the extents [3, 4] along the mesh axis `dp`, but 7 indices are cut into \
                    [4, 3]: `einsum_mpi::blocks::block` says which indices are whose";
    assert!(all.into_iter().all(|error| text(error) == expected));

    let all =
        on_square(|mesh| Sharded::from_local(mesh, Array2::<u8>::zeros((3, 2 + mesh.index("tp")?)), "dp _").map(drop));
    let expected = "ranks have different extents for axis 1 of one part of a tensor placed as \"dp _\": from 2 to 3";
    assert!(all.into_iter().all(|error| text(error) == expected));
}

#[test]
fn roots() {
    let all = on_square(|mesh| {
        let whole = array![1, 2, 3];
        Sharded::scatter(mesh, 1, (mesh.ranks().rank() != 0).then_some(&*whole), "dp").map(drop)
    });
    let all: Vec<String> = all.into_iter().map(text).collect();
    assert_eq!(all[3], "rank 1 scatters its tensor: all other ranks give `None`");
    assert_eq!(all[0], format!("rank 2 says: {}", all[3]));
    let all = on_square(|mesh| Sharded::<Array1<f32>>::scatter(mesh, 1, None, "dp").map(drop));
    assert_eq!(text(all[1].clone()), "rank 1 scatters a tensor, and gave `None`");
}

#[test]
fn elementwise() {
    let all = on_square(|mesh| {
        let terms = Sharded::from_local(mesh, array![1.0, 2.0], "_ //tp")?;
        assert_eq!(
            text(terms.map(|x| x * x)),
            "`map` needs values, and a tensor placed as \"_ //tp\" has terms of sums: write `reshard(\"_\")` first"
        );
        let (one, other) = (terms.reshard("dp")?, terms.reshard("_")?);
        assert!(text(one.zip(&other, |x, y| x + y)).contains("placed as \"dp\""));
        Ok(())
    });
    assert!(all.iter().all(Result::is_ok));
}

/// The messages of a move on `dp=2, tp=2`, on each rank.
fn panics(program: impl Fn(&Mesh, usize) + Sync) -> Vec<Option<String>> {
    let all = on_square(|mesh| {
        let panic = catch_unwind(AssertUnwindSafe(|| program(mesh, mesh.ranks().rank()))).err();
        Ok(panic.map(|panic| *panic.downcast::<String>().unwrap()))
    });
    all.into_iter().map(Result::unwrap).collect()
}

/// Ranks that are told different things by a move panic, and all of the mesh axis do.
#[test]
fn moves_of_different_parts() {
    let columns = |rank: usize| Array2::<f32>::zeros((3, if rank == 2 { 4 } else { 5 }));
    let differ = |name: &str| format!("ranks have different extents of axis 1 in `{name}`: from 4 to 5");
    // (Ranks 0 and 2 are one line of `dp`, and the others have nothing to do with it.)
    let expected = |message: String| vec![Some(message.clone()), None, Some(message), None];
    let found = panics(|mesh, rank| drop(moves::all_reduce(columns(rank), mesh, "dp")));
    assert_eq!(found, expected(differ("all_reduce")));
    let found = panics(|mesh, rank| drop(moves::all_gather(columns(rank).view(), mesh, "dp", 0, 6)));
    assert_eq!(found, expected(differ("all_gather")));
    let found = panics(|mesh, rank| drop(moves::reduce_scatter(columns(rank).view(), mesh, "dp", 0, 3)));
    assert_eq!(found, expected(differ("reduce_scatter")));
    let found = panics(|mesh, rank| {
        let extents = (6, if rank == 2 { 4 } else { 5 });
        let _ = moves::all_to_all(columns(rank).view(), mesh, "dp", 0, 1, extents);
    });
    assert_eq!(found, expected(differ("all_to_all")));

    // The mistake of one rank.
    let found = panics(|mesh, rank| drop(moves::all_gather(columns(rank).view(), mesh, "dp", 1, 10)));
    let own = "`all_gather` on axis 1, which has extent 4 on this rank and not 5".to_owned();
    assert_eq!(found, [Some(format!("rank 2 says: {own}")), None, Some(own), None]);
    // (The last axis: ranks 2 and 3.)
    let found = panics(|mesh, rank| {
        let rows = Array2::<f32>::zeros((if rank == 3 { 2 } else { 3 }, 1));
        drop(moves::all_gather(rows.view(), mesh, "tp", 0, 6));
    });
    let own = "`all_gather` on axis 0, which has extent 2 on this rank and not 3".to_owned();
    assert_eq!(found, [None, None, Some(format!("rank 3 says: {own}")), Some(own)]);
    let found = panics(|mesh, _| drop(moves::all_to_all(Array2::<u8>::zeros((1, 1)).view(), mesh, "tp", 1, 1, (2, 2))));
    assert!(found.iter().flatten().all(|message| message.contains("`from` and `to` are two axes")), "{found:?}");
    assert_eq!(found.iter().flatten().count(), 4);

    // Other moves, other elements, other numbers of axes.
    let next = expected("ranks have different moves to make next along `dp`".to_owned());
    let found = panics(|mesh, rank| match rank {
        0 => drop(moves::all_reduce(Array1::<f32>::zeros(4), mesh, "dp")),
        _ => drop(moves::reduce_scatter(Array1::<f32>::zeros(4).view(), mesh, "dp", 0, 4)),
    });
    assert_eq!(found, next);
    let found = panics(|mesh, rank| match rank {
        0 => drop(moves::all_reduce(Array1::<f32>::zeros(4), mesh, "dp")),
        _ => drop(moves::all_reduce(Array1::<i32>::zeros(4), mesh, "dp")),
    });
    assert_eq!(found, next);
    let found = panics(|mesh, rank| drop(moves::all_reduce(ArrayD::<f32>::zeros(&[4, 2][rank / 2..]), mesh, "dp")));
    assert_eq!(found, [next[0].clone(), next[0].clone(), next[0].clone(), next[0].clone()]);
}

const SITE: Site = Site::new("b/dp i, b/dp i -> i//dp", &["x", "&y"]);

/// As an expansion does: operands, then labels.
fn check(mesh: &Mesh, x: &Sharded<Array2<f32>>, y: &Sharded<Array2<f32>>) -> Result<Vec<usize>, Error> {
    let found = SITE.operand(0, x, &[Some("dp"), None], &[])?;
    assert!(found.is(mesh));
    let other = SITE.operand(1, y, &[Some("dp"), None], &[])?;
    SITE.mesh(&[found, other])?;
    SITE.labels(mesh, &["b", "i"], &[(x.extents(), &[0, 1]), (y.extents(), &[0, 1])], &[], &[])
}

#[test]
fn sites() {
    let on = |mesh: &Mesh, extents: (usize, usize), placement: &str| {
        Sharded::from_whole(mesh, &Array2::<f32>::zeros(extents), placement)
    };
    let all = on_square(|mesh| {
        let (x, y) = (on(mesh, (5, 3), "dp _")?, on(mesh, (5, 3), "dp _")?);
        assert_eq!(check(mesh, &x, &y)?, [5, 3]);
        let column = on(mesh, (5, 1), "dp _")?;
        assert_eq!(
            text(check(mesh, &x, &column)),
            "label `i` of \"b/dp i, b/dp i -> i//dp\" has extent 3 in `x` and 1 in `&y` (of the whole tensors): nothing is broadcast \
             among shards; give the axis of `&y` another label, which is on nothing else: the sum over it is its one element"
        );
        let columns = on(mesh, (5, 3), "_ dp")?;
        assert_eq!(
            text(check(mesh, &x, &columns)),
            "in \"b/dp i, b/dp i -> i//dp\" the operand `&y` is placed as \"dp _\", but it is placed as \"_ dp\": write it so, or \
             `&y.reshard(\"dp _\")?`"
        );
        let other = Mesh::new(mesh.ranks(), [("dp", 2), ("tp", 2)])?;
        assert!(text(check(mesh, &x, &on(&other, (5, 3), "dp _")?)).contains("operands `x` and `&y` of"));
        let given = SITE.labels(mesh, &["b", "n"], &[(&[5], &[0]), (&[], &[])], &[(1, 7)], &[])?;
        assert_eq!(given, [5, 7]);
        let given = SITE.labels(mesh, &["b"], &[(&[5], &[0]), (&[], &[])], &[(0, 7)], &[]);
        assert!(text(given).contains("has extent 5 in `x` (of the whole tensor), and 7 was given"));
        // One rank has a mistake of its own, in an operand or in a label.
        let rank = mesh.ranks().rank();
        let one = check(mesh, &x, if rank == 3 { &columns } else { &y });
        assert_eq!(text(one.clone()).starts_with("rank 3 says: in \""), rank != 3);
        let one = check(mesh, &x, if rank == 1 { &column } else { &y });
        assert_eq!(text(one).starts_with("rank 1 says: label"), rank != 1);
        // Ranks have different tensors, which each by itself would take.
        mesh.check(false);
        let larger = on(mesh, (5, if rank == 2 { 4 } else { 3 }), "dp _")?;
        mesh.check(true);
        assert_eq!(
            text(check(mesh, &larger, &larger)),
            "label `i` of \"b/dp i, b/dp i -> i//dp\" has extent 3 on one rank and 4 on another: all ranks must have the same tensors"
        );
        let site = if rank == 0 { SITE } else { Site::new("b i -> b", &["x"]) };
        assert_eq!(
            text(site.labels(mesh, &["b"], &[(&[5], &[0])], &[], &[])),
            "ranks have different einsums to compute next"
        );
        Ok(())
    });
    assert_eq!(all, [Ok(()), Ok(()), Ok(()), Ok(())]);
}
