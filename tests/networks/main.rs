//! Networks of 8 to 100 operands, compiled by the macro, against numbers by others: a hidden Markov model by
//! the forward algorithm, states and trees by sweeps, a graphical model by enumeration, all by `opt_einsum`.
//! `generate.py` has them, and writes `generated.rs`.
#![allow(missing_docs, clippy::unreadable_literal, reason = "a test crate, and generated numbers")]

mod generated;

use std::cell::Cell;

use ndarray::{ArrayD, IxDyn};

thread_local! {
    /// The limit of those networks of which it is known at run time.
    static LIMIT: Cell<usize> = const { Cell::new(24) };
}

fn limit() -> usize {
    LIMIT.get()
}

/// The cotangents of operands.
type Gradient = fn(&[ArrayD<f64>]) -> Vec<ArrayD<f64>>;

/// A network.
pub(crate) struct Network {
    name: &'static str,
    /// The extents of every operand.
    shapes: &'static [&'static [usize]],
    /// The elements of the value, row-major.
    expected: &'static [f64],
    /// Computes them.
    run: fn(&[ArrayD<f64>]) -> Vec<f64>,
    /// Computes the cotangents of all operands, if that is tested, from one that is 1 everywhere.
    gradient: Option<Gradient>,
}

/// Element number `place` of an operand: positive, so that nothing cancels, and with no period that an
/// extent could have.
fn element(operand: usize, place: usize) -> f64 {
    let number = (31 * place * place + 7 * place + 13 * operand + 5) % 97 + 1;
    f64::from(u32::try_from(number).expect("at most 97")) / 98.0
}

impl Network {
    fn operands(&self) -> Vec<ArrayD<f64>> {
        let array = |(operand, shape): (usize, &&[usize])| {
            let mut places = 0..;
            let next = || element(operand, places.next().expect("places go on"));
            ArrayD::from_shape_simple_fn(IxDyn(shape), next)
        };
        self.shapes.iter().enumerate().map(array).collect()
    }
}

fn is_near(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-11 * expected.abs()
}

/// In a stack of half of what a thread has, without optimisation.
#[test]
fn values_are_those_of_others() {
    let test = || generated::ALL.iter().for_each(value_is_that_of_others);
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(test).expect("a thread");
    thread.join().expect("values are those of others");
}

fn value_is_that_of_others(network: &Network) {
    let found = (network.run)(&network.operands());
    assert_eq!(found.len(), network.expected.len(), "{}", network.name);
    for (found, expected) in found.iter().zip(network.expected) {
        assert!(is_near(*found, *expected), "{}: {found}, not {expected}", network.name);
    }
}

/// The value is linear in every operand: with another in its place, it is the inner product of that and
/// the cotangent.
#[test]
fn gradients_are_what_values_say() {
    let tested: usize = generated::ALL.iter().map(gradient_is_what_values_say).sum();
    assert!(tested > 50, "{tested}");
}

/// A forward algorithm within less than the numbers for each state of each sequence, of which there are 24: in slices.
#[test]
fn limits_are_kept_by_slices() {
    for limit in [1, 3, 5, 11, 24, 50, 1000] {
        LIMIT.set(limit);
        value_is_that_of_others(&generated::MARKOV_5_LIMITED);
        assert!(limit < 5 || gradient_is_what_values_say(&generated::MARKOV_5_LIMITED) == 10);
    }
}

/// For how many operands that was tested.
fn gradient_is_what_values_say(network: &Network) -> usize {
    let mut tested = 0;
    if let Some(gradient) = network.gradient {
        let mut operands = network.operands();
        let gradients = gradient(&operands);
        assert_eq!(gradients.len(), operands.len(), "{}", network.name);
        for (number, cotangent) in gradients.iter().enumerate() {
            assert_eq!(cotangent.shape(), network.shapes[number], "{}", network.name);
            let mut places = 0..;
            let other = cotangent.mapv(|_| element(number + 50, places.next().expect("places go on")));
            let expected: f64 = cotangent.iter().zip(&other).map(|(a, b)| a * b).sum();
            let operand = std::mem::replace(&mut operands[number], other);
            let found: f64 = (network.run)(&operands).iter().sum();
            operands[number] = operand;
            assert!(is_near(found, expected), "{}: {found}, not {expected}, for operand {number}", network.name);
            tested += 1;
        }
    }
    tested
}
