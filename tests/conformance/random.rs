//! Random subscripts on random complex operands.

use std::{
    collections::{BTreeMap, BTreeSet},
    thread,
};

use num_complex::Complex64;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use crate::{
    check::Expected,
    common::inputs::{Input, Layout},
    generated_random::SITES,
    grammar::{ELLIPSIS, LABELS, Rng, Subscripts},
    oracle::Oracle,
};

/// How many random subscripts are compiled.
pub(crate) const COUNT: usize = 300;
/// On how many sets of operands each is run.
const TRIALS: usize = 6;
const MOST_SHIFTED: usize = 6;
const EXTENTS: [usize; 8] = [2, 3, 5, 2, 3, 4, 1, 0];

/// As many as are compiled, always the same for the same features.
pub(crate) fn all() -> Vec<Subscripts> {
    let mut rng = Rng(0);
    (0..COUNT).map(|_| Subscripts::new(&mut rng)).collect()
}

#[test]
fn random_subscripts_have_the_values_and_gradients_of_the_oracle() {
    let (mut differences, mut non_zero) = (0, 0);
    for (number, subscripts) in all().iter().enumerate() {
        let mut rng = Rng(number as u64);
        for trial in 0..TRIALS {
            let trial = Trial::new(subscripts, trial, &mut rng);
            let _shown = ShownOnPanic(format!("{}, {trial:?}", subscripts.invocation()));
            let inputs = trial.inputs(number);
            let oracle = Oracle::new(&subscripts.text(), &subscripts.given(), &trial.shapes);
            let cotangent = Input::random(oracle.shape(), Layout::Contiguous, &mut ChaCha8Rng::seed_from_u64(0));
            let operands = inputs.iter().map(Input::dense).collect();
            let expected = Expected::new(&oracle, operands, &subscripts.is_conj(), cotangent.dense());
            let views: Vec<_> = inputs.iter().map(Input::view).collect();
            differences += expected.compare(SITES[number].1, &views, MOST_SHIFTED);
            non_zero += usize::from(expected.value.iter().any(|element| *element != Complex64::ZERO));
        }
    }
    println!("{COUNT} random subscripts, {TRIALS} times each: {differences} differences, {non_zero} values not zero");
    assert_eq!(SITES.len(), COUNT);
    assert!(2 * non_zero > COUNT * TRIALS, "{non_zero} values are not zero: the extents are not well chosen");
}

#[test]
fn random_subscripts_are_varied() {
    let distinct: BTreeSet<String> = all().iter().map(Subscripts::invocation).collect();
    assert!(distinct.len() > COUNT * 9 / 10, "{} are distinct", distinct.len());
    for part in ["...", "; ", "\"(", "* (", "[", "conj"] {
        let count = distinct.iter().filter(|text| text.contains(part)).count();
        assert!((COUNT / 100..COUNT / 2 + COUNT / 4).contains(&count), "{count} with {part}");
    }
}

/// What is under test while this is in scope.
struct ShownOnPanic(String);

impl Drop for ShownOnPanic {
    fn drop(&mut self) {
        if thread::panicking() {
            println!("failed: {}", self.0);
        }
    }
}

/// Shapes and layouts for operands.
#[derive(Debug)]
struct Trial {
    shapes: Vec<Vec<usize>>,
    layouts: Vec<Layout>,
}

impl Trial {
    /// The first trials have extents above 1 alone, unless they are broadcast; the later ones 0 and 1, too.
    fn new(subscripts: &Subscripts, trial: usize, rng: &mut Rng) -> Self {
        let choice = if trial < TRIALS / 2 { EXTENTS.len() - 2 } else { EXTENTS.len() };
        let labels = LABELS.into_iter().chain(ELLIPSIS);
        let extents: BTreeMap<char, usize> = labels.map(|label| (label, EXTENTS[rng.below(choice)])).collect();
        let given = subscripts.given();
        let shapes = subscripts.operands.iter().map(|operand| operand.shape(&extents, &given, rng)).collect();
        let layouts = subscripts.operands.iter().map(|_| Layout::ALL[rng.below(Layout::ALL.len())]).collect();
        Self { shapes, layouts }
    }

    fn inputs(&self, seed: usize) -> Vec<Input<Complex64>> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed as u64);
        self.shapes.iter().zip(&self.layouts).map(|(shape, layout)| Input::random(shape, *layout, &mut rng)).collect()
    }
}
