//! Extents are not given, or not all of them: the splits that are left are chosen among.

use einsum_codegen::{
    ir::MaxIntermediate,
    plan::{cost::Objective, exact, network::Network, options::Options, search, splits::Splits},
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::expressions::{self, chain, extent_in, inner_product, network, train, tucker, with_extents};

const ALL: Options = Options { objective: Objective::Forward, max_intermediate: None, max_splits: usize::MAX };

/// How many times more than the best of all orders the chosen one costs.
fn loss(splits: &Splits, numbered: &Network) -> f64 {
    let choice = splits.choose(extent_in(numbered));
    assert_eq!(choice.path.verify(), Ok(()), "{numbered}");
    let best = exact::search(numbered, Objective::Forward, None).expect("few operands").expect("no limit");
    choice.path.flops(numbered, Objective::Forward) / best.flops(numbered, Objective::Forward)
}

fn splits(network: &Network, options: &Options) -> Splits {
    let splits = search::search(network, options).expect("no limit");
    assert_eq!(splits.verify(), Ok(()), "{network}");
    splits
}

#[test]
fn exact_for_chains_tucker_and_tensor_trains() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let chains = (2..=7).map(chain);
    let others = (2..=5).map(tucker).chain((2..=7).map(train));
    for network in chains.chain(others) {
        let splits = splits(&network, &ALL);
        for _ in 0..40 {
            let numbered = with_extents(&network, 300.0, &mut random);
            let loss = loss(&splits, &numbered);
            assert!(loss < 1.0 + 1e-9, "{loss} times too many for {numbered} of\n{splits}");
        }
    }
}

#[test]
fn near_the_best_for_inner_products() {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    for network in [inner_product(2), inner_product(3)] {
        let splits = splits(&network, &ALL);
        for _ in 0..40 {
            let loss = loss(&splits, &with_extents(&network, 300.0, &mut random));
            assert!(loss < 1.15, "{loss} times too many for {network} of\n{splits}");
        }
    }
}

#[test]
fn never_far_from_the_best() {
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let mut losses = Vec::new();
    for number in 0..150 {
        let network = expressions::random(3 + number % 5, &mut random);
        let splits = splits(&network, &Options::default());
        for _ in 0..8 {
            let numbered = with_extents(&network, 64.0, &mut random);
            let loss = loss(&splits, &numbered);
            assert!(loss <= 2.0, "{loss} times too many for {numbered} of\n{splits}");
            losses.push(loss.ln());
        }
    }
    let sum: f64 = losses.iter().sum();
    let geomean = (sum / f64::from(u32::try_from(losses.len()).expect("few"))).exp();
    assert!(geomean < 1.02, "{geomean}");
}

/// No tree that was dropped is better, by more than its number of steps, than all that were kept;
/// extents of 1 and very large ones included.
#[test]
fn what_is_dropped_is_dominated() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    for number in 0..100 {
        let operands = 3 + number % 5;
        let network = expressions::random(operands, &mut random);
        let splits = splits(&network, &ALL);
        for _ in 0..8 {
            let mut extent = || if random.random_bool(0.5) { 1.0 } else { random.random_range(1.0..1e6_f64).round() };
            let extents: Vec<f64> = network.labels.iter().map(|_| extent()).collect();
            let numbered = network.with_extents(&extents);
            let loss = loss(&splits, &numbered);
            let steps = f64::from(u32::try_from(operands - 1).expect("few"));
            assert!(loss <= steps, "{loss} times too many for {numbered} of\n{splits}");
        }
    }
}

#[test]
fn some_extents_are_given() {
    let mut random = ChaCha8Rng::seed_from_u64(4);
    for number in 0..60 {
        let mut network = expressions::random(3 + number % 5, &mut random);
        for extent in &mut network.extents {
            *extent = random.random_bool(0.5).then(|| random.random_range(2.0..40.0_f64).round());
        }
        let splits = splits(&network, &Options::default());
        for _ in 0..8 {
            let numbered = with_extents(&network, 64.0, &mut random);
            let loss = loss(&splits, &numbered);
            assert!(loss <= 2.0, "{loss} times too many for {numbered} of\n{splits}");
        }
    }
}

#[test]
fn more_operands_than_the_symbolic_search_has() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    for network in [chain(9), expressions::random(8, &mut random), expressions::random(10, &mut random), train(12)] {
        let splits = splits(&network, &Options::default());
        assert!(splits.len() <= 256);
        let numbered = with_extents(&network, 64.0, &mut random);
        let loss = loss(&splits, &numbered);
        assert!(loss <= 3.0, "{loss} times too many for {numbered} of\n{splits}");
    }
}

#[test]
fn no_more_splits_than_asked_for() {
    let mut random = ChaCha8Rng::seed_from_u64(8);
    for most in [6, 12, 24] {
        let network = chain(7);
        let splits = splits(&network, &Options { max_splits: most, ..Options::default() });
        assert!(splits.len() <= most, "{splits}");
        let loss = loss(&splits, &with_extents(&network, 16.0, &mut random));
        assert!(loss < 10.0, "{loss}");
    }
}

#[test]
fn intermediates_within_a_limit() {
    let mut random = ChaCha8Rng::seed_from_u64(9);
    let (mut found, mut missed) = (0, 0);
    for number in 0..60 {
        let network = expressions::random(3 + number % 4, &mut random);
        let numbered = with_extents(&network, 32.0, &mut random);
        let limit = 2000.0;
        let splits =
            splits(&network, &Options { max_intermediate: Some(MaxIntermediate::Known(2000)), ..Options::default() });
        let best = exact::search(&numbered, Objective::Forward, Some(limit)).expect("few operands");
        match (splits.choose_within(extent_in(&numbered), limit), best) {
            (Some(choice), Ok(_)) => {
                assert!(choice.path.largest_intermediate(&numbered) <= limit);
                found += 1;
            }
            (None, Ok(_)) => missed += 1,
            // The choice does not count sums of lone labels.
            (_, Err(_)) => {}
        }
    }
    assert!(missed == 0 && found > 20, "{missed} of {found}");
}

#[test]
fn the_same_every_time() {
    let mut random = ChaCha8Rng::seed_from_u64(10);
    for operands in [3, 7, 9, 20] {
        let network = expressions::random(operands, &mut random);
        let text = || splits(&network, &Options::default()).to_string();
        assert_eq!(text(), text());
    }
}

#[test]
fn displays() {
    let text = |subscripts| splits(&network(subscripts), &Options::default()).to_string();
    let chain = "{0 1} ik = {0} {1}: 2ijk\n{1 2} jl = {1} {2}: 2jkl\n\
                 {0 1 2} il = {0} {1 2}: 2ijl or {0 1} {2}: 2ikl";
    assert_eq!(text("ij,jk,kl->il"), chain);
    assert_eq!(text("ij,ij->ij"), "{0 1} ij = {0} {1}: ij");
    assert_eq!(text("ij->i"), "");
    assert_eq!(text("bik,jkl->bij"), "{0 1} bij = {0} {1}: 2bikj");
    let network = network("ij,jk,kl->il");
    let path = splits(&network, &ALL).choose(|label| if label.name() == "k" { 2.0 } else { 9.0 }).path;
    assert_eq!(
        (path.to_string(), path.cost(&network, Objective::Forward).to_string()),
        (String::from("((0 1) 2)"), String::from("2ijk + 2ikl"))
    );
}

/// Whatever the extents are, the order is left whose largest intermediate is the smallest of all; and
/// without a limit, nothing is left for its sake.
#[test]
fn the_smallest_intermediates_are_possible() {
    let mut random = ChaCha8Rng::seed_from_u64(12);
    let max_intermediate = Some(MaxIntermediate::Given);
    let known = (3..=7).map(chain).chain((2..=5).map(tucker)).chain((3..=7).map(train));
    let networks: Vec<Network> = known.collect();
    let others: Vec<Network> = (0..60).map(|number| expressions::random(3 + number % 5, &mut random)).collect();
    for network in networks.into_iter().chain(others) {
        let splits = splits(&network, &Options { max_intermediate, ..ALL });
        assert!(splits.has_smallest && splits.len() >= self::splits(&network, &ALL).len());
        for _ in 0..8 {
            let numbered = with_extents(&network, 300.0, &mut random);
            let error = exact::search(&numbered, Objective::Forward, Some(0.0)).expect("few operands");
            let error = error.expect_err("there are intermediates");
            let extent = extent_in(&numbered);
            let found = splits.smallest(&extent);
            // The splits do not count sums of lone labels.
            assert!(found <= error.smallest, "{found}, not {}: {numbered}", error.smallest);
            let chosen = splits.choose_within(&extent, found).expect("it is within what it can be");
            assert!(chosen.path.largest_intermediate(&numbered) <= error.smallest, "{numbered}: {}", chosen.path);
        }
    }
}

/// Within a limit, the chosen order costs hardly more than the best that is within it.
/// Outer products have more splits than any other einsum, and at most extents no order within a tight limit is kept.
#[test]
fn outer_products_within_a_limit() {
    let network = network("a,b,c,d,e,f,g->abcdefg");
    for max_intermediate in [MaxIntermediate::Given, MaxIntermediate::Known(1000)] {
        let options = Options { max_intermediate: Some(max_intermediate), ..Options::default() };
        let splits = splits(&network, &options);
        assert!((6..=options.max_splits).contains(&splits.len()), "{} splits", splits.len());
        for extents in
            [[1.0; 7], [7.0; 7], [2.0, 3.0, 5.0, 7.0, 11.0, 13.0, 17.0], [90.0, 1.0, 2.0, 60.0, 3.0, 5.0, 40.0]]
        {
            let loss = loss(&splits, &network.with_extents(&extents));
            assert!(loss <= 2.0, "{loss} times too many for {extents:?} of\n{splits}");
        }
    }
}

#[test]
fn near_the_best_within_a_limit() {
    let mut random = ChaCha8Rng::seed_from_u64(13);
    let mut losses = Vec::new();
    let others: Vec<Network> = (0..150).map(|number| expressions::random(3 + number % 5, &mut random)).collect();
    for network in (2..=5).map(tucker).chain((3..=7).map(train)).chain(others) {
        let max_intermediate = Some(MaxIntermediate::Given);
        let splits = splits(&network, &Options { max_intermediate, ..Options::default() });
        for _ in 0..12 {
            let numbered = with_extents(&network, 64.0, &mut random);
            let within = |limit| exact::search(&numbered, Objective::Forward, limit).expect("few operands");
            let free = within(None).expect("no limit").largest_intermediate(&numbered);
            let smallest = within(Some(0.0)).expect_err("there are intermediates").smallest;
            if free <= smallest {
                continue;
            }
            let limit = random.random_range(smallest..free);
            let best = within(Some(limit)).expect("the smallest is possible");
            let chosen = splits.choose_within(extent_in(&numbered), limit).expect("the smallest is possible").path;
            assert!(chosen.largest_intermediate(&numbered) <= limit, "{numbered}");
            let flops = |path: &einsum_codegen::plan::path::Path| path.flops(&numbered, Objective::Forward);
            losses.push((flops(&chosen) / flops(&best)).ln());
        }
    }
    let count = f64::from(u32::try_from(losses.len()).expect("few"));
    let (sum, worst) = (losses.iter().sum::<f64>(), losses.iter().copied().fold(0.0, f64::max));
    let (geomean, worst) = ((sum / count).exp(), worst.exp());
    assert!(count > 100.0 && geomean < 1.02 && worst < 2.0, "{count}: {geomean}, at worst {worst}");
}
