//! Random subscripts on random complex operands.

use std::collections::BTreeSet;

use num_complex::Complex64;

use crate::{
    common::inputs::Input,
    generated_random::SITES,
    grammar::{Rng, Subscripts},
    trial::{COUNT, MOST_SHIFTED, ShownOnPanic, TRIALS, Trial, all},
};

#[test]
fn random_subscripts_have_the_values_and_gradients_of_the_oracle() {
    let (mut differences, mut non_zero) = (0, 0);
    for (number, subscripts) in all().iter().enumerate() {
        let mut rng = Rng(number as u64);
        for trial in 0..TRIALS {
            let trial = Trial::new(subscripts, trial, &mut rng);
            let _shown = ShownOnPanic(format!("{}, {trial:?}", subscripts.invocation()));
            let (inputs, expected) = trial.expected(number, subscripts);
            let views: Vec<_> = inputs.iter().map(Input::view).collect();
            differences += expected.compare(&SITES[number].1, &views, MOST_SHIFTED);
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
