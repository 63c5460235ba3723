//! Many operands, in a stack of modest size.

use std::collections::BTreeMap;

use einsum_codegen::{
    ir::{Labels, MaxIntermediate, Subscript},
    plan::{cost::Objective, network::Network, options::Options, path::Path, search},
};

const EXTENTS: [f64; 7] = [7.0, 2.0, 30.0, 4.0, 11.0, 3.0, 19.0];

fn named(terms: &[Vec<String>], output: &[String]) -> Network {
    let mut labels = Labels::default();
    let mut subscript = |names: &[String]| names.iter().map(|name| labels.intern(name)).collect::<Subscript>();
    let operands: Vec<Subscript> = terms.iter().map(|term| subscript(term)).collect();
    let network = Network::new(&operands, &subscript(output), |_| None);
    let extents: Vec<f64> = EXTENTS.iter().copied().cycle().take(network.labels.len()).collect();
    network.with_extents(&extents)
}

fn chain(matrices: usize) -> Network {
    let name = |number: usize| format!("bond_{number}");
    let terms: Vec<Vec<String>> = (0..matrices).map(|number| vec![name(number), name(number + 1)]).collect();
    named(&terms, &[name(0), name(matrices)])
}

/// A square lattice, all bonds of which are contracted.
fn lattice(side: usize) -> Network {
    let bond = |kind, row, column| format!("{kind}_{row}_{column}");
    let tensor = |row: usize, column: usize| {
        let right = (column + 1 < side).then(|| bond("right", row, column));
        let left = (column > 0).then(|| bond("right", row, column - 1));
        let below = (row + 1 < side).then(|| bond("below", row, column));
        let above = (row > 0).then(|| bond("below", row - 1, column));
        [right, left, below, above].into_iter().flatten().collect()
    };
    let terms: Vec<Vec<String>> = (0..side * side).map(|number| tensor(number / side, number % side)).collect();
    let mut network = named(&terms, &[]);
    network.extents.fill(Some(3.0));
    network
}

fn search(network: &Network, max_intermediate: Option<u64>) -> Path {
    let max_intermediate = max_intermediate.map(MaxIntermediate::Known);
    let options = Options { max_intermediate, ..Options::default() };
    let splits = search::search(network, &options).expect("a path");
    assert_eq!(splits.verify(), Ok(()));
    let path = splits.choose(|_| unreachable!("all extents are given")).path;
    assert_eq!(path.verify(), Ok(()));
    path
}

fn in_a_small_stack(test: fn()) {
    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(test).expect("a thread");
    thread.join().expect("no overflow");
}

/// The dynamic programme of text books.
fn best_of_chain(network: &Network) -> f64 {
    let extents: Vec<f64> = network.extents.iter().map(|extent| extent.expect("given")).collect();
    let matrices = network.operands.len();
    let mut costs: BTreeMap<(usize, usize), f64> = (0..matrices).map(|number| ((number, number), 0.0)).collect();
    for length in 1..matrices {
        for first in 0..matrices - length {
            let last = first + length;
            let step = |middle: usize| 2.0 * extents[first] * extents[middle + 1] * extents[last + 1];
            let cost = |middle: usize| costs[&(first, middle)] + costs[&(middle + 1, last)] + step(middle);
            let best = (first..last).map(cost).fold(f64::INFINITY, f64::min);
            costs.insert((first, last), best);
        }
    }
    costs[&(0, matrices - 1)]
}

#[test]
fn chains() {
    in_a_small_stack(|| {
        for matrices in [20, 100, 150] {
            let network = chain(matrices);
            let loss = search(&network, None).flops(&network, Objective::Forward) / best_of_chain(&network);
            assert!((1.0 - 1e-9..1.05).contains(&loss), "{loss}");
        }
    });
}

#[test]
fn lattices() {
    in_a_small_stack(|| {
        let network = lattice(6);
        assert!(search(&network, None).largest_intermediate(&network) <= 3.0_f64.powi(7));
        let network = lattice(5);
        assert!(search(&network, Some(3_u64.pow(6))).largest_intermediate(&network) <= 3.0_f64.powi(6));
    });
}

#[test]
fn a_label_on_every_operand() {
    in_a_small_stack(|| {
        let site = |n| vec!["batch".to_owned(), format!("x_{n}"), format!("x_{}", n + 1)];
        let network = named(&(0..60).map(site).collect::<Vec<_>>(), &["batch".to_owned()]);
        assert!(search(&network, None).flops(&network, Objective::Forward) < 1e6);
    });
}

#[test]
fn nothing_is_connected() {
    in_a_small_stack(|| {
        let network = named(&(0..40).map(|n| vec![format!("x_{n}")]).collect::<Vec<_>>(), &[]);
        assert!(search(&network, None).flops(&network, Objective::Forward) < 1e3);
    });
}
