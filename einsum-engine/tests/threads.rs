//! Results are the same, bit for bit, for every number of threads.

use einsum_engine::{
    machine::caches,
    testing::{Step, Strides},
};

/// Contractions that are split in different ways: along the batch, m, n, across, by products, by lanes.
const CASES: &[(&str, &[(char, usize)])] = &[
    ("ij,jk->ik", &[('i', 401), ('j', 803), ('k', 307)]),
    ("ij,jk->ik", &[('i', 2003), ('j', 1201), ('k', 17)]),
    ("ij,jk->ik", &[('i', 17), ('j', 1201), ('k', 2003)]),
    ("ij,jk->ik", &[('i', 24), ('j', 40), ('k', 3001)]),
    ("ij,jk->ik", &[('i', 7), ('j', 93), ('k', 9001)]),
    ("ij,kj->ik", &[('i', 7), ('j', 93), ('k', 9001)]),
    ("ij,kj->ik", &[('i', 71), ('j', 3001), ('k', 37)]),
    ("bij,bj->ib", &[('b', 300), ('i', 100), ('j', 100)]),
    ("ji,jk->ik", &[('i', 31), ('j', 30011), ('k', 17)]),
    ("baij,bacj->aic", &[('a', 3), ('b', 211), ('c', 29), ('i', 23), ('j', 19)]),
    ("bij,bkj->kbi", &[('b', 3), ('i', 301), ('j', 1801), ('k', 13)]),
    ("ij,kj->ik", &[('i', 9001), ('j', 2093), ('k', 5)]),
    ("bij,bjk->bik", &[('b', 67), ('i', 61), ('j', 59), ('k', 71)]),
    ("bij,bkj->bik", &[('b', 5), ('i', 201), ('j', 203), ('k', 207)]),
    ("ijb,jkb->ikb", &[('i', 31), ('j', 47), ('k', 37), ('b', 257)]),
    ("ijb,jkb->ikb", &[('i', 13), ('j', 17), ('k', 19), ('b', 1024)]),
    ("dabfe,fc->edcba", &[('a', 17), ('b', 19), ('c', 23), ('d', 13), ('e', 29), ('f', 11)]),
    ("dcba,cebf->dfae", &[('a', 11), ('b', 13), ('c', 17), ('d', 19), ('e', 47), ('f', 29)]),
];

/// By a pool of so many threads, or from a thread of no pool.
fn compute(spec: &str, sizes: &[(char, usize)], threads: Option<usize>) -> Vec<u32> {
    let (factors, result) = spec.split_once("->").expect("a result");
    let (lhs, rhs) = factors.split_once(',').expect("two factors");
    let extents: Vec<_> = sizes.iter().map(|&(_, extent)| extent).collect();
    let contracted: Vec<_> = sizes.iter().map(|&(label, _)| !result.contains(label)).collect();
    let tensor = |subscript: &str| {
        let mut strides = vec![0; sizes.len()];
        let mut len = 1;
        for label in subscript.chars().rev() {
            let place = sizes.iter().position(|&(known, _)| known == label).expect("a label with an extent");
            strides[place] = len;
            len *= sizes[place].1.cast_signed();
        }
        // Numbers of which no sum is exact.
        let mut state = 1_u32;
        let elements: Vec<f32> = (0..len)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                f32::from_bits(0x3f80_0000 | state >> 9) - 1.5
            })
            .collect();
        (elements, strides)
    };
    let [(x, lhs), (y, rhs), (mut z, out)] = [lhs, rhs, result].map(tensor);
    let at = |strides| Strides { start: 0, strides };
    let mut run = || {
        Step::new(
            (&extents, &contracted),
            (&mut z, at(&out)),
            (&x, at(&lhs), false),
            Some((&y, at(&rhs), false)),
            (Some(1.1), Some(0.3)),
        )
        .run();
    };
    match threads {
        Some(threads) => rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads").install(run),
        None => run(),
    }
    z.into_iter().map(f32::to_bits).collect()
}

/// One test: it forces the caches of the whole process.
#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let of_machine = CASES.iter().map(|case| (case, None));
    for ((spec, sizes), caches) in of_machine.chain(CASES.iter().step_by(2).map(|case| (case, Some("4K,16K,0")))) {
        caches::force(caches.map(|caches| caches.parse().expect("caches")));
        let one = compute(spec, sizes, Some(1));
        for threads in [Some(2), Some(3), Some(8), None] {
            assert!(compute(spec, sizes, threads) == one, "{spec} {sizes:?} by {threads:?} threads, caches {caches:?}");
        }
    }
}
