//! All extents are given.

use einsum_codegen::{
    ir::MaxIntermediate,
    plan::{cost::Objective, exact, greedy, network::Network, options::Options, search},
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{
    expressions::{self, network, with_extents},
    oracle,
};

fn is_same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.max(b)
}

fn cases(number: usize) -> impl Iterator<Item = Network> {
    let mut random = ChaCha8Rng::seed_from_u64(6);
    (0..number).map(move |number| {
        let network = expressions::random(1 + number % 6, &mut random);
        with_extents(&network, 20.0, &mut random)
    })
}

#[test]
fn the_best_of_all_orders() {
    for network in cases(150) {
        assert_eq!(network.verify(), Ok(()));
        let best = oracle::best(&network, f64::INFINITY);
        let exact = exact::search(&network, Objective::Forward, None).expect("few operands").expect("no limit");
        let greedy = greedy::search(&network, Objective::Forward, None).expect("no limit");
        for path in [exact, greedy] {
            assert_eq!(path.verify(), Ok(()), "{network}");
            let flops = path.flops(&network, Objective::Forward);
            assert!(is_same(flops, best.flops), "{network}: {path} takes {flops}, not {}", best.flops);
            let cost = path.cost(&network, Objective::Forward);
            assert!(is_same(cost.value(|_| unreachable!("all extents are given")), flops), "{network}: {cost}");
        }
    }
}

#[test]
fn the_best_whose_intermediates_are_small() {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut too_large = 0;
    for network in cases(150) {
        let free = exact::search(&network, Objective::Forward, None).expect("few operands").expect("no limit");
        let limit = (free.largest_intermediate(&network) * random.random_range(0.1..1.2)).round();
        let best = oracle::best(&network, limit);
        match exact::search(&network, Objective::Forward, Some(limit)).expect("few operands") {
            Ok(path) => {
                assert!(path.largest_intermediate(&network) <= limit, "{network}: {path}");
                let flops = path.flops(&network, Objective::Forward);
                assert!(is_same(flops, best.flops), "{network}: {path} takes {flops}, not {}", best.flops);
            }
            Err(error) => {
                too_large += 1;
                assert!(best.flops.is_infinite() && best.smallest > limit, "{network}: {error}");
                assert!(is_same(error.smallest, best.smallest), "{network}: {error}, not {}", best.smallest);
            }
        }
        if let Ok(path) = greedy::search(&network, Objective::Forward, Some(limit)) {
            assert!(path.largest_intermediate(&network) <= limit, "{network}: {path}");
        }
    }
    assert!(too_large > 10, "{too_large}");
}

#[test]
fn one_path_is_left() {
    for network in cases(60) {
        let splits = search::search(&network, &Options::default()).expect("no limit");
        assert_eq!(splits.verify(), Ok(()));
        assert!(splits.is_decided() && splits.len() + 1 == network.operands.len(), "{network}: {splits}");
    }
}

#[test]
fn forward_and_backward() {
    // Once i is summed over, its gradient is a product of two vectors, which is only multiplied.
    let forward = |network: &Network, objective| {
        let path = exact::search(network, objective, None).expect("few operands").expect("no limit");
        path.cost(network, objective).to_string()
    };
    let network = network("ij,j->i");
    assert_eq!(forward(&network.with_extents(&[3.0, 5.0]), Objective::Forward), "30");
    assert_eq!(forward(&network.with_extents(&[3.0, 5.0]), Objective::ForwardAndBackward), "75");
}

#[test]
fn an_error_that_says_the_smallest() {
    let network = network("ij,jk,kl->il").with_extents(&[9.0, 2.0, 3.0, 5.0]);
    let error = exact::search(&network, Objective::Forward, Some(8.0)).expect("few operands").expect_err("too large");
    let message = "every order has an intermediate of more than 8 elements; the smallest possible is 10";
    assert_eq!(error.to_string(), message);
}

/// A limit that is not known: the best path within every one is left.
#[test]
fn trade_offs() {
    for network in cases(60).filter(|network| network.operands.len() > 2) {
        let max_intermediate = Some(MaxIntermediate::Given);
        let splits = search::search(&network, &Options { max_intermediate, ..Options::default() }).expect("a path");
        assert!(splits.verify().is_ok() && splits.has_smallest);
        let none = |_: &einsum_codegen::ir::Label| unreachable!("all extents are given");
        let mut limit = f64::INFINITY;
        while let Ok(best) = exact::search(&network, Objective::Forward, Some(limit)).expect("few operands") {
            let chosen = splits.choose_within(none, limit).expect("as there is a best one").path;
            let flops = |path: &einsum_codegen::plan::path::Path| path.flops(&network, Objective::Forward);
            assert!(is_same(flops(&chosen), flops(&best)), "{network} within {limit}: {chosen}, not {best}");
            limit = best.largest_intermediate(&network).next_down();
        }
    }
}
