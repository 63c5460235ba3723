//! Values and gradients: of other libraries' cases, and of random subscripts.

use einsum::dynamic::{Einsum, Tensor};
use ndarray::{ArrayD, ArrayViewD};
use num_complex::Complex64;

use crate::{
    case::{self, Case, Fate},
    check::{Expected, operand},
    common::{inputs::Input, number::Number},
    grammar::Rng,
    numpy,
    oracle::Oracle,
    trial::{self, ShownOnPanic, TRIALS, Trial},
};

/// How many elements of an operand are shifted: the oracle has its gradients for all.
const SHIFTED: usize = 2;

#[test]
fn valid_cases_have_numpys_values_and_exact_gradients() {
    let digests = numpy::digests();
    let mut count = 0;
    for case in case::all().iter().filter(|case| case.fate == Fate::Runs && !case.is_in_words()) {
        let _shown = ShownOnPanic(format!("case {}: {:?} {:?}", case.number, case.spec, case.shapes));
        let einsum = einsum_of(case);
        let oracle = Oracle::new(&case.spec, &case.given(), &case.shapes);
        let operands: Vec<_> = case.shapes.iter().enumerate().map(|(number, shape)| operand(number, shape)).collect();
        let is_conj = vec![false; operands.len()];
        let cotangent = operand(operands.len(), oracle.shape());
        let expected = Expected::new(&oracle, operands, &is_conj, cotangent);
        digests[&case.number].compare(&expected.value);
        let views: Vec<_> = expected.operands.iter().map(|x| x.view()).collect();
        expected.compare(&|operands, cotangent| vjp(&einsum, operands, cotangent), &views, SHIFTED);
        assert_eq!(einsum.run(&tensors(&views)).unwrap(), expected.value, "in the order for the value alone");
        count += 1;
    }
    assert!(count > 300, "{count} cases were compared");
}

#[test]
fn random_subscripts_have_the_values_and_gradients_of_the_oracle() {
    for (number, subscripts) in trial::all().iter().enumerate() {
        let mut rng = Rng(number as u64);
        let given: Vec<(String, usize)> = subscripts.given().iter().map(|(label, n)| (label.to_string(), *n)).collect();
        let given: Vec<(&str, usize)> = given.iter().map(|(label, extent)| (label.as_str(), *extent)).collect();
        let conj = subscripts.is_conj();
        let conjugated = (0..conj.len()).filter(|&operand| conj[operand]);
        let einsum = Einsum::with_extents(&subscripts.text(), &given).unwrap();
        let einsum = conjugated.fold(einsum, Einsum::conj);
        for trial in 0..TRIALS {
            let trial = Trial::new(subscripts, trial, &mut rng);
            let _shown = ShownOnPanic(format!("{:?} {given:?}, {trial:?}", subscripts.text()));
            let (inputs, expected) = trial.expected(number, subscripts);
            let views: Vec<_> = inputs.iter().map(Input::view).collect();
            expected.compare(&|operands, cotangent| vjp(&einsum, operands, cotangent), &views, SHIFTED);
            check_into(&einsum, &views, &expected.value);
        }
    }
}

/// That a result written to what the user has, here every other element of it, is the value.
fn check_into(einsum: &Einsum, operands: &[ArrayViewD<'_, Complex64>], value: &ArrayD<Complex64>) {
    let mut shape = value.shape().to_vec();
    for extent in &mut shape {
        *extent *= 2;
    }
    let mut out = ArrayD::from_elem(shape, Complex64::ZERO);
    let every_other = ndarray::SliceInfoElem::Slice { start: 0, end: None, step: 2 };
    let axes = vec![every_other; out.ndim()];
    einsum.run_into(out.slice_mut(&axes[..]), &tensors(operands)).unwrap();
    assert_eq!(out.slice(&axes[..]), value);
    let sum = |array: &ArrayD<Complex64>| array.iter().fold(Complex64::ZERO, |sum, element| sum + *element);
    assert_eq!(sum(&out), sum(value), "nothing else is written");
}

pub(crate) fn einsum_of(case: &Case) -> Einsum {
    let given: Vec<(String, usize)> = case.given().iter().map(|(label, n)| (label.to_string(), *n)).collect();
    let given: Vec<(&str, usize)> = given.iter().map(|(label, extent)| (label.as_str(), *extent)).collect();
    Einsum::with_extents(&case.spec, &given).unwrap()
}

pub(crate) fn tensors<'a, T>(views: &'a [ArrayViewD<'_, T>]) -> Vec<&'a dyn Tensor<T>>
where
    T: einsum::Element,
{
    views.iter().map(|view| view as &dyn Tensor<T>).collect()
}

fn vjp<T: Number + einsum::Differentiable + einsum::Element>(
    einsum: &Einsum,
    operands: &[ArrayViewD<'_, T>],
    cotangent: Option<&ArrayViewD<'_, T>>,
) -> (ArrayD<T>, Vec<ArrayD<T>>) {
    let operands = tensors(operands);
    let (value, pullback) = einsum.vjp(&operands).unwrap();
    let gradients = cotangent.map(|cotangent| pullback.gradients(cotangent).unwrap());
    (value, gradients.unwrap_or_default())
}
