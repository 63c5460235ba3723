//! What is asked of every group of ranks, of threads and of a single process.

use std::panic::catch_unwind;

use einsum_mpi::{Collective, Reduction, Single, Words, WordsMut, threads};

use crate::cases::collectives::{all_calls, long_sums};

#[test]
fn single() {
    all_calls(&Single);
    all_calls(&*Single.split(5));
    long_sums(&Single);
}

#[test]
fn of_threads() {
    for size in 1..=5 {
        threads(size, |ranks| {
            all_calls(&ranks);
            all_calls(&*ranks.split(0));
            // Even ranks and odd ones, in one order, and of these each by itself.
            let half = ranks.split(ranks.rank() % 2);
            assert_eq!((half.rank(), half.size()), (ranks.rank() / 2, (size + 1 - ranks.rank() % 2) / 2));
            all_calls(&*half);
            all_calls(&*half.split(half.rank()));
            all_calls(&ranks);
            if size == 3 {
                long_sums(&ranks);
            }
        });
    }
}

#[test]
fn sums_are_in_the_order_of_ranks() {
    let terms = [1e16, 1.0, -1e16, 1.0, 3.0];
    let sums = threads(5, |ranks| {
        let mut sum = [terms[ranks.rank()]];
        ranks.all_reduce(WordsMut::F64(&mut sum), Reduction::Sum);
        sum[0]
    });
    assert_eq!(sums, [terms.iter().sum::<f64>(); 5]);
}

/// The message of the panic of a program on three threads.
fn panic_of(program: impl Fn(&dyn Collective) + Sync + std::panic::RefUnwindSafe) -> String {
    let panic = catch_unwind(|| threads(3, |ranks| program(&ranks))).unwrap_err();
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap()
}

fn sum(ranks: &dyn Collective) {
    ranks.all_reduce(WordsMut::F32(&mut [0.0]), Reduction::Sum);
}

#[test]
fn nobody_waits_for_a_panic() {
    let panic = panic_of(|ranks| {
        let group = ranks.split(0);
        assert!(ranks.rank() != 2, "no more");
        sum(&*group);
    });
    assert_eq!(panic, "no more");
}

#[test]
fn nobody_waits_for_who_has_ended() {
    let panic = panic_of(|ranks| {
        if ranks.rank() != 1 {
            sum(ranks);
        }
    });
    assert!(panic.ends_with("waits for an all-reduce of rank 1, which has ended"), "{panic}");
}

#[test]
fn other_calls_are_found() {
    let panic = panic_of(|ranks| if ranks.rank() == 1 { drop(ranks.split(0)) } else { sum(ranks) });
    assert!(panic.contains("an all-reduce of f32") && panic.contains("a split of colors"), "{panic}");
    let panic = panic_of(|ranks| ranks.all_reduce(WordsMut::F32(&mut [0.0; 2][..=ranks.rank() % 2]), Reduction::Sum));
    assert_eq!(panic, "an all-reduce has 1 words on rank 0 and 2 on rank 1");
    let panic = panic_of(|ranks| ranks.all_gather(Words::U8(&[1]), &[1, 1], WordsMut::U8(&mut [0; 2])));
    assert_eq!(panic, "an all-gather among 3 ranks is told the counts of 2");
}
