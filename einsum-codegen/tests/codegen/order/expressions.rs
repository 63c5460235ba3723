//! Expressions to search: of known kinds, and random.

use einsum_codegen::{
    ir::{Label, Labels, Subscript},
    plan::network::Network,
};
use rand::{Rng, RngExt, seq::IteratorRandom};

/// Every label is a letter.
pub(crate) fn subscript(text: &str, labels: &mut Labels) -> Subscript {
    text.chars().map(|letter| labels.intern(&letter.to_string())).collect()
}

/// The network of `ij,jk->ik`, without extents.
pub(crate) fn network(text: &str) -> Network {
    let (operands, output) = text.split_once("->").expect("an arrow");
    let mut labels = Labels::default();
    let operands: Vec<Subscript> = operands.split(',').map(|operand| subscript(operand, &mut labels)).collect();
    Network::new(&operands, &subscript(output, &mut labels), |_| None)
}

/// The same with random extents.
pub(crate) fn with_extents(network: &Network, largest: f64, random: &mut impl Rng) -> Network {
    let mut extent = || (random.random_range(2.0_f64.ln()..=largest.ln())).exp().round();
    let extents: Vec<f64> = network.labels.iter().map(|_| extent()).collect();
    network.with_extents(&extents)
}

/// The extent of a label.
pub(crate) fn extent_in(network: &Network) -> impl Fn(&Label) -> f64 + '_ {
    |label| {
        let number = network.labels.iter().position(|other| other == label).expect("a label of the network");
        network.extents[number].expect("an extent")
    }
}

/// Labels on one to three operands, repeated, on the output or not; scalars, and what is not
/// connected.
pub(crate) fn random(operands: usize, random: &mut impl Rng) -> Network {
    let labels = random.random_range(operands..=operands + 3);
    let mut terms = vec![String::new(); operands];
    for letter in ('a'..).take(labels) {
        let holders = random.random_range(1..=3);
        for number in (0..operands).sample(random, holders) {
            terms[number].push(letter);
        }
    }
    let output: String =
        ('a'..).take(labels).filter(|l| terms.concat().contains(*l)).sample(random, 2).iter().collect();
    network(&format!("{}->{output}", terms.join(",")))
}

pub(crate) fn chain(operands: usize) -> Network {
    let letters: Vec<char> = ('a'..).take(operands + 1).collect();
    let terms: Vec<String> = letters.windows(2).map(|pair| pair.iter().collect()).collect();
    network(&format!("{}->{}{}", terms.join(","), letters[0], letters[operands]))
}

/// A core and its factors; `abc,ai,bj,ck->ijk` for 3.
pub(crate) fn tucker(factors: usize) -> Network {
    let inner: Vec<char> = ('a'..).take(factors).collect();
    let outer: Vec<char> = ('i'..).take(factors).collect();
    let terms: Vec<String> = inner.iter().zip(&outer).map(|(a, i)| format!("{a}{i}")).collect();
    network(&format!("{},{}->{}", inner.iter().collect::<String>(), terms.join(","), outer.iter().collect::<String>()))
}

/// A tensor train; with a leg of every core open.
pub(crate) fn train(cores: usize) -> Network {
    let bonds: Vec<char> = ('a'..).take(cores - 1).collect();
    let legs: String = ('p'..).take(cores).collect();
    let core = |(number, leg): (usize, char)| {
        let near = number.saturating_sub(1)..(number + 1).min(bonds.len());
        bonds[near].iter().chain([&leg]).collect()
    };
    let terms: Vec<String> = legs.chars().enumerate().map(core).collect();
    network(&format!("{}->{legs}", terms.join(",")))
}

/// The inner product of two tensor trains.
pub(crate) fn inner_product(cores: usize) -> Network {
    let train = |bonds: char| {
        let bonds: Vec<char> = (bonds..).take(cores - 1).collect();
        let legs = ('p'..).take(cores).enumerate();
        let core = move |(number, leg): (usize, char)| {
            let near = usize::saturating_sub(number, 1)..(number + 1).min(bonds.len());
            bonds[near].iter().chain([&leg]).collect::<String>()
        };
        legs.map(core).collect::<Vec<String>>().join(",")
    };
    network(&format!("{},{}->", train('a'), train('A')))
}
