//! Of orders that are as good as each other that one is taken whose steps have vectors along them.

use einsum_codegen::plan::{
    cost::Objective,
    options::Options,
    search,
    splits::{Splits, SubsetId},
};

use super::{
    expressions::{network, random, with_extents},
    oracle,
};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

const FORWARD: Options = Options { objective: Objective::Forward, max_intermediate: None, max_splits: usize::MAX };

/// The operands that meet first in the first order of all.
fn first(splits: &Splits) -> Vec<usize> {
    let all = splits.subsets.last().expect("there are operands");
    let parts = [all.splits[0].lhs, all.splits[0].rhs].map(|SubsetId(part)| splits.subsets[part].operands.clone());
    parts.into_iter().find(|part| part.len() == 2).expect("two of three operands")
}

#[test]
fn the_first_order_has_vectors_along_its_steps() {
    for (subscripts, expected) in [
        ("bi,oij,bj->bo", [0, 1]),
        ("bj,oij,bi->bo", [1, 2]),
        ("bi,bj,oij->bo", [0, 2]),
        ("bi,ioj,bj->bo", [0, 1]),
        ("bi,ij,bj->b", [0, 1]),
        ("bi,ji,bj->b", [1, 2]),
        ("ijk,j,k->i", [0, 1]),
        ("ijk,i,k->j", [0, 1]),
        ("ijk,k,i->j", [0, 2]),
    ] {
        let splits = search::search(&network(subscripts), &FORWARD).expect("no limit");
        assert_eq!(first(&splits), expected, "{subscripts}: {splits}");
    }
}

#[test]
fn what_is_given_is_computed_so_where_it_is_small_and_by_the_fewest_flops() {
    let mut some = ChaCha8Rng::seed_from_u64(17);
    for (number, largest) in (0..150).map(|number| (number, [4.0, 9.0, 300.0][number % 3])) {
        let numbered = with_extents(&random(3 + number % 3, &mut some), largest, &mut some);
        let splits = search::search(&numbered, &FORWARD).expect("no limit");
        let flops = splits.choose(|_| unreachable!("all extents are given")).path.flops(&numbered, Objective::Forward);
        let best = oracle::best(&numbered, f64::INFINITY).flops;
        assert!((flops - best).abs() <= 1e-9 * best, "{numbered}: {flops}, not {best}");
    }
    let small = network("bi,ji,bj->b").with_extents(&[8.0; 3]);
    assert_eq!(first(&search::search(&small, &FORWARD).expect("no limit")), [1, 2], "{small}");
}
