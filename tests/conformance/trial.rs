//! Random operands for random subscripts.

use std::{collections::BTreeMap, thread};

use num_complex::Complex64;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use crate::{
    check::Expected,
    common::inputs::{Input, Layout},
    grammar::{ELLIPSIS, LABELS, Rng, Subscripts},
    oracle::Oracle,
};

/// How many random subscripts there are.
pub(crate) const COUNT: usize = 300;
/// On how many sets of operands each is run.
pub(crate) const TRIALS: usize = 6;
pub(crate) const MOST_SHIFTED: usize = 6;
const EXTENTS: [usize; 8] = [2, 3, 5, 2, 3, 4, 1, 0];

/// So many random subscripts, always the same for the same features.
pub(crate) fn all() -> Vec<Subscripts> {
    let mut rng = Rng(0);
    (0..COUNT).map(|_| Subscripts::new(&mut rng)).collect()
}

/// What is under test while this is in scope.
pub(crate) struct ShownOnPanic(pub(crate) String);

impl Drop for ShownOnPanic {
    fn drop(&mut self) {
        if thread::panicking() {
            println!("failed: {}", self.0);
        }
    }
}

/// Shapes and layouts for operands.
#[derive(Debug)]
pub(crate) struct Trial {
    shapes: Vec<Vec<usize>>,
    layouts: Vec<Layout>,
}

impl Trial {
    /// The first trials have extents above 1 alone, unless they are broadcast; the later ones 0 and 1, too.
    pub(crate) fn new(subscripts: &Subscripts, trial: usize, rng: &mut Rng) -> Self {
        let choice = if trial < TRIALS / 2 { EXTENTS.len() - 2 } else { EXTENTS.len() };
        let labels = LABELS.into_iter().chain(ELLIPSIS);
        let extents: BTreeMap<char, usize> = labels.map(|label| (label, EXTENTS[rng.below(choice)])).collect();
        let given = subscripts.given();
        let shapes = subscripts.operands.iter().map(|operand| operand.shape(&extents, &given, rng)).collect();
        let layouts = subscripts.operands.iter().map(|_| Layout::ALL[rng.below(Layout::ALL.len())]).collect();
        Self { shapes, layouts }
    }

    /// The operands, and what is expected of a call site.
    pub(crate) fn expected(
        &self,
        seed: usize,
        subscripts: &Subscripts,
    ) -> (Vec<Input<Complex64>>, Expected<Complex64>) {
        let inputs = self.inputs(seed);
        let oracle = Oracle::new(&subscripts.text(), &subscripts.given(), &self.shapes);
        let cotangent = Input::random(oracle.shape(), Layout::Contiguous, &mut ChaCha8Rng::seed_from_u64(0));
        let operands = inputs.iter().map(Input::dense).collect();
        let expected = Expected::new(&oracle, operands, &subscripts.is_conj(), cotangent.dense());
        (inputs, expected)
    }

    fn inputs(&self, seed: usize) -> Vec<Input<Complex64>> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed as u64);
        self.shapes.iter().zip(&self.layouts).map(|(shape, layout)| Input::random(shape, *layout, &mut rng)).collect()
    }
}
