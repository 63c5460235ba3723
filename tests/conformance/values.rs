//! Every valid case: its value and its gradients, for operands of static and of dynamic rank.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crate::{
    case::{self, Case, Fate},
    check::{Expected, MOST_SHIFTED, Vjp, operand},
    generated_dynamic, generated_static, generated_values,
    numpy::{self, Digest},
    oracle::Oracle,
    site, summary,
};

#[test]
fn valid_cases_have_numpys_values_and_exact_gradients() {
    let all = case::all();
    let cases: Vec<&Case> = all.iter().filter(|case| case.fate == Fate::Runs).collect();
    let digests = numpy::digests();
    let outcomes = in_parallel(&cases, |case| catch_unwind(AssertUnwindSafe(|| check(case, &digests))).ok());
    let failed: Vec<_> =
        cases.iter().zip(&outcomes).filter(|(_, outcome)| outcome.is_none()).map(|(case, _)| case).collect();
    let passed: Vec<&Passed> = outcomes.iter().flatten().collect();
    println!("{}", summary::text(&all));
    println!(
        "of {} cases with values, {} passed: {} with static ranks, {} with dynamic ranks; {} differences",
        cases.len(),
        passed.len(),
        passed.iter().filter(|passed| passed.is_static).count(),
        passed.len(),
        passed.iter().map(|passed| passed.differences).sum::<usize>(),
    );
    for case in &failed {
        println!("failed: case {}, {:?} {:?}", case.number, case.spec, case.shapes);
    }
    assert!(failed.is_empty(), "{} cases failed, see above", failed.len());
}

/// What was compared for a case.
struct Passed {
    is_static: bool,
    differences: usize,
}

fn check(case: &Case, digests: &BTreeMap<usize, Digest>) -> Passed {
    let oracle = Oracle::new(&case.subscripts(), &case.given(), &case.shapes);
    assert_eq!(oracle.shape(), case.out_shape, "{case:?}: the oracle's shape");
    let operands = case.shapes.iter().enumerate().map(|(number, shape)| operand(number, shape)).collect();
    let (count, cotangent) = (case.shapes.len(), operand(case.shapes.len(), oracle.shape()));
    let expected = Expected::new(&oracle, operands, &vec![false; count], cotangent);
    digests[&case.number].compare(&expected.value);
    let views: Vec<_> = expected.operands.iter().map(|x| x.view()).collect();
    let compare = |vjp: Vjp<f64>| expected.compare(&vjp, &views, MOST_SHIFTED);
    let of_static = site::find(generated_static::SITES, case.number).map(compare);
    let of_dynamic = site::find(generated_dynamic::SITES, case.number).map(compare);
    if of_dynamic.is_none() {
        let value = site::find(generated_values::SITES, case.number).expect("the files are generated");
        assert_eq!(value(&views), expected.value, "of dynamic ranks: the value (left) is not the oracle's");
    }
    let differences = of_static.unwrap_or(0) + of_dynamic.unwrap_or(0);
    Passed { is_static: of_static.is_some(), differences }
}

/// The results of `work` for all items, in their order.
pub(crate) fn in_parallel<T: Sync, Y: Send>(items: &[T], work: impl Fn(&T) -> Y + Sync) -> Vec<Y> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let numbers = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
        numbers.map_while(|number| Some((number, work(items.get(number)?)))).collect::<Vec<_>>()
    };
    let count = thread::available_parallelism().map_or(1, usize::from);
    let mut results: Vec<(usize, Y)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..count).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}
